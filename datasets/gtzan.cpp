// GTZAN in its owners' layout, with published facts about its tracks.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "datasets/facts/gtzan_facts.hpp"
#include "datasets/folders/audio_folder.hpp"
#include "datasets/folders/known_tracks.hpp"
#include "datasets/folders/listed_dataset.hpp"
#include "datasets/folders/names.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

constexpr LayoutText kGtzanText = {
    .where = "dataset gtzan",
    .dataset = "GTZAN",
    .expected =
        "expected the folders blues, classical, country, disco, hiphop, "
        "jazz, metal, pop, reggae and rock (directly or in 'genres' or "
        "'genres_original') with files as blues/blues.00000.wav"};
constexpr std::string_view kUnreadable = "jazz.00054";
constexpr int kTracksPerGenre = 100;

/// The paper's Table 1, in its order.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kPrintedNames = {
    {{"classical", "Classical"},
     {"jazz", "Jazz"},
     {"blues", "Blues"},
     {"metal", "Metal"},
     {"pop", "Pop"},
     {"rock", "Rock"},
     {"country", "Country"},
     {"disco", "Disco"},
     {"hiphop", "Hip Hop"},
     {"reggae", "Reggae"}}};

/// Whether the audio is looked for.
enum class GtzanAudio { files, none };

struct GtzanOptions {
  std::string root;
  GtzanAudio audio = GtzanAudio::files;
};

const OptionTable<GtzanOptions>& gtzan_options() {
  static const auto kTable =
      OptionTable<GtzanOptions>()
          .path("root", &GtzanOptions::root,
                "Folder with GTZAN's ten genre folders, or up to three levels above them, as "
                "archives are unpacked: 'genres', 'genres_original', 'Data/genres_original'. The "
                "files may have any audio format and be any subset of the 1000 tracks.")
          .enumeration("audio", &GtzanOptions::audio, {"files", "none"},
                       "files: the tracks whose audio is in root. none: all 1000 tracks by name, "
                       "for features that need no audio, such as embeddings; leave out root.");
  return kTable;
}

class GtzanDataset final : public ListedDataset {
 public:
  GtzanDataset(std::vector<NamedTrack> tracks, std::vector<DatasetProblem> problems)
      : ListedDataset(gtzan_genres(), std::move(tracks)), problems_(std::move(problems)) {}

  std::vector<PublishedSplit> published_splits() const override { return gtzan_published_splits(); }

  std::vector<PublishedCount> published_counts() const override {
    std::vector<PublishedCount> counts;
    for (const auto& [genre, printed] : kPrintedNames)
      counts.push_back({std::string(genre), std::string(printed), kTracksPerGenre});
    return counts;
  }

  /// The original files have 660000 to 675808 samples.
  ExpectedAudio expected_audio() const override {
    return {
        .sample_rate_hz = 22050.0, .channels = 1, .min_duration_s = 29.9, .max_duration_s = 30.7};
  }

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems = problems_;
    for (DatasetProblem& problem : left_out_problems()) problems.push_back(std::move(problem));
    for (DatasetProblem& problem : absent_tracks()) problems.push_back(std::move(problem));
    report_other_formats(problems);
    report_known_faults(problems);
    return problems;
  }

  std::vector<std::pair<std::string, std::string>> facts() const override {
    return {
        {"tracks", fmt::format("{} of 1000, 30 s each, 22050 Hz mono", tracks().size())},
        {"licence", "none stated: commercial recordings, used for research; do not redistribute"},
        {"where to get it",
         "http://marsyas.info/downloads/datasets.html (the owners' download has moved at times; "
         "archives of data sets keep copies named genres.tar.gz or genres_original)"},
        {"citation",
         "G. Tzanetakis and P. Cook, Musical genre classification of audio signals, IEEE "
         "Transactions on Speech and Audio Processing 10(5):293-302, 2002"},
        {"faults",
         "B. L. Sturm, The GTZAN dataset: its contents, its faults, their effects on evaluation, "
         "and its future use, arXiv:1306.1461, 2013"}};
  }

 private:
  std::vector<DatasetProblem> absent_tracks() const {
    std::set<std::string_view> present;
    for (const Track& track : tracks()) present.insert(track.id);
    std::vector<AbsentTracks> absent;
    for (const std::string& genre : genres()) {
      absent.push_back({genre, kTracksPerGenre, {}});
      for (int n = 0; n < kTracksPerGenre; ++n)
        if (!present.contains(fmt::format("{}.{:05d}", genre, n)))
          absent.back().numbers.push_back(n);
    }
    return report_absent(absent, /*digits=*/5);
  }

  void report_other_formats(std::vector<DatasetProblem>& problems) const {
    std::map<std::string, std::size_t> others;
    for (const Track& track : tracks())
      if (track.published_md5.empty() && !track.audio.empty())
        ++others[utf8_name(track.audio.extension().native())];
    for (const auto& [extension, n] : others)
      problems.push_back(
          {DatasetProblem::Severity::note, "md5", "all genres",
           fmt::format("the published MD5 sums cannot apply to {} of {} files, {}: they are of the "
                       "original WAV files, and encoding a file anew changes its bytes",
                       n, tracks().size(), extension)});
  }

  void report_known_faults(std::vector<DatasetProblem>& problems) const {
    const auto note = [&problems](std::string where, std::string message) {
      problems.push_back(
          {DatasetProblem::Severity::note, "known_fault", std::move(where), std::move(message)});
    };
    std::map<std::string, std::vector<std::string>> copies;
    for (const Track& track : tracks()) {
      if (track.id == kUnreadable)
        note(track.id, "is unreadable in a widely used copy of GTZAN; fault_filtered trains on it");
      copies[gtzan_tracks().find(track.id)->second.md5_wav].push_back(track.id);
    }
    for (const auto& [md5, ids] : copies)
      if (ids.size() > 1)
        note(ids.front(), fmt::format("{} were the same file to the byte in the original dataset",
                                      fmt::join(ids, ", ")));
    note("all genres",
         "of the 1000 tracks, 50 are exact replicas, 22 more are of the same recordings, 13 are "
         "versions and 106 are mislabelled (Sturm 2013)");
    note("reggae",
         "35 of the 100 tracks are by Bob Marley (Sturm 2013): a split that ignores artists "
         "measures the artist");
    note("pop",
         "24 of the 100 tracks are by Britney Spears (Sturm 2013): a split that ignores artists "
         "measures the artist");
  }

  std::vector<DatasetProblem> problems_;
};

