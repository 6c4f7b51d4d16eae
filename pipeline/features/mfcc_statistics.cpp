// One vector per excerpt: the mean and the spread of its MFCC. The classical methods read these.

#include "harness/plugin/registry.hpp"
#include "pipeline/features/support/mfcc_options.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

struct MfccStatisticsFeatureOptions : MfccFeatureOptions {
  MfccStatisticsFeatureOptions() { summary = FrameSummary::mean_deviation; }
};

const OptionTable<MfccStatisticsFeatureOptions>& mfcc_statistics_options() {
  static const OptionTable<MfccStatisticsFeatureOptions> options = [] {
    OptionTable<MfccStatisticsFeatureOptions> t;
    return add_mfcc_options(t);
  }();
  return options;
}

}  // namespace

void register_mfcc_statistics(Registry& registry) {
  registry.features.add(
      {{.name = "mfcc_statistics",
        .summary = "Mean and standard deviation of each MFCC over the excerpt, 2 n_mfcc values.",
        .source = "Tzanetakis and Cook, IEEE Trans. Speech and Audio Processing 2002",
        .options = mfcc_statistics_options().schema(),
        .relies_on = {{"decoder", kDecoderVersion}}},
       [](const OptionValues& values) {
         const MfccStatisticsFeatureOptions options = mfcc_statistics_options().parse(values);
         if (options.summary == FrameSummary::none)
           throw ConfigError(
               "features mfcc_statistics: summary must not be none; that is the feature mfcc");
         return make_mfcc_feature(options);
       }});
}

}  // namespace genrebench
