#include "models/training/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/profile.hpp"
#include "base/random.hpp"
#include "models/training/augmentation.hpp"
#include "models/training/batch_plan.hpp"
#include "models/training/checkpoint.hpp"
#include "models/training/device.hpp"
#include "models/training/freezing.hpp"
#include "models/training/frozen_layers.hpp"
#include "models/training/gradient_norm.hpp"
#include "models/training/history.hpp"
#include "models/training/optimiser.hpp"
#include "models/training/passes.hpp"
#include "models/training/weight_average.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// Weight of each class in the loss; undefined if all classes count alike.
torch::Tensor class_weights(const TrainingTask& task) {
  if (task.options.class_weights == TrainingOptions::ClassWeights::none) return {};
  std::vector<float> counts(static_cast<std::size_t>(task.train.n_classes), 0.0f);
  for (const int label : task.train.labels) ++counts[static_cast<std::size_t>(label)];
  const auto present = static_cast<float>(
      std::count_if(counts.begin(), counts.end(), [](float n) { return n > 0; }));
  for (float& count : counts)
    if (count > 0) count = static_cast<float>(task.train.size()) / (present * count);
  return torch::tensor(counts).to(task.device);
}

/// n items in the random order of an epoch.
std::vector<std::size_t> shuffled(std::size_t n, std::uint64_t seed, std::int64_t epoch) {
  std::vector<std::size_t> order = in_order(n);
  Random random(derive_seed(seed, fmt::format("order {}", epoch)));
  random.shuffle(std::span(order));
  return order;
}

/// Trains a network step by step.
class Trainer {
 public:
  Trainer(const TrainingTask& task, FitContext& context)
      : task_(task),
        context_(context),
        network_(task.network),
        options_(task.options),
        weights_(class_weights(task)),
        freezing_(task.network, task.options),
        fixed_(freezing_.fixed()),
        optimiser_(task.network, task.options),
        train_(repeated(task.train, task.options.crops_per_epoch)),
        plan_(task.name, task.options, train_.size()) {
    check_augmentation(task.name, options_, task.train, task.inputs.n_frames());
    if (options_.weight_average > 0.0)
      average_ = std::make_unique<WeightAverage>(network_, options_.weight_average, fixed_);
  }

  void train() {
    if (options_.augments() && !options_.freeze_up_to.empty() && options_.frozen_cache)
      context_.warn(fmt::format(
          "method {}: training inputs are changed at random, so that the outputs of the frozen "
          "layers are computed in every epoch and are not cached",
          task_.name));
    resume();
    while (!finished()) {
      one_epoch(std::ssize(state_.history) + 1);
      const auto epoch = std::ssize(state_.history);
      report_epoch(context_, epoch, state_.history.back(), has_valid());
      keep(epoch);
      context_.progress(static_cast<std::size_t>(epoch), static_cast<std::size_t>(options_.epochs),
                        fmt::format("loss {:.3g}", state_.history.back().train.loss));
    }
    restore(network_, state_.best, fixed_);
    context_.note("best_epoch", static_cast<double>(state_.best_epoch));
    context_.note("epochs", static_cast<double>(state_.history.size()));
  }

  std::vector<GradientMethod::RangePoint> range_test(const GradientMethod::RangeTest& test) {
    constexpr double kSmoothing = 0.9, kDiverged = 4.0;
    std::vector<GradientMethod::RangePoint> points;
    double mean = 0.0, lowest = 0.0;
    bool diverged = false;
    const auto one_step = [&](const Batch& batch) {
      if (diverged) return;
      const auto i = static_cast<double>(points.size());
      const double rate = test.low * std::pow(test.high / test.low, i / (test.steps - 1));
      const double loss = step(batch, {rate, options_.momentum}).loss.item<double>();
      mean = kSmoothing * mean + (1.0 - kSmoothing) * loss;
      const double smoothed = mean / (1.0 - std::pow(kSmoothing, i + 1.0));
      if (points.empty() || smoothed < lowest) lowest = smoothed;
      diverged = !std::isfinite(loss) || smoothed > kDiverged * lowest;
      if (!diverged) points.push_back({rate, loss, smoothed});
      context_.progress(points.size(), static_cast<std::size_t>(test.steps),
                        fmt::format("loss {:.3g}", loss));
      if (context_.interrupted()) throw Interrupted();
    };
    begin_epoch(1);
    for (std::int64_t pass = 1; !diverged && std::ssize(points) < test.steps; ++pass) {
      const auto wanted = test.steps - std::ssize(points);
      auto batches = epoch_batches(pass);
      if (std::ssize(batches) > wanted) batches.resize(static_cast<std::size_t>(wanted));
      for_each_batch(training_batches(pass), std::move(batches), options_, task_.device, one_step);
    }
    return points;
  }

