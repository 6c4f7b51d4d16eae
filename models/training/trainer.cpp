#include "models/training/trainer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <sstream>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "models/training/device.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;
using Clock = SteadyClock;

std::vector<std::size_t> in_order(std::size_t n) {
  std::vector<std::size_t> indices(n);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return indices;
}

/// One of the optimisers, with rates that can be set at every step.
class Optimiser {
 public:
  Optimiser(Network& network, const TrainingOptions& options) : options_(options) {
    const std::vector<Layer> layers = network.layers();
    const int n_groups = layers.back().group + 1;
    std::vector<torch::optim::OptimizerParamGroup> groups;
    for (int group = 0; group < n_groups; ++group) {
      std::vector<torch::Tensor> parameters;
      for (const Layer& layer : layers)
        if (layer.group == group)
          for (const torch::Tensor& parameter : layer.module->parameters())
            parameters.push_back(parameter);
      groups.emplace_back(std::move(parameters));
      factors_.push_back(std::pow(options.discriminative, group - (n_groups - 1)));
    }
    switch (options.optimiser) {
      case TrainingOptions::Optimiser::adam:
        optimiser_ = std::make_unique<torch::optim::Adam>(
            groups,
            torch::optim::AdamOptions(options.learning_rate).weight_decay(options.weight_decay));
        break;
      case TrainingOptions::Optimiser::adamw:
        optimiser_ = std::make_unique<torch::optim::AdamW>(
            groups,
            torch::optim::AdamWOptions(options.learning_rate).weight_decay(options.weight_decay));
        break;
      case TrainingOptions::Optimiser::sgd:
        optimiser_ = std::make_unique<torch::optim::SGD>(
            groups, torch::optim::SGDOptions(options.learning_rate)
                        .momentum(options.momentum)
                        .weight_decay(options.weight_decay));
        break;
    }
  }

  void set(const Rates& rates) {
    for (std::size_t g = 0; g < factors_.size(); ++g) {
      torch::optim::OptimizerOptions& of_group = optimiser_->param_groups()[g].options();
      of_group.set_lr(rates.learning_rate * factors_[g]);
      switch (options_.optimiser) {
        case TrainingOptions::Optimiser::adam: {
          auto& adam = static_cast<torch::optim::AdamOptions&>(of_group);
          adam.betas({rates.momentum, std::get<1>(adam.betas())});
          break;
        }
        case TrainingOptions::Optimiser::adamw: {
          auto& adam = static_cast<torch::optim::AdamWOptions&>(of_group);
          adam.betas({rates.momentum, std::get<1>(adam.betas())});
          break;
        }
        case TrainingOptions::Optimiser::sgd:
          static_cast<torch::optim::SGDOptions&>(of_group).momentum(rates.momentum);
          break;
      }
    }
  }

  void step() { optimiser_->step(); }
  void save(torch::serialize::OutputArchive& archive) const { optimiser_->save(archive); }
  void load(torch::serialize::InputArchive& archive) { optimiser_->load(archive); }

 private:
  const TrainingOptions& options_;
  std::vector<double> factors_;
  std::unique_ptr<torch::optim::Optimizer> optimiser_;
};

/// Which layers are trained, and that the others neither move nor gather statistics.
class Freezing {
 public:
  Freezing(Network& network, const TrainingOptions& options)
      : layers_(network.layers()), unfreeze_epoch_(options.unfreeze_epoch) {
    if (options.freeze_up_to.empty()) return;
    const auto last = std::find_if(layers_.begin(), layers_.end(), [&](const Layer& layer) {
      return layer.name == options.freeze_up_to ||
             (!layer.alias.empty() && layer.alias == options.freeze_up_to);
    });
    if (last == layers_.end()) {
      std::vector<std::string> names;
      for (const Layer& layer : layers_)
        names.push_back(layer.alias.empty() ? layer.name
                                            : fmt::format("{} ({})", layer.name, layer.alias));
      throw ConfigError(fmt::format("freeze_up_to: the network has no layer '{}'; its layers: {}",
                                    options.freeze_up_to, fmt::join(names, ", ")));
    }
    if (std::next(last) == layers_.end())
      throw ConfigError(fmt::format(
          "freeze_up_to: '{}' is the last layer; nothing would be trained", last->name));
    frozen_ = static_cast<std::size_t>(last - layers_.begin()) + 1;
  }

