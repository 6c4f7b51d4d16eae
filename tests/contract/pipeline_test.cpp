// Every method with every excerpt from an experiment file to the store, and every report on what is
// there.
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "contract/contract_support.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plan/plan.hpp"
#include "harness/run/prediction.hpp"
#include "harness/store/kernel_tables.hpp"
#include "harness/store/store_places.hpp"
#include "harness/workers/sweep.hpp"
#include "reports/render/render.hpp"
#include "support/example_kernels.hpp"

namespace genrebench {
namespace pipeline_test {

using testing::options_of;
using testing::registry;
using testing::SilentProgress;
using testing::TemporaryFolder;

std::string comma_separated(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// Methods that train by epochs, with options for trainings as small as these, and a program for
/// the method that is one.
std::string small_trainings() {
  std::string text;
  for (const MethodPlugin& plugin : registry().methods)
    if (plugin.options.find("epochs") != nullptr)
      text += (text.empty() ? "" : ", ") + plugin.name +
              ": {preset: quick, epochs: 1, batch_size: 3" +
              (plugin.options.find("length") != nullptr ? ", length: LENGTH}" : "}");
  const std::string script = "[\"" + testing::nearest_mean() + "\"]";
  text += (text.empty() ? "" : ", ") + std::string("command: {argv: [python3, ") +
          script.substr(1) + ", files: " + script + "}";
  return text;
}

std::string with_length(std::string text, const std::string& length) {
  for (std::size_t at; (at = text.find("LENGTH")) != std::string::npos;)
    text.replace(at, 6, length);
  return text;
}

/// Three genres of four short tracks; every method with every excerpt and two seeds.
std::filesystem::path write_experiment(const TemporaryFolder& folder) {
  return folder.write("everything.yaml",
                      "name: everything\n"
                      "dataset: {name: synthetic, genres: 3, tracks_per_genre: 4, duration_s: 6, "
                      "sample_rate_hz: 8000}\n"
                      "split: {kind: stratified, train_fraction: 0.5}\n"
                      "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 512, "
                      "hop_length: 256, n_mels: 24, n_mfcc: 8}\n"
                      "excerpt: {clips: {length_s: 3}}\n"
                      "method: {" +
                          with_length(small_trainings(), "0") +
                          "}\n"
                          "sweep:\n"
                          "  grid:\n"
                          "    method.name: [" +
                          comma_separated(registry().methods.names()) +
                          "]\n"
                          "    excerpt.name: [" +
                          comma_separated(registry().excerpts.names()) +
                          "]\n"
                          "seeds: [0, 1]\n");
}

/// The recurrent methods on sequences, with a validation part: what reports on deep methods are
/// about.
std::filesystem::path write_sequences(const TemporaryFolder& folder) {
  return folder.write("sequences.yaml",
                      "name: sequences\n"
                      "dataset: {name: synthetic, genres: 3, tracks_per_genre: 6, duration_s: 6, "
                      "sample_rate_hz: 8000}\n"
                      "split: {kind: stratified, train_fraction: 0.34, valid_fraction: 0.33}\n"
                      "features: {name: mfcc, sample_rate_hz: 8000, n_fft: 512, hop_length: 256, "
                      "n_mels: 24, n_mfcc: 8}\n"
                      "method: {" +
                          with_length(small_trainings(), "2") +
                          "}\n"
                          "sweep: {grid: {method.name: [gru, skip_gru]}}\n"
                          "seeds: [0, 1]\n");
}

/// One method with pieces of songs, songs of artists, and neither on both sides: what reports on
/// splits are about.
std::filesystem::path write_leaks(const TemporaryFolder& folder) {
  return folder.write(
      "leaks.yaml",
      "name: leaks\n"
      "dataset: {name: synthetic, genres: 3, tracks_per_genre: 6, duration_s: 6, sample_rate_hz: "
      "8000}\n"
      "split: {kind: stratified, train_fraction: 0.5}\n"
      "excerpt: {name: chunks, length_s: 2}\n"
      "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 512, hop_length: 256, "
      "n_mels: 24, n_mfcc: 8}\n"
      "method: {name: knn}\n"
      "sweep: {zip: {split.leaky: [true, true, false], split.unit: [excerpt, track, track]}}\n"
      "seeds: [0, 1]\n");
}

/// Two methods with training parts of two sizes, on one dataset and then on another.
std::filesystem::path write_sizes(const TemporaryFolder& folder) {
  return folder.write(
      "sizes.yaml",
      "name: sizes\n"
      "dataset: {name: synthetic, genres: 2, tracks_per_genre: 8, duration_s: 1, sample_rate_hz: "
      "8000}\n"
      "split: {kind: stratified, train_fraction: 0.5}\n"
      "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 512, hop_length: 256, "
      "n_mels: 24, n_mfcc: 8}\n"
      "sweep: {grid: {method.name: [decision_tree, naive_bayes], dataset.seed: [0, 1], "
      "split.train_size.per_genre: [2, all]}}\n"
      "seeds: [0, 1]\n");
}

/// Two methods on clean and on deformed audio.
std::filesystem::path write_deformed(const TemporaryFolder& folder) {
  return folder.write(
      "deformed.yaml",
      "name: deformed\n"
      "dataset: {name: synthetic, genres: 2, tracks_per_genre: 4, duration_s: 1, sample_rate_hz: "
      "8000}\n"
      "split: {kind: stratified, train_fraction: 0.5}\n"
      "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 512, hop_length: 256, "
      "n_mels: 24, n_mfcc: 8}\n"
      "sweep: {grid: {method.name: [decision_tree, naive_bayes], deform.name: [noise, low_pass], "
      "deform.severity: [1, 3]}}\n"
      "seeds: [0, 1]\n");
}

/// Runs an experiment into a store of its own.
RunnerSummary run(
    const TemporaryFolder& folder, RunStore& store, int threads, bool cache,
    const std::function<std::filesystem::path(const TemporaryFolder&)>& write = write_experiment) {
  SilentProgress progress;
  FileHashes hashes({});
  const Plan plan = make_plan(load_experiment(write(folder), {}, registry()), registry(),
                              folder / "cache", hashes, progress);
  RunnerSettings settings{.cache_folder = cache ? folder / "cache" : std::filesystem::path(),
                          .threads = threads};
  const RunnerSummary summary = execute(plan, store, registry(), hashes, settings, progress);
  for (const std::string& message : progress.messages)
    EXPECT_TRUE(message.starts_with("warning: ")) << message;  // a fit that did not converge on so
                                                               // little
  return summary;
}

std::unique_ptr<RunStore> open(const std::filesystem::path& file) {
  return RunStore::open(file, RunStore::Mode::write);
}

TEST(EveryMethodWithEveryExcerpt, RunsFromAnExperimentFileToTheStore) {
  const TemporaryFolder folder;
  const auto store = open(folder / "runs.db");
  const RunnerSummary summary = run(folder, *store, 2, /*cache=*/true);
  EXPECT_EQ(summary.n_runs, registry().methods.size() * registry().excerpts.size() * 2);
  EXPECT_EQ(summary.n_done, summary.n_runs);
  EXPECT_EQ(summary.n_bad_tracks, 0u);
  for (const RunRecord& record : store->runs("everything")) {
    EXPECT_EQ(to_string(record.status), "done") << record.message;
    EXPECT_TRUE(store->metric(record.id, "test", "accuracy").has_value());
    EXPECT_EQ(store->predictions(record.id, "test").size(),
              std::stoul(record.fact("split.n_test")));
    EXPECT_FALSE(store->environment(record.id).empty());
  }
}

TEST(EveryMethodWithEveryExcerpt, GivesTheSameBitsInAnotherStoreWithOtherThreadsAndNoCache) {
  const TemporaryFolder folder;
  const auto first = open(folder / "first.db"), second = open(folder / "second.db");
  run(folder, *first, 2, /*cache=*/true);
  run(folder, *first, 2, /*cache=*/true);
  run(folder, *second, 1, /*cache=*/false);
  const auto runs = first->runs("everything");
  ASSERT_EQ(runs.size(), second->runs("everything").size());
  for (const RunRecord& record : runs) {
    ASSERT_TRUE(second->run(record.id).has_value())
        << "a run's id depends on the configuration, the data and the seed alone";
    // Networks promise the same bits for the same number of threads only; tests/models holds them
    // to it.
    if (registry().methods.get(record.parameter("method.name"), "test").options.find("device") !=
        nullptr)
      continue;
    const auto a = first->metrics(record.id), b = second->metrics(record.id);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].name, b[i].name);
      EXPECT_EQ(a[i].value, b[i].value) << record.parameter("method.name") << ": " << a[i].name;
    }
    const auto p = first->predictions(record.id, "test"),
               q = second->predictions(record.id, "test");
    ASSERT_EQ(p.size(), q.size());
    for (std::size_t i = 0; i < p.size(); ++i) {
      EXPECT_EQ(p[i].track, q[i].track);
      EXPECT_EQ(p[i].predicted, q[i].predicted)
          << record.parameter("method.name") << ": " << p[i].track;
      EXPECT_EQ(p[i].probabilities, q[i].probabilities)
          << record.parameter("method.name") << ": " << p[i].track;
    }
  }
}

