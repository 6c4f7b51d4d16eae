// The split `stratified`.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "support/splits.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace stratified_test {

using testing::balanced;
using testing::counts;
using testing::MemoryDataset;
using testing::split;

TEST(Stratified, GivesEveryGenreItsExactShareWhereGroupsAllow) {
  const MemoryDataset dataset = balanced(3, 20, 0);
  const Split s = split(dataset, "stratified", {{"train_fraction", 0.7}, {"valid_fraction", 0.1}});
  auto n = counts(dataset, s);
  for (int g = 0; g < 3; ++g) {
    EXPECT_EQ((n[{g, Part::train}]), 14);
    EXPECT_EQ((n[{g, Part::valid}]), 2);
    EXPECT_EQ((n[{g, Part::test}]), 4);
  }
}

TEST(Stratified, EqualSeedsGiveEqualSplitsAndOthersDiffer) {
  const MemoryDataset dataset = balanced(4, 25, 0);
  EXPECT_EQ(split(dataset, "stratified", {}, 3).parts, split(dataset, "stratified", {}, 3).parts);
  EXPECT_NE(split(dataset, "stratified", {}, 3).parts, split(dataset, "stratified", {}, 4).parts);
  EXPECT_EQ(split(dataset, "stratified", {{"seed", std::int64_t{9}}}, 3).parts,
            split(dataset, "stratified", {{"seed", std::int64_t{9}}}, 4).parts);
}

TEST(Stratified, FractionsThatLeaveNoTestPartAreRefused) {
  EXPECT_THROW_SAYING(
      split(balanced(2, 10, 0), "stratified", {{"train_fraction", 0.9}, {"valid_fraction", 0.1}}),
      ConfigError, "test part");
}

TEST(Stratified, PiecesAreDividedOnlyWhereLeakyIsAskedForToo) {
  const MemoryDataset dataset = balanced(2, 10, 5);
  EXPECT_THROW_SAYING(split(dataset, "stratified", {{"unit", std::string("excerpt")}}), ConfigError,
                      "split.leaky: true");
  const Split s = split(dataset, "stratified",
                        {{"unit", std::string("excerpt")},
                         {"leaky", true},
                         {"train_fraction", 0.6},
                         {"valid_fraction", 0.2}},
                        5);
  EXPECT_TRUE(s.leaky);
  ASSERT_TRUE(s.excerpts);
  EXPECT_TRUE(s.has(Part::valid));
  std::vector<int> genres;
  for (const Track& track : dataset.tracks()) genres.push_back(track.genre);
  std::vector<std::size_t> n_excerpts(20, 10);
  n_excerpts[3] = 0;  // a bad track
  const auto parts = divide_excerpts(*s.excerpts, genres, n_excerpts);
  EXPECT_EQ(parts, divide_excerpts(*s.excerpts, genres, n_excerpts));
  std::map<std::pair<int, Part>, int> n;
  std::size_t n_straddling = 0;
  for (std::size_t t = 0; t < parts.size(); ++t) {
    ASSERT_EQ(parts[t].size(), n_excerpts[t]);
    for (const Part part : parts[t]) ++n[{genres[t], part}];
    n_straddling += std::set<Part>(parts[t].begin(), parts[t].end()).size() > 1;
  }
  EXPECT_EQ((n[{0, Part::train}]), 54);
  EXPECT_EQ((n[{0, Part::valid}]), 18);
  EXPECT_EQ((n[{0, Part::test}]), 18);
  EXPECT_EQ((n[{1, Part::train}]), 60);
  EXPECT_EQ((n[{1, Part::none}]), 0);
  EXPECT_GT(n_straddling, 15u);
}

}  // namespace stratified_test
}  // namespace genrebench
