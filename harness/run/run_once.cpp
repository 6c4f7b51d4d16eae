#include "harness/run/run_once.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "harness/grouping/grouping.hpp"
#include "harness/run/evaluation.hpp"
#include "harness/run/run_data.hpp"

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
        data_(run, tracks),
        clusters_(evaluation_clusters(dataset_)) {}

  Outcome operator()(const FitSettings& settings) {
    result_.bad_tracks = data_.bad_tracks();
    const PartData train = data_.part(Part::train), valid = data_.part(Part::valid),
                   test = data_.part(Part::test);
    FittedMethod fitted = fit(train, valid, settings);
    result_.metrics = std::move(fitted.metrics);
    result_.facts = std::move(fitted.facts);
    if (!fitted.warnings.empty()) result_.facts["fit.warnings"] = list_text(fitted.warnings);

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
                              .cluster = clusters_[t]};
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

  /// Numbers of tracks by genre, in class order, as a list.
  std::string tracks_by_genre(const PartData& data) const {
    std::vector<std::size_t> counts(dataset_.genres().size());
    for (const int t : std::set(data.examples.tracks.begin(), data.examples.tracks.end()))
      ++counts[static_cast<std::size_t>(data.truth[static_cast<std::size_t>(t)])];
    std::vector<std::string> texts;
    for (const std::size_t count : counts) texts.push_back(std::to_string(count));
    return list_text(texts);
  }

  void describe(const PartData& train, const PartData& valid, const PartData& test) {
    const auto n_tracks = [](const PartData& data) {
      return std::to_string(
          std::set(data.examples.tracks.begin(), data.examples.tracks.end()).size());
    };
    auto& facts = result_.facts;
    facts["dataset.genres"] = list_text(dataset_.genres());
    facts["dataset.n_tracks"] = std::to_string(dataset_.tracks().size());
    facts["split.clusters"] = evaluation_cluster_kind(dataset_);
    facts["split.n_train"] = n_tracks(train);
    facts["split.n_valid"] = n_tracks(valid);
    facts["split.n_test"] = n_tracks(test);
    facts["split.train_by_genre"] = tracks_by_genre(train);
    facts["split.test_by_genre"] = tracks_by_genre(test);
    facts["split.n_train_examples"] = std::to_string(train.examples.size());
    facts["split.leaky"] = run_.split->leaky ? "true" : "false";
    facts["split.unit"] = run_.split->excerpts ? "excerpt" : "track";
    facts["split.division"] = division_hash(*run_.split);
    facts["split.apart"] = list_text(run_.split->apart);
    facts["split.groups"] = list_text(run_.split->groups);
    facts["split.notes"] = list_text(run_.split->notes);
  }

  const PlannedRun& run_;
  const Dataset& dataset_;
  const Registry& registry_;
  const KeepModel& keep_;
  RunData data_;
  std::vector<std::string> clusters_;  ///< of each track
  RunResult result_;
};

TrackLoop track_loop(const PreparationSettings& settings, Progress& progress) {
  return {.threads = settings.threads,
          .track_order = settings.track_order,
          .progress = [&](std::size_t done, std::size_t) { progress.advance(done); },
          .interrupted = settings.interrupted};
}

std::unique_ptr<SectionCache> sections_of(const Excerpt& excerpt, FileHashes& hashes,
                                          const PreparationSettings& settings) {
  std::unique_ptr<SectionCache> sections;
  if (const auto* segmenting = dynamic_cast<const SegmentingExcerpt*>(&excerpt))
    sections = std::make_unique<SectionCache>(*segmenting,
                                              settings.cache_folder.empty()
                                                  ? std::filesystem::path()
                                                  : settings.cache_folder / "sections",
                                              hashes);
  return sections;
}

ExtractedTracks extract_with(SectionCache* sections, const PlannedRun& run,
                             const Registry& registry, FileHashes& hashes,
                             const PreparationSettings& settings, Progress& progress) {
  const RunSpec& spec = run.spec;
  const FeatureCache cache(settings.cache_folder.empty() ? std::filesystem::path()
                                                         : settings.cache_folder / "features");
  progress.begin(fmt::format("features {} of {}, excerpt {}", spec.features.name, spec.dataset.name,
                             spec.excerpt.name),
                 run.data->dataset->tracks().size());
  ExtractedTracks tracks = extract_all({.data = *run.data,
                                        .excerpt = spec.excerpt,
                                        .features = spec.features,
                                        .registry = registry,
                                        .cache = cache,
                                        .hashes = hashes,
                                        .sections = sections},
                                       track_loop(settings, progress));
  progress.end();
  return tracks;
}

