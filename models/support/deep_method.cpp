#include "models/support/deep_method.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <sstream>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "harness/plugin/network_outline.hpp"
#include "models/networks/network.hpp"
#include "models/networks/outline.hpp"
#include "models/training/batch_plan.hpp"
#include "models/training/device.hpp"
#include "models/training/passes.hpp"
#include "models/training/trainer.hpp"
#include "models/weights/weight_file.hpp"
#include "models/weights/weights.hpp"

namespace genrebench {
namespace {

/// A whole number from `low` to `high` among a model's metadata.
int number_from(const std::string& text, int low, int high, const std::string& what) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || value < low || value > high)
    throw DataError(fmt::format("{}: expected a number from {} to {}, found '{}'", what, low, high,
                                single_line(text.substr(0, 20))));
  return value;
}

/// A size that a model's metadata claim decides how much memory its network takes, so that the
/// file's tensors must have it.
void expect_size(const WeightFile& weights, std::int64_t size, const std::string& what) {
  for (const auto& [name, tensor] : weights.tensors)
    for (const std::int64_t own : tensor.sizes())
      if (own == size) return;
  throw DataError(fmt::format("{} is {}, but no tensor of the model has that size", what, size));
}

std::int64_t n_weights(const WeightFile& weights) {
  std::int64_t n = 0;
  for (const auto& [name, tensor] : weights.tensors) n += tensor.numel();
  return n;
}

class DeepMethod final : public GradientMethod, public DrawnMethod {
  template <typename Work>
  auto guarded(const std::string& what, const Work& work) const -> decltype(work()) {
    return with_torch_errors(fmt::format("method {}, {}", spec_.name, what),
                             spec_.training.batch_size, work);
  }

 public:
  DeepMethod(DeepMethodSpec spec, std::uint64_t seed)
      : spec_(std::move(spec)), seed_(seed), device_(choose_device(spec_.training)) {
    parse_batch_sizes(spec_.name, spec_.training.batch_sizes);  // refused before any work
  }

  void use_cache(const MethodCache& cache) override { cache_ = cache; }

  void fit(const Examples& train, const Examples& valid, FitContext& context) override {
    guarded("training", [&] {
      prepare(train, context);
      train_network(task(train, valid, context), context);
    });
  }

  std::vector<RangePoint> learning_rate_range(const Examples& train, const RangeTest& test,
                                              FitContext& context) override {
    return guarded("range test", [&] {
      prepare(train, context);
      return range_test(task(train, {}, context), test, context);
    });
  }

