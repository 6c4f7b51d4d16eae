#include "harness/run/run_once.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "harness/run/evaluation.hpp"
#include "harness/run/run_data.hpp"

namespace genrebench {
namespace {

void record_dataset_notes(const Dataset& dataset, RunResult& result) {
  if (const std::vector<std::string> notes = dataset.notes(); !notes.empty())
    facts::kDatasetNotes.record(result.facts, notes);
}

/// Fits and evaluates one run.
class SingleRun {
 public:
  SingleRun(const PlannedRun& run, const ExtractedTracks& tracks, const Registry& registry,
            const KeepModel& keep)
      : run_(run),
        dataset_(*run.data->dataset),
        registry_(registry),
        keep_(keep),
        data_(run, tracks) {}

  Outcome fit_and_evaluate(const FitSettings& settings) {
    result_.bad_tracks = data_.bad_tracks();
    const PartData train = data_.part(Part::train), valid = data_.part(Part::valid),
                   test = data_.part(Part::test);
    FittedMethod fitted = fit(train, valid, settings);
    result_.metrics = std::move(fitted.metrics);
    result_.facts = std::move(fitted.facts);
    if (!fitted.warnings.empty()) facts::kWarnings.record(result_.facts, fitted.warnings);

    evaluate(*fitted.method, Part::train, train);
    if (valid.examples.size() > 0) evaluate(*fitted.method, Part::valid, valid);
    // The only look at the test part, after everything is chosen.
    evaluate(*fitted.method, Part::test, test);

    if (run_.spec.options.keep_model && keep_)
      result_.artifacts = keep_(
          *fitted.method, {.genres = dataset_.genres(), .standardiser = data_.standardiser()});
    describe(train, valid, test);
    return {std::move(result_), std::move(fitted.warnings)};
  }

 private:
  /// Fits while the files that the method reads hold what the run's id says.
  FittedMethod fit(const PartData& train, const PartData& valid,
                   const FitSettings& settings) const {
    FileHashes hashes({});
    std::vector<std::unique_ptr<ContentGuard>> guards;
    for (const auto& [key, content] : run_.content_files)
      guards.push_back(std::make_unique<ContentGuard>(content.file, content.hash, hashes));
    FittedMethod fitted = fit_method(run_.spec, train, valid, registry_, settings);
    for (const auto& guard : guards)
      if (!guard->untouched()) guard->read_again();
    return fitted;
  }

  void evaluate(const Method& method, Part which, const PartData& data) {
    const TrackPredictions predictions = predict_part(method, data, which, run_.spec);
    const std::string split = to_string(which);
    if (predictions.tracks.size() < data.examples.size())
      result_.metrics.push_back(
          {split, "segment_accuracy", -1, accuracy_of_excerpts(predictions.excerpt_labels, data)});
    const auto metrics = classification_metrics(split, truth_of(predictions, data),
                                                predictions.labels, dataset_.genres());
    result_.metrics.insert(result_.metrics.end(), metrics.begin(), metrics.end());
    if (which == Part::train) return;
    for (std::size_t i = 0; i < predictions.tracks.size(); ++i) {
      const auto t = static_cast<std::size_t>(predictions.tracks[i]);
      PredictionRecord record{.split = split,
                              .track = dataset_.tracks()[t].id,
                              .truth = data.truth[t],
                              .predicted = predictions.labels[i],
                              .probabilities = {},
                              .cluster = run_.data->clusters[t]};
      for (Eigen::Index c = 0; c < predictions.probabilities.cols(); ++c)
        record.probabilities.push_back(
            static_cast<float>(predictions.probabilities(static_cast<Eigen::Index>(i), c)));
      result_.predictions.push_back(std::move(record));
    }
  }

  /// Share of the excerpts whose own answer is right, before the vote.
  static double accuracy_of_excerpts(const std::vector<int>& labels, const PartData& data) {
    std::size_t n_right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i)
      n_right += labels[i] == data.truth[static_cast<std::size_t>(data.examples.tracks[i])];
    return static_cast<double>(n_right) / static_cast<double>(labels.size());
  }

  /// Numbers of tracks by genre, in class order.
  std::vector<std::string> tracks_by_genre(const PartData& data) const {
    std::vector<std::size_t> counts(dataset_.genres().size());
    for (const int t : std::set(data.examples.tracks.begin(), data.examples.tracks.end()))
      ++counts[static_cast<std::size_t>(data.truth[static_cast<std::size_t>(t)])];
    std::vector<std::string> texts;
    for (const std::size_t count : counts) texts.push_back(std::to_string(count));
    return texts;
  }

