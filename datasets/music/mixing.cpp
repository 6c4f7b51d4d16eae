#include "datasets/music/mixing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace genrebench::synthesis {
namespace {

double from_db(double level_db) { return std::pow(10.0, level_db / 20.0); }

/// tanh by a rational function: exact to 3 % and cheap.
float soft_clip(float x) {
  x = std::clamp(x, -3.0F, 3.0F);
  return x * (27.0F + x * x) / (27.0F + 9.0F * x * x);
}

/// Schroeder's reverberator: four combs with damped feedback, two all-passes.
std::vector<float> reverberate(const std::vector<float>& dry, double rate, double time_s) {
  static constexpr std::array kCombs_s = {0.0253, 0.0269, 0.0290, 0.0307};
  static constexpr std::array kAllPasses_s = {0.0126, 0.0050};
  std::vector<float> wet(dry.size(), 0.0F);
  for (const double delay_s : kCombs_s) {
    std::vector<float> line(static_cast<std::size_t>(delay_s * rate), 0.0F);
    const auto feedback = static_cast<float>(std::pow(10.0, -3.0 * delay_s / time_s));
    float damped = 0.0F;
    std::size_t at = 0;
    for (std::size_t i = 0; i < dry.size(); ++i) {
      const float y = line[at];
      damped += 0.7F * (y - damped);
      line[at] = dry[i] + feedback * damped;
      if (++at == line.size()) at = 0;
      wet[i] += 0.25F * y;
    }
  }
  for (const double delay_s : kAllPasses_s) {
    std::vector<float> line(static_cast<std::size_t>(delay_s * rate), 0.0F);
    std::size_t at = 0;
    for (float& sample : wet) {
      const float y = line[at] - 0.5F * sample;
      line[at] = sample + 0.5F * y;
      if (++at == line.size()) at = 0;
      sample = y;
    }
  }
  return wet;
}

float rms(const std::vector<float>& x) {
  double sum = 0.0;
  for (const float v : x) sum += static_cast<double>(v) * v;
  return static_cast<float>(
      std::sqrt(sum / static_cast<double>(std::max<std::size_t>(1, x.size()))));
}

/// Bus compressor: gain follows the level with 5 ms attack and 120 ms release.
void compress(std::vector<float>& x, double rate, double ratio) {
  constexpr std::size_t kBlock = 16;
  const float threshold = rms(x);
  if (threshold <= 0.0F) return;
  const auto attack = static_cast<float>(1.0 - std::exp(-1.0 / (0.005 * rate)));
  const auto release = static_cast<float>(1.0 - std::exp(-1.0 / (0.120 * rate)));
  const auto power = static_cast<float>(1.0 / ratio - 1.0);
  float level = threshold, gain = 1.0F;
  for (std::size_t i = 0; i < x.size(); i += kBlock) {
    const std::size_t end = std::min(x.size(), i + kBlock);
    for (std::size_t j = i; j < end; ++j) {
      const float a = std::fabs(x[j]);
      level += (a > level ? attack : release) * (a - level);
    }
    const float wanted = level > threshold ? std::pow(level / threshold, power) : 1.0F;
    const float step = (wanted - gain) / static_cast<float>(kBlock);
    for (std::size_t j = i; j < end; ++j) x[j] *= (gain += step);
  }
}

}  // namespace

std::vector<float> mix_down(const Buses& buses, const MixSettings& mix,
                            const std::vector<Section>& sections,
                            const std::map<std::string, double>& brightness_db, double rate,
                            Random& noise) {
  const std::size_t n = buses.drums.size();
  std::vector<float> tonal(n);
  const auto bass = static_cast<float>(from_db(mix.bass_db)),
             chords = static_cast<float>(from_db(mix.chords_db)),
             lead = static_cast<float>(from_db(mix.lead_db)),
             drums = static_cast<float>(from_db(mix.drums_db));
  for (std::size_t i = 0; i < n; ++i) tonal[i] = chords * buses.chords[i] + lead * buses.lead[i];
  if (mix.drive > 0.05) {
    const auto gain = static_cast<float>(1.0 + 3.0 * mix.drive);
    const auto back = static_cast<float>(1.0 / std::sqrt(1.0 + 3.0 * mix.drive));
    for (float& x : tonal) x = back * soft_clip(gain * x);
  }
  for (std::size_t i = 0; i < n; ++i) tonal[i] += bass * buses.bass[i] + drums * buses.drums[i];
  if (mix.reverb > 0.005) {
    const std::vector<float> wet = reverberate(tonal, rate, mix.reverb_s);
    const auto share = static_cast<float>(mix.reverb);
    for (std::size_t i = 0; i < n; ++i)
      tonal[i] = (1.0F - share) * tonal[i] + 1.5F * share * wet[i];
  }
  compress(tonal, rate, mix.compression);

  // Tilt around 800 Hz, brighter or darker by section (glides in 20 ms), and the recording's
  // bandwidth.
  const auto split = static_cast<float>(1.0 - std::exp(-2.0 * std::numbers::pi * 800.0 / rate));
  const auto band = static_cast<float>(
      1.0 - std::exp(-2.0 * std::numbers::pi * std::min(0.45 * rate, mix.bandwidth_hz) / rate));
  const auto glide = static_cast<float>(1.0 - std::exp(-1.0 / (0.02 * rate)));
  float low = 0.0F, first = 0.0F, second = 0.0F, treble = -1.0F;
  std::size_t i = 0;
  for (const Section& section : sections) {
    const auto end = std::min(n, static_cast<std::size_t>(std::llround(section.end_s * rate)));
    const auto wanted = static_cast<float>(from_db(mix.tilt_db + brightness_db.at(section.label)));
    if (treble < 0.0F) treble = wanted;
    for (; i < end; ++i) {
      treble += glide * (wanted - treble);
      low += split * (tonal[i] - low);
      const float tilted = low + treble * (tonal[i] - low);
      first += band * (tilted - first);
      second += band * (first - second);
      tonal[i] = second;
    }
  }
  float peak = 1e-6F;
  for (const float x : tonal) peak = std::max(peak, std::fabs(x));
  const auto scale = static_cast<float>(from_db(mix.level_db)) / peak;
  const auto hiss = static_cast<float>(from_db(mix.hiss_db));
  auto state = static_cast<std::uint32_t>(noise.below(1ULL << 32));
  for (float& x : tonal) {
    state = state * 1664525U + 1013904223U;
    x = std::clamp(
        scale * x + hiss * static_cast<float>(static_cast<std::int32_t>(state)) * 0x1.0p-31F, -1.0F,
        1.0F);
  }
  return tonal;
}

}  // namespace genrebench::synthesis
