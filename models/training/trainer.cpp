#include "models/training/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "models/training/checkpoint.hpp"
#include "models/training/device.hpp"
#include "models/training/freezing.hpp"
#include "models/training/frozen_layers.hpp"
#include "models/training/gradient_norm.hpp"
#include "models/training/history.hpp"
#include "models/training/optimiser.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;
std::vector<std::size_t> in_order(std::size_t n) {
  std::vector<std::size_t> indices(n);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return indices;
}

bool is_mixed(const TrainingOptions& options) {
  return options.precision == TrainingOptions::Precision::mixed;
}

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

void to_device(Batch& batch, const TrainingOptions& options, const torch::Device& device) {
  if (batch.inputs.defined()) batch.inputs = batch.inputs.to(device, /*non_blocking=*/true);
  if (options.channels_last && batch.inputs.defined() && batch.inputs.dim() == 4)
    batch.inputs = batch.inputs.contiguous(torch::MemoryFormat::ChannelsLast);
  if (batch.labels.defined()) batch.labels = batch.labels.to(device, /*non_blocking=*/true);
}

/// Sums of losses and of right answers. They stay on the device, so that the CPU need not wait for
/// every batch.
class Tally {
 public:
  explicit Tally(const torch::Device& device)
      : loss_(torch::zeros({}, torch::dtype(torch::kFloat64).device(device))),
        right_(loss_.clone()) {}

  void add(const torch::Tensor& logits, const torch::Tensor& labels,
           const torch::Tensor& mean_loss) {
    const torch::NoGradGuard no_grad;
    n_ += labels.size(0);
    loss_ += mean_loss.detach().to(torch::kFloat64) * labels.size(0);
    right_ += logits.argmax(1).eq(labels).sum().to(torch::kFloat64);
  }

  Pass pass() const {
    const auto n = static_cast<double>(std::max<std::int64_t>(n_, 1));
    return {loss_.item<double>() / n, right_.item<double>() / n};
  }

 private:
  torch::Tensor loss_, right_;
  std::int64_t n_ = 0;
};

/// Calls `take(batch)` for each batch of a pass.
/// @return  time spent waiting for batches, seconds
template <typename Take>
double for_each_batch(MakeBatch make, std::vector<std::vector<std::size_t>> batches,
                      const TrainingOptions& options, const torch::Device& device,
                      const Take& take) {
  BatchStream stream(std::move(make), std::move(batches), options.prefetch,
                     /*pinned=*/device.is_cuda());
  while (std::optional<Batch> batch = stream.next()) {
    to_device(*batch, options, device);
    take(*batch);
  }
  return stream.waited_s();
}

/// @param frozen  null: the whole network is computed from inputs
MakeBatch batches_of(const InputPipeline& inputs, const Examples& examples,
                     const FrozenLayers* frozen) {
  return [&inputs, &examples, frozen](const std::vector<std::size_t>& which) {
    return frozen != nullptr ? frozen->batch(examples, which) : inputs.batch(examples, which);
  };
}

/// Logits in float32.
torch::Tensor logits_of(Network& network, FrozenLayers* frozen, const Batch& batch) {
  return (frozen != nullptr ? frozen->forward(batch) : network.forward(batch.inputs))
      .to(torch::kFloat32);
}

