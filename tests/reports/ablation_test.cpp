#include <gtest/gtest.h>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_ablation(Registry& registry);

namespace ablation_test {

Document render(const MemoryStore& store, const OptionValues& options = {}) {
  return render_report(register_ablation, store, {}, options);
}

/// A run of a segmentation with scores.
struct StructureRun {
  std::string windows;
  std::uint64_t seed = 0;
  double score = 0.5;
  std::string method = {};  ///< empty: the run has none
  RunStatus status = RunStatus::done;
  std::string sources = {};
};

void add_structure_run(MemoryStore& store, const StructureRun& run) {
  const auto& [windows, seed, score, method, status, sources] = run;
  MemoryStore::Entry entry;
  static int count = 0;
  entry.record.id = fmt::format("{:064x}", 0x5000 + ++count);
  entry.record.status = status;
  entry.record.seed = seed;
  entry.record.dataset_fingerprint = "f00d";
  entry.record.parameters = {
      {"dataset.name", "synthetic"}, {"excerpt.name", "sem"}, {"excerpt.windows", windows}};
  if (!method.empty()) {
    entry.record.parameters["method.name"] = method;
    entry.record.parameters["features.name"] = "mfcc";
    entry.record.parameters["split.kind"] = "stratified";
    entry.metrics.push_back({"test", "accuracy", -1, method == "svm" ? 0.6 : 0.5});
  }
  if (status == RunStatus::done) {
    for (std::int64_t track = 0; track < 4; ++track)
      entry.metrics.push_back(
          {"structure", "adjusted_rand", track, score + 0.1 * static_cast<double>(track) - 0.15});
    if (!sources.empty()) entry.record.facts["structure.sources"] = sources;
    entry.metrics.push_back({"structure", "adjusted_rand", -1, score});
    entry.metrics.push_back({"structure", "boundary_f_0.5", -1, score / 2});
  }
  store.add("windows", std::move(entry));
}

MemoryStore sweep_of_c() {
  MemoryStore store;
  for (const char* method : {"svm", "softmax"})
    for (const char* c : {"0.1", "10", "1"})
      for (const std::uint64_t seed : {0u, 1u})
        add_run(store, {.method = method,
                        .seed = seed,
                        .accuracy = 0.4 + 0.1 * static_cast<double>(seed),
                        .parameters = {{"method.c", c}}});
  return store;
}

TEST(Ablation, AccuracyIsPlottedAgainstTheSweptValueWithALineAMethod) {
  const Document document = render(sweep_of_c());
  const Figure* figure = find_figure(document, "ablation-table2-accuracy");
  ASSERT_NE(figure, nullptr);
  EXPECT_EQ(figure->title, "Test accuracy of table2 by method.c");
  EXPECT_FALSE(figure->picture.png().empty() || figure->picture.pdf().empty());
  for (const char* text : {"svm", "softmax", "method.c", "Test accuracy (%)", "0.1", "1", "10"})
    EXPECT_TRUE(contains(figure->picture.svg(), ">" + std::string(text) + "<")) << text;
  const Table* scores = find_table(document, "ablation-table2-accuracy-table");
  ASSERT_NE(scores, nullptr);
  EXPECT_EQ(scores->columns,
            (std::vector<std::string>{"method.c", "line", "runs", "Test accuracy"}));
  EXPECT_EQ(column(*scores, 0), (std::vector<std::string>{"0.1", "1", "10", "0.1", "1", "10"}));
  EXPECT_EQ(column(*scores, 1)[0], "svm");
  EXPECT_EQ(scores->rows[0][2].text, "2/2");
  EXPECT_EQ(scores->rows[0][3].text,
            "45.0 [0.0, 100.0] %");  // t(1 degree, 0.975) = 12.706, s = 0.0707: cut off
}

TEST(Ablation, TheDataHaveEveryScoreWithItsRunAndEveryPoint) {
  const Document document = render(sweep_of_c(), {{"level", 0.9}});
  const Table& runs = *find_table(document, "ablation_runs");
  EXPECT_EQ(runs.rows.size(), 12u);
  EXPECT_EQ(runs.columns.back(), "run_id");
  EXPECT_EQ(runs.rows[0].back().text.size(), 64u);
  const Table& points = *find_table(document, "ablation_points");
  ASSERT_EQ(points.rows.size(), 6u);
  EXPECT_EQ(points.rows[0][12].text, "0.9");
  EXPECT_EQ(text_at(points, "table2", "ci_method"), "corrected_t");
  EXPECT_EQ(text_at(points, "table2", "n_runs"), "2");
  EXPECT_EQ(text_at(points, "table2", "n_tracks"), "");
}

TEST(Ablation, AKeyCanBeAskedFor) {
  const Document document = render(sweep_of_c(), {{"key", std::string("method.name")}});
  const Figure* figure = find_figure(document, "ablation-table2-accuracy");
  ASSERT_NE(figure, nullptr);
  EXPECT_EQ(figure->title, "Test accuracy of table2 by method.name");
  EXPECT_TRUE(contains(figure->picture.svg(), ">method.c=0.1<") ||
              contains(figure->picture.svg(), ">0.1<"));
  EXPECT_THROW_SAYING(render(sweep_of_c(), {{"key", std::string("method.d")}}), ConfigError,
                      "method.d has no value");
}

TEST(Ablation, WordsAreCategoriesAfterTheNumbers) {
  MemoryStore store;
  for (const char* value : {"auto", "8", "2"})
    add_run(store, {.accuracy = 0.5, .parameters = {{"excerpt.windows", value}}});
  const Document document = render(store);
  EXPECT_EQ(column(*find_table(document, "ablation-table2-accuracy-table"), 0),
            (std::vector<std::string>{"2", "8", "auto"}));
  EXPECT_TRUE(contains(find_figure(document, "ablation-table2-accuracy")->picture.svg(), ">auto<"));
}

TEST(Ablation, WhereOnlyPluginsVaryTheyAreTheAxis) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"})
    for (const char* excerpt : {"full", "chunks"})
      add_run(store, {.method = method, .excerpt = excerpt, .accuracy = 0.5});
  EXPECT_EQ(find_figure(render(store), "ablation-table2-accuracy")->title,
            "Test accuracy of table2 by excerpt.name");
}

