// Data that change between the plan and the end of a run, or cannot be read for a while.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <map>
#include <thread>

#include "base/random.hpp"
#include "harness/data/extraction.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "harness/workers/sweep.hpp"
#include "signal/audio/audio.hpp"
#include "support/file_changes.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace {

using namespace testing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

constexpr int kTracks = 8;

/// Songs by their number, whether their files are there or not.
class Songs : public Dataset {
 public:
  explicit Songs(const fs::path& root) {
    for (int t = 0; t < kTracks; ++t)
      tracks_.push_back({.id = "song" + std::to_string(t),
                         .genre = t % 2,
                         .audio = root / ("song" + std::to_string(t) + ".wav"),
                         .groups = {},
                         .features = {}});
  }
  const std::vector<std::string>& genres() const override { return genres_; }
  const std::vector<Track>& tracks() const override { return tracks_; }
  std::vector<Section> sections(const Track&) const override {
    return {{0.0, 0.25, "A"}, {0.25, 0.5, "B"}};
  }

 private:
  std::vector<std::string> genres_ = {"high", "low"};
  std::vector<Track> tracks_;
};

struct RootOptions {
  std::string root;
};
struct WeightOptions {
  std::string weights;
};

/// Something to do while a plug-in works on a file; once.
struct Meanwhile {
  std::function<void(const fs::path&)> act = [](const fs::path&) {};
  void operator()(const fs::path& file) {
    const auto now = std::exchange(act, [](const fs::path&) {});
    now(file);
  }
};

/// The whole track; what happens meanwhile happens after the file was opened.
class Whole final : public Excerpt {
 public:
  explicit Whole(Meanwhile& meanwhile) : meanwhile_(meanwhile) {}
  std::vector<Region> choose(const TrackAudio& track) const override {
    meanwhile_(track.file);
    return {{{0, track.n_samples}}};
  }

 private:
  Meanwhile& meanwhile_;
};

/// Halves of the song, found after what happens meanwhile.
class Halves final : public SegmentingExcerpt {
 public:
  explicit Halves(Meanwhile& meanwhile) : meanwhile_(meanwhile) {}
  std::string recipe() const override { return "halves"; }
  std::vector<ClusterSpan> segment(const fs::path& file, std::optional<int>) const override {
    meanwhile_(file);
    const double duration_s = probe_audio(file).duration_s;
    return {{0.0, duration_s / 2.0, 0}, {duration_s / 2.0, duration_s, 1}};
  }
  SegmentationExample example(const fs::path& file, std::optional<int>) const override {
    return {.track = file.filename().string(),
            .duration_s = 1.0,
            .window_starts_s = {0.0, 0.5},
            .labels = {0, 1}};
  }
  std::vector<Region> choose_from(const TrackAudio& track,
                                  const std::vector<ClusterSpan>&) const override {
    return {{{0, track.n_samples}}};
  }

 private:
  Meanwhile& meanwhile_;
};

/// Always the first genre.
class First final : public Method {
 public:
  explicit First(Meanwhile& meanwhile) : meanwhile_(meanwhile) {}
  void fit(const Examples&, const Examples&, FitContext&) override { meanwhile_({}); }
  Predictions predict(const Examples& examples) const override {
    Predictions result;
    result.probabilities = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(examples.size()), 2);
    result.probabilities.col(0).setOnes();
    result.labels.assign(examples.size(), 0);
    return result;
  }

 private:
  Meanwhile& meanwhile_;
};

class ChangingFiles : public ::testing::Test {
 protected:
  ChangingFiles() : music_(folder_ / "music"), cache_(folder_ / "cache") {
    register_all_pipeline(registry_);
    static const auto roots = OptionTable<RootOptions>().path("root", &RootOptions::root, "Where.");
    registry_.datasets.add({{.name = "songs", .summary = "For tests.", .options = roots.schema()},
                            [](const OptionValues& values, const Registry&) {
                              return std::make_unique<Songs>(roots.parse(values).root);
                            }});
    registry_.excerpts.add(
        {{.name = "whole", .summary = "For tests."},
         [this](const OptionValues&) { return std::make_unique<Whole>(meanwhile_); }});
    registry_.excerpts.add(
        {{.name = "halves", .summary = "For tests."},
         [this](const OptionValues&) { return std::make_unique<Halves>(meanwhile_); }});
    static const auto weights =
        OptionTable<WeightOptions>().content_file("weights", &WeightOptions::weights, "Which.");
    registry_.methods.add({{.name = "first", .summary = "For tests.", .options = weights.schema()},
                           false,
                           [this](const OptionValues&, std::uint64_t) {
                             return std::make_unique<First>(during_fit_);
                           }});
    registry_.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
    write_songs(music_);
  }

