// How often the tests of the report `compare` find a difference between methods that are equally
// good. Nominal: 5 % per pair (type I error), at most 5 % for any of the ten pairs of five methods
// after Holm's correction (family-wise error).
//
//   build/release/experiments/statistics/genrebench_comparisons [data sets per row, default 1000]
//
// Methods are interchangeable by construction: each is drawn in the same way, so that no method is
// better on other artists.
//
// - One division: whether a method is right about a song follows from the sum of four normal
//   variables: of the artist, of the artist for this method, of the song, of the song for this
//   method. Differences of two methods have an intra-class correlation within artists of about
//   one half. Numbers of songs per artist are geometric (mean 3).
// - Several divisions: songs of two genres have six features. Each feature is the sum of a part of
//   the genre, of the artist and of the song, with a correlation of 0.5 within an artist. Method m
//   sees the first feature and feature m + 1 and takes the nearest mean of a genre, or the nearest
//   neighbour. Divisions draw 70 % of the artists of each genre for training, or are folds, once or
//   several times.
//
// A row gives the share of pairs with p < 0.05 and the share of data sets in which a corrected p
// is below 0.05, each with its standard error.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "coverage_rows.hpp"
#include "reports/statistics/holm.hpp"
#include "reports/support/compare_pairs.hpp"

namespace genrebench::coverage {
namespace {

constexpr int kMethods = 5;
constexpr double kAlpha = 0.05;

/// Runs of one method.
using MethodRuns = std::vector<ScoredRun>;

/// Counts false findings.
class Findings {
 public:
  void add(const std::vector<MethodRuns>& methods, ScoreKind kind) {
    std::vector<double> p;
    for (std::size_t a = 0; a < methods.size(); ++a)
      for (std::size_t b = a + 1; b < methods.size(); ++b) {
        const bool accuracy = kind == ScoreKind::accuracy;
        const compare::Pair pair = compare::compare_pair(
            methods[a], methods[b], {.accuracy = accuracy, .macro_f1 = !accuracy});
        p.push_back(pair.difference(kind).p_value.value_or(1.0));
        ++n_pairs_;
        found_ += p.back() < kAlpha;
      }
    ++n_sets_;
    const std::vector<double> corrected = holm(p);
    any_ += std::any_of(corrected.begin(), corrected.end(), [](double v) { return v < kAlpha; });
    const double of_set = static_cast<double>(std::count_if(p.begin(), p.end(),
                                                            [](double v) { return v < kAlpha; })) /
                          static_cast<double>(p.size());
    squares_ += of_set * of_set;
  }

  void print(const std::string& what) const {
    const double n = n_sets_, type_1 = found_ / n_pairs_, family = any_ / n;
    // Pairs of one data set are not independent: the data sets are the sample.
    const double spread = std::sqrt(std::max(0.0, squares_ / n - type_1 * type_1) / n);
    fmt::print("{:<54} type I {:4.1f} % ± {:.1f}   family {:4.1f} % ± {:.1f}{}{}\n", what,
               100.0 * type_1, 100.0 * spread, 100.0 * family,
               100.0 * std::sqrt(family * (1.0 - family) / n),
               type_1 > 0.07   ? "  MANY"
               : type_1 < 0.03 ? "  few"
                               : "",
               family > 0.06 ? "  FAMILY" : "");
    std::fflush(stdout);
  }