  /// To be called before each epoch, counted from 1, after Module::train().
  void apply(std::int64_t epoch) const {
    const std::size_t frozen = unfreeze_epoch_ && epoch >= *unfreeze_epoch_ ? 0 : frozen_;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      for (torch::Tensor& parameter : layers_[i].module->parameters())
        parameter.requires_grad_(i >= frozen);
      if (i < frozen) layers_[i].module->eval();
    }
  }

 private:
  std::vector<Layer> layers_;
  std::optional<int> unfreeze_epoch_;
  std::size_t frozen_ = 0;
};

/// Weight of each class in the loss; undefined where all count alike.
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

double gradient_norm(Network& network, std::optional<double> clip) {
  std::vector<torch::Tensor> parameters;
  for (const torch::Tensor& parameter : network.parameters())
    if (parameter.grad().defined()) parameters.push_back(parameter);
  if (clip) return torch::nn::utils::clip_grad_norm_(parameters, *clip);
  std::vector<torch::Tensor> norms;
  for (const torch::Tensor& parameter : parameters) norms.push_back(parameter.grad().norm());
  return torch::stack(norms).norm().item<double>();
}

void to_device(Batch& batch, const TrainingOptions& options, const torch::Device& device) {
  batch.inputs = batch.inputs.to(device, /*non_blocking=*/true);
  if (options.channels_last && batch.inputs.dim() == 4)
    batch.inputs = batch.inputs.contiguous(torch::MemoryFormat::ChannelsLast);
  if (batch.labels.defined()) batch.labels = batch.labels.to(device, /*non_blocking=*/true);
}

/// What a pass over examples came to.
struct Pass {
  double loss = 0.0;  ///< mean over examples
  double accuracy = 0.0;
};

/// Sums of losses and of right answers, on the device, so that it need not be waited for at every
/// batch.
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

/// Calls `take(batch)` for each batch of a pass. @return  seconds that were spent waiting for
/// batches
template <typename Take>
double for_each_batch(const InputPipeline& inputs, const Examples& examples,
                      std::vector<std::vector<std::size_t>> batches, const TrainingOptions& options,
                      const torch::Device& device, const Take& take) {
  BatchStream stream(inputs, examples, std::move(batches), options.prefetch,
                     /*pinned=*/device.is_cuda());
  while (std::optional<Batch> batch = stream.next()) {
    to_device(*batch, options, device);
    take(*batch);
  }
  return stream.waited_s();
}

/// Points of curves of one epoch.
struct Epoch {
  Pass train, valid;
  double learning_rate = 0.0, gradient_norm = 0.0, seconds = 0.0, samples_per_second = 0.0,
         data_wait_s = 0.0;
};

constexpr std::size_t kEpochNumbers = 9;
static_assert(std::is_trivially_copyable_v<Epoch> &&
              sizeof(Epoch) == kEpochNumbers * sizeof(double));

class Trainer {
 public:
  Trainer(const TrainingTask& task, FitContext& context)
      : task_(task),
        context_(context),
        network_(task.network),
        options_(task.options),
        weights_(class_weights(task)),
        freezing_(task.network, task.options),
        optimiser_(task.network, task.options) {
    const auto n = task.train.size();
    if (static_cast<std::size_t>(options_.batch_size) > n)
      throw ConfigError(
          fmt::format("method {}: batch_size is {}, more than the {} training examples", task.name,
                      options_.batch_size, n));
    steps_per_epoch_ = static_cast<std::int64_t>(divide(in_order(n), batch_size()).size());
  }

  void train() {
    resume();
    while (!finished()) {
      const auto epoch = std::ssize(history_) + 1;
      history_.push_back(one_epoch(epoch));
      select(epoch);
      report(epoch);
      write_checkpoint();
      context_.progress(static_cast<std::size_t>(epoch), static_cast<std::size_t>(options_.epochs),
                        fmt::format("loss {:.3g}", history_.back().train.loss));
    }
    restore(best_);
    context_.note("best_epoch", static_cast<double>(best_epoch_));
    context_.note("epochs", static_cast<double>(history_.size()));
  }

