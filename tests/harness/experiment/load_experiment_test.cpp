#include "harness/experiment/load_experiment.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace load_experiment_test {

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
    std::string root, label;
    std::vector<std::string> genres;
    int size = 10;
  };
  static const auto dataset = OptionTable<Rooted>()
                                  .path("root", &Rooted::root, "Where.")
                                  .text("label", &Rooted::label, "Label.")
                                  .list("genres", &Rooted::genres, {}, "Genres.")
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

/// Text that YAML, a shell or a C library would make something else of.
const std::vector<std::string> kWords = {
    "2024.10", "007",   "1e3",  "0x10",   "1_000",   "music #2", "a: b",    "@eaDir",
    "null",    "~",     "{x}",  "*x",     "&y",      "!t",       "yes",     "[a",
    "[a, b]",  "'",     "\"",   " blank", "blank ",  "%",        "- a",     "a\\b",
    "C:\\x\\", "Müsik", "音楽", "true",   "auto",    "1.10",     "-0.0",    "",
    "${HOME",  "$(x)",  "a=b",  "#",      "caf\xE9", "a\nb",     "{{0}}\t", "<<: *a"};

TEST(Words, OfTheCommandLineAreTakenAsTheyStand) {
  for (const std::string& word : kWords) {
    SCOPED_TRACE(word);
    const Experiment e =
        load(kBase, {"dataset.root=" + word, "dataset.label=" + word, "description=" + word});
    EXPECT_EQ(e.runs[0].dataset.options.at("root"), OptionValue(word));
    EXPECT_EQ(e.runs[0].dataset.options.at("label"), OptionValue(word));
    EXPECT_EQ(e.description, word);
    if (word.starts_with('[') || word.empty()) continue;
    EXPECT_EQ(load(kBase, {"dataset.tiny.genres=" + word}).runs[0].dataset.options.at("genres"),
              OptionValue(std::vector<std::string>{word}));
  }
}

TEST(Words, OfAFileAreTakenAsTheyStandWithOrWithoutQuotes) {
  for (const std::string word :
       {"2024.10", "007", "1e3", "yes", "null", "~", "1.10", "0o7", "a\\b"})
    for (const std::string quotes : {"", "'"}) {
      const std::string text = "{name: tiny, root: " + quotes + word + quotes + "}";
      EXPECT_EQ(load(kBase, {"dataset=" + text}).runs[0].dataset.options.at("root"),
                OptionValue(word));
      EXPECT_EQ(load("name: " + quotes + word + quotes + "\n" + kBase).name, word);
    }
}

TEST(Words, SurviveTheStoresText) {
  std::vector<std::string> genres = kWords;
  const Registry registry = load_experiment_test::registry();
  RunSpec run = load(kBase).runs[0];
  run.dataset.options["genres"] = genres;
  for (const std::string& word : kWords) {
    run.dataset.options["root"] = word;
    run.dataset.options["label"] = word;
    const RunSpec back = RunSpec::from_parameters(run.parameters(registry), 0, registry);
    EXPECT_EQ(back.dataset.options, run.dataset.options) << word;
  }
}