  /// All of one size and one time of modification.
  void write_songs(const fs::path& root) const {
    fs::create_directories(root);
    for (int t = 0; t < kTracks; ++t) {
      Random random(static_cast<std::uint64_t>(t) + 1);
      std::vector<float> samples(11025);
      for (float& s : samples) s = static_cast<float>((t + 1) * 0.05 * random.uniform(-1, 1));
      write_wav(root / ("song" + std::to_string(t) + ".wav"), samples, 22050);
      copy_time(root / "song0.wav", root / ("song" + std::to_string(t) + ".wav"));
    }
  }

  fs::path song(int number) const { return music_ / ("song" + std::to_string(number) + ".wav"); }

  fs::path other_than(const fs::path& file) const { return file == song(7) ? song(6) : song(7); }

  std::size_t n_cached_features() const {
    std::error_code error;
    const fs::recursive_directory_iterator files(cache_ / "features", error);
    return error ? 0
                 : static_cast<std::size_t>(
                       std::count_if(begin(files), end(files),
                                     [](const auto& entry) { return entry.is_regular_file(); }));
  }

  Plan plan(const std::map<std::string, std::string>& other_keys = {}) {
    std::map<std::string, std::string> keys = {
        {"dataset", "{name: songs, root: \"" + music_.string() + "\"}"},
        {"excerpt", "{name: whole}"},
        {"split", "{kind: stratified, train_fraction: 0.5}"},
        {"features", "{name: mfcc_statistics}"},
        {"method", "{name: first}"}};
    for (const auto& [key, value] : other_keys) keys[key] = value;
    std::string text;
    for (const auto& [key, value] : keys) text += key + ": " + value + "\n";
    return make_plan(load_experiment(folder_.write("experiment.yaml", text), {}, registry_),
                     registry_, cache_, hashes_, progress_);
  }

  RunnerSummary run(
      const Plan& plan, std::function<bool()> interrupted = [] { return false; }) {
    const auto store = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
    return execute(plan, *store, registry_, hashes_,
                   {.cache_folder = cache_, .interrupted = std::move(interrupted)}, progress_);
  }

  RunRecord record(const Plan& plan) const {
    return RunStore::open(folder_ / "runs.db", RunStore::Mode::read)
        ->run(plan.runs.front().id)
        .value();
  }
  std::vector<BadTrackRecord> bad_tracks(const Plan& plan) const {
    return RunStore::open(folder_ / "runs.db", RunStore::Mode::read)
        ->bad_tracks(plan.runs.front().id);
  }

  void expect_failed(const Plan& plan, const std::vector<std::string>& words) const {
    const RunRecord run = record(plan);
    EXPECT_EQ(to_string(run.status), "failed");
    for (const std::string& word : words)
      EXPECT_NE(run.message.find(word), std::string::npos)
          << run.message << "\nshould say: " << word;
    EXPECT_EQ(run.message.find('\n'), std::string::npos) << run.message;
  }

  ExtractedTracks features(const Plan& plan, const fs::path& cache) {
    FileHashes fresh({});
    const PlannedRun& run = plan.runs.front();
    const FeatureCache features(cache);
    return extract_all({.data = *run.data,
                        .excerpt = run.spec.excerpt,
                        .features = run.spec.features,
                        .registry = registry_,
                        .cache = features,
                        .hashes = fresh},
                       {});
  }

  /// Whatever the cache has for the files that are there now is what they give without it.
  void expect_sound_cache() {
    const Plan now = plan();
    const ExtractedTracks with = features(now, cache_ / "features"), without = features(now, {});
    EXPECT_EQ(with.features, without.features);
    EXPECT_EQ(without.n_cached, 0u);
  }

  TemporaryFolder folder_;
  fs::path music_, cache_;
  Meanwhile meanwhile_, during_fit_;
  Registry registry_;
  FileHashes hashes_{{}, 0.05};
  SilentProgress progress_;
};

TEST_F(ChangingFiles,
       ASongExchangedAfterThePlanFailsTheRunAndNoFeaturesAreCachedUnderAnotherSongsName) {
  for (const FileChange& change : file_changes()) {
    SCOPED_TRACE(change.name);
    fs::remove_all(folder_.path());
    write_songs(music_);
    const Plan planned = plan();
    change.apply(song(3), song(6));
    EXPECT_EQ(run(planned).n_failed, 1u);
    expect_failed(planned,
                  {change.name == "exchanged by mv" ? "song" : "song3.wav",
                   ".wav: the file changed since the run was planned; run the command again"});
    expect_sound_cache();
    const Plan again = plan();
    EXPECT_NE(again.runs.front().id, planned.runs.front().id);
    EXPECT_EQ(run(again).n_done, 1u);
  }
}

