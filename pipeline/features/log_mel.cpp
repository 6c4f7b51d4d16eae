// Log-mel spectrograms. The paper's deep methods read these.

#include "harness/plugin/registry.hpp"
#include "pipeline/features/support/frame_features.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

/// The power that is 0 dB.
enum class Reference { max, one };

struct LogMelFeatureOptions : MelFramingOptions {
  Reference reference = Reference::max;
  std::optional<double> top_db = 80.0;
};

const OptionTable<LogMelFeatureOptions>& log_mel_options() {
  static const OptionTable<LogMelFeatureOptions> options = [] {
    OptionTable<LogMelFeatureOptions> t;
    return add_mel_options(t)
        .enumeration("reference", &LogMelFeatureOptions::reference, {"max", "one"},
                     "The power that is 0 dB. max: the largest power of the excerpt. one: 1.",
                     "librosa.power_to_db with ref=np.max")
        .number(
            "top_db", &LogMelFeatureOptions::top_db, 0.0, 1000.0,
            "Range of the levels, in dB: lower ones are raised to the largest level less top_db; "
            "auto: no limit.",
            "librosa.power_to_db");
  }();
  return options;
}

}  // namespace

void register_log_mel(Registry& registry) {
  registry.features.add(
      {{.name = "log_mel",
        .summary = "Mel-scaled power spectrogram in dB, n_mels x frames.",
        .source = "the paper, section 4.2; librosa.feature.melspectrogram and power_to_db",
        .options = log_mel_options().schema(),
        .relies_on = {{"decoder", kDecoderVersion}}},
       [](const OptionValues& values) -> std::unique_ptr<Feature> {
         const LogMelFeatureOptions options = log_mel_options().parse(values);
         LogMelOptions kernel;
         apply(options, kernel);
         if (options.reference == Reference::one) kernel.db.reference = 1.0;
         kernel.db.top_db = options.top_db;
         return std::make_unique<FrameFeature<LogMel>>(LogMel(kernel, options.sample_rate_hz),
                                                       options,
                                                       mel_notes(kernel, options.sample_rate_hz));
       }});
}

}  // namespace genrebench