 private:
  struct Step {
    torch::Tensor loss, logits, gradient_norm;
  };

  /// The items of an epoch in random order, in batches.
  std::vector<std::vector<std::size_t>> epoch_batches(std::int64_t epoch) const {
    return divide(shuffled(train_.size(), task_.seed, epoch), plan_.batch_size(epoch));
  }

  /// Makes the batches of an epoch, in their order.
  MakeBatch training_batches(std::int64_t epoch) const {
    if (!options_.augments()) return batches_of(task_.inputs, train_, frozen_.get());
    const auto augmentation = std::make_shared<Augmentation>(
        options_, derive_seed(task_.seed, fmt::format("augmentation {}", epoch)));
    return [this, augmentation](const std::vector<std::size_t>& which) {
      return augmentation->batch(task_.inputs, train_, which);
    };
  }

  /// What computes the frozen layers of training examples; null: the whole network does.
  FrozenLayers* frozen_in_training() const { return options_.augments() ? nullptr : frozen_.get(); }

  bool has_valid() const { return task_.valid.size() > 0; }

  /// Empty if there are no checkpoints.
  fs::path checkpoint_file() const {
    const fs::path folder = context_.checkpoint_folder();
    return folder.empty() ? folder : folder / "checkpoint.safetensors";
  }

  /// Writes the checkpoint of an epoch that has just ended, unless writing would then take more
  /// than a tenth of the time of training.
  void keep(std::int64_t epoch) {
    constexpr double kShort_s = 0.5, kShare = 0.1;
    const fs::path file = checkpoint_file();
    if (file.empty()) return;
    if (writing_s_ > kShort_s && seconds_since(kept_) < writing_s_ / kShare) return;
    const ProfileSpan span("checkpoint");
    const auto begin = SteadyClock::now();
    write_checkpoint(file, task_.recipe, network_, optimiser_, state_, fixed_);
    writing_s_ = seconds_since(begin);
    kept_ = SteadyClock::now();
    kept_epoch_ = epoch;
  }

  bool finished() const {
    const std::int64_t done = std::ssize(state_.history);
    return done >= options_.epochs ||
           (options_.patience && done - state_.best_epoch >= *options_.patience);
  }

  /// Everything random in an epoch follows from the seed and the epoch's number, so checkpoints
  /// need no generator's state.
  void begin_epoch(std::int64_t epoch) {
    torch::manual_seed(derive_seed(task_.seed, fmt::format("epoch {}", epoch)));
    network_.train();
    freezing_.apply(epoch);
    const std::size_t n_frozen = freezing_.n_frozen(epoch);
    if (n_frozen == 0)
      frozen_.reset();
    else if (frozen_ == nullptr)
      frozen_ =
          make_frozen_layers(network_, n_frozen, task_.inputs, options_, task_.device, task_.cache);
  }

  torch::Tensor loss_of(const torch::Tensor& logits, const torch::Tensor& labels,
                        double smoothing) const {
    return torch::nn::functional::cross_entropy(
        logits, labels,
        torch::nn::functional::CrossEntropyFuncOptions().weight(weights_).label_smoothing(
            smoothing));
  }

