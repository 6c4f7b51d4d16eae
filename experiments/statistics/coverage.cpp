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
//
// A row gives the share of data sets whose interval has the truth in it, with the standard error
// of that share, and the mean width of the intervals. The remark under a section says which rows
// are outside of 93 to 97 %, and why.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "reports/support/intervals.hpp"

namespace genrebench {
namespace {

constexpr std::array<int, 5> kArtists = {10, 20, 50, 100, 300};

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

  void print(const std::string& what) const {
    const double n = std::max(1, n_ - n_without_);
    const double share = n_covered_ / n;
    const bool inside = share >= 0.93 && share <= 0.97;
    fmt::print("{:<58} {:5.1f} % ± {:.1f}  width {:5.3f}{}{}\n", what, 100.0 * share,
               100.0 * std::sqrt(share * (1.0 - share) / n), width_ / n,
               inside         ? ""
               : share > 0.97 ? "  wide"
                              : "  NARROW",
               n_without_ > 0 ? fmt::format("  ({} without)", n_without_) : "");
    std::fflush(stdout);
  }

 private:
  int n_ = 0, n_covered_ = 0, n_without_ = 0;
  double width_ = 0.0;
};

void remark(const std::string& text) { fmt::print("  - {}\n", text); }

// -------------------------------------------------------------------------------------------------
// One division

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

int number_of_songs(Random& random) {
  int n = 1;
  while (n < 30 && random.uniform() < 2.0 / 3.0) ++n;
  return n;
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
      Random random(
          derive_seed(static_cast<std::uint64_t>(n_artists), what, static_cast<std::uint64_t>(i)));
      Part part = draw_part(population, n_artists, random);
      if (!artists_known)
        for (Answers* answers : {&part.first, &part.second})
          for (Answer& answer : *answers) answer.cluster = -1;
      const std::array first = {run_of(part.first)}, second = {run_of(part.second)};
      if (difference)
        coverage.add(accuracy_difference(first, second, "artists", 0.95),
                     part.truth_first - part.truth_second);
      else
        coverage.add(estimate_score(first, ScoreKind::accuracy, "artists", 0.95), part.truth_first);
    }
    coverage.print(
        fmt::format("  {}, {} {}", what, n_artists, population.shared ? "artists" : "tracks"));
  }
}

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

// -------------------------------------------------------------------------------------------------
// Several divisions

struct Song {
  int genre = 0, artist = 0;
  std::array<double, 2> features = {};
};

/// Songs of both genres, of as many artists each; features are 0.9 and 0.6 deviations of a song
/// apart.
std::vector<Song> draw_songs(int n_artists, Random& random) {
  std::vector<Song> songs;
  for (int artist = 0; artist < n_artists; ++artist) {
    const int genre = artist % 2;
    const double side = genre == 0 ? -0.5 : 0.5;
    const std::array<double, 2> centre = {0.9 * side + std::sqrt(0.5) * random.normal(),
                                          0.6 * side + std::sqrt(0.5) * random.normal()};
    for (int n = number_of_songs(random); n > 0; --n)
      songs.push_back({genre,
                       artist,
                       {centre[0] + std::sqrt(0.5) * random.normal(),
                        centre[1] + std::sqrt(0.5) * random.normal()}});
  }
  return songs;
}

/// The means of the genres of the first `n_features` features.
struct NearestMean {
  std::array<std::array<double, 2>, 2> means = {};
  int n_features = 2;

  NearestMean(const std::vector<const Song*>& train, int features) : n_features(features) {
    std::array<double, 2> n = {};
    for (const Song* song : train) {
      n[static_cast<std::size_t>(song->genre)] += 1.0;
      for (std::size_t f = 0; f < 2; ++f)
        means[static_cast<std::size_t>(song->genre)][f] += song->features[f];
    }
    for (std::size_t g = 0; g < 2; ++g)
      for (double& value : means[g]) value /= std::max(1.0, n[g]);
  }

