// Splits as plug-ins: stratified, kfold, published.
#include "harness/grouping/grouping.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <cmath>
#include <map>
#include <set>

#include "base/random.hpp"
#include "harness/plugin/registry.hpp"
#include "support/memory_dataset.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace {

using testing::MemoryDataset;

Split split(const Dataset& dataset, const std::string& kind, const OptionValues& options,
            std::uint64_t seed = 0, const TrackContents& content = {}) {
  Registry registry;
  register_all_pipeline(registry);
  const SplitPlugin& plugin = registry.splits.get(kind, "test");
  return plugin.make(plugin.options.resolve(options, "split " + kind))
      ->split(dataset, content, seed);
}

MemoryDataset balanced(int n_genres, int n_tracks, int tracks_an_artist) {
  std::vector<std::string> genres;
  for (int g = 0; g < n_genres; ++g) genres.push_back(std::string(1, static_cast<char>('a' + g)));
  MemoryDataset dataset(genres);
  for (int g = 0; g < n_genres; ++g)
    for (int t = 0; t < n_tracks; ++t) {
      const std::string id = genres[static_cast<std::size_t>(g)] + std::to_string(t);
      dataset.add(id, g,
                  tracks_an_artist == 0 ? ""
                                        : genres[static_cast<std::size_t>(g)] + " artist " +
                                              std::to_string(t / tracks_an_artist));
    }
  return dataset;
}

std::map<std::pair<int, Part>, int> counts(const Dataset& dataset, const Split& s) {
  std::map<std::pair<int, Part>, int> result;
  for (std::size_t t = 0; t < s.parts.size(); ++t)
    ++result[{dataset.tracks()[t].genre, s.parts[t]}];
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

TEST(Splits, AreNamedByWhatTheyPutWhere) {
  const auto named = [](std::vector<Part> parts) {
    Split split;
    split.parts = std::move(parts);
    return division_hash(split);
  };
  std::set<std::string> names;
  for (const Part part : {Part::none, Part::train, Part::valid, Part::test})
    names.insert(named({Part::train, part}));
  EXPECT_EQ(names.size(), 4u) << "every part counts";
  EXPECT_NE(named({Part::train, Part::test}), named({Part::test, Part::train}));
  EXPECT_EQ(named({Part::train, Part::test}), named({Part::train, Part::test}));
}

TEST(Stratified, EqualSeedsGiveEqualSplitsAndOthersDiffer) {
  const MemoryDataset dataset = balanced(4, 25, 0);
  EXPECT_EQ(split(dataset, "stratified", {}, 3).parts, split(dataset, "stratified", {}, 3).parts);
  EXPECT_NE(split(dataset, "stratified", {}, 3).parts, split(dataset, "stratified", {}, 4).parts);
  EXPECT_EQ(split(dataset, "stratified", {{"seed", std::int64_t{9}}}, 3).parts,
            split(dataset, "stratified", {{"seed", std::int64_t{9}}}, 4).parts);
}

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

TEST(Stratified, EveryGenreIsInEveryPartWhereItHasTheGroups) {
  const MemoryDataset dataset = balanced(5, 30, 10);  // three artists of ten tracks a genre
  auto n = counts(dataset,
                  split(dataset, "stratified", {{"train_fraction", 0.8}, {"valid_fraction", 0.1}}));
  for (int g = 0; g < 5; ++g)
    for (const Part part : {Part::train, Part::valid, Part::test})
      EXPECT_EQ((n[{g, part}]), 10) << g;
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

TEST(Stratified, FractionsThatLeaveNoTestPartAreRefused) {
  EXPECT_THROW_SAYING(
      split(balanced(2, 10, 0), "stratified", {{"train_fraction", 0.9}, {"valid_fraction", 0.1}}),
      ConfigError, "test part");
}

/// Tracks in groups of several kinds, some of which span genres, some unknown.
MemoryDataset random_structure(Random& random, int max_genres, int max_tracks, int max_groups) {
  const auto up_to = [&](int n) {
    return 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(n)));
  };
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
                      std::to_string(up_to(max_groups)) +
                          (random.below(10) < spanning ? "" : " of " + std::to_string(genre)));
  }
  return dataset;
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
                  message.find("is more than the number of groups") != std::string::npos)
          << message;
      ASSERT_TRUE(message.find("genre '") != std::string::npos ||
                  message.find("is more than the number of groups") != std::string::npos)
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

