// Spectral centroid, bandwidth, contrast, roll-off, chroma, zero crossings and RMS.

#include "signal/features/descriptors.hpp"

#include <algorithm>

#include "harness/plugin/registry.hpp"
#include "pipeline/features/support/frame_features.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

const std::vector<std::pair<std::string, bool DescriptorOptions::*>> kGroups = {
    {"centroid", &DescriptorOptions::centroid},
    {"bandwidth", &DescriptorOptions::bandwidth},
    {"contrast", &DescriptorOptions::contrast},
    {"roll_off", &DescriptorOptions::roll_off},
    {"chroma", &DescriptorOptions::chroma},
    {"zero_crossing_rate", &DescriptorOptions::zero_crossing_rate},
    {"rms", &DescriptorOptions::rms}};

struct DescriptorsFeatureOptions : FramingOptions {
  DescriptorsFeatureOptions() {
    summary = FrameSummary::mean_deviation;
    for (const auto& [name, member] : kGroups) include.push_back(name);
  }
  std::vector<std::string> include;
  double roll_off_fraction = DescriptorOptions{}.roll_off_fraction;
  double tuning = DescriptorOptions{}.tuning;
};

const OptionTable<DescriptorsFeatureOptions>& descriptors_options() {
  static const OptionTable<DescriptorsFeatureOptions> options = [] {
    OptionTable<DescriptorsFeatureOptions> t;
    return add_framing_options(t)
        .list("include", &DescriptorsFeatureOptions::include, DescriptorsFeatureOptions{}.include,
              "The descriptors to compute, in any order; rows have the order of the default.")
        .number("roll_off_fraction", &DescriptorsFeatureOptions::roll_off_fraction, 0.01, 0.999,
                "Share of the energy below the roll-off frequency.", "librosa")
        .number("tuning", &DescriptorsFeatureOptions::tuning, -0.5, 0.5,
                "Deviation from A = 440 Hz for chroma, in fractions of a semitone.",
                "0, where librosa estimates it from the clip");
  }();
  return options;
}

}  // namespace

void register_descriptors(Registry& registry) {
  registry.features.add(
      {{.name = "descriptors",
        .summary =
            "Spectral centroid, bandwidth, contrast, roll-off, chroma, zero crossings and RMS.",
        .source = "the paper, section 7; librosa.feature",
        .options = descriptors_options().schema(),
        .relies_on = {{"decoder", kDecoderVersion}}},
       [](const OptionValues& values) -> std::unique_ptr<Feature> {
         const DescriptorsFeatureOptions options = descriptors_options().parse(values);
         DescriptorOptions kernel;
         apply(options, kernel);
         if (options.include.empty())
           throw ConfigError("features descriptors: include names no descriptor");
         for (const auto& [name, member] : kGroups)
           kernel.*member = std::count(options.include.begin(), options.include.end(), name) > 0;
         kernel.roll_off_fraction = options.roll_off_fraction;
         kernel.tuning = options.tuning;
         return std::make_unique<FrameFeature<Descriptors>>(
             Descriptors(kernel, options.sample_rate_hz), options);
       }});
}

}  // namespace genrebench