  int operator()(const Song& song) const {
    std::array<double, 2> distance = {};
    for (std::size_t g = 0; g < 2; ++g)
      for (int f = 0; f < n_features; ++f) {
        const auto i = static_cast<std::size_t>(f);
        distance[g] += (song.features[i] - means[g][i]) * (song.features[i] - means[g][i]);
      }
    return distance[1] < distance[0] ? 1 : 0;
  }
};

double accuracy_of(const NearestMean& method, const std::vector<const Song*>& songs) {
  double n_right = 0.0;
  for (const Song* song : songs) n_right += method(*song) == song->genre;
  return songs.empty() ? std::numeric_limits<double>::quiet_NaN()
                       : n_right / static_cast<double>(songs.size());
}

/// One division: of the artists of each genre, or (leaky) of the songs, 70 % are for training.
struct Division {
  std::vector<const Song*> train, test;
};

/// @param fold  of `n_folds`; n_folds 0: a random 70 %
Division divide(const std::vector<Song>& songs, int n_artists, bool leaky, std::uint64_t seed,
                int fold, int n_folds) {
  Random random(seed);
  const std::size_t n = leaky ? songs.size() : static_cast<std::size_t>(n_artists);
  std::array<std::vector<std::size_t>, 2> units;  // by genre
  for (std::size_t u = 0; u < n; ++u)
    units[static_cast<std::size_t>(leaky ? songs[u].genre : static_cast<int>(u) % 2)].push_back(u);
  std::vector<bool> tested(n);
  for (std::vector<std::size_t>& of_genre : units) {
    random.shuffle(std::span(of_genre));
    for (std::size_t i = 0; i < of_genre.size(); ++i)
      tested[of_genre[i]] =
          n_folds > 0
              ? static_cast<int>(i) % n_folds == fold
              : static_cast<double>(i) >= std::round(0.7 * static_cast<double>(of_genre.size()));
  }
  Division division;
  for (std::size_t s = 0; s < songs.size(); ++s)
    (tested[leaky ? s : static_cast<std::size_t>(songs[s].artist)] ? division.test : division.train)
        .push_back(&songs[s]);
  return division;
}

/// The accuracy on new artists after training on the share of so many, over many populations.
double expected_accuracy(int n_artists, double train_share, int n_features) {
  Random random(derive_seed(17, "truth", static_cast<std::uint64_t>(n_artists)));
  const int n_trained = 2 * static_cast<int>(std::round(train_share * n_artists / 2.0));
  double sum = 0.0;
  constexpr int kPopulations = 2000;
  for (int i = 0; i < kPopulations; ++i) {
    const std::vector<Song> train = draw_songs(n_trained, random), test = draw_songs(100, random);
    std::vector<const Song*> of_train, of_test;
    for (const Song& song : train) of_train.push_back(&song);
    for (const Song& song : test) of_test.push_back(&song);
    sum += accuracy_of(NearestMean(of_train, n_features), of_test);
  }
  return sum / kPopulations;
}

/// What Student's interval would be: the same without the correction.
Estimate student(std::vector<ScoredRun> runs) {
  for (ScoredRun& run : runs) run.test_ratio = 0.0;
  return corrected_t(by_division(runs), kProportion, 0.95);
}

std::vector<ScoredRun> runs_on(const std::vector<Song>& songs, int n_artists, bool leaky,
                               int n_features, std::uint64_t seed, int n_seeds, int n_folds) {
  std::vector<ScoredRun> runs;
  const int n = n_folds > 0 ? n_folds : n_seeds;
  for (int i = 0; i < n; ++i) {
    const Division division = divide(songs, n_artists, leaky,
                                     derive_seed(seed, leaky ? "leaky" : "grouped",
                                                 static_cast<std::uint64_t>(n_folds > 0 ? 0 : i)),
                                     i, n_folds);
    if (division.test.empty() || division.train.empty()) continue;
    runs.push_back({.score = accuracy_of(NearestMean(division.train, n_features), division.test),
                    .division = fmt::format("{} {}", leaky, i),
                    .test_ratio = static_cast<double>(division.test.size()) /
                                  static_cast<double>(division.train.size())});
  }
  return runs;
}

