#include "datasets/folders/suspect_columns.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {
namespace suspect_columns_test {

using Strings = std::vector<std::string>;

/// A table whose one feature is `value` of the row's number and of its genre.
template <typename Value>
SuspectColumns suspects(const std::vector<int>& genres, const Value& value,
                        const std::string& name = "x", const Strings& kept = {},
                        const Strings& ignored = {}) {
  const TemporaryFolder folder;
  std::string text = name + ",label\n";
  std::vector<NamedTrack> tracks;
  for (std::size_t i = 0; i < genres.size(); ++i) {
    const auto number = static_cast<float>(value(static_cast<int>(i), genres[i]));
    const std::string genre(1, static_cast<char>('a' + genres[i]));
    text += std::to_string(number) + "," + genre + "\n";
    tracks.push_back({.genre = genre, .track = {}});
    tracks.back().track.features = {number};
  }
  return find_suspect_columns(read_csv(folder.write("t.csv", text)), {0}, tracks, {kept, ignored});
}

std::vector<int> sorted(int n, int n_genres) {
  std::vector<int> genres;
  for (int i = 0; i < n; ++i) genres.push_back(i * n_genres / n);
  return genres;
}

std::vector<int> in_turn(int n, int n_genres) {
  std::vector<int> genres;
  for (int i = 0; i < n; ++i) genres.push_back(i % n_genres);
  return genres;
}

TEST(SuspectColumns, ACountOfTheRowsOfASortedTableIsRefusedUnlessItIsKept) {
  const auto count = [](int i, int) { return i; };
  EXPECT_THROW_SAYING(suspects(sorted(20, 2), count), DataError, "column 'x' is an index");
  for (const int n : {60, 400})
    EXPECT_THROW_SAYING(suspects(sorted(n, 2), count), DataError, "column 'x' counts the rows",
                        "set dataset.ignore_columns to [\"x\"]");
  const SuspectColumns kept = suspects(sorted(60, 3), count, "x", {"x"});
  EXPECT_EQ(kept.telling, Strings{"'x' counts the rows"});
  EXPECT_TRUE(kept.counting.empty());
}

TEST(SuspectColumns, ACountOfRowsThatTellsNothingIsNoted) {
  for (const int n_genres : {2, 3, 10}) {
    for (const int n : {12, 40, 300}) {
      const SuspectColumns found = suspects(in_turn(n, n_genres), [](int i, int) { return i + 1; });
      EXPECT_EQ(found.counting, Strings{"x"}) << n << " rows of " << n_genres;
      EXPECT_TRUE(found.telling.empty());
      EXPECT_EQ(notes_of(found).size(), 1U);
    }
  }
  Random random(5);
  std::vector<int> mixed = sorted(200, 4);
  random.shuffle(std::span(mixed));
  EXPECT_EQ(suspects(mixed, [](int i, int) { return 0.5 * i; }).counting, Strings{"x"});
}

TEST(SuspectColumns, AnIndexThatPandasWroteIsRefusedInAnyOrder) {
  for (const auto& value : {+[](int i, int) { return i; }, +[](int i, int) { return i * 7 % 40; }})
    EXPECT_THROW_SAYING(suspects(in_turn(40, 2), value, "Unnamed: 0"), DataError,
                        "column 'Unnamed: 0' numbers the rows");
}

TEST(SuspectColumns, AFeatureIsNeitherRefusedNorNoted) {
  Random random(1);
  const SuspectColumns found =
      suspects(sorted(90, 3), [&](int, int g) { return g + random.normal(); });
  EXPECT_TRUE(notes_of(found).empty());
}

}  // namespace suspect_columns_test
}  // namespace genrebench::testing
