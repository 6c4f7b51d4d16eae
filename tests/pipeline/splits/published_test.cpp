// The split `published`.
#include <gtest/gtest.h>

#include "support/splits.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace published_test {

using testing::balanced;
using testing::has_note;
using testing::MemoryDataset;
using testing::split;

TEST(Published, TracksOfSeveralArtistsAreNotedWhereTheListCutsThem) {
  MemoryDataset dataset({"a", "b"});
  for (const char* artist :
       {"Bob Marley", "Lauryn Hill and Bob Marley", "Peter Tosh", "PETER TOSH"})
    dataset.add(std::string("by ") + artist, 0, artist);
  dataset.add("b", 1, "Somebody Else");
  dataset.splits = {{"list",
                     "from a paper",
                     {{"by Bob Marley", "train"},
                      {"by Lauryn Hill and Bob Marley", "test"},
                      {"by Peter Tosh", "train"},
                      {"b", "train"}},
                     false}};
  const OptionValues list = {{"list", std::string("list")}};
  EXPECT_TRUE(has_note(split(dataset, "published", list),
                       "1 group (artist) is on more than one side of the list by tracks of several "
                       "artists, such as that of 'Bob Marley'"));
  dataset.splits.front().parts["by PETER TOSH"] = "test";
  EXPECT_THROW_SAYING(split(dataset, "published", list), ConfigError, "on more than one side",
                      "Peter Tosh");
}

TEST(Published, AGenreThatTheListTestsAndDoesNotTrainIsNoted) {
  MemoryDataset dataset = balanced(2, 2, 0);
  dataset.splits = {
      {"list", "from a paper", {{"a0", "train"}, {"a1", "test"}, {"b0", "test"}}, false}};
  EXPECT_TRUE(has_note(split(dataset, "published", {{"list", std::string("list")}}),
                       "1 genre is tested and not trained by the list: b"));
}

TEST(Published, FollowsTheListAndLeavesOutWhatItLeavesOut) {
  MemoryDataset dataset = balanced(2, 3, 0);
  dataset.splits = {
      {"mine",
       "from a paper",
       {{"a0", "train"}, {"a1", "valid"}, {"a2", "test"}, {"b0", "train"}, {"b1", "test"}},
       false}};
  const Split s = split(dataset, "published", {{"list", std::string("mine")}});
  EXPECT_EQ(s.parts, (std::vector<Part>{Part::train, Part::valid, Part::test, Part::train,
                                        Part::test, Part::none}));
}

TEST(Published, TheValidationPartMayBeTrainedOn) {
  MemoryDataset dataset = balanced(1, 4, 0);
  dataset.splits = {
      {"mine",
       "from a paper",
       {{"a0", "train"}, {"a1", "valid"}, {"a2", "test"}, {"a3", "valid"}},
       false},
      {"folds", "from a paper", {{"a0", "1"}, {"a1", "2"}, {"a2", "1"}, {"a3", "2"}}, true}};
  const Split s =
      split(dataset, "published", {{"list", std::string("mine")}, {"train_on_valid", true}});
  EXPECT_EQ(s.parts, (std::vector<Part>{Part::train, Part::train, Part::test, Part::train}));
  EXPECT_TRUE(has_note(s, "the validation part of the list is trained on"));
  EXPECT_THROW_SAYING(
      split(dataset, "published", {{"list", std::string("folds")}, {"train_on_valid", true}}),
      ConfigError, "train_on_valid", "'folds'", "no validation part");
}

TEST(Published, AListThatCutsAnArtistIsRefusedUnlessLeakyIsAskedFor) {
  MemoryDataset dataset = balanced(1, 4, 4);
  dataset.splits = {{"random",
                     "from a paper",
                     {{"a0", "train"}, {"a1", "test"}, {"a2", "train"}, {"a3", "test"}},
                     false}};
  EXPECT_THROW_SAYING(split(dataset, "published", {{"list", std::string("random")}}), ConfigError,
                      "a artist 0", "split.leaky");
  EXPECT_TRUE(
      split(dataset, "published", {{"list", std::string("random")}, {"leaky", true}}).leaky);
}

TEST(Published, AListCannotDividePieces) {
  EXPECT_THROW_SAYING(
      split(balanced(1, 4, 0), "published", {{"unit", std::string("excerpt")}, {"leaky", true}}),
      ConfigError, "unit must be track");
}

TEST(Published, AnUnknownListOrFoldIsRefused) {
  MemoryDataset dataset = balanced(1, 4, 0);
  dataset.splits = {
      {"folds", "from a paper", {{"a0", "1"}, {"a1", "2"}, {"a2", "1"}, {"a3", "2"}}, true}};
  EXPECT_THROW_SAYING(split(dataset, "published", {{"list", std::string("fold")}}), ConfigError,
                      "did you mean 'folds'");
  EXPECT_THROW_SAYING(
      split(dataset, "published", {{"list", std::string("folds")}, {"fold", std::string("7")}}),
      ConfigError, "1, 2", "'7'");
  EXPECT_EQ(
      split(dataset, "published", {{"list", std::string("folds")}, {"fold", std::string("2")}})
          .parts,
      (std::vector<Part>{Part::train, Part::test, Part::train, Part::test}));
}

}  // namespace published_test
}  // namespace genrebench