  std::vector<GradientMethod::RangePoint> range_test(const GradientMethod::RangeTest& test) {
    constexpr double kSmoothing = 0.9, kDiverged = 4.0;
    std::vector<GradientMethod::RangePoint> points;
    double mean = 0.0, lowest = 0.0;
    begin_epoch(1);
    for (std::int64_t pass = 1; std::ssize(points) < test.steps; ++pass) {
      bool diverged = false;
      const auto wanted = test.steps - std::ssize(points);
      auto batches = shuffled(pass);
      if (std::ssize(batches) > wanted) batches.resize(static_cast<std::size_t>(wanted));
      for_each_batch(
          task_.inputs, task_.train, std::move(batches), options_, task_.device,
          [&](const Batch& batch) {
            if (diverged) return;
            const auto i = static_cast<double>(points.size());
            const double rate = test.low * std::pow(test.high / test.low, i / (test.steps - 1));
            const double loss = step(batch, {rate, options_.momentum}).loss.template item<double>();
            mean = kSmoothing * mean + (1.0 - kSmoothing) * loss;
            const double smoothed = mean / (1.0 - std::pow(kSmoothing, i + 1.0));
            if (points.empty() || smoothed < lowest) lowest = smoothed;
            diverged = !std::isfinite(loss) || smoothed > kDiverged * lowest;
            if (!diverged) points.push_back({rate, loss, smoothed});
            context_.progress(points.size(), static_cast<std::size_t>(test.steps),
                              fmt::format("loss {:.3g}", loss));
            if (context_.interrupted()) throw Interrupted();
          });
      if (diverged) break;
    }
    return points;
  }

 private:
  struct Step {
    torch::Tensor loss, logits;
    double gradient_norm = 0.0;
  };

  std::size_t batch_size() const { return static_cast<std::size_t>(options_.batch_size); }

  bool finished() const {
    const std::int64_t done = std::ssize(history_);
    return done >= options_.epochs ||
           (options_.patience && done - best_epoch_ >= *options_.patience);
  }

  /// Everything random in an epoch follows from the seed and its number, so that no generator's
  /// state need be kept.
  void begin_epoch(std::int64_t epoch) {
    torch::manual_seed(derive_seed(task_.seed, fmt::format("epoch {}", epoch)));
    network_.train();
    freezing_.apply(epoch);
  }

  std::vector<std::vector<std::size_t>> shuffled(std::int64_t epoch) const {
    std::vector<std::size_t> order = in_order(task_.train.size());
    Random random(derive_seed(task_.seed, fmt::format("order {}", epoch)));
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    return divide(order, batch_size());
  }

  torch::Tensor loss_of(const torch::Tensor& logits, const torch::Tensor& labels) const {
    return torch::nn::functional::cross_entropy(
        logits, labels, torch::nn::functional::CrossEntropyFuncOptions().weight(weights_));
  }

  Step step(const Batch& batch, const Rates& rates) {
    Step result;
    optimiser_.set(rates);
    network_.zero_grad(/*set_to_none=*/true);
    {
      const MixedPrecision mixed(task_.device,
                                 options_.precision == TrainingOptions::Precision::mixed);
      result.logits = network_.forward(batch.inputs).to(torch::kFloat32);
      result.loss = loss_of(result.logits, batch.labels);
    }
    result.loss.backward();
    result.gradient_norm = gradient_norm(network_, options_.gradient_clip);
    optimiser_.step();
    return result;
  }

  Epoch one_epoch(std::int64_t epoch) {
    const Clock::time_point begin = Clock::now();
    Clock::time_point told = begin;
    begin_epoch(epoch);
    Epoch result;
    Tally tally(task_.device);
    std::int64_t position = 0;
    result.data_wait_s = for_each_batch(
        task_.inputs, task_.train, shuffled(epoch), options_, task_.device,
        [&](const Batch& batch) {
          const Rates rates = rates_at(options_, options_.learning_rate, options_.momentum,
                                       (epoch - 1) * steps_per_epoch_ + position,
                                       options_.epochs * steps_per_epoch_, steps_per_epoch_);
          const Step done = step(batch, rates);
          ++position;
          if (!std::isfinite(done.gradient_norm)) fail(epoch, position, rates, done.gradient_norm);
          tally.add(done.logits, batch.labels, done.loss);
          result.learning_rate = rates.learning_rate;
          result.gradient_norm += done.gradient_norm / static_cast<double>(steps_per_epoch_);
          if (context_.interrupted()) throw Interrupted();
          if (seconds_since(told) > 1.0) {
            told = Clock::now();
            context_.progress(static_cast<std::size_t>(epoch - 1),
                              static_cast<std::size_t>(options_.epochs),
                              fmt::format("batch {}/{}", position, steps_per_epoch_));
          }
        });
    result.train = tally.pass();
    result.seconds = seconds_since(begin);
    result.samples_per_second = static_cast<double>(task_.train.size()) / result.seconds;
    if (!std::isfinite(result.train.loss))
      fail(epoch, position, {result.learning_rate, 0.0}, result.train.loss);
    if (task_.valid.size() > 0) result.valid = validate();
    if (!std::isfinite(result.valid.loss))
      throw NotFinite(fmt::format(
          "method {}: the loss of the validation part is not a finite number ({}) after epoch {}",
          task_.name, result.valid.loss, epoch));
    return result;
  }

