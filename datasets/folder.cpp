// Any collection that is sorted into one folder a genre.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "datasets/support/audio_folder.hpp"
#include "datasets/support/listed_dataset.hpp"
#include "harness/registry.hpp"
#include "signal/audio.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kWhere = "dataset folder";
constexpr std::string_view kExpected = "expected <genre>/<file>, files at any depth";

struct FolderOptions {
  std::string root;
  std::vector<std::string> genres;
  std::string artist_from = "none";
};

const OptionTable<FolderOptions>& option_table() {
  static const auto kTable =
      OptionTable<FolderOptions>()
          .path("root", &FolderOptions::root,
                "Folder that holds one folder a genre, with audio files at any depth below; a track's id is its path "
                "below root without the extension.")
          .list("genres", &FolderOptions::genres, {}, "Names of the genre folders to use; empty: all of them.")
          .choice("artist_from", &FolderOptions::artist_from, {"none", "parent_folder", "first_folder", "file_prefix"},
                  "How to know the artist, so that a split can keep artists on one side: parent_folder, the folder "
                  "that holds the file (<genre>/<artist>/<file>); first_folder, the folder below the genre "
                  "(<genre>/<artist>/<album>/<file>); file_prefix, the file's name up to ' - '. A file without such "
                  "a folder or prefix has no known artist.");
  return kTable;
}

std::string artist_of(const fs::path& below_genre, const std::string& artist_from) {
  const fs::path parent = below_genre.parent_path();
  if (artist_from == "parent_folder") return parent.filename().native();
  if (artist_from == "first_folder") return parent.empty() ? std::string() : parent.begin()->native();
  if (artist_from == "file_prefix") {
    const std::string name = below_genre.filename().native();
    const std::size_t end = name.find(" - ");
    return end == std::string::npos ? std::string() : name.substr(0, end);
  }
  return {};
}

class FolderDataset final : public ListedDataset {
 public:
  FolderDataset(fs::path root, std::vector<std::string> genres, std::vector<NamedTrack> tracks)
      : ListedDataset(std::move(genres), std::move(tracks)), root_(std::move(root)) {}

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems;
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
    for (std::size_t g = 0; g < counts.size(); ++g) facts.emplace_back("tracks of " + genres()[g], fmt::format("{}", counts[g]));
    return facts;
  }

 private:
  fs::path root_;
};

/// The folders to read, as (name in ids, name on disk).
std::map<std::string, std::string> choose_genres(const FolderOptions& options, const fs::path& root) {
  std::map<std::string, std::string> present;
  for (const std::string& folder : list_folders(root)) present.emplace(utf8_name(folder), folder);
  if (options.genres.empty()) return present;
  std::vector<std::string> known;
  for (const auto& [name, folder] : present) known.push_back(name);
  std::map<std::string, std::string> chosen;
  for (const std::string& genre : options.genres) {
    const auto found = present.find(genre);
    if (found == present.end())
      throw ConfigError(unknown_name_message("genre", genre, fmt::format("{}: option 'genres'", kWhere), known));
    chosen.insert(*found);
  }
  return chosen;
}

std::unique_ptr<Dataset> make_folder(const FolderOptions& options) {
  const fs::path root = require_folder(options.root, kWhere, kExpected);
  const std::string root_name = utf8_name(root.native());
  const auto chosen = choose_genres(options, root);
  std::vector<std::string> genres, empty;
  std::vector<NamedTrack> tracks;
  std::map<std::string, std::string> file_by_id;
  for (const auto& [genre, folder] : chosen) {
    const auto files = find_audio_files(root / folder);
    if (files.empty()) empty.push_back(genre);
    genres.push_back(genre);
    for (const fs::path& file : files) {
      Track track;
      track.id = utf8_name((fs::path(folder) / file.parent_path() / file.stem()).generic_string());
      track.audio = root / folder / file;
      if (const std::string artist = artist_of(file, options.artist_from); !artist.empty())
        track.groups["artist"] = utf8_name(artist);
      // The same song in two formats would stand on both sides of a split.
      const std::string name = utf8_name((fs::path(folder) / file).generic_string());
      if (const auto [other, is_new] = file_by_id.emplace(track.id, name); !is_new)
        throw DataError(fmt::format("{}: {} and {} in {} would both be track '{}': keep one of them, or rename one if they "
                                    "are different songs", kWhere, other->second, name, root_name, track.id));
      tracks.push_back({genre, std::move(track)});
    }
  }
  if (tracks.empty()) {
    const auto loose = list_files(root);
    const auto n = std::count_if(loose.begin(), loose.end(), [](const std::string& f) { return is_audio_file(f); });
    throw DataError(fmt::format("{}: no audio files in the genre folders of {} ({} folders, {} audio files directly in it); {}",
                                kWhere, root_name, chosen.size(), n, kExpected));
  }
  if (!empty.empty())
    throw DataError(fmt::format("{}: no audio files in the genre folder{} {} of {}: remove {} or name the genres to use in "
                                "option 'genres'", kWhere, empty.size() > 1 ? "s" : "", fmt::join(empty, ", "), root_name,
                                empty.size() > 1 ? "them" : "it"));
  return std::make_unique<FolderDataset>(root, std::move(genres), std::move(tracks));
}

}  // namespace

void register_folder(Registry& registry);
void register_folder(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "folder";
  plugin.summary = "your own collection: one folder a genre, audio files at any depth below it";
  plugin.options = option_table().schema();
  plugin.make = [](const OptionValues& values, const Registry&) { return make_folder(option_table().parse(values)); };
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
