#include "exports/exported_runs.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "exports/exporting.hpp"
#include "harness/plugin/method.hpp"

namespace genrebench {
namespace exported_runs_test {

using namespace testing;
using testing::TemporaryFolder;

TEST(ExportedRuns, AreThoseThatWereStartedEachOnce) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store.plan("again", {"aa"_run, "bb"_run});
  const ExportedRuns all = exported_runs(*store, {});
  std::vector<std::string> ids;
  for (const ExportedRun& one : all.runs) ids.push_back(one.run.id);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(ids, (std::vector<std::string>{"aa"_run, "bb"_run, "kk"_run}));
  EXPECT_EQ(all.n_waiting, 1u);
  EXPECT_EQ(exported_runs(*store, {{"again"}}).runs.size(), 2u);
  EXPECT_THROW(exported_runs(*store, {{"agian"}}), ConfigError);
}

TEST(ExportedRuns, HaveNamesOfTheirOwnAndACommonConfiguration) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const ExportedRun a = exported_run(*store, "aa"_run), b = exported_run(*store, "bb"_run),
                    k = exported_run(*store, "kk"_run);
  EXPECT_NE(a.name, b.name);
  EXPECT_TRUE(a.name.starts_with("svm_seed_64_")) << a.name;
  EXPECT_TRUE(k.name.starts_with("knn_seed_64_")) << k.name;
  EXPECT_NE(a.configuration, k.configuration);
  EXPECT_EQ(a.experiment, "table2");
}

TEST(ExportedRuns, KnowTheTimesOfTheStore) {
  // date -u -d 2026-11-28T18:45:00Z +%s
  EXPECT_EQ(seconds_of("2026-11-28T18:45:00Z"), 1795891500.0);
  EXPECT_EQ(seconds_of(""), 0.0);
}

TEST(ExportedRuns, EndWhereTheUserAsks) {
  check_interrupted({});
  check_interrupted([] { return false; });
  EXPECT_THROW(check_interrupted([] { return true; }), Interrupted);
}

}  // namespace exported_runs_test
}  // namespace genrebench
