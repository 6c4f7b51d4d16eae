// Splits as plug-ins: stratified, kfold, published.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/grouping.hpp"
#include "harness/registry.hpp"
#include "signal/random.hpp"
#include "support/memory_dataset.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace {

using testing::MemoryDataset;

Split split(const Dataset& dataset, const std::string& kind, const OptionValues& options, std::uint64_t seed = 0) {
  Registry registry;
  register_all_pipeline(registry);
  const SplitPlugin& plugin = registry.splits.get(kind, "test");
  return plugin.make(plugin.options.resolve(options, "split " + kind))->split(dataset, seed);
}

MemoryDataset balanced(int n_genres, int n_tracks, int tracks_an_artist) {
  std::vector<std::string> genres;
  for (int g = 0; g < n_genres; ++g) genres.push_back(std::string(1, static_cast<char>('a' + g)));
  MemoryDataset dataset(genres);
  for (int g = 0; g < n_genres; ++g)
    for (int t = 0; t < n_tracks; ++t) {
      const std::string id = genres[static_cast<std::size_t>(g)] + std::to_string(t);
      dataset.add(id, g, tracks_an_artist == 0 ? "" : genres[static_cast<std::size_t>(g)] + " artist " + std::to_string(t / tracks_an_artist));
    }
  return dataset;
}

std::map<std::pair<int, Part>, int> counts(const Dataset& dataset, const Split& s) {
  std::map<std::pair<int, Part>, int> result;
  for (std::size_t t = 0; t < s.parts.size(); ++t) ++result[{dataset.tracks()[t].genre, s.parts[t]}];
  return result;
}

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
  EXPECT_EQ(split(dataset, "stratified", {{"seed", std::int64_t{9}}}, 3).parts, split(dataset, "stratified", {{"seed", std::int64_t{9}}}, 4).parts);
}

TEST(Stratified, NeverPutsAnArtistOnTwoSidesWhateverTheGroups) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    MemoryDataset dataset({"a", "b", "c"});
    const int n_artists = 4 + static_cast<int>(random.below(20));
    for (int t = 0; t < 60; ++t) {
      const int artist = static_cast<int>(random.below(static_cast<std::uint64_t>(n_artists)));
      const bool known = random.below(10) > 0;
      dataset.add("t" + std::to_string(t), static_cast<int>(random.below(3)), known ? "artist " + std::to_string(artist) : "");
    }
    const Split s = split(dataset, "stratified", {{"train_fraction", 0.6}, {"valid_fraction", 0.2}, {"single_group_genres", std::string("train_only")}}, seed);
    EXPECT_EQ(s.groups, std::vector<std::string>{"artist"});
    std::map<std::string, std::set<Part>> sides;
    for (std::size_t t = 0; t < s.parts.size(); ++t)
      if (const auto artist = dataset.tracks()[t].groups.find("artist"); artist != dataset.tracks()[t].groups.end()) sides[artist->second].insert(s.parts[t]);
    for (const auto& [artist, parts] : sides) ASSERT_EQ(parts.size(), 1u) << artist << ", seed " << seed;
  }
}

TEST(Stratified, EveryGenreIsInEveryPartWhereItHasTheGroups) {
  const MemoryDataset dataset = balanced(5, 30, 10);  // three artists of ten tracks a genre
  auto n = counts(dataset, split(dataset, "stratified", {{"train_fraction", 0.8}, {"valid_fraction", 0.1}}));
  for (int g = 0; g < 5; ++g)
    for (const Part part : {Part::train, Part::valid, Part::test}) EXPECT_EQ((n[{g, part}]), 10) << g;
}

TEST(Stratified, AnArtistWithTwoGenresHoldsThemTogether) {
  MemoryDataset dataset({"jazz", "classical"});
  for (int t = 0; t < 8; ++t) dataset.add("j" + std::to_string(t), 0, t < 2 ? "Bernstein" : "j" + std::to_string(t));
  for (int t = 0; t < 8; ++t) dataset.add("c" + std::to_string(t), 1, t < 2 ? "Bernstein" : "c" + std::to_string(t));
  const Split s = split(dataset, "stratified", {{"train_fraction", 0.5}});
  EXPECT_EQ(s.parts[0], s.parts[1]);
  EXPECT_EQ(s.parts[0], s.parts[8]);
  EXPECT_EQ(s.parts[0], s.parts[9]);
}

TEST(Stratified, LeakyMustBeAskedForAndIsMarked) {
  const MemoryDataset dataset = balanced(2, 40, 10);
  const Split grouped = split(dataset, "stratified", {}), leaky = split(dataset, "stratified", {{"leaky", true}});
  EXPECT_FALSE(grouped.leaky);
  EXPECT_TRUE(leaky.leaky);
  EXPECT_TRUE(leaky.groups.empty());
  const Grouping artists = group_tracks(dataset, {});
  EXPECT_TRUE(straddling_groups(dataset, artists, grouped.parts).empty());
  EXPECT_FALSE(straddling_groups(dataset, artists, leaky.parts).empty());
}

