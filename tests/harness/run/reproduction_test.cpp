#include "harness/run/reproduction.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "harness/run/environment.hpp"

namespace genrebench {
namespace reproduction_test {

RunResult result() {
  RunResult r;
  r.metrics = {{"test", "accuracy", -1, 0.5},
               {"train", "loss", 1, 2.0},
               {"train", "loss", 2, 1.0},
               {"train", "seconds", 1, 0.3}};
  r.predictions = {{"valid", "a", 0, 0, {0.75f, 0.25f}}, {"test", "b", 1, 0, {0.5f, 0.5f}}};
  r.bad_tracks = {{"c", "unreadable: /old/place"}};
  r.facts = {{"tuned.c", "10"}};
  r.artifacts = {{"model", "0123", 4}};
  return r;
}

TEST(ComparedResults, AreIdenticalToThemselvesAndCountWhatTheyCompared) {
  const ResultComparison comparison = compare_results(result(), result());
  EXPECT_TRUE(comparison.identical());
  EXPECT_EQ(comparison.n_metrics, 3u) << "a time is no result";
  EXPECT_EQ(comparison.n_predictions, 2u);
  EXPECT_EQ(comparison.n_facts, 1u);
  EXPECT_EQ(comparison.n_files, 1u);
}

TEST(ComparedResults, MayTakeAnotherTimeAndSayAnotherPlaceOfABadTrack) {
  RunResult now = result();
  now.metrics.back().value = 7.0;
  now.bad_tracks[0].message = "unreadable: /new/place";
  now.wall_s = 3.0;
  now.resources = {{"resources.cpu_s", "9"}};
  EXPECT_TRUE(compare_results(result(), now).identical());
}

TEST(ComparedResults, ShowTheLastBitOfAMetricAndOfAProbability) {
  RunResult now = result();
  now.metrics[1].value = std::nextafter(2.0, 3.0);
  now.predictions[0].probabilities[1] = std::nextafter(0.25f, 1.0f);
  const ResultComparison comparison = compare_results(result(), now);
  ASSERT_EQ(comparison.differences.size(), 2u);
  EXPECT_EQ(comparison.differences[0].what, "prediction of a in valid")
      << "the larger difference comes first";
  EXPECT_EQ(comparison.differences[0].size,
            static_cast<double>(std::nextafter(0.25f, 1.0f) - 0.25f));
  EXPECT_EQ(comparison.differences[1].what, "metric loss of train at 1");
  EXPECT_EQ(comparison.differences[1].then, "2");
  EXPECT_EQ(comparison.differences[1].now, "2.0000000000000004");
}

TEST(ComparedResults, SayWhatOneOfThemLacks) {
  RunResult now = result();
  now.metrics.erase(now.metrics.begin());
  now.predictions.pop_back();
  now.bad_tracks.clear();
  now.facts = {{"fit.gamma", "1"}};
  now.artifacts = {{"model", "4567", 4}};
  std::vector<std::string> lines;
  for (const ResultDifference& one : compare_results(result(), now).differences)
    lines.push_back(one.what + ": " + one.then + ", " + one.now);
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "metric accuracy of test: 0.5, missing",
                       "prediction of b in test: class 0 of 1 [0.5, 0.5], missing",
                       "fact tuned.c: 10, missing", "fact fit.gamma: missing, 1",
                       "bad track c: could not be used, missing", "file model: 0123, 4567"}));
}

TEST(ComparedResults, OfAnotherClassDifferEvenWhereTheProbabilitiesAreEqual) {
  RunResult now = result();
  now.predictions[1].predicted = 1;
  const ResultComparison comparison = compare_results(result(), now);
  ASSERT_EQ(comparison.differences.size(), 1u);
  EXPECT_EQ(comparison.differences[0].size, 0.0);
}

TEST(ComparedResults, TakeNotANumberForItself) {
  RunResult then = result(), now = result();
  then.metrics[0].value = now.metrics[0].value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(compare_results(then, now).identical());
  EXPECT_FALSE(compare_results(result(), now).identical());
}

TEST(ComparedResults, OfARunWithoutAFolderForFilesLackNone) {
  RunResult then = result();
  then.artifacts.clear();
  EXPECT_TRUE(compare_results(then, result()).identical());
}

TEST(Circumstances, AreConfigurationDataAndWhatCanChangeBits) {
  RunRecord stored;
  stored.id = "aa";
  stored.dataset_fingerprint = "data";
  PlannedRun planned;
  planned.id = "bb";
  auto data = std::make_shared<OpenDataset>();
  data->fingerprint = "data";
  planned.data = data;
  const auto rows = compare_circumstances(
      stored, planned,
      {{"genrebench.commit", "1"},
       {"library.old", "3"},
       {"resources.cpu_s", "4"},
       {"threads", "2"}},
      {{"genrebench.commit", "1-dirty"}, {"library.new", "5"}, {"threads", "2"}});
  std::map<std::string, bool> same, decides;
  for (const Circumstance& row : rows) {
    same[row.what] = row.same();
    decides[row.what] = row.decides;
  }
  EXPECT_EQ(same, (std::map<std::string, bool>{{"run (configuration, data, seed)", false},
                                               {"dataset", true},
                                               {"commit", false},
                                               {"library new", false},
                                               {"library old", false},
                                               {"threads", true}}));
  EXPECT_TRUE(decides.at("dataset"));
  EXPECT_FALSE(decides.at("commit"));
}

TEST(Environment, SaysWhatTheProgramIsMadeOfAndRunsOn) {
  const auto environment = describe_environment(3);
  for (const char* key : {"genrebench.version", "genrebench.commit", "genrebench.dirty",
                          "genrebench.build", "compiler", "library.sqlite", "library.eigen",
                          "library.fftw", "library.torch", "host", "system"})
    EXPECT_NE(environment.find(key), environment.end()) << key;
  EXPECT_EQ(environment.at("threads"), "3");
  EXPECT_EQ(environment.at("genrebench.dirty"),
            environment.at("genrebench.commit").ends_with("-dirty") ? "true" : "false");
}

}  // namespace reproduction_test
}  // namespace genrebench
