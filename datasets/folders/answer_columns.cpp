#include "datasets/folders/answer_columns.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace genrebench {
namespace {

constexpr std::size_t kFewestSteps = 12;  ///< fewer values in equal steps may be chance
constexpr std::size_t kFewestCodes = 20;  ///< fewer values may be mixed by chance
constexpr double kStepTolerance = 0.02;   ///< of a step, for values that were scaled and rounded
constexpr double kMixed = 0.7;  ///< of the pieces that chance makes; a feature, as a tempo, makes
                                ///< fewer
const double kLogOdds = std::log(1e-6);

/// Tracks of one value of a column.
struct Value {
  double value = 0.0;
  std::size_t n = 0;
  int genre = 0;
};

/// log of the chance that the rows of each set, put together by lot, all agree in something that a
/// share of all rows has.
class Odds {
 public:
  /// @param n      rows of the set
  /// @param share  of all rows, that agree with its first one
  void add(std::size_t n, double share) { log_ += static_cast<double>(n - 1) * std::log(share); }
  bool rule_out_chance() const { return log_ <= kLogOdds; }

 private:
  double log_ = 0.0;
};

/// Whether every genre has one value only, and these differ.
bool is_code_of_genres(std::span<const float> values, std::span<const int> genre,
                       const std::map<int, std::size_t>& sizes) {
  std::map<int, float> value_of;
  std::map<float, std::size_t> count;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (value_of.try_emplace(genre[i], values[i]).first->second != values[i]) return false;
    ++count[values[i]];
  }
  if (count.size() < 2) return false;
  Odds odds;
  for (const auto& [g, n] : sizes)
    odds.add(n, static_cast<double>(count[value_of[g]]) / static_cast<double>(values.size()));
  return odds.rule_out_chance();
}

/// The values in ascending order; nothing where one is of several genres.
std::optional<std::vector<Value>> values_of_one_genre(std::span<const float> values,
                                                      std::span<const int> genre) {
  std::vector<std::pair<float, int>> sorted;
  for (std::size_t i = 0; i < values.size(); ++i) sorted.emplace_back(values[i], genre[i]);
  std::ranges::sort(sorted);
  std::vector<Value> result;
  for (const auto& [value, g] : sorted) {
    if (!result.empty() && result.back().value == static_cast<double>(value)) {
      if (result.back().genre != g) return std::nullopt;
      ++result.back().n;
    } else {
      result.push_back({static_cast<double>(value), 1, g});
    }
  }
  return result;
}

/// The share of places in equal steps that are taken; 0 where values stand between such steps or
/// far apart.
double density(const std::vector<Value>& values) {
  constexpr int kMostGaps = 10;
  double smallest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 1; i < values.size(); ++i)
    smallest = std::min(smallest, values[i].value - values[i - 1].value);
  for (int part = 1; part <= kMostGaps; ++part) {  // the smallest difference may be of several
                                                   // steps
    const double step = smallest / part;
    bool fits = true;
    for (std::size_t i = 1; i < values.size() && fits; ++i) {
      const double n_steps = (values[i].value - values[i - 1].value) / step;
      fits = std::abs(n_steps - std::round(n_steps)) <= kStepTolerance * n_steps;
    }
    if (fits)
      return static_cast<double>(values.size()) /
             (1.0 + (values.back().value - values.front().value) / step);
  }
  return 0.0;
}

/// How many pieces of one genre values in random order are expected to fall into.
double pieces_by_lot(const std::vector<Value>& values) {
  std::map<int, double> count;
  for (const Value& value : values) ++count[value.genre];
  const double n = static_cast<double>(values.size());
  double different = 1.0;  // the chance that two neighbours are of different genres
  for (const auto& [unused, c] : count) different -= c / n * (c - 1.0) / (n - 1.0);
  return 1.0 + (n - 1.0) * different;
}

/// Rows of one value.
struct SameValue {
  std::map<int, std::size_t> count;  ///< by genre
  std::size_t n = 0;
};

