#include "datasets/facts/extended_ballroom_facts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace genrebench {
namespace extended_ballroom_facts_test {

TEST(ExtendedBallroomFacts, NameThirteenGenresAndTheNineCommonOnes) {
  EXPECT_EQ(ballroom_genres().size(), 13U);
  EXPECT_TRUE(std::is_sorted(ballroom_genres().begin(), ballroom_genres().end()));
  EXPECT_EQ(common_ballroom_genres().size(), 9U);
  int common = 0, all = 0;
  for (const PublishedCount& count : ballroom_published_counts()) {
    all += count.n_tracks;
    EXPECT_TRUE(std::ranges::binary_search(ballroom_genres(), count.genre)) << count.genre;
    if (std::ranges::binary_search(common_ballroom_genres(), count.genre)) common += count.n_tracks;
  }
  EXPECT_EQ(all, 4180);
  EXPECT_EQ(common, 3992);
}

TEST(ExtendedBallroomFacts, TheFoldsHoldEveryTrackOnceAndTable1sCounts) {
  const PublishedSplit& folds = ballroom_folds();
  EXPECT_TRUE(folds.folds);
  EXPECT_EQ(folds.parts.size(), 4180U);
  EXPECT_EQ(folds.parts.at("Chacha/100701"), "8");
  std::map<std::string, int> by_fold, by_genre;
  std::set<std::string> numbers;
  for (const auto& [id, fold] : folds.parts) {
    ++by_fold[fold];
    ++by_genre[id.substr(0, id.find('/'))];
    numbers.insert(id.substr(id.find('/') + 1));
  }
  EXPECT_EQ(numbers.size(), 4180U) << "the number alone names a track";
  ASSERT_EQ(by_fold.size(), 10U);
  for (const auto& [fold, n] : by_fold) EXPECT_EQ(n, 418) << fold;
  ASSERT_EQ(by_genre.size(), 13U);
  for (const PublishedCount& count : ballroom_published_counts())
    EXPECT_EQ(by_genre[count.genre], count.n_tracks) << count.printed_name;
}

}  // namespace extended_ballroom_facts_test
}  // namespace genrebench
