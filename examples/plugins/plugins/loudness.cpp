// A feature: mean and standard deviation of the level of frames of 0.1 s, in dB. It has no options.

#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

constexpr double kRateHz = 22050.0;
constexpr std::int64_t kFrameLength = 2205;

// Samples arrive in blocks of any size; the result must not depend on the sizes.
class LoudnessStream final : public FrameStream {
 public:
  void push(std::span<const float> samples) override {
    for (const float sample : samples) {
      energy_ += double(sample) * sample;
      if (++n_samples_ % kFrameLength != 0) continue;
      levels_.push_back(10.0 * std::log10(energy_ / kFrameLength + 1e-10));
      energy_ = 0.0;
    }
  }

  Eigen::MatrixXf finish() override {
    if (levels_.empty()) throw DataError("the excerpt is shorter than one frame of loudness");
    const Eigen::Map<const Eigen::ArrayXd> level(levels_.data(), Eigen::Index(levels_.size()));
    const double deviation = std::sqrt((level - level.mean()).square().mean());
    return Eigen::Vector2d(level.mean(), deviation).cast<float>();
  }

 private:
  std::int64_t n_samples_ = 0;
  double energy_ = 0.0;
  std::vector<double> levels_;
};

// Immutable and shared between threads: each excerpt gets a stream of its own.
class Loudness final : public Feature {
 public:
  double sample_rate_hz() const override { return kRateHz; }  // audio is resampled to this rate
  bool sequence() const override { return false; }            // one column per excerpt
  std::unique_ptr<FrameStream> stream(std::int64_t /*expected_samples*/) const override {
    return std::make_unique<LoudnessStream>();
  }
};

}  // namespace

void register_loudness(Registry& registry) {
  // What it relies on decides results too, so it is part of the identity of a run.
  registry.features.add({{.name = "loudness",
                          .summary = "Mean and deviation of the level, in dB",
                          .relies_on = {{"decoder", kDecoderVersion}}},
                         [](const OptionValues&) { return std::make_unique<Loudness>(); }});
}
}  // namespace genrebench
