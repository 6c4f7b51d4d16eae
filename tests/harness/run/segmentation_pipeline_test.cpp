// Songs of known structure from plan to store: the excerpt `sem`, sections that are remembered,
// scores of a dataset, and experiments that record them.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <numbers>

#include "base/random.hpp"
#include "harness/data/extraction.hpp"
#include "harness/data/section_cache.hpp"
#include "harness/data/section_scoring.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "harness/workers/sweep.hpp"
#include "signal/audio/audio.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace {

using testing::SilentProgress;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

constexpr int kRateHz = 8000;

/// Tracks with files and known sections.
class Songs : public Dataset {
 public:
  const std::vector<std::string>& genres() const override { return genres_; }
  const std::vector<Track>& tracks() const override { return tracks_; }
  std::vector<Section> sections(const Track& track) const override {
    const auto found = truth_.find(track.id);
    return found == truth_.end() ? std::vector<Section>() : found->second;
  }

  void add(const std::string& id, int genre, const fs::path& audio, std::vector<Section> truth) {
    tracks_.push_back({.id = id, .genre = genre, .audio = audio, .groups = {}, .features = {}});
    if (!truth.empty()) truth_[id] = std::move(truth);
  }

 private:
  std::vector<std::string> genres_ = {"high", "low"};
  std::vector<Track> tracks_;
  std::map<std::string, std::vector<Section>> truth_;
};

/// Noise through a resonance; letters and genres differ in its frequency.
void append_sound(std::vector<float>& song, char letter, int genre, double seconds,
                  std::uint64_t seed) {
  const double frequency = (letter == 'A'   ? 0.1
                            : letter == 'B' ? 0.25
                                            : 0.4) -
                           0.08 * genre,
               radius = 0.9;
  Random random(derive_seed(seed, std::string(1, letter), song.size()));
  double one = 0.0, two = 0.0;
  for (int n = 0; n < std::lround(seconds * kRateHz); ++n) {
    const double x = random.normal() +
                     2.0 * radius * std::cos(2.0 * std::numbers::pi * frequency) * one -
                     radius * radius * two;
    two = one;
    one = x;
    song.push_back(static_cast<float>(0.02 * x));
  }
}

/// Writes a song of parts ("A", 3 s) and gives its truth.
std::vector<Section> write_song(const fs::path& file,
                                const std::vector<std::pair<char, double>>& parts, int genre,
                                std::uint64_t seed) {
  std::vector<float> song;
  std::vector<Section> truth;
  double now_s = 0.0;
  for (const auto& [letter, seconds] : parts) {
    append_sound(song, letter, genre, seconds, seed);
    truth.push_back({now_s, now_s + seconds, std::string(1, letter)});
    now_s += seconds;
  }
  write_wav(file, song, kRateHz);
  return truth;
}

/// What the segmenting excerpt of these tests was asked.
struct Asked {
  std::atomic<int> n = 0;
  std::string recipe = "halves 1";
};

/// Every song in two halves; files named bad* are refused, odd* misconfigured. It counts.
class Halves final : public SegmentingExcerpt {
 public:
  explicit Halves(Asked& asked) : asked_(asked) {}
  std::string recipe() const override { return asked_.recipe; }
  SegmentationExample example(const fs::path& file, std::optional<int>) const override {
    return {.track = file.filename().string(),
            .duration_s = 1.0,
            .window_starts_s = {0.0, 0.5},
            .labels = {0, 1}};
  }

  std::vector<ClusterSpan> segment(const fs::path& file, std::optional<int>) const override {
    ++asked_.n;
    const std::string name = file.filename().string();
    if (name.starts_with("bad")) throw DataError(file.string() + ": it is bad");
    if (name.starts_with("odd")) throw ConfigError("halves: misconfigured");
    const double duration_s = probe_audio(file).duration_s;
    return {{0.0, duration_s / 2.0, 0}, {duration_s / 2.0, duration_s, 1}};
  }
  std::vector<Region> choose_from(const TrackAudio& track,
                                  const std::vector<ClusterSpan>&) const override {
    return {{{0, track.n_samples}}};
  }

 private:
  Asked& asked_;
};

