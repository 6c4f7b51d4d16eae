#include "reports/statistics/letters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace genrebench {
namespace {

using Letter = std::set<std::size_t>;  ///< the things that have it

/// Removes letters whose things all have another letter in common.
void absorb(std::vector<Letter>& letters) {
  std::vector<Letter> kept;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    bool within = false;
    for (std::size_t j = 0; j < letters.size() && !within; ++j)
      within = i != j &&
               std::includes(letters[j].begin(), letters[j].end(), letters[i].begin(),
                             letters[i].end()) &&
               (letters[j].size() > letters[i].size() || j < i);
    if (!within) kept.push_back(letters[i]);
  }
  letters = std::move(kept);
}

std::string name_of(std::size_t place) {
  if (place < 26) return std::string(1, static_cast<char>('a' + place));
  if (place < 52) return std::string(1, static_cast<char>('A' + place - 26));
  return fmt::format("({})", place + 1);
}

}  // namespace

std::vector<std::string> compact_letters(
    std::size_t n, const std::vector<std::pair<std::size_t, std::size_t>>& differ) {
  std::vector<Letter> letters(1);
  for (std::size_t i = 0; i < n; ++i) letters.front().insert(i);
  for (const auto& [a, b] : differ) {
    std::vector<Letter> split;
    for (Letter& letter : letters) {
      if (letter.contains(a) && letter.contains(b)) {
        Letter other = letter;
        other.erase(b);
        letter.erase(a);
        split.push_back(std::move(other));
      }
      split.push_back(std::move(letter));
    }
    letters = std::move(split);
    absorb(letters);
  }
  std::sort(letters.begin(), letters.end());  // that of the best things first
  std::vector<std::string> result(n);
  for (std::size_t l = 0; l < letters.size(); ++l)
    for (const std::size_t thing : letters[l]) result[thing] += name_of(l);
  return result;
}

}  // namespace genrebench
