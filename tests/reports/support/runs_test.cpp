#include "reports/support/runs.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace runs_test {

TEST(Runs, AnUnknownExperimentIsAnErrorThatNamesTheNearest) {
  MemoryStore store;
  add_run(store, {.experiment = "table2", .accuracy = 0.5});
  EXPECT_THROW_SAYING(load_scope(store, {.experiments = {"tabel2"}}), ConfigError, "'tabel2'",
                      "'table2'");
}

TEST(Runs, ARunOfTwoExperimentsIsInScopeOnce) {
  MemoryStore store;
  const std::string id = add_run(store, {.experiment = "first", .accuracy = 0.5});
  store.plan("second").run_ids = {id};
  const Scope scope = load_scope(store, {});
  EXPECT_EQ(scope.experiments.size(), 2u);
  EXPECT_EQ(scope.runs.size(), 1u);
}

TEST(Runs, RunsOfOneConfigurationDifferInSeedAndPlacesAlone) {
  MemoryStore store;
  add_run(store, {.seed = 0, .accuracy = 0.5});
  add_run(store, {.seed = 1, .accuracy = 0.5, .parameters = {{"dataset.root", "/elsewhere"}}});
  add_run(store, {.seed = 0, .accuracy = 0.5, .parameters = {{"method.c", "10"}}});
  const std::vector<RunRecord> runs = store.runs("");
  std::vector<RunGroup> groups = group_runs(runs);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].runs.size(), 2u);
  name_groups(groups);
  EXPECT_EQ(groups[1].title, "method.c=10");
}

TEST(Runs, ProtocolsAreKeptApartAndMarked) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.5});
  add_run(store, {.accuracy = 0.5, .leaky = true});
  add_run(store, {.accuracy = 0.5, .groups = ""});
  add_run(store, {.status = RunStatus::planned, .parameters = {{"split.kind", "kfold"}}});
  const std::vector<Protocol> all = protocols(store.runs(""));
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(to_string(all[0]), "grouped by artist");
  EXPECT_EQ(mark(all[0]), "");
  EXPECT_EQ(mark(all[1]), " †");
  EXPECT_EQ(mark(all[2]), " ‡");
  EXPECT_EQ(to_string(all[3]), "not run yet");
  for (const Protocol& protocol : all)
    EXPECT_EQ(mark_note(protocol).empty(), mark(protocol).empty()) << to_string(protocol);
}

TEST(Runs, KeysThatFollowFromTheNameOfAPluginDoNotVary) {
  const std::vector<Parameters> configurations = {
      {{"method.name", "svm"}, {"method.c", "1"}, {"split.kind", "kfold"}},
      {{"method.name", "knn"}, {"method.neighbours", "5"}, {"split.kind", "kfold"}},
      {{"method.name", "knn"}, {"method.neighbours", "7"}, {"split.kind", "kfold"}}};
  EXPECT_EQ(varying_keys(configurations),
            (std::vector<std::string>{"method.name", "method.neighbours"}));
  EXPECT_EQ(describe(configurations[1], {"method.neighbours"}, "method."), "neighbours=5");
}

TEST(Runs, AMissingValueIsTheOneGiven) {
  EXPECT_EQ(value_of({{"a", "1"}}, "a", "none"), "1");
  EXPECT_EQ(value_of({{"a", "1"}}, "b", "none"), "none");
  EXPECT_EQ(value_of({}, "b"), "");
}

}  // namespace runs_test
}  // namespace genrebench
