#include "cli/run_differences.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/render/render.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::cli {
namespace run_differences_test {

using testing::ExampleStore;
using testing::TemporaryFolder;

constexpr const char* kTracks[] = {"t0", "t1", "t2", "t3", "t4"};

struct Made {
  std::string id = {}, method = {};
  std::uint64_t seed = 0;
  double accuracy = 0.0;
  std::vector<int> predicted = {};  ///< of five tracks, all of class 1
  std::string division = "d0", data = "data";
};

void add(const ExampleStore& store, const std::vector<Made>& all) {
  std::vector<RunRecord> runs;
  for (const Made& made : all) {
    RunRecord& run = runs.emplace_back();
    run.id = run_id(made.id);
    run.seed = made.seed;
    run.dataset_fingerprint = made.data;
    run.parameters = {{"method.name", made.method}, {"dataset.name", "synthetic"}};
  }
  store->plan(
      {.name = "sweep", .description = {}, .source_file = {}, .created_at = {}, .run_ids = {}},
      runs);
  for (const Made& made : all) {
    RunResult result;
    result.metrics = {{"test", "accuracy", -1, made.accuracy}, {"test", "loss", 3, 1.0}};
    for (std::size_t i = 0; i < made.predicted.size(); ++i)
      result.predictions.push_back({.split = "test",
                                    .track = kTracks[i],
                                    .truth = 1,
                                    .predicted = made.predicted[i],
                                    .probabilities = {}});
    result.facts = {{"dataset.genres", list_text({"polka", "rock"})},
                    {"split.division", made.division},
                    {"fit.iterations", made.method == "svm" ? "9" : "4"}};
    store->finish(store.take(run_id(made.id)), result);
  }
}

const Difference* find(const std::vector<Difference>& all, const std::string& key) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Difference& one) { return one.key == key; });
  return found == all.end() ? nullptr : &*found;
}

class ComparedRuns : public ::testing::Test {
 protected:
  RunDifferences compare(const std::string& a, const std::string& b) const {
    return compare_sides(*store_, find_side(*store_, a), find_side(*store_, b));
  }
  TemporaryFolder folder_;
  ExampleStore store_{folder_ / "runs.db"};
};

