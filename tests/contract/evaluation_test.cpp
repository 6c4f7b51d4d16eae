// What the harness makes of predictions keeps its numbers, or kEvaluationVersion is raised.
#include "harness/run/evaluation.hpp"

#include "contract/contract_support.hpp"
#include "contract/golden_versions.hpp"
#include "harness/data/section_scores.hpp"

namespace genrebench {
namespace evaluation_test {

/// Three excerpts of each of eight tracks, by a generator of our own.
Predictions some_predictions(std::vector<int>& tracks) {
  Random random(5);
  Predictions result{.probabilities = Eigen::MatrixXd(24, 3), .labels = {}};
  for (Eigen::Index row = 0; row < 24; ++row) {
    for (Eigen::Index c = 0; c < 3; ++c) result.probabilities(row, c) = 0.1 + random.uniform();
    result.probabilities.row(row) /= result.probabilities.row(row).sum();
    result.labels.push_back(static_cast<int>(random.below(3)));
    tracks.push_back(static_cast<int>(row / 3));
  }
  return result;
}

TEST(Evaluation, KeepsItsNumbersOrRaisesItsVersion) {
  testing::GoldenResult golden;
  std::vector<int> tracks;
  const Predictions excerpts = some_predictions(tracks);
  const std::vector<int> truth = {0, 1, 1, 0, 1, 0, 0, 1};  // the third genre is never tested
  for (const Vote rule : {Vote::majority, Vote::mean_probability}) {
    const TrackPredictions voted = vote(excerpts, tracks, rule);
    for (const int label : voted.labels) golden.numbers.push_back(label);
    for (const MetricRecord& metric :
         classification_metrics("test", truth, voted.labels, {"blues", "polka", "tango"})) {
      golden.texts.push_back(metric.split + " " + metric.name);
      golden.numbers.push_back(metric.value);
    }
  }
  std::vector<FeatureMatrix> features;
  Random random(6);
  for (int i = 0; i < 4; ++i) {
    features.emplace_back(3, 5);
    for (Eigen::Index v = 0; v < features.back().size(); ++v)
      features.back().data()[v] = static_cast<float>(2.0 + random.normal());
    features.back().row(2).setConstant(4.0f);
  }
  const Standardiser standardiser({&features[0], &features[1], &features[2]});
  const FeatureMatrix scaled = standardiser(features[3]);
  testing::summarise_values(std::span(scaled.data(), static_cast<std::size_t>(scaled.size())),
                            golden.numbers);
  const std::vector<Section> known = {{0.0, 4.0, "A"}, {4.0, 7.5, "B"}, {7.5, 11.0, "A"}};
  const std::vector<Section> found = {
      {0.0, 3.0, "0"}, {3.0, 7.2, "1"}, {7.2, 9.0, "0"}, {9.0, 11.0, "2"}};
  const SectionScores s = score_sections(known, found);
  golden.numbers.insert(golden.numbers.end(),
                        {s.adjusted_rand, s.normalised_mutual_information, s.pairwise_f,
                         s.pairwise_precision, s.pairwise_recall, s.boundary_05.f, s.boundary_3.f,
                         s.over_segmentation, s.under_segmentation});
  PluginInfo evaluation;
  evaluation.name = "evaluation";
  evaluation.version = kEvaluationVersion;
  testing::expect_golden("shared", evaluation, golden);
}

}  // namespace evaluation_test
}  // namespace genrebench