void several_divisions(int n_sets) {
  struct Plan {
    const char* name;
    int n_seeds, n_folds;
    double train_share;
  };
  fmt::print(
      "\nSeveral divisions: accuracy on new artists (correlation 0.5 within an artist); Student's "
      "interval beside it\n");
  for (const Plan& plan : {Plan{"5 seeds of 70/30", 5, 0, 0.7},
                           Plan{"20 seeds of 70/30", 20, 0, 0.7}, Plan{"10 folds", 1, 10, 0.9}})
    for (const int n_artists : kArtists) {
      const double truth = expected_accuracy(n_artists, plan.train_share, 2);
      Coverage corrected, uncorrected;
      for (int i = 0; i < n_sets; ++i) {
        const std::uint64_t seed = derive_seed(static_cast<std::uint64_t>(n_artists), plan.name,
                                               static_cast<std::uint64_t>(i));
        Random random(seed);
        const std::vector<Song> songs = draw_songs(n_artists, random);
        const std::vector<ScoredRun> runs =
            runs_on(songs, n_artists, /*leaky=*/false, 2, seed, plan.n_seeds, plan.n_folds);
        corrected.add(estimate_score(runs, ScoreKind::accuracy, "artists", 0.95), truth);
        uncorrected.add(student(runs), truth);
      }
      corrected.print(fmt::format("  {}, {} artists", plan.name, n_artists));
      uncorrected.print(fmt::format("  {}, {} artists, Student's", plan.name, n_artists));
    }
  remark(
      "10 and 20 artists by random divisions: too narrow. A test part has 3 to 6 artists, so "
      "single artists decide a score, and the scores of divisions are alike more than by n_test / "
      "(n_test + n_train).");
  remark(
      "Folds of 50 artists and more: wide. Folds share no test track, so that the plain variance "
      "is nearly right; the correction is for training parts that overlap.");
  remark("Student's interval shrinks with every further seed, and covers less and less.");

  fmt::print(
      "\nSeveral divisions: difference of two methods, paired by division (5 seeds of 70/30)\n");
  for (const int n_artists : kArtists) {
    const double truth =
        expected_accuracy(n_artists, 0.7, 2) - expected_accuracy(n_artists, 0.7, 1);
    Coverage coverage;
    for (int i = 0; i < n_sets; ++i) {
      const std::uint64_t seed = derive_seed(static_cast<std::uint64_t>(n_artists),
                                             "paired divisions", static_cast<std::uint64_t>(i));
      Random random(seed);
      const std::vector<Song> songs = draw_songs(n_artists, random);
      coverage.add(
          accuracy_difference(runs_on(songs, n_artists, false, 2, seed, 5, 0),
                              runs_on(songs, n_artists, false, 1, seed, 5, 0), "artists", 0.95),
          truth);
    }
    coverage.print(fmt::format("  two features - one, {} artists", n_artists));
  }

  fmt::print("\nSeveral divisions: leaky - grouped, not paired (5 seeds of 70/30 each)\n");
  for (const int n_artists : kArtists) {
    // The truth of the leaky side has no closed form: it is the mean over as many data sets again.
    double truth = 0.0;
    const auto simulate =
        [&](const char* purpose,
            const std::function<void(const std::vector<ScoredRun>&, const std::vector<ScoredRun>&)>&
                use) {
          for (int i = 0; i < n_sets; ++i) {
            const std::uint64_t seed = derive_seed(static_cast<std::uint64_t>(n_artists), purpose,
                                                   static_cast<std::uint64_t>(i));
            Random random(seed);
            const std::vector<Song> songs = draw_songs(n_artists, random);
            use(runs_on(songs, n_artists, true, 2, seed, 5, 0),
                runs_on(songs, n_artists, false, 2, seed, 5, 0));
          }
        };
    simulate("leaky truth", [&](const auto& leaky, const auto& grouped) {
      truth += accuracy_difference(leaky, grouped, "artists", 0.95).mean / n_sets;
    });
    Coverage coverage;
    simulate("leaky", [&](const auto& leaky, const auto& grouped) {
      coverage.add(accuracy_difference(leaky, grouped, "artists", 0.95), truth);
    });
    coverage.print(fmt::format("  {} artists", n_artists));
  }
  remark(
      "Wide: both sides have the same tracks, and what these have in common cancels in the "
      "difference. An interval that takes the sides as independent does not know that.");
}

