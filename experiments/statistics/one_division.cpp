// One division: the test tracks of a published list.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "coverage_rows.hpp"

namespace genrebench::coverage {
namespace {

/// Marsaglia and Tsang, ACM Transactions on Mathematical Software 26(3), 2000; below 1 by their
/// section 6.
double gamma_variable(double shape, Random& random) {
  if (shape < 1.0)
    return gamma_variable(shape + 1.0, random) * std::pow(1.0 - random.uniform(), 1.0 / shape);
  const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = random.normal(), v = std::pow(1.0 + c * x, 3.0);
    if (v > 0.0 && std::log(1.0 - random.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v))
      return d * v;
  }
}

double beta_variable(double a, double b, Random& random) {
  const double x = gamma_variable(a, random), y = gamma_variable(b, random);
  return x + y > 0.0 ? x / (x + y) : a / (a + b);
}

/// Answers of two methods to the same songs, and the accuracy that each would have on songs of
/// other artists with the same shares of genres.
struct Part {
  Answers first, second;
  double truth_first = 0.0, truth_second = 0.0;
};

struct Population {
  int n_genres = 1;
  double accuracy = 0.7;  ///< mean over genres
  double spread = 0.0;    ///< the accuracies of genres are evenly spaced, up to this far from the
                          ///< mean
  double second = 0.0;    ///< by so much the second method is better
  bool shared = true;     ///< several songs per artist, with a correlation of 0.5; else one

  double of_genre(int genre) const {
    return n_genres == 1 ? accuracy : accuracy + spread * (2.0 * genre / (n_genres - 1.0) - 1.0);
  }
};

Part draw_part(const Population& population, int n_artists, Random& random) {
  Part part;
  // A beta variable of concentration a + b has an intra-class correlation of 1 / (1 + a + b).
  const auto share = [&](double mean) { return beta_variable(mean, 1.0 - mean, random); };
  int track = 0;
  for (int artist = 0; artist < n_artists; ++artist) {
    const int genre = artist % population.n_genres;
    const double mean = population.of_genre(genre);
    const double first = share(mean), second = share(mean + population.second);
    const int n_songs = population.shared ? number_of_songs(random) : 1;
    for (int song = 0; song < n_songs; ++song, ++track) {
      const auto answer = [&](double chance) {
        return Answer{.track = track,
                      .cluster = artist,
                      .truth = genre,
                      .predicted = random.uniform() < chance ? genre : genre + 1};
      };
      part.first.push_back(answer(first));
      part.second.push_back(answer(second));
      part.truth_first += mean;
      part.truth_second += mean + population.second;
    }
  }
  part.truth_first /= track;
  part.truth_second /= track;
  return part;
}

ScoredRun run_of(const Answers& answers) {
  const auto n_right = std::count_if(answers.begin(), answers.end(),
                                     [](const Answer& a) { return a.truth == a.predicted; });
  return {.score = static_cast<double>(n_right) / static_cast<double>(answers.size()),
          .division = "list",
          .test_ratio = 0.43,
          .answers = [&answers] { return answers; }};
}

/// A row per number of artists.
void one_division_rows(int n_sets, const std::string& what, const Population& population,
                       bool artists_known, bool difference) {
  for (const int n_artists : kArtists) {
    Coverage coverage;
    for (int i = 0; i < n_sets; ++i) {
      Random random(seed_of(n_artists, what, i));
      Part part = draw_part(population, n_artists, random);
      if (!artists_known)
        for (Answers* answers : {&part.first, &part.second})
          for (Answer& answer : *answers) answer.cluster = -1;
      const std::array first = {run_of(part.first)}, second = {run_of(part.second)};
      if (difference)
        coverage.add(accuracy_difference(first, second, "artists", kLevel),
                     part.truth_first - part.truth_second);
      else
        coverage.add(estimate_score(first, ScoreKind::accuracy, "artists", kLevel),
                     part.truth_first);
    }
    coverage.print(
        fmt::format("  {}, {} {}", what, n_artists, population.shared ? "artists" : "tracks"));
  }
}

}  // namespace

void one_division(int n_sets) {
  fmt::print(
      "\nOne division: accuracy, bootstrap over artists (correlation 0.5 within an artist)\n");
  for (const double accuracy : {0.5, 0.8})
    one_division_rows(n_sets, fmt::format("1 genre, accuracy {:.1f}", accuracy),
                      {.accuracy = accuracy},
                      /*artists_known=*/true, /*difference=*/false);
  one_division_rows(n_sets, "10 genres, accuracies 0.35 to 0.95",
                    {.n_genres = 10, .accuracy = 0.65, .spread = 0.3}, true, false);
  remark(
      "Genres keep their shares. 20 artists of 10 genres: two artists of a genre tell too little "
      "of its spread.");

  fmt::print(
      "\nOne division: difference of two methods on the same songs, bootstrap over artists\n");
  one_division_rows(n_sets, "1 genre, 0.6 - 0.7", {.accuracy = 0.6, .second = 0.1}, true, true);
  one_division_rows(n_sets, "10 genres, 0.3 to 0.8 - 0.1",
                    {.n_genres = 10, .accuracy = 0.55, .spread = 0.25, .second = 0.1}, true, true);

  fmt::print("\nOne division: accuracy where no artist is known and none is shared, Wilson\n");
  for (const double accuracy : {0.5, 0.8, 0.95})
    one_division_rows(n_sets, fmt::format("accuracy {:.2f}", accuracy),
                      {.accuracy = accuracy, .shared = false}, false, false);
  remark(
      "With 20 tracks or fewer only few shares of right answers are possible, so that coverage "
      "jumps from one to the next (Brown, Cai and DasGupta, Statistical Science 16, 2001).");

  fmt::print("\nThe same where tracks do share artists (correlation 0.5), but nobody knows\n");
  one_division_rows(n_sets, "accuracy 0.7, artists hidden", {.accuracy = 0.7}, false, false);
  remark("Too narrow, as it must be. Tables say beside such a number that no artist is known.");
}

}  // namespace genrebench::coverage
