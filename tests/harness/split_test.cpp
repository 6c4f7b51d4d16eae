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

/// Tracks in groups of several kinds, some of which span genres, some unknown.
MemoryDataset random_structure(Random& random, int max_genres, int max_tracks, int max_groups) {
  const auto up_to = [&](int n) { return 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(n))); };
  const int n_genres = up_to(max_genres), n_kinds = up_to(3);
  std::vector<std::string> genres;
  for (int g = 0; g < n_genres; ++g) genres.push_back("genre " + std::to_string(g));
  MemoryDataset dataset(genres);
  const int n_tracks = n_genres + up_to(max_tracks);
  const std::uint64_t unknown = random.below(3), spanning = random.below(3);  // of ten
  for (int t = 0; t < n_tracks; ++t) {
    const int genre = t < n_genres ? t : up_to(n_genres) - 1;
    dataset.add("t" + std::to_string(t), genre);
    for (int k = 0; k < n_kinds; ++k)
      if (random.below(10) >= unknown)
        dataset.group(static_cast<std::size_t>(t), "kind" + std::to_string(k),
                      std::to_string(up_to(max_groups)) + (random.below(10) < spanning ? "" : " of " + std::to_string(genre)));
  }
  return dataset;
}

TEST(Splits, NeverPutAGroupOnTwoSidesWhateverTheStructure) {
  std::size_t n_drawn = 0, n_refused = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    const MemoryDataset dataset = random_structure(random, 5, 60, 12);
    const std::string rule = std::vector<std::string>{"fail", "train_only", "drop"}[random.below(3)];
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
      ASSERT_EQ(rule, "fail") << error.what();
      ASSERT_NE(std::string(error.what()).find("genre '"), std::string::npos) << error.what();
      ++n_refused;
      continue;
    }
    ++n_drawn;
    std::map<std::string, std::set<Part>> sides;
    for (std::size_t t = 0; t < s.parts.size(); ++t)
      for (const auto& [kind, value] : dataset.tracks()[t].groups)
        if (s.parts[t] != Part::none) sides[kind + " " + value].insert(s.parts[t]);
    for (const auto& [group, parts] : sides) ASSERT_EQ(parts.size(), 1u) << group << ", seed " << seed;
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

/// How far a division is from the fractions: genres that are missing from a part, then squared distances in tracks.
std::pair<int, double> distance_from(const Dataset& dataset, const std::vector<int>& part, const std::vector<double>& fractions) {
  std::vector<std::vector<int>> count(dataset.genres().size(), std::vector<int>(fractions.size(), 0));
  std::vector<int> size(dataset.genres().size(), 0);
  for (std::size_t t = 0; t < part.size(); ++t) {
    const auto genre = static_cast<std::size_t>(dataset.tracks()[t].genre);
    ++count[genre][static_cast<std::size_t>(part[t])];
    ++size[genre];
  }
  std::pair<int, double> result = {0, 0.0};
  for (std::size_t g = 0; g < count.size(); ++g)
    for (std::size_t p = 0; p < fractions.size(); ++p) {
      result.first += count[g][p] == 0;
      const double off = count[g][p] - size[g] * fractions[p];
      result.second += off * off;
    }
  return result;
}

