// From a plan to the store: what is run, what methods may see, what is recorded.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "base/random.hpp"
#include "harness/data/extraction.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plan/stored_plan.hpp"
#include "harness/workers/run_queue.hpp"
#include "harness/workers/worker.hpp"
#include "signal/audio/audio.hpp"
#include "support/memory_dataset.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace {

using testing::MemoryDataset;
using testing::SilentProgress;
using testing::TemporaryFolder;

/// What the methods of these tests were shown.
struct Seen {
  std::vector<Examples> fits;
  std::vector<Examples> predictions;
  std::vector<float> first_training_rows;
};

struct NearestMeanOptions {
  double shrink = 0.0;  ///< 1 makes all means equal: useless on purpose
};

class NearestMean final : public Method {
 public:
  NearestMean(double shrink, Seen& seen) : shrink_(shrink), seen_(seen) {}

  void fit(const Examples& train, const Examples& valid, FitContext& context) override {
    seen_.fits.push_back(train);
    seen_.fits.push_back(valid);
    const Eigen::MatrixXd rows = to_rows(train);
    for (Eigen::Index i = 0; i < rows.rows(); ++i)
      seen_.first_training_rows.push_back(static_cast<float>(rows(i, 0)));
    means_ = Eigen::MatrixXd::Zero(train.n_classes, rows.cols());
    Eigen::VectorXd counts = Eigen::VectorXd::Zero(train.n_classes);
    for (std::size_t i = 0; i < train.size(); ++i) {
      means_.row(train.labels[i]) += rows.row(static_cast<Eigen::Index>(i));
      ++counts[train.labels[i]];
    }
    for (Eigen::Index c = 0; c < counts.size(); ++c)
      means_.row(c) *= (1.0 - shrink_) / std::max(1.0, counts[c]);
    context.curve("loss", "train", 0, 1.0);
    context.note("n", static_cast<double>(train.size()));
  }

  Predictions predict(const Examples& examples) const override {
    seen_.predictions.push_back(examples);
    const Eigen::MatrixXd rows = to_rows(examples);
    Predictions result;
    result.probabilities.resize(rows.rows(), means_.rows());
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
      const Eigen::ArrayXd score =
          (-(means_.rowwise() - rows.row(i)).rowwise().squaredNorm()).array().exp() + 1e-300;
      result.probabilities.row(i) = score / score.sum();
    }
    result.labels = most_probable(result.probabilities);
    return result;
  }

 private:
  double shrink_;
  Seen& seen_;
  Eigen::MatrixXd means_;
};

/// Two genres by two artists each and more, one feature that tells them apart and one of huge
/// scale.
std::unique_ptr<Dataset> small_dataset() {
  auto dataset = std::make_unique<MemoryDataset>(std::vector<std::string>{"high", "low"});
  Random random(1);
  for (int t = 0; t < 40; ++t) {
    const int genre = t % 2;
    const std::string number = std::to_string(100 + t);
    dataset->add("track" + number, genre, "artist" + std::to_string(t / 4) + std::to_string(genre),
                 {static_cast<float>((genre == 0 ? 2.0 : -2.0) + random.normal()),
                  static_cast<float>(1e6 * random.normal())});
  }
  return dataset;
}

class Pipeline : public ::testing::Test {
 protected:
  Pipeline() {
    register_all_pipeline(registry_);
    registry_.datasets.add({{.name = "small", .summary = "For tests."},
                            [](const OptionValues&, const Registry&) { return small_dataset(); }});
    static const auto options = OptionTable<NearestMeanOptions>().number(
        "shrink", &NearestMeanOptions::shrink, 0, 1, "How much.");
    registry_.methods.add(
        {{.name = "nearest_mean", .summary = "For tests.", .options = options.schema()},
         false,
         [this](const OptionValues& values, std::uint64_t) {
           return std::make_unique<NearestMean>(options.parse(values).shrink, seen_);
         }});
    registry_.methods.add({{.name = "broken", .summary = "For tests."},
                           false,
                           [](const OptionValues&, std::uint64_t) -> std::unique_ptr<Method> {
                             throw std::runtime_error("it broke");
                           }});
    registry_.methods.add({{.name = "shaky", .summary = "For tests."},
                           false,
                           [this](const OptionValues&, std::uint64_t) -> std::unique_ptr<Method> {
                             if (++n_attempts_ < 3) throw std::runtime_error("it shook");
                             return std::make_unique<NearestMean>(0.0, seen_);
                           }});
    registry_.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
  }

