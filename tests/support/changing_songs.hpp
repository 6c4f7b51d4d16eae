#pragma once
// Songs whose files change between the plan and the end of a run, and a fixture that runs
// experiments on them.

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
}

namespace genrebench::testing::changing {

namespace fs = std::filesystem;

inline constexpr int kTracks = 8;

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
        {{.name = "as_it_is", .summary = "For tests."},
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
        {"excerpt", "{name: as_it_is}"},
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

}  // namespace genrebench::testing::changing