 private:
  double n_sets_ = 0.0, n_pairs_ = 0.0, found_ = 0.0, any_ = 0.0, squares_ = 0.0;
};

/// The answers of all methods to the songs of one test part.
std::vector<Answers> draw_answers(int n_artists, int n_genres, Random& random) {
  std::vector<Answers> result(kMethods);
  int track = 0;
  for (int artist = 0; artist < n_artists; ++artist) {
    const int genre = artist % n_genres;
    // Accuracies of 0.3 to 0.95 by genre, or 0.7: quantiles of the sum of the four, N(0, 2^2).
    const double ease = n_genres == 1 ? 1.05 : -1.05 + 4.35 * genre / (n_genres - 1.0);
    const double of_artist = random.normal();
    std::array<double, kMethods> of_method = {};
    for (double& value : of_method) value = random.normal();
    for (int n = number_of_songs(random); n > 0; --n, ++track) {
      const double of_song = random.normal();
      for (std::size_t m = 0; m < kMethods; ++m) {
        const bool right = ease + of_artist + of_method[m] + of_song + random.normal() > 0.0;
        result[m].push_back({.track = track,
                             .cluster = artist,
                             .truth = genre,
                             .predicted = right ? genre : (genre + 1) % std::max(2, n_genres)});
      }
    }
  }
  return result;
}

void one_division_rows(int n_sets, int n_genres, ScoreKind kind) {
  for (const int n_artists : kArtists) {
    if (n_artists < 2 * n_genres) continue;
    Findings findings;
    for (int i = 0; i < n_sets; ++i) {
      Random random(seed_of(n_artists, fmt::format("compare {}", n_genres), i));
      const std::vector<Answers> answers = draw_answers(n_artists, n_genres, random);
      std::vector<MethodRuns> methods;
      for (const Answers& own : answers)
        methods.push_back({{.score = score_of(own, kind),
                            .division = "list",
                            .test_ratio = 0.43,
                            .answers = [&own] { return own; }}});
      findings.add(methods, kind);
    }
    findings.print(fmt::format("  {}, {} genre{}, {} artists",
                               kind == ScoreKind::accuracy ? "accuracy" : "macro F1", n_genres,
                               n_genres == 1 ? "" : "s", n_artists));
  }
}

struct Song {
  int genre = 0, artist = 0;
  std::array<double, kMethods + 1> features = {};
};

std::vector<Song> draw_songs(int n_artists, Random& random) {
  std::vector<Song> songs;
  for (int artist = 0; artist < n_artists; ++artist) {
    const int genre = artist % 2;
    Song of_artist{.genre = genre, .artist = artist};
    for (double& value : of_artist.features)
      value = (genre == 0 ? -0.4 : 0.4) + std::sqrt(0.5) * random.normal();
    for (int n = number_of_songs(random); n > 0; --n) {
      Song song = of_artist;
      for (double& value : song.features) value += std::sqrt(0.5) * random.normal();
      songs.push_back(song);
    }
  }
  return songs;
}

enum class Learner { nearest_mean, nearest_neighbour };

/// How data are divided, and what is trained on them.
struct Design {
  const char* name;
  int n_seeds = 5;
  int n_folds = 0;  ///< of each seed; 0: 70/30
  Learner learner = Learner::nearest_mean;
};

/// For every artist whether it is tested.
std::vector<bool> tested_artists(int n_artists, const Design& design, std::uint64_t seed,
                                 int fold) {
  Random random(seed);
  std::vector<bool> tested(static_cast<std::size_t>(n_artists));
  for (int genre = 0; genre < 2; ++genre) {
    std::vector<int> artists;
    for (int artist = genre; artist < n_artists; artist += 2) artists.push_back(artist);
    random.shuffle(std::span(artists));
    for (std::size_t i = 0; i < artists.size(); ++i)
      tested[static_cast<std::size_t>(artists[i])] =
          design.n_folds > 0
              ? static_cast<int>(i) % design.n_folds == fold
              : static_cast<double>(i) >= std::round(0.7 * static_cast<double>(artists.size()));
  }
  return tested;
}

/// The first feature of a song and another one.
std::array<double, 2> seen(const Song& song, std::size_t feature) {
  return {song.features[0], song.features[feature]};
}

double distance(const std::array<double, 2>& a, const std::array<double, 2>& b) {
  return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]);
}

/// What answers are taken from: the training songs, or the means of both genres.
std::vector<Song> prototypes(const std::vector<const Song*>& train, Learner learner) {
  std::vector<Song> result;
  if (learner == Learner::nearest_neighbour) {
    for (const Song* song : train) result.push_back(*song);
    return result;
  }
  for (const int genre : {0, 1}) {
    Song centre{.genre = genre};
    double n = 0.0;
    for (const Song* song : train) n += song->genre == genre ? 1.0 : 0.0;
    for (const Song* song : train)
      for (std::size_t f = 0; f < centre.features.size() && song->genre == genre; ++f)
        centre.features[f] += song->features[f] / n;
    result.push_back(centre);
  }
  return result;
}

/// The genres of the nearest prototypes, by the first feature and another one.
Answers answers_of(const std::vector<Song>& songs, const std::vector<bool>& tested, Learner learner,
                   std::size_t feature) {
  std::vector<const Song*> train;
  for (const Song& song : songs)
    if (!tested[static_cast<std::size_t>(song.artist)]) train.push_back(&song);
  const std::vector<Song> known = prototypes(train, learner);
  Answers answers;
  for (std::size_t s = 0; s < songs.size(); ++s) {
    if (!tested[static_cast<std::size_t>(songs[s].artist)]) continue;
    const auto place = seen(songs[s], feature);
    const auto nearest =
        std::min_element(known.begin(), known.end(), [&](const Song& a, const Song& b) {
          return distance(place, seen(a, feature)) < distance(place, seen(b, feature));
        });
    answers.push_back({.track = static_cast<int>(s),
                       .cluster = songs[s].artist,
                       .truth = songs[s].genre,
                       .predicted = nearest->genre});
  }
  return answers;
}

