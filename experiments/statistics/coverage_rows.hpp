#pragma once
// What the sections of the simulation share: rows of the printed table, and sizes of data sets.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "reports/support/intervals.hpp"

namespace genrebench::coverage {

/// Numbers of artists of the data sets, one row each.
inline constexpr std::array<int, 5> kArtists = {10, 20, 50, 100, 300};

/// The nominal confidence of the intervals.
inline constexpr double kLevel = 0.95;

/// The number of data sets per row, which the command line may give, 1000 by default; nothing,
/// after a line on how the program is called, where it gives anything else.
std::optional<int> data_sets_per_row(int argc, char** argv, const char* program);

/// Counts how often an interval covers.
class Coverage {
 public:
  void add(const Estimate& estimate, double truth) {
    ++n_;
    if (!estimate.interval) {
      ++n_without_;
      return;
    }
    n_covered_ += estimate.interval->low <= truth && truth <= estimate.interval->high;
    width_ += estimate.interval->high - estimate.interval->low;
  }

  /// One row: the share of intervals that cover the truth, and their mean width.
  void print(const std::string& what) const;

 private:
  int n_ = 0, n_covered_ = 0, n_without_ = 0;
  double width_ = 0.0;
};

/// A line under a section.
void remark(const std::string& text);

/// Number of songs of an artist: geometric with a mean of 3, at most 30.
int number_of_songs(Random& random);

/// The seed of the i-th data set of a row.
std::uint64_t seed_of(int n_artists, const std::string& row, int i);

// The sections, each with rows of `n_sets` data sets.
void one_division(int n_sets);
void several_divisions(int n_sets);
void medleys(int n_sets);
void forecasts(int n_sets);

}  // namespace genrebench::coverage
