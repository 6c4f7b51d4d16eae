#include "harness/experiment/load_experiment.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace {

using testing::TemporaryFolder;

struct CurveOptions {
  std::string key;
};

struct AlphaOptions {
  int k = 3;
  double c = 1.0;
};

/// The real splits, excerpts and features, with a small dataset and two small methods that need not
/// run.
Registry registry() {
  Registry r;
  register_all_pipeline(r);
  struct Rooted {
    std::string root;
    int size = 10;
  };
  static const auto dataset = OptionTable<Rooted>()
                                  .path("root", &Rooted::root, "Where.")
                                  .integer("size", &Rooted::size, 1, 99, "Size.");
  r.datasets.add({{.name = "tiny", .summary = "For tests.", .options = dataset.schema()}, nullptr});
  static const auto alpha = OptionTable<AlphaOptions>()
                                .integer("k", &AlphaOptions::k, 1, 9, "k.")
                                .number("c", &AlphaOptions::c, 0, 10, "c.");
  r.methods.add(
      {{.name = "alpha", .summary = "For tests.", .options = alpha.schema()}, false, nullptr});
  r.methods.add({{.name = "beta", .summary = "For tests."}, false, nullptr});
  static const auto curve = OptionTable<CurveOptions>().text("key", &CurveOptions::key, "Key.");
  r.reports.add({{.name = "curve", .summary = "For tests.", .options = curve.schema()}, nullptr});
  r.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
  return r;
}

const std::string kBase =
    "dataset: {name: tiny, root: /data}\nfeatures: {name: mfcc_statistics}\nmethod: {name: "
    "alpha}\n";

Experiment load(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const TemporaryFolder folder;
  return load_experiment(folder.write("experiment.yaml", text), overrides, registry());
}

std::int64_t k_of(const RunSpec& run) { return std::get<std::int64_t>(run.method.options.at("k")); }

TEST(Configuration, FillsInEveryDefaultAndNamesTheExperimentAfterItsFile) {
  const Experiment e = load(kBase);
  ASSERT_EQ(e.runs.size(), 1u);
  EXPECT_EQ(e.name, "experiment");
  EXPECT_EQ(e.runs[0].seed, 0u);
  const auto parameters = e.runs[0].parameters(registry());
  EXPECT_EQ(parameters.at("method.k"), "3");
  EXPECT_EQ(parameters.at("split.kind"), "stratified");
  EXPECT_EQ(parameters.at("excerpt.name"), "full");
  EXPECT_EQ(parameters.at("dataset.root"), "/data");
  EXPECT_FALSE(e.runs[0].identity(registry()).contains("dataset.root"))
      << "where the data lies is not what they are";
}

TEST(Configuration, AGridIsTheProductOfItsAxesTimesTheSeeds) {
  const Experiment e =
      load(kBase +
           "sweep: {grid: {method.k: [1, 2, 3], excerpt.name: [full, chunks]}}\nseeds: [5, 6]\n");
  ASSERT_EQ(e.runs.size(), 12u);
  std::set<std::tuple<std::int64_t, std::string, std::uint64_t>> cells;
  for (const RunSpec& run : e.runs) cells.insert({k_of(run), run.excerpt.name, run.seed});
  EXPECT_EQ(cells.size(), 12u);
}

TEST(Configuration, ZippedListsAdvanceTogetherAndMustBeEquallyLong) {
  const Experiment e = load(kBase + "sweep: {zip: {method.k: [1, 2], method.c: [0.1, 0.2]}}\n");
  ASSERT_EQ(e.runs.size(), 2u);
  EXPECT_EQ(k_of(e.runs[1]), 2);
  EXPECT_DOUBLE_EQ(std::get<double>(e.runs[1].method.options.at("c")), 0.2);
  EXPECT_THROW_SAYING(load(kBase + "sweep: {zip: {method.k: [1, 2], method.c: [0.1]}}\n"),
                      ConfigError, "2 values", "has 1", ":4:");
}

TEST(Configuration, RandomDrawsStayInRangeAndRepeatForTheirSeed) {
  const std::string sweep =
      "sweep: {random: {count: 50, seed: 7, method.c: {low: 0.001, high: 10, scale: log}, "
      "method.k: {low: 2, high: 4, type: integer}}}\n";
  const Experiment a = load(kBase + sweep), b = load(kBase + sweep);
  ASSERT_EQ(a.runs.size(), 50u);
  int below_one = 0;
  for (std::size_t i = 0; i < 50; ++i) {
    const double c = std::get<double>(a.runs[i].method.options.at("c"));
    EXPECT_GE(c, 0.001);
    EXPECT_LE(c, 10.0);
    below_one += c < 0.1;
    EXPECT_GE(k_of(a.runs[i]), 2);
    EXPECT_LE(k_of(a.runs[i]), 4);
    EXPECT_EQ(a.runs[i].method.options, b.runs[i].method.options);
  }
  EXPECT_GT(below_one, 10) << "logarithmic: half of the draws lie in the lower half of the decades";
}

