// Training on less than the training part.
#include "harness/grouping/training_size.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "support/splits.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace training_size_test {

using testing::balanced;
using testing::has_note;
using testing::MemoryDataset;
using testing::random_structure;
using testing::split;

OptionValue number(int n) { return static_cast<std::int64_t>(n); }

const std::string kTracks = "train_size.per_genre", kArtists = "train_size.artists_per_genre";

std::set<std::size_t> tracks_in(const Split& s, Part part) {
  std::set<std::size_t> result;
  for (std::size_t t = 0; t < s.parts.size(); ++t)
    if (s.parts[t] == part) result.insert(t);
  return result;
}

std::vector<int> trained_by_genre(const Dataset& dataset, const Split& s) {
  std::vector<int> result(dataset.genres().size());
  for (const std::size_t t : tracks_in(s, Part::train))
    ++result[static_cast<std::size_t>(dataset.tracks()[t].genre)];
  return result;
}

/// Every kind of split that draws, with its own options.
const std::vector<std::pair<std::string, OptionValues>>& kinds() {
  static const std::vector<std::pair<std::string, OptionValues>> all = {
      {"stratified", {{"valid_fraction", 0.1}}},
      {"kfold", {{"folds", number(5)}, {"fold", number(2)}, {"validation_fold", true}}}};
  return all;
}

TEST(TrainSize, SmallerPartsAreContainedInLargerOnesAndTheOtherPartsStay) {
  const MemoryDataset dataset = balanced(4, 60, 3);
  for (const auto& [kind, own] : kinds())
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const Split whole = split(dataset, kind, own, seed);
      std::set<std::size_t> smaller;
      for (const int n : {1, 5, 10, 20, 30}) {
        OptionValues options = own;
        options[kTracks] = number(n);
        const Split s = split(dataset, kind, options, seed);
        EXPECT_EQ(tracks_in(s, Part::test), tracks_in(whole, Part::test)) << kind << n;
        EXPECT_EQ(tracks_in(s, Part::valid), tracks_in(whole, Part::valid)) << kind << n;
        const std::set<std::size_t> trained = tracks_in(s, Part::train),
                                    available = tracks_in(whole, Part::train);
        EXPECT_TRUE(std::ranges::includes(trained, smaller)) << kind << n;
        EXPECT_TRUE(std::ranges::includes(available, trained)) << kind << n;
        for (const int of_genre : trained_by_genre(dataset, s)) {
          EXPECT_GE(of_genre, n) << kind;
          EXPECT_LT(of_genre, n + 3) << "by less than the last artist, who has three tracks";
        }
        EXPECT_EQ(s.n_train_available, available.size());
        smaller = trained;
      }
    }
}

TEST(TrainSize, ArtistsStayWholeAndAreCounted) {
  const MemoryDataset dataset = balanced(3, 60, 4);
  const Split whole = split(dataset, "stratified", {}, 3);
  const Split s = split(dataset, "stratified", {{kArtists, number(5)}}, 3);
  EXPECT_EQ(trained_by_genre(dataset, s), (std::vector<int>{20, 20, 20}));
  std::map<std::string, std::set<Part>> parts;
  for (const std::size_t t : tracks_in(whole, Part::train))
    parts[dataset.tracks()[t].groups.at("artist")].insert(s.parts[t]);
  for (const auto& [artist, found] : parts) EXPECT_EQ(found.size(), 1u) << artist;
  EXPECT_TRUE(has_note(s, "5 groups (artist)"));
  EXPECT_FALSE(has_note(whole, "limited"));
}

TEST(TrainSize, SeedsDrawDifferentTracksAndTheSplitsOwnSeedFixesThem) {
  const MemoryDataset dataset = balanced(2, 100, 0);
  const OptionValues fixed = {{kTracks, number(10)}, {"seed", number(4)}};
  EXPECT_EQ(split(dataset, "stratified", fixed, 1).parts,
            split(dataset, "stratified", fixed, 2).parts);
  const OptionValues drawn = {{kTracks, number(10)}};
  EXPECT_EQ(split(dataset, "stratified", drawn, 1).parts,
            split(dataset, "stratified", drawn, 1).parts);
  EXPECT_NE(tracks_in(split(dataset, "stratified", drawn, 1), Part::train),
            tracks_in(split(dataset, "stratified", drawn, 2), Part::train));
  EXPECT_EQ(trained_by_genre(dataset, split(dataset, "stratified", drawn, 1)),
            (std::vector<int>{10, 10}))
      << "tracks without groups are counted exactly";
}