TEST(EveryMethodWithEveryExcerpt, IsNotRunTwice) {
  const TemporaryFolder folder;
  const auto store = open(folder / "runs.db");
  const RunnerSummary first = run(folder, *store, 1, /*cache=*/true);
  std::map<std::string, std::string> started;
  for (const RunRecord& record : store->runs()) started[record.id] = record.started_at;
  const RunnerSummary second = run(folder, *store, 1, /*cache=*/true);
  EXPECT_EQ(second.n_already_done, first.n_runs);
  EXPECT_EQ(second.n_done + second.n_failed + second.n_skipped, 0u);
  for (const RunRecord& record : store->runs()) EXPECT_EQ(record.started_at, started[record.id]);
}

/// Predicts the test tracks of every run, which must be what the runs recorded.
void expect_recorded(const TemporaryFolder& folder, const RunStore& store, const Plan& plan) {
  SilentProgress progress;
  FileHashes hashes({});
  for (const PlannedRun& planned : plan.runs) {
    const RunRecord record = store.run(planned.id).value();
    const std::string name = title(planned);
    ASSERT_EQ(to_string(record.status), "done") << name << ": " << record.message;
    const StoredClassifier classify(store, record, registry(), hashes,
                                    {.cache_folder = folder / "cache"}, progress);
    EXPECT_EQ(classify.genres(), planned.data->dataset->genres());
    std::map<std::string, PredictionRecord> recorded;
    for (PredictionRecord& one : store.predictions(record.id, "test"))
      recorded[one.track] = std::move(one);
    std::vector<std::filesystem::path> files;
    std::vector<const PredictionRecord*> expected;
    for (const Track& track : planned.data->dataset->tracks())
      if (const auto found = recorded.find(track.id); found != recorded.end()) {
        files.push_back(track.audio);
        expected.push_back(&found->second);
      }
    const std::vector<FilePrediction> predictions = classify(files);
    ASSERT_EQ(predictions.size(), recorded.size()) << name;
    for (std::size_t i = 0; i < predictions.size(); ++i) {
      ASSERT_EQ(predictions[i].error, "") << name;
      EXPECT_EQ(predictions[i].label, expected[i]->predicted) << name << ", " << expected[i]->track;
      for (std::size_t c = 0; c < expected[i]->probabilities.size(); ++c)
        EXPECT_NEAR(predictions[i].probabilities[static_cast<Eigen::Index>(c)],
                    expected[i]->probabilities[c], 1e-6)
            << name << ", " << expected[i]->track;
    }
    // One file at a time: products of few rows may round differently.
    const FilePrediction alone = classify({files.back()}).front();
    EXPECT_EQ(alone.label, expected.back()->predicted) << name;
  }
}

