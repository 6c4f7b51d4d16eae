// tests/interop/mlflow_test.py sends runs to a real MLflow server and reads them back.
#include "exports/mlflow/mlflow_run.hpp"

#include <gtest/gtest.h>

#include "exports/exporting.hpp"

namespace genrebench {
namespace mlflow_run_test {

using namespace testing;
using testing::TemporaryFolder;

TEST(MlflowRun, HasTheRunsParametersPointsAndTags) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const MlflowRun run = mlflow_run(*store, exported_run(*store, "aa"_run));
  EXPECT_EQ(run.status, "FINISHED");
  EXPECT_EQ(run.tags.at(kRunTag), "aa"_run);
  EXPECT_EQ(run.params,
            (std::map<std::string, std::string>{
                {"dataset.name", "synthetic"}, {"method.name", "svm"}, {"seed", "64"}}));
  ASSERT_EQ(run.points.size(), 3u);
  EXPECT_EQ(run.points[0].key, "loss/train");
  EXPECT_EQ(run.points[0].step, 1);
  EXPECT_EQ(run.points[0].time_ms, run.start_ms + 250) << "the epoch took 0.25 s";
  EXPECT_EQ(run.points[2].key, "test/accuracy");
  EXPECT_EQ(run.points[2].value, 0.75);
  EXPECT_EQ(run.end_ms, run.start_ms + 1500);
  const MlflowRun failed = mlflow_run(*store, exported_run(*store, "kk"_run));
  EXPECT_EQ(failed.status, "FAILED");
  EXPECT_EQ(failed.tags.at("genrebench.message"), "it went wrong");
}

TEST(MlflowRun, HasADigestThatFollowsItsContent) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const MlflowRun run = mlflow_run(*store, exported_run(*store, "aa"_run));
  EXPECT_EQ(run.digest(), mlflow_run(*store, exported_run(*store, "aa"_run)).digest());
  MlflowRun other = run;
  other.points[0].value += 1e-15;
  EXPECT_NE(other.digest(), run.digest());
  other = run;
  other.params["seed"] = "1";
  EXPECT_NE(other.digest(), run.digest());
}

TEST(MlflowRun, OfAConfigurationHasWhatItsRunsShare) {
  ExportedRun one{
      .run = {}, .experiment = "table2", .configuration = "c", .title = "svm, c=1", .name = {}};
  one.run.status = RunStatus::done;
  one.run.parameters = {{"method.name", "svm"}, {"split.fold", "0"}};
  one.run.started_at = "2026-11-28T18:45:00Z";
  one.run.wall_s = 2.0;
  ExportedRun other = one;
  other.run.parameters["split.fold"] = "1";
  other.run.started_at = "2026-11-28T18:46:00Z";
  const MlflowRun parent = mlflow_parent({&one, &other});
  EXPECT_EQ(parent.name, "svm, c=1");
  EXPECT_EQ(parent.params, (std::map<std::string, std::string>{{"method.name", "svm"}}));
  EXPECT_EQ(parent.status, "FINISHED");
  EXPECT_EQ(parent.start_ms, 1795891500000);
  EXPECT_EQ(parent.end_ms, 1795891562000);
  other.run.status = RunStatus::running;
  EXPECT_EQ(mlflow_parent({&one, &other}).status, "RUNNING");
}

TEST(MlflowRun, HasNamesThatMlflowAllows) {
  EXPECT_EQ(mlflow_key("test/recall/blues"), "test/recall/blues");
  EXPECT_EQ(mlflow_key("test/recall/R&B, \"soul\""), "test/recall/R_B_ _soul_");
  EXPECT_EQ(mlflow_key("test/recall/musique légère"), "test/recall/musique légère");
  EXPECT_EQ(mlflow_key("a//b/../."), "a/_/b/_/_");
  EXPECT_EQ(mlflow_key("/a/"), "_/a/_");
  EXPECT_EQ(mlflow_key(""), "_");
  const std::string longer = mlflow_key("recall/" + std::string(400, 'x'));
  EXPECT_EQ(longer.size(), 250u);
  EXPECT_NE(longer, mlflow_key("recall/" + std::string(401, 'x')));
  EXPECT_EQ(mlflow_value("short"), "short");
  std::string umlauts;
  for (int i = 0; i < 4000; ++i) umlauts += "ä";
  const std::string value = mlflow_value(umlauts);
  EXPECT_LE(value.size(), 6000u);
  EXPECT_TRUE(value.ends_with("ä…"));
}

TEST(MlflowRun, KeepsNamesApartThatDifferInForbiddenCharacters) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"_run});
  RunResult result = ExampleStore::result(0.5);
  result.metrics = {{"test", "recall/R&B", -1, 0.25}, {"test", "recall/R+B", -1, 0.75}};
  store->finish(store.take("aa"_run), result);
  const MlflowRun run = mlflow_run(*store, exported_run(*store, "aa"_run));
  ASSERT_EQ(run.points.size(), 2u);
  EXPECT_EQ(run.points[0].key, "test/recall/R_B");
  EXPECT_EQ(run.points[1].key, "test/recall/R_B_2");
}

}  // namespace mlflow_run_test
}  // namespace genrebench
