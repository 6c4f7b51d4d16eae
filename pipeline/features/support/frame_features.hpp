#pragma once
// What the features computed frame by frame share: the options of framing and of the mel scale, and
// the summary of all frames of an excerpt as one vector.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/plugin/feature.hpp"
#include "harness/plugin/options.hpp"
#include "signal/features/mel.hpp"

namespace genrebench {

struct FramingOptions {
  double sample_rate_hz = 22050.0;
  int n_fft = 2048;
  int hop_length = 1024;
  std::string pad_mode = "constant";
  std::string summary = "none";
};

struct MelFramingOptions : FramingOptions {
  int n_mels = 128;
  double fmin_hz = 0.0;
  std::optional<double> fmax_hz;
  std::string mel_scale = "slaney";
  std::string mel_norm = "slaney";
};

/// Ways to summarise frames: `none` keeps them all.
const std::vector<std::string>& frame_summaries();

template <typename Options>
OptionTable<Options>& add_framing_options(OptionTable<Options>& table) {
  return table
      .number("sample_rate_hz", &Options::sample_rate_hz, 1000.0, 192000.0,
              "Audio is resampled to this rate, in Hz.", "the paper, section 4.2")
      .integer("n_fft", &Options::n_fft, 16, 1 << 20, "Samples a frame; even.",
               "the paper, section 4.2")
      .integer("hop_length", &Options::hop_length, 1, 1 << 20,
               "Samples from one frame to the next.", "the paper, section 4.2")
      .choice("pad_mode", &Options::pad_mode, {"constant", "reflect"},
              "What lies before and after an excerpt: zeros, or its mirror image.",
              "librosa 0.9 and later; reflect before")
      .choice("summary", &Options::summary, frame_summaries(),
              "One vector an excerpt from all its frames: their means, with standard deviations or "
              "variances. none keeps the frames, for methods that take sequences.");
}

template <typename Options>
OptionTable<Options>& add_mel_options(OptionTable<Options>& table) {
  return add_framing_options(table)
      .integer("n_mels", &Options::n_mels, 1, 2048, "Number of mel bands.",
               "the paper, section 4.2")
      .number("fmin_hz", &Options::fmin_hz, 0.0, 96000.0, "Lower edge of the lowest band, in Hz.",
              "librosa")
      .number("fmax_hz", &Options::fmax_hz, 1.0, 96000.0,
              "Upper edge of the highest band, in Hz; auto: half the sample rate.", "librosa")
      .choice("mel_scale", &Options::mel_scale, {"slaney", "htk"},
              "Linear below 1 kHz, or logarithmic throughout.", "librosa")
      .choice("mel_norm", &Options::mel_norm, {"slaney", "none"},
              "Bands of equal area, or of equal height.", "librosa");
}

/// Copies the framing options into those of a signal kernel.
void apply(const FramingOptions& from, StftOptions& to);
void apply(const MelFramingOptions& from, MelOptions& to);

/// Means, and deviations or variances, of each row: mean_0 .. mean_n, spread_0 .. spread_n
/// (population statistics).
/// @param summary  one of frame_summaries(), not `none`
FeatureMatrix summarise_frames(const FeatureMatrix& frames, const std::string& summary);

/// A feature from an extractor of signal/ (LogMel, Mfcc, Descriptors) and a summary.
template <typename Extractor>
class FrameFeature final : public Feature {
 public:
  FrameFeature(Extractor extractor, FramingOptions options)
      : extractor_(std::move(extractor)), options_(std::move(options)) {}

  double sample_rate_hz() const override { return options_.sample_rate_hz; }
  bool sequence() const override { return options_.summary == "none"; }

  std::unique_ptr<FrameStream> stream(std::int64_t expected_samples) const override {
    if (sequence()) return extractor_.stream(expected_samples);
    return std::make_unique<Summary>(extractor_.stream(expected_samples), options_.summary);
  }

 private:
  class Summary final : public FrameStream {
   public:
    Summary(std::unique_ptr<FrameStream> frames, const std::string& summary)
        : frames_(std::move(frames)), summary_(summary) {}
    void push(std::span<const float> samples) override { frames_->push(samples); }
    Eigen::MatrixXf finish() override { return summarise_frames(frames_->finish(), summary_); }

   private:
    std::unique_ptr<FrameStream> frames_;
    std::string summary_;
  };

  Extractor extractor_;
  FramingOptions options_;
};

}  // namespace genrebench
