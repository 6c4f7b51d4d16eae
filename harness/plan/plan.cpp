#include "harness/plan/plan.hpp"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "harness/data/section_scoring.hpp"
#include "harness/experiment/run_parameters.hpp"
#include "harness/plan/identity.hpp"
#include "harness/plan/one_genre.hpp"
#include "harness/plan/repeats.hpp"
#include "harness/plan/split_draws.hpp"
#include "harness/plan/usable_parts.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {
namespace {

/// What a plan needs to know of a feature. Making one may take a table of filters.
struct FeatureFacts {
  bool sequence = false;
  double sample_rate_hz = 0.0;                       ///< 0: it reads no audio
  bool files = false;                                ///< Feature::files()
  std::shared_ptr<const StoredFeature> stored = {};  ///< null: it has no files of its own
};

/// @param notes  receives what the feature says of its options
FeatureFacts facts_of(const PluginChoice& choice, const Registry& registry,
                      std::vector<std::string>& notes) {
  const std::shared_ptr<const Feature> feature =
      registry.features.get(choice.name, "features").make(choice.options);
  for (const std::string& note : feature->notes())
    notes.push_back(fmt::format("features {}: {}", choice.name, note));
  return {.sequence = feature->sequence(),
          .sample_rate_hz = feature->sample_rate_hz(),
          .files = feature->files(),
          .stored = std::dynamic_pointer_cast<const StoredFeature>(feature)};
}

bool segments(const PluginChoice& choice, const Registry& registry) {
  const auto excerpt = registry.excerpts.get(choice.name, "excerpt").make(choice.options);
  return dynamic_cast<const SegmentingExcerpt*>(excerpt.get()) != nullptr;
}

/// A hash of what is known of every track's sections, against which sections are scored.
std::string truth_of_sections(const Dataset& dataset) {
  std::string text;
  for (const Track& track : dataset.tracks()) {
    text += list_text({"track", track.id}) + "\n";
    bool first = true;
    for (const std::vector<Section>& sections : dataset.annotations(track)) {
      if (!first) text += "another annotator\n";
      first = false;
      for (const Section& section : sections)
        text +=
            fmt::format("{} {} {}\n", section.start_s, section.end_s, list_text({section.label}));
    }
  }
  return content_hash(text);
}

/// @throws ConfigError  if files are to be segmented and tracks are spans of them
void refuse_spans(const RunSpec& spec, const Dataset& dataset) {
  for (const Track& track : dataset.tracks())
    if (!track.is_whole_file())
      throw ConfigError(
          fmt::format("excerpt {}: cuts whole files, and the track '{}' of the dataset {} is a "
                      "span of a longer file; take another excerpt",
                      spec.excerpt.name, track.id, spec.dataset.name));
}

/// @throws ConfigError  if the sections of a run of task segmentation cannot be scored
void check_segmentation(const RunSpec& spec, bool segmenting, const Dataset& dataset) {
  if (!segmenting)
    throw ConfigError(
        fmt::format("task segmentation: the excerpt {} does not segment; use excerpt.name: sem",
                    spec.excerpt.name));
  if (!knows_sections(dataset))
    throw ConfigError(
        fmt::format("task segmentation: the dataset {} knows no sections; use synthetic or medley, "
                    "or set dataset.sections_from to a folder of annotations",
                    spec.dataset.name));
  if (spec.prune.on())
    throw ConfigError("prune: a run of task segmentation trains nothing; leave out prune");
  if (spec.options.permute_labels)
    throw ConfigError(
        "sanity.permute_labels: a run of task segmentation learns no genres; leave it out");
  if (spec.options.calibrate != Calibrate::none)
    throw ConfigError(
        fmt::format("calibrate: a run of task segmentation predicts no probabilities; leave out "
                    "calibrate, found {}",
                    to_string(spec.options.calibrate)));
}

/// @throws ConfigError  if something needs a validation part, and the split has none
void check_validation_part(const RunSpec& spec, const Split& split, const std::string& what) {
  if (!split.has(Part::valid))
    throw ConfigError(
        fmt::format("{} needs a validation part, and the split {} has none; set "
                    "split.valid_fraction (or validation_fold), or take another split",
                    what, spec.split.name));
}

/// @throws ConfigError  if the run is to be pruned and cannot be
void check_pruning(const RunSpec& spec, const Split& split) {
  if (!spec.prune.on()) return;
  if (spec.deformed())
    throw ConfigError(
        fmt::format("prune: the deformation {} needs the model of the run without it, which must "
                    "be fitted to the end; leave out prune or deform",
                    spec.deform.name));
  if (!spec.method.options.contains("epochs"))
    throw ConfigError(
        fmt::format("prune: the method {} is not trained by epochs; leave out prune, or take a "
                    "method with the option epochs",
                    spec.method.name));
  if (!spec.tune.empty())
    throw ConfigError(
        fmt::format("prune: method.tune trains the method {} several times in one run, which "
                    "cannot be compared; sweep over the values instead",
                    spec.method.name));
  check_validation_part(spec, split, "prune");
}

/// Why a method cannot take what a feature gives; empty if it can.
std::string why_not(const RunSpec& spec, const FeatureFacts& feature, const Registry& registry) {
  const MethodPlugin& method = registry.methods.get(spec.method.name, "method");
  if (feature.files && !method.takes_files)
    return fmt::format(
        "the method {} learns from numbers, but {} gives sound files; take a feature that gives "
        "numbers, or a method that takes files, such as command",
        method.name, spec.features.name);
  if (feature.sequence && !method.takes_sequences)
    return fmt::format(
        "the method {} needs one vector per excerpt, but {} gives a sequence of frames; set "
        "features.{}",
        method.name, spec.features.name,
        spec.features.options.contains("pool") ? "pool" : "summary");
  return {};
}

/// Why the audio of a run cannot be deformed; empty if it can, or if nothing deforms it.
std::string why_not_deformed(const RunSpec& spec, const FeatureFacts& feature, const Split& split,
                             bool segmenting, const Registry& registry) {
  const PluginChoice& any = spec.deformed() ? spec.deform : spec.deform_train;
  if (any.name.empty()) return {};
  const std::string what = fmt::format("the deformation {}", any.name);
  if (feature.sample_rate_hz == 0.0)
    return fmt::format("{} changes audio, and the features {} are not computed from audio", what,
                       spec.features.name);
  if (segmenting)
    return fmt::format(
        "{} changes audio in memory, and the excerpt {} reads files; take another "
        "excerpt",
        what, spec.excerpt.name);
  if (split.excerpts)
    return fmt::format("{} needs whole tracks in one part, and the split divides their excerpts",
                       what);
  if (registry.methods.get(spec.method.name, "method").takes_files)
    return fmt::format(
        "the method {} is started once with all it predicts, and cannot use the "
        "model of another run",
        spec.method.name);
  return {};
}

/// One value per key, made when it is first asked for.
template <typename Key, typename Value>
class Once {
 public:
  template <typename Make>
  const Value& operator()(const Key& key, const Make& make) {
    auto place = values_.find(key);
    if (place == values_.end()) place = values_.emplace(key, make()).first;
    return place->second;
  }

