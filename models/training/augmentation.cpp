#include "models/training/augmentation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "base/error.hpp"

namespace genrebench {
namespace {

/// A gamma variate of scale 1. Source: Marsaglia and Tsang, ACM TOMS 26(3), 2000
double gamma(double shape, Random& random) {
  // A shape below 1 is one more, times a power of a uniform number.
  if (shape < 1.0)
    return gamma(shape + 1.0, random) * std::pow(1.0 - random.uniform(), 1.0 / shape);
  const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = random.normal(), cube = std::pow(1.0 + c * x, 3);
    if (cube <= 0.0) continue;
    if (std::log(1.0 - random.uniform()) < 0.5 * x * x + d * (1.0 - cube + std::log(cube)))
      return d * cube;
  }
}

std::int64_t modulo(std::int64_t value, std::int64_t n) {
  const std::int64_t rest = value % n;
  return rest < 0 ? rest + n : rest;
}

struct Range {
  std::int64_t begin = 0, length = 0;
};

/// At most `largest` of n places.
Range random_range(std::int64_t n, std::int64_t largest, Random& random) {
  const auto below = [&](std::int64_t end) {
    return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(end)));
  };
  const std::int64_t length = below(std::min(largest, n) + 1);
  return {below(n - length + 1), length};
}

}  // namespace

void check_augmentation(const std::string& method, const AugmentationOptions& options,
                        const Examples& train, std::int64_t n_frames) {
  if (options.crops_per_epoch > 1 && !options.augments())
    throw ConfigError(fmt::format(
        "method {}: crops_per_epoch is {}, but all of them would be the same; set crop: random, "
        "time_shift, time_masks, frequency_masks or mixup",
        method, options.crops_per_epoch));
  const bool crops = options.crop == AugmentationOptions::Crop::random || options.test_crops > 1;
  if (!crops) return;
  const bool longer = std::any_of(train.features.begin(), train.features.end(),
                                  [&](const auto* feature) { return feature->cols() > n_frames; });
  if (!longer)
    throw ConfigError(fmt::format(
        "method {}: crops were asked for, but no training excerpt is longer than the {} frames of "
        "a crop; set frames to fewer",
        method, n_frames));
}

Examples repeated(const Examples& examples, int times) {
  if (times == 1) return examples;
  Examples result;
  result.n_classes = examples.n_classes;
  const auto repeat = [times](const auto& from, auto& to) {
    for (const auto& item : from)
      for (int i = 0; i < times; ++i) to.push_back(item);
  };
  repeat(examples.features, result.features);
  repeat(examples.labels, result.labels);
  repeat(examples.tracks, result.tracks);
  repeat(examples.files, result.files);
  return result;
}

std::int64_t crop_start(std::int64_t length, std::int64_t n_frames, int crop, int n_crops) {
  if (length <= n_frames || n_crops < 2) return 0;
  return (2 * crop * (length - n_frames) + n_crops - 1) / (2 * (n_crops - 1));  // rounded
}

double symmetric_beta(double alpha, Random& random) {
  const double a = gamma(alpha, random), b = gamma(alpha, random);
  // Both vanish where alpha is tiny; the distribution is then that of a coin.
  return a + b > 0.0 ? a / (a + b) : std::floor(2.0 * random.uniform());
}

std::int64_t Augmentation::start(std::int64_t length, std::int64_t n_frames) {
  std::int64_t start = 0;
  if (options_.crop == AugmentationOptions::Crop::random && length > n_frames)
    start =
        static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(length - n_frames + 1)));
  if (options_.time_shift > 0)
    start += static_cast<std::int64_t>(
                 random_.below(2 * static_cast<std::uint64_t>(options_.time_shift) + 1)) -
             options_.time_shift;
  return modulo(start, length);
}

void Augmentation::mask(torch::Tensor frames) {
  const std::int64_t n_frames = frames.size(1), n_bands = frames.size(2);
  const auto longest = std::min<std::int64_t>(
      options_.time_mask_frames,
      static_cast<std::int64_t>(options_.time_mask_share * static_cast<double>(n_frames)));
  for (std::int64_t i = 0; i < frames.size(0); ++i) {
    torch::Tensor one = frames[i];
    const double mean = one.mean().item<double>();  // before anything is hidden
    for (int m = 0; m < options_.frequency_masks; ++m) {
      const Range range = random_range(n_bands, options_.frequency_mask_bands, random_);
      one.narrow(1, range.begin, range.length).fill_(mean);
    }
    for (int m = 0; m < options_.time_masks; ++m) {
      const Range range = random_range(n_frames, longest, random_);
      one.narrow(0, range.begin, range.length).fill_(mean);
    }
  }
}

void Augmentation::mix(Batch& batch) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(batch.inputs.size(0)));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
  random_.shuffle(std::span(order));
  const torch::Tensor partners = torch::tensor(order, torch::kInt64);
  batch.share = symmetric_beta(options_.mixup, random_);
  batch.inputs =
      batch.inputs * batch.share + batch.inputs.index_select(0, partners) * (1.0 - batch.share);
  batch.other_labels = batch.labels.index_select(0, partners);
}

Batch Augmentation::batch(const InputPipeline& inputs, const Examples& examples,
                          const std::vector<std::size_t>& which) {
  const torch::NoGradGuard no_grad;
  const std::int64_t n_frames = inputs.n_frames();
  Batch batch = inputs.batch(
      examples, which,
      {.start = [&](std::size_t,
                    const FeatureMatrix& feature) { return start(feature.cols(), n_frames); },
       .change = [&](torch::Tensor& frames) { mask(frames); }});
  if (options_.mixup > 0.0) mix(batch);
  return batch;
}

}  // namespace genrebench