  Plan plan(const std::string& text) {
    const auto file = folder_.write("experiment.yaml",
                                    "dataset: {name: small}\nfeatures: {name: table}\n" + text);
    return make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_);
  }

  RunnerSummary run(const Plan& plan, const std::string& database = "runs.db") {
    const auto store = RunStore::open(folder_ / database, RunStore::Mode::write);
    return execute(plan, *store, registry_, hashes_, {}, progress_);
  }

  std::unique_ptr<RunStore> store(const std::string& database = "runs.db") {
    return RunStore::open(folder_ / database, RunStore::Mode::read);
  }

  TemporaryFolder folder_;
  Registry registry_;
  FileHashes hashes_{{}};
  SilentProgress progress_;
  Seen seen_;
  int n_attempts_ = 0;  ///< of the method shaky
};

TEST_F(Pipeline, RecordsMetricsPredictionsCurvesAndFacts) {
  const Plan p = plan("method: {name: nearest_mean}\n");
  const RunnerSummary summary = run(p);
  EXPECT_EQ(summary.n_done, 1u);
  const auto s = store();
  const RunRecord record = s->run(p.runs[0].id).value();
  EXPECT_EQ(record.status, RunStatus::done);
  EXPECT_EQ(record.fact("split.leaky"), "false");
  EXPECT_EQ(record.fact_list("split.groups"), std::vector<std::string>{"artist"});
  EXPECT_EQ(record.fact_list("dataset.genres"), (std::vector<std::string>{"high", "low"}));
  EXPECT_EQ(record.fact("split.clusters"), "artist");
  for (const auto& [by_genre, all] : {std::pair("split.train_by_genre", "split.n_train"),
                                      std::pair("split.test_by_genre", "split.n_test")}) {
    const std::vector<std::string> counts = record.fact_list(by_genre);
    ASSERT_EQ(counts.size(), 2u) << by_genre;
    EXPECT_GT(std::stoi(counts[0]), 0);
    EXPECT_EQ(std::stoi(counts[0]) + std::stoi(counts[1]), std::stoi(record.fact(all))) << by_genre;
  }
  EXPECT_EQ(record.fact("fit.n"), record.fact("split.n_train_examples"));
  const auto predictions = s->predictions(record.id, "test");
  EXPECT_EQ(std::to_string(predictions.size()), record.fact("split.n_test"));
  const auto hits = std::count_if(predictions.begin(), predictions.end(),
                                  [](const auto& p_) { return p_.truth == p_.predicted; });
  EXPECT_DOUBLE_EQ(s->metric(record.id, "test", "accuracy").value(),
                   static_cast<double>(hits) / static_cast<double>(predictions.size()));
  EXPECT_GT(s->metric(record.id, "test", "accuracy").value(), 0.8);
}

TEST_F(Pipeline, ARunThatIsDoneIsNotRunAgainUnlessSomethingChanged) {
  run(plan("method: {name: nearest_mean}\nseeds: [0, 1]\n"));
  const std::size_t fits = seen_.fits.size();
  const RunnerSummary again = run(plan("method: {name: nearest_mean}\nseeds: [0, 1]\n"));
  EXPECT_EQ(again.n_already_done, 2u);
  EXPECT_EQ(again.n_done, 0u);
  EXPECT_EQ(seen_.fits.size(), fits);
  EXPECT_EQ(run(plan("method: {name: nearest_mean, shrink: 0.1}\nseeds: [0, 1]\n")).n_done, 2u);
}