TEST_F(ChangingFiles, SoDoesOneThatIsExchangedBetweenTheTracksOfTheExtraction) {
  const Plan planned = plan();
  bool exchanged = false;
  run(planned, [&] {
    if (exchanged || n_cached_features() < 2) return false;
    for (int t = 0; t < kTracks; t += 2) exchange(song(t), song(t + 1));
    exchanged = true;
    return false;
  });
  EXPECT_TRUE(exchanged);
  expect_failed(planned, {"the file changed since the run was planned"});
  expect_sound_cache();
}

TEST_F(ChangingFiles, SoDoesOneThatChangesWhileItIsDecoded) {
  for (const FileChange& change : file_changes()) {
    SCOPED_TRACE(change.name);
    fs::remove_all(folder_.path());
    write_songs(music_);
    const Plan planned = plan();
    std::string name;
    meanwhile_.act = [&](const fs::path& file) {
      name = file.filename().string();
      change.apply(file, other_than(file));
    };
    EXPECT_EQ(run(planned).n_failed, 1u);
    expect_failed(planned,
                  {name + ": the file changed since the run was planned; run the command again"});
    expect_sound_cache();
  }
}

TEST_F(ChangingFiles, OneThatIsCutWhileItIsDecodedIsNoDamagedFile) {
  const Plan planned = plan();
  meanwhile_.act = [](const fs::path& file) { fs::resize_file(file, 5000); };
  run(planned);
  expect_failed(planned, {": the file changed since the run was planned"});
  const Plan again = plan();
  EXPECT_EQ(run(again).n_done, 1u) << "now it is";
  ASSERT_EQ(bad_tracks(again).size(), 1u);
  EXPECT_NE(bad_tracks(again)[0].message.find("cut short"), std::string::npos);
}

TEST_F(ChangingFiles, SectionsAreOfTheSongWhoseNameTheyHave) {
  for (const std::string task : {"classification", "segmentation"}) {
    SCOPED_TRACE(task);
    fs::remove_all(folder_.path());
    write_songs(music_);
    const auto planned_with = [&] {
      std::string text =
          "dataset: {name: songs, root: \"" + music_.string() + "\"}\nexcerpt: {name: halves}\n";
      text += task == "segmentation" ? "task: segmentation\n"
                                     : "split: {kind: stratified}\nfeatures: {name: "
                                       "mfcc_statistics}\nmethod: {name: first}\n";
      return make_plan(load_experiment(folder_.write("experiment.yaml", text), {}, registry_),
                       registry_, cache_, hashes_, progress_);
    };
    const Plan planned = planned_with();
    meanwhile_.act = [&](const fs::path& file) { exchange(file, other_than(file)); };
    run(planned);
    expect_failed(planned, {"the file changed since the run was planned"});
    EXPECT_FALSE(fs::exists(cache_ / "sections") && !fs::is_empty(cache_ / "sections"))
        << "what was found is of neither song for certain";
    EXPECT_EQ(run(planned_with()).n_done, 1u);
  }
}

TEST_F(ChangingFiles, FeaturesThatAreCachedNeedNoFile) {
  const Plan planned = plan();
  EXPECT_EQ(features(planned, cache_ / "features").n_computed, static_cast<std::size_t>(kTracks));
  fs::remove_all(music_);
  EXPECT_EQ(run(planned).n_done, 1u) << "they are of the content that the plan names";
  EXPECT_TRUE(bad_tracks(planned).empty());
}

TEST_F(ChangingFiles, OneThatCannotBeReadForTheMomentFailsTheRunAndTheSameRunIsDoneOnceItCan) {
  const std::map<std::string, std::function<void()>> ways = {
      {"No such file", [] {}},
      {"it is a folder", [&] { fs::create_directories(song(2)); }},
      {"No such file or directory", [&] { fs::create_symlink(folder_ / "nowhere", song(2)); }},
      {"it is no regular file", [&] { ASSERT_EQ(::mkfifo(song(2).c_str(), 0600), 0); }}};
  for (const auto& [reason, replace] : ways) {
    SCOPED_TRACE(reason);
    fs::remove_all(folder_ / "runs.db");
    fs::remove_all(cache_);
    const Plan planned = plan();
    fs::rename(song(2), folder_ / "away.wav");
    replace();
    EXPECT_EQ(run(planned).n_failed, 1u);
    expect_failed(planned, {"song2.wav: cannot be read: " + reason});
    EXPECT_TRUE(bad_tracks(planned).empty());
    fs::remove(song(2));
    fs::rename(folder_ / "away.wav", song(2));
    const Plan again = plan();
    EXPECT_EQ(again.runs.front().id, planned.runs.front().id);
    EXPECT_EQ(run(again).n_done, 1u);
    EXPECT_TRUE(bad_tracks(again).empty());
  }
}

