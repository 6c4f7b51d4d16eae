// Any collection that is sorted into one folder per genre.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/closest_name.hpp"
#include "datasets/folders/audio_folder.hpp"
#include "datasets/folders/listed_dataset.hpp"
#include "datasets/folders/names.hpp"
#include "datasets/folders/song_files.hpp"
#include "datasets/folders/song_names.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kWhere = "dataset folder";
constexpr std::string_view kExpected = "expected <genre>/<file>, files at any depth";

struct FolderOptions {
  std::string root;
  std::vector<std::string> genres;
  ArtistFrom artist_from = ArtistFrom::none;
};

const OptionTable<FolderOptions>& option_table() {
  static const auto kTable =
      OptionTable<FolderOptions>()
          .path("root", &FolderOptions::root,
                "Folder that holds one folder per genre, with audio files at any depth below it. A "
                "track's id is its path below root, without the extension.")
          .list("genres", &FolderOptions::genres, {},
                "Names of the genre folders to use. Empty: all of them. Folders whose names differ "
                "only by case, accents, punctuation or Unicode form are one genre, named by the "
                "first of them.")
          .enumeration("artist_from", &FolderOptions::artist_from, artist_from_words(),
                       "Where the artist is taken from, so that a split can keep all tracks of an "
                       "artist on one side. " +
                           artist_from_help());
  return kTable;
}

class FolderDataset final : public ListedDataset {
 public:
  /// @param spellings  folders that are taken for another one's genre, by name
  FolderDataset(fs::path root, std::vector<std::string> genres, std::vector<NamedTrack> tracks,
                std::map<std::string, std::string> spellings)
      : ListedDataset(std::move(genres), std::move(tracks)),
        root_(std::move(root)),
        spellings_(std::move(spellings)) {}

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems;
    for (const auto& [folder, genre] : spellings_)
      problems.push_back({DatasetProblem::Severity::note, "spelling", folder,
                          fmt::format("is taken for the genre '{}'", genre)});
    if (genres().size() == 1)
      problems.push_back({DatasetProblem::Severity::note, "one_genre", genres().front(),
                          "is the only genre, so nothing can be learnt; root may be one level too "
                          "high or too low"});
    for (const std::string& name : list_files(root_))
      if (is_audio_file(name))
        problems.push_back({DatasetProblem::Severity::note, "extra", utf8_name(name),
                            "lies directly in root, so it has no genre and is not used"});
    return problems;
  }

  std::vector<std::pair<std::string, std::string>> facts() const override {
    std::vector<std::pair<std::string, std::string>> facts = {{"root", utf8_name(root_.native())}};
    std::vector<std::size_t> counts(genres().size());
    for (const Track& track : tracks()) ++counts[static_cast<std::size_t>(track.genre)];
    for (std::size_t g = 0; g < counts.size(); ++g)
      facts.emplace_back("tracks of " + genres()[g], fmt::format("{}", counts[g]));
    for (const auto& [folder, genre] : spellings_)
      facts.emplace_back("the folder " + folder, fmt::format("is taken for the genre {}", genre));
    return facts;
  }

 private:
  fs::path root_;
  std::map<std::string, std::string> spellings_;
};

/// The folders to read, as (name in ids, name on disk).
std::map<std::string, std::string> choose_genres(const FolderOptions& options,
                                                 const fs::path& root) {
  std::map<std::string, std::string> present;
  for (const std::string& folder : list_folders(root)) present.emplace(utf8_name(folder), folder);
  if (options.genres.empty()) return present;
  std::vector<std::string> known;
  for (const auto& [name, folder] : present) known.push_back(name);
  std::map<std::string, std::string> chosen;
  for (const std::string& genre : options.genres) {
    const auto found = present.find(genre);
    const auto alike = found == present.end() ? find_name(known, genre) : std::nullopt;
    if (found == present.end() && !alike)
      throw ConfigError(
          unknown_name_message("genre", genre, fmt::format("{}: option 'genres'", kWhere), known));
    chosen.insert(found == present.end() ? *present.find(*alike) : *found);
  }
  return chosen;
}

std::unique_ptr<Dataset> make_folder(const FolderOptions& options) {
  const fs::path root = require_folder(options.root, kWhere, kExpected);
  const std::string root_name = utf8_name(root.native());
  const auto chosen = choose_genres(options, root);
  std::vector<GenreFolder> folders;
  for (const auto& [genre, folder] : chosen) folders.push_back({genre, folder});
  std::vector<std::string> genres, empty;
  std::vector<NamedTrack> tracks;
  std::set<std::string> with_tracks;
  std::map<std::string, std::string> spellings;
  Spellings spelling;
  for (const auto& [folder, unused] : chosen) {
    const std::string& genre = spelling(folder);
    if (genre == folder)
      genres.push_back(genre);
    else
      spellings.emplace(folder, genre);
  }
  for (FoundTrack& found : find_tracks(root, folders, kWhere)) {
    if (const std::string artist =
            names_of(found.track.audio, found.below_genre, options.artist_from).artist;
        !artist.empty())
      found.track.groups["artist"] = artist;
    with_tracks.insert(found.genre);
    tracks.push_back({spelling(found.genre), std::move(found.track)});
  }
  for (const auto& [folder, unused] : chosen)
    if (!with_tracks.contains(folder)) empty.push_back(folder);
  if (tracks.empty()) {
    const auto loose = list_files(root);
    const auto n = std::count_if(loose.begin(), loose.end(),
                                 [](const std::string& f) { return is_audio_file(f); });
    throw DataError(
        fmt::format("{}: no audio files in the genre folders of {} ({} folders, {} audio files "
                    "directly in it); {}",
                    kWhere, root_name, chosen.size(), n, kExpected));
  }
  if (!empty.empty())
    throw DataError(
        fmt::format("{}: no audio files in the genre folder{} {} of {}: remove {} or name the "
                    "genres to use in option 'genres'",
                    kWhere, empty.size() > 1 ? "s" : "", fmt::join(empty, ", "), root_name,
                    empty.size() > 1 ? "them" : "it"));
  return std::make_unique<FolderDataset>(root, std::move(genres), std::move(tracks),
                                         std::move(spellings));
}

}  // namespace

void register_folder(Registry& registry);
void register_folder(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "folder";
  plugin.summary = "your own collection: one folder per genre, audio files at any depth below it";
  plugin.options = option_table().schema();
  plugin.make = [](const OptionValues& values, const Registry&) {
    return make_folder(option_table().parse(values));
  };
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
