#include "reports/support/dataset_matrix.hpp"

#include <gtest/gtest.h>

#include "reports/several_datasets.hpp"

namespace genrebench {
namespace dataset_matrix_test {

using testing::add_accuracies;

struct Loaded {
  explicit Loaded(const MemoryStore& store)
      : runs(store.runs("")), scores(store), found(dataset_matrices(scores, runs, 0.95)) {}

  const DatasetMatrix& only() const {
    EXPECT_EQ(found.matrices.size(), 1u);
    return found.matrices.at(0);
  }
  std::string notes() const {
    std::string text;
    for (const std::string& note : found.notes) text += note + "\n";
    for (const DatasetMatrix& matrix : found.matrices)
      for (const std::string& note : matrix.notes) text += note + "\n";
    return text;
  }

  std::vector<RunRecord> runs;
  Scores scores;
  DatasetMatrices found;
};

TEST(DatasetMatrix, ConfigurationsThatAreEqualButForTheDatasetAreOneMethod) {
  const Loaded loaded(testing::six_datasets());
  const DatasetMatrix& matrix = loaded.only();
  EXPECT_EQ(matrix.methods, (std::vector<std::string>{"svm", "knn", "naive_bayes"}));
  EXPECT_EQ(matrix.datasets, (std::vector<std::string>{"d0", "d1", "d2", "d3", "d4", "d5"}));
  EXPECT_EQ(matrix.compared_datasets.size(), 6u);
  EXPECT_NEAR(matrix.scores()[3][0], 0.66, 1e-3);
  EXPECT_EQ(matrix.cell(3, 0).accuracy.method, IntervalMethod::corrected_t);
  EXPECT_EQ(loaded.notes(), "");
}

TEST(DatasetMatrix, OptionsTellMethodsApart) {
  MemoryStore store;
  add_accuracies(store, "svm", {0.8, 0.7}, {.parameters = {{"method.c", "1"}}});
  add_accuracies(store, "svm", {0.7, 0.6}, {.parameters = {{"method.c", "10"}}});
  EXPECT_EQ(Loaded(store).only().methods, (std::vector<std::string>{"c=1", "c=10"}));
}

TEST(DatasetMatrix, NamesOfMethodsStandBeforeTheirOptions) {
  MemoryStore store;
  add_accuracies(store, "svm", {0.8, 0.7}, {.parameters = {{"method.c", "1"}}});
  add_accuracies(store, "svm", {0.7, 0.6}, {.parameters = {{"method.c", "10"}}});
  add_accuracies(store, "knn", {0.7, 0.6});
  EXPECT_EQ(Loaded(store).only().methods,
            (std::vector<std::string>{"svm, c=1", "svm, c=10", "knn"}));
}

TEST(DatasetMatrix, LeakyRunsAreNotMixedWithGroupedOnes) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"}) {
    add_accuracies(store, method, {0.8, 0.7});
    add_accuracies(store, method, {0.95, 0.93}, {.leaky = true});
  }
  const Loaded loaded(store);
  for (const auto& row : loaded.only().cells)
    for (const MatrixCell& cell : row) {
      EXPECT_EQ(cell.protocol.kind, Protocol::Kind::grouped);
      EXPECT_LT(cell.accuracy.mean, 0.9);
    }
  EXPECT_NE(loaded.notes().find("12 runs are left out: their splits are leaky and others are not"),
            std::string::npos)
      << loaded.notes();
}

TEST(DatasetMatrix, ADatasetWithLeakyRunsAloneIsLeftOut) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"}) {
    add_accuracies(store, method, {0.8, 0.7});
    ExampleRun run{.experiment = "several",
                   .method = method,
                   .leaky = true,
                   .parameters = {{"dataset.name", "other"}}};
    add_seeds(store, run, {0.9, 0.91});
  }
  EXPECT_EQ(Loaded(store).only().datasets, (std::vector<std::string>{"d0", "d1"}));
}

TEST(DatasetMatrix, WhereAllRunsAreLeakyTheyAreCompared) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"})
    add_accuracies(store, method, {0.8, 0.7}, {.leaky = true});
  EXPECT_TRUE(Loaded(store).only().cell(0, 0).protocol.is_leaky());
}