/// The genre whose mean is the nearest.
class NearestMean final : public Method {
 public:
  void fit(const Examples& train, const Examples&, FitContext&) override {
    const Eigen::MatrixXd rows = to_rows(train);
    means_ = Eigen::MatrixXd::Zero(train.n_classes, rows.cols());
    for (std::size_t i = 0; i < train.size(); ++i)
      means_.row(train.labels[i]) += rows.row(static_cast<Eigen::Index>(i));
  }
  Predictions predict(const Examples& examples) const override {
    const Eigen::MatrixXd rows = to_rows(examples);
    Predictions result;
    result.probabilities = ((rows * means_.transpose()).array() * 1e-3).exp().matrix();
    for (Eigen::Index i = 0; i < rows.rows(); ++i)
      result.probabilities.row(i) /= result.probabilities.row(i).sum();
    result.labels = most_probable(result.probabilities);
    return result;
  }

 private:
  Eigen::MatrixXd means_;
};

const std::string kSem = "{name: sem, rate_hz: auto, window_s: 0.25, ar_order: 8}";

class SegmentationPipeline : public ::testing::Test {
 protected:
  SegmentationPipeline() {
    register_all_pipeline(registry_);
    registry_.datasets.add(
        {{.name = "songs", .summary = "For tests."},
         [this](const OptionValues&, const Registry&) { return std::make_unique<Songs>(songs_); }});
    registry_.datasets.add({{.name = "unknown_structure", .summary = "For tests."},
                            [this](const OptionValues&, const Registry&) {
                              auto dataset = std::make_unique<Songs>();
                              for (const Track& track : songs_.tracks())
                                dataset->add(track.id, track.genre, track.audio, {});
                              return dataset;
                            }});
    registry_.excerpts.add(
        {{.name = "halves", .summary = "For tests."},
         [this](const OptionValues&) { return std::make_unique<Halves>(asked_); }});
    registry_.methods.add(
        {{.name = "nearest_mean", .summary = "For tests."},
         false,
         [](const OptionValues&, std::uint64_t) { return std::make_unique<NearestMean>(); }});
    registry_.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
  }

  void add_song(const std::string& name, int genre,
                const std::vector<std::pair<char, double>>& parts) {
    const fs::path file = folder_ / (name + ".wav");
    songs_.add(name, genre, file, write_song(file, parts, genre, songs_.tracks().size()));
  }
  void add_four_songs() {
    add_song("one", 0, {{'A', 3.0}, {'B', 2.0}, {'A', 2.5}});
    add_song("two", 1, {{'B', 2.0}, {'C', 3.0}, {'B', 2.0}});
    add_song("three", 0, {{'C', 2.5}, {'A', 2.0}, {'B', 2.0}, {'C', 2.0}});
    add_song("four", 1, {{'A', 2.5}, {'B', 4.0}});
  }

  std::unique_ptr<Excerpt> sem(OptionValues options = {}) {
    const ExcerptPlugin& plugin = registry_.excerpts.get("sem", "test");
    options.insert({{"rate_hz", {}}, {"window_s", 0.25}, {"ar_order", std::int64_t{8}}});
    return plugin.make(plugin.options.resolve(options, "test"));
  }

  Plan plan(const std::string& text) {
    return make_plan(load_experiment(folder_.write("experiment.yaml", text), {}, registry_),
                     registry_, {}, hashes_, progress_);
  }
  RunnerSummary run(const Plan& plan, const RunnerSettings& settings = {}) {
    const auto store = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
    return execute(plan, *store, registry_, hashes_, settings, progress_);
  }
  std::unique_ptr<RunStore> store() {
    return RunStore::open(folder_ / "runs.db", RunStore::Mode::read);
  }

  TemporaryFolder folder_;
  Songs songs_;
  Asked asked_;
  Registry registry_;
  FileHashes hashes_{{}};
  SilentProgress progress_;
};

std::int64_t n_samples(const Region& region) {
  std::int64_t n = 0;
  for (const SampleRange& range : region) n += range.end - range.begin;
  return n;
}

// The excerpt.

class SemExcerpt : public SegmentationPipeline {
 protected:
  /// Cluster 1 has 4.5 s in two parts.
  const TrackAudio track_ = {.file = "song.wav", .sample_rate_hz = 1000.0, .n_samples = 10000};
  const std::vector<ClusterSpan> sections_ = {
      {0.0, 2.0, 0}, {2.0, 4.0, 1}, {4.0, 6.0, 2}, {6.0, 8.5, 1}, {8.5, 10.0, 2}};

  std::vector<Region> choose(const OptionValues& options) {
    return dynamic_cast<const SegmentingExcerpt&>(*sem(options)).choose_from(track_, sections_);
  }
};

TEST_F(SemExcerpt, GivesTheLargestClusterWholeInOrderOfTime) {
  EXPECT_EQ(choose({}), (std::vector<Region>{{{2000, 4000}, {6000, 8500}}}));
}