  void describe(const PartData& train, const PartData& valid, const PartData& test) {
    const auto n_tracks = [](const PartData& data) {
      return std::set(data.examples.tracks.begin(), data.examples.tracks.end()).size();
    };
    facts::kGenres.record(result_.facts, dataset_.genres());
    facts::kTracks.record(result_.facts, dataset_.tracks().size());
    record_dataset_notes(dataset_, result_);
    facts::kClusters.record(result_.facts, run_.data->cluster_kind);
    facts::kTrainTracks.record(result_.facts, n_tracks(train));
    facts::kValidTracks.record(result_.facts, n_tracks(valid));
    facts::kTestTracks.record(result_.facts, n_tracks(test));
    facts::kTrainByGenre.record(result_.facts, tracks_by_genre(train));
    facts::kTestByGenre.record(result_.facts, tracks_by_genre(test));
    facts::kTrainExamples.record(result_.facts, train.examples.size());
    facts::kLeaky.record(result_.facts, run_.split->leaky);
    facts::kUnit.record(result_.facts, run_.split->excerpts ? "excerpt" : "track");
    facts::kDivision.record(result_.facts, division_hash(*run_.split));
    facts::kApart.record(result_.facts, run_.split->apart);
    facts::kGroups.record(result_.facts, run_.split->groups);
    facts::kSplitNotes.record(result_.facts, run_.split->notes);
  }

  const PlannedRun& run_;
  const Dataset& dataset_;
  const Registry& registry_;
  const KeepModel& keep_;
  RunData data_;
  RunResult result_;
};

void add_sections(RunResult& result, const ScoredSections& sections) {
  result.metrics.insert(result.metrics.end(), sections.metrics.begin(), sections.metrics.end());
  facts::kScoredTracks.record(result.facts, sections.n_tracks);
  facts::kExample.record(result.facts, sections.example);
  if (!sections.sources.empty()) facts::kSources.record(result.facts, sections.sources);
}

/// The result of a run of task segmentation.
RunResult segmentation_result(const PlannedRun& run, const ScoredSections& sections) {
  if (run.spec.options.on_bad_track == OnBadTrack::fail && !sections.bad_tracks.empty())
    throw DataError(fmt::format("{} (and on_bad_track is fail; {} in all)",
                                sections.bad_tracks.front().message, sections.bad_tracks.size()));
  if (sections.n_tracks == 0)
    throw DataError(
        fmt::format("no track could be segmented ({} bad tracks)", sections.bad_tracks.size()));
  RunResult result;
  result.bad_tracks = sections.bad_tracks;
  facts::kTracks.record(result.facts, run.data->dataset->tracks().size());
  record_dataset_notes(*run.data->dataset, result);
  add_sections(result, sections);
  return result;
}

}  // namespace

std::string title(const PlannedRun& run) {
  if (run.spec.segmentation())
    return fmt::format("sections of {} by {}, seed {}", run.spec.dataset.name,
                       run.spec.excerpt.name, run.spec.seed);
  return fmt::format("{} on {} of {}, seed {}", run.spec.method.name, run.spec.excerpt.name,
                     run.spec.dataset.name, run.spec.seed);
}

Outcome run_once(const PlannedRun& run, const Prepared& prepared, const Registry& registry,
                 const FitSettings& settings, const KeepModel& keep) {
  if (prepared.failure) std::rethrow_exception(prepared.failure);
  if (run.spec.segmentation()) return {segmentation_result(run, prepared.sections.value()), {}};
  Outcome outcome =
      SingleRun(run, prepared.tracks.value(), registry, keep).fit_and_evaluate(settings);
  if (prepared.sections) add_sections(outcome.result, *prepared.sections);
  return outcome;
}

RunFailure failure_of(const PlannedRun& run, const Prepared& prepared,
                      const std::exception& error) {
  RunFailure failure{.message = error.what(), .bad_tracks = {}};
  if (run.spec.segmentation() && prepared.sections)
    failure.bad_tracks = prepared.sections->bad_tracks;
  if (!run.spec.segmentation() && prepared.tracks)
    failure.bad_tracks = bad_tracks_of(run, *prepared.tracks);
  return failure;
}

}  // namespace genrebench