TEST(EveryMethodWithEveryExcerpt,
     PredictsOfItsOwnTestTracksWhatItRecordedWithAKeptModelAndFittedAgain) {
  SilentProgress progress;
  FileHashes hashes({});
  for (const bool keep : {true, false}) {
    const TemporaryFolder folder;
    const auto store = open(folder / "runs.db");
    const Plan plan = make_plan(
        load_experiment(write_experiment(folder),
                        {"seeds=[1]", keep ? "keep_model=true" : "keep_model=false"}, registry()),
        registry(), folder / "cache", hashes, progress);
    execute(plan, *store, registry(), hashes,
            {.cache_folder = folder / "cache", .files_folder = files_folder_of(folder / "runs.db")},
            progress);
    expect_recorded(folder, *store, plan);
  }
}

/// A store of small experiments, which are run when a report first asks for them.
class SmallExperiments {
 public:
  using Write = std::filesystem::path (*)(const TemporaryFolder&);

  SmallExperiments() {
    KernelSession kernels = testing::kernel_session(1);
    testing::add_times(kernels, "sem", "sem/fast", {1e6, 1.1e6});
    add_kernel_session(folder_ / "runs.db", kernels);
  }

  void run(const std::string& name, Write write) {
    if (done_.insert(name).second) pipeline_test::run(folder_, *store_, 1, /*cache=*/true, write);
  }

