// Which tracks splits keep together.
#include "harness/grouping/grouping.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/random.hpp"
#include "support/splits.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace grouping_test {

using testing::balanced;
using testing::counts;
using testing::has_note;
using testing::MemoryDataset;
using testing::partly_known;
using testing::random_structure;
using testing::split;

TEST(Stratified, NeverPutsAnArtistOnTwoSidesWhateverTheGroups) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    MemoryDataset dataset({"a", "b", "c"});
    const int n_artists = 4 + static_cast<int>(random.below(20));
    for (int t = 0; t < 60; ++t) {
      const int artist = static_cast<int>(random.below(static_cast<std::uint64_t>(n_artists)));
      const bool known = random.below(10) > 0;
      dataset.add("t" + std::to_string(t), static_cast<int>(random.below(3)),
                  known ? "artist " + std::to_string(artist) : "");
    }
    const Split s = split(dataset, "stratified",
                          {{"train_fraction", 0.6},
                           {"valid_fraction", 0.2},
                           {"single_group_genres", std::string("train_only")}},
                          seed);
    EXPECT_EQ(s.groups, std::vector<std::string>{"artist"});
    std::map<std::string, std::set<Part>> sides;
    for (std::size_t t = 0; t < s.parts.size(); ++t)
      if (const auto artist = dataset.tracks()[t].groups.find("artist");
          artist != dataset.tracks()[t].groups.end())
        sides[artist->second].insert(s.parts[t]);
    for (const auto& [artist, parts] : sides)
      ASSERT_EQ(parts.size(), 1u) << artist << ", seed " << seed;
  }
}

TEST(Stratified, AnArtistWithTwoGenresHoldsThemTogether) {
  MemoryDataset dataset({"jazz", "classical"});
  for (int t = 0; t < 8; ++t)
    dataset.add("j" + std::to_string(t), 0, t < 2 ? "Bernstein" : "j" + std::to_string(t));
  for (int t = 0; t < 8; ++t)
    dataset.add("c" + std::to_string(t), 1, t < 2 ? "Bernstein" : "c" + std::to_string(t));
  const Split s = split(dataset, "stratified", {{"train_fraction", 0.5}});
  EXPECT_EQ(s.parts[0], s.parts[1]);
  EXPECT_EQ(s.parts[0], s.parts[8]);
  EXPECT_EQ(s.parts[0], s.parts[9]);
}

TEST(Stratified, LeakyMustBeAskedForAndIsMarked) {
  const MemoryDataset dataset = balanced(2, 40, 10);
  const Split grouped = split(dataset, "stratified", {}),
              leaky = split(dataset, "stratified", {{"leaky", true}});
  EXPECT_FALSE(grouped.leaky);
  EXPECT_TRUE(leaky.leaky);
  EXPECT_TRUE(leaky.groups.empty());
  const Grouping artists = group_tracks(dataset, {}, {});
  EXPECT_TRUE(straddling_groups(dataset, artists, grouped.parts).empty());
  EXPECT_FALSE(straddling_groups(dataset, artists, leaky.parts).empty());
}

