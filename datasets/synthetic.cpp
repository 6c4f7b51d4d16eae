// Music made from a seed, for trying everything out without any data. The sound is support/synthesiser.cpp's.
//
// `write` makes DIR/<genre>/<genre>.NNNNN.wav, DIR/metadata.csv (one row a track), DIR/sections.csv (one row a section)
// and, last, DIR/dataset.json: a folder without it was left half-written. Reading takes genres, tracks, artists and
// sections from those files. The generation options then only have to agree: one that differs from its default and
// from dataset.json is a ConfigError, one left at its default is not.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "datasets/support/audio_folder.hpp"
#include "datasets/support/csv.hpp"
#include "datasets/support/listed_dataset.hpp"
#include "datasets/support/synthesiser.hpp"
#include "harness/files.hpp"
#include "harness/registry.hpp"
#include "signal/audio.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kWhere = "dataset synthetic";
constexpr std::string_view kFormat = "genrebench synthetic";
constexpr int kFormatVersion = 1;

struct SyntheticOptions {
  std::string root;
  int genres = 10;
  int tracks_per_genre = 12;
  double duration_s = 15.0;
  int sample_rate_hz = 22050;
  int artists_per_genre = 4;
  double difficulty = 0.25;
  int seed = 0;
};

const OptionTable<SyntheticOptions>& option_table() {
  static const auto kTable =
      OptionTable<SyntheticOptions>()
          .path("root", &SyntheticOptions::root,
                "Folder written by `dataset make synthetic`; empty: the set is made in the cache folder on first use.")
          .integer("genres", &SyntheticOptions::genres, 2, static_cast<int>(synthetic_genres().size()),
                   "Number of genres, the first of: ambient, bluegrass, chiptune, dub, funk, house, march, metal, swing, "
                   "waltz, synthpop, tango.")
          .integer("tracks_per_genre", &SyntheticOptions::tracks_per_genre, 1, 100000, "Number of tracks of each genre.")
          .number("duration_s", &SyntheticOptions::duration_s, 1.0, 3600.0, "Length of each track, seconds.")
          .integer("sample_rate_hz", &SyntheticOptions::sample_rate_hz, 8000, 48000, "Sample rate of the files.")
          .integer("artists_per_genre", &SyntheticOptions::artists_per_genre, 1, 1000,
                   "Number of fictional artists a genre; they take turns. Each has habits of tuning, instruments, mix and "
                   "tempo, so a split that ignores artists scores too high.")
          .number("difficulty", &SyntheticOptions::difficulty, 0.0, 1.0,
                  "How much the genres overlap: 0 hardly, 1 so much that little but chance is left.",
                  "tuned so that MFCC statistics and an SVM reach about 70 % where artists are kept apart")
          .integer("seed", &SyntheticOptions::seed, 0, std::numeric_limits<int>::max(),
                   "Seed of the whole set. The same options give the same bytes; more genres or tracks change no earlier one.");
  return kTable;
}

SynthesiserOptions synthesiser_options(const SyntheticOptions& options) {
  return {options.duration_s, options.sample_rate_hz, options.artists_per_genre, options.difficulty,
          static_cast<std::uint64_t>(options.seed)};
}

std::string track_id(const std::string& genre, int track) { return fmt::format("{}.{:05d}", genre, track); }

// ---------------------------------------------------------------------------------------------------------------
// Writing

/// Options as dataset.json holds them, without root.
nlohmann::ordered_json options_json(const SyntheticOptions& o) {
  return {{"genres", o.genres},
          {"tracks_per_genre", o.tracks_per_genre},
          {"duration_s", o.duration_s},
          {"sample_rate_hz", o.sample_rate_hz},
          {"artists_per_genre", o.artists_per_genre},
          {"difficulty", o.difficulty},
          {"seed", o.seed}};
}