std::vector<SameValue> by_value(std::span<const float> values, std::span<const int> genre) {
  std::map<float, SameValue> sets;
  for (std::size_t i = 0; i < values.size(); ++i) {
    SameValue& set = sets[values[i]];
    ++set.count[genre[i]];
    ++set.n;
  }
  std::vector<SameValue> result;
  for (auto& [unused, set] : sets) result.push_back(std::move(set));
  return result;
}

/// How many rows of a set have a genre that the other rows of the set tell.
std::size_t told_by_equals(const SameValue& set) {
  std::size_t told = 0;
  for (const auto& [genre, n] : set.count)
    if (2 * (n - 1) > set.n - 1) told += n;
  return told;
}

}  // namespace

bool counts_rows(std::span<const float> values) {
  if (values.size() < kFewestSteps) return false;
  const double n_steps = static_cast<double>(values.size() - 1), first = values.front();
  const double step = (static_cast<double>(values.back()) - first) / n_steps;
  if (step == 0.0) return false;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::abs(values[i] - first - step * static_cast<double>(i)) >
        kStepTolerance * std::abs(step))
      return false;
  return true;
}

std::optional<double> share_told_alone(std::span<const float> values, std::span<const int> genre) {
  std::map<int, std::size_t> sizes;
  for (const int g : genre) ++sizes[g];
  if (sizes.size() < 2 || values.size() < kFewestCodes) return std::nullopt;
  const std::vector<SameValue> sets = by_value(values, genre);
  if (sets.size() < 2) return std::nullopt;
  std::size_t told = 0;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (sets[i].n > 1) {
      told += told_by_equals(sets[i]);
      continue;
    }
    const int own = sets[i].count.begin()->first;
    const auto agrees = [&](std::size_t other) {
      const auto found = sets[other].count.find(own);
      return found != sets[other].count.end() && 2 * found->second > sets[other].n;
    };
    told += (i == 0 || agrees(i - 1)) && (i + 1 == sets.size() || agrees(i + 1));
  }
  std::size_t largest = 0;
  for (const auto& [unused, n] : sizes) largest = std::max(largest, n);
  const double n = static_cast<double>(values.size()), share = static_cast<double>(told) / n,
               by_largest = static_cast<double>(largest) / n;
  // That chance is right so often is less likely than one in a million (Hoeffding's bound).
  const double excess = share - by_largest;
  if (excess <= 0.0 || -2.0 * n * excess * excess > kLogOdds) return std::nullopt;
  return share;
}

std::optional<std::string> why_it_tells_the_genre(std::span<const float> values,
                                                  std::span<const int> genre) {
  std::map<int, std::size_t> sizes;
  for (const int g : genre) ++sizes[g];
  if (sizes.size() < 2) return std::nullopt;
  if (is_code_of_genres(values, genre, sizes)) return "has one value in all tracks of a genre";
  if (counts_rows(values) && share_told_alone(values, genre)) return "counts the rows";
  const auto one_genre_each = values_of_one_genre(values, genre);
  if (!one_genre_each || one_genre_each->size() <= sizes.size()) return std::nullopt;
  std::size_t n_pieces = 1;
  for (std::size_t i = 1; i < one_genre_each->size(); ++i)
    n_pieces += (*one_genre_each)[i].genre != (*one_genre_each)[i - 1].genre;
  const bool repeats = one_genre_each->size() < values.size();
  if (n_pieces == sizes.size() && one_genre_each->size() >= kFewestSteps &&
      density(*one_genre_each) >= (repeats ? 0.5 : 0.1))
    return "is an index in which each genre is one piece";
  if (one_genre_each->size() >= kFewestCodes && one_genre_each->size() <= values.size() / 2 &&
      static_cast<double>(n_pieces) > kMixed * pieces_by_lot(*one_genre_each)) {
    Odds odds;
    for (const Value& value : *one_genre_each)
      odds.add(value.n,
               static_cast<double>(sizes[value.genre]) / static_cast<double>(values.size()));
    if (odds.rule_out_chance())
      return "has values that are each of one genre, as a number for songs or artists";
  }
  return std::nullopt;
}

}  // namespace genrebench
