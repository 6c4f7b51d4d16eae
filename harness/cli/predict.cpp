// `genrebench predict`: the genres of new songs, by the method of a stored run.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "harness/cli/commands.hpp"
#include "harness/cli/console.hpp"
#include "harness/cli/json_output.hpp"
#include "harness/cli/stored_runs.hpp"
#include "harness/extraction.hpp"
#include "harness/fitting.hpp"
#include "harness/run_files.hpp"
#include "harness/run_once.hpp"
#include "signal/random.hpp"

namespace genrebench::cli {
namespace {

struct Classifier {
  std::unique_ptr<Method> method;
  Preprocessing preprocessing;
};

/// The run's method, fitted again: for methods that keep no file.
Classifier fit_again(const RunRecord& run, const RunSpec& spec, const Registry& registry, const CommonOptions& common, Progress& progress) {
  FileHashes hashes(common.cache_folder.empty() ? std::filesystem::path() : common.cache_folder / "content_hashes.tsv");
  Experiment experiment{.name = "predict", .description = {}, .source_file = fmt::format("run {}", run.id.substr(0, 12)), .reports = {}, .runs = {spec}};
  const Plan plan = make_plan(std::move(experiment), registry, common.cache_folder, hashes, progress);
  const PlannedRun& planned = plan.runs.front();
  if (planned.id != run.id)
    throw DataError(fmt::format("run {}: it kept no model, and to fit it again its data and this version of genrebench must be those of "
                                "the run, but they give the run {}",
                                run.id.substr(0, 12), planned.id.substr(0, 12)));
  progress.message(fmt::format("{} keeps no model: fitting it again", spec.method.name));
  const ExtractedTracks tracks = extract_run(planned, registry, hashes, {.cache_folder = common.cache_folder, .threads = common.threads}, progress);
  const RunData data(planned, tracks);
  FittedMethod fitted = fit_method(planned.spec, data.part(Part::train), data.part(Part::valid), registry, {.threads = common.threads});
  return {std::move(fitted.method), {.genres = planned.data->dataset->genres(), .standardiser = data.standardiser()}};
}

Classifier stored_classifier(const RunStore& store, const RunRecord& run, RunSpec& spec, const Registry& registry, const CommonOptions& common,
                             Progress& progress) {
  const std::vector<ArtifactRecord> artifacts = store.artifacts(run.id);
  if (artifacts.empty()) return fit_again(run, spec, registry, common, progress);
  const MethodPlugin& plugin = registry.methods.get(spec.method.name, "method");
  for (const auto& [option, values] : spec.tune)
    for (const OptionValue& value : values)
      if (to_string(value) == run.fact("tuned." + option)) spec.method.options[option] = value;
  Classifier result{plugin.make(spec.method.options, derive_seed(spec.seed, "method")), {}};
  result.preprocessing = RunFiles::beside(common.database).load(run.id, artifacts, *result.method);
  return result;
}

Eigen::VectorXd predict_file(const std::filesystem::path& file, const RunSpec& spec, const Classifier& classifier, const Excerpt& excerpt, const Feature& feature) {
  std::vector<FeatureMatrix> features = extract(file, excerpt, feature);
  Examples examples;
  examples.n_classes = static_cast<int>(classifier.preprocessing.genres.size());
  for (FeatureMatrix& one : features) {
    if (classifier.preprocessing.standardiser) one = (*classifier.preprocessing.standardiser)(one);
    examples.features.push_back(&one);
    examples.tracks.push_back(0);
  }
  return vote(classifier.method->predict(examples), examples.tracks, spec.options.vote).probabilities.row(0).transpose();
}

/// Genres from the most to the least probable.
std::vector<Eigen::Index> by_probability(const Eigen::VectorXd& probabilities) {
  std::vector<Eigen::Index> order(static_cast<std::size_t>(probabilities.size()));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) { return probabilities[a] > probabilities[b]; });
  return order;
}

}  // namespace

int predict(const Registry& registry, const CommonOptions& common, const std::string& prefix, const std::vector<std::string>& files, int top) {
  const auto progress = console_progress(common.quiet);
  const auto store = RunStore::open(common.database, RunStore::Mode::read);
  const RunRecord run = find_run(*store, prefix);
  if (run.status != RunStatus::done)
    throw ConfigError(fmt::format("run {} is {}; only a run that is done can predict", run.id.substr(0, 12), to_string(run.status)));
  RunSpec spec = RunSpec::from_parameters(run.parameters, run.seed, registry);
  if (spec.segmentation()) throw ConfigError(fmt::format("run {} is of task segmentation; it has no method", run.id.substr(0, 12)));
  const auto excerpt = registry.excerpts.get(spec.excerpt.name, "excerpt").make(spec.excerpt.options);
  const auto feature = registry.features.get(spec.features.name, "features").make(spec.features.options);
  if (feature->sample_rate_hz() == 0.0)
    throw ConfigError(fmt::format("run {} learned from a table of features; it cannot hear audio", run.id.substr(0, 12)));
  const Classifier classifier = stored_classifier(*store, run, spec, registry, common, *progress);
  const std::vector<std::string>& genres = classifier.preprocessing.genres;

  Table table{.columns = {"file", "genre", "probability", "next"}};
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  int code = 0;
  progress->begin("predict", files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    try {
      const Eigen::VectorXd probabilities = predict_file(files[i], spec, classifier, *excerpt, *feature);
      const std::vector<Eigen::Index> order = by_probability(probabilities);
      const auto genre = [&](std::size_t place) { return genres[static_cast<std::size_t>(order[place])]; };
      std::vector<std::string> next;
      for (std::size_t place = 1; place < std::min(order.size(), static_cast<std::size_t>(top)); ++place)
        next.push_back(fmt::format("{} {:.2f}", genre(place), probabilities[order[place]]));
      table.rows.push_back({{.text = files[i]}, {.text = genre(0), .strong = true}, {.text = fmt::format("{:.2f}", probabilities[order[0]]), .numeric = true},
                            {.text = fmt::format("{}", fmt::join(next, ", "))}});
      nlohmann::ordered_json row = {{"file", files[i]}, {"genre", genre(0)}};
      for (std::size_t place = 0; place < order.size(); ++place) row["probabilities"][genre(place)] = probabilities[order[place]];
      rows.push_back(std::move(row));
    } catch (const DataError& error) {
      progress->message(error.what());
      rows.push_back({{"file", files[i]}, {"error", error.what()}});
      code = 1;
    }
    progress->advance(i + 1);
  }
  progress->end();
  if (common.json)
    print_json(rows);
  else if (!table.rows.empty())
    print_table(table);
  return code;
}

}  // namespace genrebench::cli