/// Runs work(0), ..., work(n - 1) on all cores. Progress is told from the calling thread.
void for_each_in_parallel(std::size_t n, const std::function<void(std::size_t)>& work, const DatasetPlugin::Progress& progress) {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t next = 0, done = 0, running = 0;
  std::exception_ptr failure;
  const auto run = [&] {
    std::unique_lock lock(mutex);
    while (next < n && !failure) {
      const std::size_t mine = next++;
      lock.unlock();
      std::exception_ptr thrown;
      try {
        work(mine);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      ++done;
      if (thrown && !failure) failure = thrown;
      changed.notify_one();
    }
    --running;
    changed.notify_one();
  };
  {
    std::vector<std::jthread> threads;
    running = std::min<std::size_t>(n, std::max(1U, std::thread::hardware_concurrency()));
    for (std::size_t i = running; i > 0; --i) threads.emplace_back(run);
    std::unique_lock lock(mutex);
    for (std::size_t told = 0; running > 0 || told < done;) {
      changed.wait(lock, [&] { return done > told || running == 0; });
      if (done == told) break;
      told = done;
      lock.unlock();
      if (progress) progress(told, n);
      lock.lock();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void write_synthetic(const SyntheticOptions& options, const fs::path& dir, const DatasetPlugin::Progress& progress) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error || !fs::is_directory(dir)) throw DataError(fmt::format("{}: the folder cannot be made: {}", dir.string(), error.message()));
  if (!fs::is_empty(dir, error) || error)
    throw DataError(fmt::format("{}: expected a new or empty folder, found files in it", dir.string()));
  const auto n_genres = static_cast<std::size_t>(options.genres);
  const auto n_tracks = static_cast<std::size_t>(options.tracks_per_genre);
  for (std::size_t g = 0; g < n_genres; ++g) fs::create_directory(dir / synthetic_genres()[g]);
  std::vector<SyntheticSong> songs(n_genres * n_tracks);
  const SynthesiserOptions synthesis = synthesiser_options(options);
  for_each_in_parallel(
      songs.size(),
      [&](std::size_t i) {
        const std::string& genre = synthetic_genres()[i / n_tracks];
        const int track = static_cast<int>(i % n_tracks);
        songs[i] = synthesise_song(synthesis, i / n_tracks, track);
        write_wav(dir / genre / (track_id(genre, track) + ".wav"), songs[i].samples, options.sample_rate_hz, SampleFormat::pcm16);
        songs[i].samples = {};
      },
      progress);

  std::string metadata = "track,genre,artist,song,tempo_bpm,key,form,seed\n", sections = "track,label,start_s,end_s\n";
  for (std::size_t i = 0; i < songs.size(); ++i) {
    const std::string& genre = synthetic_genres()[i / n_tracks];
    const std::string id = track_id(genre, static_cast<int>(i % n_tracks));
    const SyntheticSong& song = songs[i];
    metadata += fmt::format("{},{},{},{},{:.2f},{},{},{}\n", id, genre, csv_cell(song.artist), id, song.tempo_bpm, song.key,
                            song.form, song.seed);
    for (const Section& section : song.sections)
      sections += fmt::format("{},{},{:.6f},{:.6f}\n", id, section.label, section.start_s, section.end_s);
  }
  write_file_atomically(dir / "metadata.csv", metadata);
  write_file_atomically(dir / "sections.csv", sections);
  write_file_atomically(dir / "dataset.json", nlohmann::ordered_json{{"format", kFormat},
                                                          {"format_version", kFormatVersion},
                                                          {"generator_version", kSynthesiserVersion},
                                                          {"options", options_json(options)}}
                                           .dump(2) + "\n");
}

// ---------------------------------------------------------------------------------------------------------------
// Reading

class SyntheticDataset final : public ListedDataset {
 public:
  SyntheticDataset(fs::path root, std::vector<std::string> genres, std::vector<NamedTrack> tracks,
                   std::map<std::string, std::vector<Section>> sections, std::string options)
      : ListedDataset(std::move(genres), std::move(tracks)),
        root_(std::move(root)),
        sections_(std::move(sections)),
        options_(std::move(options)) {}

  std::vector<Section> sections(const Track& track) const override {
    const auto found = sections_.find(track.id);
    return found == sections_.end() ? std::vector<Section>() : found->second;
  }

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems;
    std::set<fs::path> expected;
    for (const Track& track : tracks()) {
      std::error_code ignored;
      if (!fs::is_regular_file(track.audio, ignored))
        problems.push_back({DatasetProblem::Severity::error, "missing", track.id,
                            fmt::format("{} is in metadata.csv but not in the folder", utf8_name(track.audio.native()))});
      expected.insert(track.audio.lexically_relative(root_));
    }
    for (const fs::path& file : find_audio_files(root_))
      if (!expected.contains(file))
        problems.push_back({DatasetProblem::Severity::error, "extra", utf8_name(file.generic_string()),
                            "is in the folder but not in metadata.csv; it is not used"});
    return problems;
  }

  std::vector<std::pair<std::string, std::string>> facts() const override {
    return {{"tracks", fmt::format("{}", tracks().size())},
            {"made with", options_},
            {"licence", "none needed: the music is computed"},
            {"where to get it", "genrebench dataset make synthetic"}};
  }

 private:
  fs::path root_;
  std::map<std::string, std::vector<Section>> sections_;
  std::string options_;
};

double parse_seconds(const CsvTable& table, const CsvRow& row, std::size_t column) {
  const std::string& text = row.cells[column];
  double value = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || !(value >= 0.0) || !std::isfinite(value))
    throw DataError(fmt::format("{}: column '{}': expected seconds, found '{}'", table.where(row), table.columns[column], text));
  return value;
}

