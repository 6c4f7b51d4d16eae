#pragma once
// Options against overfitting that every deep method has: inputs that are changed at random, soft
// labels, averaged weights, and batch sizes that change during a training. All are off by default.

#include <string>
#include <vector>

#include "harness/plugin/options.hpp"

namespace genrebench {

struct AugmentationOptions {
  enum class Crop { start, random };

  Crop crop = Crop::start;
  int crops_per_epoch = 1;
  int test_crops = 1;
  int time_shift = 0;  ///< frames
  int time_masks = 0;
  int time_mask_frames = 100;
  double time_mask_share = 1.0;
  int frequency_masks = 0;
  int frequency_mask_bands = 27;
  double mixup = 0.0;
  double label_smoothing = 0.0;
  double weight_average = 0.0;
  std::vector<std::string> batch_sizes;
  int schedule_epoch = 1;

  /// Whether a training example's input differs from one epoch to the next.
  bool augments() const {
    return crop == Crop::random || time_shift > 0 || time_masks > 0 || frequency_masks > 0 ||
           mixup > 0.0;
  }
};

/// Which part of an excerpt is the input.
template <typename Options>
OptionTable<Options>& add_crop_options(OptionTable<Options>& table) {
  return table
      .enumeration("crop", &Options::crop, {"start", "random"},
                   "Which `frames` frames of a longer excerpt are trained on. start: the first "
                   "ones. random: others in every epoch. Set `frames` to less than the excerpts' "
                   "length.",
                   "Choi et al., arXiv 1709.01922")
      .integer("crops_per_epoch", &Options::crops_per_epoch, 1, 1000,
               "How often an epoch shows every excerpt, each time changed at random anew: random "
               "crops of a long excerpt.")
      .integer("test_crops", &Options::test_crops, 1, 1000,
               "Number of crops of `frames` frames, evenly spaced from an excerpt's start to its "
               "end, whose probabilities are averaged for validation, test and `predict`. 1: the "
               "first frames alone.",
               "Krizhevsky et al., NIPS 2012, section 4.1: 10 crops")
      .integer("time_shift", &Options::time_shift, 0, 1 << 20,
               "Each training input is shifted by a random number of frames, at most this in "
               "either direction; what leaves at one end of the excerpt comes in at the other.");
}

/// What is hidden, mixed and smoothed.
template <typename Options>
OptionTable<Options>& add_mask_options(OptionTable<Options>& table) {
  constexpr const char* kSpecAugment = "Park et al., SpecAugment, Interspeech 2019";
  return table
      .integer("time_masks", &Options::time_masks, 0, 100,
               "Number of masks over time of each training input: a random range of frames is "
               "replaced by the input's mean.",
               kSpecAugment)
      .integer("time_mask_frames", &Options::time_mask_frames, 1, 1 << 20,
               "T: the largest number of frames of a mask over time. The number is drawn uniformly "
               "from 0 to T.",
               "Park et al., SpecAugment, policies LB and LD: 100")
      .number("time_mask_share", &Options::time_mask_share, 0.0, 1.0,
              "p: a mask over time covers at most this share of the frames.",
              "Park et al., SpecAugment, policies LB and LD: 1.0")
      .integer("frequency_masks", &Options::frequency_masks, 0, 100,
               "Number of masks over frequency of each training input: a random range of bands is "
               "replaced by the input's mean.",
               kSpecAugment)
      .integer("frequency_mask_bands", &Options::frequency_mask_bands, 1, 1 << 20,
               "F: the largest number of bands of a mask over frequency. The number is drawn "
               "uniformly from 0 to F.",
               "Park et al., SpecAugment, policies LB and LD: 27, of 80 bands")
      .number("mixup", &Options::mixup, 0.0, 100.0,
              "alpha: every batch is mixed with itself in another order, inputs and losses alike, "
              "in shares l and 1 - l with l drawn from Beta(alpha, alpha). 0: not at all.",
              "Zhang et al., mixup, ICLR 2018: 0.2")
      .number("label_smoothing", &Options::label_smoothing, 0.0, 0.99,
              "Share of each training label that is spread evenly over all classes. Losses of the "
              "validation part are not smoothed.",
              "Szegedy et al., arXiv 1512.00567: 0.1");
}

/// What changes from step to step or from epoch to epoch.
template <typename Options>
OptionTable<Options>& add_phase_options(OptionTable<Options>& table) {
  return table
      .number("weight_average", &Options::weight_average, 0.0, 0.999999,
              "Decay d of an exponential mean of all weights and running statistics, updated after "
              "every step t by the factor min(d, (1 + t) / (10 + t)). Validation and prediction "
              "use the mean. 0: the weights themselves.",
              "Polyak and Juditsky, 1992; TensorFlow, ExponentialMovingAverage: 0.999")
      .list("batch_sizes", &Options::batch_sizes, {},
            "Other batch sizes from given epochs on, each as epoch:size, such as `[11:120]`: "
            "`batch_size` up to epoch 10, then 120. Prediction uses `batch_size`.",
            "the paper, section 4.3: small batches for regular learning, large ones for cyclical "
            "rates; Smith, arXiv 1803.09820")
      .integer("schedule_epoch", &Options::schedule_epoch, 1, 1'000'000,
               "The first epoch that follows `schedule`, which then begins. Before it, the "
               "learning rate is constant.",
               "the paper, section 4.3: regular learning and cyclical rates");
}

template <typename Options>
OptionTable<Options>& add_augmentation_options(OptionTable<Options>& table) {
  add_crop_options(table);
  add_mask_options(table);
  return add_phase_options(table);
}

}  // namespace genrebench
