#include "harness/run/prediction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "base/error.hpp"
#include "base/random.hpp"
#include "harness/plan/plan.hpp"
#include "harness/plan/same_runs.hpp"
#include "harness/plugin/stored_feature.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/fitted_runs.hpp"
#include "harness/run/fitting.hpp"
#include "harness/run/provenance.hpp"
#include "harness/run/run_data.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench {
namespace {

/// So many files are extracted and predicted together; their features are in memory at once.
constexpr std::size_t kBlock = 512;

/// Files as a dataset, so that their features come the same way as those of a run.
class Files final : public Dataset {
 public:
  explicit Files(const std::vector<std::filesystem::path>& files) {
    for (const std::filesystem::path& file : files)
      tracks_.push_back({.id = file.string(), .audio = file, .groups = {}, .features = {}});
  }
  const std::vector<std::string>& genres() const override { return genres_; }
  const std::vector<Track>& tracks() const override { return tracks_; }

 private:
  std::vector<std::string> genres_;
  std::vector<Track> tracks_;
};

}  // namespace

int FilePrediction::most_probable() const {
  Eigen::Index best = -1;
  if (probabilities.size() > 0) probabilities.maxCoeff(&best);
  return static_cast<int>(best);
}

StoredClassifier::StoredClassifier(const RunStore& store, const RunRecord& run,
                                   const Registry& registry, FileHashes& hashes,
                                   const PreparationSettings& settings, Progress& progress)
    : registry_(registry), hashes_(hashes), settings_(settings), progress_(progress) {
  const std::string id = short_id(run.id, kLongerId);
  if (run.status != RunStatus::done)
    throw ConfigError(fmt::format("run {} is {}; only a run that is done can predict", id,
                                  to_string(run.status)));
  if (run.origin == RunOrigin::imported)
    throw ConfigError(fmt::format(
        "run {} was imported: its predictions were made elsewhere, and it has no method", id));
  spec_ = RunSpec::from_parameters(run.parameters, run.seed, registry);
  if (spec_.segmentation())
    throw ConfigError(fmt::format("run {} is of task segmentation; it has no method", id));
  if (spec_.deformed())
    throw ConfigError(
        fmt::format("run {} tested deformed audio with the method of run {}; predict with that one",
                    id, short_id(facts::kCleanRun.of(run), kLongerId)));
  const auto feature =
      registry.features.get(spec_.features.name, "features").make(spec_.features.options);
  if (dynamic_cast<const StoredFeature*>(feature.get()) != nullptr)
    throw ConfigError(
        fmt::format("run {} learned from {} that were made elsewhere; it cannot hear audio", id,
                    spec_.features.name));
  if (feature->sample_rate_hz() == 0.0 && !feature->files())
    throw ConfigError(
        fmt::format("run {} learned from a table of features; it cannot hear audio", id));
  const std::vector<ArtifactRecord> artifacts = store.artifacts(run.id);
  if (!has_model(artifacts)) {
    // Networks depend on the number of threads.
    fit_again(run, recorded_threads(store.environment(run.id), run.id, settings.threads));
  } else {
    const MethodPlugin& plugin = registry.methods.get(spec_.method.name, "method");
    method_ = plugin.make(chosen_options(spec_, run), derive_seed(spec_.seed, "method"));
    method_->use_cache(method_cache());
    preprocessing_ = KeptModels(files_folder_of(store.file())).load(run.id, artifacts, *method_);
    if (preprocessing_.genres != facts::kGenres.of(run))
      throw DataError(
          fmt::format("{}: run {}: its kept model has other genres than the run recorded",
                      files_folder_of(store.file()).string(), id));
    const auto& temperature = preprocessing_.temperature;
    if ((temperature ? fmt::format("{}", *temperature) : "") != facts::kTemperature.of(run))
      throw DataError(
          fmt::format("{}: run {}: its kept model has another temperature than the run recorded",
                      files_folder_of(store.file()).string(), id));
  }
  if (spec_.options.permute_labels)
    notes_.push_back(fmt::format(
        "run {} learned permuted genres ({}); what it predicts means nothing", id, kPermuteLabels));
  if (facts::kUnit.of(run) == "excerpt")
    notes_.push_back(
        fmt::format("run {} tested some excerpts of a song and trained with others; these genres "
                    "are decided by all excerpts of a file",
                    id));
}

StoredClassifier::~StoredClassifier() = default;

MethodCache StoredClassifier::method_cache() const {
  return {.folder = method_cache_folder(settings_.cache_folder),
          .warn = [this](const std::string& message) { progress_.message("warning: " + message); }};
}

