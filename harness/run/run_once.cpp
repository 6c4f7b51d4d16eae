#include "harness/run/run_once.hpp"

#include <fmt/format.h>

#include <set>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/run_cost.hpp"
#include "harness/run/evaluation.hpp"
#include "harness/run/run_data.hpp"
#include "harness/run/run_results.hpp"

namespace genrebench {
namespace {

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
    FitSettings own = settings;
    own.genres = dataset_.genres();
    own.later = &test.examples;
    const SteadyClock::time_point begin = SteadyClock::now();
    FittedMethod fitted = fit(train, valid, own);
    cost_.fit_s = seconds_since(begin);
    result_.metrics = std::move(fitted.metrics);
    result_.facts = std::move(fitted.facts);
    if (!fitted.warnings.empty()) facts::kWarnings.record(result_.facts, fitted.warnings);

    evaluate(fitted, Part::train, train);
    if (valid.examples.size() > 0) evaluate(fitted, Part::valid, valid);
    // The only look at the test part, after everything is chosen.
    evaluate(fitted, Part::test, test);
    add_size(*fitted.method, test.examples);

    if (run_.spec.options.keep_model && keep_)
      result_.artifacts = keep_(*fitted.method, {.genres = dataset_.genres(),
                                                 .standardiser = data_.standardiser(),
                                                 .temperature = fitted.temperature});
    record_data(run_, {.train = train, .valid = valid, .test = test}, result_.facts);
    record_cost(cost_, result_.resources);
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

  void evaluate(const FittedMethod& fitted, Part which, const PartData& data) {
    const SteadyClock::time_point begin = SteadyClock::now();
    TrackPredictions predictions = predict_part(*fitted.method, data, which, run_.spec);
    const double seconds = seconds_since(begin);
    // A program has predicted already, while it was fitted.
    if (which == Part::test && dynamic_cast<const ProgramMethod*>(fitted.method.get()) == nullptr)
      cost_.predict = {.seconds = seconds, .n = predictions.tracks.size()};
    calibrate(predictions, fitted.temperature);
    add_part_result(run_, which, data, predictions, result_);
  }

  void add_size(const Method& method, const Examples& test) {
    const std::optional<MethodCost> size = method.cost();
    if (!size) return;
    cost_.parameters = static_cast<double>(size->parameters);
    cost_.multiply_adds =
        static_cast<double>(size->multiply_adds) * static_cast<double>(test.size());
    cost_.n_predicted = std::set<int>(test.tracks.begin(), test.tracks.end()).size();
  }

  const PlannedRun& run_;
  const Dataset& dataset_;
  const Registry& registry_;
  const KeepModel& keep_;
  RunData data_;
  RunResult result_;
  RunCost cost_ = {};
};

/// What the features and the sections of a run took, where this process computed them.
RunCost cost_of_preparation(const Prepared& prepared) {
  RunCost cost{.sections = {.seconds = prepared.sections_computed_s,
                            .n = prepared.n_sections_computed,
                            .n_cached = prepared.n_sections_cached}};
  if (prepared.tracks && prepared.tracks->computed_s > 0.0)
    cost.features = {.seconds = prepared.tracks->computed_s, .n = prepared.tracks->n_computed};
  if (prepared.tracks) cost.features.n_cached = prepared.tracks->n_cached;
  return cost;
}

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
  record_dataset(*run.data->dataset, result.facts);
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
  Outcome outcome;
  if (run.spec.segmentation()) {
    outcome.result = segmentation_result(run, prepared.sections.value());
  } else {
    outcome = SingleRun(run, prepared.tracks.value(), registry, keep).fit_and_evaluate(settings);
    if (prepared.sections) add_sections(outcome.result, *prepared.sections);
  }
  record_cost(cost_of_preparation(prepared), outcome.result.resources);
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
