// Extended Ballroom in its owners' layout: audio in one folder per genre, and one XML file with all
// metadata.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/random.hpp"
#include "base/union_find.hpp"
#include "datasets/facts/extended_ballroom_facts.hpp"
#include "datasets/facts/extended_ballroom_metadata.hpp"
#include "datasets/folders/audio_folder.hpp"
#include "datasets/folders/known_tracks.hpp"
#include "datasets/folders/listed_dataset.hpp"
#include "datasets/folders/names.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

using Severity = DatasetProblem::Severity;

constexpr std::string_view kMetadataName = "extendedballroom_v1.1.xml";
constexpr LayoutText kExtendedBallroomText = {
    .where = "dataset extended_ballroom",
    .dataset = "Extended Ballroom",
    .expected =
        "expected folders named after genres, such as Chacha and Viennesewaltz (directly or in "
        "'extendedballroom_v1.1'), with files as Chacha/100701.mp3"};

enum class Genres { all, common };

/// Whether the audio is looked for.
enum class ExtendedBallroomAudio { files, none };

struct ExtendedBallroomOptions {
  std::string root;
  std::string metadata;
  ExtendedBallroomAudio audio = ExtendedBallroomAudio::files;
  Genres genres = Genres::all;
  std::optional<int> subset;
  std::uint64_t subset_seed = 0;
};

const OptionTable<ExtendedBallroomOptions>& extended_ballroom_options() {
  static const auto kTable =
      OptionTable<ExtendedBallroomOptions>()
          .path("root", &ExtendedBallroomOptions::root,
                "Folder with Extended Ballroom's genre folders, or with a folder "
                "'extendedballroom_v1.1' that holds them. The files may have any audio format and "
                "be any subset of the "
                "4180 tracks.")
          .path("metadata", &ExtendedBallroomOptions::metadata,
                "The owners' metadata file. Empty: extendedballroom_v1.1.xml beside the genre "
                "folders, or in root.")
          .enumeration("audio", &ExtendedBallroomOptions::audio, {"files", "none"},
                       "files: the tracks whose audio is in root. none: all tracks of the metadata "
                       "file, for features that need no audio, such as embeddings; root then need "
                       "only hold the metadata file, or be left out.")
          .enumeration("genres", &ExtendedBallroomOptions::genres, {"all", "nine"},
                       "all: the thirteen genres. nine: without Pasodoble, Salsa, Slowwaltz and "
                       "Wcswing, which have 188 of the 4180 tracks.")
          .integer(
              "subset", &ExtendedBallroomOptions::subset, 1, 4180,
              "Number of tracks to use, drawn from the tracks in the folder in proportion to the "
              "genres. auto: all tracks. The paper's authors used 1045; which ones is not known.")
          .seed("subset_seed", &ExtendedBallroomOptions::subset_seed,
                "Seed for drawing the subset.");
  return kTable;
}

/// The content of the metadata file in the form that this dataset needs.
class Catalogue {
 public:
  struct Entry {
    BallroomSong song;
    std::map<std::string, std::string> groups;
  };

  explicit Catalogue(std::vector<BallroomSong> songs) {
    std::map<std::string, std::size_t> place;  // by number
    for (std::size_t i = 0; i < songs.size(); ++i) place.emplace(songs[i].number, i);
    const std::vector<std::string> names = repeated_songs(songs, place);
    Spellings album;
    for (std::size_t i = 0; i < songs.size(); ++i) {
      Entry entry{std::move(songs[i]), {{"song", names[i]}}};
      if (names_somebody(entry.song.artist)) entry.groups["artist"] = entry.song.artist;
      if (!entry.song.album.empty()) entry.groups["album"] = album(entry.song.album);
      entries_.emplace(entry.song.number, std::move(entry));
    }
  }

  /// By number.
  const std::map<std::string, Entry>& entries() const { return entries_; }

  /// Links to songs that do not exist, and links that only one of the two songs has.
  const std::vector<DatasetProblem>& problems() const { return problems_; }

