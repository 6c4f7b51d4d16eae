#include "datasets/folders/answer_columns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "base/random.hpp"

namespace genrebench {
namespace answer_columns_test {

/// A column of n rows, genre by genre.
struct Column {
  std::vector<float> values;
  std::vector<int> genre;

  Column(int n, int n_genres, const std::function<double(int row, int genre)>& value) {
    for (int i = 0; i < n; ++i) {
      genre.push_back(i * n_genres / n);
      values.push_back(static_cast<float>(value(i, genre.back())));
    }
  }

  void shuffle(std::uint64_t seed) {
    Random random(seed);
    for (std::size_t i = values.size(); i > 1; --i) {
      const std::size_t j = random.below(i);
      std::swap(values[i - 1], values[j]);
      std::swap(genre[i - 1], genre[j]);
    }
  }

  bool is_refused() const { return why_it_tells_the_genre(values, genre).has_value(); }
};

TEST(AnswerColumns, AnIndexIsFoundShiftedScaledTurnedAndShuffled) {
  const std::pair<const char*, std::function<double(int, int)>> kIndices[] = {
      {"from 0", [](int i, int) { return i; }},
      {"from 1", [](int i, int) { return i + 1; }},
      {"negative", [](int i, int) { return -i; }},
      {"falling", [](int i, int) { return 5000 - i; }},
      {"scaled", [](int i, int) { return 0.001 * i; }},
      {"standardised", [](int i, int) { return (i - 199.5) / 115.47; }},
      {"thinned out", [](int i, int) { return 3 * i + (i * i) % 3; }},
      {"of songs, two rows each", [](int i, int) { return i / 2; }},
  };
  for (const auto& [name, value] : kIndices) {
    Column column(400, 4, value);
    EXPECT_TRUE(column.is_refused()) << name;
    column.shuffle(3);
    EXPECT_TRUE(column.is_refused()) << name << ", shuffled after it was made";
  }
}

TEST(AnswerColumns, ACountOfRowsTellsTheGenreOfATableThatIsSortedInPart) {
  Column column(200, 2, [](int i, int) { return i; });
  EXPECT_TRUE(counts_rows(column.values));
  for (std::size_t i = 0; i < 200; ++i) column.genre[i] = static_cast<int>(i / 10 % 2);
  EXPECT_EQ(why_it_tells_the_genre(column.values, column.genre), "counts the rows") << "albums";
  for (std::size_t i = 0; i < 200; ++i) column.genre[i] = static_cast<int>(i % 2);
  EXPECT_FALSE(column.is_refused()) << "in turn";
}

TEST(AnswerColumns, CodesOfGenresAreFound) {
  const std::pair<const char*, std::function<double(int, int)>> kCodes[] = {
      {"number", [](int, int g) { return g; }},
      {"number in another order", [](int, int g) { return (7 * g) % 5; }},
      {"scaled", [](int, int g) { return -0.1 * g + 3; }},
      {"one-hot", [](int, int g) { return g == 2; }},
      {"one bit of a number", [](int, int g) { return g % 2; }},
  };
  for (const auto& [name, value] : kCodes) {
    Column column(60, 5, value);
    EXPECT_TRUE(column.is_refused()) << name;
    column.shuffle(8);
    EXPECT_TRUE(column.is_refused()) << name << ", shuffled";
  }
}

TEST(AnswerColumns, CodesOfArtistsAreFound) {
  Random random(2);
  std::vector<int> code(100);
  for (int i = 0; i < 100; ++i) code[static_cast<std::size_t>(i)] = i;
  random.shuffle(std::span(code));
  Column column(500, 5, [&](int i, int) { return code[static_cast<std::size_t>(i / 5)]; });
  EXPECT_TRUE(column.is_refused());
}

TEST(AnswerColumns, FeaturesAreLeftAlone) {
  Random random(7);
  const auto noise = [&](double scale) { return scale * random.normal(); };
  const std::pair<const char*, std::function<double(int, int)>> kFeatures[] = {
      {"constant", [](int, int) { return 661504.0; }},
      {"constant but for one row", [](int i, int) { return i == 17 ? 1.0 : 0.0; }},
      {"noise", [&](int, int) { return noise(1.0); }},
      {"a good feature", [&](int, int g) { return g + noise(0.3); }},
      {"a feature that separates all genres", [&](int, int g) { return 100.0 * g + noise(1.0); }},
      {"whole numbers", [&](int, int g) { return std::round(120.0 + 10.0 * g + noise(20.0)); }},
      {"tempi of slow and fast dances",
       [&](int, int g) {
         return std::round((g == 0 ? 86.0 : 180.0 + 10.0 * g) + 20.0 * random.uniform());
       }},
      {"tempi of which some are counted at half",
       [&](int, int g) {
         return std::round((g == 0 ? 104.0 : 200.0 + 5.0 * g) + 8.0 * random.uniform()) /
                (random.below(9) == 0 ? 2 : 1);
       }},
      {"a key", [&](int, int) { return static_cast<double>(random.below(12)); }},
      {"a mode that nearly tells",
       [&](int i, int g) { return g == 0 ? (i == 3 ? 1.0 : 0.0) : 1.0; }},
      {"length in samples, three kinds",
       [&](int, int) { return 661000.0 + 504.0 * static_cast<double>(random.below(3)); }},
  };
  for (const int n_genres : {2, 4, 10})
    for (const auto& [name, value] : kFeatures)
      for (int repetition = 0; repetition < 5; ++repetition)
        EXPECT_EQ(why_it_tells_the_genre(Column(200, n_genres, value).values,
                                         Column(200, n_genres, value).genre),
                  std::nullopt)
            << name << ", " << n_genres;
}

TEST(AnswerColumns, RanksOfAFeatureAreLeftAlone) {
  Random random(4);
  std::vector<std::pair<double, std::size_t>> feature;
  Column column(300, 3, [](int, int) { return 0.0; });
  for (std::size_t i = 0; i < 300; ++i) feature.emplace_back(column.genre[i] + random.normal(), i);
  std::sort(feature.begin(), feature.end());
  for (std::size_t rank = 0; rank < 300; ++rank)
    column.values[feature[rank].second] = static_cast<float>(rank);
  EXPECT_FALSE(column.is_refused());
}

TEST(AnswerColumns, WhatAColumnTellsAloneIsMeasured) {
  Random random(3);
  const auto share = [](const Column& column) {
    return share_told_alone(column.values, column.genre).value_or(0.0);
  };
  EXPECT_EQ(share(Column(200, 4, [](int, int g) { return g; })), 1.0);
  EXPECT_NEAR(share(Column(200, 4, [](int i, int g) { return i % 50 == 7 ? (g + 1) % 4 : g; })),
              0.98, 1e-9)
      << "with slips";
  EXPECT_GT(share(Column(200, 4, [&](int, int g) { return 100.0 * g + random.normal(); })), 0.95)
      << "times at which files were made, genre by genre";
  Column hash(400, 4, [](int i, int) { return (i / 4 * 7919) % 4001; });
  hash.shuffle(2);
  EXPECT_EQ(share(hash), 1.0) << "a code of songs of four rows each";
  EXPECT_EQ(share(Column(200, 4, [&](int, int) { return random.normal(); })), 0.0);
  EXPECT_EQ(share(Column(200, 4, [](int, int) { return 3.0; })), 0.0);
  EXPECT_LT(share(Column(200, 4, [&](int, int g) { return g + 0.5 * random.normal(); })), 0.95);
  EXPECT_EQ(share(Column(12, 2, [](int, int g) { return g; })), 0.0) << "a few rows prove nothing";
  EXPECT_EQ(share(Column(90, 1, [](int i, int) { return i; })), 0.0) << "one genre";
}

TEST(AnswerColumns, AFewRowsProveNothing) {
  EXPECT_FALSE(Column(4, 2, [](int i, int) { return i; }).is_refused());
  EXPECT_FALSE(Column(8, 2, [](int, int g) { return g; }).is_refused());
  EXPECT_FALSE(Column(3, 3, [](int, int g) { return g; }).is_refused());
  EXPECT_FALSE(Column(40, 1, [](int i, int) { return i / 7; }).is_refused()) << "one genre";
  EXPECT_FALSE(Column(0, 1, [](int i, int) { return i; }).is_refused());
}

}  // namespace answer_columns_test
}  // namespace genrebench