std::vector<MethodRuns> runs_on(const std::vector<Song>& songs, int n_artists, const Design& design,
                                std::uint64_t seed, ScoreKind kind) {
  std::vector<MethodRuns> methods(kMethods);
  for (int s = 0; s < design.n_seeds; ++s)
    for (int fold = 0; fold < std::max(1, design.n_folds); ++fold) {
      const std::vector<bool> tested = tested_artists(
          n_artists, design, derive_seed(seed, "division", static_cast<std::uint64_t>(s)), fold);
      for (std::size_t m = 0; m < kMethods; ++m) {
        const Answers own = answers_of(songs, tested, design.learner, m + 1);
        if (own.empty()) continue;
        methods[m].push_back({.score = score_of(own, kind),
                              .division = fmt::format("{} {}", s, fold),
                              .test_ratio = static_cast<double>(own.size()) /
                                            static_cast<double>(songs.size() - own.size()),
                              .answers = [own] { return own; }});
      }
    }
  return methods;
}

void several_divisions_rows(int n_sets, const Design& design, ScoreKind kind) {
  const bool neighbours = design.learner == Learner::nearest_neighbour;
  for (const int n_artists : kArtists) {
    // A fold has an artist of each genre. All songs are compared with all others for neighbours.
    if (n_artists < 2 * design.n_folds || (neighbours && n_artists > 100)) continue;
    Findings findings;
    for (int i = 0; i < n_sets; ++i) {
      const std::uint64_t seed = seed_of(n_artists, "compare divisions", i);
      Random random(seed);
      findings.add(runs_on(draw_songs(n_artists, random), n_artists, design, seed, kind), kind);
    }
    findings.print(fmt::format("  {}, {}, {}{} artists",
                               kind == ScoreKind::accuracy ? "accuracy" : "macro F1", design.name,
                               neighbours ? "neighbour, " : "", n_artists));
  }
}

int run(int n_sets) {
  fmt::print(
      "Findings between five equal methods, {} data sets per row. \"MANY\": above 7 %; \"few\": "
      "below 3 %; \"FAMILY\": above 6 %.\n",
      n_sets);
  fmt::print("\nOne division: paired bootstrap over artists\n");
  one_division_rows(n_sets, 1, ScoreKind::accuracy);
  one_division_rows(n_sets, 10, ScoreKind::accuracy);
  one_division_rows(n_sets, 10, ScoreKind::macro_f1);
  remark("20 artists of 10 genres: two artists of a genre tell too little of its spread.");

  fmt::print(
      "\nSeveral random divisions: corrected resampled paired t, and bootstrap over artists\n");
  for (const Learner learner : {Learner::nearest_mean, Learner::nearest_neighbour})
    for (const Design& design :
         {Design{"5 seeds of 70/30", 5, 0, learner}, Design{"10 seeds of 70/30", 10, 0, learner},
          Design{"30 seeds of 70/30", 30, 0, learner}})
      several_divisions_rows(n_sets, design, ScoreKind::accuracy);
  several_divisions_rows(n_sets, Design{"10 seeds of 70/30", 10, 0}, ScoreKind::macro_f1);
  remark(
      "5 seeds of 10 artists: a test part has 3 or 4 of them. The nearest neighbour depends on "
      "single "
      "training songs, which divisions share; the corrected variance is too small for it.");

  fmt::print("\nCross-validation: the same\n");
  for (const Learner learner : {Learner::nearest_mean, Learner::nearest_neighbour})
    for (const Design& design :
         {Design{"5 folds", 1, 5, learner}, Design{"10 folds", 1, 10, learner},
          Design{"3 times 5 folds", 3, 5, learner}})
      several_divisions_rows(n_sets, design, ScoreKind::accuracy);
  remark(
      "Few for stable methods: folds share no test track, so that the plain variance is nearly "
      "right. "
      "No estimate is right for all (Bengio and Grandvalet, JMLR 5, 2004).");
  return 0;
}

}  // namespace
}  // namespace genrebench::coverage

int main(int argc, char** argv) {
  const auto n_sets = genrebench::coverage::data_sets_per_row(argc, argv, "genrebench_comparisons");
  return n_sets ? genrebench::coverage::run(*n_sets) : 2;
}
