#include "cli/run_sides.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::cli {
namespace run_sides_test {

using testing::ExampleStore;
using testing::TemporaryFolder;

/// Two methods, of which svm has two values of c, over two seeds.
void fill_cells(RunStore& store) {
  std::vector<RunRecord> runs;
  const auto add = [&](const std::string& id, const std::string& method, const std::string& c,
                       std::uint64_t seed) {
    RunRecord& run = runs.emplace_back();
    run.id = run_id(id);
    run.seed = seed;
    run.dataset_fingerprint = "data";
    run.parameters = {{"method.name", method}, {"excerpt.name", "full"}};
    if (!c.empty()) run.parameters["method.c"] = c;
  };
  add("a1", "svm", "1", 1);
  add("a0", "svm", "1", 0);
  add("b0", "svm", "10", 0);
  add("c0", "knn", "", 0);
  store.plan(
      {.name = "sweep", .description = {}, .source_file = {}, .created_at = {}, .run_ids = {}},
      runs);
}

TEST(RunSides, ARunIsNamedByItsIdAndACellByConditionsOrPlugins) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill_cells(*store);
  const auto ids = [&](const std::string& word) {
    std::string text;
    for (const RunRecord& run : find_side(*store, word).runs) text += run.id.substr(0, 2) + " ";
    return text;
  };
  EXPECT_EQ(ids("b0"), "b0 ");
  EXPECT_EQ(ids("sweep/method.name=svm method.c=1"), "a0 a1 ") << "in the order of their seeds";
  EXPECT_EQ(ids("sweep/method.c=10"), "b0 ");
  EXPECT_EQ(ids("sweep/knn"), "c0 ");
  EXPECT_EQ(ids("sweep/knn,full"), "c0 ");
  EXPECT_EQ(ids("sweep/full knn"), "c0 ");
}

TEST(RunSides, WhatNamesNoneOrSeveralIsRefused) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill_cells(*store);
  const auto refuse = [&](const std::string& word, const std::string& a, const std::string& b) {
    EXPECT_THROW_SAYING(find_side(*store, word), ConfigError, a, b);
  };
  refuse("zz", "'zz'", "genrebench runs");
  refuse("a", "2 runs", "a0000000");
  refuse("sweap/knn", "'sweap'", "did you mean 'sweep'?");
  refuse("sweep/kn", "'kn'", "did you mean 'knn'?");
  refuse("sweep/svm", "3 runs", "method.c (1, 10)");
  refuse("sweep/", "4 runs", "method.name (knn, svm)");
  refuse("sweep/method.c>5 seed=7", "no run of sweep", "genrebench runs");
  refuse("sweep/method.nam=svm", "'method.nam'", "did you mean 'method.name'?");
  refuse("sweep/method.c>x", "sweep/", "expected a number");
}

}  // namespace run_sides_test
}  // namespace genrebench::cli
