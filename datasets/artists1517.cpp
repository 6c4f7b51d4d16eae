// 1517-Artists in its owners' layout: whole songs in one folder per genre.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/closest_name.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "datasets/folders/audio_folder.hpp"
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

using Severity = DatasetProblem::Severity;

constexpr LayoutText kArtists1517Text = {
    .where = "dataset artists1517",
    .dataset = "1517-Artists",
    .expected =
        "expected folders named after its 19 genres, such as 'Blues' and 'Rock & Pop' (option "
        "'folders' tells others), with audio files at any depth below"};

/// The paper's Table 1, with the names of the folders.
const std::vector<PublishedCount>& published() {
  static const std::vector<PublishedCount> kCounts = {
      {"Alternative & Punk", "Alternative & Punk", 182},
      {"Blues", "Blues", 186},
      {"Childrens", "Childrens", 164},
      {"Classical", "Classical", 125},
      {"Comedy & Spoken Word", "Comedy & Spoken Word", 134},
      {"Country", "Country", 187},
      {"Easy Listening & Vocals", "Easy Listening & Vocals", 175},
      {"Electronic & Dance", "Electronic & Dance", 164},
      {"Folk", "Folk", 185},
      {"Hip-Hop", "Hip Hop", 155},
      {"Jazz", "Jazz", 177},
      {"Latin", "Latin", 163},
      {"New Age", "New Age", 175},
      {"R&B & Soul", "R&B & Soul", 175},
      {"Reggae", "Reggae", 172},
      {"Religious", "Religious", 172},
      {"Rock & Pop", "Rock & Pop", 181},
      {"Soundtracks & More", "Soundtracks & More", 150},
      {"World", "World", 158}};
  return kCounts;
}

const std::vector<std::string>& all_genres() {
  static const std::vector<std::string> kGenres = [] {
    std::vector<std::string> names;
    for (const PublishedCount& count : published()) names.push_back(count.genre);
    return names;
  }();
  return kGenres;
}

struct Artists1517Options {
  std::string root;
  std::vector<std::string> folders;
  std::optional<ArtistFrom> artist_from;
};

const OptionTable<Artists1517Options>& artists1517_options() {
  static const auto kTable =
      OptionTable<Artists1517Options>()
          .path("root", &Artists1517Options::root,
                "Folder with the 19 genre folders of 1517-Artists. A track's id is its genre and "
                "its path below the genre folder, without the extension. Case, spaces and "
                "punctuation of the folders' names do not matter.")
          .list("folders", &Artists1517Options::folders, {},
                "Folders with other names, each as 'genre=folder': ['Rock & Pop=rock', "
                "'R&B & Soul=rnb'].")
          .without_identity()
          .enumeration(
              "artist_from", &Artists1517Options::artist_from, artist_from_words(),
              "Where the artist is taken from, so that a split can keep all tracks of an artist on "
              "one side. auto: the tags; if there are none, the file's name up to ' - '; otherwise "
              "the folder below the genre that holds the file. Other values always take " +
                  artist_from_help());
  return kTable;
}

/// The option `folders`, as genre by folder.
std::map<std::string, std::string> parse_folders(const std::vector<std::string>& words) {
  std::map<std::string, std::string> genre_by_folder;
  for (const std::string& word : words) {
    const auto pair = split_key_value(word);
    if (!pair || pair->value.empty())
      throw ConfigError(fmt::format("{}: option 'folders': expected 'genre=folder', found '{}'",
                                    kArtists1517Text.where, word));
    const auto& [genre, folder] = *pair;
    const auto known = find_genre(all_genres(), genre);
    if (!known)
      throw ConfigError(unknown_name_message(
          "genre", genre, fmt::format("{}: option 'folders'", kArtists1517Text.where),
          all_genres()));
    if (!genre_by_folder.emplace(folder, *known).second)
      throw ConfigError(fmt::format("{}: option 'folders' names the folder '{}' twice",
                                    kArtists1517Text.where, folder));
  }
  return genre_by_folder;
}

struct Layout {
  std::vector<GenreFolder> folders;
  std::vector<DatasetProblem> problems;
};

Layout look_at(const fs::path& root, const std::map<std::string, std::string>& named) {
  Layout layout;
  for (const std::string& folder : list_folders(root)) {
    const auto told = named.find(folder);
    const auto genre =
        told != named.end() ? std::optional(told->second) : find_genre(all_genres(), folder);
    if (genre) {
      if (told == named.end() && *genre != folder)
        layout.problems.push_back({Severity::note, "spelling", utf8_name(folder),
                                   fmt::format("is taken for the folder '{}'", *genre)});
      layout.folders.push_back({*genre, folder});
    } else {
      layout.problems.push_back({Severity::error, "extra", utf8_name(folder),
                                 "is a folder of none of the genres of 1517-Artists (option "
                                 "'folders' can say of which); it is not used"});
    }
  }
  for (const auto& [folder, genre] : named) {
    if (std::ranges::find(layout.folders, folder, &GenreFolder::folder) == layout.folders.end())
      throw ConfigError(fmt::format("{}: option 'folders': '{}' for {} is no folder in {}",
                                    kArtists1517Text.where, folder, genre,
                                    utf8_name(root.native())));
  }
  return layout;
}

class Artists1517Dataset final : public ListedDataset {
 public:
  Artists1517Dataset(std::vector<NamedTrack> tracks, std::vector<DatasetProblem> problems)
      : ListedDataset(all_genres(), std::move(tracks)), problems_(std::move(problems)) {}