TEST_F(Pipeline, AMethodNeverSeesATestLabel) {
  run(plan("method: {name: nearest_mean}\nsplit: {valid_fraction: 0.2}\n"));
  for (const Examples& examples : seen_.predictions) EXPECT_TRUE(examples.labels.empty());
  std::set<int> trained(seen_.fits[0].tracks.begin(), seen_.fits[0].tracks.end());
  for (const int t : seen_.fits[1].tracks) EXPECT_FALSE(trained.contains(t));
}

TEST_F(Pipeline, TheTestPartIsPredictedOnceWhateverIsTuned) {
  const Plan p = plan(
      "method: {name: nearest_mean, tune: {shrink: [1.0, 0.0, 0.5]}}\nsplit: {valid_fraction: "
      "0.2}\n");
  run(p);
  std::set<int> test;
  for (std::size_t t = 0; t < p.runs[0].split->parts.size(); ++t)
    if (p.runs[0].split->parts[t] == Part::test) test.insert(static_cast<int>(t));
  const auto looks =
      std::count_if(seen_.predictions.begin(), seen_.predictions.end(),
                    [&](const Examples& e) { return test.contains(e.tracks.front()); });
  EXPECT_EQ(looks, 1);
  EXPECT_EQ(store()->run(p.runs[0].id)->fact("tuned.shrink"), "0")
      << "shrink 1 cannot tell the genres apart";
  EXPECT_TRUE(store()->metric(p.runs[0].id, "valid", "tune/shrink=1").has_value());
}

TEST_F(Pipeline, StandardisationUsesTheTrainingTracksAlone) {
  run(plan("method: {name: nearest_mean}\n"));
  double sum = 0.0, squares = 0.0;
  for (const float value : seen_.first_training_rows) {
    sum += value;
    squares += value * value;
  }
  const double n = static_cast<double>(seen_.first_training_rows.size());
  EXPECT_NEAR(sum / n, 0.0, 1e-6);
  EXPECT_NEAR(squares / n, 1.0, 1e-5);
}

TEST_F(Pipeline, AFailedRunIsRecordedAndTheOthersGoOn) {
  const Plan p = plan("sweep: {grid: {method.name: [broken, nearest_mean]}}\n");
  const RunnerSummary summary = run(p);
  EXPECT_EQ(summary.n_failed, 1u);
  EXPECT_EQ(summary.n_done, 1u);
  EXPECT_EQ(store()->run(p.runs[0].id)->status, RunStatus::failed);
  EXPECT_EQ(store()->run(p.runs[0].id)->message, "it broke");
}

TEST_F(Pipeline, ARunThatFailsIsTriedAgainWhereTheExperimentSaysSo) {
  EXPECT_EQ(run(plan("method: {name: shaky}\nretries: 1\nretry_backoff_s: 0\n")).n_failed, 1u);
  EXPECT_EQ(n_attempts_, 2);
  n_attempts_ = 0;
  const RunnerSummary summary =
      run(plan("method: {name: shaky}\nretries: 2\nretry_backoff_s: 0.01\n"));
  EXPECT_EQ(summary.n_failed, 0u);
  EXPECT_EQ(summary.n_done, 1u);
  EXPECT_EQ(n_attempts_, 3);
  EXPECT_EQ(progress_.messages.back(),
            "will be tried again: shaky on full of small, seed 0: it shook");
}

TEST_F(Pipeline, HowOftenARunIsTriedIsNoPartOfItsIdentity) {
  EXPECT_EQ(
      plan("method: {name: shaky}\nretries: 7\nmax_losses: 3\nkeep_model: false\n").runs[0].id,
      plan("method: {name: shaky}\n").runs[0].id);
}

TEST_F(Pipeline, FailFastLeavesTheRestForLater) {
  const Plan p = plan("sweep: {grid: {method.name: [broken, nearest_mean]}}\nseeds: [0, 1]\n");
  const auto opened = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
  const RunnerSummary summary =
      execute(p, *opened, registry_, hashes_, {.fail_fast = true}, progress_);
  EXPECT_EQ(summary.n_failed, 1u);
  EXPECT_EQ(summary.n_left, 3u);
  EXPECT_FALSE(summary.interrupted);
}

