#pragma once
// What features that are computed frame by frame share: the options of framing and of the mel
// scale, and the summary of all frames of an excerpt as one vector.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/plugin/feature.hpp"
#include "harness/plugin/options.hpp"
#include "signal/features/mel.hpp"

namespace genrebench {

/// What becomes of the frames of an excerpt.
enum class FrameSummary {
  none,            ///< all are kept: a sequence
  mean,            ///< one vector: the mean of each row
  mean_deviation,  ///< one vector: the means, then the standard deviations
  mean_variance    ///< one vector: the means, then the variances
};

struct FramingOptions {
  double sample_rate_hz = 22050.0;
  int n_fft = 2048;       ///< samples per frame
  int hop_length = 1024;  ///< samples from one frame to the next
  PadMode pad_mode = PadMode::constant;
  FrameSummary summary = FrameSummary::none;
};

struct MelFramingOptions : FramingOptions {
  int n_mels = 128;
  double fmin_hz = 0.0;
  std::optional<double> fmax_hz;  ///< empty: half the sample rate
  MelScale mel_scale = MelScale::slaney;
  MelNorm mel_norm = MelNorm::slaney;
};

/// Adds FramingOptions to the table of a struct that derives from it.
template <typename Options>
OptionTable<Options>& add_framing_options(OptionTable<Options>& table) {
  return table
      .number("sample_rate_hz", &Options::sample_rate_hz, 1000.0, 192000.0,
              "Audio is resampled to this rate, in Hz.", "the paper, section 4.2")
      .integer("n_fft", &Options::n_fft, 16, 1 << 20, "Samples per frame; even.",
               "the paper, section 4.2")
      .integer("hop_length", &Options::hop_length, 1, 1 << 20,
               "Samples from one frame to the next.", "the paper, section 4.2")
      .enumeration("pad_mode", &Options::pad_mode, {"constant", "reflect"},
                   "What lies before and after an excerpt. constant: zeros. reflect: its mirror "
                   "image.",
                   "librosa 0.9 and later; reflect before")
      .enumeration("summary", &Options::summary,
                   {"none", "mean", "mean_deviation", "mean_variance"},
                   "What becomes of the frames of an excerpt. none: all are kept, for methods that "
                   "take sequences. The others give one vector per excerpt: the means over all "
                   "frames, alone or with standard deviations or variances.");
}

/// Adds MelFramingOptions to the table of a struct that derives from it.
template <typename Options>
OptionTable<Options>& add_mel_options(OptionTable<Options>& table) {
  return add_framing_options(table)
      .integer("n_mels", &Options::n_mels, 1, 2048, "Number of mel bands.",
               "the paper, section 4.2")
      .number("fmin_hz", &Options::fmin_hz, 0.0, 96000.0, "Lower edge of the lowest band, in Hz.",
              "librosa")
      .number("fmax_hz", &Options::fmax_hz, 1.0, 96000.0,
              "Upper edge of the highest band, in Hz; auto: half the sample rate.", "librosa")
      .enumeration("mel_scale", &Options::mel_scale, {"slaney", "htk"},
                   "slaney: linear below 1 kHz, logarithmic above. htk: logarithmic throughout.",
                   "librosa")
      .enumeration("mel_norm", &Options::mel_norm, {"slaney", "none"},
                   "slaney: bands of equal area. none: bands of equal height.", "librosa");
}

/// Copies the options into those of a signal kernel.
void apply(const FramingOptions& from, StftOptions& to);
void apply(const MelFramingOptions& from, MelOptions& to);

/// Says how many mel bands hold no bin of the spectrum, if there are any: they are the same number
/// in every frame.
std::vector<std::string> mel_notes(const MelOptions& options, double sample_rate_hz);

/// Summarises the frames of an excerpt as one vector: the mean of each row, then the standard
/// deviation or variance of each row (population statistics).
/// @param summary  not `none`
/// @return         one column
FeatureMatrix summarise_frames(const FeatureMatrix& frames, FrameSummary summary);

/// A feature from an extractor of signal/ (LogMel, Mfcc, Descriptors) and a summary.
template <typename Extractor>
class FrameFeature final : public Feature {
 public:
  /// @param notes  Feature::notes()
  FrameFeature(Extractor extractor, const FramingOptions& options,
               std::vector<std::string> notes = {})
      : extractor_(std::move(extractor)), options_(options), notes_(std::move(notes)) {}

  std::vector<std::string> notes() const override { return notes_; }

  double sample_rate_hz() const override { return options_.sample_rate_hz; }
  bool sequence() const override { return options_.summary == FrameSummary::none; }

  std::unique_ptr<FrameStream> stream(std::int64_t expected_samples) const override {
    if (sequence()) return extractor_.stream(expected_samples);
    return std::make_unique<Summary>(extractor_.stream(expected_samples), options_.summary);
  }

 private:
  class Summary final : public FrameStream {
   public:
    Summary(std::unique_ptr<FrameStream> frames, FrameSummary summary)
        : frames_(std::move(frames)), summary_(summary) {}
    void push(std::span<const float> samples) override { frames_->push(samples); }
    Eigen::MatrixXf finish() override { return summarise_frames(frames_->finish(), summary_); }

   private:
    std::unique_ptr<FrameStream> frames_;
    FrameSummary summary_;
  };

  Extractor extractor_;
  FramingOptions options_;
  std::vector<std::string> notes_;
};

}  // namespace genrebench