  Pass validate() {
    const torch::NoGradGuard no_grad;
    network_.eval();
    Tally tally(task_.device);
    for_each_batch(task_.inputs, task_.valid, divide(in_order(task_.valid.size()), batch_size()),
                   options_, task_.device, [&](const Batch& batch) {
                     const MixedPrecision mixed(
                         task_.device, options_.precision == TrainingOptions::Precision::mixed);
                     const torch::Tensor logits =
                         network_.forward(batch.inputs).to(torch::kFloat32);
                     tally.add(logits, batch.labels, loss_of(logits, batch.labels));
                     if (context_.interrupted()) throw Interrupted();
                   });
    return tally.pass();
  }

  [[noreturn]] void fail(std::int64_t epoch, std::int64_t batch, const Rates& rates,
                         double value) const {
    const std::string kept = context_.checkpoint_folder().empty() || epoch == 1
                                 ? std::string()
                                 : fmt::format("; the checkpoint of epoch {} is kept in {}",
                                               epoch - 1, checkpoint_file().string());
    throw NotFinite(fmt::format(
        "method {}: the loss is no longer a finite number ({}) in epoch {}, batch {} of {}, at a "
        "learning rate of {:.3g}; lower learning_rate or set gradient_clip{}",
        task_.name, value, epoch, batch, steps_per_epoch_, rates.learning_rate, kept));
  }

  void select(std::int64_t epoch) {
    const Epoch& now = history_.back();
    const bool by_valid =
        task_.valid.size() > 0 && options_.select != TrainingOptions::Select::last;
    bool better = !by_valid || best_epoch_ == 0;
    if (!better) {
      const Epoch& best = history_[static_cast<std::size_t>(best_epoch_ - 1)];
      const bool lower_loss = now.valid.loss < best.valid.loss;
      better = options_.select == TrainingOptions::Select::valid_loss
                   ? lower_loss
                   : now.valid.accuracy > best.valid.accuracy ||
                         (now.valid.accuracy == best.valid.accuracy && lower_loss);
    }
    if (!better) return;
    best_epoch_ = epoch;
    best_ = snapshot();
  }

  void report(std::int64_t epoch) const {
    const Epoch& e = history_[static_cast<std::size_t>(epoch - 1)];
    context_.curve("loss", "train", epoch, e.train.loss);
    context_.curve("accuracy", "train", epoch, e.train.accuracy);
    if (task_.valid.size() > 0) {
      context_.curve("loss", "valid", epoch, e.valid.loss);
      context_.curve("accuracy", "valid", epoch, e.valid.accuracy);
    }
    context_.curve("learning_rate", "train", epoch, e.learning_rate);
    context_.curve("gradient_norm", "train", epoch, e.gradient_norm);
    context_.curve("seconds", "train", epoch, e.seconds);
    context_.curve("samples_per_second", "train", epoch, e.samples_per_second);
    context_.curve("data_wait_s", "train", epoch, e.data_wait_s);
  }

  /// All weights and statistics, in their own memory.
  std::vector<torch::Tensor> snapshot() const {
    std::vector<torch::Tensor> copies;
    for (const torch::Tensor& tensor : state()) copies.push_back(tensor.detach().clone());
    return copies;
  }

  std::vector<torch::Tensor> state() const {
    std::vector<torch::Tensor> tensors = network_.parameters();
    const std::vector<torch::Tensor> buffers = network_.buffers();
    tensors.insert(tensors.end(), buffers.begin(), buffers.end());
    return tensors;
  }

  void restore(const std::vector<torch::Tensor>& from) {
    const torch::NoGradGuard no_grad;
    std::vector<torch::Tensor> to = state();
    for (std::size_t i = 0; i < to.size(); ++i) to[i].copy_(from[i]);
  }

