// Tracks of equal content in splits.
#include "harness/grouping/copies.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "harness/grouping/grouping.hpp"
#include "support/splits.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace copies_test {

using testing::balanced;
using testing::contents;
using testing::has_note;
using testing::MemoryDataset;
using testing::split;

TEST(Copies, StayOnOneSideWhateverIsGroupedBy) {
  const MemoryDataset artists = balanced(2, 20, 2), loners = balanced(2, 20, 0);
  for (const MemoryDataset* dataset : {&artists, &loners})
    for (const char* kind : {"stratified", "kfold"})
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Split s = split(*dataset, kind, {}, seed, contents(*dataset, {{0, 7, 19}, {5, 25}}));
        EXPECT_EQ(s.parts[0], s.parts[7]);
        EXPECT_EQ(s.parts[0], s.parts[19]);
        EXPECT_EQ(s.parts[5], s.parts[25]) << "copies of two genres";
        EXPECT_TRUE(
            has_note(s,
                     "5 of 40 tracks have the same content as another one; copies stay on one "
                     "side; 2 of them have copies of another genre, such as a5 (a) and b5 (b)"));
      }
}

TEST(Copies, AreCountedInLeakySplitsAndInSplitsOfPieces) {
  const MemoryDataset dataset = balanced(2, 20, 0);
  std::vector<std::vector<std::size_t>> pairs;
  for (std::size_t t = 0; t < 20; t += 2) pairs.push_back({t, t + 1});
  std::size_t n_straddling = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Split s = split(dataset, "stratified", {{"leaky", true}}, seed, contents(dataset, pairs));
    std::size_t n = 0;
    for (std::size_t t = 0; t < 20; t += 2) n += s.parts[t] != s.parts[t + 1] ? 2 : 0;
    EXPECT_TRUE(has_note(s, "20 tracks have the same content as another one; " + std::to_string(n) +
                                " of them have a copy on another side"));
    n_straddling += n;
  }
  EXPECT_GT(n_straddling, 40u) << "42 % of the pairs, by chance";
  EXPECT_TRUE(has_note(
      split(dataset, "stratified", {{"leaky", true}, {"unit", std::string("excerpt")}}, 0,
            contents(dataset, pairs)),
      "20 tracks have the same content as another one; pieces of them are on several sides"));
}

TEST(Copies, OnTwoSidesOfAPublishedListAreRefusedByName) {
  MemoryDataset dataset = balanced(2, 4, 0);
  dataset.splits = {
      {"list",
       "from a paper",
       {{"a0", "train"}, {"a1", "test"}, {"a2", "train"}, {"b0", "train"}, {"b1", "test"}},
       false}};
  const OptionValues list = {{"list", std::string("list")}};
  EXPECT_THROW_SAYING(split(dataset, "published", list, 0, contents(dataset, {{0, 1}})),
                      ConfigError, "1 set of copies on more than one side",
                      "a0 (train) and a1 (test)", "split.leaky");
  EXPECT_THROW_SAYING(split(dataset, "published", list, 0, contents(dataset, {{2, 5}})),
                      ConfigError, "a2 (train) and b1 (test)");
  EXPECT_NO_THROW(split(dataset, "published", list, 0, contents(dataset, {{0, 2, 3}, {0, 4}})))
      << "a3 is on no side";
  EXPECT_TRUE(has_note(split(dataset, "published", {{"list", std::string("list")}, {"leaky", true}},
                             0, contents(dataset, {{0, 1}})),
                       "2 of them have a copy on another side"));
}

TEST(Copies, OfFeaturesCountOnlyWhereChanceCannotMakeThem) {
  Random random(1);
  MemoryDataset many({"a", "b"}), coarse({"a", "b"});
  TrackContents of_many, of_coarse;
  for (int t = 0; t < 60; ++t) {
    std::vector<float> row;
    for (int i = 0; i < 10; ++i) row.push_back(static_cast<float>(random.normal()));
    many.add("t" + std::to_string(t), t % 2, {}, t == 31 ? many.tracks()[10].features : row);
    of_many.push_back(t == 31 ? of_many[10] : "row " + std::to_string(t));
    const auto key = random.below(12);
    coarse.add("t" + std::to_string(t), t % 2, {}, {static_cast<float>(key), 1.0f});
    of_coarse.push_back("key " + std::to_string(key));
  }
  EXPECT_EQ(group_tracks(many, of_many, {}).copies,
            (std::vector<std::vector<std::size_t>>{{10, 31}}));
  EXPECT_TRUE(group_tracks(coarse, of_coarse, {}).copies.empty()) << "sixty songs have twelve keys";
}

TEST(Copies, OfUnreadableFilesAreNoneOfEachOther) {
  const MemoryDataset dataset = balanced(2, 4, 0);
  EXPECT_TRUE(group_tracks(dataset, TrackContents(8, ""), {}).copies.empty());
}

}  // namespace copies_test
}  // namespace genrebench
