// The fast search against the plain one, which it must equal to the last random number.
#include "harness/grouping/closest_division.hpp"

#include <gtest/gtest.h>

#include <map>

#include "harness/grouping/plain_closest_division.hpp"

namespace genrebench {
namespace closest_division_test {

const std::vector<std::vector<double>>& shares() {
  static const std::vector<std::vector<double>> all = {{0.7, 0.3},
                                                       {0.6, 0.2, 0.2},
                                                       {0.63, 0.37},
                                                       {0.6, 0.17, 0.23},
                                                       std::vector<double>(5, 0.2),
                                                       std::vector<double>(10, 0.1)};
  return all;
}

std::vector<int> open_groups(const DivisionTask& task) {
  std::vector<int> open;
  for (std::size_t k = 0; k < task.groups.size(); ++k)
    if (task.groups[k].role == GroupRole::open) open.push_back(static_cast<int>(k));
  return open;
}

void expect_equal(const DivisionTask& task, std::uint64_t seed) {
  const std::vector<int> open = open_groups(task);
  Random fast(seed), slow(seed);
  EXPECT_EQ(closest_division(task, open, fast), plain::closest_division(task, open, slow)) << seed;
  EXPECT_EQ(fast.below(1000000007), slow.below(1000000007)) << "as many numbers taken: " << seed;
}

/// Genres of groups of random sizes, some in several genres, fixed or unused.
DivisionTask random_task(Random& random, int max_groups) {
  const auto up_to = [&](int n) {
    return 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(n)));
  };
  const int n_genres = up_to(6), n_groups = up_to(max_groups);
  DivisionTask task{.groups = {},
                    .n_genres = static_cast<std::size_t>(n_genres),
                    .fractions = shares()[random.below(shares().size())],
                    .folds = random.below(2) == 0};
  for (int k = 0; k < n_groups; ++k) {
    std::map<int, int> content;
    const int n_of_group = up_to(random.below(3) == 0 ? 3 : 1);
    for (int i = 0; i < n_of_group; ++i)
      content[up_to(n_genres) - 1] += up_to(random.below(4) == 0 ? 12 : 3);
    const GroupRole role = random.below(12) == 0   ? GroupRole::fixed
                           : random.below(15) == 0 ? GroupRole::unused
                                                   : GroupRole::open;
    task.groups.push_back({.content = {content.begin(), content.end()},
                           .role = role,
                           .part = up_to(static_cast<int>(task.fractions.size())) - 1});
  }
  return task;
}

TEST(ClosestDivision, IsThePlainOneForGroupsOfEveryKind) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    expect_equal(random_task(random, seed % 10 == 0 ? 120 : 25), seed);
  }
}

TEST(ClosestDivision, IsThePlainOneForManyArtistsAndForSingleTracks) {
  for (std::size_t i = 0; i < shares().size(); ++i) {
    Random random(i);
    DivisionTask artists{.groups = {}, .n_genres = 10, .fractions = shares()[i], .folds = i >= 4};
    DivisionTask tracks = artists;
    for (int genre = 0; genre < 10; ++genre) {
      for (int k = 0; k < 20; ++k)
        artists.groups.push_back(
            {.content = {{genre, 1 + static_cast<int>(random.below(k < 5 ? 15 : 5))}}});
      for (int k = 0; k < 40; ++k) tracks.groups.push_back({.content = {{genre, 1}}});
    }
    expect_equal(artists, i);
    expect_equal(tracks, i);
  }
}

}  // namespace closest_division_test
}  // namespace genrebench