TEST(Configuration, SeedsMayBeACount) {
  EXPECT_EQ(load(kBase + "seeds: 4\n").runs.back().seed, 3u);
}

TEST(Configuration, OptionsUnderAPluginsNameApplyOnlyWhereItIsChosen) {
  const Experiment e = load(
      "dataset: {name: tiny}\nfeatures: {name: mfcc}\nmethod: {alpha: {k: 7}}\nsweep: {grid: "
      "{method.name: [alpha, beta]}}\n");
  ASSERT_EQ(e.runs.size(), 2u);
  EXPECT_EQ(k_of(e.runs[0]), 7);
  EXPECT_TRUE(e.runs[1].method.options.empty());
}

TEST(Configuration, SweepsOverAnotherPluginsOptionsMakeNoEqualRuns) {
  const Experiment e = load(
      "dataset: {name: tiny}\nfeatures: {name: mfcc}\nsweep: {grid: {method.name: [alpha, beta], "
      "method.alpha.k: [1, 2, 3]}}\n");
  EXPECT_EQ(e.runs.size(), 4u) << "three of alpha, one of beta";
}

TEST(Configuration, TheCommandLineWinsOverFileAndSweep) {
  const std::string text = kBase + "sweep: {grid: {method.k: [1, 2]}}\nseeds: [0, 1]\n";
  const Experiment e = load(text, {"method.k=8", "seeds=[4]", "split.train_fraction=0.5"});
  ASSERT_EQ(e.runs.size(), 1u);
  EXPECT_EQ(k_of(e.runs[0]), 8);
  EXPECT_EQ(e.runs[0].seed, 4u);
  EXPECT_DOUBLE_EQ(std::get<double>(e.runs[0].split.options.at("train_fraction")), 0.5);
  EXPECT_EQ(load(text, {"sweep.grid.method.k=[3, 4, 5]"}).runs.size(), 6u);
}

TEST(Configuration, APluginChosenOnTheCommandLineLeavesTheOptionsOfTheFilesOneBehind) {
  const std::string text = kBase + "split: {kind: stratified, train_fraction: 0.5, leaky: true}\n";
  const Experiment e = load(text, {"split.kind=kfold"});
  EXPECT_EQ(e.runs[0].split.name, "kfold");
  EXPECT_EQ(std::get<bool>(e.runs[0].split.options.at("leaky")), true)
      << "an option that both have stays";
  EXPECT_THROW_SAYING(load(text, {"split.kind=kfold", "split.train_fraction=0.4"}), ConfigError,
                      "'train_fraction'");
}

TEST(Configuration, UnknownKeysAreRefusedWithPlaceAndNearestName) {
  EXPECT_THROW_SAYING(load(kBase + "feature: {name: mfcc}\n"), ConfigError,
                      ":4:", "unknown key 'feature'", "did you mean 'features'");
  EXPECT_THROW_SAYING(
      load("dataset: {name: tiny, rot: x}\nfeatures: {name: mfcc}\nmethod: {name: alpha}\n"),
      ConfigError, ":1:", "'rot'", "'root'");
  EXPECT_THROW_SAYING(load(kBase, {"method.kk=3"}), ConfigError, "command line", "'kk'");
  EXPECT_THROW_SAYING(load(kBase + "sweep: {gird: {method.k: [1]}}\n"), ConfigError, "'gird'",
                      "did you mean 'grid'");
  EXPECT_THROW_SAYING(load(kBase + "sweep: {grid: {methd.k: [1]}}\n"), ConfigError, "'methd'",
                      "did you mean 'method'");
}

TEST(Configuration, UnknownPluginsNameTheNearest) {
  EXPECT_THROW_SAYING(
      load("dataset: {name: tiny}\nfeatures: {name: mfccc}\nmethod: {name: alpha}\n"), ConfigError,
      "unknown feature 'mfccc'", "'mfcc'", ":2:");
  EXPECT_THROW_SAYING(load("dataset: {name: tiny}\nfeatures: {name: mfcc}\n"), ConfigError,
                      "'method.name' is not given", "alpha, beta");
}

TEST(Configuration, WrongTypesAndRangesAreRefusedWithTheirPlace) {
  EXPECT_THROW_SAYING(
      load("dataset: {name: tiny}\nfeatures: {name: mfcc}\nmethod:\n  name: alpha\n  k: lots\n"),
      ConfigError, ":5:6", "'k'", "an integer from 1 to 9", "'lots'");
  EXPECT_THROW_SAYING(load(kBase + "standardise: maybe\n"), ConfigError, ":4:", "true or false",
                      "'maybe'");
  EXPECT_THROW_SAYING(load(kBase, {"method.k=10"}), ConfigError, "from 1 to 9", "'10'");
  EXPECT_THROW_SAYING(load(kBase + "seeds: [a]\n"), ConfigError, "seeds");
  EXPECT_THROW_SAYING(load(kBase + "seeds: [1, 1]\n"), ConfigError, "twice");
}

