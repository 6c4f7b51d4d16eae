// The rules for genres of few groups.
#include "harness/grouping/track_division.hpp"

#include <gtest/gtest.h>

#include "support/splits.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace track_division_test {

using testing::balanced;
using testing::counts;
using testing::has_note;
using testing::MemoryDataset;
using testing::single_artist_in_two_genres;
using testing::split;

TEST(Stratified, EveryGenreIsInEveryPartWhereItHasTheGroups) {
  const MemoryDataset dataset = balanced(5, 30, 10);  // three artists of ten tracks a genre
  auto n = counts(dataset,
                  split(dataset, "stratified", {{"train_fraction", 0.8}, {"valid_fraction", 0.1}}));
  for (int g = 0; g < 5; ++g)
    for (const Part part : {Part::train, Part::valid, Part::test})
      EXPECT_EQ((n[{g, part}]), 10) << g;
}

TEST(Stratified, AGenreOfOneTrackIsRefusedByNameUnlessARuleIsGiven) {
  MemoryDataset dataset = balanced(2, 10, 0);
  MemoryDataset thin({"a", "b", "polka"});
  for (const Track& t : dataset.tracks()) thin.add(t.id, t.genre);
  thin.add("lonely", 2);
  EXPECT_THROW_SAYING(split(thin, "stratified", {}), ConfigError, "polka", "single_group_genres");
  const Split kept =
      split(thin, "stratified", {{"single_group_genres", std::string("train_only")}});
  EXPECT_EQ(kept.parts.back(), Part::train);
  ASSERT_EQ(kept.notes.size(), 1u);
  EXPECT_NE(kept.notes[0].find("polka"), std::string::npos);
  EXPECT_EQ(split(thin, "stratified", {{"single_group_genres", std::string("drop")}}).parts.back(),
            Part::none);
}

TEST(Stratified, AGenreThatCannotBeInEveryPartIsRefusedByNameUnlessARuleIsGiven) {
  const MemoryDataset thin = balanced(2, 8, 4);  // two artists a genre, three parts
  const OptionValues three = {{"train_fraction", 0.5}, {"valid_fraction", 0.25}};
  EXPECT_THROW_SAYING(split(thin, "stratified", three), ConfigError, "genre 'a'",
                      "2 groups (artist)", "single_group_genres");
  OptionValues allowed = three;
  allowed["single_group_genres"] = std::string("train_only");
  const Split s = split(thin, "stratified", allowed);
  ASSERT_EQ(s.notes.size(), 1u);
  EXPECT_EQ(s.notes[0],
            "2 genres have too few groups to be in every part: a (no validation tracks), b (no "
            "validation tracks)");
  auto n = counts(thin, s);
  EXPECT_EQ((n[{0, Part::train}]), 4);
  EXPECT_EQ((n[{0, Part::test}]), 4);
}

TEST(TrainOnly, NeverTestsAGenreThatWasNotTrained) {
  const MemoryDataset dataset = single_artist_in_two_genres();
  for (const double train_fraction : {0.45, 0.7, 0.2})
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const Split s = split(
          dataset, "stratified",
          {{"single_group_genres", std::string("train_only")}, {"train_fraction", train_fraction}},
          seed);
      for (std::size_t t = 0; t < 15; ++t) EXPECT_EQ(s.parts[t], Part::train) << t;
      EXPECT_TRUE(has_note(s,
                           "1 of 3 genres have all their tracks in one group (artist) and are in "
                           "training only, never tested: a"));
      EXPECT_TRUE(
          has_note(s, "the same groups keep tracks of other genres in training: 5 of 10 of b"));
    }
  for (std::int64_t fold = 0; fold < 5; ++fold) {
    const Split s = split(dataset, "kfold",
                          {{"single_group_genres", std::string("train_only")},
                           {"folds", std::int64_t{5}},
                           {"fold", fold},
                           {"validation_fold", true}});
    for (std::size_t t = 0; t < 15; ++t) EXPECT_EQ(s.parts[t], Part::train) << t;
  }
}

TEST(TrainOnly, TestsEveryOtherTrackOnceOverTheFolds) {
  const MemoryDataset dataset = single_artist_in_two_genres();
  std::vector<int> tested(30, 0);
  for (std::int64_t fold = 0; fold < 5; ++fold) {
    const Split s = split(dataset, "kfold",
                          {{"single_group_genres", std::string("train_only")},
                           {"folds", std::int64_t{5}},
                           {"fold", fold}},
                          4);
    for (std::size_t t = 0; t < 30; ++t) tested[t] += s.parts[t] == Part::test;
  }
  for (std::size_t t = 0; t < 30; ++t) EXPECT_EQ(tested[t], t < 15 ? 0 : 1) << t;
}

TEST(KFold, AGenreOfTwoGroupsIsTrainedWhereverItIsTested) {
  MemoryDataset dataset = balanced(2, 20, 2);
  MemoryDataset thin({"a", "b", "polka"});
  for (const Track& track : dataset.tracks())
    thin.add(track.id, track.genre, track.groups.at("artist"));
  for (int t = 0; t < 6; ++t)
    thin.add("polka" + std::to_string(t), 2, t < 3 ? "Frankie Yankovic" : "Brave Combo");
  int n_tested = 0;
  for (std::int64_t fold = 0; fold < 5; ++fold) {
    const Split s = split(thin, "kfold",
                          {{"folds", std::int64_t{5}}, {"fold", fold}, {"validation_fold", true}});
    auto n = counts(thin, s);
    if ((n[{2, Part::test}]) == 0) continue;
    n_tested += (n[{2, Part::test}]);
    EXPECT_EQ((n[{2, Part::train}]), 3);
  }
  EXPECT_EQ(n_tested, 6);
}

}  // namespace track_division_test
}  // namespace genrebench