 private:
  /// For each song a name that it shares with all versions of it: songs that the owners link, equal
  /// files, and songs with the same artist and title.
  std::vector<std::string> repeated_songs(const std::vector<BallroomSong>& songs,
                                          const std::map<std::string, std::size_t>& place) {
    UnionFind joined(songs.size());
    std::set<std::pair<std::size_t, std::size_t>> links;
    for (std::size_t i = 0; i < songs.size(); ++i)
      for (const std::string& number : songs[i].repeats) {
        const auto other = place.find(number);
        if (other == place.end()) {
          problems_.push_back(
              {Severity::error, "link", ballroom_track_id(songs[i].genre, songs[i].number),
               fmt::format("the metadata say that it repeats {}, which is none of its songs",
                           number)});
          continue;
        }
        joined.join(i, other->second);
        links.emplace(i, other->second);
      }
    const auto one_sided = std::ranges::count_if(links, [&](const auto& link) {
      return !links.contains({link.second, link.first});
    });
    if (one_sided > 0)
      problems_.push_back({Severity::note, "link", "all genres",
                           fmt::format("{} of {} links between versions are in one of the two "
                                       "songs only; they are taken to hold for both",
                                       one_sided, links.size())});
    std::map<std::string, std::size_t> first;  // by MD5, and by artist and title
    for (std::size_t i = 0; i < songs.size(); ++i) {
      joined.join(i, first.try_emplace(songs[i].md5, i).first->second);
      if (const std::string name = song_name(songs[i].artist, songs[i].title);
          !name.empty() && names_somebody(songs[i].artist))
        joined.join(i, first.try_emplace(name, i).first->second);
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < songs.size(); ++i) {
      const BallroomSong& song = songs[joined.find(i)];
      names.push_back(ballroom_track_id(song.genre, song.number));
    }
    return names;
  }

  std::map<std::string, Entry> entries_;
  std::vector<DatasetProblem> problems_;
};

class ExtendedBallroomDataset final : public ListedDataset {
 public:
  ExtendedBallroomDataset(const std::vector<std::string>& genres, std::vector<NamedTrack> tracks,
                          Catalogue catalogue, bool whole, std::vector<DatasetProblem> problems)
      : ListedDataset(genres, std::move(tracks)),
        catalogue_(std::move(catalogue)),
        whole_(whole),
        problems_(std::move(problems)) {}

  std::vector<PublishedSplit> published_splits() const override { return {ballroom_folds()}; }

  std::vector<PublishedCount> published_counts() const override {
    if (!whole_) return {};  // a subset is not what the table counts
    std::vector<PublishedCount> counts = ballroom_published_counts();
    std::erase_if(counts, [&](const PublishedCount& c) {
      return !std::ranges::binary_search(genres(), c.genre);
    });
    return counts;
  }

  ExpectedAudio expected_audio() const override {
    return {
        .sample_rate_hz = 44100.0, .channels = 0, .min_duration_s = 25.0, .max_duration_s = 35.0};
  }

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems = problems_;
    for (DatasetProblem& problem : left_out_problems()) problems.push_back(std::move(problem));
    report_other_formats(problems);
    report_equal_files(problems);
    PlaceholderCounts placeholders;
    for (const Track& track : tracks())
      if (const std::string& artist = entry_of(track).song.artist;
          !artist.empty() && !names_somebody(artist))
        ++placeholders[artist];
    for (DatasetProblem& problem : placeholder_problems(placeholders, tracks().size()))
      problems.push_back(std::move(problem));
    return problems;
  }

  /// Nearly every disc is a compilation, so that discs and artists together join 4100 of the 4180
  /// tracks.
  std::vector<std::string> usual_groups() const override { return {"artist", "song"}; }

  std::vector<std::pair<std::string, std::string>> facts() const override {
    return {{"tracks", fmt::format("{} of 4180, 30 s each, 44100 Hz MP3", tracks().size())},
            {"tempo", tempo()},
            {"licence",
             "none stated: excerpts of commercial recordings from a shop's web pages, used for "
             "research; do not redistribute"},
            {"where to get it",
             "http://anasynth.ircam.fr/home/media/ExtendedBallroom: the metadata file and a script "
             "that fetches the audio (the shop's pages have changed; ask the authors where it no "
             "longer does)"},
            {"citation",
             "U. Marchand and G. Peeters, The Extended Ballroom Dataset, ISMIR late-breaking "
             "session, 2016; the same, Scale and shift invariant time/frequency representation "
             "using auditory statistics: application to rhythm description, IEEE MLSP, 2016"},
            {"names in the paper",
             "the paper's Table 1 writes Cha Cha, Slow Waltz, Viennese Waltz and Weswing for "
             "Chacha, Slowwaltz, Viennesewaltz and Wcswing (West Coast Swing)"},
            {"groups",
             "splits keep artists and songs (with their versions) together; albums only where "
             "group_by names them, as nearly every disc is a compilation: with artists, albums and "
             "songs at once almost all tracks are one group"},
            {"the paper's subset",
             "1045 tracks (option subset), 80/20, neither stratified nor grouped; which tracks is "
             "not known"}};
  }

 private:
  const Catalogue::Entry& entry_of(const Track& track) const {
    return catalogue_.entries().at(track.id.substr(track.id.find('/') + 1));
  }

  std::string tempo() const {
    std::vector<double> bpm;
    for (const Track& track : tracks())
      if (const double tempo = entry_of(track).song.tempo_bpm; tempo > 0.0) bpm.push_back(tempo);
    if (bpm.empty()) return "not given in the metadata";
    std::ranges::sort(bpm);
    return fmt::format("{:g} to {:g} bpm, median {:g} (the owners' annotation of {} tracks)",
                       bpm.front(), bpm.back(), bpm[bpm.size() / 2], bpm.size());
  }

  void report_other_formats(std::vector<DatasetProblem>& problems) const {
    const auto n = std::ranges::count_if(tracks(), [](const Track& track) {
      return track.published_md5.empty() && !track.audio.empty();
    });
    if (n > 0)
      problems.push_back({Severity::note, "md5", "all genres",
                          fmt::format("{} of {} files are not MP3: the published MD5 sums are of "
                                      "the owners' MP3 files and cannot vouch for re-encoded ones",
                                      n, tracks().size())});
  }

  void report_equal_files(std::vector<DatasetProblem>& problems) const {
    std::map<std::string, std::vector<std::string>> copies;
    for (const Track& track : tracks()) copies[entry_of(track).song.md5].push_back(track.id);
    for (const auto& [md5, ids] : copies)
      if (ids.size() > 1)
        problems.push_back({Severity::note, "known_fault", ids.front(),
                            fmt::format("{} have one MD5 sum in the metadata: they are the same "
                                        "file, whatever their titles say",
                                        fmt::join(ids, ", "))});
  }

  Catalogue catalogue_;
  bool whole_;
  std::vector<DatasetProblem> problems_;
};

