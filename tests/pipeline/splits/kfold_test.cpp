// The split `kfold`.
#include <gtest/gtest.h>

#include "support/splits.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace kfold_test {

using testing::balanced;
using testing::counts;
using testing::MemoryDataset;
using testing::split;

TEST(KFold, MoreFoldsThanGroupsAreRefused) {
  EXPECT_THROW_SAYING(
      split(balanced(2, 20, 10), "kfold", {}), ConfigError,
      "split.folds: 10 folds need at least as many groups (artist), and the dataset "
      "has 4; set split.folds to 4 or fewer");
  EXPECT_THROW_SAYING(split(balanced(2, 4, 0), "kfold", {}), ConfigError,
                      "at least as many tracks, and the dataset has 8");
  EXPECT_NO_THROW(split(balanced(2, 20, 10), "kfold", {{"leaky", true}}));
}

TEST(KFold, TestsEveryTrackExactlyOnceOverItsFolds) {
  const MemoryDataset dataset = balanced(3, 20, 2);
  std::vector<int> tested(dataset.tracks().size(), 0);
  for (std::int64_t fold = 0; fold < 5; ++fold) {
    const Split s =
        split(dataset, "kfold",
              {{"folds", std::int64_t{5}}, {"fold", fold}, {"validation_fold", true}}, 11);
    for (std::size_t t = 0; t < s.parts.size(); ++t) tested[t] += s.parts[t] == Part::test;
    auto n = counts(dataset, s);
    for (int g = 0; g < 3; ++g) {
      EXPECT_EQ((n[{g, Part::test}]), 4);
      EXPECT_EQ((n[{g, Part::valid}]), 4);
    }
  }
  EXPECT_TRUE(std::all_of(tested.begin(), tested.end(), [](int n) { return n == 1; }));
}

TEST(KFold, TestsEveryPieceExactlyOnceOverItsFolds) {
  const MemoryDataset dataset = balanced(2, 6, 0);
  const std::vector<int> genres = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
  const std::vector<std::size_t> n_excerpts(12, 5);
  std::vector<int> tested(60, 0);
  for (std::int64_t fold = 0; fold < 4; ++fold) {
    const Split s = split(dataset, "kfold",
                          {{"folds", std::int64_t{4}},
                           {"fold", fold},
                           {"leaky", true},
                           {"unit", std::string("excerpt")}},
                          11);
    const auto parts = divide_excerpts(*s.excerpts, genres, n_excerpts);
    for (std::size_t t = 0; t < 12; ++t)
      for (std::size_t e = 0; e < 5; ++e) tested[5 * t + e] += parts[t][e] == Part::test;
  }
  EXPECT_TRUE(std::all_of(tested.begin(), tested.end(), [](int n) { return n == 1; }));
}

TEST(KFold, AFoldBeyondTheNumberOfFoldsIsRefused) {
  EXPECT_THROW_SAYING(
      split(balanced(2, 10, 0), "kfold", {{"folds", std::int64_t{3}}, {"fold", std::int64_t{3}}}),
      ConfigError, "below folds = 3");
}

}  // namespace kfold_test
}  // namespace genrebench
