// GTZAN in its owners' layout, with what others found out about its tracks.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <utility>

#include "datasets/support/audio_folder.hpp"
#include "datasets/support/gtzan_facts.hpp"
#include "datasets/support/listed_dataset.hpp"
#include "harness/registry.hpp"
#include "signal/audio.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kWhere = "dataset gtzan";
constexpr std::string_view kExpected =
    "expected the folders blues, classical, country, disco, hiphop, jazz, metal, pop, reggae and rock (directly or in "
    "'genres' or 'genres_original') with files as blues/blues.00000.wav";
constexpr std::string_view kUnreadable = "jazz.00054";
constexpr int kTracksPerGenre = 100;

/// The paper's Table 1, in its order.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kPrintedNames = {
    {{"classical", "Classical"}, {"jazz", "Jazz"}, {"blues", "Blues"}, {"metal", "Metal"}, {"pop", "Pop"},
     {"rock", "Rock"}, {"country", "Country"}, {"disco", "Disco"}, {"hiphop", "Hip Hop"}, {"reggae", "Reggae"}}};

struct GtzanOptions {
  std::string root;
};

const OptionTable<GtzanOptions>& option_table() {
  static const auto kTable = OptionTable<GtzanOptions>().path(
      "root", &GtzanOptions::root,
      "Folder with GTZAN's ten genre folders, or with a folder 'genres' or 'genres_original' that holds them. Any audio "
      "format, and any subset of the 1000 tracks.");
  return kTable;
}

/// What the folders hold, before anything is decided.
struct Inventory {
  std::vector<NamedTrack> tracks;
  std::vector<DatasetProblem> problems;  // seen on the way: extra files and folders, files in a wrong folder
};

class GtzanDataset final : public ListedDataset {
 public:
  explicit GtzanDataset(Inventory found)
      : ListedDataset(gtzan_genres(), std::move(found.tracks)), problems_(std::move(found.problems)) {}

  std::vector<PublishedSplit> published_splits() const override { return gtzan_published_splits(); }

  std::vector<PublishedCount> published_counts() const override {
    std::vector<PublishedCount> counts;
    for (const auto& [genre, printed] : kPrintedNames) counts.push_back({std::string(genre), std::string(printed), kTracksPerGenre});
    return counts;
  }

  /// The original files have 660000 to 675808 samples.
  ExpectedAudio expected_audio() const override {
    return {.sample_rate_hz = 22050.0, .channels = 1, .min_duration_s = 29.9, .max_duration_s = 30.7};
  }

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems = problems_;
    report_missing(problems);
    report_other_formats(problems);
    report_known_faults(problems);
    return problems;
  }

  std::vector<std::pair<std::string, std::string>> facts() const override {
    return {{"tracks", fmt::format("{} of 1000, 30 s each, 22050 Hz mono", tracks().size())},
            {"licence", "none stated: commercial recordings, used for research; do not redistribute"},
            {"where to get it", "http://marsyas.info/downloads/datasets.html (the owners' download has moved at times; "
                                "archives of data sets keep copies named genres.tar.gz or genres_original)"},
            {"citation", "G. Tzanetakis and P. Cook, Musical genre classification of audio signals, IEEE Transactions on "
                         "Speech and Audio Processing 10(5):293-302, 2002"},
            {"faults", "B. L. Sturm, The GTZAN dataset: its contents, its faults, their effects on evaluation, and its "
                       "future use, arXiv:1306.1461, 2013"}};
  }

 private:
  void report_missing(std::vector<DatasetProblem>& problems) const {
    std::set<std::string_view> present;
    for (const Track& track : tracks()) present.insert(track.id);
    std::size_t total = 0;
    for (const std::string& genre : genres()) {
      std::vector<int> absent;
      for (int n = 0; n < kTracksPerGenre; ++n)
        if (!present.contains(fmt::format("{}.{:05d}", genre, n))) absent.push_back(n);
      if (absent.empty()) continue;
      total += absent.size();
      problems.push_back({DatasetProblem::Severity::note, "missing", genre,
                          fmt::format("{} of {} tracks are absent: {}", absent.size(), kTracksPerGenre, ranges(absent))});
    }
    if (total > 0)
      problems.push_back({DatasetProblem::Severity::note, "missing", "all genres",
                          fmt::format("{} of 1000 tracks are absent; results hold for the {} that are here only", total,
                                      tracks().size())});
  }

  /// "00003, 00010-00099"
  static std::string ranges(const std::vector<int>& numbers) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < numbers.size();) {
      std::size_t j = i;
      while (j + 1 < numbers.size() && numbers[j + 1] == numbers[j] + 1) ++j;
      parts.push_back(i == j ? fmt::format("{:05d}", numbers[i]) : fmt::format("{:05d}-{:05d}", numbers[i], numbers[j]));
      i = j + 1;
    }
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  void report_other_formats(std::vector<DatasetProblem>& problems) const {
    std::map<std::string, std::size_t> others;
    for (const Track& track : tracks())
      if (track.published_md5.empty()) ++others[utf8_name(track.audio.extension().native())];
    for (const auto& [extension, n] : others)
      problems.push_back({DatasetProblem::Severity::note, "md5", "all genres",
                          fmt::format("the published MD5 sums cannot apply to {} of {} files, {}: they are of the original WAV files, and encoding "
                                      "a file anew changes its bytes", n, tracks().size(), extension)});
  }

  void report_known_faults(std::vector<DatasetProblem>& problems) const {
    const auto note = [&problems](std::string where, std::string message) {
      problems.push_back({DatasetProblem::Severity::note, "known_fault", std::move(where), std::move(message)});
    };
    std::map<std::string, std::vector<std::string>> copies;
    for (const Track& track : tracks()) {
      if (track.id == kUnreadable) note(track.id, "is unreadable in a widely used copy of GTZAN; fault_filtered trains on it");
      copies[gtzan_tracks().find(track.id)->second.md5_wav].push_back(track.id);
    }
    for (const auto& [md5, ids] : copies)
      if (ids.size() > 1)
        note(ids.front(), fmt::format("{} were the same file to the byte in the original dataset", fmt::join(ids, ", ")));
    note("all genres", "of the 1000 tracks, 50 are exact replicas, 22 more are of the same recordings, 13 are versions and 106 "
                       "are mislabelled (Sturm 2013)");
    note("reggae", "35 of the 100 tracks are by Bob Marley (Sturm 2013): a split that ignores artists measures the artist");
    note("pop", "24 of the 100 tracks are by Britney Spears (Sturm 2013): a split that ignores artists measures the artist");
  }

  std::vector<DatasetProblem> problems_;
};

