// A lower sample rate and back: what is above its half is lost.

#include <fmt/format.h>

#include <optional>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/severity.hpp"
#include "signal/audio/resampler.hpp"

namespace genrebench {
namespace {

struct ResamplingOptions {
  std::optional<double> rate_hz = 11025.0;
};

const OptionTable<ResamplingOptions>& resampling_options() {
  static const OptionTable<ResamplingOptions> options = [] {
    OptionTable<ResamplingOptions> t;
    t.number("rate_hz", &ResamplingOptions::rate_hz, 1000.0, 768000.0,
             "The lower rate, in Hz. auto, or a rate that the file does not exceed: the audio "
             "stays as it is.");
    add_severity(t, {{"rate_hz", {}}}, {{"rate_hz", 16000.0}}, {{"rate_hz", 8000.0}});
    return t;
  }();
  return options;
}

class Resampling final : public Deformation {
 public:
  explicit Resampling(const ResamplingOptions& options) : options_(options) {}

  double strength() const override { return options_.rate_hz ? 1e4 / *options_.rate_hz : 0.0; }
  std::string level() const override {
    return options_.rate_hz ? fmt::format("{:g} Hz", *options_.rate_hz) : "as it is";
  }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t) const override {
    if (!options_.rate_hz || *options_.rate_hz >= sample_rate_hz) return samples;
    const std::size_t length = samples.size();
    samples = resampled(std::move(samples), sample_rate_hz, *options_.rate_hz);
    samples = resampled(std::move(samples), *options_.rate_hz, sample_rate_hz);
    samples.resize(length);
    return samples;
  }

 private:
  ResamplingOptions options_;
};

}  // namespace

void register_resampling(Registry& registry) {
  registry.deformations.add(
      {{.name = "resampling",
        .summary = "Resampled to a lower rate and back, by libsoxr's high quality.",
        .source = "the SoX Resampler library, https://sourceforge.net/projects/soxr/",
        .options = resampling_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Resampling>(resampling_options().parse(values));
       }});
}

}  // namespace genrebench
