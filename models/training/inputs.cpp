#include "models/training/inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/error.hpp"

namespace genrebench {
namespace {

/// Means and deviations of ImageNet's channels, of values in [0, 1], as torchvision's weights
/// expect.
constexpr std::array<float, 3> kImagenetMean = {0.485f, 0.456f, 0.406f};
constexpr std::array<float, 3> kImagenetDeviation = {0.229f, 0.224f, 0.225f};

std::int64_t median_length(const Examples& examples) {
  std::vector<std::int64_t> lengths;
  for (const FeatureMatrix* feature : examples.features) lengths.push_back(feature->cols());
  const auto middle = lengths.begin() + std::ssize(lengths) / 2;
  std::nth_element(lengths.begin(), middle, lengths.end());
  return *middle;
}

/// Offset and scale that bring the training values to mean 0 and deviation 1.
std::pair<double, double> standard_scale(const Examples& examples) {
  double sum = 0.0, squares = 0.0, count = 0.0;
  for (const FeatureMatrix* feature : examples.features) {
    sum += feature->cast<double>().sum();
    count += static_cast<double>(feature->size());
  }
  const double mean = sum / count;
  for (const FeatureMatrix* feature : examples.features)
    squares += (feature->cast<double>().array() - mean).square().sum();
  const double deviation = std::sqrt(squares / count);
  return {mean, deviation > 1e-12 * std::max(1.0, std::abs(mean)) ? 1.0 / deviation : 1.0};
}

/// Offset and scale that bring the training values to [0, 1].
std::pair<double, double> unit_scale(const Examples& examples) {
  double low = examples.features.front()->minCoeff(), high = examples.features.front()->maxCoeff();
  for (const FeatureMatrix* feature : examples.features) {
    low = std::min(low, static_cast<double>(feature->minCoeff()));
    high = std::max(high, static_cast<double>(feature->maxCoeff()));
  }
  return {low, high > low ? 1.0 / (high - low) : 1.0};
}

template <typename Number>
Number number_in(const std::map<std::string, std::string>& state, const std::string& key) {
  const auto found = state.find(key);
  Number value{};
  if (found != state.end()) {
    const char* const end = found->second.data() + found->second.size();
    if (const auto [stop, error] = std::from_chars(found->second.data(), end, value);
        error == std::errc() && stop == end)
      return value;
  }
  throw DataError(fmt::format("the stored model's '{}' is {}, expected a number", key,
                              found == state.end() ? "missing" : "'" + found->second + "'"));
}

/// @param frames  n x frames x features
/// @return        n x channels x height x width
torch::Tensor as_images(const torch::Tensor& frames, const InputShape& shape,
                        const InputOptions& options) {
  torch::Tensor images = frames.transpose(1, 2).unsqueeze(1).contiguous();
  if (shape.height != images.size(2) || shape.width != images.size(3))
    images = at::_upsample_bilinear2d_aa(images, {shape.height, shape.width},
                                         /*align_corners=*/false);
  if (shape.channels > 1)
    images =
        images.expand({images.size(0), shape.channels, shape.height, shape.width}).contiguous();
  if (options.normalise == InputOptions::Normalise::imagenet)
    for (std::int64_t c = 0; c < shape.channels; ++c) {
      const auto statistic = static_cast<std::size_t>(c % 3);
      images.select(1, c).sub_(kImagenetMean[statistic]).div_(kImagenetDeviation[statistic]);
    }
  return images;
}

}  // namespace

InputPipeline::InputPipeline(const InputOptions& options, const Examples& train)
    : options_(options) {
  n_features_ = train.features.front()->rows();
  for (const FeatureMatrix* feature : train.features)
    if (feature->rows() != n_features_ || feature->size() == 0)
      throw ConfigError(
          fmt::format("expected features of {} rows and at least one frame, found {} x {}",
                      n_features_, feature->rows(), feature->cols()));
  frames_ = options.frames ? *options.frames : median_length(train);
  switch (options.normalise) {
    case InputOptions::Normalise::none:
      break;
    case InputOptions::Normalise::training:
      std::tie(offset_, scale_) = standard_scale(train);
      break;
    case InputOptions::Normalise::unit:
    case InputOptions::Normalise::imagenet:
      std::tie(offset_, scale_) = unit_scale(train);
      break;
  }
}

InputPipeline::InputPipeline(const InputOptions& options,
                             const std::map<std::string, std::string>& state)
    : options_(options),
      n_features_(number_in<std::int64_t>(state, "input.features")),
      frames_(number_in<std::int64_t>(state, "input.frames")),
      offset_(number_in<double>(state, "input.offset")),
      scale_(number_in<double>(state, "input.scale")) {
  constexpr std::int64_t kMost = 1 << 27;  // a file's word for it takes no more memory
  if (n_features_ < 1 || frames_ < 1 || n_features_ > kMost || frames_ > kMost / n_features_)
    throw DataError(fmt::format("the stored model takes {} x {} features, expected 1 to {} in all",
                                n_features_, frames_, kMost));
}

std::map<std::string, std::string> InputPipeline::state() const {
  return {{"input.features", std::to_string(n_features_)},
          {"input.frames", std::to_string(frames_)},
          {"input.offset", fmt::format("{}", offset_)},
          {"input.scale", fmt::format("{}", scale_)}};
}

InputShape InputPipeline::shape() const {
  if (options_.kind == InputOptions::Kind::sequence)
    return {.steps = frames_, .features = n_features_};
  return {.channels = options_.channels,
          .height = options_.image_height.value_or(static_cast<int>(n_features_)),
          .width = options_.image_width.value_or(static_cast<int>(frames_))};
}

std::string InputPipeline::recipe() const {
  const InputShape to = shape();
  std::string text =
      fmt::format("kind {} normalise {} shape {} x {} x {}, {} x {}\n",
                  static_cast<int>(options_.kind), static_cast<int>(options_.normalise),
                  to.channels, to.height, to.width, to.steps, to.features);
  for (const auto& [key, value] : state()) text += fmt::format("{} {}\n", key, value);
  return text;
}

Batch InputPipeline::batch(const Examples& examples, const std::vector<std::size_t>& which,
                           const InputChanges& changes) const {
  const torch::NoGradGuard no_grad;
  const auto n = static_cast<std::int64_t>(which.size());
  Batch batch;
  batch.inputs = torch::empty({n, frames_, n_features_});  // a column of an Eigen matrix is a frame
  float* to = batch.inputs.data_ptr<float>();
  for (const std::size_t index : which) {
    const FeatureMatrix& feature = *examples.features[index];
    if (feature.rows() != n_features_ || feature.cols() == 0)
      throw ConfigError(fmt::format("expected features of {} rows, as in training, found {} x {}",
                                    n_features_, feature.rows(), feature.cols()));
    std::int64_t from = changes.start ? changes.start(index, feature) : 0;
    // A short excerpt is repeated.
    for (std::int64_t frame = 0; frame < frames_; from = 0) {
      const std::int64_t count = std::min<std::int64_t>(feature.cols() - from, frames_ - frame);
      std::memcpy(to, feature.data() + from * n_features_,
                  static_cast<std::size_t>(count * n_features_) * sizeof(float));
      to += count * n_features_;
      frame += count;
    }
  }
  if (offset_ != 0.0 || scale_ != 1.0) batch.inputs.sub_(offset_).mul_(scale_);
  if (changes.change) changes.change(batch.inputs);
  if (options_.kind == InputOptions::Kind::image)
    batch.inputs = as_images(batch.inputs, shape(), options_);
  batch.labels = labels_of(examples, which);
  return batch;
}

torch::Tensor labels_of(const Examples& examples, const std::vector<std::size_t>& which) {
  if (examples.labels.empty()) return {};
  torch::Tensor labels = torch::empty({std::ssize(which)}, torch::kInt64);
  auto* to = labels.data_ptr<std::int64_t>();
  for (const std::size_t index : which) *to++ = examples.labels[index];
  return labels;
}

struct BatchStream::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Batch> ready;
  std::exception_ptr failure;
  bool finished = false, abandoned = false;
  std::jthread maker;

