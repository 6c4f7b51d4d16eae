// Mel-frequency cepstral coefficients, frame by frame.

#include "harness/plugin/registry.hpp"
#include "pipeline/features/support/mfcc_options.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

const OptionTable<MfccFeatureOptions>& mfcc_feature_options() {
  static const OptionTable<MfccFeatureOptions> options = [] {
    OptionTable<MfccFeatureOptions> t;
    return add_mfcc_options(t);
  }();
  return options;
}

}  // namespace

void register_mfcc(Registry& registry) {
  registry.features.add(
      {{.name = "mfcc",
        .summary = "Mel-frequency cepstral coefficients, n_mfcc x frames.",
        .source = "Davis and Mermelstein, IEEE Trans. ASSP 1980; librosa.feature.mfcc",
        .options = mfcc_feature_options().schema(),
        .relies_on = {{"decoder", kDecoderVersion}}},
       [](const OptionValues& values) {
         return make_mfcc_feature(mfcc_feature_options().parse(values));
       }});
}

}  // namespace genrebench
