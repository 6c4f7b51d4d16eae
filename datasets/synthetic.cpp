// Music made from a seed, for trying everything out without any data. music/synthesiser.cpp makes
// the sound.
//
// `write` makes DIR/<genre>/<genre>.NNNNN.wav, DIR/metadata.csv (one row per track),
// DIR/sections.csv (one row per section) and, last, DIR/dataset.json: a folder without that file is
// incomplete. Reading takes genres, tracks, artists and sections from those files. The generation
// options then only have to agree: one that differs from its default and from dataset.json is a
// ConfigError, one left at its default is not.

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/csv.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "datasets/folders/audio_folder.hpp"
#include "datasets/folders/generated_folder.hpp"
#include "datasets/folders/listed_dataset.hpp"
#include "datasets/music/synthesiser.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kSynthetic = "dataset synthetic";
constexpr GeneratedKind kKind = {
    .name = "synthetic", .format_version = 1, .generator_version = kSynthesiserVersion};

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

const OptionTable<SyntheticOptions>& synthetic_options() {
  static const auto kTable =
      OptionTable<SyntheticOptions>()
          .path("root", &SyntheticOptions::root,
                "Folder written by `dataset make synthetic`. If empty, the set is made in the "
                "cache folder on first use.")
          .integer("genres", &SyntheticOptions::genres, 2,
                   static_cast<int>(synthetic_genres().size()),
                   "Number of genres, the first of: ambient, bluegrass, chiptune, dub, funk, "
                   "house, march, metal, swing, waltz, synthpop, tango.")
          .integer("tracks_per_genre", &SyntheticOptions::tracks_per_genre, 1, 100000,
                   "Number of tracks per genre.")
          .number("duration_s", &SyntheticOptions::duration_s, 1.0, 3600.0,
                  "Length of each track, seconds.")
          .integer("sample_rate_hz", &SyntheticOptions::sample_rate_hz, 8000, 48000,
                   "Sample rate of the files.")
          .integer(
              "artists_per_genre", &SyntheticOptions::artists_per_genre, 1, 1000,
              "Number of fictional artists per genre; they take turns. Each has habits of tuning, "
              "instruments, mix and tempo, so accuracy is too high if a split ignores artists.")
          .number(
              "difficulty", &SyntheticOptions::difficulty, 0.0, 1.0,
              "How much the genres overlap. 0: hardly at all. 1: so much that accuracy is close to "
              "chance.",
              "tuned so that MFCC statistics and an SVM reach about 70 % where artists are kept "
              "apart")
          .integer("seed", &SyntheticOptions::seed, 0, std::numeric_limits<int>::max(),
                   "Seed of the whole set. The same options give the same bytes. More genres or "
                   "tracks change no earlier track.");
  return kTable;
}

SynthesiserOptions synthesiser_options(const SyntheticOptions& options) {
  return {options.duration_s, options.sample_rate_hz, options.artists_per_genre, options.difficulty,
          static_cast<std::uint64_t>(options.seed)};
}

std::string synthetic_track_id(const std::string& genre, int track) {
  return fmt::format("{}.{:05d}", genre, track);
}

// -------------------------------------------------------------------------------------------------
// Writing