TEST_F(SemExcerpt, OrCutIntoExcerptsAcrossItsPartsTheRestDropped) {
  EXPECT_EQ(choose({{"excerpt_s", 1.5}}),
            (std::vector<Region>{{{2000, 3500}}, {{3500, 4000}, {6000, 7000}}, {{7000, 8500}}}));
  EXPECT_EQ(choose({{"excerpt_s", 2.0}}), (std::vector<Region>{{{2000, 4000}}, {{6000, 8000}}}));
  EXPECT_EQ(choose({{"excerpt_s", 4.5}}), choose({}));
  EXPECT_EQ(choose({{"excerpt_s", 1.5}, {"excerpts", std::int64_t{2}}}),
            (std::vector<Region>{{{2000, 3500}}, {{3500, 4000}, {6000, 7000}}}));
}

TEST_F(SemExcerpt, AShortClusterIsKeptOrTheTrackIsBad) {
  EXPECT_EQ(choose({{"excerpt_s", 5.0}}), choose({}));
  EXPECT_THROW_SAYING(choose({{"excerpt_s", 5.0}, {"short_cluster", std::string("skip")}}),
                      DataError, "song.wav", "4.50 s", "5 s");
}

TEST_F(SemExcerpt, SectionsBeyondTheTracksEndAreCutAndNoneAreABadTrack) {
  const auto excerpt = sem();
  const auto& segmenting = dynamic_cast<const SegmentingExcerpt&>(*excerpt);
  EXPECT_EQ(segmenting.choose_from(track_, {{0.0, 4.0, 0}, {4.0, 10.5, 1}}),
            (std::vector<Region>{{{4000, 10000}}}));
  EXPECT_THROW_SAYING(segmenting.choose_from(track_, {}), DataError, "song.wav", "empty");
  EXPECT_THROW_SAYING(segmenting.choose_from(track_, {{12.0, 14.0, 0}}), DataError, "song.wav");
}

TEST_F(SemExcerpt, TheFirstOfEqualClustersIsTaken) {
  const auto excerpt = sem();
  EXPECT_EQ(dynamic_cast<const SegmentingExcerpt&>(*excerpt).choose_from(
                track_, {{0.0, 5.0, 0}, {5.0, 10.0, 1}}),
            (std::vector<Region>{{{0, 5000}}}));
}

TEST_F(SemExcerpt, OfARealFileIsThePartThatRecurs) {
  add_song("song", 0, {{'A', 3.0}, {'B', 2.0}, {'A', 2.5}});
  const fs::path file = songs_.tracks()[0].audio;
  const auto regions =
      sem()->choose({.file = file, .sample_rate_hz = 22050.0, .n_samples = 7 * 22050 + 11025});
  ASSERT_EQ(regions.size(), 1u);
  ASSERT_EQ(regions[0].size(), 2u);
  EXPECT_EQ(regions[0][0].begin, 0);
  // Edges between successive windows smooth a boundary by a window.
  EXPECT_NEAR(static_cast<double>(regions[0][0].end), 3.0 * 22050, 0.26 * 22050);
  EXPECT_NEAR(static_cast<double>(n_samples(regions[0])), 5.5 * 22050, 0.51 * 22050);
}

TEST_F(SemExcerpt, ItsRecipeHoldsWhatTheSectionsDependOnAndNoMore) {
  const auto recipe = [&](const OptionValues& options) {
    const auto e = sem(options);
    return dynamic_cast<const SegmentingExcerpt&>(*e).recipe();
  };
  EXPECT_EQ(recipe({}), recipe({{"excerpt_s", 2.0},
                                {"excerpts", std::int64_t{3}},
                                {"short_cluster", std::string("skip")}}))
      << "one segmentation serves them all";
  EXPECT_NE(recipe({}), recipe({{"clusters", std::int64_t{3}}}));
  EXPECT_NE(recipe({}), recipe({{"seed", std::int64_t{3}}}));
}

// Sections that are remembered.

class Remembered : public SegmentationPipeline {
 protected:
  Remembered() { add_song("song", 0, {{'A', 1.0}, {'B', 0.7}}); }
  const fs::path& file() const { return songs_.tracks()[0].audio; }
  std::vector<ClusterSpan> ask(SectionCache& found, const fs::path& song) {
    return found(song, hashes_(song));
  }
  fs::path cached() const {
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "cache"))
      if (entry.is_regular_file()) return entry.path();
    return {};
  }
  Halves halves_{asked_};
};