TEST(Words, AListOnTheCommandLineStandsInBrackets) {
  const auto genres = [](const std::string& word) {
    return load(kBase, {"dataset.genres=" + word}).runs[0].dataset.options.at("genres");
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(genres("[rock, 1.10, 'a, b', \"#core\"]"),
            OptionValue(List{"rock", "1.10", "a, b", "#core"}));
  EXPECT_EQ(genres("Folk, World, & Country"), OptionValue(List{"Folk, World, & Country"}));
  EXPECT_EQ(genres("[\"[live]\"]"), OptionValue(List{"[live]"}));
  EXPECT_EQ(genres("[]"), OptionValue(List{}));
  EXPECT_THROW_SAYING(genres("[a"), ConfigError, "command line", "genres", "YAML");
}

TEST(Words, ASweepOverPathsIsAListOfSweepGrid) {
  const Experiment e = load(kBase, {"sweep.grid.dataset.root=[2024.10, 007, \"[a, b]\"]"});
  ASSERT_EQ(e.runs.size(), 3u);
  EXPECT_EQ(e.runs[0].dataset.options.at("root"), OptionValue(std::string("2024.10")));
  EXPECT_EQ(e.runs[1].dataset.options.at("root"), OptionValue(std::string("007")));
  EXPECT_EQ(e.runs[2].dataset.options.at("root"), OptionValue(std::string("[a, b]")));
}

TEST(Words, NumbersAreDecimalQuotedOrNot) {
  for (const std::string text : {"07", "\"7\"", "'+7'", "7"})
    EXPECT_EQ(k_of(load("dataset: {name: tiny}\nfeatures: {name: mfcc}\nmethod: {name: alpha, k: " +
                        text + "}\n")
                       .runs[0]),
              7);
  for (const std::string text :
       {"0x7", "0o7", "7.0", "7e0", "1_0", ".inf", "nan", "seven", "", "[7]"})
    EXPECT_THROW_SAYING(load(kBase, {"method.k=" + text}), ConfigError, "'k'",
                        "an integer from 1 to 9", "found '" + text + "'");
  for (const std::string text : {"inf", ".nan", "0x1p1", "1,5", "1e999"})
    EXPECT_THROW_SAYING(load(kBase, {"method.c=" + text}), ConfigError, "'c'", "'" + text + "'");
  EXPECT_THROW_SAYING(load(kBase + "split: {train_fraction: }\n"), ConfigError, "found nothing");
}

TEST(Words, NamesOfNumbersAreNamesOfTheirOwn) {
  EXPECT_EQ(load("name: 1.10\n" + kBase).name, "1.10");
  EXPECT_EQ(load("name: 1.1\n" + kBase).name, "1.1");
  EXPECT_EQ(load(kBase, {"name=1e3", "compare_with=[1.10, 010]"}).compare_with,
            (std::vector<std::string>{"1.10", "010"}));
  EXPECT_THROW_SAYING(load("name: [a, b]\n" + kBase), ConfigError, "'name' must be text");
  EXPECT_THROW_SAYING(load("name:\n" + kBase), ConfigError, "'name'", "found nothing");
}

TEST(Configuration, AKeyInTwoSpellingsIsGivenTwice) {
  EXPECT_THROW_SAYING(load(kBase + "method.k: 3\nmethod.k: 3\n"), ConfigError, "twice");
  EXPECT_THROW_SAYING(
      load("dataset: {name: tiny}\nfeatures: {name: mfcc}\nmethod: {name: alpha, k: 2}\n"
           "method.k: 3\n"),
      ConfigError, "experiment.yaml:4:", "'method.k'", "twice", ":3:");
  EXPECT_THROW_SAYING(load(kBase + "sweep: {grid: {method.k: [1], method: {k: [2]}}}\n"),
                      ConfigError, "'method.k'", "swept twice");
  EXPECT_THROW_SAYING(
      load(kBase + "sweep: {grid: {method.k: [1]}, random: {count: 2, method.k: [2, 3]}}\n"),
      ConfigError, "'method.k'", "swept twice");
}

TEST(Configuration, AMapOnTheCommandLineWinsOverTheSweepToo) {
  const std::string text = kBase + "sweep: {grid: {method.k: [1, 2]}}\n";
  const Experiment e = load(text, {"method={name: alpha, k: 8}"});
  ASSERT_EQ(e.runs.size(), 1u);
  EXPECT_EQ(k_of(e.runs[0]), 8);
}

TEST(Configuration, VariablesAreFilledInWhereverAFileHasWords) {
  ::setenv("GENREBENCH_TEST_WORD", "5", 1);
  const std::string text =
      "dataset: {name: tiny, genres: [\"${GENREBENCH_TEST_WORD}\", b]}\n"
      "features: {name: mfcc}\nmethod: {alpha: {k: \"${GENREBENCH_TEST_WORD}\"},"
      " name: alpha}\n";
  const RunSpec run = load(text).runs[0];
  EXPECT_EQ(k_of(run), 5);
  EXPECT_EQ(to_string(run.dataset.options.at("genres")), "[5, b]");
  const Experiment swept =
      load(kBase + "sweep: {grid: {dataset.root: [\"${GENREBENCH_TEST_WORD}/a\", b]}}\n");
  EXPECT_EQ(to_string(swept.runs[0].dataset.options.at("root")), "5/a");
  EXPECT_EQ(
      to_string(
          load(kBase, {"dataset.root=${GENREBENCH_TEST_WORD}"}).runs[0].dataset.options.at("root")),
      "${GENREBENCH_TEST_WORD}")
      << "what is typed stays";
  ::unsetenv("GENREBENCH_TEST_WORD");
}

TEST(Configuration, RunsHaveALimit) {
  const std::string sweep = "sweep: {grid: {method.k: [1, 2, 3], method.c: [1, 2]}}\n";
  EXPECT_THROW_SAYING(load(kBase + sweep + "seeds: 20000\n"), ConfigError,
                      "experiment.yaml:4:", "100000 runs", "method.k: 3", "seeds: 20000");
  EXPECT_THROW_SAYING(load(kBase, {"seeds=100001"}), ConfigError, "command line: seeds", "100000");
}

TEST(Configuration, FilesThatExtendOneAnotherHaveALimit) {
  const TemporaryFolder folder;
  folder.write("0.yaml", kBase);
  for (int i = 1; i <= 40; ++i)
    folder.write(std::to_string(i) + ".yaml", "extends: " + std::to_string(i - 1) + ".yaml\n");
  EXPECT_EQ(load_experiment(folder / "20.yaml", {}, registry()).runs.size(), 1u);
  EXPECT_THROW_SAYING(load_experiment(folder / "40.yaml", {}, registry()), ConfigError, "32 files");
  folder.write("list.yaml", "extends: [0.yaml]\n");
  EXPECT_THROW_SAYING(load_experiment(folder / "list.yaml", {}, registry()), ConfigError,
                      "list.yaml:1:", "name of a file");
}

TEST(Configuration, TuningIsCheckedAgainstTheMethodsOptions) {
  const Experiment e = load(kBase + "split: {valid_fraction: 0.1}\n", {"method.tune.c=[0.1, 1]"});
  ASSERT_EQ(e.runs[0].tune.at("c").size(), 2u);
  EXPECT_EQ(e.runs[0].parameters(registry()).at("method.tune.c"), "[0.1, 1]");
  EXPECT_THROW_SAYING(load(kBase, {"method.tune.cc=[1]"}), ConfigError, "unknown option 'cc'");
  EXPECT_THROW_SAYING(load(kBase, {"method.tune.k=[1, 20]"}), ConfigError, "from 1 to 9", "'20'");
}

}  // namespace load_experiment_test
}  // namespace genrebench
