// Runs whose predictions were made elsewhere, in a store.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "harness/store/check.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/run_store.hpp"
#include "support/run_ids.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace run_store_imports_test {

using testing::TemporaryFolder;

ExperimentRecord experiment(const std::string& name) {
  return {.name = name,
          .description = "made elsewhere",
          .source_file = "mine.csv",
          .created_at = {},
          .run_ids = {}};
}

ImportedRun imported(const std::string& id, std::uint64_t seed, double accuracy) {
  ImportedRun result;
  result.run.id = id;
  result.run.seed = seed;
  result.run.dataset_fingerprint = "data";
  result.run.parameters = {{"method.name", "theirs"}};
  result.run.origin = RunOrigin::imported;
  result.result.metrics = {{"test", "accuracy", -1, accuracy}};
  result.result.predictions = {{"test", "blues.00001", 0, 1, {}}};
  result.result.facts = {{facts::kGenres.key(), list_text({"blues", "jazz"})},
                         {facts::kDivision.key(), "division of seed " + std::to_string(seed)}};
  result.environment = {{"host", "here"}};
  return result;
}

std::vector<std::string> ids(const RunStore& store, const std::string& name) {
  std::vector<std::string> result;
  for (const RunRecord& run : store.runs(name)) result.push_back(run.id);
  return result;
}

TEST(RunStoreImports, AreReadBackAsTheyWereRecorded) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  const ImportSummary summary = store->add_imported(
      experiment("theirs"), {imported("aa"_run, 1, 0.5), imported("bb"_run, 2, 0.25)});
  EXPECT_EQ(summary.added, 2u);
  EXPECT_EQ(summary.present, 0u);
  EXPECT_EQ(summary.replaced, 0u);
  const auto runs = store->runs("theirs");
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].origin, RunOrigin::imported);
  EXPECT_EQ(runs[0].status, RunStatus::done);
  EXPECT_EQ(runs[1].seed, 2u);
  EXPECT_FALSE(runs[0].started_at.empty());
  EXPECT_EQ(runs[0].parameter("method.name"), "theirs");
  EXPECT_EQ(store->metric("bb"_run, "test", "accuracy"), 0.25);
  ASSERT_EQ(store->predictions("aa"_run, "test").size(), 1u);
  EXPECT_TRUE(store->predictions("aa"_run, "test")[0].probabilities.empty());
  EXPECT_EQ(store->environment("aa"_run).at("host"), "here");
  EXPECT_EQ(store->look("aa"_run).answer, Claim::Answer::settled) << "nobody computes it";
  EXPECT_TRUE(check_store(folder / "runs.db").problems.empty());
}

TEST(RunStoreImports, AddedAgainAreThereAlready) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->add_imported(experiment("theirs"), {imported("aa"_run, 1, 0.5)});
  const ImportSummary summary =
      store->add_imported(experiment("theirs"), {imported("aa"_run, 1, 0.5)});
  EXPECT_EQ(summary.added, 0u);
  EXPECT_EQ(summary.present, 1u);
  EXPECT_EQ(summary.replaced, 0u);
  EXPECT_EQ(ids(*store, "theirs"), std::vector<std::string>{"aa"_run});
}

TEST(RunStoreImports, TakeThePlaceOfThoseForTheSameDivisionAndSeedAlone) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->add_imported(experiment("theirs"),
                      {imported("aa"_run, 1, 0.5), imported("bb"_run, 2, 0.5)});
  store->add_imported(experiment("others"), {imported("cc"_run, 1, 0.5)});
  const ImportSummary summary =
      store->add_imported(experiment("theirs"), {imported("dd"_run, 1, 0.75)});
  EXPECT_EQ(summary.added, 1u);
  EXPECT_EQ(summary.replaced, 1u);
  EXPECT_EQ(ids(*store, "theirs"), (std::vector<std::string>{"bb"_run, "dd"_run}));
  EXPECT_EQ(ids(*store, "others"), std::vector<std::string>{"cc"_run});
  EXPECT_TRUE(store->run("aa"_run).has_value()) << "it stays in the store";
}

TEST(RunStoreImports, AreNotMixedWithComputedRunsAndNothingIsLeftOfTheTry) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  RunRecord computed;
  computed.id = "ee"_run;
  computed.dataset_fingerprint = "data";
  store->plan(experiment("table2"), {computed});
  EXPECT_EQ(store->run("ee"_run)->origin, RunOrigin::computed);
  EXPECT_THROW_SAYING(store->add_imported(experiment("table2"), {imported("aa"_run, 1, 0.5)}),
                      ConfigError, "runs.db", "'table2'", "another name");
  EXPECT_FALSE(store->run("aa"_run).has_value());
  EXPECT_EQ(ids(*store, "table2"), std::vector<std::string>{"ee"_run});
}

TEST(RunStoreImports, AreNotTakenOutOfTheirExperimentByAPlanOfItsName) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->add_imported(experiment("probe"), {imported("aa"_run, 1, 0.5)});
  RunRecord computed;
  computed.id = "ee"_run;
  computed.dataset_fingerprint = "data";
  EXPECT_THROW_SAYING(store->plan(experiment("probe"), {computed}), ConfigError, "runs.db",
                      "'probe'", "imported", "another name");
  EXPECT_EQ(ids(*store, "probe"), std::vector<std::string>{"aa"_run});
  EXPECT_FALSE(store->run("ee"_run).has_value());
}

TEST(RunStoreImports, GoWithTheirOriginWhenStoresAreMerged) {
  const TemporaryFolder folder;
  RunStore::open(folder / "a.db", RunStore::Mode::write)
      ->add_imported(experiment("theirs"), {imported("aa"_run, 1, 0.5)});
  merge_store(folder / "b.db", folder / "a.db");
  const auto merged = RunStore::open(folder / "b.db", RunStore::Mode::read);
  EXPECT_EQ(merged->run("aa"_run)->origin, RunOrigin::imported);
  EXPECT_EQ(ids(*merged, "theirs"), std::vector<std::string>{"aa"_run});
}

}  // namespace run_store_imports_test
}  // namespace genrebench