TEST(Splits, NeverPutAGroupOnTwoSidesWhateverTheStructure) {
  std::size_t n_drawn = 0, n_refused = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    const MemoryDataset dataset = random_structure(random, 5, 60, 12);
    const std::string rule =
        std::vector<std::string>{"fail", "train_only", "drop"}[random.below(3)];
    OptionValues options = {{"single_group_genres", rule}};
    const bool folds = random.below(4) == 0;
    if (folds) {
      options["folds"] = static_cast<std::int64_t>(3 + random.below(4));
      options["validation_fold"] = random.below(2) == 0;
    } else {
      options["train_fraction"] = 0.3 + 0.1 * static_cast<double>(random.below(5));
      if (random.below(2) == 0) options["valid_fraction"] = 0.15;
    }
    Split s;
    try {
      s = split(dataset, folds ? "kfold" : "stratified", options, seed);
    } catch (const ConfigError& error) {
      const std::string message = error.what();
      ASSERT_TRUE(rule == "fail" ||
                  message.find("need at least as many groups") != std::string::npos)
          << message;
      ASSERT_TRUE(message.find("genre '") != std::string::npos ||
                  message.find("need at least as many groups") != std::string::npos)
          << message;
      ++n_refused;
      continue;
    }
    ++n_drawn;
    std::map<std::string, std::set<Part>> sides;
    for (std::size_t t = 0; t < s.parts.size(); ++t)
      for (const auto& [kind, value] : dataset.tracks()[t].groups)
        if (s.parts[t] != Part::none) sides[kind + " " + value].insert(s.parts[t]);
    for (const auto& [group, parts] : sides)
      ASSERT_EQ(parts.size(), 1u) << group << ", seed " << seed;
    auto of_genre = counts(dataset, s);
    for (int g = 0; g < static_cast<int>(dataset.genres().size()); ++g) {
      ASSERT_FALSE((of_genre[{g, Part::test}]) > 0 && (of_genre[{g, Part::train}]) == 0)
          << "tested and not trained, seed " << seed;
    }
    if (rule == "fail" && !folds) {
      auto n = counts(dataset, s);
      for (int g = 0; g < static_cast<int>(dataset.genres().size()); ++g) {
        ASSERT_GT((n[{g, Part::train}]), 0) << seed;
        ASSERT_GT((n[{g, Part::test}]), 0) << seed;
        if (options.contains("valid_fraction")) {
          ASSERT_GT((n[{g, Part::valid}]), 0) << seed;
        }
      }
    }
  }
  EXPECT_GT(n_drawn, 1500u);
  EXPECT_GT(n_refused, 100u);
}

TEST(UnknownArtists, FollowTheirRule) {
  const MemoryDataset dataset = partly_known(24);
  const auto drawn = [&](const char* rule, std::uint64_t seed) {
    return split(dataset, "stratified",
                 {{"train_fraction", 0.5}, {"unknown_groups", std::string(rule)}}, seed);
  };
  std::set<Part> own;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Split together = drawn("together_by_genre", seed), train_only = drawn("train_only", seed),
                dropped = drawn("drop", seed);
    own.clear();
    for (std::size_t t = 0; t < 48; ++t) {
      if (t % 4 != 3) continue;
      own.insert(drawn("own", seed).parts[t]);
      EXPECT_EQ(together.parts[t], together.parts[t < 24 ? 3 : 27]);
      EXPECT_EQ(train_only.parts[t], Part::train);
      EXPECT_EQ(dropped.parts[t], Part::none);
    }
    EXPECT_EQ(own.size(), 2u);
    EXPECT_EQ(std::ranges::count(dropped.parts, Part::none), 12);
    EXPECT_NEAR(static_cast<double>(std::ranges::count(train_only.parts, Part::train)), 24.0, 3.0)
        << "tracks that are only trained on count in the share";
  }
  EXPECT_TRUE(has_note(drawn("own", 0),
                       "12 of 48 tracks have no known artist; each counts as one of its own"));
  EXPECT_TRUE(has_note(drawn("together_by_genre", 0), "those of one genre count as one"));
  EXPECT_TRUE(has_note(drawn("train_only", 0), "they are in training only, never tested"));
  EXPECT_TRUE(has_note(drawn("drop", 0), "they are left out"));
  EXPECT_TRUE(split(balanced(2, 8, 2), "stratified", {}).notes.empty()) << "all are known";
  EXPECT_TRUE(split(balanced(2, 8, 0), "stratified", {}).notes.empty())
      << "none is, which reports mark";
}

