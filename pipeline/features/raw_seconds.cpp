// The waveform itself, one second per frame. The paper's GRU on raw audio reads these.

#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

struct RawSecondsFeatureOptions {
  double sample_rate_hz = 22050.0;
  double step_s = 1.0;
};

const OptionTable<RawSecondsFeatureOptions>& raw_seconds_options() {
  static const OptionTable<RawSecondsFeatureOptions> options =
      OptionTable<RawSecondsFeatureOptions>()
          .number("sample_rate_hz", &RawSecondsFeatureOptions::sample_rate_hz, 100.0, 192000.0,
                  "Audio is resampled to this rate, in Hz.", "the paper, section 4.2")
          .number("step_s", &RawSecondsFeatureOptions::step_s, 0.001, 60.0,
                  "Length of a frame, in seconds; the remainder of the excerpt is dropped.",
                  "the paper, section 4.4: one second a time step");
  return options;
}

class Seconds final : public FrameStream {
 public:
  Seconds(Eigen::Index length, std::int64_t expected_samples) : length_(length) {
    if (expected_samples > 0) samples_.reserve(static_cast<std::size_t>(expected_samples));
  }
  void push(std::span<const float> samples) override {
    samples_.insert(samples_.end(), samples.begin(), samples.end());
  }
  Eigen::MatrixXf finish() override {
    const Eigen::Index n = std::ssize(samples_) / length_;
    if (n == 0) throw DataError("the excerpt is shorter than one frame of raw samples");
    return Eigen::Map<const Eigen::MatrixXf>(samples_.data(), length_, n);
  }

 private:
  Eigen::Index length_;
  std::vector<float> samples_;
};

class RawSeconds final : public Feature {
 public:
  explicit RawSeconds(const RawSecondsFeatureOptions& options)
      : options_(options),
        length_(std::max<Eigen::Index>(1, std::llround(options.sample_rate_hz * options.step_s))) {}
  double sample_rate_hz() const override { return options_.sample_rate_hz; }
  bool sequence() const override { return true; }
  std::unique_ptr<FrameStream> stream(std::int64_t expected_samples) const override {
    return std::make_unique<Seconds>(length_, expected_samples);
  }

 private:
  RawSecondsFeatureOptions options_;
  Eigen::Index length_;
};

}  // namespace

void register_raw_seconds(Registry& registry) {
  registry.features.add(
      {{.name = "raw_seconds",
        .summary = "The samples of each second as one frame: samples per second x seconds.",
        .source = "the paper, section 4.4",
        .options = raw_seconds_options().schema(),
        .relies_on = {{"decoder", kDecoderVersion}}},
       [](const OptionValues& values) -> std::unique_ptr<Feature> {
         return std::make_unique<RawSeconds>(raw_seconds_options().parse(values));
       }});
}

}  // namespace genrebench