TEST_F(Pipeline, WhatAStoreHasLeftIsTheSamePlanAgainWithTheHandlingThatWasAskedForLast) {
  run(plan("sweep: {grid: {method.name: [broken, nearest_mean]}}\nseeds: [0, 1]\n"));
  const Plan asked =
      plan("sweep: {grid: {method.name: [broken, nearest_mean]}}\nseeds: [0, 1]\nretries: 4\n");
  const auto opened = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
  EXPECT_EQ(record_plan(asked, *opened, registry_, progress_), 2u);
  const Plan left = stored_plan(*opened, "experiment", registry_, {}, hashes_, progress_);
  ASSERT_EQ(left.runs.size(), 2u) << "what is done is not planned again";
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(left.runs[i].id, asked.runs[i].id);
    EXPECT_EQ(left.runs[i].spec.method.name, "broken");
    EXPECT_EQ(left.runs[i].spec.options.retries, 4);
  }
  EXPECT_EQ(opened->runs("experiment").size(), 4u);
  EXPECT_THROW_SAYING(stored_plan(*opened, "experimnt", registry_, {}, hashes_, progress_),
                      ConfigError, "experimnt", "experiment");
}

TEST_F(Pipeline, AStoredPlanWhoseDataChangedIsRefused) {
  const Plan p = plan("method: {name: nearest_mean}\n");
  const auto opened = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
  record_plan(p, *opened, registry_, progress_);
  Registry changed;
  register_all_pipeline(changed);
  changed.methods.add(registry_.methods.get("nearest_mean", "test"));
  changed.datasets.add(
      {{.name = "small", .summary = "For tests."}, [](const OptionValues&, const Registry&) {
         auto dataset = std::make_unique<MemoryDataset>(std::vector<std::string>{"high", "low"});
         for (int t = 0; t < 40; ++t)
           dataset->add("other" + std::to_string(t), t % 2, "artist" + std::to_string(t),
                        {1.0f, 2.0f});
         return dataset;
       }});
  EXPECT_THROW_SAYING(stored_plan(*opened, "experiment", changed, {}, hashes_, progress_),
                      DataError, "runs.db", "the dataset changed");
}

TEST_F(Pipeline, CheapRunsComeFirstByWhatTheyTookEarlierElseByTheirEpochs) {
  const Plan p = plan("sweep: {grid: {method.name: [broken, nearest_mean, shaky]}}\n");
  const auto opened = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
  record_plan(p, *opened, registry_, progress_);
  const auto take = [&](std::size_t run, double wall_s) {
    RunResult result;
    result.wall_s = wall_s;
    opened->finish(opened->claim(p.runs[run].id, opened->join(this_process(), 10.0), {}).lease,
                   result);
  };
  take(0, 200.0);
  take(1, 3.0);
  take(2, 0.05);
  const auto names = [&](RunOrder order) {
    std::vector<std::string> result;
    for (const PlannedRun* run : ordered_runs(p, RunEstimates(opened.get()), order))
      result.push_back(run->spec.method.name);
    return result;
  };
  EXPECT_EQ(names(RunOrder::cheap), (std::vector<std::string>{"shaky", "nearest_mean", "broken"}));
  EXPECT_EQ(names(RunOrder::listed), (std::vector<std::string>{"broken", "nearest_mean", "shaky"}));
}

TEST_F(Pipeline, EveryRunSaysWhatItTook) {
  const Plan p = plan("method: {name: nearest_mean}\n");
  run(p);
  const auto environment = store()->environment(p.runs[0].id);
  EXPECT_GE(std::stod(environment.at("resources.cpu_s")), 0.0);
  EXPECT_GT(std::stoll(environment.at("resources.peak_memory_bytes")), 1000000);
}

TEST_F(Pipeline, TwoDatabasesHoldTheSameBits) {
  const Plan p = plan("method: {name: nearest_mean}\nseeds: [0, 1, 2]\n");
  run(p, "one.db");
  run(p, "two.db");
  const auto one = store("one.db"), two = store("two.db");
  for (const PlannedRun& r : p.runs) {
    const auto a = one->metrics(r.id), b = two->metrics(r.id);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].value, b[i].value);
    const auto pa = one->predictions(r.id, "test"), pb = two->predictions(r.id, "test");
    ASSERT_EQ(pa.size(), pb.size());
    for (std::size_t i = 0; i < pa.size(); ++i) EXPECT_EQ(pa[i].probabilities, pb[i].probabilities);
  }
}