 private:
  std::map<Key, Value> values_;
};

/// Plans one run after the other. What runs share is made once: datasets, splits, hashes.
class Planner {
 public:
  /// @param runs  all that will be planned
  Planner(const Registry& registry, const std::vector<RunSpec>& runs,
          const std::filesystem::path& cache_folder, FileHashes& hashes, Progress& progress)
      : registry_(registry),
        cache_folder_(cache_folder),
        hashes_(hashes),
        progress_(progress),
        splits_(registry, runs),
        excerpt_fit_(registry) {}

  PlannedRun plan(RunSpec spec) {
    PlannedRun run{
        .spec = std::move(spec), .id = {}, .data = {}, .split = {}, .not_applicable = {}};
    run.data = datasets_(run.spec.dataset, [&] { return open(run.spec.dataset); });
    Identity identity(run.data->fingerprint, run.spec, registry_);
    if (!run.data->external_decoder.empty())
      identity.add("external decoder", run.data->external_decoder);
    const bool segmenting =
        segmenting_(run.spec.excerpt, [&] { return segments(run.spec.excerpt, registry_); });
    if (segmenting) refuse_spans(run.spec, *run.data->dataset);
    if (segmenting && knows_sections(*run.data->dataset))
      identity.add("sections",
                   truths_(run.data.get(), [&] { return truth_of_sections(*run.data->dataset); }));
    if (run.spec.segmentation())
      check_segmentation(run.spec, segmenting, *run.data->dataset);
    else
      plan_classification(run, identity, segmenting);
    run.id = identity.id();
    add_clean(run);
    return run;
  }

  /// What the run needs besides its own id, if its test part is deformed: the clean run.
  void add_clean(PlannedRun& run) {
    if (!run.spec.deformed()) return;
    const RunSpec clean = clean_twin(run.spec);
    run.clean = clean_({parameters_text(clean, registry_), clean.seed},
                       [&] { return std::make_shared<const PlannedRun>(plan(clean)); });
  }

  /// What the datasets of the plan have to say, each after the dataset's name.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  std::shared_ptr<const OpenDataset> open(const PluginChoice& choice) {
    auto data = open_dataset(choice, registry_, cache_folder_, hashes_, progress_);
    for (const std::string& note : data->dataset->notes())
      notes_.push_back(fmt::format("dataset {}: {}", choice.name, note));
    return data;
  }

