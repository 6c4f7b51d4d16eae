// Scores of probabilities of one division: which of them a bootstrap over artists may be used for.

#include "reports/support/forecasts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "coverage_rows.hpp"

namespace genrebench::coverage {
namespace {

constexpr int kGenres = 4, kPerArtist = 4, kTracks = 300, kBins = 10;
constexpr int kTracksOfTruth = 60000;

struct Population {
  /// What probabilities are raised to before they are normalised again: 1 is calibrated.
  double sharpness = 1.0;
  /// Deviation of the part of an artist in the log odds of a right answer.
  double of_artist = 0.0;
};

/// A store of one run.
class OneRun final : public StoreReader {
 public:
  explicit OneRun(std::vector<PredictionRecord> predictions)
      : predictions_(std::move(predictions)) {
    run_.id = "run";
    run_.status = RunStatus::done;
    run_.facts = {{"split.division", "one"}, {"split.clusters", "artist"}};
  }
  const RunRecord& only() const { return run_; }

  std::vector<ExperimentRecord> experiments() const override { return {}; }
  std::optional<RunRecord> run(const std::string&) const override { return run_; }
  std::vector<RunRecord> runs(const std::string&) const override { return {run_}; }
  std::vector<MetricRecord> metrics(const std::string&) const override { return {}; }
  std::optional<double> metric(const std::string&, const std::string&,
                               const std::string&) const override {
    return std::nullopt;
  }
  std::vector<PredictionRecord> predictions(const std::string&, const std::string&) const override {
    return predictions_;
  }
  std::vector<BadTrackRecord> bad_tracks(const std::string&) const override { return {}; }
  std::vector<ArtifactRecord> artifacts(const std::string&) const override { return {}; }
  std::map<std::string, std::string> environment(const std::string&) const override { return {}; }

 private:
  RunRecord run_;
  std::vector<PredictionRecord> predictions_;
};

/// The answer for a track of this genre, whose artist moves the log odds of a right answer.
PredictionRecord draw_answer(int genre, double of_artist, double sharpness, Random& random) {
  std::array<double, kGenres> shares{};
  double sum = 0.0;
  for (double& share : shares) sum += share = std::exp(1.5 * random.normal());
  for (double& share : shares) share /= sum;
  const auto top = std::max_element(shares.begin(), shares.end());
  const double odds = *top / (1.0 - *top) * std::exp(of_artist);
  // Which of the shares is that of the true genre: the largest with these odds.
  auto of_truth = top;
  if (random.uniform() >= odds / (1.0 + odds)) {
    double left = random.uniform() * (1.0 - *top);
    for (auto one = shares.begin(); one != shares.end() && left >= 0.0; ++one) {
      if (one == top) continue;
      of_truth = one;
      left -= *one;
    }
  }
  const bool right = of_truth == top;
  const auto genre_place = shares.begin() + genre;
  const auto predicted = right ? genre_place : top == genre_place ? of_truth : top;
  std::iter_swap(of_truth, genre_place);
  PredictionRecord result{.split = "test",
                          .track = {},
                          .truth = genre,
                          .predicted = static_cast<int>(predicted - shares.begin()),
                          .probabilities = {}};
  sum = 0.0;
  for (double& share : shares) sum += share = std::pow(share, sharpness);
  for (const double share : shares) result.probabilities.push_back(static_cast<float>(share / sum));
  return result;
}

OneRun draw(int n_tracks, const Population& population, Random& random) {
  std::vector<PredictionRecord> all;
  double of_artist = 0.0;
  for (int t = 0; t < n_tracks; ++t) {
    const int artist = t / kPerArtist;
    if (t % kPerArtist == 0) of_artist = population.of_artist * random.normal();
    PredictionRecord& one =
        all.emplace_back(draw_answer(artist % kGenres, of_artist, population.sharpness, random));
    one.track = fmt::format("track {}", t);
    one.cluster = fmt::format("artist {}", artist);
  }
  return OneRun(std::move(all));
}

/// What the scores need, computed once.
struct Sample {
  explicit Sample(const Forecasts& of)
      : forecasts(of), bins(equal_mass_bins(confidences(of), kBins)), curve(of) {}

  std::vector<CalibrationBin> counted(Weights weights) const {
    return calibration_bins(forecasts, bins, weights);
  }

  const Forecasts& forecasts;
  BinLimits bins;
  RiskCurve curve;
};

struct Row {
  std::string name;
  Bounds bounds;
  double (*score)(const Sample&, Weights);
};

const std::vector<Row>& rows() {
  static const std::vector<Row> all = {
      {"log loss",
       {.low = 0.0},
       [](const Sample& s, Weights w) { return log_loss(s.forecasts, w); }},
      {"Brier score",
       {.low = 0.0, .high = 2.0},
       [](const Sample& s, Weights w) { return brier_score(s.forecasts, w); }},
      {"confidence less accuracy", kDifference,
       [](const Sample& s, Weights w) { return overconfidence(s.forecasts, w); }},
      {"area under the risk", kProportion,
       [](const Sample& s, Weights w) { return s.curve.area(w); }},
      {"excess area", kProportion,
       [](const Sample& s, Weights w) { return s.curve.excess_area(w); }},
      {"calibration error", kProportion,
       [](const Sample& s, Weights w) { return calibration_error(s.counted(w)); }},
      {"debiased calibration error", kDifference,
       [](const Sample& s, Weights w) { return debiased_calibration_error(s.counted(w)); }}};
  return all;
}

ForecastSet read(const OneRun& store) { return ForecastSet(store, {&store.only()}, "test"); }

}  // namespace

void forecasts(int n_sets) {
  fmt::print("\nScores of probabilities, one division of {} tracks, {} per artist\n", kTracks,
             kPerArtist);
  for (const double sharpness : {1.0, 1.3, 2.0})
    for (const double of_artist : {0.0, 0.7}) {
      const Population population{.sharpness = sharpness, .of_artist = of_artist};
      Random random(seed_of(kTracks, fmt::format("{} {}", sharpness, of_artist), 0));
      const OneRun large = draw(kTracksOfTruth, population, random);
      const ForecastSet whole = read(large);
      const Sample all(whole.runs().front().forecasts);
      std::vector<Coverage> coverage(rows().size());
      for (int i = 0; i < n_sets; ++i) {
        const OneRun store = draw(kTracks, population, random);
        const ForecastSet set = read(store);
        const Sample own(set.runs().front().forecasts);
        for (std::size_t r = 0; r < rows().size(); ++r)
          coverage[r].add(
              set.measure([&](std::size_t, Weights w) { return rows()[r].score(own, w); },
                          rows()[r].bounds, kLevel),
              rows()[r].score(all, {}));
      }
      for (std::size_t r = 0; r < rows().size(); ++r)
        coverage[r].print(
            fmt::format("{}, sharpness {}, artists {}", rows()[r].name, sharpness, of_artist));
    }
  remark(
      "A calibration error is a sum of distances: its estimate is too high, and so are those of "
      "resamples. The report gives it no interval over artists.");
}

}  // namespace genrebench::coverage