  torch::Tensor training_loss(const torch::Tensor& logits, const Batch& batch) const {
    torch::Tensor loss = loss_of(logits, batch.labels, options_.label_smoothing);
    if (batch.other_labels.defined())
      loss = loss * batch.share +
             loss_of(logits, batch.other_labels, options_.label_smoothing) * (1.0 - batch.share);
    return loss;
  }

  Step step(const Batch& batch, const Rates& rates) {
    Step result;
    optimiser_.set(rates);
    network_.zero_grad(/*set_to_none=*/true);
    {
      const MixedPrecision mixed(task_.device, is_mixed(options_));
      result.logits = logits_of(network_, frozen_in_training(), batch);
      result.loss = training_loss(result.logits, batch);
    }
    result.loss.backward();
    result.gradient_norm = gradient_norm(network_.parameters(), options_.gradient_clip);
    optimiser_.step();
    return result;
  }

  /// Trains, validates, and keeps the weights if they are the best so far.
  void one_epoch(std::int64_t epoch) {
    begin_epoch(epoch);
    Epoch result = train_epoch(epoch);
    const WithAverage averaged(network_, average_.get(), fixed_);
    if (has_valid()) result.valid = validate();
    if (!std::isfinite(result.valid.loss))
      throw NotFinite(fmt::format(
          "method {}: the loss of the validation part is not a finite number ({}) after epoch {}",
          task_.name, result.valid.loss, epoch));
    state_.history.push_back(result);
    if (average_) state_.average = average_->values();
    select(epoch);
  }

  Epoch train_epoch(std::int64_t epoch) {
    const ProfileSpan span("training");
    const SteadyClock::time_point begin = SteadyClock::now();
    SteadyClock::time_point told = begin;
    Epoch result;
    Tally tally(task_.device);
    std::int64_t position = 0;
    const std::int64_t n_steps = plan_.steps(epoch), n_before = plan_.steps_before(epoch);
    MeanGradientNorm norm(task_.device, n_steps);
    const auto one_step = [&](const Batch& batch) {
      const Rates rates = plan_.rates(epoch, position);
      const Step done = step(batch, rates);
      ++position;
      if (average_) average_->update(network_, n_before + position);
      if (const auto infinite = norm.add(done.gradient_norm))
        fail(epoch, position, rates, *infinite);
      tally.add(done.logits, batch, done.loss);
      result.learning_rate = rates.learning_rate;
      if (context_.interrupted()) throw Interrupted();
      if (seconds_since(told) <= 1.0) return;
      told = SteadyClock::now();
      context_.progress(static_cast<std::size_t>(epoch - 1),
                        static_cast<std::size_t>(options_.epochs),
                        fmt::format("batch {}/{}", position, n_steps));
    };
    result.data_wait_s = for_each_batch(training_batches(epoch), epoch_batches(epoch), options_,
                                        task_.device, one_step);
    result.train = tally.pass();
    result.gradient_norm = norm.mean();
    result.seconds = seconds_since(begin);
    result.samples_per_second = static_cast<double>(train_.size()) / result.seconds;
    for (const double value : {result.train.loss, result.gradient_norm})
      if (!std::isfinite(value)) fail(epoch, position, {result.learning_rate, 0.0}, value);
    return result;
  }

  Pass validate() {
    const ProfileSpan span("validation");
    const torch::NoGradGuard no_grad;
    network_.eval();
    Tally tally(task_.device);
    const auto count = [&](const torch::Tensor& logits, const Batch& batch) {
      tally.add(logits, batch, loss_of(logits, batch.labels, /*smoothing=*/0.0));
      if (context_.interrupted()) throw Interrupted();
    };
    const std::vector<std::size_t> all = in_order(task_.valid.size());
    if (options_.test_crops > 1) {
      Examples unlabelled = task_.valid;
      unlabelled.labels.clear();
      Batch answers;
      answers.labels = labels_of(task_.valid, all).to(task_.device);
      count(predict_logits(network_, task_.inputs, unlabelled, options_, task_.device, task_.cache)
                .to(task_.device),
            answers);
      return tally.pass();
    }
    for_each_batch(batches_of(task_.inputs, task_.valid, frozen_.get()),
                   divide(all, static_cast<std::size_t>(options_.batch_size)), options_,
                   task_.device, [&](const Batch& batch) {
                     const MixedPrecision mixed(task_.device, is_mixed(options_));
                     count(logits_of(network_, frozen_.get(), batch), batch);
                   });
    return tally.pass();
  }

