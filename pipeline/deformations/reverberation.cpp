// A room around the loudspeaker.

#include <fmt/format.h>

#include <cmath>

#include "base/random.hpp"
#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/convolution.hpp"
#include "pipeline/deformations/support/power.hpp"
#include "pipeline/deformations/support/severity.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

constexpr double kGap_s = 0.002;  // between the sound itself and the first of the room

struct ReverberationOptions {
  double rt60_s = 0.4;
  double direct_db = 0.0;
  std::string impulse_response = {};
  std::uint64_t seed = 0;
};

const OptionTable<ReverberationOptions>& reverberation_options() {
  static const OptionTable<ReverberationOptions> options = [] {
    OptionTable<ReverberationOptions> t;
    t.number("rt60_s", &ReverberationOptions::rt60_s, 0.0, 20.0,
             "Reverberation time: how long the room takes to fall by 60 dB, in seconds. 0: there "
             "is no room.",
             "small rooms have 0.2 to 0.5 s")
        .number("direct_db", &ReverberationOptions::direct_db, -40.0, 80.0,
                "Energy of the direct sound over that of the room, in dB.")
        .content_file("impulse_response", &ReverberationOptions::impulse_response,
                      "A sound file with the impulse response of a room, which replaces the "
                      "synthetic one; empty: none. It is resampled to the rate of each track.")
        .seed("seed", &ReverberationOptions::seed, "Another one gives another room to each track.");
    add_severity(t, {{"rt60_s", 0.0}}, {{"rt60_s", 0.2}}, {{"rt60_s", 1.0}});
    return t;
  }();
  return options;
}

class Reverberation final : public Deformation {
 public:
  explicit Reverberation(const ReverberationOptions& options) : options_(options) {}

  double strength() const override { return options_.rt60_s; }
  std::string level() const override {
    if (options_.rt60_s == 0.0) return "no room";
    return options_.impulse_response.empty() ? fmt::format("{:g} s", options_.rt60_s)
                                             : "a measured room";
  }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t seed) const override {
    if (options_.rt60_s == 0.0) return samples;
    const double power = mean_square(samples);
    std::vector<float> result =
        convolve(samples, options_.impulse_response.empty()
                              ? synthetic(sample_rate_hz, derive_seed(seed, "room", options_.seed))
                              : read_audio(options_.impulse_response, sample_rate_hz));
    scale_to(result, power);
    return result;
  }

 private:
  /// Noise that decays exponentially behind one impulse: Polack's model.
  std::vector<float> synthetic(double sample_rate_hz, std::uint64_t seed) const {
    const auto gap = static_cast<std::size_t>(std::ceil(kGap_s * sample_rate_hz));
    const auto length = gap + 1 + static_cast<std::size_t>(options_.rt60_s * sample_rate_hz);
    const double decay = std::log(1e-3) / (options_.rt60_s * sample_rate_hz);  // per sample
    Random random(seed);
    std::vector<float> response(length, 0.0f);
    for (std::size_t n = gap; n < length; ++n)
      response[n] =
          static_cast<float>(random.normal() * std::exp(decay * static_cast<double>(n - gap)));
    const double energy = mean_square(response) * static_cast<double>(length);
    const double wanted = std::pow(10.0, -options_.direct_db / 10.0);
    for (float& x : response)
      x = static_cast<float>(static_cast<double>(x) * std::sqrt(wanted / energy));
    response[0] = 1.0f;
    return response;
  }

  ReverberationOptions options_;
};

}  // namespace

void register_reverberation(Registry& registry) {
  registry.deformations.add(
      {{.name = "reverberation",
        .summary = "A small room: the track convolved with an impulse followed by noise that "
                   "decays by 60 dB in rt60_s, drawn anew for each track, or with an impulse "
                   "response of yours. The mean power stays as it was.",
        .source = "Polack, La transmission de l'energie sonore dans les salles, thesis, Le Mans "
                  "1988: the model of late reverberation",
        .options = reverberation_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Reverberation>(reverberation_options().parse(values));
       }});
}

}  // namespace genrebench