  const RunStore& store() const { return *store_; }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<RunStore> store_ = open(folder_ / "runs.db");
  std::set<std::string> done_;
};

/// The tests of a process share what they only read.
class EveryReport : public ::testing::TestWithParam<std::string> {
 protected:
  static void TearDownTestSuite() { small_experiments_.reset(); }

  static std::unique_ptr<Report> make() {
    const ReportPlugin& plugin = registry().reports.get(GetParam(), "test");
    return plugin.make(options_of(plugin));
  }

  static SmallExperiments& small_experiments() {
    if (!small_experiments_) small_experiments_ = std::make_unique<SmallExperiments>();
    return *small_experiments_;
  }

  TemporaryFolder folder_;

 private:
  inline static std::unique_ptr<SmallExperiments> small_experiments_;
};

INSTANTIATE_TEST_SUITE_P(Contract, EveryReport, ::testing::ValuesIn(registry().reports.names()),
                         testing::name_of);

TEST_P(EveryReport, RefusesAnEmptyStoreInOneLine) {
  const auto store = open(folder_ / "runs.db");
  EXPECT_THROW_SAYING(make()->render(*store, {}), ConfigError, "");
}

TEST_P(EveryReport, RefusesAnExperimentThatTheStoreDoesNotHold) {
  const auto store = open(folder_ / "runs.db");
  SilentProgress progress;
  FileHashes hashes({});
  const Plan plan = make_plan(load_experiment(write_experiment(folder_), {}, registry()),
                              registry(), folder_ / "cache", hashes, progress);
  store->plan(plan.record(), plan.records(registry()));
  EXPECT_THROW_SAYING(make()->render(*store, {.experiments = {"nothing_of_the_kind"}}), ConfigError,
                      "nothing_of_the_kind", "everything");
}

TEST_P(EveryReport, WritesASmallExperimentInEveryFormat) {
  // The first of these of which it has something to say. Reports on deep methods have nothing to
  // say of single vectors.
  std::vector<std::pair<std::string, SmallExperiments::Write>> experiments = {
      {"everything", write_experiment},
      {"leaks", write_leaks},
      {"sizes", write_sizes},
      {"deformed", write_deformed}};
  if (registry().methods.find("gru") != nullptr)
    experiments.emplace_back("sequences", write_sequences);
  const RunStore& store = small_experiments().store();
  std::optional<Document> found;
  std::string experiment, reason;
  for (const auto& [name, write] : experiments) {
    small_experiments().run(name, write);
    try {
      found = make()->render(store, {.experiments = {name}});
      experiment = name;
      break;
    } catch (const ConfigError& error) {
      reason = error.what();
    }
  }
  if (!found && registry().methods.find("gru") == nullptr) GTEST_SKIP() << reason;
  ASSERT_TRUE(found) << reason;
  const Document& document = *found;
  EXPECT_FALSE(document.name.empty());
  EXPECT_FALSE(document.title.empty());
  EXPECT_FALSE(document.body.empty());
  EXPECT_FALSE(document.data.empty()) << "the numbers behind a report are written with it";
  for (const auto& element : document.body) {
    const auto* table = std::get_if<Table>(&element);
    if (table == nullptr) continue;
    for (const auto& row : table->rows) EXPECT_EQ(row.size(), table->columns.size()) << table->id;
  }
  for (const std::string& text :
       {render_terminal(document), render_markdown(document), render_latex(document),
        render_html(document), render_json(document)})
    EXPECT_GT(text.size(), 20u);
  const auto files = write_document(document, folder_ / "out");
  EXPECT_GE(files.size(), all_formats().size());
  for (const auto& file : files) EXPECT_GT(std::filesystem::file_size(file), 0u) << file;
  EXPECT_EQ(render_json(make()->render(store, {.experiments = {experiment}})),
            render_json(document))
      << "a second time";
}

TEST_P(EveryReport, SaysWhatItCanOfAPlanThatHasNotRun) {
  const auto store = open(folder_ / "runs.db");
  SilentProgress progress;
  FileHashes hashes({});
  const Plan plan = make_plan(load_experiment(write_experiment(folder_), {}, registry()),
                              registry(), folder_ / "cache", hashes, progress);
  store->plan(plan.record(), plan.records(registry()));
  try {
    const Document document = make()->render(*store, {});
    for (const Format format : all_formats()) write_document(document, folder_ / "out", {format});
  } catch (const ConfigError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
  }
}

}  // namespace pipeline_test
}  // namespace genrebench