  /// Waits for a place among the `prefetch` ready batches. @return  false: nobody wants more
  bool put(Batch batch, int prefetch) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return abandoned || std::ssize(ready) < prefetch; });
    if (abandoned) return false;
    ready.push_back(std::move(batch));
    changed.notify_all();
    return true;
  }

  void finish(std::exception_ptr reason) {
    const std::lock_guard lock(mutex);
    failure = std::move(reason);
    finished = true;
    changed.notify_all();
  }
};

BatchStream::BatchStream(const InputPipeline& pipeline, const Examples& examples,
                         std::vector<std::vector<std::size_t>> batches, int prefetch, bool pinned)
    : BatchStream(
          [&pipeline, &examples](const std::vector<std::size_t>& which) {
            return pipeline.batch(examples, which);
          },
          std::move(batches), prefetch, pinned) {}

BatchStream::BatchStream(MakeBatch make, std::vector<std::vector<std::size_t>> batches,
                         int prefetch, bool pinned)
    : shared_(std::make_unique<Shared>()) {
  Shared& shared = *shared_;
  shared.maker = std::jthread(
      [make = std::move(make), &shared, batches = std::move(batches), prefetch, pinned] {
#ifdef _OPENMP
        omp_set_num_threads(1);  // of what this thread starts: the network has the others
#endif
        std::exception_ptr failure;
        try {
          for (const std::vector<std::size_t>& which : batches) {
            Batch batch = make(which);
            if (pinned) {
              if (batch.inputs.defined()) batch.inputs = batch.inputs.pin_memory();
              if (batch.labels.defined()) batch.labels = batch.labels.pin_memory();
            }
            if (!shared.put(std::move(batch), prefetch)) return;
          }
        } catch (...) {
          failure = std::current_exception();
        }
        shared.finish(failure);
      });
}

BatchStream::~BatchStream() {
  const std::lock_guard lock(shared_->mutex);
  shared_->abandoned = true;
  shared_->changed.notify_all();
}

std::optional<Batch> BatchStream::next() {
  const auto begin = std::chrono::steady_clock::now();
  std::unique_lock lock(shared_->mutex);
  shared_->changed.wait(lock, [&] { return !shared_->ready.empty() || shared_->finished; });
  waited_s_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (shared_->ready.empty()) {
    if (shared_->failure) std::rethrow_exception(shared_->failure);
    return std::nullopt;
  }
  Batch batch = std::move(shared_->ready.front());
  shared_->ready.pop_front();
  shared_->changed.notify_all();
  return batch;
}

std::vector<std::vector<std::size_t>> divide(const std::vector<std::size_t>& indices,
                                             std::size_t size) {
  const std::size_t n = (indices.size() + size - 1) / size;
  std::vector<std::vector<std::size_t>> batches;
  for (std::size_t b = 0; b < n; ++b)
    batches.emplace_back(
        indices.begin() + static_cast<std::ptrdiff_t>(b * indices.size() / n),
        indices.begin() + static_cast<std::ptrdiff_t>((b + 1) * indices.size() / n));
  return batches;
}

}  // namespace genrebench
