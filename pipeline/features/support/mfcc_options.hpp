#pragma once
// The options of MFCC, which the features `mfcc` (frames) and `mfcc_statistics` (one vector per
// excerpt) share.

#include <memory>

#include "pipeline/features/support/frame_features.hpp"
#include "signal/features/mfcc.hpp"

namespace genrebench {

struct MfccFeatureOptions : MelFramingOptions {
  int n_mfcc = 20;
  double lifter = 0.0;
};

template <typename Options>
OptionTable<Options>& add_mfcc_options(OptionTable<Options>& table) {
  return add_mel_options(table)
      .integer("n_mfcc", &Options::n_mfcc, 1, 2048,
               "Number of coefficients, the first (level) included; at most n_mels.", "librosa")
      .number("lifter", &Options::lifter, 0.0, 1000.0, "Sinusoidal liftering; 0: none.", "librosa");
}

/// @throws ConfigError  for options that do not go together
inline std::unique_ptr<Feature> make_mfcc_feature(const MfccFeatureOptions& options) {
  MfccOptions kernel;
  apply(options, kernel);
  kernel.n_mfcc = options.n_mfcc;
  kernel.lifter = options.lifter;
  return std::make_unique<FrameFeature<Mfcc>>(Mfcc(kernel, options.sample_rate_hz), options,
                                              mel_notes(kernel, options.sample_rate_hz));
}

}  // namespace genrebench