TEST(Ablation, LeakySplitsHaveALineOfTheirOwnThatIsMarked) {
  MemoryStore store;
  for (const bool leaky : {true, false})
    for (const char* c : {"1", "2"})
      add_run(store,
              {.accuracy = leaky ? 0.9 : 0.5, .leaky = leaky, .parameters = {{"method.c", c}}});
  const Document document = render(store);
  const Table& scores = *find_table(document, "ablation-table2-accuracy-table");
  EXPECT_EQ(column(scores, 3),
            (std::vector<std::string>{"50.0 %", "50.0 %", "90.0 % †", "90.0 % †"}));
  EXPECT_TRUE(has_note(scores, "† Leaky split"));
  EXPECT_TRUE(scores.rows[2][3].caution);
  const Figure& figure = *find_figure(document, "ablation-table2-accuracy");
  EXPECT_TRUE(contains(figure.picture.svg(), "svm †"));
  EXPECT_TRUE(has_note(figure, "† Leaky split"));
  EXPECT_EQ(find_table(document, "ablation_points")->rows[2][5].text, "true");
}

TEST(Ablation, ScoresOfTheStructureCountOnceASeedWhateverTheMethod) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"})
    for (const char* windows : {"50", "100"})
      for (const std::uint64_t seed : {0u, 1u, 2u})
        add_structure_run(store, {.windows = windows,
                                  .seed = seed,
                                  .score = 0.3 + 0.1 * static_cast<double>(seed),
                                  .method = method});
  const Document document = render(store);
  EXPECT_NE(find_figure(document, "ablation-windows-accuracy"), nullptr);
  ASSERT_NE(find_figure(document, "ablation-windows-adjusted_rand"), nullptr);
  EXPECT_NE(find_figure(document, "ablation-windows-boundary_f_0.5"), nullptr);
  EXPECT_EQ(find_figure(document, "ablation-windows-pairwise_f"), nullptr) << "no run has it";
  const Table& structure = *find_table(document, "ablation-windows-structure-table");
  EXPECT_EQ(structure.columns,
            (std::vector<std::string>{"excerpt.windows", "seeds", "Adjusted Rand index",
                                      "Boundary F within 0.5 s"}));
  ASSERT_EQ(structure.rows.size(), 2u);
  EXPECT_EQ(structure.rows[0][1].text, "3/3");
  // Over the tracks, whose means over the seeds are 0.25, 0.35, 0.45, 0.55.
  EXPECT_TRUE(structure.rows[0][2].text.starts_with("0.400 [")) << structure.rows[0][2].text;
  EXPECT_EQ(structure.rows[0][3].text, "0.200") << "no score per track is stored";
  EXPECT_TRUE(has_note(structure, "over the 4 scored tracks"));
  EXPECT_TRUE(has_note(structure, "each seed counts once"));
  const testing::TemporaryFolder folder;
  EXPECT_FALSE(write_document(document, folder.path()).empty()) << "no two ids are the same";
}

TEST(Ablation, TracksThatShareSourcesAreResampledBySource) {
  MemoryStore store;
  for (const char* windows : {"50", "100"})
    add_structure_run(
        store, {.windows = windows, .sources = R"([["a","b"],["a","c"],["b","c"],["a","b"]])"});
  const Document document = render(store);
  const Table& points = *find_table(document, "ablation_points");
  EXPECT_EQ(text_at(points, "windows", "ci_method"), "bootstrap_sources");
  EXPECT_EQ(text_at(points, "windows", "ci_n"), "3");
  EXPECT_TRUE(has_note(*find_table(document, "ablation-windows-structure-table"),
                       "over the 3 sources of the scored tracks"));
}

