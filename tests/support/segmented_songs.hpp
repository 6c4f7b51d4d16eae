#pragma once
// Songs of known sections, a segmenting excerpt that counts what it is asked, and a fixture that
// runs experiments on them.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <numbers>

#include "base/random.hpp"
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
}

namespace genrebench::testing::segmentation {

namespace fs = std::filesystem;

inline constexpr int kRateHz = 8000;

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
inline void append_sound(std::vector<float>& song, char letter, int genre, double seconds,
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
inline std::vector<Section> write_song(const fs::path& file,
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

inline const std::string kSem = "{name: sem, rate_hz: auto, window_s: 0.25, ar_order: 8}";

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

}  // namespace genrebench::testing::segmentation