void add_structure(RunResult& result, const ScoredSections& structure) {
  result.metrics.insert(result.metrics.end(), structure.metrics.begin(), structure.metrics.end());
  result.facts["structure.n_tracks"] = std::to_string(structure.n_tracks);
  result.facts["structure.example"] = structure.example;
  if (!structure.sources.empty())
    result.facts["structure.sources"] =
        nlohmann::json(structure.sources)
            .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The result of a run of task segmentation.
RunResult structure_result(const PlannedRun& run, const ScoredSections& structure) {
  if (run.spec.options.on_bad_track == OnBadTrack::fail && !structure.bad_tracks.empty())
    throw DataError(fmt::format("{} (and on_bad_track is fail; {} in all)",
                                structure.bad_tracks.front().message, structure.bad_tracks.size()));
  if (structure.n_tracks == 0)
    throw DataError(
        fmt::format("no track could be segmented ({} bad tracks)", structure.bad_tracks.size()));
  RunResult result;
  result.bad_tracks = structure.bad_tracks;
  result.facts["dataset.n_tracks"] = std::to_string(run.data->dataset->tracks().size());
  add_structure(result, structure);
  return result;
}

}  // namespace

std::vector<std::string> Prepared::bad_tracks() const {
  std::vector<std::string> messages;
  if (tracks) {
    std::copy_if(tracks->errors.begin(), tracks->errors.end(), std::back_inserter(messages),
                 [](const std::string& error) { return !error.empty(); });
  } else if (structure) {
    for (const BadTrackRecord& track : structure->bad_tracks) messages.push_back(track.message);
  }
  return messages;
}

std::string title(const PlannedRun& run) {
  if (run.spec.segmentation())
    return fmt::format("sections of {} by {}, seed {}", run.spec.dataset.name,
                       run.spec.excerpt.name, run.spec.seed);
  return fmt::format("{} on {} of {}, seed {}", run.spec.method.name, run.spec.excerpt.name,
                     run.spec.dataset.name, run.spec.seed);
}

std::string preparation_key(const PlannedRun& run) {
  std::string key = run.data->fingerprint + (run.spec.segmentation() ? "\nsegmentation" : "") +
                    (run.spec.options.known_clusters ? " known" : "");
  for (const PluginChoice* choice : {&run.spec.excerpt, &run.spec.features}) {
    key += "\n" + choice->name;
    for (const auto& [name, value] : choice->options)
      key += fmt::format("\n{}={}", name, to_string(value));
  }
  return key;
}

Prepared prepare(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                 const PreparationSettings& settings, Progress& progress) {
  Prepared prepared;
  const RunSpec& spec = run.spec;
  const Dataset& dataset = *run.data->dataset;
  try {
    const auto excerpt =
        registry.excerpts.get(spec.excerpt.name, "excerpt").make(spec.excerpt.options);
    const std::unique_ptr<SectionCache> sections = sections_of(*excerpt, hashes, settings);
    if (sections && knows_sections(dataset)) {
      progress.begin(fmt::format("sections of {} by {}", spec.dataset.name, spec.excerpt.name),
                     dataset.tracks().size());
      prepared.structure = score_dataset(*run.data, *sections, spec.options.known_clusters,
                                         track_loop(settings, progress));
      progress.end();
    }
    if (!spec.segmentation())
      prepared.tracks = extract_with(sections.get(), run, registry, hashes, settings, progress);
    if (sections) {
      prepared.n_sections_cached = sections->n_cached();
      prepared.n_sections_computed = sections->n_computed();
    }
  } catch (const ConfigError&) {
    prepared.failure = std::current_exception();
    progress.end();
  } catch (const FileUnreadable& error) {
    prepared.failure = std::current_exception();
    prepared.unreadable = error.file();
    progress.end();
  } catch (const DataError&) {
    prepared.failure = std::current_exception();
    progress.end();
  }
  return prepared;
}

ExtractedTracks extract_run(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                            const PreparationSettings& settings, Progress& progress) {
  const auto excerpt =
      registry.excerpts.get(run.spec.excerpt.name, "excerpt").make(run.spec.excerpt.options);
  const std::unique_ptr<SectionCache> sections = sections_of(*excerpt, hashes, settings);
  return extract_with(sections.get(), run, registry, hashes, settings, progress);
}

Outcome run_once(const PlannedRun& run, const Prepared& prepared, const Registry& registry,
                 const FitSettings& settings, const KeepModel& keep) {
  if (prepared.failure) std::rethrow_exception(prepared.failure);
  if (run.spec.segmentation()) return {structure_result(run, prepared.structure.value()), {}};
  Outcome outcome = SingleRun(run, prepared.tracks.value(), registry, keep)(settings);
  if (prepared.structure) add_structure(outcome.result, *prepared.structure);
  return outcome;
}

RunFailure failure_of(const PlannedRun& run, const Prepared& prepared,
                      const std::exception& error) {
  RunFailure failure{.message = error.what(), .bad_tracks = {}};
  if (run.spec.segmentation() && prepared.structure)
    failure.bad_tracks = prepared.structure->bad_tracks;
  if (!run.spec.segmentation() && prepared.tracks)
    failure.bad_tracks = bad_tracks_of(run, *prepared.tracks);
  return failure;
}

}  // namespace genrebench