TEST(Stratified, MeetsTheFractionsAsCloselyAsWholeGroupsAllow) {
  std::size_t n_compared = 0;
  for (std::uint64_t seed = 0; n_compared < 400; ++seed) {
    ASSERT_LT(seed, 20000u);
    Random random(seed);
    const MemoryDataset dataset = random_structure(random, 3, 24, 5);
    const Grouping grouping = group_tracks(dataset, {});
    const bool three = random.below(2) == 0;
    const std::vector<double> fractions = three ? std::vector<double>{0.6, 0.15, 0.25} : std::vector<double>{0.7, 0.3};
    if (grouping.n_groups > (three ? 9 : 13)) continue;  // the smaller ones are tried in full, the others searched
    std::pair<int, double> best = {INT_MAX, 0.0};
    std::vector<int> side(static_cast<std::size_t>(grouping.n_groups), 0);
    const auto parts_of = [&] {
      std::vector<int> part;
      for (const int group : grouping.group) part.push_back(side[static_cast<std::size_t>(group)]);
      return part;
    };
    for (bool more = true; more;) {  // every way to put the groups on sides
      best = std::min(best, distance_from(dataset, parts_of(), fractions));
      std::size_t i = 0;
      for (; i < side.size() && ++side[i] == static_cast<int>(fractions.size()); ++i) side[i] = 0;
      more = i < side.size();
    }
    OptionValues options = {{"train_fraction", fractions.front()}};
    if (three) options["valid_fraction"] = fractions[1];
    if (best.first > 0) {
      EXPECT_THROW(split(dataset, "stratified", options, seed), ConfigError) << seed;
      continue;
    }
    const Split s = split(dataset, "stratified", options, seed);
    std::vector<int> part;
    for (const Part p : s.parts) part.push_back(p == Part::train ? 0 : p == Part::valid ? 1 : static_cast<int>(fractions.size()) - 1);
    const std::pair<int, double> ours = distance_from(dataset, part, fractions);
    EXPECT_EQ(ours.first, 0) << seed;
    EXPECT_NEAR(ours.second, best.second, 1e-6) << "seed " << seed << ", " << grouping.n_groups << " groups";
    ++n_compared;
  }
}

TEST(Stratified, AGenreThatCannotBeInEveryPartIsRefusedByNameUnlessARuleIsGiven) {
  const MemoryDataset thin = balanced(2, 8, 4);  // two artists a genre, three parts
  const OptionValues three = {{"train_fraction", 0.5}, {"valid_fraction", 0.25}};
  EXPECT_THROW_SAYING(split(thin, "stratified", three), ConfigError, "genre 'a'", "2 groups (artist)", "single_group_genres");
  OptionValues allowed = three;
  allowed["single_group_genres"] = std::string("train_only");
  const Split s = split(thin, "stratified", allowed);
  ASSERT_EQ(s.notes.size(), 1u);
  EXPECT_NE(s.notes[0].find("a, b"), std::string::npos);
  auto n = counts(thin, s);
  EXPECT_EQ((n[{0, Part::train}]), 4);
  EXPECT_EQ((n[{0, Part::test}]), 4);
}

TEST(Stratified, PiecesAreDividedOnlyWhereLeakyIsAskedForToo) {
  const MemoryDataset dataset = balanced(2, 10, 5);
  EXPECT_THROW_SAYING(split(dataset, "stratified", {{"unit", std::string("excerpt")}}), ConfigError, "split.leaky: true");
  const Split s = split(dataset, "stratified", {{"unit", std::string("excerpt")}, {"leaky", true}, {"train_fraction", 0.6}, {"valid_fraction", 0.2}}, 5);
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

TEST(KFold, TestsEveryPieceExactlyOnceOverItsFolds) {
  const MemoryDataset dataset = balanced(2, 6, 0);
  const std::vector<int> genres = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
  const std::vector<std::size_t> n_excerpts(12, 5);
  std::vector<int> tested(60, 0);
  for (std::int64_t fold = 0; fold < 4; ++fold) {
    const Split s = split(dataset, "kfold", {{"folds", std::int64_t{4}}, {"fold", fold}, {"leaky", true}, {"unit", std::string("excerpt")}}, 11);
    const auto parts = divide_excerpts(*s.excerpts, genres, n_excerpts);
    for (std::size_t t = 0; t < 12; ++t)
      for (std::size_t e = 0; e < 5; ++e) tested[5 * t + e] += parts[t][e] == Part::test;
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

TEST(Published, AListCannotDividePieces) {
  EXPECT_THROW_SAYING(split(balanced(1, 4, 0), "published", {{"unit", std::string("excerpt")}, {"leaky", true}}), ConfigError, "unit must be track");
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
