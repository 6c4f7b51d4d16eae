// Mistakes in experiment files and overrides: exit code 2, one line that names the place, and
// nothing recorded.
#include <gtest/gtest.h>

#include <ostream>

#include "faults/fault_support.hpp"

namespace genrebench {
namespace configuration_test {

using namespace testing;

struct Mistake {
  std::string name;
  std::map<std::string, std::string> keys;
  std::vector<std::string> says;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

std::vector<Mistake> mistakes() {
  return {
      {"UnknownKey", {{"datset", "{name: folder}"}}, {"datset", "did you mean 'dataset'?"}},
      {"UnknownOption",
       {{"method", "{name: knn, neighbors: 3}"}},
       {"neighbors", "did you mean 'neighbours'?"}},
      {"UnknownMethod",
       {{"method", "{name: knm}"}},
       {"method", "knm", "did you mean 'knn'?", "svm"}},
      {"UnknownDataset",
       {{"dataset", "{name: gzan}"}},
       {"dataset", "gzan", "did you mean 'gtzan'?"}},
      {"UnknownFeature", {{"features", "{name: mfc}"}}, {"feature", "mfc", "did you mean 'mfcc'?"}},
      {"UnknownExcerpt", {{"excerpt", "{name: ful}"}}, {"excerpt", "ful", "did you mean 'full'?"}},
      {"UnknownSplit", {{"split", "{kind: random}"}}, {"split", "random", "stratified"}},
      {"UnknownReport", {{"reports", "[tabel2]"}}, {"report", "tabel2", "did you mean 'table2'?"}},
      {"NoMethod", {{"method", "{neighbours: 3}"}}, {"method.name", "not given"}},
      {"PluginThatIsNoMap", {{"method", "knn"}}, {"method", "name", "knn"}},
      {"WrongType",
       {{"method", "{name: knn, neighbours: many}"}},
       {"neighbours", "integer", "many"}},
      {"WrongTypeOfRunOption",
       {{"standardise", "perhaps"}},
       {"standardise", "true or false", "perhaps"}},
      {"OutOfRange",
       {{"method", "{name: knn, neighbours: 0}"}},
       {"neighbours", "from 1", "found '0'"}},
      {"OutOfRangeOfIntegers",
       {{"method", "{name: knn, neighbours: 99999999999999999999}"}},
       {"neighbours"}},
      {"NegativeSeed", {{"seeds", "[-1]"}}, {"seeds", "whole numbers"}},
      {"SeedTwice", {{"seeds", "[1, 1]"}}, {"seed", "twice"}},
      {"NoSeeds", {{"seeds", "[]"}}, {"seeds"}},
      {"ImpossibleSplit", {{"split", "{kind: kfold, folds: 2, fold: 5}"}}, {"fold", "5"}},
      {"ImpossibleFeature",
       {{"features", "{name: mfcc_statistics, sample_rate_hz: 8000, fmax_hz: 9000}"}},
       {"fmax"}},
      {"MissingEnvironment",
       {{"dataset", "{name: folder, root: \"${GENREBENCH_NO_SUCH_VARIABLE}\"}"}},
       {"GENREBENCH_NO_SUCH_VARIABLE", "not set"}},
      {"SequencesForAMethodOfVectors",
       {{"features", "{name: mfcc, sample_rate_hz: 8000, n_fft: 256, n_mels: 20, n_mfcc: 8}"}},
       {"summary", "knn"}},
      {"TuneWithoutValidation",
       {{"method", "{name: knn, tune: {neighbours: [1, 3]}}"}},
       {"tune", "validation"}},
      {"SweepOverNothing", {{"sweep", "{grid: {method.neighbours: []}}"}}, {"method.neighbours"}},
      {"SweepOfUnknownKind",
       {{"sweep", "{gird: {method.neighbours: [1]}}"}},
       {"gird", "did you mean 'grid'?"}},
      {"SweepOverAnUnknownKey", {{"sweep", "{grid: {method.neighbors: [1]}}"}}, {"neighbors"}},
      {"SweepZipOfUnequalLengths",
       {{"sweep", "{zip: {method.neighbours: [1, 2], vote: [majority]}}"}},
       {"zip", "method.neighbours", "vote"}},
      {"ExtendsNothing", {{"extends", "nothing.yaml"}}, {"nothing.yaml"}},
      {"PublishedSplitThatIsNone", {{"split", "{kind: published, list: official}"}}, {"official"}},
      {"UnknownGenre",
       {{"dataset", "{name: folder, root: MUSIC, genres: [polka, rok]}"}},
       {"rok", "rock"}}};
}

/// Numbers that are none, and numbers of runs without end.
std::vector<Mistake> mistakes_of_numbers() {
  return {{"NumberInHexadecimal",
           {{"method", "{name: knn, neighbours: 0x10}"}},
           {"neighbours", "integer", "found '0x10'"}},
          {"QuotedWordForANumber",
           {{"method", "{name: knn, neighbours: \"many\"}"}},
           {"neighbours", "integer", "found 'many'"}},
          {"NoValue", {{"method", "{name: knn, neighbours: }"}}, {"neighbours", "found nothing"}},
          {"PathThatIsAMap", {{"dataset", "{name: folder, root: {MUSIC}}"}}, {"root"}},
          {"RandomRangeOfAllIntegers",
           {{"sweep",
             "{random: {count: 3, method.neighbours: {low: 0, high: 1.8446744073709552e19, type: "
             "integer}}}"}},
           {"method.neighbours", "2^53"}},
          {"RandomRangeWithoutEnd",
           {{"sweep",
             "{random: {count: 3, method.neighbours: {low: -.inf, high: .inf, type: integer}}}"}},
           {"method.neighbours", "numbers", "'.inf'"}},
          {"RandomCountWithoutEnd",
           {{"sweep", "{random: {count: 2000000000, method.neighbours: [1, 2]}}"}},
           {"sweep.random.count", "100000"}},
          {"TooManyRuns",
           {{"sweep", "{grid: {method.neighbours: [1, 2, 3, 4, 5, 6, 7]}}"}, {"seeds", "20000"}},
           {"100000 runs", "method.neighbours: 7", "seeds: 20000"}}};
}

class ConfigurationMistake : public ::testing::TestWithParam<Mistake> {};

INSTANTIATE_TEST_SUITE_P(Configuration, ConfigurationMistake, ::testing::ValuesIn(mistakes()),
                         [](const auto& test) { return test.param.name; });
INSTANTIATE_TEST_SUITE_P(Numbers, ConfigurationMistake, ::testing::ValuesIn(mistakes_of_numbers()),
                         [](const auto& test) { return test.param.name; });

TEST_P(ConfigurationMistake, IsToldInOneLineBeforeAnythingRuns) {
  const Workbench bench;
  std::map<std::string, std::string> keys = GetParam().keys;
  for (auto& [key, value] : keys)
    if (const auto place = value.find("MUSIC"); place != std::string::npos)
      value.replace(place, 5, bench.music.string());
  const auto file = bench.experiment("mistaken", keys);
  expect_refused(bench.run(file), 2, GetParam().says);
  EXPECT_FALSE(std::filesystem::exists(bench.database)) << "nothing ran, so nothing is recorded";
  expect_refused(run_program(bench.arguments("plan", file)), 2, GetParam().says);
}

struct Text {
  std::string name;
  std::string text;
  std::vector<std::string> says;
};

void PrintTo(const Text& text, std::ostream* out) { *out << text.name; }

class ConfigurationText : public ::testing::TestWithParam<Text> {};

INSTANTIATE_TEST_SUITE_P(
    Configuration, ConfigurationText,
    ::testing::Values(
        Text{"SyntaxError",
             "name: x\nmethod: {name: knn\nseeds: [1]\n",
             {"file.yaml:3", "not valid YAML"}},
        Text{"Tabulator", "name: x\n\tmethod: {}\n", {"file.yaml:2:1", "not valid YAML"}},
        Text{"DuplicateKey",
             "name: x\nmethod: {name: knn}\nmethod: {name: svm}\n",
             {"file.yaml:3:1", "'method'", "twice"}},
        Text{"DuplicateInnerKey",
             "name: x\nmethod: {name: knn, name: svm}\n",
             {"file.yaml:2:21", "'name'", "twice"}},
        Text{"Empty", "", {"file.yaml", "map"}}, Text{"List", "- a\n- b\n", {"file.yaml", "map"}},
        Text{"Scalar", "forty-two\n", {"file.yaml", "map"}},
        Text{"Binary", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16), {"file.yaml"}},
        Text{"UnknownAlias", "name: *nobody\n", {"file.yaml:1"}},
        Text{"KeyThatIsAList", "[a, b]: c\n", {"file.yaml:1"}},
        Text{"SweepThatIsAList", "sweep: [1, 2]\n", {"file.yaml:1", "sweep"}},
        Text{"GridThatIsAList", "sweep: {grid: [1, 2]}\n", {"file.yaml:1", "grid"}},
        Text{"RangeWithoutHigh",
             "sweep: {random: {count: 2, method.c: {low: 1}}}\n",
             {"file.yaml:1", "method.c"}},
        Text{"ListOfMaps", "method: {name: [{a: 1}]}\n", {"file.yaml:1"}},
        Text{"ExtendsItself", "extends: file.yaml\n", {"file.yaml", "extends itself"}},
        Text{"ExtendsAFolder", "extends: .\n", {"folder"}},
        Text{"SecondDocument", "name: a\n---\nname: b\n", {"file.yaml:2:1", "one document"}},
        Text{"ControlCharacter", "name: a\x04\nmethod: {name: x}\n", {"file.yaml:1:8", "x04"}},
        Text{"Latin1", "name: caf\xE9\n", {"file.yaml:1:10", "UTF-8"}},
        Text{"Utf16", std::string("\xFF\xFEn\0:\0", 6), {"file.yaml", "UTF-16"}},
        Text{"CommentOrName", "name: music #2\n", {"file.yaml:1:7", "'#2'", "quotes"}},
        Text{"SignsWithoutQuotes", "name: @eaDir\n", {"file.yaml:1:7", "quotes"}},
        Text{"OpenQuotes", "name: \"\n", {"file.yaml:1:7", "not closed"}},
        Text{"Tag", "name: !secret x\n", {"file.yaml:1:7", "tags"}},
        Text{"UnusedAnchor", "name: &a\n", {"file.yaml:1:7", "&a"}},
        Text{"MergeKey", "x: &x {a: 1}\nmethod: {<<: *x}\n", {"file.yaml:2:10", "<<", "extends"}},
        Text{"NodeInItself", "name: &a {b: *a}\n", {"file.yaml:1:14", "&a", "within itself"}},
        Text{"ListInItself", "seeds: &s [*s, 1]\n", {"file.yaml:1:12", "within itself"}},
        Text{"DeepLists", std::string(100000, '['), {"file.yaml:1:", "64 deep"}},
        Text{"DeepMaps", std::string(100000, '{'), {"file.yaml:1:", "64 deep"}},
        Text{"LargeFile", std::string(3000000, '#'), {"file.yaml", "524288 bytes"}},
        Text{"LongKey", std::string(900, 'k') + ": 1\n", {"file.yaml", "unknown key"}},
        Text{"SweptTwice",
             "sweep: {grid: {vote: [majority]}, zip: {vote: [majority]}}\n",
             {"file.yaml:1", "'vote'", "twice"}},
        Text{"EmptySections", "dataset:\nmethod:\n", {"file.yaml", "dataset"}}),
    [](const auto& test) { return test.param.name; });

TEST_P(ConfigurationText, IsRefusedWithItsPlace) {
  const Workbench bench;
  const auto file = bench.folder.write("file.yaml", GetParam().text);
  expect_refused(bench.run(file), 2, GetParam().says);
  EXPECT_FALSE(std::filesystem::exists(bench.database));
}

TEST(Configuration, MistakeNamesTheFileThoughItIsNamedWithoutAFolder) {
  const Workbench bench;
  bench.experiment("mistaken", {{"method", "{neighbours: 3}"}});
  expect_refused(run_program({"plan", "mistaken.yaml", "--cache", bench.cache.string()},
                             {.folder = bench.folder.path()}),
                 2, {"mistaken.yaml", "method.name"});
}

TEST(Configuration, MissingFileIsNamed) {
  const Workbench bench;
  expect_refused(bench.run(bench.folder / "no.yaml"), 2, {"no.yaml", "cannot read"});
  expect_refused(bench.run(bench.music), 2, {bench.music.string(), "folder"});
  expect_refused(bench.run("method.name=svm"), 2, {"no experiment file"});
}

TEST(Configuration, BadOverridesAreToldAsSuch) {
  const Workbench bench;
  const auto file = bench.experiment("good");
  const std::vector<std::pair<std::string, std::vector<std::string>>> overrides = {
      {"method.neighbours=many", {"command line", "neighbours", "many"}},
      {"methd.name=svm", {"command line", "methd"}},
      {"method.name=[svm", {"command line", "[svm"}},
      {"method.tune.neighbours=[1", {"command line", "YAML"}},
      {"method=&a {b: *a}", {"command line", "&a is used within itself"}},
      {"seeds=0x2", {"command line", "seeds"}},
      {"method.neighbours=1 # one", {"neighbours", "'1 # one'"}},
      {"=3", {"command line", "key=value"}},
      {"sweep.zip.seeds=[1]", {"command line", "sweep.grid"}},
      {"seeds=none", {"command line", "seeds"}},
      {"method.name=", {"method.name"}},
      {"dataset.root=", {"root"}}};
  for (const auto& [word, says] : overrides) expect_refused(bench.run(file, {word}), 2, says);
}

TEST(Configuration, TwoFilesWithOneNameAreRefused) {
  const Workbench bench;
  const auto one = bench.experiment("one", {{"name", "same"}}),
             two = bench.experiment("two", {{"name", "same"}});
  expect_refused(bench.run(one, {two.string()}), 2, {"two.yaml", "same"});
}

TEST(Configuration, MistakeInASecondFileShowsBeforeTheFirstRuns) {
  const Workbench bench;
  const auto good = bench.experiment("good"),
             bad = bench.experiment("bad", {{"method", "{name: knm}"}});
  expect_refused(bench.run(good, {bad.string()}), 2, {"bad.yaml", "knm"});
  EXPECT_FALSE(std::filesystem::exists(bench.database));
}

}  // namespace configuration_test
}  // namespace genrebench