TEST(TrainSize, NestsWhereArtistsHaveSeveralGenresAndGroupsOfSeveralKinds) {
  int n = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const MemoryDataset dataset = random_structure(random, 4, 60, 12);
    const auto drawn = [&](int size) -> std::optional<Split> {
      try {
        return split(dataset, "stratified",
                     {{"single_group_genres", std::string("train_only")}, {kTracks, number(size)}},
                     seed);
      } catch (const ConfigError&) {
        return std::nullopt;
      }
    };
    const auto small = drawn(2), large = drawn(4);
    if (!small || !large) continue;
    EXPECT_TRUE(
        std::ranges::includes(tracks_in(*large, Part::train), tracks_in(*small, Part::train)))
        << seed;
    ++n;
  }
  EXPECT_GT(n, 20);
}

TEST(TrainSize, APublishedListIsLimitedToo) {
  MemoryDataset dataset = balanced(2, 20, 2);
  PublishedSplit list{.name = "list", .description = "a list", .parts = {}};
  for (std::size_t t = 0; t < dataset.tracks().size(); ++t)
    list.parts[dataset.tracks()[t].id] = t % 20 < 14 ? "train" : "test";
  dataset.splits.push_back(list);
  const OptionValues own = {{"list", std::string("list")}};
  OptionValues limited = own;
  limited[kTracks] = number(6);
  const Split whole = split(dataset, "published", own), s = split(dataset, "published", limited);
  EXPECT_EQ(trained_by_genre(dataset, s), (std::vector<int>{6, 6}));
  EXPECT_EQ(tracks_in(s, Part::test), tracks_in(whole, Part::test));
}

TEST(TrainSize, AGenreWithFewerTracksIsRefusedInOneLine) {
  const MemoryDataset dataset = balanced(3, 20, 2);
  EXPECT_THROW_SAYING(split(dataset, "stratified", {{kTracks, number(15)}}), ConfigError,
                      "split.train_size.per_genre", "expected 15 tracks", "found 14 of genre 'a'",
                      "set it to 14 or fewer");
  EXPECT_THROW_SAYING(split(dataset, "stratified", {{kArtists, number(8)}}), ConfigError,
                      "split.train_size.artists_per_genre", "8 groups (artist)", "found 7");
}

TEST(TrainSize, WhatContradictsItselfIsRefused) {
  const MemoryDataset dataset = balanced(3, 20, 2);
  EXPECT_THROW_SAYING(split(dataset, "stratified", {{kTracks, number(5)}, {kArtists, number(2)}}),
                      ConfigError, "expected one of them");
  EXPECT_THROW_SAYING(split(dataset, "stratified", {{kArtists, number(2)}, {"leaky", true}}),
                      ConfigError, "split.leaky");
  EXPECT_THROW_SAYING(
      split(dataset, "stratified",
            {{kTracks, number(2)}, {"leaky", true}, {"unit", std::string("excerpt")}}),
      ConfigError, "split.unit: excerpt");
  EXPECT_THROW_SAYING(split(balanced(3, 20, 0), "stratified", {{kArtists, number(2)}}), ConfigError,
                      "knows no artists");
}

TEST(TrainSize, LeakySplitsCountSingleTracks) {
  const MemoryDataset dataset = balanced(3, 20, 5);
  const Split s = split(dataset, "stratified", {{kTracks, number(7)}, {"leaky", true}});
  EXPECT_EQ(trained_by_genre(dataset, s), (std::vector<int>{7, 7, 7}));
}

TEST(TrainSize, AllIsTheWholeTrainingPart) {
  const MemoryDataset dataset = balanced(3, 20, 2);
  const Split whole = split(dataset, "stratified", {}),
              all = split(dataset, "stratified", {{kTracks, std::string("all")}});
  EXPECT_EQ(all.parts, whole.parts);
  EXPECT_EQ(all.notes, whole.notes);
  EXPECT_FALSE(all.n_train_available.has_value());
}

}  // namespace training_size_test
}  // namespace genrebench
