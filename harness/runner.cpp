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
#include "harness/structure.hpp"
#include "signal/error.hpp"
#include "signal/random.hpp"

namespace genrebench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// Collects what a method reports.
class Recorder final : public FitContext {
 public:
  void curve(const std::string& metric, const std::string& split, std::int64_t step, double value) override {
    metrics.push_back({split, metric, step, value});
  }
  void note(const std::string& name, double value) override { facts["fit." + name] = fmt::format("{}", value); }
  void warn(const std::string& message) override { warnings.push_back(message); }

  std::vector<MetricRecord> metrics;
  std::map<std::string, std::string> facts;
  std::vector<std::string> warnings;
};

/// One part of a split, as a method sees it, with what only the harness may see.
struct PartData {
  Examples examples;       ///< labels empty for test
  std::vector<int> truth;  ///< class of each track, by index of track
};

struct Candidate {
  OptionValues options;
  std::string name;  ///< "c=1,gamma=0.1"
};

/// Every combination of the values to try, last option fastest.
std::vector<Candidate> candidates(const RunSpec& spec) {
  std::vector<Candidate> result = {{spec.method.options, ""}};
  for (const auto& [option, values] : spec.tune) {
    std::vector<Candidate> longer;
    for (const Candidate& candidate : result)
      for (const OptionValue& value : values) {
        Candidate next = candidate;
        next.options[option] = value;
        next.name += fmt::format("{}{}={}", next.name.empty() ? "" : ",", option, to_string(value));
        longer.push_back(std::move(next));
      }
    result = std::move(longer);
  }
  return result;
}

/// Fits and evaluates one run.
class SingleRun {
 public:
  SingleRun(const PlannedRun& run, const ExtractedTracks& tracks, const Registry& registry)
      : run_(run), tracks_(tracks), registry_(registry), dataset_(*run.data->dataset) {}

  RunResult operator()() {
    collect_bad_tracks();
    if (run_.spec.options.on_bad_track == "fail" && !result_.bad_tracks.empty())
      throw DataError(fmt::format("{} (and on_bad_track is fail; {} in all)", result_.bad_tracks.front().message,
                                  result_.bad_tracks.size()));
    prepare_features();
    const PartData train = part(Part::train), valid = part(Part::valid), test = part(Part::test);
    require(train, Part::train);
    require(test, Part::test);

    const std::unique_ptr<Method> method = choose_method(train, valid);
    evaluate(*method, Part::train, train);
    if (valid.examples.size() > 0) evaluate(*method, Part::valid, valid);
    // The only look at the test part, after everything is chosen.
    evaluate(*method, Part::test, test);

    describe(train, valid, test);
    return std::move(result_);
  }

