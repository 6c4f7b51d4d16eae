// Any collection that is sorted into one folder per genre.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/closest_name.hpp"
#include "datasets/folders/audio_folder.hpp"
#include "datasets/folders/known_sections.hpp"
#include "datasets/folders/left_out_files.hpp"
#include "datasets/folders/listed_dataset.hpp"
#include "datasets/folders/names.hpp"
#include "datasets/folders/song_files.hpp"
#include "datasets/folders/song_names.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio_formats.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kFolder = "dataset folder";
constexpr std::string_view kExpected = "expected <genre>/<file>, files at any depth";

struct FolderOptions : SectionOptions {
  std::string root;
  std::vector<std::string> genres;
  ArtistFrom artist_from = ArtistFrom::none;
};

const OptionTable<FolderOptions>& folder_options() {
  static const auto kTable = [] {
    OptionTable<FolderOptions> table;
    table
        .path("root", &FolderOptions::root,
              "Folder that holds one folder per genre, with audio files at any depth below it. A "
              "track's id is its path below root, without the extension.")
        .list("genres", &FolderOptions::genres, {},
              "Names of the genre folders to use. Empty: all that hold audio. Folders whose names "
              "differ only by case, accents, punctuation, Unicode form or '&' for 'and' are one "
              "genre, named by the first of them; to use one of them alone, name it here.")
        .enumeration("artist_from", &FolderOptions::artist_from, artist_from_words(),
                     "Where the artist is taken from, so that a split can keep all tracks of an "
                     "artist on one side. " +
                         artist_from_help());
    add_section_options(table);
    return table;
  }();
  return kTable;
}

/// What was seen beside the tracks.
struct FolderRemarks {
  std::map<std::string, std::string> spellings;  ///< folders that are taken for another's genre
  std::vector<std::string> without_audio;        ///< folders that are left out
};

class FolderDataset final : public ListedDataset {
 public:
  FolderDataset(fs::path root, std::vector<std::string> genres, std::vector<NamedTrack> tracks,
                FolderRemarks remarks)
      : ListedDataset(std::move(genres), std::move(tracks)),
        root_(std::move(root)),
        remarks_(std::move(remarks)) {}

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems = spelling_problems(remarks_.spellings);
    for (DatasetProblem& problem :
         placeholder_problems(count_placeholders(tracks()), tracks().size()))
      problems.push_back(std::move(problem));
    for (DatasetProblem& problem : left_out_problems()) problems.push_back(std::move(problem));
    if (!remarks_.without_audio.empty())
      problems.push_back({DatasetProblem::Severity::note, "no_audio", "all genres",
                          text_of_folders_without_audio()});
    if (genres().size() == 1)
      problems.push_back({DatasetProblem::Severity::note, "one_genre", genres().front(),
                          "is the only genre, so nothing can be learnt; " + other_root()});
    return problems;
  }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes = ListedDataset::notes();
    if (!remarks_.spellings.empty()) notes.push_back(spelling_note(remarks_.spellings));
    if (!remarks_.without_audio.empty()) notes.push_back(text_of_folders_without_audio());
    return notes;
  }

  std::vector<std::pair<std::string, std::string>> facts() const override {
    std::vector<std::pair<std::string, std::string>> facts = {{"root", utf8_name(root_.native())}};
    std::vector<std::size_t> counts(genres().size());
    for (const Track& track : tracks()) ++counts[static_cast<std::size_t>(track.genre)];
    for (std::size_t g = 0; g < counts.size(); ++g)
      facts.emplace_back("tracks of " + genres()[g], fmt::format("{}", counts[g]));
    for (const auto& [folder, genre] : remarks_.spellings)
      facts.emplace_back("the folder " + folder, fmt::format("is taken for the genre {}", genre));
    if (const std::string known = sections_text(); !known.empty())
      facts.emplace_back("sections marked by people", known);
    return facts;
  }

 private:
  std::string text_of_folders_without_audio() const {
    const std::vector<std::string>& folders = remarks_.without_audio;
    return fmt::format(
        "{} no audio and {} left out: {}",
        folders.size() == 1 ? "1 folder holds" : fmt::format("{} folders hold", folders.size()),
        folders.size() == 1 ? "is" : "are", name_list(folders));
  }

  /// What to do about a single genre: whether the folders in it look like genres.
  std::string other_root() const {
    std::set<std::string> below;
    for (const Track& track : tracks()) {
      const std::size_t begin = track.id.find('/') + 1, end = track.id.find('/', begin);
      if (end != std::string::npos) below.insert(track.id.substr(begin, end - begin));
    }
    if (below.size() < 2) return "root may be one level too high or too low";
    return fmt::format("if its folders {} are the genres, set root to {}",
                       name_list(std::vector<std::string>(below.begin(), below.end())),
                       utf8_name((root_ / genres().front()).native()));
  }

  fs::path root_;
  FolderRemarks remarks_;
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
    const auto alike = found == present.end() ? find_genre(known, genre) : std::nullopt;
    if (found == present.end() && !alike)
      throw ConfigError(
          unknown_name_message("genre", genre, fmt::format("{}: option 'genres'", kFolder), known));
    chosen.insert(found == present.end() ? *present.find(*alike) : *found);
  }
  return chosen;
}