// -------------------------------------------------------------------------------------------------
// Medleys

void medleys(int n_sets) {
  fmt::print("\nScores of 120 medleys of 2 to 4 sources each, pigeonhole bootstrap over sources\n");
  struct Spread {
    double of_source, of_medley;
  };
  for (const Spread& spread : {Spread{0.2, 0.05}, Spread{0.1, 0.1}, Spread{0.0, 0.1}})
    for (const int n_sources : {20, 50, 100}) {
      Coverage coverage, independent;
      for (int i = 0; i < n_sets; ++i) {
        Random random(derive_seed(static_cast<std::uint64_t>(n_sources),
                                  fmt::format("medleys {}", spread.of_source),
                                  static_cast<std::uint64_t>(i)));
        std::vector<double> effects;
        for (int s = 0; s < n_sources; ++s) effects.push_back(spread.of_source * random.normal());
        std::vector<double> scores;
        std::vector<std::vector<std::string>> sources;
        for (int m = 0; m < 120; ++m) {
          std::vector<std::size_t> all(static_cast<std::size_t>(n_sources));
          std::iota(all.begin(), all.end(), std::size_t{0});
          random.shuffle(std::span(all));
          all.resize(2 + random.below(3));
          double sum = 0.0;
          std::vector<std::string>& names = sources.emplace_back();
          for (const std::size_t s : all) {
            sum += effects[s];
            names.push_back(fmt::format("{}", s));
          }
          scores.push_back(0.5 + sum / static_cast<double>(all.size()) +
                           spread.of_medley * random.normal());
        }
        coverage.add(pigeonhole_bootstrap(scores, sources, "sources", kUnbounded, /*seed=*/0, 0.95),
                     0.5);
        std::vector<std::vector<std::string>> own;
        for (std::size_t m = 0; m < scores.size(); ++m) own.push_back({fmt::format("{}", m)});
        independent.add(pigeonhole_bootstrap(scores, own, "tracks", kUnbounded, /*seed=*/0, 0.95),
                        0.5);
      }
      coverage.print(fmt::format("  {} sources, deviation {:.2f} of a source, {:.2f} of a medley",
                                 n_sources, spread.of_source, spread.of_medley));
      independent.print("    as if medleys were independent");
    }
  remark(
      "Wide, never narrow (Owen 2007): what is a medley's own is counted once per source and for "
      "every combination of them.");
}

int run(int n_sets) {
  fmt::print(
      "Coverage of intervals of nominal 95 %, {} data sets per row. \"wide\": above 97 %; "
      "\"NARROW\": below 93 %.\n",
      n_sets);
  one_division(n_sets);
  several_divisions(n_sets);
  medleys(std::max(1, n_sets / 4));
  return 0;
}

}  // namespace
}  // namespace genrebench

int main(int argc, char** argv) {
  int n_sets = 1000;
  if (argc > 1) {
    const std::string_view text = argv[1];
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), n_sets);
    if (argc > 2 || error != std::errc() || rest != text.data() + text.size() || n_sets < 2) {
      fmt::print(stderr, "usage: genrebench_coverage [data sets per row, at least 2]\n");
      return 2;
    }
  }
  return genrebench::run(n_sets);
}