  const std::vector<BadTrackRecord>& bad_tracks() const { return result_.bad_tracks; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  bool used(std::size_t track) const { return run_.split->parts[track] != Part::none && tracks_.errors[track].empty(); }

  void collect_bad_tracks() {
    for (std::size_t t = 0; t < tracks_.errors.size(); ++t)
      if (run_.split->parts[t] != Part::none && !tracks_.errors[t].empty())
        result_.bad_tracks.push_back({dataset_.tracks()[t].id, tracks_.errors[t]});
  }

  void prepare_features() {
    features_.resize(tracks_.features.size());
    std::vector<const FeatureMatrix*> train;
    for (std::size_t t = 0; t < features_.size(); ++t)
      if (used(t))
        for (const FeatureMatrix& feature : tracks_.features[t]) {
          if (run_.split->parts[t] == Part::train) train.push_back(&feature);
          if (!run_.spec.options.standardise) features_[t].push_back(&feature);
        }
    if (!run_.spec.options.standardise || train.empty()) return;
    const Standardiser standardise(train);
    standardised_.resize(features_.size());
    for (std::size_t t = 0; t < features_.size(); ++t)
      if (used(t)) {
        standardised_[t].reserve(tracks_.features[t].size());
        for (const FeatureMatrix& feature : tracks_.features[t])
          features_[t].push_back(&standardised_[t].emplace_back(standardise(feature)));
      }
  }

  PartData part(Part which) const {
    PartData data;
    data.examples.n_classes = static_cast<int>(dataset_.genres().size());
    data.truth.resize(features_.size(), -1);
    for (std::size_t t = 0; t < features_.size(); ++t) {
      if (!used(t) || run_.split->parts[t] != which) continue;
      data.truth[t] = dataset_.tracks()[t].genre;
      for (const FeatureMatrix* feature : features_[t]) {
        data.examples.features.push_back(feature);
        data.examples.tracks.push_back(static_cast<int>(t));
        if (which != Part::test) data.examples.labels.push_back(data.truth[t]);
      }
    }
    return data;
  }

  void require(const PartData& data, Part which) const {
    if (data.examples.size() == 0)
      throw DataError(fmt::format("no usable track is left in the {} part ({} bad tracks)", to_string(which), result_.bad_tracks.size()));
  }

  TrackPredictions predict(const Method& method, const PartData& data) const {
    Examples unlabelled = data.examples;
    unlabelled.labels.clear();
    const Predictions predictions = method.predict(unlabelled);
    return vote(predictions, data.examples.tracks, run_.spec.options.vote);
  }

  std::unique_ptr<Method> choose_method(const PartData& train, const PartData& valid) {
    const MethodPlugin& plugin = registry_.methods.get(run_.spec.method.name, "method");
    std::unique_ptr<Method> best;
    Recorder best_record;
    const Candidate* chosen = nullptr;
    double best_accuracy = -1.0;
    const std::vector<Candidate> all = candidates(run_.spec);
    for (const Candidate& candidate : all) {
      std::unique_ptr<Method> method = plugin.make(candidate.options, derive_seed(run_.spec.seed, "method"));
      Recorder record;
      method->fit(train.examples, valid.examples, record);
      double score = 0.0;
      if (all.size() > 1) {
        score = accuracy(confusion(predict(*method, valid), valid));
        result_.metrics.push_back({"valid", "tune/" + candidate.name, -1, score});
      }
      if (score > best_accuracy) {
        best = std::move(method);
        best_record = std::move(record);
        best_accuracy = score;
        chosen = &candidate;
      }
    }
    for (const auto& [option, values] : run_.spec.tune) result_.facts["tuned." + option] = to_string(chosen->options.at(option));
    std::move(best_record.metrics.begin(), best_record.metrics.end(), std::back_inserter(result_.metrics));
    result_.facts.merge(best_record.facts);
    warnings_ = std::move(best_record.warnings);
    if (!warnings_.empty()) result_.facts["fit.warnings"] = fmt::format("{}", fmt::join(warnings_, "\n"));
    return best;
  }

  std::vector<int> truth_of(const TrackPredictions& predictions, const PartData& data) const {
    std::vector<int> truth;
    for (const int t : predictions.tracks) truth.push_back(data.truth[static_cast<std::size_t>(t)]);
    return truth;
  }

  Eigen::MatrixXi confusion(const TrackPredictions& predictions, const PartData& data) const {
    return confusion_matrix(truth_of(predictions, data), predictions.labels, data.examples.n_classes);
  }

  void evaluate(const Method& method, Part which, const PartData& data) {
    const TrackPredictions predictions = predict(method, data);
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
    facts["split.groups"] = fmt::format("{}", fmt::join(run_.split->groups, ","));
    facts["split.notes"] = fmt::format("{}", fmt::join(run_.split->notes, "\n"));
  }

  const PlannedRun& run_;
  const ExtractedTracks& tracks_;
  const Registry& registry_;
  const Dataset& dataset_;
  std::vector<std::vector<FeatureMatrix>> standardised_;
  std::vector<std::vector<const FeatureMatrix*>> features_;
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

Prepared prepare(const PlannedRun& run, const Registry& registry, const FeatureCache& cache, FileHashes& hashes,
                 const RunnerSettings& settings, Progress& progress) {
  Prepared prepared;
  const RunSpec& spec = run.spec;
  const Dataset& dataset = *run.data->dataset;
  const auto advance = [&](std::size_t done, std::size_t) { progress.advance(done); };
  try {
    const auto excerpt = registry.excerpts.get(spec.excerpt.name, "excerpt").make(spec.excerpt.options);
    const auto* segmenting = dynamic_cast<const SegmentingExcerpt*>(excerpt.get());
    std::optional<FoundSections> sections;
    if (segmenting != nullptr)
      sections.emplace(*segmenting, settings.cache_folder.empty() ? std::filesystem::path() : settings.cache_folder / "sections", hashes);
    if (sections && knows_sections(dataset)) {
      progress.begin(fmt::format("sections of {} by {}", spec.dataset.name, spec.excerpt.name), dataset.tracks().size());
      prepared.structure = score_dataset(dataset, *sections, {.known_clusters = spec.options.known_clusters, .threads = settings.threads, .progress = advance,
                                                             .interrupted = settings.interrupted});
      progress.end();
    }
    if (!spec.segmentation()) {
      progress.begin(fmt::format("features {} of {}, excerpt {}", spec.features.name, spec.dataset.name, spec.excerpt.name), dataset.tracks().size());
      prepared.tracks = extract_all(dataset, spec.excerpt, spec.features, registry, cache, hashes,
                                    {.threads = settings.threads, .sections = sections ? &*sections : nullptr, .progress = advance,
                                     .interrupted = settings.interrupted});
    }
  } catch (const ConfigError& error) {
    prepared.failure = error.what();
  }
  progress.end();
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
  const FeatureCache cache(settings.cache_folder.empty() ? std::filesystem::path() : settings.cache_folder / "features");
  std::set<std::string> told;  // what needs saying once
  std::set<std::string> bad;
  std::size_t n_finished = 0;

  for (const std::string& key : order) {
    const std::vector<const PlannedRun*>& runs = pending[key];
    const PlannedRun& first = *runs.front();
    const Prepared prepared = prepare(first, registry, cache, hashes, settings, progress);
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
        SingleRun single(*run, *tracks, registry);
        try {
          result = single();
        } catch (const std::exception& error) {
          message = error.what();
          bad_tracks = single.bad_tracks();
        }
        for (const std::string& warning : single.warnings())
          if (told.insert(warning).second) progress.message(fmt::format("warning: {}: {}", title(*run), warning));
        if (result && prepared.structure) add_structure(*result, *prepared.structure);
      }
      if (result) {
        result->wall_s = seconds_since(run_begin);
        for (const BadTrackRecord& track : result->bad_tracks) bad.insert(track.track);
        store.finish(run->id, *result);
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