/// The folder that holds the genre folders.
fs::path find_genre_folders(const std::string& option) {
  const fs::path root = require_folder(option, kWhere, kExpected);
  for (const fs::path& candidate : {root, root / "genres", root / "genres_original"}) {
    std::error_code ignored;
    if (!fs::is_directory(candidate, ignored)) continue;
    for (const std::string& folder : list_folders(candidate))
      if (std::binary_search(gtzan_genres().begin(), gtzan_genres().end(), folder)) return candidate;
  }
  std::vector<std::string> found;
  for (const std::string& folder : list_folders(root)) found.push_back(utf8_name(folder));
  throw DataError(fmt::format("{}: no genre folder of GTZAN in {}; {}; found {}", kWhere, utf8_name(root.native()), kExpected,
                              found.empty() ? "no folders" : fmt::format("the folders {}", fmt::join(found, ", "))));
}

bool is_wav(const fs::path& file) {
  std::string extension = file.extension().native();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension == ".wav";
}

Inventory take_inventory(const fs::path& root) {
  Inventory found;
  const auto problem = [&found](std::string what, const fs::path& where, std::string message,
                                DatasetProblem::Severity severity = DatasetProblem::Severity::error) {
    found.problems.push_back({severity, std::move(what), utf8_name(where.generic_string()), std::move(message)});
  };
  struct Place {
    fs::path file;
    bool own_folder;
  };
  std::map<std::string, Place> places;  // by track id
  for (const std::string& folder : list_folders(root)) {
    if (!std::binary_search(gtzan_genres().begin(), gtzan_genres().end(), folder)) {
      problem("extra", folder, "is a folder of none of GTZAN's ten genres; it is not used");
      continue;
    }
    for (const std::string& deeper : list_folders(root / folder))
      problem("extra", fs::path(folder) / deeper, "is a folder inside a genre folder; it is not used");
    for (const std::string& name : list_files(root / folder)) {
      const fs::path file = fs::path(folder) / name;
      const std::string id = file.stem().native();
      const auto track = gtzan_tracks().find(id);
      if (!is_audio_file(name) || track == gtzan_tracks().end()) {
        problem("extra", file, fmt::format("is none of GTZAN's tracks (expected names from {0}.00000 to {0}.00099, with the "
                                           "extension of an audio format); it is not used", folder));
        continue;
      }
      const bool own_folder = track->second.genre == folder;
      if (!own_folder)
        problem("swapped", file, fmt::format("lies in the folder '{}' but its name says '{}'; the name is taken to be right",
                                             folder, track->second.genre));
      const auto [place, is_new] = places.try_emplace(id, Place{file, own_folder});
      if (is_new) continue;
      if (place->second.own_folder && own_folder)
        throw DataError(fmt::format("{}: {} and {} in {} are the same track: keep one of them", kWhere,
                                    utf8_name(place->second.file.generic_string()), utf8_name(file.generic_string()),
                                    utf8_name(root.native())));
      problem("duplicate", file, fmt::format("is the same track as {}; {} is used",
                                             utf8_name(place->second.file.generic_string()),
                                             own_folder ? "this one" : "that one"));
      if (own_folder) place->second = Place{file, own_folder};
    }
  }
  for (const auto& [id, place] : places) {
    const GtzanTrack& known = gtzan_tracks().find(id)->second;
    Track track;
    track.id = id;
    track.audio = root / place.file;
    track.groups = known.groups;
    if (is_wav(place.file)) track.published_md5 = known.md5_wav;
    found.tracks.push_back({known.genre, std::move(track)});
  }
  return found;
}

std::unique_ptr<Dataset> make_gtzan(const GtzanOptions& options) {
  const fs::path root = find_genre_folders(options.root);
  Inventory found = take_inventory(root);
  if (found.tracks.empty())
    throw DataError(fmt::format("{}: no audio file of GTZAN in {}; {}", kWhere, utf8_name(root.native()), kExpected));
  return std::make_unique<GtzanDataset>(std::move(found));
}

}  // namespace

void register_gtzan(Registry& registry);
void register_gtzan(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "gtzan";
  plugin.summary = "GTZAN: ten genres of 100 excerpts of 30 s, with artists, checksums and three published splits";
  plugin.source = "G. Tzanetakis and P. Cook, IEEE Transactions on Speech and Audio Processing 10(5), 2002; B. L. Sturm, "
                  "arXiv:1306.1461, 2013";
  plugin.options = option_table().schema();
  plugin.make = [](const OptionValues& values, const Registry&) { return make_gtzan(option_table().parse(values)); };
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