  [[noreturn]] void fail(std::int64_t epoch, std::int64_t batch, const Rates& rates,
                         double value) const {
    const std::string kept = kept_epoch_ == 0
                                 ? std::string()
                                 : fmt::format("; the checkpoint of epoch {} is kept in {}",
                                               kept_epoch_, checkpoint_file().string());
    throw NotFinite(fmt::format(
        "method {}: the loss is no longer a finite number ({}) in epoch {}, batch {} of {}, at a "
        "learning rate of {:.3g}; lower learning_rate or set gradient_clip{}",
        task_.name, value, epoch, batch, plan_.steps(epoch), rates.learning_rate, kept));
  }

  /// Keeps the weights of the epoch that has just ended if it is the best so far.
  void select(std::int64_t epoch) {
    if (has_valid() && state_.best_epoch > 0 &&
        !is_better(state_.history.back(),
                   state_.history[static_cast<std::size_t>(state_.best_epoch - 1)],
                   options_.select))
      return;
    state_.best_epoch = epoch;
    state_.best = snapshot(network_, fixed_);
  }

  void begin_anew(std::string_view why) {
    context_.warn(
        fmt::format("method {}: {}; training starts from the beginning", task_.name, why));
  }

  /// Continues from the checkpoint if there is one of the same training. One that cannot be used
  /// costs time, not the run.
  void resume() {
    const fs::path file = checkpoint_file();
    if (file.empty()) return;
    if (!fs::exists(file)) {
      if (const fs::path earlier = file.parent_path() / "checkpoint.pt"; fs::exists(earlier))
        begin_anew(
            fmt::format("the checkpoint {} is of an earlier version of genrebench, which "
                        "this one does not read",
                        earlier.string()));
      return;
    }
    std::optional<TrainingState> state;
    try {
      state = read_checkpoint(file, task_.recipe, network_, optimiser_, task_.device, fixed_);
    } catch (const DataError& error) {
      return begin_anew(error.what());
    }
    if (!state)
      return begin_anew(fmt::format(
          "the checkpoint {} is of another configuration or number of threads", file.string()));
    state_ = std::move(*state);
    if (average_) average_->set_values(state_.average);
    kept_epoch_ = std::ssize(state_.history);
    for (std::int64_t epoch = 1; epoch <= std::ssize(state_.history); ++epoch)
      report_epoch(context_, epoch, state_.history[static_cast<std::size_t>(epoch - 1)],
                   has_valid());
  }

  SteadyClock::time_point kept_{};  ///< when the last checkpoint was written
  double writing_s_ = 0.0;          ///< how long it took
  std::int64_t kept_epoch_ = 0;     ///< of the checkpoint; 0: there is none

  const TrainingTask& task_;
  FitContext& context_;
  Network& network_;
  const TrainingOptions& options_;
  torch::Tensor weights_;  ///< of the classes, in the loss
  Freezing freezing_;
  FixedTensors fixed_;  ///< frozen for good, so that checkpoints need not hold them
  Optimiser optimiser_;
  std::unique_ptr<FrozenLayers> frozen_;  ///< null in epochs without
  Examples train_;  ///< the training examples, each as often as an epoch shows it
  BatchPlan plan_;
  std::unique_ptr<WeightAverage> average_;  ///< null: the weights themselves count
  TrainingState state_;
};

}  // namespace

void train_network(const TrainingTask& task, FitContext& context) {
  Trainer(task, context).train();
}

std::vector<GradientMethod::RangePoint> range_test(const TrainingTask& task,
                                                   const GradientMethod::RangeTest& test,
                                                   FitContext& context) {
  return Trainer(task, context).range_test(test);
}

}  // namespace genrebench