TEST_F(Pipeline, TuningWithoutAValidationPartIsRefusedBeforeAnythingRuns) {
  EXPECT_THROW_SAYING(plan("method: {name: nearest_mean, tune: {shrink: [0, 1]}}\n"), ConfigError,
                      "validation part", "valid_fraction");
}

TEST_F(Pipeline, PluginsThatDoNotGoTogetherAreRefusedWhereNothingElseIsLeft) {
  const auto file = folder_.write(
      "x.yaml",
      "dataset: {name: small}\nfeatures: {name: log_mel}\nmethod: {name: nearest_mean}\n");
  EXPECT_THROW_SAYING(
      make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_),
      ConfigError, "features.summary");
}

TEST_F(Pipeline, AudioFeaturesOfADatasetWithoutAudioFailClearly) {
  const auto file = folder_.write(
      "x.yaml",
      "dataset: {name: small}\nfeatures: {name: mfcc_statistics}\nmethod: {name: nearest_mean}\n");
  const Plan p = make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_);
  EXPECT_EQ(run(p).n_failed, 1u);
  EXPECT_NE(store()->run(p.runs[0].id)->message.find("no audio"), std::string::npos);
}

TEST_F(Pipeline, AGeneratedDatasetIsMadeOnceForEachOfItsOptionsPathsIncluded) {
  struct Options {
    std::string root, source_root;
    int seed = 0;
  };
  static const auto table = OptionTable<Options>()
                                .path("root", &Options::root, "Where.")
                                .path("source_root", &Options::source_root, "From where.")
                                .integer("seed", &Options::seed, 0, 9, "Seed.");
  DatasetPlugin plugin;
  plugin.name = "made";
  plugin.options = table.schema();
  plugin.generated = true;
  std::vector<std::string> roots;
  int n_written = 0;
  plugin.make = [&](const OptionValues& values, const Registry& registry) {
    EXPECT_EQ(&registry, &registry_);
    roots.push_back(table.parse(values).root);
    return small_dataset();
  };
  plugin.write = [&](const OptionValues&, const Registry& registry, const std::filesystem::path&,
                     const DatasetPlugin::Progress&) {
    EXPECT_EQ(&registry, &registry_);
    ++n_written;
  };
  registry_.datasets.add(plugin);
  const auto open = [&](const OptionValues& options) {
    open_dataset({"made", plugin.options.resolve(options, "test")}, registry_, folder_ / "cache",
                 hashes_, progress_);
    return roots.back();
  };
  const std::string first = open({{"source_root", std::string("a")}});
  EXPECT_EQ(open({{"source_root", std::string("a")}}), first);
  EXPECT_EQ(open({{"source_root", (std::filesystem::current_path() / "a").string()}}), first)
      << "the same place";
  EXPECT_EQ(n_written, 1);
  EXPECT_NE(open({{"source_root", std::string("b")}}), first);
  EXPECT_NE(open({{"source_root", std::string("a")}, {"seed", std::int64_t{1}}}), first);
  EXPECT_EQ(n_written, 3);
  EXPECT_EQ(open({{"root", std::string("elsewhere")}}), "elsewhere");
  EXPECT_EQ(n_written, 3);
}