TEST_F(ChangingFiles, OneThatVanishesWhileItIsDecodedIsNoDamagedFile) {
  const Plan planned = plan();
  meanwhile_.act = [&](const fs::path& file) {
    fs::rename(file, folder_ / "away.wav");
    throw DataError("the decoder stopped");
  };
  run(planned);
  expect_failed(planned, {".wav: cannot be read: No such file"});
}

TEST_F(ChangingFiles, ARunThatIsTriedAgainReadsTheFileOnceItIsBack) {
  const Plan planned = plan({{"retries", "3"}, {"retry_backoff_s", "0.01"}});
  fs::rename(song(2), folder_ / "away.wav");
  const auto store = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
  bool back = false;
  const RunnerSummary summary =
      execute(planned, *store, registry_, hashes_,
              {.interrupted =
                   [&] {
                     if (!back && !progress_.messages.empty()) {  // it
                                                                  // failed
                                                                  // once
                       fs::rename(folder_ / "away.wav", song(2));
                       back = true;
                     }
                     return false;
                   }},
              progress_);
  EXPECT_EQ(summary.n_done, 1u);
  EXPECT_EQ(progress_.messages.size(), 1u);
  EXPECT_NE(progress_.messages[0].find("will be tried again"), std::string::npos)
      << progress_.messages[0];
}

TEST_F(ChangingFiles, OneThatCouldNotBeReadWhenTheRunWasPlannedIsABadTrackOfAnotherRun) {
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  const Plan whole = plan();  // hashes_ remembers it
  const std::vector<std::pair<std::string, std::function<void()>>> ways = {
      {"cannot be read: No such file", [] {}},
      {"cannot be read: it is a folder", [&] { fs::create_directories(song(2)); }},
      {"cannot be read: it is no regular file",
       [&] { ASSERT_EQ(::mkfifo(song(2).c_str(), 0600), 0); }}};
  for (const auto& [reason, replace] : ways) {
    SCOPED_TRACE(reason);
    fs::remove(folder_ / "runs.db");
    fs::rename(song(2), folder_ / "away.wav");
    replace();
    const Plan planned = plan();
    EXPECT_NE(planned.runs.front().id, whole.runs.front().id);
    fs::remove(song(2));
    fs::rename(folder_ / "away.wav", song(2));  // whatever it is now, the run is without it
    run(planned);
    EXPECT_EQ(to_string(record(planned).status), "done") << record(planned).message;
    ASSERT_EQ(bad_tracks(planned).size(), 1u);
    EXPECT_EQ(bad_tracks(planned)[0].track, "song2");
    EXPECT_NE(bad_tracks(planned)[0].message.find("song2.wav: " + reason), std::string::npos)
        << bad_tracks(planned)[0].message;
  }
  const Plan again = plan();
  EXPECT_EQ(again.runs.front().id, whole.runs.front().id);
  const RunnerSummary summary = run(again);
  EXPECT_EQ(summary.n_already_done, 0u);
  EXPECT_EQ(summary.n_done, 1u) << "it is offered once the file can be read";
  EXPECT_TRUE(bad_tracks(again).empty());
}

TEST_F(ChangingFiles, ADamagedFileIsStillABadTrack) {
  fs::resize_file(song(2), 5000);
  folder_.write("music/song5.wav", "no sound at all");
  const Plan planned = plan();
  EXPECT_EQ(run(planned).n_done, 1u);
  EXPECT_EQ(bad_tracks(planned).size(), 2u);
}