TEST_F(ComparedRuns, OfTwoRunsAreInConfigurationDataResultsAndAnswers) {
  add(store_, {{.id = "aa", .method = "svm", .accuracy = 0.75, .predicted = {1, 1, 1, 0, 0}},
               {.id = "bb", .method = "knn", .accuracy = 0.5, .predicted = {1, 0, 0, 1, 0}}});
  const RunDifferences found = compare("aa", "bb");
  ASSERT_EQ(found.configuration.size(), 1u);
  EXPECT_EQ(found.configuration[0].key, "method.name");
  EXPECT_EQ(found.configuration[0].first, std::vector<std::string>{"svm"});
  EXPECT_EQ(found.configuration[0].second, std::vector<std::string>{"knn"});
  EXPECT_EQ(found.n_same_parameters, 1u);
  EXPECT_TRUE(found.same_data);
  EXPECT_TRUE(found.same_division);
  EXPECT_TRUE(found.data.empty());
  EXPECT_TRUE(found.environment.empty());
  ASSERT_NE(find(found.found, "fit.iterations"), nullptr);
  ASSERT_EQ(found.metrics.size(), 1u) << "curves are no results";
  EXPECT_EQ(found.metrics[0].differences, std::vector<double>{-0.25});
  const AnswerCounts& answers = found.answers;
  EXPECT_EQ(answers.both_right, 1u);
  EXPECT_EQ(answers.first_right, 2u);
  EXPECT_EQ(answers.second_right, 1u);
  EXPECT_EQ(answers.both_wrong, 1u);
  EXPECT_EQ(answers.same_answer, 2u);
  const std::string text = render_terminal(differences_document(found));
  for (const char* part : {"method.name", "svm", "knn", "-0.25", "2 of 5 tracks",
                           "The same data, divided into the same parts",
                           "McNemar's exact test of these tracks: p = 1"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST_F(ComparedRuns, OfOtherDataAndDivisionsAreSaid) {
  add(store_, {{.id = "aa", .method = "svm"},
               {.id = "bb", .method = "svm", .seed = 1, .division = "d1"},
               {.id = "cc", .method = "svm", .data = "other"}});
  const RunDifferences divided = compare("aa", "bb");
  EXPECT_TRUE(divided.configuration.empty());
  EXPECT_TRUE(divided.same_data);
  EXPECT_FALSE(divided.same_division);
  EXPECT_NE(find(divided.data, "split.division"), nullptr);
  const RunDifferences other = compare("aa", "cc");
  EXPECT_FALSE(other.same_data);
  EXPECT_NE(render_terminal(differences_document(other)).find("The data differ"),
            std::string::npos);
  EXPECT_EQ(other.answers.n_tracks(), 0u);
}

TEST_F(ComparedRuns, OfSeveralSeedsArePairedBySeed) {
  add(store_, {{.id = "a0", .method = "svm", .seed = 0, .accuracy = 0.5, .predicted = {1, 0, 0}},
               {.id = "a1", .method = "svm", .seed = 1, .accuracy = 0.75, .predicted = {1, 1, 0}},
               {.id = "a2", .method = "svm", .seed = 2, .accuracy = 0.25, .predicted = {0, 0, 0}},
               {.id = "b1", .method = "knn", .seed = 1, .accuracy = 1.0, .predicted = {1, 1, 1}},
               {.id = "b0", .method = "knn", .seed = 0, .accuracy = 0.5, .predicted = {1, 1, 0}}});
  const RunDifferences found = compare("sweep/svm", "sweep/knn");
  ASSERT_EQ(found.metrics.size(), 1u);
  EXPECT_EQ(found.metrics[0].first, (std::vector<double>{0.5, 0.75, 0.25}));
  EXPECT_EQ(found.metrics[0].second, (std::vector<double>{0.5, 1.0}));
  EXPECT_EQ(found.metrics[0].differences, (std::vector<double>{0.0, 0.25}));
  EXPECT_EQ(found.answers.n_pairs, 2u);
  EXPECT_EQ(found.answers.n_tracks(), 6u);
  EXPECT_EQ(found.answers.second_right, 2u);
  const auto json = differences_json(found);
  EXPECT_EQ(json["first"]["runs"].size(), 3u);
  EXPECT_EQ(json["configuration"]["method.name"]["second"][0], "knn");
  EXPECT_EQ(json["answers"]["second_right"], 2);
  EXPECT_NE(render_terminal(differences_document(found)).find("over 2 seeds"), std::string::npos);
}

TEST_F(ComparedRuns, OptionsOfAPluginThatOnlyOneHasAreLeftOut) {
  std::vector<RunRecord> runs(2);
  runs[0].id = "aa"_run;
  runs[0].parameters = {{"method.name", "svm"}, {"method.c", "1"}, {"method.kernel", "rbf"}};
  runs[1].id = "bb"_run;
  runs[1].parameters = {{"method.name", "knn"}, {"method.neighbours", "5"}};
  for (RunRecord& run : runs) run.dataset_fingerprint = "data";
  store_->plan(
      {.name = "sweep", .description = {}, .source_file = {}, .created_at = {}, .run_ids = {}},
      runs);
  const RunDifferences found = compare("aa", "bb");
  EXPECT_EQ(found.configuration.size(), 4u) << "--json has them all";
  const std::string text = render_terminal(differences_document(found));
  EXPECT_NE(text.find("3 options that only one of the plug-ins has are left out"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("method.neighbours"), std::string::npos) << text;
}

TEST_F(ComparedRuns, ARunHasNoneToItself) {
  add(store_, {{.id = "aa", .method = "svm", .accuracy = 0.5, .predicted = {1}}});
  const RunDifferences found = compare("aa", "aa");
  EXPECT_TRUE(found.configuration.empty() && found.data.empty() && found.environment.empty() &&
              found.found.empty());
  EXPECT_NE(render_terminal(differences_document(found)).find("1 metric is equal"),
            std::string::npos);
}

}  // namespace run_differences_test
}  // namespace genrebench::cli