void write_synthetic(const OptionValues& values, const fs::path& dir,
                     const DatasetPlugin::Progress& progress) {
  const SyntheticOptions options = synthetic_options().parse(values);
  prepare_generated_folder(dir);
  const auto n_genres = static_cast<std::size_t>(options.genres);
  const auto n_tracks = static_cast<std::size_t>(options.tracks_per_genre);
  for (std::size_t g = 0; g < n_genres; ++g) fs::create_directory(dir / synthetic_genres()[g]);
  std::vector<SyntheticSong> songs(n_genres * n_tracks);
  const SynthesiserOptions synthesis = synthesiser_options(options);
  parallel_for(songs.size(), {.progress = progress}, [&](std::size_t i) {
    const std::string& genre = synthetic_genres()[i / n_tracks];
    const int track = static_cast<int>(i % n_tracks);
    songs[i] = synthesise_song(synthesis, i / n_tracks, track);
    write_wav(dir / genre / (synthetic_track_id(genre, track) + ".wav"), songs[i].samples,
              options.sample_rate_hz, SampleFormat::pcm16);
    songs[i].samples = {};
  });

  std::string metadata = "track,genre,artist,song,tempo_bpm,key,form,seed\n",
              sections = "track,label,start_s,end_s\n";
  for (std::size_t i = 0; i < songs.size(); ++i) {
    const std::string& genre = synthetic_genres()[i / n_tracks];
    const std::string id = synthetic_track_id(genre, static_cast<int>(i % n_tracks));
    const SyntheticSong& song = songs[i];
    metadata += fmt::format("{},{},{},{},{:.2f},{},{},{}\n", id, genre, csv_cell(song.artist), id,
                            song.tempo_bpm, song.key, song.form, song.seed);
    for (const Section& section : song.sections)
      sections +=
          fmt::format("{},{},{:.6f},{:.6f}\n", id, section.label, section.start_s, section.end_s);
  }
  write_file_atomically(dir / "metadata.csv", metadata);
  write_file_atomically(dir / "sections.csv", sections);
  write_file_atomically(
      dir / "dataset.json",
      generated_description(kKind, synthetic_options().schema(), values).dump(2) + "\n");
}

// -------------------------------------------------------------------------------------------------
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
    return missing_and_extra_files(root_, tracks());
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

std::unique_ptr<Dataset> make_synthetic(const OptionValues& values) {
  const fs::path root = require_folder(synthetic_options().parse(values).root, kSynthetic,
                                       "expected a folder written by `dataset make synthetic`");
  std::string made_with =
      options_text(read_generated_description(root, kKind, synthetic_options().schema(), values));

  const CsvTable metadata = read_csv(root / "metadata.csv");
  const std::size_t id = metadata.column("track"), genre = metadata.column("genre"),
                    artist = metadata.column("artist"), song = metadata.column("song");
  std::set<std::string> genres, ids;
  std::vector<NamedTrack> tracks;
  for (const CsvRow& row : metadata.rows) {
    NamedTrack named;
    named.genre = utf8_name(row.cells[genre]);
    named.track.id = utf8_name(row.cells[id]);
    if (named.genre.empty() || named.track.id.empty() || !ids.insert(named.track.id).second)
      throw DataError(
          fmt::format("{}: expected a genre and a track that is there once, found '{}' and '{}'",
                      metadata.where(row), named.genre, named.track.id));
    named.track.audio =
        root / name_within(metadata, row, genre) / (name_within(metadata, row, id) + ".wav");
    named.track.groups = {{"artist", utf8_name(row.cells[artist])},
                          {"song", utf8_name(row.cells[song])}};
    genres.insert(named.genre);
    tracks.push_back(std::move(named));
  }
  if (tracks.empty()) throw DataError(fmt::format("{}: no tracks below the header", metadata.name));

  auto sections = read_sections(root / "sections.csv", ids);
  return std::make_unique<SyntheticDataset>(
      root, std::vector<std::string>(genres.begin(), genres.end()), std::move(tracks),
      std::move(sections), std::move(made_with));
}

}  // namespace

void register_synthetic(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "synthetic";
  plugin.summary = "music made from a seed: known genres, artists and sections, no download";
  plugin.options = synthetic_options().schema();
  plugin.make = [](const OptionValues& values, const Registry&) { return make_synthetic(values); };
  plugin.write = [](const OptionValues& values, const Registry&, const fs::path& dir,
                    const DatasetPlugin::Progress& progress) {
    write_synthetic(values, dir, progress);
  };
  plugin.generated = true;
  plugin.version = kSynthesiserVersion;
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