/// @throws DataError  no genre has a track, or one that the options name has none
void require_audio(const FolderOptions& options, const fs::path& root,
                   const std::vector<std::string>& without_audio, std::size_t n_folders,
                   const LeftOutFiles& left_out) {
  const std::string advice = left_out.advice().empty() ? "" : "; " + left_out.advice();
  if (without_audio.size() == n_folders) {
    throw DataError(
        fmt::format("{}: no audio files in the genre folders of {} ({} folders, {} audio files "
                    "directly in it); {}{}",
                    kFolder, utf8_name(root.native()), n_folders, left_out.n_without_genre(),
                    kExpected, advice));
  }
  if (!without_audio.empty() && !options.genres.empty())
    throw DataError(
        fmt::format("{}: no audio files in the genre folder{} {} of {}, which option 'genres' "
                    "names: leave {} out{}",
                    kFolder, without_audio.size() > 1 ? "s" : "", name_list(without_audio),
                    utf8_name(root.native()), without_audio.size() > 1 ? "them" : "it", advice));
}

/// @throws DataError  a genre has sound files alone that cannot be decoded here: leaving it out
/// would
///                    change what is learnt
void require_decoders(const fs::path& root, const std::map<std::string, std::string>& folders,
                      const std::vector<std::string>& without_audio) {
  for (const std::string& genre : without_audio) {
    LeftOutFiles left_out;
    find_audio_files(root / folders.at(genre), &left_out);
    if (const std::string advice = left_out.advice(); !advice.empty())
      throw DataError(
          fmt::format("{}: the genre folder {} of {} has no file that can be read: {}, or name the "
                      "genres to use in option 'genres'",
                      kFolder, genre, utf8_name(root.native()), advice));
  }
}

std::unique_ptr<Dataset> make_folder(const FolderOptions& options) {
  const fs::path root = require_folder(options.root, kFolder, kExpected);
  const auto chosen = choose_genres(options, root);
  std::vector<GenreFolder> folders;
  for (const auto& [genre, folder] : chosen) folders.push_back({genre, folder});
  LeftOutFiles left_out;
  std::vector<FoundTrack> found = find_tracks(root, folders, kFolder, left_out);
  for (const std::string& name : list_files(root))
    if (sound_name(name) != SoundName::none) left_out.add_without_genre(name);
  std::set<std::string> with_audio;
  for (const FoundTrack& one : found) with_audio.insert(one.genre);
  FolderRemarks remarks;
  for (const auto& [folder, unused] : chosen)
    if (!with_audio.contains(folder)) remarks.without_audio.push_back(folder);
  require_audio(options, root, remarks.without_audio, chosen.size(), left_out);
  require_decoders(root, chosen, remarks.without_audio);
  GenreSpellings spelling;
  std::set<std::string> genres;
  for (const std::string& folder : with_audio) genres.insert(spelling(folder));
  remarks.spellings = spelling.others();
  std::vector<NamedTrack> tracks;
  for (FoundTrack& one : found) {
    if (const std::string artist =
            names_of(one.track.audio, one.below_genre, options.artist_from).artist;
        !artist.empty())
      one.track.groups["artist"] = artist;
    tracks.push_back({spelling(one.genre), std::move(one.track)});
  }
  auto dataset =
      std::make_unique<FolderDataset>(root, std::vector<std::string>(genres.begin(), genres.end()),
                                      std::move(tracks), std::move(remarks));
  dataset->add_notes(left_out.notes());
  dataset->set_sections(find_sections(options, dataset->tracks(), kFolder));
  return dataset;
}

}  // namespace

void register_folder(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "folder";
  plugin.summary = "your own collection: one folder per genre, audio files at any depth below it";
  plugin.options = folder_options().schema();
  plugin.make = [](const OptionValues& values, const Registry&) {
    return make_folder(folder_options().parse(values));
  };
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
