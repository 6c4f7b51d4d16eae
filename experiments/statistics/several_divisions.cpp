// Several divisions: seeds and folds of one dataset.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "coverage_rows.hpp"

namespace genrebench::coverage {
namespace {

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

/// How data are divided and what is trained on them.
struct Design {
  int n_seeds = 5;     ///< random divisions
  int n_folds = 0;     ///< of one cross-validation; 0: random divisions
  bool leaky = false;  ///< divides songs, so that artists are on both sides
  int n_features = 2;  ///< that the method sees
};

/// One division: of the artists of each genre, or (leaky) of the songs, 70 % are for training.
struct Division {
  std::vector<const Song*> train, test;
};

Division divide(const std::vector<Song>& songs, int n_artists, const Design& design,
                std::uint64_t seed, int fold) {
  Random random(seed);
  const bool leaky = design.leaky;
  const std::size_t n = leaky ? songs.size() : static_cast<std::size_t>(n_artists);
  std::array<std::vector<std::size_t>, 2> units;  // by genre
  for (std::size_t u = 0; u < n; ++u)
    units[static_cast<std::size_t>(leaky ? songs[u].genre : static_cast<int>(u) % 2)].push_back(u);
  std::vector<bool> tested(n);
  for (std::vector<std::size_t>& of_genre : units) {
    random.shuffle(std::span(of_genre));
    for (std::size_t i = 0; i < of_genre.size(); ++i)
      tested[of_genre[i]] =
          design.n_folds > 0
              ? static_cast<int>(i) % design.n_folds == fold
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
  return corrected_t(by_division(runs), kProportion, kLevel);
}

std::vector<ScoredRun> runs_on(const std::vector<Song>& songs, int n_artists, const Design& design,
                               std::uint64_t seed) {
  std::vector<ScoredRun> runs;
  const bool folds = design.n_folds > 0;
  for (int i = 0; i < (folds ? design.n_folds : design.n_seeds); ++i) {
    const std::uint64_t of_division = derive_seed(seed, design.leaky ? "leaky" : "grouped",
                                                  static_cast<std::uint64_t>(folds ? 0 : i));
    const Division division = divide(songs, n_artists, design, of_division, i);
    if (division.test.empty() || division.train.empty()) continue;
    runs.push_back(
        {.score = accuracy_of(NearestMean(division.train, design.n_features), division.test),
         .division = fmt::format("{} {}", design.leaky, i),
         .test_ratio = static_cast<double>(division.test.size()) /
                       static_cast<double>(division.train.size())});
  }
  return runs;
}

void accuracies(int n_sets) {
  struct Plan {
    const char* name;
    Design design;
    double train_share;
  };
  fmt::print(
      "\nSeveral divisions: accuracy on new artists (correlation 0.5 within an artist); Student's "
      "interval beside it\n");
  for (const Plan& plan : {Plan{"5 seeds of 70/30", {.n_seeds = 5}, 0.7},
                           Plan{"20 seeds of 70/30", {.n_seeds = 20}, 0.7},
                           Plan{"10 folds", {.n_seeds = 1, .n_folds = 10}, 0.9}})
    for (const int n_artists : kArtists) {
      const double truth = expected_accuracy(n_artists, plan.train_share, 2);
      Coverage corrected, uncorrected;
      for (int i = 0; i < n_sets; ++i) {
        const std::uint64_t seed = seed_of(n_artists, plan.name, i);
        Random random(seed);
        const std::vector<ScoredRun> runs =
            runs_on(draw_songs(n_artists, random), n_artists, plan.design, seed);
        corrected.add(estimate_score(runs, ScoreKind::accuracy, "artists", kLevel), truth);
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
}

void paired_differences(int n_sets) {
  fmt::print(
      "\nSeveral divisions: difference of two methods, paired by division (5 seeds of 70/30)\n");
  for (const int n_artists : kArtists) {
    const double truth =
        expected_accuracy(n_artists, 0.7, 2) - expected_accuracy(n_artists, 0.7, 1);
    Coverage coverage;
    for (int i = 0; i < n_sets; ++i) {
      const std::uint64_t seed = seed_of(n_artists, "paired divisions", i);
      Random random(seed);
      const std::vector<Song> songs = draw_songs(n_artists, random);
      coverage.add(accuracy_difference(runs_on(songs, n_artists, {.n_features = 2}, seed),
                                       runs_on(songs, n_artists, {.n_features = 1}, seed),
                                       "artists", kLevel),
                   truth);
    }
    coverage.print(fmt::format("  two features - one, {} artists", n_artists));
  }
}

/// The leaky side minus the grouped one, on data of one seed.
Estimate leak_of(int n_artists, const std::string& row, int i) {
  const std::uint64_t seed = seed_of(n_artists, row, i);
  Random random(seed);
  const std::vector<Song> songs = draw_songs(n_artists, random);
  return accuracy_difference(runs_on(songs, n_artists, {.leaky = true}, seed),
                             runs_on(songs, n_artists, {.leaky = false}, seed), "artists", kLevel);
}

void leaky_differences(int n_sets) {
  fmt::print("\nSeveral divisions: leaky - grouped, not paired (5 seeds of 70/30 each)\n");
  for (const int n_artists : kArtists) {
    // The truth of the leaky side has no closed form: it is the mean over as many data sets again.
    double truth = 0.0;
    for (int i = 0; i < n_sets; ++i) truth += leak_of(n_artists, "leaky truth", i).mean / n_sets;
    Coverage coverage;
    for (int i = 0; i < n_sets; ++i) coverage.add(leak_of(n_artists, "leaky", i), truth);
    coverage.print(fmt::format("  {} artists", n_artists));
  }
  remark(
      "Wide: both sides have the same tracks, and what these have in common cancels in the "
      "difference. An interval that takes the sides as independent does not know that.");
}

}  // namespace

void several_divisions(int n_sets) {
  accuracies(n_sets);
  paired_differences(n_sets);
  leaky_differences(n_sets);
}

}  // namespace genrebench::coverage