  Predictions predict(const Examples& examples) const override {
    assert(network_ && "predict before fit");
    Predictions result;
    result.probabilities =
        Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(examples.size()), n_classes_);
    if (examples.size() == 0) return result;
    Examples unlabelled = examples;
    unlabelled.labels.clear();
    guarded("prediction", [&] {
      const torch::Tensor logits =
          predict_logits(*network_, *inputs_, unlabelled, spec_.training, device_, cache_);
      const torch::Tensor shares =
          torch::softmax((logits.to(torch::kFloat64) + absent_mask()), 1).contiguous();
      result.probabilities =
          Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
              shares.data_ptr<double>(), shares.size(0), shares.size(1));
    });
    result.labels = most_probable(result.probabilities);
    return result;
  }

  std::optional<MethodCost> cost() const override {
    assert(network_ && "cost before fit");
    const std::optional<std::int64_t> multiply_adds = network_->multiply_adds(inputs_->shape());
    if (!multiply_adds) return std::nullopt;
    return MethodCost{.parameters = n_parameters(),
                      .multiply_adds = *multiply_adds * spec_.training.test_crops};
  }

  NetworkOutline outline(int n_features, int n_frames, int n_classes) const override {
    return guarded("outline", [&] {
      const FeatureMatrix feature = FeatureMatrix::Zero(n_features, n_frames);
      Examples examples;
      examples.features = {&feature};
      const InputPipeline inputs(spec_.input, examples);
      const auto network = spec_.make_network(inputs.shape(), n_classes);
      return outline_of(*network, inputs.shape());
    });
  }

  bool save(const std::filesystem::path& file) const override {
    assert(network_ && "save before fit");
    WeightFile weights = weights_of(*network_);
    weights.metadata = inputs_->state();
    weights.metadata["method"] = spec_.name;
    weights.metadata["classes"] = std::to_string(n_classes_);
    weights.metadata["present"] = fmt::format("{}", fmt::join(present_, ","));
    write_safetensors(file, weights);
    return true;
  }

  void load(const std::filesystem::path& file) override {
    const WeightFile weights = read_safetensors(file);
    const auto word = [&](const std::string& key) {
      const auto found = weights.metadata.find(key);
      if (found == weights.metadata.end())
        throw DataError(fmt::format("{}: no model of genrebench: its metadata have no '{}'",
                                    file.string(), key));
      return found->second;
    };
    if (word("method") != spec_.name)
      throw DataError(fmt::format("{}: expected a model of the method {}, found one of {}",
                                  file.string(), spec_.name, word("method")));
    const auto key = [&](std::string_view name) {
      return fmt::format("{}: {}", file.string(), name);
    };
    n_classes_ = number_from(word("classes"), 1, std::numeric_limits<int>::max(), key("classes"));
    expect_size(weights, n_classes_, key("classes"));
    present_.clear();
    std::istringstream list(word("present"));
    for (std::string item; std::getline(list, item, ',');)
      present_.push_back(number_from(item, 0, n_classes_ - 1, key("present")));
    inputs_ = std::make_unique<InputPipeline>(spec_.input, weights.metadata);
    if (spec_.input.kind == InputOptions::Kind::sequence)
      expect_size(weights, inputs_->shape().features, key("input.features"));
    if (spec_.least_weights) {
      const std::int64_t least = spec_.least_weights(inputs_->shape()), found = n_weights(weights);
      if (found < least)
        throw DataError(
            fmt::format("{}: expected at least {} weights for the options of the method {}, found "
                        "{}: the file is of another run",
                        file.string(), least, spec_.name, found));
    }
    network_ = spec_.make_network(inputs_->shape(), n_classes_);
    load_weights(*network_, weights, {});
    network_->to(device_);
  }

 private:
  /// A new network, with the weights to start from.
  void prepare(const Examples& train, FitContext& context) {
    assert(train.labels.size() == train.size());
    if (train.size() == 0)
      throw ConfigError(fmt::format(
          "method {}, fit: expected at least one training example, got none", spec_.name));
    at::set_num_threads(context.threads());
    n_classes_ = train.n_classes;
    present_ = train.labels;
    std::sort(present_.begin(), present_.end());
    present_.erase(std::unique(present_.begin(), present_.end()), present_.end());
    if (std::ssize(present_) < n_classes_)
      context.warn(fmt::format(
          "method {}: {} of {} classes have no training example and will never be predicted",
          spec_.name, n_classes_ - std::ssize(present_), n_classes_));
    inputs_ = std::make_unique<InputPipeline>(spec_.input, train);
    torch::manual_seed(derive_seed(seed_, "weights"));
    network_ = spec_.make_network(inputs_->shape(), n_classes_);
    if (!spec_.training.weights.empty()) load_start(context);
    network_->to(device_);
    if (spec_.training.channels_last)
      for (torch::Tensor& parameter : network_->parameters())
        if (parameter.dim() == 4)
          parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
    context.fact("device", device_.str());
    context.note("parameters", static_cast<double>(n_parameters()));
  }

  std::int64_t n_parameters() const {
    std::int64_t n = 0;
    for (const torch::Tensor& parameter : network_->parameters()) n += parameter.numel();
    return n;
  }

  void load_start(FitContext& context) {
    const WeightFile weights = read_weights(spec_.training.weights);
    load_weights(*network_, weights, {.ignored = spec_.foreign_heads, .optional = {"head."}});
    weights_sha256_ = weights.source.sha256;
    context.fact("weights_sha256", weights_sha256_);
  }

  TrainingTask task(const Examples& train, const Examples& valid, const FitContext& context) {
    return {.name = spec_.name,
            .network = *network_,
            .inputs = *inputs_,
            .train = train,
            .valid = valid,
            .options = spec_.training,
            .device = device_,
            .seed = seed_,
            .recipe = fmt::format("{}seed={}\nexamples={}+{}\nthreads={}\ndevice={}\nweights={}\n",
                                  spec_.recipe, seed_, train.size(), valid.size(),
                                  context.threads(), device_.str(), weights_sha256_),
            .cache = cache_};
  }

  /// 0 for classes that were trained, minus infinity for the others.
  torch::Tensor absent_mask() const {
    torch::Tensor mask =
        torch::full({n_classes_}, -std::numeric_limits<double>::infinity(), torch::kFloat64);
    for (const int c : present_) mask[c] = 0.0;
    return mask;
  }

  DeepMethodSpec spec_;
  std::uint64_t seed_;
  torch::Device device_;
  MethodCache cache_;
  int n_classes_ = 0;
  std::vector<int> present_;  ///< classes with training examples, ascending
  std::string weights_sha256_;
  std::unique_ptr<InputPipeline> inputs_;
  std::shared_ptr<Network> network_;
};

}  // namespace

std::unique_ptr<Method> make_deep_method_in_library(DeepMethodSpec spec, std::uint64_t seed) {
  return std::make_unique<DeepMethod>(std::move(spec), seed);
}

}  // namespace genrebench