  std::vector<PublishedCount> published_counts() const override { return published(); }

  ExpectedAudio expected_audio() const override {
    return {.sample_rate_hz = 44100.0, .channels = 2, .min_duration_s = 0.0, .max_duration_s = 0.0};
  }

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems = problems_;
    for (DatasetProblem& problem : left_out_problems()) problems.push_back(std::move(problem));
    report_absent_genres(problems);
    report_unknown_artists(problems);
    return problems;
  }

  std::vector<std::pair<std::string, std::string>> facts() const override {
    return {{"tracks",
             fmt::format("{}, whole songs of any length, 44100 Hz stereo MP3", tracks().size())},
            {"the paper's counts", "the genres of Table 1 sum to 3180 songs; it prints 3100"},
            {"the paper's use",
             "consecutive clips of 30 s (excerpt.name: clips), about 23000, or the largest cluster "
             "of each song (excerpt.name: sem)"},
            {"names in the paper", "the paper's Table 1 writes Hip Hop for Hip-Hop"},
            {"licence",
             "none stated for the set: songs that their 1517 artists offered for free download; do "
             "not redistribute"},
            {"where to get it",
             "http://www.seyerlehner.info (page Downloads; it has been unreachable at times)"},
            {"citation",
             "K. Seyerlehner, G. Widmer and T. Pohle, Fusing block-level features for music "
             "similarity estimation, DAFx, pages 225-232, 2010"}};
  }

 private:
  void report_absent_genres(std::vector<DatasetProblem>& problems) const {
    std::vector<std::size_t> counts(genres().size());
    for (const Track& track : tracks()) ++counts[static_cast<std::size_t>(track.genre)];
    for (std::size_t g = 0; g < counts.size(); ++g)
      if (counts[g] == 0)
        problems.push_back(
            {Severity::error, "missing", genres()[g], "no audio files of this genre are here"});
  }

  void report_unknown_artists(std::vector<DatasetProblem>& problems) const {
    const auto n = std::ranges::count_if(
        tracks(), [](const Track& track) { return !track.groups.contains("artist"); });
    if (n > 0)
      problems.push_back({Severity::note, "unknown_artist", "all genres",
                          fmt::format("the artists of {} of {} tracks are not known: no split can "
                                      "keep these apart (see option 'artist_from')",
                                      n, tracks().size())});
  }

  std::vector<DatasetProblem> problems_;
};

std::vector<SongNames> read_names(const std::vector<FoundTrack>& found,
                                  std::optional<ArtistFrom> from) {
  std::vector<SongNames> names(found.size());
  parallel_for(found.size(), {}, [&](std::size_t i) {
    const FoundTrack& one = found[i];
    names[i] = from ? names_of(one.track.audio, one.below_genre, *from)
                    : names_from_anywhere(one.track.audio, one.below_genre);
  });
  return names;
}

/// Artist, album and song, as far as they are known. Albums are their artists': many have a
/// "Greatest Hits".
/// @return  the placeholders in place of artists
PlaceholderCounts set_groups(std::vector<FoundTrack>& found, const std::vector<SongNames>& names) {
  Spellings album;
  PlaceholderCounts placeholders;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!names_somebody(names[i].artist)) {
      if (!names[i].artist.empty()) ++placeholders[names[i].artist];
      continue;
    }
    auto& groups = found[i].track.groups;
    groups["artist"] = names[i].artist;
    if (!names[i].album.empty()) groups["album"] = album(groups["artist"] + "/" + names[i].album);
    if (!names[i].title.empty()) groups["song"] = song_name(names[i].artist, names[i].title);
  }
  return placeholders;
}

std::unique_ptr<Dataset> make_artists1517(const Artists1517Options& options) {
  const auto named = parse_folders(options.folders);
  std::vector<std::string> names = all_genres();
  for (const auto& [folder, genre] : named) names.push_back(folder);
  const fs::path root = find_genre_folders(options.root, {}, names, kArtists1517Text);
  Layout layout = look_at(root, named);
  LeftOutFiles left_out;
  std::vector<FoundTrack> found =
      find_tracks(root, layout.folders, kArtists1517Text.where, left_out);
  for (const std::string& name : list_files(root))
    if (sound_name(name) != SoundName::none) left_out.add_without_genre(name);
  if (found.empty())
    throw DataError(
        fmt::format("{}: no audio file in the genre folders of {}; {}", kArtists1517Text.where,
                    utf8_name(root.native()),
                    left_out.advice().empty() ? kArtists1517Text.expected : left_out.advice()));
  const PlaceholderCounts placeholders = set_groups(found, read_names(found, options.artist_from));
  for (DatasetProblem& problem : placeholder_problems(placeholders, found.size()))
    layout.problems.push_back(std::move(problem));
  std::vector<NamedTrack> tracks;
  for (FoundTrack& one : found) tracks.push_back({std::move(one.genre), std::move(one.track)});
  auto dataset =
      std::make_unique<Artists1517Dataset>(std::move(tracks), std::move(layout.problems));
  dataset->add_notes(left_out.notes());
  return dataset;
}

}  // namespace

void register_artists1517(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "artists1517";
  plugin.summary = "1517-Artists: whole songs in nineteen genres, artists from their tags or names";
  plugin.source =
      "K. Seyerlehner, G. Widmer and T. Pohle, Fusing block-level features for music similarity "
      "estimation, DAFx, 2010";
  plugin.options = artists1517_options().schema();
  plugin.make = [](const OptionValues& values, const Registry&) {
    return make_artists1517(artists1517_options().parse(values));
  };
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
