#pragma once
// Learning rate and momentum of every training step, as functions of the step. Schedules have no
// state, so training can resume at any step.

#include <cstdint>
#include <string>

namespace genrebench {

struct ScheduleOptions {
  /// How the learning rate moves.
  enum class Kind { constant, step, cyclical, one_cycle };
  enum class Anneal { cos, linear };

  Kind kind = Kind::constant;
  int step_epochs = 30;        ///< step: epochs between drops
  double step_factor = 0.1;    ///< step: what a drop multiplies the rate by
  double cycle_epochs = 4.0;   ///< cyclical: epochs of one triangle, up and down
  double base_fraction = 0.1;  ///< cyclical: lowest rate as a share of the highest
  double warm_up = 0.3;      ///< one_cycle: share of all steps in which the rate rises, in (0, 1);
                             ///< under 0.5 in three phases
  double div_factor = 25.0;  ///< one_cycle: the first rate is the highest divided by this
  double final_div_factor = 1e4;  ///< one_cycle: the last rate is the first divided by this
  Anneal anneal = Anneal::cos;    ///< one_cycle: the way between two rates
  bool three_phases = false;      ///< one_cycle: up, down to the first rate, then down to the last
  bool cycle_momentum = true;     ///< cyclical, one_cycle: momentum falls while the rate rises
  double base_momentum = 0.85;    ///< momentum at the highest rate
  double max_momentum = 0.95;     ///< momentum at the lowest rate
};

/// Learning rate and momentum of one step.
struct Rates {
  double learning_rate = 0.0;
  double momentum = 0.0;  ///< of SGD, or the first beta of Adam
};

/// @param peak             the highest learning rate; of constant and step the first
/// @param momentum         its value if the schedule does not change it
/// @param step             from 0
/// @param n_steps          of the whole training, at least one
/// @param steps_per_epoch  at least one
/// Source: Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017 (triangular);
/// Smith and Topin, Super-Convergence, arXiv 1708.07120 (one cycle), with the phases of
/// torch.optim.lr_scheduler.OneCycleLR, whose values tests/models holds them to
Rates rates_at(const ScheduleOptions& options, double peak, double momentum, std::int64_t step,
               std::int64_t n_steps, std::int64_t steps_per_epoch);

}  // namespace genrebench
