#include "models/training/schedules.hpp"

#include <cmath>
#include <numbers>
#include <vector>

namespace genrebench {
namespace {

double between(ScheduleOptions::Anneal anneal, double start, double end, double share) {
  if (anneal == ScheduleOptions::Anneal::linear) return (end - start) * share + start;
  return end + (start - end) / 2.0 * (std::cos(std::numbers::pi * share) + 1.0);
}

struct Phase {
  double end_step;
  Rates from, to;
};

std::vector<Phase> phases(const ScheduleOptions& o, double peak, double n_steps) {
  const double first = peak / o.div_factor, last = first / o.final_div_factor;
  const Rates low{first, o.max_momentum}, high{peak, o.base_momentum}, end{last, o.max_momentum};
  const double up = o.warm_up * n_steps - 1.0;
  if (o.three_phases)
    return {
        {up, low, high}, {2.0 * o.warm_up * n_steps - 2.0, high, low}, {n_steps - 1.0, low, end}};
  return {{up, low, high}, {n_steps - 1.0, high, end}};
}

Rates one_cycle(const ScheduleOptions& o, double peak, double step, double n_steps) {
  double begin = 0.0;
  const std::vector<Phase> all = phases(o, peak, n_steps);
  for (const Phase& phase : all) {
    if (step <= phase.end_step || &phase == &all.back()) {
      const double length = phase.end_step - begin;
      const double share = length > 0.0 ? (step - begin) / length : 1.0;
      return {between(o.anneal, phase.from.learning_rate, phase.to.learning_rate, share),
              between(o.anneal, phase.from.momentum, phase.to.momentum, share)};
    }
    begin = phase.end_step;
  }
  return all.back().to;
}

/// Up and down in one cycle; 0 at its ends, 1 in its middle.
double triangle(double position) {
  return 1.0 - std::abs(2.0 * (position - std::floor(position)) - 1.0);
}

}  // namespace

Rates rates_at(const ScheduleOptions& o, double peak, double momentum, std::int64_t step,
               std::int64_t n_steps, std::int64_t steps_per_epoch) {
  Rates rates{peak, momentum};
  switch (o.kind) {
    case ScheduleOptions::Kind::constant:
      break;
    case ScheduleOptions::Kind::step:
      rates.learning_rate =
          peak *
          std::pow(o.step_factor, static_cast<double>(step / steps_per_epoch / o.step_epochs));
      break;
    case ScheduleOptions::Kind::cyclical: {
      const double height = triangle(static_cast<double>(step) /
                                     (o.cycle_epochs * static_cast<double>(steps_per_epoch)));
      rates = {peak * (o.base_fraction + (1.0 - o.base_fraction) * height),
               o.max_momentum - (o.max_momentum - o.base_momentum) * height};
      break;
    }
    case ScheduleOptions::Kind::one_cycle:
      rates = one_cycle(o, peak, static_cast<double>(step), static_cast<double>(n_steps));
      break;
  }
  if (!o.cycle_momentum) rates.momentum = momentum;
  return rates;
}

}  // namespace genrebench
