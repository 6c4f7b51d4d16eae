#include "reports/support/ablation_lines.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench::ablation {
namespace ablation_lines_test {

std::vector<Parameters> values_of(const std::string& key, const std::vector<std::string>& values) {
  std::vector<Parameters> result;
  for (const std::string& value : values) result.push_back({{key, value}});
  return result;
}

TEST(AblationLines, NumbersAreOrderedAndWideRangesAreLogarithmic) {
  const Axis axis = make_axis("method.c", values_of("method.c", {"10", "0.1", "2", "10"}));
  EXPECT_EQ(axis.values, (std::vector<std::string>{"0.1", "2", "10"}));
  EXPECT_TRUE(axis.numeric && axis.logarithmic);
  EXPECT_EQ(axis.place("2"), 2.0);
  EXPECT_FALSE(make_axis("k", values_of("k", {"0", "100"})).logarithmic) << "zero has no logarithm";
}

TEST(AblationLines, WordsStandInTheirOrderAfterNumbers) {
  const Axis axis = make_axis("k", values_of("k", {"auto", "8", "4", "none"}));
  EXPECT_EQ(axis.values, (std::vector<std::string>{"4", "8", "auto", "none"}));
  EXPECT_FALSE(axis.numeric);
  EXPECT_EQ(axis.place("auto"), 2.0);
}

TEST(AblationLines, TheKeyIsTheOptionWithTheMostValues) {
  EXPECT_EQ(find_key({{{"method.name", "svm"}, {"method.c", "1"}, {"features.n_mfcc", "13"}},
                      {{"method.name", "svm"}, {"method.c", "2"}, {"features.n_mfcc", "20"}},
                      {{"method.name", "svm"}, {"method.c", "3"}, {"features.n_mfcc", "20"}}}),
            "method.c");
  EXPECT_EQ(find_key({{{"dataset.name", "a"}}, {{"dataset.name", "b"}}}), "");
}

TEST(AblationLines, EachSeedCountsOnceForTheStructure) {
  MemoryStore store;
  for (const char* method : {"svm", "knn"})
    for (const std::uint64_t seed : {0u, 1u})
      for (const char* k : {"2", "3"})
        add_run(store, {.method = method,
                        .excerpt = "sem",
                        .seed = seed,
                        .accuracy = 0.5,
                        .parameters = {{"excerpt.clusters", k}},
                        .metrics = {{"structure", "pairwise_f", -1, 0.5}}});
  const std::vector<RunRecord> runs = store.runs("");
  const Axis axis = make_axis("excerpt.clusters", configurations(runs));
  const std::vector<Line> lines = make_lines(store, runs, axis, /*structure=*/false);
  ASSERT_EQ(lines.size(), 2u) << "a line per method";
  EXPECT_EQ(lines[0].points[0].runs.size(), 2u);
  const std::vector<Line> structure = make_lines(store, runs, axis, /*structure=*/true);
  ASSERT_EQ(structure.size(), 1u);
  ASSERT_EQ(structure[0].points.size(), 2u);
  EXPECT_EQ(structure[0].points[0].value, "2");
  EXPECT_EQ(structure[0].points[0].runs.size(), 2u);
  EXPECT_TRUE(is_beside_structure("method.c"));
  EXPECT_FALSE(is_beside_structure("excerpt.clusters"));
}

}  // namespace ablation_lines_test
}  // namespace genrebench::ablation
