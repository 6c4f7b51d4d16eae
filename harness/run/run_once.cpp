#include "harness/run/run_once.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/profile.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/run_cost.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/evaluation.hpp"
#include "harness/run/run_data.hpp"
#include "harness/run/run_results.hpp"

namespace genrebench {
namespace {

/// Fits and evaluates one run.
class SingleRun {
 public:
  SingleRun(const PlannedRun& run, const Prepared& prepared, const Registry& registry,
            const KeepModel& keep)
      : run_(run),
        dataset_(*run.data->dataset),
        registry_(registry),
        keep_(keep),
        data_(run, prepared.tracks.value(),
              {.copies = prepared.copies ? &*prepared.copies : nullptr}) {}

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

    if (run_.spec.options.keep_model && keep_) {
      const ProfileSpan span("model, writing");
      result_.artifacts = keep_(*fitted.method, {.genres = dataset_.genres(),
                                                 .standardiser = data_.standardiser(),
                                                 .temperature = fitted.temperature});
    }
    record_data(run_, {.train = train, .valid = valid, .test = test}, result_.facts);
    record_cost(cost_, result_.resources);
    std::vector<std::string> warnings = std::move(fitted.warnings);
    std::shared_ptr<const FittedRun> kept = fitted_run(std::move(fitted));
    return {std::move(result_), std::move(warnings), std::move(kept)};
  }

 private:
  /// What deformed runs need of a run whose facts are complete.
  std::shared_ptr<const FittedRun> fitted_run(FittedMethod fitted) const {
    auto result = std::make_shared<FittedRun>(FittedRun{
        .fitted = std::move(fitted), .standardiser = data_.standardiser(), .facts = result_.facts});
    result->facts.erase(facts::kWarnings.key());
    return result;
  }

  /// Fits while the files that the method reads hold what the run's id says.
  FittedMethod fit(const PartData& train, const PartData& valid,
                   const FitSettings& settings) const {
    const ProfileSpan span("fit");
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
    const ProfileSpan span("predict");
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

/// @throws DataError  if the two differ in a track, a genre or the bits of a probability
void require_same_predictions(const PlannedRun& clean, const std::vector<PredictionRecord>& now,
                              const std::vector<PredictionRecord>& recorded) {
  std::map<std::string, const PredictionRecord*> then;
  for (const PredictionRecord& one : recorded) then[one.track] = &one;
  std::size_t n_other = 0, n_tested = 0;
  for (const PredictionRecord& one : now) {
    if (one.split != to_string(Part::test)) continue;
    ++n_tested;
    const auto found = then.find(one.track);
    n_other += found == then.end() || found->second->predicted != one.predicted ||
               found->second->probabilities != one.probabilities;
  }
  if (n_other == 0 && n_tested == then.size()) return;
  throw DataError(fmt::format(
      "the clean run {} kept no model, and fitted again it predicts {} of {} test tracks otherwise "
      "than it recorded: it was done on another machine, by another program or with another number "
      "of threads; do both in one place, into a store of their own",
      short_id(clean.id), n_other, std::max(n_tested, then.size())));
}

/// Tests a fitted method on audio that is deformed.
/// @param fitted  the method of the clean run
Outcome test_deformed(const PlannedRun& run, const ExtractedTracks& tracks,
                      std::shared_ptr<const FittedRun> fitted, const Registry& registry) {
  const RunData data(run, tracks, {.standardiser = &fitted->standardiser});
  const PartData test = data.part(Part::test);
  Outcome outcome;
  const ProfileSpan span("predict");
  const SteadyClock::time_point begin = SteadyClock::now();
  TrackPredictions predictions = predict_part(*fitted->fitted.method, test, Part::test, run.spec);
  const RunCost cost{.predict = {.seconds = seconds_since(begin), .n = predictions.tracks.size()}};
  calibrate(predictions, fitted->fitted.temperature);
  add_part_result(run, Part::test, test, predictions, outcome.result);
  outcome.result.bad_tracks = data.bad_tracks();
  outcome.result.facts = fitted->facts;
  const auto deformation =
      registry.deformations.get(run.spec.deform.name, "deform").make(run.spec.deform.options);
  record_deformed_test(run, *deformation, test, outcome.result.facts);
  record_cost(cost, outcome.result.resources);
  outcome.fitted = std::move(fitted);
  return outcome;
}

/// The method of a run's clean run, fitted again.
std::shared_ptr<const FittedRun> fit_clean_again(const PlannedRun& clean, const Prepared& prepared,
                                                 const Registry& registry, FitSettings settings,
                                                 const std::vector<PredictionRecord>& recorded) {
  settings.curves = FitSettings().curves;  // they are the clean run's
  const KeepModel keep_none;
  Outcome outcome = SingleRun(clean, prepared, registry, keep_none).fit_and_evaluate(settings);
  if (!recorded.empty()) require_same_predictions(clean, outcome.result.predictions, recorded);
  return outcome.fitted;
}

/// What the features and the sections of a run took, where this process computed them.
RunCost cost_of_preparation(const Prepared& prepared) {
  RunCost cost{.sections = prepared.sections_work};
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
  const std::string deformation =
      run.spec.deformed() ? fmt::format(", deformed by {}", run.spec.deform.name) : "";
  return fmt::format("{} on {} of {}{}, seed {}", run.spec.method.name, run.spec.excerpt.name,
                     run.spec.dataset.name, deformation, run.spec.seed);
}

Outcome run_once(const PlannedRun& run, const Prepared& prepared, const Registry& registry,
                 const FitSettings& settings, const KeepModel& keep, const DeformedTest& deformed) {
  if (prepared.failure) std::rethrow_exception(prepared.failure);
  if (run.clean != nullptr) {
    if (deformed.test->failure) std::rethrow_exception(deformed.test->failure);
    return test_deformed(
        run, deformed.test->tracks.value(),
        deformed.fitted != nullptr
            ? deformed.fitted
            : fit_clean_again(*run.clean, prepared, registry, settings, deformed.clean_predictions),
        registry);
  }
  Outcome outcome;
  if (run.spec.segmentation()) {
    outcome.result = segmentation_result(run, prepared.sections.value());
  } else {
    outcome = SingleRun(run, prepared, registry, keep).fit_and_evaluate(settings);
    if (prepared.sections) add_sections(outcome.result, *prepared.sections);
  }
  record_cost(cost_of_preparation(prepared), outcome.result.resources);
  return outcome;
}

RunFailure failure_of(const PlannedRun& run, const Prepared& prepared, const PreparedTest* test,
                      const std::exception& error) {
  RunFailure failure{.message = error.what(), .bad_tracks = {}};
  if (run.spec.segmentation() && prepared.sections)
    failure.bad_tracks = prepared.sections->bad_tracks;
  if (!run.spec.segmentation() && prepared.tracks)
    failure.bad_tracks = bad_tracks_of(run, *prepared.tracks);
  if (test != nullptr && test->tracks) failure.bad_tracks = bad_tracks_of(run, *test->tracks);
  return failure;
}

}  // namespace genrebench
