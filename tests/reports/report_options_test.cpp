// Every option that the reference lists for a report changes what the report says.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "harness/plugin/registry.hpp"
#include "reports/deformed_runs.hpp"
#include "reports/example_runs.hpp"
#include "reports/measured_kernels.hpp"
#include "reports/render/render.hpp"
#include "reports/several_datasets.hpp"
#include "reports/several_sizes.hpp"

namespace genrebench {
void register_all_reports(Registry& registry);

namespace report_options_test {

const Registry& registry() {
  static const Registry all = [] {
    Registry r;
    register_all_reports(r);
    return r;
  }();
  return all;
}

/// A value other than the default for every option of every report, by "report.option", or
/// ".option" for options that several reports have.
const std::map<std::string, OptionValue> kOtherValues = {
    {".level", 0.5},
    {"ablation.key", std::string("features.n_mfcc")},
    {"errors.listed", std::int64_t{1}},
    {"errors.suspects", std::int64_t{1}},
    {"errors.ranking", std::string("normalized_margin")},
    {"errors.artist_tracks", std::int64_t{2}},
    {"errors.audio_root", std::string(GENREBENCH_SOURCE_DIR)},
    {"errors.known_errors",
     std::string(GENREBENCH_SOURCE_DIR "/tests/golden/label_errors/known.txt")},
    {"compare.metric", std::string("macro_f1")},
    {"compare.reference", std::string("gru")},
    {"compare.margin", 3.0},
    {"compare.power", 0.9},
    {"compare.matrix", std::int64_t{3}},
    {"across.test", std::string("wilcoxon")},
    {"across.rope", 5.0},
    {"across.reference", std::string("knn")},
    {"calibration.bins", std::int64_t{3}},
    {"calibration.figures", std::int64_t{0}},
    {"training_size.target", 79.0},
    {"training_size.factor", 1.0},
    {"robustness.figures", false},
    {"kernels.level", 0.01},
    {"kernels.magnitude", 0.9},
    {"kernels.figures", std::int64_t{1}},
    {"summary.listed", std::int64_t{0}}};

/// A run with curves and answers, whose scores depend on the seed.
ExampleRun example(const std::string& method, std::uint64_t seed) {
  const double score = 0.4 + 0.1 * static_cast<double>(seed);
  const int n_right = static_cast<int>(8 + seed);
  ExampleRun run{.method = method,
                 .seed = seed,
                 .accuracy = score,
                 .facts = {{"fit.best_epoch", "2"}},
                 .train_accuracy = score + 0.2,
                 .valid_accuracy = score + 0.1};
  for (const char* split : {"train", "valid"})
    for (const char* metric : {"loss", "accuracy"})
      run.metrics = with_curve(run.metrics, split, metric, {score, score + 0.1, score + 0.2});
  run.predictions = answers("test", {{.genre = 0, .n_right = n_right, .n_tracks = 20}},
                            /*per_artist=*/5);
  float confidence = 0.5f;
  for (PredictionRecord& one : run.predictions) {
    confidence += 0.02f;
    one.probabilities = {1.0f - confidence, 1.0f - confidence};
    one.probabilities[static_cast<std::size_t>(one.predicted)] = confidence;
  }
  return run;
}

/// Runs that every report on one dataset has something to say about.
MemoryStore make_store() {
  MemoryStore result;
  for (const std::uint64_t seed : {0u, 1u, 2u}) {
    for (const char* c : {"0.1", "1", "10"})
      for (const char* n_mfcc : {"13", "20"}) {
        ExampleRun run = example("svm", seed);
        run.parameters = {{"method.c", c}, {"features.n_mfcc", n_mfcc}};
        add_run(result, run);
        run.leaky = true;
        add_run(result, run);
      }
    add_run(result, example("vgg16", seed));
    ExampleRun gru = example("gru", seed), skip = example("skip_gru", seed);
    gru.parameters = skip.parameters = {{"method.hidden", "64"}};
    skip.parameters.insert({{"method.length", "8"}, {"method.combine", "add"}});
    skip.train_accuracy = 0.5 - 0.1 * static_cast<double>(seed);
    add_run(result, gru);
    add_run(result, skip);
  }
  add_run(result, {.method = "knn", .status = RunStatus::failed, .message = "out of memory"});
  return result;
}

/// Runs that every report has something to say about.
const MemoryStore& store_for(const std::string& report) {
  // Once: ids of runs are counted.
  static const MemoryStore one_dataset = make_store(), datasets = testing::six_datasets(),
                           sizes = testing::five_sizes(), deformed = testing::robust_methods(),
                           kernels = testing::measured_kernels();
  return report == "across"          ? datasets
         : report == "training_size" ? sizes
         : report == "robustness"    ? deformed
         : report == "kernels"       ? kernels
                                     : one_dataset;
}

std::string rendered(const ReportPlugin& plugin, const OptionValues& options) {
  const MemoryStore& store = store_for(plugin.name);
  return render_json(plugin.make(plugin.options.resolve(options, plugin.name))->render(store, {}));
}

class EveryReportOption : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryReportOption, ChangesWhatTheReportSays) {
  const ReportPlugin& plugin = registry().reports.get(GetParam(), "test");
  for (const OptionInfo& option : plugin.options.options()) {
    SCOPED_TRACE(plugin.name + "." + option.name);
    auto other = kOtherValues.find(plugin.name + "." + option.name);
    if (other == kOtherValues.end()) other = kOtherValues.find("." + option.name);
    ASSERT_NE(other, kOtherValues.end()) << "it is new: give it another value in this test";
    EXPECT_NE(other->second, option.default_value);
    EXPECT_NE(rendered(plugin, {{option.name, other->second}}), rendered(plugin, {}));
  }
}

INSTANTIATE_TEST_SUITE_P(Reports, EveryReportOption,
                         ::testing::ValuesIn(registry().reports.names()),
                         [](const auto& report) { return report.param; });

}  // namespace report_options_test
}  // namespace genrebench