void StoredClassifier::fit_again(const RunRecord& run, int threads) {
  Experiment experiment{.name = "predict",
                        .description = {},
                        .source_file = fmt::format("run {}", short_id(run.id, kLongerId)),
                        .reports = {},
                        .runs = {spec_}};
  experiment.runs.front().prune = {};  // the run is done: there is nothing to stop
  const Plan plan = [&] {
    try {
      return make_plan(std::move(experiment), registry_, settings_.cache_folder, hashes_,
                       progress_);
    } catch (const DataError& error) {
      throw DataError(
          fmt::format("{}; the run kept no model and is fitted again, which needs its data: where "
                      "they have moved, add dataset.root=FOLDER",
                      error.what()));
    }
  }();
  same_runs_or_throw(plan.runs, std::span(&run, 1),
                     fmt::format("run {}: it kept no model, and cannot be fitted again",
                                 short_id(run.id, kLongerId)),
                     "run its experiment again, and predict with the new run");
  const PlannedRun& planned = plan.runs.front();
  progress_.note(fmt::format("{} keeps no model: fitting it again", spec_.method.name));
  const ExtractedTracks tracks = extract_run(planned, registry_, hashes_, settings_, progress_);
  const std::optional<ExtractedTracks> copies =
      extract_copies(planned, registry_, hashes_, settings_, progress_);
  const RunData data(planned, tracks, {.copies = copies ? &*copies : nullptr});
  FittedMethod fitted = fit_method(
      planned.spec, data.part(Part::train), data.part(Part::valid), registry_,
      {.threads = threads,
       .interrupted = settings_.interrupted ? settings_.interrupted : FitSettings().interrupted,
       .genres = planned.data->dataset->genres(),
       .cache = method_cache()});
  method_ = std::move(fitted.method);
  preprocessing_ = {.genres = planned.data->dataset->genres(),
                    .standardiser = data.standardiser(),
                    .temperature = fitted.temperature};
}

std::vector<FilePrediction> StoredClassifier::operator()(
    const std::vector<std::filesystem::path>& files) const {
  std::vector<FilePrediction> result;
  for (std::size_t begin = 0; begin < files.size(); begin += kBlock) {
    const auto first = files.begin() + static_cast<std::ptrdiff_t>(begin);
    std::vector<FilePrediction> block = predict_block(
        {first, first + static_cast<std::ptrdiff_t>(std::min(kBlock, files.size() - begin))});
    result.insert(result.end(), std::make_move_iterator(block.begin()),
                  std::make_move_iterator(block.end()));
  }
  return result;
}

std::vector<FilePrediction> StoredClassifier::predict_block(
    const std::vector<std::filesystem::path>& files) const {
  try {
    return predict_together(files);
  } catch (const DataError& error) {
    // Which file is at fault shows when each is asked for alone.
    if (files.size() == 1) {
      const std::string name = files.front().string(), what = error.what();
      return {{.file = files.front(), .error = what.starts_with(name) ? what : name + ": " + what}};
    }
  }
  std::vector<FilePrediction> result;
  for (const std::filesystem::path& file : files) result.push_back(predict_block({file}).front());
  return result;
}

std::vector<FilePrediction> StoredClassifier::predict_together(
    const std::vector<std::filesystem::path>& files) const {
  PlannedRun run{.spec = spec_, .id = {}, .data = {}, .split = {}, .not_applicable = {}};
  run.spec.dataset.name = "the files";
  auto data = std::make_shared<OpenDataset>();
  data->dataset = std::make_unique<Files>(files);
  for (const std::filesystem::path& file : files) {
    FileContent& content = data->files.emplace_back();
    try {
      content.hash = hashes_(file);
    } catch (const FileUnreadable& error) {
      content.error = error.what();
    }
  }
  run.data = std::move(data);
  ExtractedTracks tracks = extract_run(run, registry_, hashes_, settings_, progress_);

  Examples examples;
  examples.n_classes = static_cast<int>(genres().size());
  std::vector<FilePrediction> result;
  for (std::size_t t = 0; t < files.size(); ++t) {
    result.push_back({.file = files[t], .error = tracks.errors[t]});
    if (!result[t].error.empty()) continue;
    for (FeatureMatrix& feature : tracks.features[t]) {
      if (preprocessing_.standardiser) feature = (*preprocessing_.standardiser)(feature);
      examples.features.push_back(&feature);
      examples.tracks.push_back(static_cast<int>(t));
      if (tracks.files) examples.files.push_back(files[t]);
    }
  }
  if (examples.size() == 0) return result;
  TrackPredictions predictions = predict_tracks(*method_, examples, spec_.options.vote,
                                                fmt::format("method {}", spec_.method.name));
  calibrate(predictions, preprocessing_.temperature);
  for (std::size_t i = 0; i < predictions.tracks.size(); ++i) {
    FilePrediction& one = result[static_cast<std::size_t>(predictions.tracks[i])];
    one.label = predictions.labels[i];
    one.probabilities = predictions.probabilities.row(static_cast<Eigen::Index>(i)).transpose();
  }
  return result;
}

}  // namespace genrebench