  fs::path checkpoint_file() const { return context_.checkpoint_folder() / "checkpoint.pt"; }

  void write_checkpoint() {
    if (context_.checkpoint_folder().empty()) return;
    torch::serialize::OutputArchive archive, optimiser;
    archive.write("recipe", c10::IValue(task_.recipe));
    archive.write("best_epoch", c10::IValue(best_epoch_));
    archive.write("history",
                  torch::from_blob(history_.data(),
                                   {std::ssize(history_), static_cast<std::int64_t>(kEpochNumbers)},
                                   torch::kFloat64)
                      .clone());
    write_tensors(archive, "weights", state());
    write_tensors(archive, "best", best_);
    optimiser_.save(optimiser);
    archive.write("optimiser", optimiser);
    std::ostringstream bytes;
    archive.save_to(bytes);
    write_file_atomically(checkpoint_file(), bytes.view());
  }

  static void write_tensors(torch::serialize::OutputArchive& archive, const std::string& name,
                            const std::vector<torch::Tensor>& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i)
      archive.write(fmt::format("{}_{}", name, i), tensors[i].detach());
  }

  std::vector<torch::Tensor> read_tensors(torch::serialize::InputArchive& archive,
                                          const std::string& name) const {
    std::vector<torch::Tensor> tensors;
    for (const torch::Tensor& like : state()) {
      torch::Tensor& tensor = tensors.emplace_back();
      archive.read(fmt::format("{}_{}", name, tensors.size() - 1), tensor);
      if (tensor.sizes() != like.sizes()) throw DataError("another network");
      tensor = tensor.to(task_.device);
    }
    return tensors;
  }

  /// Goes on from the checkpoint, where there is one of the same training.
  void resume() {
    if (context_.checkpoint_folder().empty() || !fs::exists(checkpoint_file())) return;
    try {
      torch::serialize::InputArchive archive, optimiser;
      archive.load_from(checkpoint_file().string(), task_.device);
      c10::IValue recipe, best_epoch;
      archive.read("recipe", recipe);
      if (recipe.toStringRef() != task_.recipe) {
        context_.warn(
            fmt::format("method {}: the checkpoint {} is of another configuration or number of "
                        "threads; training begins anew",
                        task_.name, checkpoint_file().string()));
        return;
      }
      torch::Tensor history;
      archive.read("history", history);
      history = history.to(torch::kCPU).contiguous();
      std::vector<Epoch> epochs(static_cast<std::size_t>(history.size(0)));
      std::memcpy(static_cast<void*>(epochs.data()), history.data_ptr<double>(),
                  epochs.size() * sizeof(Epoch));
      archive.read("best_epoch", best_epoch);
      const std::vector<torch::Tensor> weights = read_tensors(archive, "weights");
      std::vector<torch::Tensor> best = read_tensors(archive, "best");
      archive.read("optimiser", optimiser);
      optimiser_.load(optimiser);
      restore(weights);
      best_ = std::move(best);
      best_epoch_ = best_epoch.toInt();
      history_ = std::move(epochs);
    } catch (const c10::Error&) {
      throw DataError(fmt::format("{}: the checkpoint is damaged; delete it to train anew",
                                  checkpoint_file().string()));
    }
    for (std::int64_t epoch = 1; epoch <= std::ssize(history_); ++epoch) report(epoch);
  }

  const TrainingTask& task_;
  FitContext& context_;
  Network& network_;
  const TrainingOptions& options_;
  torch::Tensor weights_;
  Freezing freezing_;
  Optimiser optimiser_;
  std::int64_t steps_per_epoch_ = 0;
  std::vector<Epoch> history_;
  std::int64_t best_epoch_ = 0;
  std::vector<torch::Tensor> best_;
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
                             const torch::Device& device) {
  const torch::NoGradGuard no_grad;
  network.eval();
  std::vector<torch::Tensor> logits;
  for_each_batch(
      inputs, examples,
      divide(in_order(examples.size()), static_cast<std::size_t>(options.batch_size)), options,
      device, [&](const Batch& batch) {
        const MixedPrecision mixed(device, options.precision == TrainingOptions::Precision::mixed);
        logits.push_back(network.forward(batch.inputs).to(torch::kFloat32).to(torch::kCPU));
      });
  return torch::cat(logits);
}

}  // namespace genrebench
