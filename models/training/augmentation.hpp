#pragma once
// Inputs that are changed at random: crops, shifts, masks over time and frequency, and mixtures of
// two examples.

#include <torch/torch.h>

#include <cstdint>

#include "base/random.hpp"
#include "harness/plugin/method.hpp"
#include "models/training/augmentation_options.hpp"
#include "models/training/inputs.hpp"

namespace genrebench {

/// @throws ConfigError  naming the method and the option, if an option would have no effect: crops
/// where no training excerpt is longer than the crops, several crops that are all the same
void check_augmentation(const std::string& method, const AugmentationOptions& options,
                        const Examples& train, std::int64_t n_frames);

/// Every example `times` times in a row: item i is example i / times, of the crop i % times.
Examples repeated(const Examples& examples, int times);

/// Where crop number `crop` of `n_crops` begins, so that they are evenly spaced from the start of
/// an excerpt to its end.
/// @param length    frames of the excerpt
/// @param n_frames  frames of a crop; 0 is returned if the excerpt is no longer
std::int64_t crop_start(std::int64_t length, std::int64_t n_frames, int crop, int n_crops);

/// A number in [0, 1] from Beta(alpha, alpha), alpha > 0.
/// Source: the ratio of two gamma variates; Marsaglia and Tsang, ACM TOMS 26(3), 2000
double symmetric_beta(double alpha, Random& random);

/// The random changes of one pass over the training examples. All follow from its seed and from the
/// order in which batches are made.
class Augmentation {
 public:
  Augmentation(const AugmentationOptions& options, std::uint64_t seed)
      : options_(options), random_(seed) {}

  /// A batch with crops, shifts, masks and mixtures.
  /// @throws  as InputPipeline::batch()
  Batch batch(const InputPipeline& inputs, const Examples& examples,
              const std::vector<std::size_t>& which);

  /// First frame of an input: that of a crop, shifted.
  /// @return  in [0, length)
  std::int64_t start(std::int64_t length, std::int64_t n_frames);

  /// Replaces ranges of frames and bands of each example by the example's mean, in place.
  /// @param frames  n x frames x features, float32
  void mask(torch::Tensor frames);

  /// Mixes a batch with itself in another order, with one share for all of it.
  void mix(Batch& batch);

 private:
  AugmentationOptions options_;
  Random random_;
};

}  // namespace genrebench