TEST_F(Remembered, EachTrackIsSegmentedOnceInMemoryAndOnceOnDisk) {
  SectionCache found(halves_, folder_ / "cache", hashes_);
  const auto sections = ask(found, file());
  EXPECT_EQ(sections, halves_.segment(file(), std::nullopt));
  asked_.n = 0;
  EXPECT_EQ(ask(found, file()), sections);
  SectionCache later(halves_, folder_ / "cache", hashes_);
  EXPECT_EQ(ask(later, file()), sections) << "to the bit";
  EXPECT_EQ(asked_.n, 0);
}

TEST_F(Remembered, WithoutAFolderInMemoryAlone) {
  SectionCache found(halves_, {}, hashes_);
  ask(found, file());
  ask(found, file());
  EXPECT_EQ(asked_.n, 1);
  SectionCache later(halves_, {}, hashes_);
  ask(later, file());
  EXPECT_EQ(asked_.n, 2);
}

TEST_F(Remembered, ACopyOfTheFileIsTheSameSongAndAnotherRecipeIsAnother) {
  SectionCache found(halves_, folder_ / "cache", hashes_);
  ask(found, file());
  fs::copy_file(file(), folder_ / "copy.wav");
  ask(found, folder_ / "copy.wav");
  EXPECT_EQ(asked_.n, 1);
  asked_.recipe = "halves 2";
  SectionCache changed(halves_, folder_ / "cache", hashes_);
  ask(changed, file());
  EXPECT_EQ(asked_.n, 2);
}

TEST_F(Remembered, ADamagedFileIsComputedAnewAndMended) {
  const auto fresh = [&] {
    SectionCache found(halves_, folder_ / "cache", hashes_);
    return ask(found, file());
  };
  const auto sections = fresh();
  const fs::path cache_file = cached();
  std::string whole;
  {
    std::ifstream stream(cache_file);
    whole.assign(std::istreambuf_iterator<char>(stream), {});
  }
  std::string changed = whole;
  changed[changed.find("0.85") + 3] = '6';
  for (const std::string& damaged :
       {whole.substr(0, whole.size() / 2), whole.substr(0, whole.find('\n') + 1), std::string(),
        std::string("\n"), changed, std::string("not sections at all\n"),
        whole.substr(whole.find('\n') + 1)}) {
    std::ofstream(cache_file) << damaged;
    asked_.n = 0;
    EXPECT_EQ(fresh(), sections) << damaged;
    EXPECT_EQ(asked_.n, 1) << damaged;
    EXPECT_EQ(fresh(), sections);
    EXPECT_EQ(asked_.n, 1) << "it was mended";
  }
}

TEST_F(Remembered, AFolderThatCannotBeWrittenCostsNoResult) {
  folder_.write("cache", "a file, where a folder should be");
  SectionCache found(halves_, folder_ / "cache", hashes_);
  EXPECT_EQ(ask(found, file()).size(), 2u);
  EXPECT_EQ(ask(found, file()).size(), 2u);
  EXPECT_EQ(asked_.n, 1);
}

TEST_F(Remembered, ABadFileIsReportedEachTimeAndNeverRemembered) {
  fs::copy_file(file(), folder_ / "bad.wav");
  SectionCache found(halves_, folder_ / "cache", hashes_);
  EXPECT_THROW_SAYING(ask(found, folder_ / "bad.wav"), DataError, "bad.wav");
  EXPECT_THROW_SAYING(ask(found, folder_ / "bad.wav"), DataError, "bad.wav");
  EXPECT_THROW_SAYING(ask(found, folder_ / "none.wav"), DataError, "none.wav");
  EXPECT_EQ(ask(found, file()).size(), 2u);
}

// Scores of a dataset.

class Scored : public SegmentationPipeline {
 protected:
  ScoredSections score(const SegmentingExcerpt& excerpt, const TrackLoop& loop = {}) {
    SectionCache found(excerpt, {}, hashes_);
    return score_dataset(*open_dataset({"songs", {}}, registry_, {}, hashes_, progress_), found,
                         /*known_clusters=*/false, loop);
  }
  static double value(const ScoredSections& structure, const std::string& name,
                      std::int64_t step = -1) {
    for (const MetricRecord& metric : structure.metrics)
      if (metric.name == name && metric.step == step) return metric.value;
    ADD_FAILURE() << "no " << name << " at " << step;
    return std::nan("");
  }
};

