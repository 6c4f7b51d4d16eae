// Noise at a given ratio of the music's power to its own.

#include <fmt/format.h>

#include <cmath>
#include <complex>
#include <optional>

#include "base/random.hpp"
#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/power.hpp"
#include "pipeline/deformations/support/severity.hpp"
#include "signal/audio/audio.hpp"
#include "signal/spectrum/fft.hpp"

namespace genrebench {
namespace {

enum class Colour { white, pink, files };

struct NoiseOptions {
  std::optional<double> snr_db = 20.0;
  Colour colour = Colour::white;
  std::vector<std::string> files = {};
  std::uint64_t seed = 0;
};

const OptionTable<NoiseOptions>& noise_options() {
  static const OptionTable<NoiseOptions> options = [] {
    OptionTable<NoiseOptions> t;
    t.number("snr_db", &NoiseOptions::snr_db, -60.0, 120.0,
             "Mean power of the track over that of the noise, in dB. auto: no noise.")
        .enumeration("colour", &NoiseOptions::colour, {"white", "pink", "files"},
                     "white: equal power per Hz. pink: equal power per octave. files: from the "
                     "sound files of the option files.")
        .content_files("files", &NoiseOptions::files,
                       "Sound files with noise, for colour: files. Each track gets a place of one "
                       "of them, drawn at random; a file that is too short is repeated.")
        .seed("seed", &NoiseOptions::seed, "Another one gives other noise to each track.");
    add_severity(t, {{"snr_db", {}}}, {{"snr_db", 30.0}}, {{"snr_db", 10.0}});
    return t;
  }();
  return options;
}

class Noise final : public Deformation {
 public:
  explicit Noise(const NoiseOptions& options) : options_(options) {
    if ((options.colour == Colour::files) == options.files.empty())
      throw ConfigError(
          "noise: expected colour: files together with the option files, found one of the two");
  }

  double strength() const override {
    return options_.snr_db ? std::pow(10.0, -*options_.snr_db / 20.0) : 0.0;
  }
  std::string level() const override {
    return options_.snr_db ? fmt::format("{:g} dB SNR", *options_.snr_db) : "no noise";
  }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t seed) const override {
    if (!options_.snr_db) return samples;
    std::vector<float> noise = draw(samples.size(), sample_rate_hz, seed);
    scale_to(noise, mean_square(samples) * std::pow(10.0, -*options_.snr_db / 10.0));
    for (std::size_t n = 0; n < samples.size(); ++n) samples[n] += noise[n];
    return samples;
  }

 private:
  std::vector<float> draw(std::size_t length, double sample_rate_hz, std::uint64_t seed) const {
    Random random(derive_seed(seed, "noise", options_.seed));
    switch (options_.colour) {
      case Colour::white:
        return white(length, random);
      case Colour::pink:
        return pink(length, random);
      case Colour::files:
        return from_file(length, sample_rate_hz, random);
    }
    return {};
  }

  static std::vector<float> white(std::size_t length, Random& random) {
    std::vector<float> noise(length);
    for (float& x : noise) x = static_cast<float>(random.normal());
    return noise;
  }

  /// White noise whose spectrum is divided by the root of the frequency.
  static std::vector<float> pink(std::size_t length, Random& random) {
    const std::size_t size = next_fast_fft_size(length);
    const RealFft<double> fft(size);
    std::vector<double> time(size);
    for (double& x : time) x = random.normal();
    std::vector<std::complex<double>> spectrum(fft.n_bins());
    fft.forward(time, spectrum);
    spectrum[0] = 0.0;
    for (std::size_t k = 1; k < spectrum.size(); ++k)
      spectrum[k] /= std::sqrt(static_cast<double>(k));
    fft.inverse(spectrum, time);
    std::vector<float> noise(length);
    for (std::size_t n = 0; n < length; ++n) noise[n] = static_cast<float>(time[n]);
    return noise;
  }

  std::vector<float> from_file(std::size_t length, double sample_rate_hz, Random& random) const {
    const std::string& file = options_.files[random.below(options_.files.size())];
    const std::vector<float> source = read_audio(file, sample_rate_hz);
    if (mean_square(source) == 0.0)
      throw ConfigError(fmt::format("noise: {}: expected sound, found silence", file));
    const std::size_t begin = random.below(source.size());
    std::vector<float> noise(length);
    for (std::size_t n = 0; n < length; ++n) noise[n] = source[(begin + n) % source.size()];
    return noise;
  }

  NoiseOptions options_;
};

}  // namespace

void register_noise(Registry& registry) {
  registry.deformations.add(
      {{.name = "noise",
        .summary = "Noise at a given signal-to-noise ratio, 10 log10(sum x^2 / sum noise^2) over "
                   "the whole track: white, pink, or from files. Silence gets none.",
        .options = noise_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Noise>(noise_options().parse(values));
       }});
}

}  // namespace genrebench
