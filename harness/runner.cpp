#include "harness/runner.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>

#include "harness/environment.hpp"
#include "harness/evaluation.hpp"
#include "harness/extraction.hpp"
#include "harness/fitting.hpp"
#include "harness/run_data.hpp"
#include "harness/run_files.hpp"
#include "harness/structure.hpp"
#include "signal/error.hpp"

namespace genrebench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// Fits and evaluates one run.
class SingleRun {
 public:
  SingleRun(const PlannedRun& run, const ExtractedTracks& tracks, const Registry& registry, const RunFiles& files)
      : run_(run), dataset_(*run.data->dataset), registry_(registry), files_(files), data_(run, tracks) {}

  RunResult operator()(const FitSettings& settings) {
    result_.bad_tracks = data_.bad_tracks();
    const PartData train = data_.part(Part::train), valid = data_.part(Part::valid), test = data_.part(Part::test);
    FittedMethod fitted = fit_method(run_.spec, train, valid, registry_, settings);
    result_.metrics = std::move(fitted.metrics);
    result_.facts = std::move(fitted.facts);
    warnings_ = std::move(fitted.warnings);
    if (!warnings_.empty()) result_.facts["fit.warnings"] = fmt::format("{}", fmt::join(warnings_, "\n"));

    evaluate(*fitted.method, Part::train, train);
    if (valid.examples.size() > 0) evaluate(*fitted.method, Part::valid, valid);
    // The only look at the test part, after everything is chosen.
    evaluate(*fitted.method, Part::test, test);

    if (run_.spec.options.keep_model && files_.enabled())
      result_.artifacts = files_.keep(run_.id, *fitted.method, {.genres = dataset_.genres(), .standardiser = data_.standardiser()});
    describe(train, valid, test);
    return std::move(result_);
  }

  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  void evaluate(const Method& method, Part which, const PartData& data) {
    const TrackPredictions predictions = predict_tracks(method, data, run_.spec.options.vote);
    const std::string split = to_string(which);
    const auto metrics = classification_metrics(split, truth_of(predictions, data), predictions.labels, dataset_.genres());
    result_.metrics.insert(result_.metrics.end(), metrics.begin(), metrics.end());
    if (which == Part::train) return;
    for (std::size_t i = 0; i < predictions.tracks.size(); ++i) {
      const auto t = static_cast<std::size_t>(predictions.tracks[i]);
      PredictionRecord record{.split = split, .track = dataset_.tracks()[t].id, .truth = data.truth[t],
                              .predicted = predictions.labels[i], .probabilities = {}};
      for (Eigen::Index c = 0; c < predictions.probabilities.cols(); ++c)
        record.probabilities.push_back(static_cast<float>(predictions.probabilities(static_cast<Eigen::Index>(i), c)));
      result_.predictions.push_back(std::move(record));
    }
  }

  void describe(const PartData& train, const PartData& valid, const PartData& test) {
    const auto n_tracks = [](const PartData& data) {
      return std::to_string(std::set(data.examples.tracks.begin(), data.examples.tracks.end()).size());
    };
    auto& facts = result_.facts;
    facts["dataset.genres"] = fmt::format("{}", fmt::join(dataset_.genres(), ","));
    facts["dataset.n_tracks"] = std::to_string(dataset_.tracks().size());
    facts["split.n_train"] = n_tracks(train);
    facts["split.n_valid"] = n_tracks(valid);
    facts["split.n_test"] = n_tracks(test);
    facts["split.n_train_examples"] = std::to_string(train.examples.size());
    facts["split.leaky"] = run_.split->leaky ? "true" : "false";
    facts["split.unit"] = run_.split->excerpts ? "excerpt" : "track";
    facts["split.groups"] = fmt::format("{}", fmt::join(run_.split->groups, ","));
    facts["split.notes"] = fmt::format("{}", fmt::join(run_.split->notes, "\n"));
  }

  const PlannedRun& run_;
  const Dataset& dataset_;
  const Registry& registry_;
  const RunFiles& files_;
  RunData data_;
  RunResult result_;
  std::vector<std::string> warnings_;
};

std::string title(const PlannedRun& run) {
  if (run.spec.segmentation()) return fmt::format("sections of {} by {}, seed {}", run.spec.dataset.name, run.spec.excerpt.name, run.spec.seed);
  return fmt::format("{} on {} of {}, seed {}", run.spec.method.name, run.spec.excerpt.name, run.spec.dataset.name, run.spec.seed);
}