TEST(DatasetMatrix, DatasetsWithoutKnownGroupsStandBesideGroupedOnes) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"}) {
    add_accuracies(store, method, {0.8});
    ExampleRun run{.experiment = "several",
                   .method = method,
                   .groups = "",
                   .parameters = {{"dataset.name", "unknown"}}};
    add_seeds(store, run, {0.7, 0.71});
  }
  const Loaded loaded(store);
  EXPECT_EQ(loaded.only().cell(1, 0).protocol.kind, Protocol::Kind::ungrouped);
}

TEST(DatasetMatrix, SplitsThatDifferOnOneDatasetMakeMatricesOfTheirOwn) {
  MemoryStore store;
  for (const char* fraction : {"0.5", "0.8"})
    for (const char* method : {"svm", "knn"})
      add_accuracies(store, method, {0.8, 0.7},
                     {.parameters = {{"split.train_fraction", fraction}}});
  const Loaded loaded(store);
  ASSERT_EQ(loaded.found.matrices.size(), 2u);
  EXPECT_EQ(loaded.found.matrices[0].title, "train_fraction=0.5");
}

TEST(DatasetMatrix, ASplitMayGoWithItsDataset) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"}) {
    add_accuracies(store, method, {0.8});
    ExampleRun run{.experiment = "several",
                   .method = method,
                   .parameters = {{"dataset.name", "listed"}, {"split.kind", "published"}}};
    add_seeds(store, run, {0.7});
  }
  EXPECT_EQ(Loaded(store).only().datasets, (std::vector<std::string>{"d0", "listed"}));
}

TEST(DatasetMatrix, WhatIsIncompleteIsShownAndNotCompared) {
  MemoryStore store = testing::six_datasets();
  add_accuracies(store, "mlp", {0.9, 0.9, 0.9});
  const Loaded loaded(store);
  EXPECT_EQ(loaded.only().methods.size(), 4u);
  EXPECT_EQ(loaded.only().compared_methods.size(), 3u);
  EXPECT_EQ(loaded.only().compared_datasets.size(), 6u);
  EXPECT_NE(loaded.notes().find("Not compared, because some accuracies are missing: mlp."),
            std::string::npos);
}

TEST(DatasetMatrix, OnlyCommonDivisionsCount) {
  MemoryStore store = testing::three_datasets();
  ExampleRun more{.experiment = "several",
                  .method = "svm",
                  .seed = 3,
                  .accuracy = 0.1,
                  .parameters = {{"dataset.name", "d1"}}};
  add_run(store, more);
  const Loaded loaded(store);
  EXPECT_EQ(loaded.only().cell(1, 0).runs.size(), 4u);
  EXPECT_EQ(loaded.only().cell(1, 0).counted.size(), 3u);
  EXPECT_NE(loaded.notes().find("d1: only the 3 divisions that all methods have count; 1 runs"),
            std::string::npos)
      << loaded.notes();
}

TEST(DatasetMatrix, WhereEmbeddingsLieDoesNotTellMethodsApart) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"})
    for (const char* dataset : {"a", "b"}) {
      ExampleRun run{.experiment = "several",
                     .method = method,
                     .parameters = {{"dataset.name", dataset},
                                    {"features.name", "embeddings"},
                                    {"features.root.content", dataset},
                                    {"features.pattern", dataset}}};
      add_seeds(store, run, {0.7, 0.8});
    }
  EXPECT_EQ(Loaded(store).only().methods.size(), 2u);
}

TEST(DatasetMatrix, VersionsOfOneDatasetAreNoted) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"})
    for (const char* genres : {"10", "5"}) {
      ExampleRun run{.experiment = "several",
                     .method = method,
                     .parameters = {{"dataset.name", "gtzan"}, {"dataset.genres", genres}}};
      add_seeds(store, run, {0.7, 0.8});
    }
  const Loaded loaded(store);
  EXPECT_EQ(loaded.only().datasets,
            (std::vector<std::string>{"GTZAN, genres=10", "GTZAN, genres=5"}));
  EXPECT_NE(loaded.notes().find("may share tracks, and are taken as independent: GTZAN (2)"),
            std::string::npos)
      << loaded.notes();
}

}  // namespace dataset_matrix_test
}  // namespace genrebench
