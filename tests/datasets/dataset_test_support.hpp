#pragma once
// What the tests of datasets share: small files, a registry of one plug-in.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plugin/registry.hpp"
#include "signal/audio/audio.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {

inline void write_bytes(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::string read_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A tenth of a second of a tone.
inline void write_tone(const std::filesystem::path& file, double frequency_hz = 440.0) {
  std::filesystem::create_directories(file.parent_path());
  std::vector<float> samples(800);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = 0.5F * static_cast<float>(
                            std::sin(6.283185307 * frequency_hz * static_cast<double>(i) / 8000.0));
  write_wav(file, samples, 8000);
}

/// Makes a dataset as a program does: options resolved against the schema, then the plug-in's own
/// function.
inline std::unique_ptr<Dataset> make_dataset(void (*add)(Registry&), const OptionValues& options) {
  Registry registry;
  add(registry);
  const DatasetPlugin& plugin = *registry.datasets.begin();
  return plugin.make(plugin.options.resolve(options, "dataset " + plugin.name), registry);
}

/// The message of the error that `action` throws; empty, and a failed test, where it throws none.
template <typename Error, typename Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message;
  } catch (const std::exception& other) {
    ADD_FAILURE() << "another error: " << other.what();
    return {};
  }
  ADD_FAILURE() << "no error";
  return {};
}

inline std::vector<std::string> ids(const Dataset& dataset) {
  std::vector<std::string> result;
  for (const Track& track : dataset.tracks()) result.push_back(track.id);
  return result;
}

/// Problems of one kind.
inline std::vector<DatasetProblem> problems(const Dataset& dataset, std::string_view what) {
  std::vector<DatasetProblem> result;
  for (const DatasetProblem& problem : dataset.verify())
    if (problem.what == what) result.push_back(problem);
  return result;
}

}  // namespace genrebench::testing

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)