TEST_F(ChangingFiles, AMethodsWeightsMustBeThoseOfThePlan) {
  const fs::path weights = folder_.write("weights", "some numbers");
  const std::string method = "{name: first, weights: \"" + weights.string() + "\"}";
  const auto fresh = [&] {
    fs::remove_all(folder_ / "runs.db");
    write_over(weights, "some numbers");
    return plan({{"method", method}});
  };
  Plan planned = fresh();
  write_over(weights, "some numberz");
  run(planned);
  expect_failed(planned,
                {"weights: the file changed since the run was planned; run the command again"});

  planned = fresh();
  during_fit_.act = [&](const fs::path&) { write_over(weights, "some numberz"); };
  run(planned);
  expect_failed(planned, {"weights: the file changed since the run was planned"});

  planned = fresh();
  fs::remove(weights);
  run(planned);
  expect_failed(planned, {"weights: cannot be read: No such file"});

  planned = fresh();
  during_fit_.act = [&](const fs::path&) { fs::create_hard_link(weights, folder_ / "backup"); };
  EXPECT_EQ(run(planned).n_done, 1u) << "a second name is no change";
}

// Data that lie in several places.

class SeveralRoots : public ChangingFiles {
 protected:
  Plan plan_over(const std::vector<fs::path>& roots, const std::string& other_keys = {}) {
    std::string list;
    for (const fs::path& root : roots)
      list += (list.empty() ? "\"" : ", \"") + root.string() + "\"";
    const std::string text =
        "name: e\ndataset: {name: songs}\nexcerpt: {name: whole}\nsplit: {kind: "
        "stratified}\nfeatures: {name: mfcc_statistics}\nmethod: {name: first}\nseeds: [0, 1]\n" +
        other_keys + "sweep: {grid: {dataset.root: [" + list + "]}}\n";
    progress_.messages.clear();
    return make_plan(load_experiment(folder_.write("experiment.yaml", text), {}, registry_),
                     registry_, cache_, hashes_, progress_);
  }
};

TEST_F(SeveralRoots, OfEqualContentAreOneRunEachSaidOnce) {
  fs::copy(music_, folder_ / "copy");
  fs::create_directory_symlink(music_, folder_ / "link");
  fs::create_directories(folder_ / "linked");
  for (const auto& entry : fs::directory_iterator(music_))
    fs::create_hard_link(entry.path(), folder_ / "linked" / entry.path().filename());
  for (const char* other : {"copy", "link", "linked"}) {
    const Plan two = plan_over({music_, folder_ / other});
    EXPECT_EQ(two.runs.size(), 2u) << other;
    EXPECT_EQ(progress_.messages,
              (std::vector<std::string>{"e: 2 of 4 runs repeat others and are done once: "
                                        "dataset.root names data of equal content"}));
  }
  const Plan four = plan_over({music_, folder_ / "copy", folder_ / "link", folder_ / "linked"});
  EXPECT_EQ(progress_.messages,
            (std::vector<std::string>{"e: 6 of 8 runs repeat others and are done once: "
                                      "dataset.root names data of equal content"}));
  const RunnerSummary summary = run(four);
  EXPECT_EQ(summary.n_runs, 2u);
  EXPECT_EQ(summary.n_done, 2u);
  const auto store = RunStore::open(folder_ / "runs.db", RunStore::Mode::read);
  EXPECT_EQ(store->runs("e").size(), 2u);
  EXPECT_EQ(store->experiments().front().run_ids.size(), 2u);
}

TEST_F(SeveralRoots, OfOtherContentAreRunsOfTheirOwn) {
  fs::copy(music_, folder_ / "copy");
  write_over(folder_ / "copy/song3.wav", content_of(song(4)));
  EXPECT_EQ(plan_over({music_, folder_ / "copy"}).runs.size(), 4u);
  EXPECT_TRUE(progress_.messages.empty());
}

TEST_F(SeveralRoots, AndWeightsOfEqualContentAreOneRunToo) {
  const fs::path one = folder_.write("one.weights", "w"), two = folder_.write("two.weights", "w"),
                 three = folder_.write("three.weights", "v");
  const std::string text = "name: e\ndataset: {name: songs, root: \"" + music_.string() +
                           "\"}\nsplit: {kind: stratified}\nexcerpt: {name: whole}\nfeatures: "
                           "{name: mfcc_statistics}\n" +
                           "method: {name: first}\nsweep: {grid: {method.weights: [\"" +
                           one.string() + "\", \"" + two.string() + "\", \"" + three.string() +
                           "\"]}}\n";
  const Plan p = make_plan(load_experiment(folder_.write("experiment.yaml", text), {}, registry_),
                           registry_, cache_, hashes_, progress_);
  EXPECT_EQ(p.runs.size(), 2u);
  EXPECT_EQ(progress_.messages,
            (std::vector<std::string>{"e: 1 of 3 runs repeat others and are done once: "
                                      "method.weights names data of equal content"}));
}

}  // namespace
}  // namespace genrebench