/// Runs that share their features and sections.
std::string extraction_key(const PlannedRun& run) {
  std::string key = run.data->fingerprint + (run.spec.segmentation() ? "\nsegmentation" : "") + (run.spec.options.known_clusters ? " known" : "");
  for (const PluginChoice* choice : {&run.spec.excerpt, &run.spec.features}) {
    key += "\n" + choice->name;
    for (const auto& [name, value] : choice->options) key += fmt::format("\n{}={}", name, to_string(value));
  }
  return key;
}

/// What runs of one key share.
struct Prepared {
  std::optional<ExtractedTracks> tracks;      ///< not for task segmentation
  std::optional<DatasetStructure> structure;  ///< where the excerpt plug-in segments and the dataset knows the truth
  std::string failure;                        ///< why there is neither
};

std::unique_ptr<FoundSections> sections_of(const Excerpt& excerpt, FileHashes& hashes, const RunnerSettings& settings) {
  std::unique_ptr<FoundSections> sections;
  if (const auto* segmenting = dynamic_cast<const SegmentingExcerpt*>(&excerpt))
    sections = std::make_unique<FoundSections>(*segmenting, settings.cache_folder.empty() ? std::filesystem::path() : settings.cache_folder / "sections", hashes);
  return sections;
}

ExtractedTracks extract_with(FoundSections* sections, const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                             const RunnerSettings& settings, Progress& progress) {
  const RunSpec& spec = run.spec;
  const FeatureCache cache(settings.cache_folder.empty() ? std::filesystem::path() : settings.cache_folder / "features");
  progress.begin(fmt::format("features {} of {}, excerpt {}", spec.features.name, spec.dataset.name, spec.excerpt.name),
                 run.data->dataset->tracks().size());
  ExtractedTracks tracks = extract_all(*run.data->dataset, spec.excerpt, spec.features, registry, cache, hashes,
                                       {.threads = settings.threads, .sections = sections,
                                        .progress = [&](std::size_t done, std::size_t) { progress.advance(done); },
                                        .interrupted = settings.interrupted});
  progress.end();
  return tracks;
}

Prepared prepare(const PlannedRun& run, const Registry& registry, FileHashes& hashes, const RunnerSettings& settings, Progress& progress) {
  Prepared prepared;
  const RunSpec& spec = run.spec;
  const Dataset& dataset = *run.data->dataset;
  try {
    const auto excerpt = registry.excerpts.get(spec.excerpt.name, "excerpt").make(spec.excerpt.options);
    const std::unique_ptr<FoundSections> sections = sections_of(*excerpt, hashes, settings);
    if (sections && knows_sections(dataset)) {
      progress.begin(fmt::format("sections of {} by {}", spec.dataset.name, spec.excerpt.name), dataset.tracks().size());
      prepared.structure = score_dataset(dataset, *sections, {.known_clusters = spec.options.known_clusters, .threads = settings.threads,
                                                             .progress = [&](std::size_t done, std::size_t) { progress.advance(done); },
                                                             .interrupted = settings.interrupted});
      progress.end();
    }
    if (!spec.segmentation()) prepared.tracks = extract_with(sections.get(), run, registry, hashes, settings, progress);
  } catch (const ConfigError& error) {
    prepared.failure = error.what();
    progress.end();
  }
  return prepared;
}

void add_structure(RunResult& result, const DatasetStructure& structure) {
  result.metrics.insert(result.metrics.end(), structure.metrics.begin(), structure.metrics.end());
  result.facts["structure.n_tracks"] = std::to_string(structure.n_tracks);
  result.facts["structure.example"] = structure.example;
}

/// The result of a run of task segmentation.
RunResult structure_result(const PlannedRun& run, const DatasetStructure& structure) {
  if (run.spec.options.on_bad_track == "fail" && !structure.bad_tracks.empty())
    throw DataError(fmt::format("{} (and on_bad_track is fail; {} in all)", structure.bad_tracks.front().message, structure.bad_tracks.size()));
  if (structure.n_tracks == 0) throw DataError(fmt::format("no track could be segmented ({} bad tracks)", structure.bad_tracks.size()));
  RunResult result;
  result.bad_tracks = structure.bad_tracks;
  result.facts["dataset.n_tracks"] = std::to_string(run.data->dataset->tracks().size());
  add_structure(result, structure);
  return result;
}

}  // namespace

ExtractedTracks extract_run(const PlannedRun& run, const Registry& registry, FileHashes& hashes, const RunnerSettings& settings,
                            Progress& progress) {
  const auto excerpt = registry.excerpts.get(run.spec.excerpt.name, "excerpt").make(run.spec.excerpt.options);
  const std::unique_ptr<FoundSections> sections = sections_of(*excerpt, hashes, settings);
  return extract_with(sections.get(), run, registry, hashes, settings, progress);
}

