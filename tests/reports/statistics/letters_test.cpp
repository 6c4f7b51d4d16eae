#include "reports/statistics/letters.hpp"

#include <gtest/gtest.h>

#include <set>

namespace genrebench {
namespace letters_test {

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

bool share_a_letter(const std::string& a, const std::string& b) {
  return a.find_first_of(b) != std::string::npos;
}

TEST(CompactLetters, ThingsThatDoNotDifferHaveOneLetter) {
  EXPECT_EQ(compact_letters(3, {}), (std::vector<std::string>{"a", "a", "a"}));
  EXPECT_TRUE(compact_letters(0, {}).empty());
  EXPECT_EQ(compact_letters(1, {}), (std::vector<std::string>{"a"}));
}

TEST(CompactLetters, AChainOverlaps) {
  // The first differs from the third alone.
  EXPECT_EQ(compact_letters(3, {{0, 2}}), (std::vector<std::string>{"a", "ab", "b"}));
  EXPECT_EQ(compact_letters(3, {{0, 1}, {0, 2}, {1, 2}}),
            (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(compact_letters(4, {{3, 0}, {3, 1}, {2, 0}}),
            (std::vector<std::string>{"a", "ab", "bc", "c"}));
}

TEST(CompactLetters, ALetterIsSharedIfAndOnlyIfNothingDiffers) {
  // All sets of pairs of five things.
  Pairs all;
  for (std::size_t a = 0; a < 5; ++a)
    for (std::size_t b = a + 1; b < 5; ++b) all.emplace_back(a, b);
  for (std::size_t mask = 0; mask < (1u << all.size()); ++mask) {
    Pairs differ;
    std::set<std::pair<std::size_t, std::size_t>> known;
    for (std::size_t i = 0; i < all.size(); ++i)
      if ((mask >> i & 1) != 0) {
        differ.push_back(all[i]);
        known.insert(all[i]);
      }
    const std::vector<std::string> letters = compact_letters(5, differ);
    EXPECT_EQ(letters[0][0], 'a');
    for (const auto& [a, b] : all)
      ASSERT_EQ(share_a_letter(letters[a], letters[b]), !known.contains({a, b})) << mask;
  }
}

TEST(CompactLetters, GoOnAfterZ) {
  Pairs differ;
  for (std::size_t a = 0; a < 54; ++a)
    for (std::size_t b = a + 1; b < 54; ++b) differ.emplace_back(a, b);
  const std::vector<std::string> letters = compact_letters(54, differ);
  EXPECT_EQ(letters[25], "z");
  EXPECT_EQ(letters[26], "A");
  EXPECT_EQ(letters[53], "(54)");
}

}  // namespace letters_test
}  // namespace genrebench