TEST_F(Pipeline, AGeneratedDatasetIsNamedByTheContentOfItsSourceNotByItsPlace) {
  struct Options {
    std::string root, source_root;
  };
  static const auto table = OptionTable<Options>()
                                .path("root", &Options::root, "Where.")
                                .path("source_root", &Options::source_root, "From where.");
  static const auto source_table = OptionTable<Options>().path("root", &Options::root, "Where.");
  /// One genre of files that are there.
  class Files final : public MemoryDataset {
   public:
    explicit Files(const std::filesystem::path& root) : MemoryDataset({"all"}) {
      std::set<std::filesystem::path> files;
      for (const auto& entry : std::filesystem::directory_iterator(root))
        files.insert(entry.path());
      for (const auto& file : files)
        tracks_.push_back({.id = file.filename().string(),
                           .genre = 0,
                           .audio = file,
                           .groups = {},
                           .features = {}});
    }
    const std::vector<Track>& tracks() const override { return tracks_; }

   private:
    std::vector<Track> tracks_;
  };
  int source_version = 1;
  std::function<void()> meanwhile = [] {};
  int n_written = 0;
  DatasetPlugin plugin;
  plugin.name = "made_from_files";
  plugin.options = table.schema();
  plugin.generated = true;
  plugin.make = [](const OptionValues&, const Registry&) { return small_dataset(); };
  plugin.write = [&](const OptionValues&, const Registry&, const std::filesystem::path&,
                     const DatasetPlugin::Progress&) {
    ++n_written;
    meanwhile();
  };
  plugin.built_from = [&](const OptionValues& values, const Registry&) {
    return SourceDataset{.version = "files " + std::to_string(source_version),
                         .dataset = std::make_unique<Files>(table.parse(values).source_root)};
  };
  registry_.datasets.add(plugin);
  const auto n_made_by_opening = [&](const std::filesystem::path& source) {
    const int before = n_written;
    open_dataset(
        {"made_from_files", plugin.options.resolve({{"source_root", source.string()}}, "test")},
        registry_, folder_ / "cache", hashes_, progress_);
    return n_written - before;
  };
  folder_.write("source/a", "first song");
  folder_.write("source/b", "second song");
  EXPECT_EQ(n_made_by_opening(folder_ / "source"), 1);
  EXPECT_EQ(n_made_by_opening(folder_ / "source"), 0);
  std::filesystem::rename(folder_ / "source", folder_ / "moved");
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 0) << "the same source in another place";
  folder_.write("moved/a", "first sonG");
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 1) << "a file changed";
  std::filesystem::rename(folder_ / "moved/a", folder_ / "moved/c");
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 1) << "a track has another name";
  folder_.write("moved/d", "third song");
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 1) << "a track joined";
  source_version = 2;
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 1) << "the source's plug-in reads it otherwise";
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 0);
  folder_.write("moved/d", "fourth song");
  meanwhile = [&] { folder_.write("moved/d", "fifth song"); };
  EXPECT_THROW_SAYING(n_made_by_opening(folder_ / "moved"), FileChanged, "made_from_files",
                      "its source changed while the dataset was made");
  meanwhile = [] {};
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 1)
      << "what was made of a changing source is not kept";
}

class Extraction : public Pipeline {
 protected:
  std::filesystem::path noise(const std::string& name, double seconds, std::uint64_t seed) {
    Random random(seed);
    std::vector<float> samples(static_cast<std::size_t>(seconds * 22050));
    for (float& s : samples) s = static_cast<float>(0.3 * random.uniform(-1, 1));
    write_wav(folder_ / name, samples, 22050);
    return folder_ / name;
  }
  std::unique_ptr<Feature> feature(const std::string& name, OptionValues options = {}) {
    const FeaturePlugin& plugin = registry_.features.get(name, "test");
    return plugin.make(plugin.options.resolve(options, "test"));
  }
  std::unique_ptr<Excerpt> excerpt(const std::string& name, OptionValues options = {}) {
    const ExcerptPlugin& plugin = registry_.excerpts.get(name, "test");
    return plugin.make(plugin.options.resolve(options, "test"));
  }
};

TEST_F(Extraction, ChunksHaveTheFeaturesOfTheirSamplesAlone) {
  const auto file = noise("a.wav", 7.4, 1);
  const auto mfcc = feature("mfcc");
  const auto chunks = extract(file, *excerpt("chunks"), *mfcc);
  ASSERT_EQ(chunks.size(), 2u) << "the remainder of 1.4 s is dropped";
  const std::vector<float> samples = read_audio(file);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto stream = mfcc->stream(0);
    stream->push(std::span(samples).subspan(i * 66150, 66150));
    EXPECT_EQ(chunks[i], stream->finish()) << i;
  }
}