TEST(Ablation, AnUnfinishedSweepOfTheStructureIsMarkedAndItsRunsAreCounted) {
  MemoryStore store;
  for (const char* windows : {"50", "100"}) {
    add_structure_run(store, {.windows = windows});
    add_structure_run(store, {.windows = windows, .seed = 1, .status = RunStatus::planned});
  }
  const Document document = render(store);
  const Table& points = *find_table(document, "ablation_points");
  EXPECT_EQ(text_at(points, "windows", "n_runs"), "1");
  EXPECT_EQ(text_at(points, "windows", "n_planned"), "2");
  EXPECT_EQ(text_at(points, "windows", "n_tracks"), "4");
  const Table& table = *find_table(document, "ablation-windows-structure-table");
  EXPECT_TRUE(table.rows[0][2].text.ends_with(" *")) << table.rows[0][2].text;
  EXPECT_TRUE(has_note(table, "* Not all planned runs are done"));
  EXPECT_TRUE(has_note(*find_figure(document, "ablation-windows-adjusted_rand"),
                       "Not all planned runs are done"));
}

TEST(Ablation, LinesThatTestOtherGenresAreScoredOnThoseThatAllTest) {
  MemoryStore store;
  for (const char* c : {"1", "2"}) {
    add_run(store, {.accuracy = 0.6,
                    .parameters = {{"method.c", c}},
                    .predictions = answers("test", {{.genre = 0, .n_right = 60}})});
    add_run(store, {.accuracy = 0.75,
                    .leaky = true,
                    .parameters = {{"method.c", c}},
                    .predictions = answers(
                        "test", {{.genre = 0, .n_right = 50}, {.genre = 1, .n_right = 100}})});
  }
  const Document document = render(store);
  const Table& scores = *find_table(document, "ablation-table2-accuracy-table");
  EXPECT_TRUE(scores.rows[2][3].text.starts_with("50.0 [")) << scores.rows[2][3].text;
  EXPECT_TRUE(has_note(scores, "(1 of 2): blues"));
}

TEST(Ablation, RunsOfSegmentationAloneNeedNoMethod) {
  MemoryStore store;
  for (const char* windows : {"50", "100", "1000"}) add_structure_run(store, {.windows = windows});
  const Document document = render(store);
  EXPECT_EQ(find_figure(document, "ablation-windows-accuracy"), nullptr);
  EXPECT_NE(find_figure(document, "ablation-windows-adjusted_rand"), nullptr);
}

TEST(Ablation, ARunOfTheSameSeedStandsInForOneThatFailed) {
  MemoryStore store;
  for (const char* windows : {"50", "100"}) {
    add_structure_run(store, {.windows = windows, .method = "svm", .status = RunStatus::failed});
    add_structure_run(store, {.windows = windows, .method = "knn"});
  }
  EXPECT_EQ(find_table(render(store), "ablation-windows-structure-table")->rows[0][1].text, "1/1");
}

TEST(Ablation, ASweepOfTheMethodHasNoFiguresOfTheStructure) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"})
    add_structure_run(store, {.windows = "50", .method = method});
  const Document document = render(store);
  EXPECT_NE(find_figure(document, "ablation-windows-accuracy"), nullptr);
  EXPECT_EQ(find_figure(document, "ablation-windows-adjusted_rand"), nullptr);
}

TEST(Ablation, WhatIsNotDoneIsMarked) {
  MemoryStore store;
  for (const char* c : {"1", "2"}) {
    add_run(store, {.seed = 0, .accuracy = 0.5, .parameters = {{"method.c", c}}});
    add_run(store, {.seed = 1, .status = RunStatus::planned, .parameters = {{"method.c", c}}});
  }
  const Document document = render(store);
  const Table& scores = *find_table(document, "ablation-table2-accuracy-table");
  EXPECT_EQ(scores.rows[0][1].text, "1/2");
  EXPECT_EQ(scores.rows[0][2].text, "50.0 % *");
  EXPECT_TRUE(has_note(scores, "* Not all planned runs"));
}

TEST(Ablation, AnExperimentWithoutASweepIsNamedBesideOthersAndAnErrorAlone) {
  MemoryStore store = sweep_of_c();
  add_run(store, {.experiment = "single", .accuracy = 0.5});
  EXPECT_TRUE(contains(render_terminal(render(store)),
                       "Without an ablation: single: no parameter varies."));
  MemoryStore alone;
  add_run(alone, {.experiment = "single", .accuracy = 0.5});
  EXPECT_THROW_SAYING(render(alone), ConfigError, "nothing to plot", "single: no parameter varies");
  MemoryStore planned;
  for (const char* c : {"1", "2"})
    add_run(planned, {.status = RunStatus::planned, .parameters = {{"method.c", c}}});
  EXPECT_THROW_SAYING(render(planned), ConfigError, "none of its 2 runs has a score yet");
}

}  // namespace ablation_test
}  // namespace genrebench
