#pragma once
// What the contract tests share: the program's own registry, plug-ins by name with their defaults,
// small sounds.

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <numbers>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "base/random.hpp"
#include "cli/program.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {

/// Every plug-in of the program.
inline const Registry& registry() {
  static const Registry all = [] {
    Registry r;
    register_all(r);
    return r;
  }();
  return all;
}

inline std::string name_of(const ::testing::TestParamInfo<std::string>& test) { return test.param; }

/// A program for the method `command`.
inline const std::string& nearest_mean() {
  static const std::string script = GENREBENCH_SOURCE_DIR "/tests/support/nearest_mean.py";
  return script;
}

/// Options as a program resolves them: `given` over the defaults, or over the preset `quick` where
/// a plug-in has one. The method `command` gets a program.
template <typename Plugin>
OptionValues options_of(const Plugin& plugin, OptionValues given = {}) {
  if (plugin.name == "command" && plugin.options.find("argv") != nullptr) {
    given.emplace("argv", std::vector<std::string>{"python3", nearest_mean()});
    given.emplace("files", std::vector<std::string>{nearest_mean()});
  }
  for (const Preset& preset : plugin.options.presets())
    if (preset.name == "quick") given.emplace("preset", preset.name);
  return plugin.options.resolve(given, plugin.name);
}

template <typename Matrix>
bool same_bits(const Matrix& a, const Matrix& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         (a.size() == 0 ||
          std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(*a.data())) ==
              0);
}

/// A tone with its octave and some noise, so that no descriptor is degenerate.
inline std::vector<float> sound(double frequency_hz, double duration_s, int sample_rate_hz,
                                std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<float> samples(static_cast<std::size_t>(duration_s * sample_rate_hz));
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double phase =
        2.0 * std::numbers::pi * frequency_hz * static_cast<double>(n) / sample_rate_hz;
    samples[n] = static_cast<float>(0.4 * std::sin(phase) + 0.2 * std::sin(2.0 * phase) +
                                    0.02 * random.normal());
  }
  return samples;
}

inline std::filesystem::path write_sound(const std::filesystem::path& file, double frequency_hz,
                                         double duration_s, int sample_rate_hz = 16000,
                                         std::uint64_t seed = 1) {
  std::filesystem::create_directories(file.parent_path());
  write_wav(file, sound(frequency_hz, duration_s, sample_rate_hz, seed), sample_rate_hz);
  return file;
}

}  // namespace genrebench::testing