TEST_F(Extraction, OverlappingChunksAreEachWhole) {
  const auto file = noise("a.wav", 10.0, 2);
  const auto chunks = extract(file, *excerpt("chunks", {{"hop_s", 1.0}}), *feature("mfcc"));
  ASSERT_EQ(chunks.size(), 8u);
  const std::vector<float> samples = read_audio(file);
  const auto stream = feature("mfcc")->stream(0);
  stream->push(std::span(samples).subspan(5 * 22050, 66150));
  EXPECT_EQ(chunks[5], stream->finish());
}

TEST_F(Extraction, ClipsFollowEachOtherAndTheRestIsDropped) {
  const auto clips = excerpt("clips")->choose(
      {.file = "song.mp3", .sample_rate_hz = 22050.0, .n_samples = 22050 * 100});
  ASSERT_EQ(clips.size(), 3u);
  for (std::size_t i = 0; i < clips.size(); ++i) {
    const auto begin = static_cast<std::int64_t>(i) * 661500;
    EXPECT_EQ(clips[i], (Region{{begin, begin + 661500}}));
  }
  EXPECT_EQ(excerpt("clips")
                ->choose({.file = "song.mp3", .sample_rate_hz = 22050.0, .n_samples = 661500})
                .size(),
            1u)
      << "30 s exactly";
  const auto file = noise("song.wav", 7.4, 1);
  const auto mfcc = feature("mfcc");
  EXPECT_EQ(extract(file, *excerpt("clips", {{"length_s", 3.0}}), *mfcc),
            extract(file, *excerpt("chunks"), *mfcc));
}

TEST_F(Extraction, ATrackShorterThanAClipIsABadTrackOrKeptWhole) {
  const auto file = noise("short.wav", 2.0, 3);
  const auto mfcc = feature("mfcc");
  EXPECT_THROW_SAYING(extract(file, *excerpt("clips"), *mfcc), DataError, "short.wav", "2.00 s",
                      "clips of 30 s");
  EXPECT_EQ(extract(file, *excerpt("clips", {{"short", "keep"}}), *mfcc),
            extract(file, *excerpt("full"), *mfcc));
}

TEST_F(Extraction, ATrackShorterThanAChunkIsReported) {
  EXPECT_THROW_SAYING(extract(noise("short.wav", 1.0, 3), *excerpt("chunks"), *feature("mfcc")),
                      DataError, "short.wav", "1.00 s", "3 s");
}

TEST_F(Extraction, TheCacheGivesBackTheSameBitsAndADamagedFileIsComputedAnew) {
  noise("a.wav", 2.0, 4);
  const FeatureCache cache(folder_ / "cache");
  std::vector<FeatureMatrix> features = {FeatureMatrix::Random(3, 4), FeatureMatrix::Random(3, 1)};
  cache.store("key", features);
  EXPECT_EQ(cache.load("key").value(), features);
  EXPECT_FALSE(cache.load("other key").has_value());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "cache"))
    if (entry.is_regular_file())
      std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) - 3);
  EXPECT_FALSE(cache.load("key").has_value());
}

TEST_F(Extraction, SummariesAreMeansAndPopulationDeviationsOfTheFrames) {
  FeatureMatrix frames(2, 4);
  frames << 1, 2, 3, 4, 5, 5, 5, 5;
  const auto file = noise("a.wav", 1.0, 5);
  const auto none = extract(file, *excerpt("full"), *feature("mfcc"))[0];
  const auto statistics = extract(file, *excerpt("full"), *feature("mfcc_statistics"))[0];
  ASSERT_EQ(statistics.rows(), 40);
  ASSERT_EQ(statistics.cols(), 1);
  for (int i = 0; i < 20; ++i) {
    const Eigen::ArrayXd row = none.row(i).cast<double>().transpose();
    EXPECT_NEAR(statistics(i, 0), row.mean(), 1e-4);
    EXPECT_NEAR(statistics(20 + i, 0), std::sqrt((row - row.mean()).square().mean()), 1e-4);
  }
}

}  // namespace
}  // namespace genrebench