TEST_F(Scored, MeansAreOfTheTracksAndEachTrackHasItsOwn) {
  add_song("right", 0, {{'A', 1.0}, {'B', 1.0}});
  const fs::path unlabelled = folder_ / "unlabelled.wav";
  fs::copy_file(songs_.tracks()[0].audio, unlabelled);
  songs_.add("unlabelled", 0, unlabelled, {});
  add_song("wrong", 1, {{'A', 2.0}});
  const ScoredSections structure = score(Halves(asked_));
  EXPECT_EQ(structure.n_tracks, 2u);
  EXPECT_TRUE(structure.bad_tracks.empty());
  EXPECT_EQ(asked_.n, 2) << "what is not known is not looked for";
  for (const char* name : {"adjusted_rand", "normalised_mutual_information", "pairwise_f",
                           "pairwise_precision", "pairwise_recall", "boundary_f_0.5",
                           "boundary_f_3", "over_segmentation", "under_segmentation"})
    EXPECT_DOUBLE_EQ(value(structure, name, 0), 1.0) << name;
  // One section found as two halves: chance agreement, and three boundaries for two.
  EXPECT_DOUBLE_EQ(value(structure, "adjusted_rand", 2), 0.0);
  EXPECT_DOUBLE_EQ(value(structure, "pairwise_precision", 2), 1.0);
  EXPECT_DOUBLE_EQ(value(structure, "boundary_f_0.5", 2), 0.8);
  EXPECT_DOUBLE_EQ(value(structure, "adjusted_rand"), 0.5);
  EXPECT_DOUBLE_EQ(value(structure, "boundary_f_0.5"), 0.9);
  EXPECT_DOUBLE_EQ(value(structure, "n_clusters"), 2.0);
  EXPECT_EQ(structure.metrics.size(), 30u);
  for (const MetricRecord& metric : structure.metrics) {
    EXPECT_EQ(metric.split, "structure");
    EXPECT_TRUE(metric.step == -1 || metric.step == 0 || metric.step == 2) << metric.step;
  }
}

/// Songs that are cut from others.
class CutSongs final : public Dataset {
 public:
  CutSongs(const Dataset& songs, std::map<std::string, std::vector<std::string>> sources)
      : songs_(songs), sources_(std::move(sources)) {}
  const std::vector<std::string>& genres() const override { return songs_.genres(); }
  const std::vector<Track>& tracks() const override { return songs_.tracks(); }
  std::vector<Section> sections(const Track& track) const override {
    return songs_.sections(track);
  }
  std::vector<std::string> sources(const Track& track) const override {
    const auto found = sources_.find(track.id);
    return found == sources_.end() ? std::vector<std::string>() : found->second;
  }

 private:
  const Dataset& songs_;
  std::map<std::string, std::vector<std::string>> sources_;
};

TEST_F(Scored, TheSourcesOfTheTracksThatWereScoredAreKeptInTheirOrder) {
  add_song("one", 0, {{'A', 1.0}, {'B', 1.0}});
  add_song("bad", 0, {{'A', 1.0}, {'B', 1.0}});
  add_song("two", 1, {{'A', 1.0}, {'B', 1.0}});
  EXPECT_TRUE(score(Halves(asked_)).sources.empty()) << "this dataset knows none";
  const Halves halves(asked_);
  FileHashes hashes({});
  SectionCache found(halves, {}, hashes);
  OpenDataset cut;
  cut.dataset = std::make_unique<CutSongs>(
      songs_, std::map<std::string, std::vector<std::string>>{
                  {"one", {"x", "y"}}, {"bad", {"z"}}, {"two", {"y, \"q\""}}});
  for (const Track& track : songs_.tracks())
    cut.files.push_back({.hash = hashes(track.audio), .error = {}});
  const ScoredSections structure = score_dataset(cut, found, /*known_clusters=*/false, {});
  EXPECT_EQ(structure.sources, (std::vector<std::vector<std::string>>{{"x", "y"}, {"y, \"q\""}}));
}

TEST_F(Scored, ABadTrackIsReportedAndTheOthersAreScored) {
  add_song("good", 0, {{'A', 1.0}, {'B', 1.0}});
  add_song("bad", 1, {{'A', 1.0}, {'B', 1.0}});
  const ScoredSections structure = score(Halves(asked_));
  EXPECT_EQ(structure.n_tracks, 1u);
  ASSERT_EQ(structure.bad_tracks.size(), 1u);
  EXPECT_EQ(structure.bad_tracks[0].track, "bad");
  EXPECT_NE(structure.bad_tracks[0].message.find("it is bad"), std::string::npos);
  EXPECT_DOUBLE_EQ(value(structure, "adjusted_rand"), 1.0)
      << "the mean is of those that were scored";
}