TEST(UnknownArtists, KeepTheirRuleInFoldsListsAndLeakySplits) {
  MemoryDataset dataset = partly_known(24);
  for (std::int64_t fold = 0; fold < 4; ++fold) {
    const Split s = split(dataset, "kfold",
                          {{"folds", std::int64_t{4}},
                           {"fold", fold},
                           {"unknown_groups", std::string("train_only")}});
    for (std::size_t t = 3; t < 48; t += 4) EXPECT_EQ(s.parts[t], Part::train);
  }
  PublishedSplit list{.name = "list", .description = "of this test", .parts = {}, .folds = false};
  for (std::size_t t = 0; t < 48; ++t)
    list.parts[dataset.tracks()[t].id] = t % 24 < 12 ? "train" : "test";
  dataset.splits = {list};
  const Split listed =
      split(dataset, "published",
            {{"list", std::string("list")}, {"unknown_groups", std::string("train_only")}});
  EXPECT_EQ(listed.parts[3], Part::train);
  EXPECT_EQ(listed.parts[15], Part::none);
  EXPECT_THROW_SAYING(
      split(dataset, "published",
            {{"list", std::string("list")}, {"unknown_groups", std::string("together_by_genre")}}),
      ConfigError, "on more than one side");
  const Split leaky =
      split(dataset, "stratified", {{"leaky", true}, {"unknown_groups", std::string("drop")}});
  EXPECT_EQ(std::ranges::count(leaky.parts, Part::none), 12)
      << "so that a leaky split can be compared with an honest one";
  EXPECT_EQ(
      split(dataset, "stratified", {{"leaky", true}, {"unknown_groups", std::string("train_only")}})
          .notes,
      std::vector<std::string>{});
}

TEST(UnknownArtists, AGenreOfUnknownArtistsOnlyCannotBeTestedUnderTrainOnly) {
  MemoryDataset dataset({"a", "b", "c"});
  for (int t = 0; t < 24; ++t)
    dataset.add("t" + std::to_string(t), t % 3, t % 3 == 2 ? "" : "artist " + std::to_string(t));
  OptionValues options = {{"unknown_groups", std::string("train_only")}};
  EXPECT_THROW_SAYING(split(dataset, "stratified", options), ConfigError, "genre 'c'",
                      "unknown artist", "split.unknown_groups");
  options["single_group_genres"] = std::string("train_only");
  const Split s = split(dataset, "stratified", options);
  auto n = counts(dataset, s);
  EXPECT_EQ((n[{2, Part::train}]), 8);
  EXPECT_TRUE(has_note(s, "c (no test tracks)"));
}

TEST(Splits, ThatLeaveAKnownKindApartSaySo) {
  MemoryDataset dataset = balanced(2, 24, 6);
  for (std::size_t t = 0; t < 48; ++t) dataset.group(t, "song", "song " + std::to_string(t / 2));
  const auto apart = [&](std::vector<std::string> kinds) {
    return split(dataset, "stratified", {{"group_by", std::move(kinds)}}).apart;
  };
  EXPECT_EQ(apart({"song"}), std::vector<std::string>{"artist"});
  EXPECT_TRUE(apart({"artist"}).empty()) << "every song is of one artist, so none is cut";
  EXPECT_TRUE(apart({}).empty());
  EXPECT_TRUE(split(dataset, "stratified",
                    {{"group_by", std::vector<std::string>{"song"}}, {"leaky", true}})
                  .apart.empty())
      << "which is marked as leaky";
  dataset.group(0, "song", "song 23");  // of another artist
  EXPECT_EQ(apart({"artist"}), std::vector<std::string>{"song"});
  EXPECT_TRUE(apart({"song", "artist"}).empty());
}

TEST(Stratified, AnUnknownKindOfGroupIsRefused) {
  EXPECT_THROW_SAYING(
      split(balanced(2, 10, 2), "stratified", {{"group_by", std::vector<std::string>{"artists"}}}),
      ConfigError, "did you mean 'artist'");
}

}  // namespace grouping_test
}  // namespace genrebench
