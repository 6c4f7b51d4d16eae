#include "harness/store/run_list.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/example_store.hpp"
#include "support/store_sql.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace run_list_test {

using testing::ExampleStore;
using testing::fill;
using testing::TemporaryFolder;
using Texts = std::vector<std::string>;

/// The values of each run, by the order of their ids.
std::vector<Texts> values(const ExampleStore& store, const Texts& keys,
                          const std::string& experiment = {}) {
  std::vector<WantedKey> wanted;
  for (const std::string& key : keys) wanted.push_back({key, "--columns"});
  RunList list = list_runs(store.file(), experiment, wanted);
  std::sort(list.runs.begin(), list.runs.end(),
            [](const ListedRun& a, const ListedRun& b) { return a.run.id < b.run.id; });
  std::vector<Texts> result;
  for (const ListedRun& run : list.runs) result.push_back(run.values);
  return result;
}

TEST(RunList, HasWhatTheWholeRunsHave) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store.plan("second", {"aa"_run, "ee"_run});
  const Texts keys = {"run",  "status",        "message",     "seed",
                      "data", "origin",        "method.name", "dataset.genres",
                      "host", "test.accuracy", "experiment"};
  const std::vector<Texts> found = values(store, keys);
  const std::vector<std::string> ids = testing::sorted_ids(store->runs());
  ASSERT_EQ(found.size(), ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const RunRecord run = *store->run(ids[i]);
    EXPECT_EQ(found[i][0], run.id);
    EXPECT_EQ(found[i][1], to_string(run.status));
    EXPECT_EQ(found[i][2], run.message);
    EXPECT_EQ(found[i][3], std::to_string(run.seed));
    EXPECT_EQ(found[i][4], run.dataset_fingerprint);
    EXPECT_EQ(found[i][5], "computed");
    EXPECT_EQ(found[i][6], run.parameter("method.name"));
    EXPECT_EQ(found[i][7], run.fact("dataset.genres"));
    const auto environment = store->environment(run.id);
    EXPECT_EQ(found[i][8], environment.contains("host") ? environment.at("host") : "");
    const auto accuracy = store->metric(run.id, "test", "accuracy");
    EXPECT_EQ(found[i][9].empty(), !accuracy);
    if (accuracy) {
      EXPECT_EQ(std::stod(found[i][9]), *accuracy);
    }
  }
  EXPECT_EQ(found[0][10], "table2, second");
}

TEST(RunList, TellsWhatItsKeysAre) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const RunList list = list_runs(store.file(), {},
                                 {{"seed", "x"},
                                  {"method.name", "x"},
                                  {"dataset.genres", "x"},
                                  {"host", "x"},
                                  {"test.accuracy", "x"}});
  EXPECT_EQ(list.kinds,
            (std::vector<RunKeyKind>{RunKeyKind::field, RunKeyKind::parameter, RunKeyKind::fact,
                                     RunKeyKind::environment, RunKeyKind::metric}));
}

TEST(RunList, OfAnExperimentIsInTheOrderOfItsPlan) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store.plan("second", {"ee"_run, "aa"_run});
  const RunList list = list_runs(store.file(), "second", {{"status", "x"}});
  ASSERT_EQ(list.runs.size(), 2u);
  EXPECT_EQ(list.runs[0].run.id, "ee"_run);
  EXPECT_EQ(list.runs[1].values, Texts{"done"});
}

TEST(RunList, AKeyThatNoRunHasIsNamedWithTheNearest) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  EXPECT_THROW_SAYING(values(store, {"method.nam"}), ConfigError, "--columns", "'method.nam'",
                      "did you mean 'method.name'?");
  EXPECT_THROW_SAYING(values(store, {"test.acuracy"}), ConfigError,
                      "did you mean 'test.accuracy'?");
  // A curve has no final value.
  EXPECT_THROW_SAYING(values(store, {"train.loss"}), ConfigError, "'train.loss'");
  EXPECT_THROW_SAYING(values(store, {""}), ConfigError, "--columns");
  EXPECT_EQ(list_runs(store.file(), {}, {{"method.nam", ""}}).runs.at(0).values, Texts{""})
      << "nobody asked for it";
}

TEST(RunList, AStoreWithoutRunsKnowsEveryKey) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  EXPECT_TRUE(values(store, {"method.name", "test.accuracy"}).empty());
}

TEST(RunList, DamagedValuesAreNotPrinted) {
  const TemporaryFolder folder;
  {
    const ExampleStore store(folder / "runs.db");
    fill(store);
    SQLite::Database database(store.file(), SQLite::OPEN_READWRITE);
    database.exec("UPDATE metrics SET value = 'much' WHERE step = -1 AND run = " +
                  testing::run_key_of("aa"_run));
  }
  EXPECT_THROW_SAYING(list_runs(folder / "runs.db", {}, {{"test.accuracy", "x"}}), DataError,
                      "metrics", "number");
  EXPECT_EQ(list_runs(folder / "runs.db", {}, {{"status", "x"}}).runs.size(), 4u);
  EXPECT_THROW_SAYING(list_runs(folder / "none.db", {}, {}), DataError, "none.db");
}

}  // namespace run_list_test
}  // namespace genrebench