TEST_F(Scored, WithoutAnyScoredTrackThereAreNoMetrics) {
  add_song("bad", 1, {{'A', 1.0}, {'B', 1.0}});
  const ScoredSections structure = score(Halves(asked_));
  EXPECT_EQ(structure.n_tracks, 0u);
  EXPECT_TRUE(structure.metrics.empty());
}

TEST_F(Scored, ThreadsDoNotMatterAndProgressCountsEveryTrack) {
  add_four_songs();
  const auto excerpt = sem();
  const auto& segmenting = dynamic_cast<const SegmentingExcerpt&>(*excerpt);
  std::vector<std::size_t> seen;
  const ScoredSections one =
      score(segmenting, {.threads = 1, .progress = [&](std::size_t done, std::size_t total) {
                           EXPECT_EQ(total, 4u);
                           seen.push_back(done);
                         }});
  EXPECT_EQ(seen, (std::vector<std::size_t>{1, 2, 3, 4}));
  const ScoredSections four = score(segmenting, {.threads = 4});
  ASSERT_EQ(one.metrics.size(), four.metrics.size());
  for (std::size_t i = 0; i < one.metrics.size(); ++i) {
    EXPECT_EQ(one.metrics[i].name, four.metrics[i].name);
    EXPECT_EQ(one.metrics[i].step, four.metrics[i].step);
    EXPECT_EQ(one.metrics[i].value, four.metrics[i].value);
  }
  EXPECT_GT(value(one, "adjusted_rand"), 0.8) << "these songs are easy";
  EXPECT_GT(value(one, "boundary_f_0.5"), 0.9);
}

TEST_F(Scored, InterruptedItStopsEarly) {
  add_four_songs();
  score(Halves(asked_), {.interrupted = [&] { return asked_.n >= 2; }});
  EXPECT_EQ(asked_.n, 2);
}

TEST_F(Scored, OnlyADatasetWithSectionsKnowsThem) {
  EXPECT_FALSE(knows_sections(songs_));
  songs_.add("unlabelled", 0, folder_ / "x.wav", {});
  EXPECT_FALSE(knows_sections(songs_));
  songs_.add("labelled", 0, folder_ / "y.wav", {{0.0, 1.0, "A"}});
  EXPECT_TRUE(knows_sections(songs_));
}

// Experiments.

TEST_F(SegmentationPipeline, TaskSegmentationRecordsTheScoresOfTheSectionsAlone) {
  add_four_songs();
  const Plan p = plan("task: segmentation\ndataset: {name: songs}\nexcerpt: " + kSem + "\n");
  ASSERT_EQ(p.runs.size(), 1u);
  const RunnerSummary summary = run(p, {.cache_folder = folder_ / "cache", .threads = 2});
  EXPECT_EQ(summary.n_done, 1u);
  EXPECT_EQ(summary.n_failed, 0u);
  const auto s = store();
  const RunRecord record = s->run(p.runs[0].id).value();
  EXPECT_EQ(record.status, RunStatus::done);
  EXPECT_EQ(record.parameter("task"), "segmentation");
  EXPECT_EQ(record.parameter("excerpt.name"), "sem");
  EXPECT_EQ(record.parameter("excerpt.window_s"), "0.25");
  for (const auto& [key, value] : record.parameters)
    for (const char* unused : {"method.", "features.", "split.", "standardise", "vote"})
      EXPECT_FALSE(key.starts_with(unused)) << key;
  EXPECT_EQ(record.fact("structure.n_tracks"), "4");
  EXPECT_GT(s->metric(record.id, "structure", "adjusted_rand").value(), 0.8);
  EXPECT_GT(s->metric(record.id, "structure", "pairwise_f").value(), 0.8);
  const auto metrics = s->metrics(record.id);
  EXPECT_EQ(metrics.size(), 50u) << "ten scores of four tracks and their mean";
  for (const MetricRecord& metric : metrics) EXPECT_EQ(metric.split, "structure");
  EXPECT_TRUE(s->predictions(record.id, "test").empty());
  EXPECT_TRUE(fs::exists(folder_ / "cache" / "sections"));
  EXPECT_EQ(run(plan("task: segmentation\ndataset: {name: songs}\nexcerpt: " + kSem + "\n"))
                .n_already_done,
            1u);
}