/// The examples of an epoch in random order, in batches.
std::vector<std::vector<std::size_t>> shuffled(const TrainingTask& task, std::int64_t epoch) {
  std::vector<std::size_t> order = in_order(task.train.size());
  Random random(derive_seed(task.seed, fmt::format("order {}", epoch)));
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return divide(order, static_cast<std::size_t>(task.options.batch_size));
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
        optimiser_(task.network, task.options) {
    const auto n = task.train.size();
    if (static_cast<std::size_t>(options_.batch_size) > n)
      throw ConfigError(
          fmt::format("method {}: batch_size is {}, more than the {} training examples", task.name,
                      options_.batch_size, n));
    steps_per_epoch_ = std::ssize(divide(in_order(n), batch_size()));
  }

  void train() {
    resume();
    while (!finished()) {
      const auto epoch = std::ssize(state_.history) + 1;
      state_.history.push_back(one_epoch(epoch));
      select(epoch);
      report_epoch(context_, epoch, state_.history.back(), has_valid());
      if (const fs::path file = checkpoint_file(); !file.empty())
        write_checkpoint(file, task_.recipe, network_, optimiser_, state_, fixed_);
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
      auto batches = shuffled(task_, pass);
      if (std::ssize(batches) > wanted) batches.resize(static_cast<std::size_t>(wanted));
      for_each_batch(batches_of(task_.inputs, task_.train, frozen_.get()), std::move(batches),
                     options_, task_.device, one_step);
    }
    return points;
  }

 private:
  struct Step {
    torch::Tensor loss, logits, gradient_norm;
  };

  std::size_t batch_size() const { return static_cast<std::size_t>(options_.batch_size); }
  bool has_valid() const { return task_.valid.size() > 0; }

  /// Empty if there are no checkpoints.
  fs::path checkpoint_file() const {
    const fs::path folder = context_.checkpoint_folder();
    return folder.empty() ? folder : folder / "checkpoint.safetensors";
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

  torch::Tensor forward(const Batch& batch) { return logits_of(network_, frozen_.get(), batch); }

  torch::Tensor loss_of(const torch::Tensor& logits, const torch::Tensor& labels) const {
    return torch::nn::functional::cross_entropy(
        logits, labels, torch::nn::functional::CrossEntropyFuncOptions().weight(weights_));
  }

  Step step(const Batch& batch, const Rates& rates) {
    Step result;
    optimiser_.set(rates);
    network_.zero_grad(/*set_to_none=*/true);
    {
      const MixedPrecision mixed(task_.device, is_mixed(options_));
      result.logits = forward(batch);
      result.loss = loss_of(result.logits, batch.labels);
    }
    result.loss.backward();
    result.gradient_norm = gradient_norm(network_.parameters(), options_.gradient_clip);
    optimiser_.step();
    return result;
  }

  Epoch one_epoch(std::int64_t epoch) {
    begin_epoch(epoch);
    Epoch result = train_epoch(epoch);
    if (has_valid()) result.valid = validate();
    if (!std::isfinite(result.valid.loss))
      throw NotFinite(fmt::format(
          "method {}: the loss of the validation part is not a finite number ({}) after epoch {}",
          task_.name, result.valid.loss, epoch));
    return result;
  }

  Epoch train_epoch(std::int64_t epoch) {
    const SteadyClock::time_point begin = SteadyClock::now();
    SteadyClock::time_point told = begin;
    Epoch result;
    Tally tally(task_.device);
    MeanGradientNorm norm(task_.device, steps_per_epoch_);
    std::int64_t position = 0;
    const auto one_step = [&](const Batch& batch) {
      const Rates rates = rates_at(options_, options_.learning_rate, options_.momentum,
                                   (epoch - 1) * steps_per_epoch_ + position,
                                   options_.epochs * steps_per_epoch_, steps_per_epoch_);
      const Step done = step(batch, rates);
      ++position;
      if (const auto infinite = norm.add(done.gradient_norm))
        fail(epoch, position, rates, *infinite);
      tally.add(done.logits, batch.labels, done.loss);
      result.learning_rate = rates.learning_rate;
      if (context_.interrupted()) throw Interrupted();
      if (seconds_since(told) <= 1.0) return;
      told = SteadyClock::now();
      context_.progress(static_cast<std::size_t>(epoch - 1),
                        static_cast<std::size_t>(options_.epochs),
                        fmt::format("batch {}/{}", position, steps_per_epoch_));
    };
    result.data_wait_s = for_each_batch(batches_of(task_.inputs, task_.train, frozen_.get()),
                                        shuffled(task_, epoch), options_, task_.device, one_step);
    result.train = tally.pass();
    result.gradient_norm = norm.mean();
    result.seconds = seconds_since(begin);
    result.samples_per_second = static_cast<double>(task_.train.size()) / result.seconds;
    for (const double value : {result.train.loss, result.gradient_norm})
      if (!std::isfinite(value)) fail(epoch, position, {result.learning_rate, 0.0}, value);
    return result;
  }

  Pass validate() {
    const torch::NoGradGuard no_grad;
    network_.eval();
    Tally tally(task_.device);
    const auto evaluate = [&](const Batch& batch) {
      const MixedPrecision mixed(task_.device, is_mixed(options_));
      const torch::Tensor logits = forward(batch);
      tally.add(logits, batch.labels, loss_of(logits, batch.labels));
      if (context_.interrupted()) throw Interrupted();
    };
    for_each_batch(batches_of(task_.inputs, task_.valid, frozen_.get()),
                   divide(in_order(task_.valid.size()), batch_size()), options_, task_.device,
                   evaluate);
    return tally.pass();
  }

  [[noreturn]] void fail(std::int64_t epoch, std::int64_t batch, const Rates& rates,
                         double value) const {
    const fs::path file = checkpoint_file();
    const std::string kept =
        file.empty() || epoch == 1
            ? std::string()
            : fmt::format("; the checkpoint of epoch {} is kept in {}", epoch - 1, file.string());
    throw NotFinite(fmt::format(
        "method {}: the loss is no longer a finite number ({}) in epoch {}, batch {} of {}, at a "
        "learning rate of {:.3g}; lower learning_rate or set gradient_clip{}",
        task_.name, value, epoch, batch, steps_per_epoch_, rates.learning_rate, kept));
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
    for (std::int64_t epoch = 1; epoch <= std::ssize(state_.history); ++epoch)
      report_epoch(context_, epoch, state_.history[static_cast<std::size_t>(epoch - 1)],
                   has_valid());
  }

  const TrainingTask& task_;
  FitContext& context_;
  Network& network_;
  const TrainingOptions& options_;
  torch::Tensor weights_;  ///< of the classes, in the loss
  Freezing freezing_;
  FixedTensors fixed_;  ///< frozen for good, so that checkpoints need not hold them
  Optimiser optimiser_;
  std::unique_ptr<FrozenLayers> frozen_;  ///< null in epochs without
  std::int64_t steps_per_epoch_ = 0;
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

torch::Tensor predict_logits(Network& network, const InputPipeline& inputs,
                             const Examples& examples, const TrainingOptions& options,
                             const torch::Device& device, const MethodCache& cache) {
  const torch::NoGradGuard no_grad;
  network.eval();
  // Layers that were trained from some epoch on may be of that epoch: nobody else asks for them.
  const std::size_t n_frozen =
      options.unfreeze_epoch ? 0 : Freezing(network, options).n_frozen(/*epoch=*/1);
  const auto frozen = make_frozen_layers(network, n_frozen, inputs, options, device, cache);
  std::vector<torch::Tensor> logits;
  for_each_batch(batches_of(inputs, examples, frozen.get()),
                 divide(in_order(examples.size()), static_cast<std::size_t>(options.batch_size)),
                 options, device, [&](const Batch& batch) {
                   const MixedPrecision mixed(device, is_mixed(options));
                   logits.push_back(logits_of(network, frozen.get(), batch).to(torch::kCPU));
                 });
  return torch::cat(logits);
}

}  // namespace genrebench
