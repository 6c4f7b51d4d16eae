#include "reports/page/study.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "reports/example_runs.hpp"

namespace genrebench {
namespace study_test {

MemoryStore example_store() {
  MemoryStore store;
  add_seeds(store, {.experiment = "e", .method = "svm"}, {0.5, 0.6});
  add_run(store, {.experiment = "e", .method = "knn", .accuracy = 0.4});
  store.plan("e").description = "What <it> is.";
  store.plan("e").source_file = "experiments/e.yaml";
  return store;
}

TEST(WhatWasRun, NamesExperimentsDataAndMethodsWithTheirNumbersOfRuns) {
  const MemoryStore store = example_store();
  const Scope scope = load_scope(store, {});
  const Document document = what_was_run(scope);
  EXPECT_TRUE(contains(std::get<Paragraph>(document.body.front()).text,
                       "3 of 3 runs are done, of 2 methods (knn, svm) on 1 dataset (GTZAN)"));
  EXPECT_EQ(text_at(*find_table(document, "page-experiments"), "e", "what it is"), "What <it> is.");
  EXPECT_EQ(text_at(*find_table(document, "page-experiments"), "e", "runs done"), "3/3");
  const Table& data = *find_table(document, "page-data");
  EXPECT_EQ(text_at(data, "GTZAN", "kept apart"), "grouped by artist");
  EXPECT_FALSE(contains(text_at(data, "GTZAN", "split"), "leaky="));
}

TEST(PluginsOf, HasEachPluginOnceWithItsOptions) {
  const MemoryStore store = example_store();
  const Table table = plugins_of(load_scope(store, {}));
  const std::vector<std::string> names = column(table, 1), runs = column(table, 3);
  ASSERT_GE(names.size(), 4u);
  EXPECT_EQ(column(table, 0)[0], "method");
  EXPECT_EQ(names[0], "svm");
  EXPECT_EQ(runs[0], "2");
  EXPECT_EQ(names[1], "knn");
  EXPECT_EQ(std::count(names.begin(), names.end(), "full"), 1);
}

TEST(WhatFailed, SaysSoWhereNothingDid) {
  const MemoryStore store = example_store();
  const Document document = what_failed(store, load_scope(store, {}));
  ASSERT_EQ(document.body.size(), 1u);
  EXPECT_TRUE(contains(std::get<Paragraph>(document.body.front()).text, "No run failed"));
}

TEST(WhatFailed, HasRunsAndTracksWithTheirMessages) {
  MemoryStore store = example_store();
  const std::string id = add_run(store, {.experiment = "e",
                                         .method = "svm",
                                         .seed = 7,
                                         .status = RunStatus::failed,
                                         .message = "out of memory"});
  add_run(store, {.experiment = "e",
                  .method = "knn",
                  .seed = 8,
                  .accuracy = 0.3,
                  .bad_tracks = {{.track = "jazz.00054", .message = "cannot be decoded"}}});
  const Document document = what_failed(store, load_scope(store, {}));
  const Table& runs = *find_table(document, "page-failures");
  ASSERT_EQ(runs.rows.size(), 1u);
  EXPECT_EQ(text_at(runs, id.substr(0, 8), "message"), "out of memory");
  EXPECT_EQ(text_at(*find_table(document, "page-bad-tracks"), "jazz.00054", "message"),
            "cannot be decoded");
}

TEST(EnvironmentOf, CountsTheRunsOfEachValue) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.5, .environment = {{"cpu", "A"}, {"resources.cpu_s", "3"}}});
  add_run(store, {.seed = 1, .accuracy = 0.5, .environment = {{"cpu", "A"}}});
  add_run(store, {.seed = 2, .accuracy = 0.5, .environment = {{"cpu", "B"}}});
  const Document document = environment_of(store, load_scope(store, {}));
  const Table& table = *find_table(document, "page-environment");
  std::vector<std::string> cpus;
  for (const auto& row : table.rows) {
    EXPECT_FALSE(row[0].text.starts_with("resources.")) << "that is no circumstance";
    if (row[0].text == "cpu") cpus.push_back(row[1].text + " " + row[2].text);
  }
  EXPECT_EQ(cpus, (std::vector<std::string>{"A 2", "B 1"}));
}

TEST(HowToReproduce, GivesCommandsOfTheFilesAndOfOneRun) {
  const MemoryStore store = example_store();
  const Scope scope = load_scope(store, {});
  const Document document = how_to_reproduce(scope, {"genrebench report e --out r"});
  const std::vector<std::string> commands = column(*find_table(document, "page-commands"), 0);
  ASSERT_EQ(commands.size(), 3u);
  EXPECT_EQ(commands[0], "genrebench run experiments/e.yaml");
  EXPECT_EQ(commands[1], "genrebench report e --out r");
  EXPECT_EQ(commands[2], "genrebench reproduce " + scope.runs.front().id.substr(0, 8));
}

TEST(HowToReproduce, NamesTheStoreWhereItIsNotTheUsualOne) {
  const MemoryStore store = example_store();
  const Scope scope = load_scope(store, {});
  const Document document = how_to_reproduce(scope, {}, {}, " --db x.db");
  EXPECT_EQ(column(*find_table(document, "page-commands"), 0).back(),
            "genrebench reproduce " + scope.runs.front().id.substr(0, 8) + " --db x.db");
}

TEST(HowToReproduce, RunsAFileWithTheSettingsThatAreKnown) {
  const MemoryStore store = example_store();
  const std::string command = "genrebench run e.yaml 'seeds=[0,1]' --db x.db";
  const Document document =
      how_to_reproduce(load_scope(store, {}), {}, {{"experiments/e.yaml", command}});
  const Table& table = *find_table(document, "page-commands");
  EXPECT_EQ(column(table, 0)[0], command);
  EXPECT_EQ(column(table, 1)[0], "Makes the runs of the file");
}

}  // namespace study_test
}  // namespace genrebench