TEST_F(SegmentationPipeline, RunsOfOneSegmentationAreMadeFromItsSectionsOnce) {
  add_four_songs();
  const std::string text = "task: segmentation\ndataset: {name: songs}\nexcerpt: {name: halves}\n";
  run(plan(text + "seeds: [0, 1]\n"), {.cache_folder = folder_ / "cache"});
  EXPECT_EQ(asked_.n, 4);
  run(plan(text + "seeds: [2]\n"), {.cache_folder = folder_ / "cache"});
  EXPECT_EQ(asked_.n, 4) << "a later program reads them from disk";
}

TEST_F(SegmentationPipeline, WhatDoesNotGoTogetherIsRefusedBeforeAnythingRuns) {
  add_four_songs();
  EXPECT_THROW_SAYING(plan("task: segmentation\ndataset: {name: songs}\n"), ConfigError,
                      "task segmentation", "excerpt full", "sem");
  EXPECT_THROW_SAYING(plan("task: segmentation\ndataset: {name: songs}\nexcerpt: {name: chunks}\n"),
                      ConfigError, "excerpt chunks");
  EXPECT_THROW_SAYING(
      plan("task: segmentation\ndataset: {name: unknown_structure}\nexcerpt: {name: sem}\n"),
      ConfigError, "unknown_structure", "sections");
  EXPECT_THROW_SAYING(plan("task: segmentatoin\ndataset: {name: songs}\nexcerpt: {name: sem}\n"),
                      ConfigError, "task", "did you mean 'segmentation'?");
}

TEST_F(SegmentationPipeline, BadTracksAreLeftOutOrFailTheRunAsTheExperimentSays) {
  add_song("one", 0, {{'A', 1.0}, {'B', 1.0}});
  add_song("bad", 1, {{'A', 1.0}, {'B', 1.0}});
  const std::string text = "task: segmentation\ndataset: {name: songs}\nexcerpt: {name: halves}\n";
  const Plan skip = plan(text), fail = plan(text + "on_bad_track: fail\n");
  EXPECT_EQ(run(skip).n_bad_tracks, 1u);
  EXPECT_EQ(store()->bad_tracks(skip.runs[0].id).at(0).track, "bad");
  EXPECT_EQ(store()->run(skip.runs[0].id)->fact("structure.n_tracks"), "1");
  EXPECT_EQ(std::count_if(progress_.messages.begin(), progress_.messages.end(),
                          [](const auto& m) { return m.starts_with("bad track: "); }),
            1);
  EXPECT_EQ(run(fail).n_failed, 1u);
  EXPECT_EQ(store()->run(fail.runs[0].id)->status, RunStatus::failed);
  EXPECT_NE(store()->run(fail.runs[0].id)->message.find("on_bad_track is fail"), std::string::npos);
}

TEST_F(SegmentationPipeline, ARunOfBadTracksAloneFailsAndSaysSo) {
  add_song("bad", 1, {{'A', 1.0}, {'B', 1.0}});
  const Plan p = plan("task: segmentation\ndataset: {name: songs}\nexcerpt: {name: halves}\n");
  EXPECT_EQ(run(p).n_failed, 1u);
  EXPECT_NE(store()->run(p.runs[0].id)->message.find("no track could be segmented (1 bad tracks)"),
            std::string::npos);
}

TEST_F(SegmentationPipeline, AConfigurationThatNoTrackCanHaveFailsTheRunWithItsMessage) {
  add_four_songs();
  const Plan p = plan(
      "task: segmentation\ndataset: {name: songs}\nexcerpt: {name: sem, rate_hz: auto, window_s: "
      "0.05, ar_order: 400}\n");
  EXPECT_EQ(run(p).n_failed, 1u);
  EXPECT_NE(store()->run(p.runs[0].id)->message.find("ar_order: expected 1 to 399"),
            std::string::npos)
      << store()->run(p.runs[0].id)->message;
}

TEST_F(SegmentationPipeline, ATrackTooShortForTheClustersIsABadTrackAndNotTheEndOfTheRun) {
  add_song("long", 0, {{'A', 2.0}, {'B', 2.0}});
  add_song("short", 1, {{'A', 0.5}, {'B', 0.5}});
  const Plan p = plan(
      "task: segmentation\ndataset: {name: songs}\nexcerpt: {name: sem, rate_hz: auto, window_s: "
      "0.25, ar_order: 8, clusters: 5}\n");
  const RunnerSummary summary = run(p);
  EXPECT_EQ(summary.n_done, 1u);
  const auto bad = store()->bad_tracks(p.runs[0].id);
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(bad[0].track, "short");
  EXPECT_NE(bad[0].message.find("short.wav"), std::string::npos) << bad[0].message;
}