fs::path find_metadata(const ExtendedBallroomOptions& options, const fs::path& genre_folders) {
  if (!options.metadata.empty()) return options.metadata;
  if (options.root.empty())
    throw ConfigError(fmt::format(
        "{}: audio: none needs the owners' {}: set option 'metadata' to its place, or root to its "
        "folder",
        kExtendedBallroomText.where, kMetadataName));
  for (const fs::path& folder : {genre_folders, fs::path(options.root)}) {
    std::error_code ignored;
    if (fs::exists(folder / kMetadataName, ignored)) return folder / kMetadataName;
  }
  throw DataError(fmt::format(
      "{}: no metadata file in {}: expected the owners' {}, or its place in option 'metadata'",
      kExtendedBallroomText.where, utf8_name(genre_folders.native()), kMetadataName));
}

KnownLayout extended_ballroom_layout(const Catalogue& catalogue) {
  const auto track_of = [&catalogue](const std::string& name) -> std::optional<KnownTrack> {
    const auto entry = catalogue.entries().find(name);
    if (entry == catalogue.entries().end()) return std::nullopt;
    const std::string& genre = entry->second.song.genre;
    return KnownTrack{ballroom_track_id(genre, name), genre};
  };
  const auto names_in = [](const std::string& genre) {
    return fmt::format("the ids of <{}> in the metadata as names", genre);
  };
  return {kExtendedBallroomText, ballroom_genres(), track_of, "the metadata file", names_in};
}

std::vector<DatasetProblem> absent_tracks(const Catalogue& catalogue, const Inventory& found,
                                          const std::vector<std::string>& genres) {
  std::vector<AbsentTracks> absent;
  for (const std::string& genre : genres) absent.push_back({genre, 0, {}});
  for (const auto& [number, entry] : catalogue.entries()) {
    const auto genre = std::ranges::find(absent, entry.song.genre, &AbsentTracks::genre);
    if (genre == absent.end()) continue;
    ++genre->expected;
    if (!found.files.contains(ballroom_track_id(entry.song.genre, number)))
      genre->numbers.push_back(std::stoi(number));
  }
  std::erase_if(absent, [](const AbsentTracks& genre) { return genre.expected == 0; });
  for (AbsentTracks& genre : absent) std::ranges::sort(genre.numbers);
  return report_absent(absent, /*digits=*/6);
}

