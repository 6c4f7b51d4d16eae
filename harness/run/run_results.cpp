#include "harness/run/run_results.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "harness/experiment/run_options.hpp"
#include "harness/records/facts.hpp"

namespace genrebench {
namespace {

/// Share of the excerpts whose own answer is right, before the vote.
double accuracy_of_excerpts(const std::vector<int>& labels, const PartData& data) {
  std::size_t n_right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i)
    n_right += labels[i] == data.truth[static_cast<std::size_t>(data.examples.tracks[i])];
  return static_cast<double>(n_right) / static_cast<double>(labels.size());
}

std::set<int> tracks_in(const PartData& data) {
  return {data.examples.tracks.begin(), data.examples.tracks.end()};
}

/// Numbers of tracks by genre, in class order.
std::vector<std::string> tracks_by_genre(const PartData& data, std::size_t n_genres) {
  std::vector<std::size_t> counts(n_genres);
  for (const int t : tracks_in(data))
    ++counts[static_cast<std::size_t>(data.truth[static_cast<std::size_t>(t)])];
  std::vector<std::string> texts;
  for (const std::size_t count : counts) texts.push_back(std::to_string(count));
  return texts;
}

/// Numbers of clusters of tracks by genre, in class order.
std::vector<std::string> clusters_by_genre(const PartData& data,
                                           const std::vector<std::string>& clusters,
                                           std::size_t n_genres) {
  std::vector<std::set<std::string>> known(n_genres);
  std::vector<std::size_t> unknown(n_genres);
  for (const int t : tracks_in(data)) {
    const std::string& cluster = clusters[static_cast<std::size_t>(t)];
    const auto genre = static_cast<std::size_t>(data.truth[static_cast<std::size_t>(t)]);
    if (cluster.empty())
      ++unknown[genre];
    else
      known[genre].insert(cluster);
  }
  std::vector<std::string> texts;
  for (std::size_t g = 0; g < n_genres; ++g)
    texts.push_back(std::to_string(known[g].size() + unknown[g]));
  return texts;
}

void record_division(const PlannedRun& run, RunFacts& facts) {
  std::string division = division_hash(*run.split);
  std::vector<std::string> notes = run.split->notes;
  if (run.spec.options.permute_labels) {
    // Runs of other seeds test other genres of the same tracks: they repeat no division.
    division += fmt::format(", genres permuted by seed {}", run.spec.seed);
    const std::string& kind = run.data->cluster_kind;
    notes.push_back(
        fmt::format("the genres are permuted between {} ({}), so that there is nothing to learn",
                    kind.empty() ? "tracks" : kind + "s", kPermuteLabels));
  }
  facts::kDivision.record(facts, division);
  facts::kSplitNotes.record(facts, notes);
}

}  // namespace

void record_dataset(const Dataset& dataset, RunFacts& facts) {
  facts::kTracks.record(facts, dataset.tracks().size());
  if (const std::vector<std::string> notes = dataset.notes(); !notes.empty())
    facts::kDatasetNotes.record(facts, notes);
}

void record_data(const PlannedRun& run, const RunParts& parts, RunFacts& facts) {
  const Dataset& dataset = *run.data->dataset;
  const std::size_t n_genres = dataset.genres().size();
  facts::kGenres.record(facts, dataset.genres());
  record_dataset(dataset, facts);
  facts::kClusters.record(facts, run.data->cluster_kind);
  facts::kTrainTracks.record(facts, tracks_in(parts.train).size());
  facts::kValidTracks.record(facts, tracks_in(parts.valid).size());
  facts::kTestTracks.record(facts, tracks_in(parts.test).size());
  facts::kTrainByGenre.record(facts, tracks_by_genre(parts.train, n_genres));
  facts::kTestByGenre.record(facts, tracks_by_genre(parts.test, n_genres));
  if (!run.data->cluster_kind.empty())
    facts::kTrainClustersByGenre.record(
        facts, clusters_by_genre(parts.train, run.data->clusters, n_genres));
  facts::kTrainExamples.record(facts, parts.train.examples.size());
  if (run.split->n_train_available)
    facts::kTrainAvailable.record(facts, *run.split->n_train_available);
  facts::kLeaky.record(facts, run.split->leaky);
  facts::kUnit.record(facts, run.split->excerpts ? "excerpt" : "track");
  facts::kApart.record(facts, run.split->apart);
  facts::kGroups.record(facts, run.split->groups);
  record_division(run, facts);
}

void record_deformed_test(const PlannedRun& run, const Deformation& deformation,
                          const PartData& test, RunFacts& facts) {
  facts::kTestTracks.record(facts, tracks_in(test).size());
  facts::kTestByGenre.record(facts, tracks_by_genre(test, run.data->dataset->genres().size()));
  facts::kCleanRun.record(facts, run.clean->id);
  facts::kDeformLevel.record(facts, deformation.level());
  facts::kDeformStrength.record(facts, fmt::format("{}", deformation.strength()));
}

void add_part_result(const PlannedRun& run, Part part, const PartData& data,
                     const TrackPredictions& predictions, RunResult& result) {
  const Dataset& dataset = *run.data->dataset;
  const std::string split = to_string(part);
  if (predictions.tracks.size() < data.examples.size())
    result.metrics.push_back(
        {split, "segment_accuracy", -1, accuracy_of_excerpts(predictions.excerpt_labels, data)});
  std::vector<int> truth;
  for (const int t : predictions.tracks) truth.push_back(data.truth[static_cast<std::size_t>(t)]);
  const auto metrics = classification_metrics(split, truth, predictions.labels, dataset.genres());
  result.metrics.insert(result.metrics.end(), metrics.begin(), metrics.end());
  if (part == Part::train) return;
  for (std::size_t i = 0; i < predictions.tracks.size(); ++i) {
    const auto t = static_cast<std::size_t>(predictions.tracks[i]);
    PredictionRecord record{.split = split,
                            .track = dataset.tracks()[t].id,
                            .truth = truth[i],
                            .predicted = predictions.labels[i],
                            .probabilities = {},
                            .cluster = run.data->clusters[t]};
    for (Eigen::Index c = 0; c < predictions.probabilities.cols(); ++c)
      record.probabilities.push_back(
          static_cast<float>(predictions.probabilities(static_cast<Eigen::Index>(i), c)));
    result.predictions.push_back(std::move(record));
  }
}

}  // namespace genrebench