TEST(Stratified, AGenreOfOneTrackIsRefusedByNameUnlessARuleIsGiven) {
  MemoryDataset dataset = balanced(2, 10, 0);
  MemoryDataset thin({"a", "b", "polka"});
  for (const Track& t : dataset.tracks()) thin.add(t.id, t.genre);
  thin.add("lonely", 2);
  EXPECT_THROW_SAYING(split(thin, "stratified", {}), ConfigError, "polka", "single_group_genres");
  const Split kept = split(thin, "stratified", {{"single_group_genres", std::string("train_only")}});
  EXPECT_EQ(kept.parts.back(), Part::train);
  ASSERT_EQ(kept.notes.size(), 1u);
  EXPECT_NE(kept.notes[0].find("polka"), std::string::npos);
  EXPECT_EQ(split(thin, "stratified", {{"single_group_genres", std::string("drop")}}).parts.back(), Part::none);
}

TEST(Stratified, FractionsThatLeaveNoTestPartAreRefused) {
  EXPECT_THROW_SAYING(split(balanced(2, 10, 0), "stratified", {{"train_fraction", 0.9}, {"valid_fraction", 0.1}}), ConfigError, "test part");
}

TEST(Stratified, AnUnknownKindOfGroupIsRefused) {
  EXPECT_THROW_SAYING(split(balanced(2, 10, 2), "stratified", {{"group_by", std::vector<std::string>{"artists"}}}), ConfigError, "did you mean 'artist'");
}

TEST(KFold, TestsEveryTrackExactlyOnceOverItsFolds) {
  const MemoryDataset dataset = balanced(3, 20, 2);
  std::vector<int> tested(dataset.tracks().size(), 0);
  for (std::int64_t fold = 0; fold < 5; ++fold) {
    const Split s = split(dataset, "kfold", {{"folds", std::int64_t{5}}, {"fold", fold}, {"validation_fold", true}}, 11);
    for (std::size_t t = 0; t < s.parts.size(); ++t) tested[t] += s.parts[t] == Part::test;
    auto n = counts(dataset, s);
    for (int g = 0; g < 3; ++g) {
      EXPECT_EQ((n[{g, Part::test}]), 4);
      EXPECT_EQ((n[{g, Part::valid}]), 4);
    }
  }
  EXPECT_TRUE(std::all_of(tested.begin(), tested.end(), [](int n) { return n == 1; }));
}

TEST(KFold, AFoldBeyondTheNumberOfFoldsIsRefused) {
  EXPECT_THROW_SAYING(split(balanced(2, 10, 0), "kfold", {{"folds", std::int64_t{3}}, {"fold", std::int64_t{3}}}), ConfigError, "below folds = 3");
}

TEST(Published, FollowsTheListAndLeavesOutWhatItLeavesOut) {
  MemoryDataset dataset = balanced(2, 3, 0);
  dataset.splits = {{"mine", "from a paper", {{"a0", "train"}, {"a1", "valid"}, {"a2", "test"}, {"b0", "train"}, {"b1", "test"}}, false}};
  const Split s = split(dataset, "published", {{"list", std::string("mine")}});
  EXPECT_EQ(s.parts, (std::vector<Part>{Part::train, Part::valid, Part::test, Part::train, Part::test, Part::none}));
}

TEST(Published, AListThatCutsAnArtistIsRefusedUnlessLeakyIsAskedFor) {
  MemoryDataset dataset = balanced(1, 4, 4);
  dataset.splits = {{"random", "from a paper", {{"a0", "train"}, {"a1", "test"}, {"a2", "train"}, {"a3", "test"}}, false}};
  EXPECT_THROW_SAYING(split(dataset, "published", {{"list", std::string("random")}}), ConfigError, "a artist 0", "split.leaky");
  EXPECT_TRUE(split(dataset, "published", {{"list", std::string("random")}, {"leaky", true}}).leaky);
}

TEST(Published, AnUnknownListOrFoldIsRefused) {
  MemoryDataset dataset = balanced(1, 4, 0);
  dataset.splits = {{"folds", "from a paper", {{"a0", "1"}, {"a1", "2"}, {"a2", "1"}, {"a3", "2"}}, true}};
  EXPECT_THROW_SAYING(split(dataset, "published", {{"list", std::string("fold")}}), ConfigError, "did you mean 'folds'");
  EXPECT_THROW_SAYING(split(dataset, "published", {{"list", std::string("folds")}, {"fold", std::string("7")}}), ConfigError, "1, 2", "'7'");
  EXPECT_EQ(split(dataset, "published", {{"list", std::string("folds")}, {"fold", std::string("2")}}).parts,
            (std::vector<Part>{Part::train, Part::test, Part::train, Part::test}));
}

}  // namespace
}  // namespace genrebench
