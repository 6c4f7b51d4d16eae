#pragma once
// What the tests of medleys share: small sources of known samples, sets made of them, their tables.

#include <cmath>
#include <map>
#include <set>

#include "base/csv.hpp"
#include "datasets/dataset_test_support.hpp"

namespace genrebench {

void register_all_datasets(Registry& registry);
void register_medley(Registry& registry);

namespace testing {

inline constexpr int kRate = 8000;
inline constexpr std::size_t kTracks = 8;          // in two genres
inline constexpr std::size_t kLength = 2 * kRate;  // samples of each

inline const Registry& registry() {
  static const Registry all = [] {
    Registry r;
    register_all_datasets(r);
    return r;
  }();
  return all;
}

inline std::string id_of(std::size_t track) {
  return (track % 2 == 0 ? "polka/song" : "tango/song") + std::to_string(track / 2);
}

/// Tracks of constant level, another one each: track k has the level (k + 1) / 16.
inline void write_levels(const std::filesystem::path& dir) {
  for (std::size_t k = 0; k < kTracks; ++k) {
    std::filesystem::create_directories((dir / id_of(k)).parent_path());
    write_wav(dir / (id_of(k) + ".wav"),
              std::vector<float>(kLength, static_cast<float>(k + 1) / 16.0F), kRate);
  }
}

/// Two tracks whose samples say where they are from: sample n is n + 1 steps of 16 bit, below zero
/// in the second.
inline void write_ramps(const std::filesystem::path& dir) {
  for (const float sign : {1.0F, -1.0F}) {
    std::vector<float> samples(kLength);
    for (std::size_t n = 0; n < kLength; ++n)
      samples[n] = sign * static_cast<float>(n + 1) / 32768.0F;
    std::filesystem::create_directories(dir / "ramps");
    write_wav(dir / "ramps" / (sign > 0 ? "up.wav" : "down.wav"), samples, kRate);
  }
}

inline OptionValues with(OptionValues options, const OptionValues& more) {
  for (const auto& [name, value] : more) options[name] = value;
  return options;
}

inline OptionValues small(const std::filesystem::path& source, const OptionValues& more = {}) {
  return with({{"source", std::string("folder")},
               {"source_root", source.string()},
               {"count", std::int64_t{10}},
               {"segment_s", std::vector<std::string>{"0.5", "0.3"}},
               {"sample_rate_hz", std::int64_t{kRate}}},
              more);
}

inline void write_set(const std::filesystem::path& dir, const OptionValues& options,
                      const DatasetPlugin::Progress& progress = {}) {
  const DatasetPlugin& plugin = *registry().datasets.find("medley");
  plugin.write(plugin.options.resolve(options, "dataset medley"), registry(), dir, progress);
}

inline std::unique_ptr<Dataset> medleys(const std::filesystem::path& root,
                                        const OptionValues& options = {}) {
  return make_dataset(register_medley, with(options, {{"root", root.string()}}));
}

inline std::unique_ptr<Dataset> write_and_read(const std::filesystem::path& dir,
                                               const OptionValues& options) {
  write_set(dir, options);
  return medleys(dir, options);
}

inline std::map<std::string, std::string> all_files(const std::filesystem::path& dir) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir))
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(dir).string()] = read_bytes(entry.path());
  return files;
}

/// Rows of a table of the set, each by the names of its columns, in lists by track.
inline std::map<std::string, std::vector<std::map<std::string, std::string>>> rows_by_track(
    const std::filesystem::path& file) {
  const CsvTable table = read_csv(file);
  std::map<std::string, std::vector<std::map<std::string, std::string>>> result;
  for (const CsvRow& row : table.rows) {
    std::map<std::string, std::string> cells;
    for (std::size_t c = 0; c < table.columns.size(); ++c) cells[table.columns[c]] = row.cells[c];
    result[cells["track"]].push_back(cells);
  }
  return result;
}

inline std::set<std::string> sources_used(const std::filesystem::path& dir) {
  std::set<std::string> result;
  for (const auto& [track, rows] : rows_by_track(dir / "sections.csv"))
    for (const auto& row : rows) result.insert(row.at("source_track"));
  return result;
}

inline std::size_t to_sample(double seconds) {
  return static_cast<std::size_t>(std::llround(seconds * kRate));
}

inline std::string refusal(const OptionValues& options) {
  const TemporaryFolder out;
  return message_of<ConfigError>([&] { write_set(out / "set", options); });
}

/// A folder with a source of tracks of constant level.
class MedleyFolder : public ::testing::Test {
 protected:
  MedleyFolder() { write_levels(dir_ / "levels"); }

  std::filesystem::path levels() const { return dir_ / "levels"; }

  TemporaryFolder dir_;
};

}  // namespace testing
}  // namespace genrebench