TEST(Configuration, BrokenYamlIsReportedWithLineAndColumn) {
  EXPECT_THROW_SAYING(load("name: x\ndataset: {name: tiny\n"), ConfigError,
                      "experiment.yaml:", "not valid YAML");
  EXPECT_THROW_SAYING(load("just words\n"), ConfigError, "expected a map");
  EXPECT_THROW_SAYING(load(kBase + "name: a\nname: b\n"), ConfigError, "given twice");
}

TEST(Configuration, AMissingFileOrAFolderIsReported) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(load_experiment(folder / "none.yaml", {}, registry()), ConfigError,
                      "none.yaml", "cannot read");
  EXPECT_THROW_SAYING(load_experiment(folder.path(), {}, registry()), ConfigError, "folder");
}

TEST(Configuration, ExtendsTakesTheBaseAndReplacesWhatItSays) {
  const TemporaryFolder folder;
  folder.write("base.yaml", kBase + "seeds: [0, 1]\nsplit: {train_fraction: 0.6}\n");
  const Experiment e = load_experiment(
      folder.write("derived.yaml", "extends: base.yaml\nsplit: {leaky: true}\n"), {}, registry());
  ASSERT_EQ(e.runs.size(), 2u);
  EXPECT_EQ(e.name, "derived");
  EXPECT_EQ(std::get<bool>(e.runs[0].split.options.at("leaky")), true);
  EXPECT_DOUBLE_EQ(std::get<double>(e.runs[0].split.options.at("train_fraction")), 0.6);
  EXPECT_THROW_SAYING(
      load_experiment(folder.write("loop.yaml", "extends: loop.yaml\n"), {}, registry()),
      ConfigError, "extends itself");
}

TEST(Configuration, ReportsAndTheirOptionsReplaceThoseOfTheFileThatIsExtended) {
  const TemporaryFolder folder;
  folder.write("base.yaml", kBase + "reports: [summary, {curve: {key: method.c}}]\n");
  const auto reports = [&](const std::string& text, const std::vector<std::string>& words = {}) {
    return load_experiment(folder.write("derived.yaml", "extends: base.yaml\n" + text), words,
                           registry())
        .reports;
  };
  const auto curve = [](const std::string& key) { return ReportChoice{"curve", {{"key", key}}}; };
  EXPECT_EQ(reports(""), (std::vector<ReportChoice>{{"summary"}, curve("method.c")}));
  EXPECT_EQ(reports("reports: [{curve: {key: seed}}]\n"), std::vector<ReportChoice>{curve("seed")});
  EXPECT_EQ(reports("", {"reports=[curve]"}), std::vector<ReportChoice>{{"curve"}});
  EXPECT_THROW_SAYING(reports("reports: [{curve: {kye: seed}}]\n"), ConfigError,
                      "derived.yaml:2:", "report curve", "unknown option 'kye'",
                      "did you mean 'key'");
}

TEST(Configuration, ReportsAreTheSummaryWhereNoneIsNamedAndNoPartOfARun) {
  EXPECT_EQ(load(kBase).reports, std::vector<ReportChoice>{{"summary"}});
  const Experiment with = load(kBase + "reports: [{curve: {key: method.c}}]\n");
  EXPECT_EQ(with.runs[0].parameters(registry()), load(kBase).runs[0].parameters(registry()));
  EXPECT_THROW_SAYING(load(kBase, {"sweep.grid.reports=[curve]"}), ConfigError, "reports",
                      "no option of a run");
}

TEST(Configuration, EnvironmentVariablesAreFilledInOnlyWhereTheyAreUsed) {
  const std::string text =
      "dataset: {name: tiny, root: \"${GENREBENCH_TEST_ROOT}/x\"}\nfeatures: {name: mfcc}\nmethod: "
      "{name: alpha}\n";
  ::unsetenv("GENREBENCH_TEST_ROOT");
  EXPECT_THROW_SAYING(load(text), ConfigError, "GENREBENCH_TEST_ROOT", "dataset.root");
  EXPECT_EQ(to_string(load(text, {"dataset.root=/here"}).runs[0].dataset.options.at("root")),
            "/here");
  ::setenv("GENREBENCH_TEST_ROOT", "/there", 1);
  EXPECT_EQ(to_string(load(text).runs[0].dataset.options.at("root")), "/there/x");
}

TEST(Configuration, TuningIsCheckedAgainstTheMethodsOptions) {
  const Experiment e = load(kBase + "split: {valid_fraction: 0.1}\n", {"method.tune.c=[0.1, 1]"});
  ASSERT_EQ(e.runs[0].tune.at("c").size(), 2u);
  EXPECT_EQ(e.runs[0].parameters(registry()).at("method.tune.c"), "[0.1, 1]");
  EXPECT_THROW_SAYING(load(kBase, {"method.tune.cc=[1]"}), ConfigError, "unknown option 'cc'");
  EXPECT_THROW_SAYING(load(kBase, {"method.tune.k=[1, 20]"}), ConfigError, "from 1 to 9", "'20'");
}

}  // namespace
}  // namespace genrebench
