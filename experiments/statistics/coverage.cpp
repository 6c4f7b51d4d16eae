// How often the intervals of reports/support/intervals.hpp cover the truth. Nominal: 95 %.
//
//   build/release/experiments/statistics/genrebench_coverage [data sets per row, default 1000]
//
// Everything is drawn from populations whose accuracy is known, or is measured on far more data
// than the intervals see.
//
// - One division: an artist's share of right answers is a beta variable, such that answers to two
//   songs of one artist have an intra-class correlation of 0.5. Numbers of songs per artist are
//   geometric (mean 3).
// - Several divisions: songs of two genres have two features, each the sum of a part of the genre,
//   of the artist and of the song; an artist's songs have a correlation of 0.5. The nearest mean
//   of a genre decides. Divisions draw 70 % of the artists for training, as the split
//   `stratified` does, or are folds. The truth is the accuracy on new artists after training on
//   as many artists.
// - Medleys: each is made of 2 to 4 of the sources. Its score is the mean of theirs plus a part of
//   its own.
// - Forecasts: probabilities of four genres, the largest of which is right with its own
//   probability, up to a part of the artist; then all are sharpened. The truth is measured on
//   60 000 tracks.
//
// A row gives the share of data sets whose interval has the truth in it, with the standard error
// of that share, and the mean width of the intervals. The remark under a section says which rows
// are outside of 93 to 97 %, and why.

#include <fmt/format.h>

#include <algorithm>

#include "coverage_rows.hpp"

namespace genrebench::coverage {
namespace {

int run(int n_sets) {
  fmt::print(
      "Coverage of intervals of nominal 95 %, {} data sets per row. \"wide\": above 97 %; "
      "\"NARROW\": below 93 %.\n",
      n_sets);
  one_division(n_sets);
  several_divisions(n_sets);
  medleys(std::max(1, n_sets / 4));
  forecasts(std::max(1, n_sets / 4));
  return 0;
}

}  // namespace
}  // namespace genrebench::coverage

int main(int argc, char** argv) {
  const auto n_sets = genrebench::coverage::data_sets_per_row(argc, argv, "genrebench_coverage");
  return n_sets ? genrebench::coverage::run(*n_sets) : 2;
}