KnownLayout gtzan_layout() {
  const auto track_of = [](const std::string& name) -> std::optional<KnownTrack> {
    const auto track = gtzan_tracks().find(name);
    if (track == gtzan_tracks().end()) return std::nullopt;
    return KnownTrack{track->first, track->second.genre};
  };
  const auto names_in = [](const std::string& genre) {
    return fmt::format("names from {0}.00000 to {0}.00099", genre);
  };
  return {kGtzanText, gtzan_genres(), track_of, "its name", names_in};
}

/// A track with what is published about it, and no audio yet.
NamedTrack gtzan_track(const GtzanTrack& known) {
  Track track;
  track.id = known.id;
  track.groups = known.groups;
  return {known.genre, std::move(track)};
}

std::unique_ptr<Dataset> make_without_audio(const GtzanOptions& options) {
  if (!options.root.empty())
    throw ConfigError(
        fmt::format("{}: option 'root' has no use with audio: none, found '{}'; leave one of them "
                    "out",
                    kGtzanText.where, options.root));
  std::vector<NamedTrack> tracks;
  for (const auto& [id, known] : gtzan_tracks()) tracks.push_back(gtzan_track(known));
  return std::make_unique<GtzanDataset>(std::move(tracks), std::vector<DatasetProblem>());
}

std::unique_ptr<Dataset> make_gtzan(const GtzanOptions& options) {
  if (options.audio == GtzanAudio::none) return make_without_audio(options);
  const fs::path root =
      find_genre_folders(options.root, {"genres", "genres_original"}, gtzan_genres(), kGtzanText);
  Inventory found = take_inventory(root, gtzan_layout());
  if (found.files.empty())
    throw DataError(fmt::format("{}: no audio file of GTZAN in {}; {}", kGtzanText.where,
                                utf8_name(root.native()),
                                found.advice.empty() ? kGtzanText.expected : found.advice));
  std::vector<NamedTrack> tracks;
  for (auto& [id, file] : found.files) {
    const GtzanTrack& known = gtzan_tracks().find(id)->second;
    NamedTrack named = gtzan_track(known);
    named.track.audio = std::move(file);
    if (normalised_name(named.track.audio.extension().native()) == "wav")
      named.track.published_md5 = known.md5_wav;
    tracks.push_back(std::move(named));
  }
  auto dataset = std::make_unique<GtzanDataset>(std::move(tracks), std::move(found.problems));
  dataset->add_notes(found.notes);
  return dataset;
}

}  // namespace

void register_gtzan(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "gtzan";
  plugin.summary =
      "GTZAN: ten genres of 100 excerpts of 30 s, with artists, checksums and three published "
      "splits";
  plugin.source =
      "G. Tzanetakis and P. Cook, IEEE Transactions on Speech and Audio Processing 10(5), 2002; B. "
      "L. Sturm, arXiv:1306.1461, 2013";
  plugin.options = gtzan_options().schema();
  plugin.make = [](const OptionValues& values, const Registry&) {
    return make_gtzan(gtzan_options().parse(values));
  };
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