/// How far a division is from the fractions: genres that are missing from a part, then squared
/// distances in tracks.
std::pair<int, double> distance_from(const Dataset& dataset, const std::vector<int>& part,
                                     const std::vector<double>& fractions) {
  std::vector<std::vector<int>> count(dataset.genres().size(),
                                      std::vector<int>(fractions.size(), 0));
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

/// How far one genre is from its shares, in tracks: as draw_division() measures it.
double distance_of_genre(const Dataset& dataset, int genre, const std::vector<int>& part,
                         const std::vector<double>& fractions) {
  std::vector<double> off(fractions.size(), 0.0);
  for (std::size_t t = 0; t < part.size(); ++t)
    if (dataset.tracks()[t].genre == genre)
      for (std::size_t p = 0; p < fractions.size(); ++p)
        off[p] += (part[t] == static_cast<int>(p)) - fractions[p];
  double squared = 0.0;
  for (const double one : off) squared += one * one;
  return std::sqrt(squared / 2.0);
}

TEST(Stratified, IsAsCloseToTheFractionsAsTheClosestDivisionAndTheTolerance) {
  std::size_t n_compared = 0;
  for (std::uint64_t seed = 0; n_compared < 400; ++seed) {
    ASSERT_LT(seed, 20000u);
    Random random(seed);
    const MemoryDataset dataset = random_structure(random, 3, 24, 5);
    const Grouping grouping = group_tracks(dataset, {}, {});
    const bool three = random.below(2) == 0;
    const std::vector<double> fractions =
        three ? std::vector<double>{0.6, 0.15, 0.25} : std::vector<double>{0.7, 0.3};
    if (grouping.n_groups > (three ? 7 : 12))
      continue;  // the closest of these is found by trying all
    std::pair<int, double> best = {INT_MAX, 0.0};
    std::vector<double> limit;  // the farthest that a genre is from its shares in any division that
                                // is as close as can be
    std::vector<int> side(static_cast<std::size_t>(grouping.n_groups), 0);
    const auto parts_of = [&] {
      std::vector<int> part;
      for (const int group : grouping.group) part.push_back(side[static_cast<std::size_t>(group)]);
      return part;
    };
    for (bool more = true; more;) {  // every way to put the groups on sides
      const std::vector<int> parts = parts_of();
      const std::pair<int, double> found = distance_from(dataset, parts, fractions);
      const bool closer = found.first < best.first ||
                          (found.first == best.first && found.second < best.second - 1e-9);
      if (closer) {
        best = found;
        limit.assign(dataset.genres().size(), 0.0);
      }
      if (closer || (found.first == best.first && found.second <= best.second + 1e-9))
        for (std::size_t g = 0; g < limit.size(); ++g)
          limit[g] =
              std::max(limit[g], distance_of_genre(dataset, static_cast<int>(g), parts, fractions));
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
    for (const Part p : s.parts)
      part.push_back(p == Part::train   ? 0
                     : p == Part::valid ? 1
                                        : static_cast<int>(fractions.size()) - 1);
    EXPECT_EQ(distance_from(dataset, part, fractions).first, 0) << seed;
    for (std::size_t g = 0; g < limit.size(); ++g) {
      const auto size = std::ranges::count(dataset.tracks(), static_cast<int>(g), &Track::genre);
      EXPECT_LE(distance_of_genre(dataset, static_cast<int>(g), part, fractions),
                limit[g] + 0.1 * static_cast<double>(size) + 1e-6)
          << "seed " << seed << ", genre " << g;
    }
    ++n_compared;
  }
}

/// How many of the seeds 0, 1, ... put each track into the test part.
std::vector<int> count_tests(const Dataset& dataset, const OptionValues& options, int n_seeds) {
  std::vector<int> tested(dataset.tracks().size(), 0);
  for (int seed = 0; seed < n_seeds; ++seed) {
    const Split s = split(dataset, "stratified", options, static_cast<std::uint64_t>(seed));
    for (std::size_t t = 0; t < s.parts.size(); ++t) tested[t] += s.parts[t] == Part::test;
  }
  return tested;
}

/// One genre of an artist of `large` tracks and `n - large` by others, beside a genre of 40
/// artists.
MemoryDataset with_a_large_artist(int large, int n) {
  MemoryDataset dataset({"reggae", "rock"});
  for (int t = 0; t < n; ++t)
    dataset.add("reggae" + std::to_string(t), 0,
                t < large ? "Bob Marley" : "singer " + std::to_string(t));
  for (int t = 0; t < 40; ++t)
    dataset.add("rock" + std::to_string(t), 1, "band " + std::to_string(t));
  return dataset;
}

TEST(Stratified, TestsALargeArtistAboutAsOftenAsTheShareOfTheTestPart) {
  const std::vector<int> tested = count_tests(with_a_large_artist(35, 100), {}, 300);
  EXPECT_GT(tested[0], 60)
      << "35 tracks of an asked 30: close enough to be tested in three of ten divisions";
  EXPECT_LT(tested[0], 130);
  for (std::size_t t = 35; t < 100; ++t) {
    EXPECT_GT(tested[t], 30) << t;
    EXPECT_LT(tested[t], 150) << t;
  }
  for (std::size_t t = 100; t < 140; ++t)
    EXPECT_NEAR(tested[t], 90, 35) << "a binomial of 300 and 0.3 has a deviation of 8";
}

TEST(Stratified, SongsBesideAnArtistTooLargeToBeTestedAreNotAlwaysTested) {
  const std::vector<int> tested = count_tests(with_a_large_artist(7, 10), {}, 200);
  EXPECT_EQ(tested[0], 0) << "7 of 10 cannot be near 3";
  for (std::size_t t = 7; t < 10; ++t) {
    EXPECT_GT(tested[t], 100) << t;
    EXPECT_LT(tested[t], 199) << "where two of these are tested the division is close too";
  }
}

TEST(Stratified, TwoGroupsThatWouldDoAreTestedEquallyOften) {
  MemoryDataset dataset({"a", "b"});
  for (int t = 0; t < 30; ++t)
    dataset.add("a" + std::to_string(t), 0, "a" + std::to_string(t / 10));
  for (int t = 0; t < 30; ++t)
    dataset.add("b" + std::to_string(t), 1, "b" + std::to_string(t / 10));
  const std::vector<int> tested = count_tests(dataset, {}, 600);
  for (const std::size_t t : {0u, 10u, 20u, 30u, 40u, 50u})
    EXPECT_NEAR(tested[t], 200, 50) << "a binomial of 600 and 1/3 has a deviation of 12";
}

TEST(Stratified, TiesFavourNeitherValidationNorTest) {
  const MemoryDataset dataset = balanced(10, 10, 0);
  double n_valid = 0.0, n_test = 0.0;
  constexpr int kSeeds = 300;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Split s =
        split(dataset, "stratified",
              {{"leaky", true}, {"train_fraction", 0.7}, {"valid_fraction", 0.15}}, seed);
    auto n = counts(dataset, s);
    for (int g = 0; g < 10; ++g) {
      EXPECT_EQ((n[{g, Part::train}]), 7);
      EXPECT_NEAR((n[{g, Part::test}]), 1.5, 0.5);
      n_valid += (n[{g, Part::valid}]);
      n_test += (n[{g, Part::test}]);
    }
  }
  // Each of 3000 genres has one or two: the mean has a deviation of 0.5 / sqrt(3000).
  EXPECT_NEAR(n_test / (10.0 * kSeeds), 1.5, 0.04);
  EXPECT_NEAR(n_valid / (10.0 * kSeeds), 1.5, 0.04);
}

TEST(Stratified, DividesAThousandTracksInMilliseconds) {
  MemoryDataset dataset({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"});
  Random random(3);
  for (int t = 0; t < 1000; ++t)
    dataset.add("t" + std::to_string(t), t / 100,
                "artist " + std::to_string(t / 100) + " " +
                    std::to_string(random.below(1 + random.below(50))));
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    split(dataset, "stratified", {{"valid_fraction", 0.15}}, seed);
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
            20 * 0.25)
      << "3 ms each on an idle machine";
}

/// The content of each track, equal for those in one of the sets.
TrackContents contents(const Dataset& dataset,
                       const std::vector<std::vector<std::size_t>>& copies) {
  TrackContents result;
  for (const Track& track : dataset.tracks()) result.push_back("content of " + track.id);
  for (const auto& set : copies)
    for (const std::size_t t : set) result[t] = result[set.front()];
  return result;
}

bool has_note(const Split& s, const std::string& text) {
  return std::ranges::any_of(
      s.notes, [&](const std::string& note) { return note.find(text) != std::string::npos; });
}

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

/// Two genres of `n` tracks, of which every fourth has no known artist; else two tracks an artist.
MemoryDataset partly_known(int n) {
  MemoryDataset dataset({"a", "b"});
  for (int g = 0; g < 2; ++g)
    for (int t = 0; t < n; ++t) {
      const std::string genre = g == 0 ? "a" : "b";
      dataset.add(genre + std::to_string(t), g,
                  t % 4 == 3 ? (t % 8 == 3 ? "" : "Various Artists")
                             : genre + " artist " + std::to_string(t / 2));
    }
  return dataset;
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

/// The only artist of genre a has half of genre b too; b and c have others.
MemoryDataset single_artist_in_two_genres() {
  MemoryDataset dataset({"a", "b", "c"});
  for (int t = 0; t < 10; ++t) dataset.add("a" + std::to_string(t), 0, "the only one");
  for (int t = 0; t < 10; ++t)
    dataset.add("b" + std::to_string(t), 1,
                t < 5 ? "the only one" : "b artist " + std::to_string(t));
  for (int t = 0; t < 10; ++t)
    dataset.add("c" + std::to_string(t), 2, "c artist " + std::to_string(t));
  return dataset;
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

TEST(KFold, MoreFoldsThanGroupsAreRefused) {
  EXPECT_THROW_SAYING(split(balanced(2, 20, 10), "kfold", {}), ConfigError,
                      "folds = 10 is more than the number of groups (artist) of the dataset, 4");
  EXPECT_THROW_SAYING(split(balanced(2, 4, 0), "kfold", {}), ConfigError,
                      "number of groups (tracks) of the dataset, 8");
  EXPECT_NO_THROW(split(balanced(2, 20, 10), "kfold", {{"leaky", true}}));
}

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

TEST(Clusters, AreJoinedArtistsElseSongs) {
  MemoryDataset dataset({"a"});
  for (const char* artist : {"Queen", "QUEEN", "Queen feat. David Bowie", "Various", ""})
    dataset.add(std::string("by ") + artist, 0, artist);
  dataset.group(3, "song", "a song");
  EXPECT_EQ(evaluation_clusters(dataset),
            (std::vector<std::string>{"Queen", "Queen", "Queen", "a song", ""}));
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

TEST(Stratified, AnUnknownKindOfGroupIsRefused) {
  EXPECT_THROW_SAYING(
      split(balanced(2, 10, 2), "stratified", {{"group_by", std::vector<std::string>{"artists"}}}),
      ConfigError, "did you mean 'artist'");
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

}  // namespace
}  // namespace genrebench