TEST_F(SegmentationPipeline, AClassificationRecordsTheScoresOfItsSectionsAsWell) {
  for (int i = 0; i < 4; ++i) {
    add_song("high" + std::to_string(i), 0, {{'A', 3.0}, {'B', 3.0}, {'A', 3.0}});
    add_song("low" + std::to_string(i), 1, {{'A', 3.0}, {'B', 3.0}, {'A', 3.0}});
  }
  const std::string rest =
      "\nfeatures: {name: mfcc_statistics}\nmethod: {name: nearest_mean}\nsplit: {train_fraction: "
      "0.5}\nexcerpt: ";
  const Plan with = plan("dataset: {name: songs}" + rest + kSem + "\n");
  EXPECT_EQ(run(with, {.cache_folder = folder_ / "cache"}).n_done, 1u);
  const auto s = store();
  const std::string id = with.runs[0].id;
  EXPECT_TRUE(s->metric(id, "test", "accuracy").has_value());
  EXPECT_GT(s->metric(id, "structure", "adjusted_rand").value(), 0.8);
  EXPECT_EQ(s->run(id)->fact("structure.n_tracks"), "8");
  EXPECT_EQ(s->run(id)->parameter("method.name"), "nearest_mean");

  const Plan full = plan("dataset: {name: songs}" + rest + "{name: full}\n"),
             unknown = plan("dataset: {name: unknown_structure}" + rest + kSem + "\n");
  EXPECT_EQ(run(full).n_done + run(unknown).n_done, 2u);
  EXPECT_FALSE(store()->metric(full.runs[0].id, "structure", "adjusted_rand").has_value())
      << "nothing is segmented";
  EXPECT_FALSE(store()->metric(unknown.runs[0].id, "structure", "adjusted_rand").has_value())
      << "the truth is not known";
}

TEST_F(SegmentationPipeline, WhereTracksHaveSeveralExcerptsTheirOwnAccuracyIsRecordedToo) {
  for (int i = 0; i < 4; ++i) {
    add_song("high" + std::to_string(i), 0, {{'A', 3.0}, {'B', 3.0}});
    add_song("low" + std::to_string(i), 1, {{'A', 3.0}, {'B', 3.0}});
  }
  const std::string rest =
      "dataset: {name: songs}\nfeatures: {name: mfcc_statistics}\nmethod: {name: nearest_mean}\n"
      "split: {train_fraction: 0.5}\nexcerpt: ";
  const Plan chunks = plan(rest + "{name: chunks, length_s: 3}\n"),
             full = plan(rest + "{name: full}\n");
  EXPECT_EQ(run(chunks).n_done + run(full).n_done, 2u);
  const auto s = store();
  const std::optional<double> accuracy = s->metric(chunks.runs[0].id, "test", "segment_accuracy");
  ASSERT_TRUE(accuracy);
  // Two segments per track: a multiple of 1 / (2 n_tracks).
  const double n_right = *accuracy * 2.0 * s->metric(chunks.runs[0].id, "test", "n_tracks").value();
  EXPECT_NEAR(n_right, std::round(n_right), 1e-9);
  EXPECT_GT(*accuracy, 0.5);
  EXPECT_FALSE(s->metric(full.runs[0].id, "test", "segment_accuracy")) << "one excerpt per track";
}

TEST_F(SegmentationPipeline, FeaturesOfTheLargestClusterAreOfItsSamplesAlone) {
  add_song("song", 0, {{'A', 3.0}, {'B', 2.0}, {'A', 2.5}});
  const fs::path file = songs_.tracks()[0].audio;
  const FeaturePlugin& plugin = registry_.features.get("mfcc", "test");
  const auto feature = plugin.make(plugin.options.resolve({}, "test"));
  const auto excerpt = sem();
  const auto features = extract(file, *excerpt, *feature);
  ASSERT_EQ(features.size(), 1u);
  const std::vector<float> samples = read_audio(file);
  const auto regions =
      excerpt->choose({.file = file, .sample_rate_hz = 22050.0, .n_samples = std::ssize(samples)});
  const auto stream = feature->stream(0);
  for (const SampleRange& range : regions.at(0))
    stream->push(std::span(samples).subspan(static_cast<std::size_t>(range.begin),
                                            static_cast<std::size_t>(range.end - range.begin)));
  EXPECT_EQ(features[0], stream->finish());
}

}  // namespace
}  // namespace genrebench