/// @return  the options in dataset.json, for people
/// @throws DataError    the folder was not written by this plug-in, or not to its end
/// @throws ConfigError  an option was set to something else than the folder was made with
std::string check_dataset_json(const fs::path& root, const SyntheticOptions& options) {
  const fs::path file = root / "dataset.json";
  if (!fs::exists(file))
    throw DataError(fmt::format("{}: no dataset.json in {}: it was not made by `dataset make synthetic`, or making it was "
                                "interrupted; make it again in an empty folder", kWhere, utf8_name(root.native())));
  const auto json = nlohmann::json::parse(read_file_text(file), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("format") || json["format"] != kFormat || !json.contains("format_version") ||
      !json.contains("options") || !json["options"].is_object())
    throw DataError(fmt::format("{}: expected the description of a synthetic set, found other text", file.string()));
  if (const auto& version = json["format_version"]; version != kFormatVersion)
    throw DataError(fmt::format("{}: expected format_version {}, found {}: make the set again", file.string(), kFormatVersion,
                                version.dump()));
  const nlohmann::ordered_json wanted = options_json(options), defaults = options_json({});
  std::string made_with;
  for (const auto& [key, value] : wanted.items()) {
    const auto& found = json["options"].contains(key) ? json["options"][key] : nlohmann::json();
    if (value.dump() != defaults[key].dump() && nlohmann::json(value) != found)
      throw ConfigError(fmt::format("{}: option '{}' is {}, but the set in {} was made with {}; leave the option out, or make "
                                    "another set", kWhere, key, value.dump(), utf8_name(root.native()), found.dump()));
    made_with += fmt::format("{}{}={}", made_with.empty() ? "" : ", ", key, found.dump());
  }
  return made_with;
}

std::unique_ptr<Dataset> make_synthetic(const SyntheticOptions& options) {
  const fs::path root = require_folder(options.root, kWhere, "expected a folder written by `dataset make synthetic`");
  std::string made_with = check_dataset_json(root, options);

  const CsvTable metadata = read_csv(root / "metadata.csv");
  const std::size_t id = metadata.column("track"), genre = metadata.column("genre"), artist = metadata.column("artist"),
                    song = metadata.column("song");
  std::set<std::string> genres, ids;
  std::vector<NamedTrack> tracks;
  for (const CsvRow& row : metadata.rows) {
    NamedTrack named;
    named.genre = utf8_name(row.cells[genre]);
    named.track.id = utf8_name(row.cells[id]);
    if (named.genre.empty() || named.track.id.empty() || !ids.insert(named.track.id).second)
      throw DataError(fmt::format("{}: expected a genre and a track that is there once, found '{}' and '{}'", metadata.where(row),
                                  named.genre, named.track.id));
    named.track.audio = root / row.cells[genre] / (row.cells[id] + ".wav");
    named.track.groups = {{"artist", utf8_name(row.cells[artist])}, {"song", utf8_name(row.cells[song])}};
    genres.insert(named.genre);
    tracks.push_back(std::move(named));
  }
  if (tracks.empty()) throw DataError(fmt::format("{}: no tracks below the header", metadata.name));

  const CsvTable table = read_csv(root / "sections.csv");
  const std::size_t track = table.column("track"), label = table.column("label"), start = table.column("start_s"),
                    end = table.column("end_s");
  std::map<std::string, std::vector<Section>> sections;
  for (const CsvRow& row : table.rows) {
    if (!ids.contains(row.cells[track]))
      throw DataError(fmt::format("{}: column 'track': expected a track of metadata.csv, found '{}'", table.where(row),
                                  utf8_name(row.cells[track])));
    const Section section{row.cells[label], parse_seconds(table, row, start), parse_seconds(table, row, end)};
    auto& list = sections[row.cells[track]];
    if (section.end_s <= section.start_s || (!list.empty() && section.start_s < list.back().end_s))
      throw DataError(fmt::format("{}: expected a section after the one before it, found {} to {} s", table.where(row),
                                  section.start_s, section.end_s));
    list.push_back(section);
  }
  return std::make_unique<SyntheticDataset>(root, std::vector<std::string>(genres.begin(), genres.end()), std::move(tracks),
                                            std::move(sections), std::move(made_with));
}

}  // namespace

void register_synthetic(Registry& registry);
void register_synthetic(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "synthetic";
  plugin.summary = "music made from a seed: known genres, artists and sections, no download";
  plugin.options = option_table().schema();
  plugin.make = [](const OptionValues& values) { return make_synthetic(option_table().parse(values)); };
  plugin.write = [](const OptionValues& values, const fs::path& dir, const DatasetPlugin::Progress& progress) {
    write_synthetic(option_table().parse(values), dir, progress);
  };
  plugin.generated = true;
  plugin.version = kSynthesiserVersion;
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