/// Draws tracks in proportion to their genres. Which tracks of a genre are drawn depends only on
/// the seed and their ids.
std::vector<NamedTrack> draw(std::vector<NamedTrack> tracks, std::size_t n, std::uint64_t seed) {
  if (n > tracks.size())
    throw ConfigError(fmt::format("{}: option 'subset' asks for {} tracks, of which {} are there",
                                  kExtendedBallroomText.where, n, tracks.size()));
  std::map<std::string, std::vector<std::pair<std::uint64_t, std::size_t>>> by_genre;
  for (std::size_t i = 0; i < tracks.size(); ++i)
    by_genre[tracks[i].genre].emplace_back(derive_seed(seed, tracks[i].track.id), i);

  // Largest remainders.
  std::vector<std::pair<std::size_t, std::string>> remainders;
  std::map<std::string, std::size_t> share;
  std::size_t given = 0;
  for (const auto& [genre, members] : by_genre) {
    share[genre] = n * members.size() / tracks.size();
    remainders.emplace_back(n * members.size() % tracks.size(), genre);
    given += share[genre];
  }
  std::ranges::stable_sort(remainders, std::ranges::greater(),
                           &std::pair<std::size_t, std::string>::first);
  for (std::size_t i = 0; given < n; ++i, ++given) ++share[remainders[i].second];

  std::vector<NamedTrack> drawn;
  for (auto& [genre, members] : by_genre) {
    std::ranges::sort(members);
    for (std::size_t i = 0; i < share[genre]; ++i)
      drawn.push_back(std::move(tracks[members[i].second]));
  }
  return drawn;
}

/// The tracks of the metadata that are used, and what was found on the way.
struct BallroomTracks {
  std::vector<NamedTrack> tracks;
  std::vector<DatasetProblem> problems;
  std::vector<std::string> notes;
};

NamedTrack extended_ballroom_track(const std::string& number, const Catalogue::Entry& entry) {
  Track track;
  track.id = ballroom_track_id(entry.song.genre, number);
  track.groups = entry.groups;
  return {entry.song.genre, std::move(track)};
}

BallroomTracks all_tracks(const Catalogue& catalogue, const std::vector<std::string>& genres) {
  BallroomTracks result;
  for (const auto& [number, entry] : catalogue.entries())
    if (std::ranges::binary_search(genres, entry.song.genre))
      result.tracks.push_back(extended_ballroom_track(number, entry));
  return result;
}

/// @throws DataError  there is none
BallroomTracks tracks_with_audio(const fs::path& root, const Catalogue& catalogue,
                                 const std::vector<std::string>& genres) {
  Inventory found = take_inventory(root, extended_ballroom_layout(catalogue));
  BallroomTracks result{{}, std::move(found.problems), std::move(found.notes)};
  for (DatasetProblem& problem : absent_tracks(catalogue, found, genres))
    result.problems.push_back(std::move(problem));
  for (const auto& [number, entry] : catalogue.entries()) {
    const auto file = found.files.find(ballroom_track_id(entry.song.genre, number));
    if (file == found.files.end() || !std::ranges::binary_search(genres, entry.song.genre))
      continue;
    NamedTrack named = extended_ballroom_track(number, entry);
    named.track.audio = file->second;
    if (normalised_name(named.track.audio.extension().native()) == "mp3")
      named.track.published_md5 = entry.song.md5;
    result.tracks.push_back(std::move(named));
  }
  if (result.tracks.empty())
    throw DataError(
        fmt::format("{}: no audio file of Extended Ballroom in {}; {}", kExtendedBallroomText.where,
                    utf8_name(root.native()),
                    found.advice.empty() ? kExtendedBallroomText.expected : found.advice));
  return result;
}

std::unique_ptr<Dataset> make_extended_ballroom(const ExtendedBallroomOptions& options) {
  const bool audio = options.audio == ExtendedBallroomAudio::files;
  const fs::path root = audio ? find_genre_folders(options.root, {"extendedballroom_v1.1"},
                                                   ballroom_genres(), kExtendedBallroomText)
                              : fs::path(options.root);
  Catalogue catalogue(read_ballroom_metadata(find_metadata(options, root)));
  const std::vector<std::string>& genres =
      options.genres == Genres::all ? ballroom_genres() : common_ballroom_genres();
  BallroomTracks found =
      audio ? tracks_with_audio(root, catalogue, genres) : all_tracks(catalogue, genres);
  for (const DatasetProblem& problem : catalogue.problems()) found.problems.push_back(problem);
  if (options.subset)
    found.tracks = draw(std::move(found.tracks), static_cast<std::size_t>(*options.subset),
                        options.subset_seed);
  auto dataset = std::make_unique<ExtendedBallroomDataset>(genres, std::move(found.tracks),
                                                           std::move(catalogue), !options.subset,
                                                           std::move(found.problems));
  dataset->add_notes(found.notes);
  return dataset;
}

}  // namespace

void register_extended_ballroom(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "extended_ballroom";
  plugin.summary =
      "Extended Ballroom: thirteen dances, 4180 excerpts of 30 s, with artists, discs, repeated "
      "songs, checksums and ten folds";
  plugin.source =
      "U. Marchand and G. Peeters, The Extended Ballroom Dataset, ISMIR late-breaking session, "
      "2016";
  plugin.options = extended_ballroom_options().schema();
  plugin.make = [](const OptionValues& values, const Registry&) {
    return make_extended_ballroom(extended_ballroom_options().parse(values));
  };
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