RunnerSummary execute(const Plan& plan, RunStore& store, const Registry& registry, FileHashes& hashes, const RunnerSettings& settings,
                      Progress& progress) {
  const Clock::time_point begin = Clock::now();
  RunnerSummary summary{.n_runs = plan.runs.size()};
  store.plan(plan.record(), plan.records(registry));

  std::vector<std::string> order;  // extractions, as the plan first needs them
  std::map<std::string, std::vector<const PlannedRun*>> pending;
  for (const PlannedRun& run : plan.runs) {
    const auto record = store.run(run.id);
    if (record && record->status == RunStatus::done) {
      ++summary.n_already_done;
    } else if (!run.not_applicable.empty()) {
      store.give_up(run.id, RunStatus::skipped, run.not_applicable, {});
      progress.message(fmt::format("skipped: {}: {}", title(run), run.not_applicable));
      ++summary.n_skipped;
    } else {
      auto& runs = pending[extraction_key(run)];
      if (runs.empty()) order.push_back(extraction_key(run));
      runs.push_back(&run);
    }
  }
  const std::size_t n_pending = summary.n_runs - summary.n_already_done - summary.n_skipped;
  const auto environment = describe_environment(settings.threads);
  const RunFiles files(settings.files_folder);
  std::set<std::string> told;  // what needs saying once
  std::set<std::string> bad;
  std::size_t n_finished = 0;

  for (const std::string& key : order) {
    const std::vector<const PlannedRun*>& runs = pending[key];
    const PlannedRun& first = *runs.front();
    const Prepared prepared = prepare(first, registry, hashes, settings, progress);
    const std::optional<ExtractedTracks>& tracks = prepared.tracks;
    if (settings.interrupted()) {
      summary.interrupted = true;
      break;
    }
    if (tracks) {
      if (!tracks->cache_error.empty() && told.insert("cache").second)
        progress.message(fmt::format("warning: features are not cached: {}", tracks->cache_error));
      for (const std::string& error : tracks->errors)
        if (!error.empty() && told.insert(error).second) progress.message("bad track: " + error);
    } else if (prepared.structure) {
      for (const BadTrackRecord& track : prepared.structure->bad_tracks)
        if (told.insert(track.message).second) progress.message("bad track: " + track.message);
    }
    progress.begin("runs", n_pending);
    progress.advance(n_finished);
    for (const PlannedRun* run : runs) {
      if (settings.interrupted() || (settings.fail_fast && summary.n_failed > 0)) break;
      store.start(run->id, environment);
      const Clock::time_point run_begin = Clock::now();
      std::optional<RunResult> result;
      std::vector<BadTrackRecord> bad_tracks;
      std::string message = prepared.failure;
      if (run->spec.segmentation() && prepared.structure) {
        try {
          result = structure_result(*run, *prepared.structure);
        } catch (const DataError& error) {
          message = error.what();
          bad_tracks = prepared.structure->bad_tracks;
        }
      } else if (tracks) {
        const FitSettings fit{.threads = settings.threads,
                              .checkpoint_folder = files.checkpoints(run->id),
                              .interrupted = settings.interrupted,
                              .progress = [&](const std::string& now) { progress.advance(n_finished, title(*run) + ": " + now); },
                              .curves = [&](const std::vector<MetricRecord>& points) { store.add_curves(run->id, points); }};
        try {
          SingleRun single(*run, *tracks, registry, files);
          result = single(fit);
          for (const std::string& warning : single.warnings())
            if (told.insert(warning).second) progress.message(fmt::format("warning: {}: {}", title(*run), warning));
        } catch (const Interrupted&) {
          store.give_up(run->id, RunStatus::planned, "interrupted; run again to go on");
          break;
        } catch (const std::exception& error) {
          message = error.what();
          bad_tracks = bad_tracks_of(*run, *tracks);
        }
        if (result && prepared.structure) add_structure(*result, *prepared.structure);
      }
      if (result) {
        result->wall_s = seconds_since(run_begin);
        for (const BadTrackRecord& track : result->bad_tracks) bad.insert(track.track);
        store.finish(run->id, *result);
        files.remove_checkpoints(run->id);
        ++summary.n_done;
      } else {
        store.give_up(run->id, RunStatus::failed, message, bad_tracks);
        progress.message(fmt::format("failed: {}: {}", title(*run), message));
        ++summary.n_failed;
      }
      progress.advance(++n_finished, title(*run));
    }
    progress.end();
    if (settings.fail_fast && summary.n_failed > 0) break;
    if (settings.interrupted()) {
      summary.interrupted = true;
      break;
    }
  }
  summary.n_bad_tracks = bad.size();
  summary.wall_s = seconds_since(begin);
  return summary;
}

}  // namespace genrebench