  /// Draws the split, and checks that the plug-ins go together.
  void plan_classification(PlannedRun& run, Identity& identity, bool segmenting) {
    const RunSpec& spec = run.spec;
    several_genres_(run.data.get(),
                    [&] { return refuse_one_genre(*run.data->dataset, spec.dataset), true; });
    const FeatureFacts& feature =
        features_(spec.features, [&] { return facts_of(spec.features, registry_, notes_); });
    run.not_applicable = why_not(spec, feature, registry_);
    if (const auto& check = registry_.methods.get(spec.method.name, "method").check)
      check(spec.method.options);
    const DrawnSplit& drawn = splits_.of(spec, *run.data);
    run.split = drawn.split;
    if (!spec.tune.empty())
      check_validation_part(spec, *run.split, fmt::format("method {}: tune", spec.method.name));
    if (spec.options.calibrate != Calibrate::none)
      check_validation_part(spec, *run.split,
                            fmt::format("calibrate: {}", to_string(spec.options.calibrate)));
    check_pruning(spec, *run.split);
    check_deformations(spec);
    if (run.not_applicable.empty())
      run.not_applicable = why_not_deformed(spec, feature, *run.split, segmenting, registry_);
    excerpt_fit_.require(spec, *run.data, *run.split, feature.sample_rate_hz);
    identity.add("division", drawn.division);
    for (const auto& [key, file] : spec.content_files(registry_)) {
      run.content_files[key] = {.file = file, .hash = hashes_(file)};
      identity.add(key + " content", run.content_files[key].hash);
    }
    if (feature.stored) {
      run.stored = numbers_({run.data.get(), spec.features}, [&] {
        return std::make_shared<const StoredContent>(
            stored_content(*feature.stored, spec.features.name, *run.data->dataset, hashes_));
      });
      identity.add("features content", run.stored->hash);
    }
  }

  /// @throws ConfigError  as the plug-ins do for options that do not go together
  void check_deformations(const RunSpec& spec) {
    for (const PluginChoice* choice : {&spec.deform, &spec.deform_train})
      if (!choice->name.empty())
        deformations_(*choice, [&] {
          return registry_.deformations.get(choice->name, "deform").make(choice->options), true;
        });
  }

  const Registry& registry_;
  const std::filesystem::path& cache_folder_;
  FileHashes& hashes_;
  Progress& progress_;
  Once<PluginChoice, std::shared_ptr<const OpenDataset>> datasets_;
  SplitDraws splits_;
  Once<PluginChoice, bool> segmenting_;  ///< of excerpt plug-ins
  Once<PluginChoice, FeatureFacts> features_;
  Once<std::tuple<const OpenDataset*, PluginChoice>, std::shared_ptr<const StoredContent>> numbers_;
  ExcerptFit excerpt_fit_;
  std::vector<std::string> notes_;
  Once<const OpenDataset*, std::string> truths_;
  Once<const OpenDataset*, bool> several_genres_;
  Once<PluginChoice, bool> deformations_;  ///< true: its options were checked
  /// Runs without their deformation, by configuration and seed.
  Once<std::tuple<std::string, std::uint64_t>, std::shared_ptr<const PlannedRun>> clean_;
};

}  // namespace

Plan make_plan(Experiment experiment, const Registry& registry,
               const std::filesystem::path& cache_folder, FileHashes& hashes, Progress& progress) {
  Plan plan;
  Planner planner(registry, experiment.runs, cache_folder, hashes, progress);
  Repeats repeats(experiment, registry);
  plan.runs.reserve(experiment.runs.size());
  std::size_t n_applicable = 0;
  for (RunSpec& spec : experiment.runs) {
    plan.runs.push_back(planner.plan(std::move(spec)));
    n_applicable += plan.runs.back().not_applicable.empty();
    if (repeats.is_one(plan.runs)) plan.runs.pop_back();
  }
  if (const std::string text = repeats.in_words(); !text.empty()) progress.note(text);
  if (n_applicable == 0 && !plan.runs.empty())
    throw ConfigError(fmt::format("{}: no run can be made: {}", experiment.source_file,
                                  plan.runs.front().not_applicable));
  plan.notes = planner.notes();
  experiment.runs.clear();
  plan.experiment = std::move(experiment);
  return plan;
}

ExperimentRecord Plan::record() const {
  return {.name = experiment.name,
          .description = experiment.description,
          .source_file = experiment.source_file,
          .created_at = {},
          .run_ids = {}};
}

std::vector<RunRecord> Plan::records(const Registry& registry) const {
  std::vector<RunRecord> result;
  for (const PlannedRun& run : runs) {
    RunRecord record;
    record.id = run.id;
    record.seed = run.spec.seed;
    record.dataset_fingerprint = run.data->fingerprint;
    record.parameters = run.spec.parameters(registry);
    std::map<std::string, std::vector<std::string>> hashes;
    for (const auto& [key, content] : run.content_files)
      hashes[option_of_content(key)].push_back(content.hash);
    for (const auto& [key, all] : hashes)
      record.parameters[key + std::string(kContentSuffix)] =
          all.size() == 1 ? all.front() : content_hash(list_text(all));
    if (run.stored)
      record.parameters["features.root" + std::string(kContentSuffix)] = run.stored->hash;
    result.push_back(std::move(record));
  }
  return result;
}

}  // namespace genrebench
