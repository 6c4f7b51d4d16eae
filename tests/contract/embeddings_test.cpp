// The experiments of experiments/embeddings, on embeddings of real music where they are there:
// accuracies near those of another program (scikit-learn) on the same numbers.
#include <gtest/gtest.h>

#include <map>

#include "contract/contract_support.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plan/plan.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/sweep.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
namespace embeddings_test {

namespace fs = std::filesystem;

using testing::registry;
using testing::SilentProgress;
using testing::TemporaryFolder;

/// Runs an experiment. @return  the test accuracy of each of its runs, in percent
std::vector<double> accuracies(const std::string& name, const std::vector<std::string>& words) {
  const TemporaryFolder folder;
  SilentProgress progress;
  FileHashes hashes({});
  const fs::path file =
      fs::path(GENREBENCH_SOURCE_DIR) / "experiments" / "embeddings" / (name + ".yaml");
  const Plan plan =
      make_plan(load_experiment(file, words, registry()), registry(), {}, hashes, progress);
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  execute(plan, *store, registry(), hashes, {}, progress);
  std::vector<double> result;
  for (const PlannedRun& run : plan.runs) {
    const auto accuracy = store->metric(run.id, "test", "accuracy");
    EXPECT_TRUE(accuracy.has_value()) << store->run(run.id).value().message;
    result.push_back(100.0 * accuracy.value_or(0.0));
    EXPECT_TRUE(store->bad_tracks(run.id).empty());
  }
  return result;
}

TEST(EmbeddingExperiments, GtzanByAConvnetOnTheFaultFilteredList) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const std::string root = "features.root=" + (shared / "data/features/gtzan-convnet").string();
  const std::vector<double> trained = accuracies("gtzan_convnet", {root});
  ASSERT_EQ(trained.size(), 1u);
  EXPECT_NEAR(trained[0], 76.9, 2.0);
  const std::vector<double> with_valid = accuracies("gtzan_convnet_with_valid", {root});
  ASSERT_EQ(with_valid.size(), 1u);
  EXPECT_NEAR(with_valid[0], 83.4, 2.0);
}

TEST(EmbeddingExperiments, GtzanByAConvnetOnArtistFolds) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const std::vector<double> folds =
      accuracies("gtzan_convnet_folds",
                 {"features.root=" + (shared / "data/features/gtzan-convnet").string()});
  ASSERT_EQ(folds.size(), 3u);
  EXPECT_NEAR((folds[0] + folds[1] + folds[2]) / 3.0, 81.9, 2.5);
}

TEST(EmbeddingExperiments, ExtendedBallroomByAConvnetOnAPublishedFold) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const fs::path data = shared / "data";
  const std::vector<double> fold = accuracies(
      "extended_ballroom_published",
      {"features.root=" + (data / "features/extended-ballroom/convnet.npz").string(),
       "dataset.metadata=" + (data / "extended-ballroom/extendedballroom_v1.1.xml").string(),
       "sweep.grid.split.fold=[1]"});
  ASSERT_EQ(fold.size(), 1u);
  EXPECT_NEAR(fold[0], 84.0, 5.0) << "one fold of ten";
}

}  // namespace embeddings_test
}  // namespace genrebench
