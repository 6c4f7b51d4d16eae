// `genrebench plan`: what would run, what is done, how long it would take.

#include "harness/plan/plan.hpp"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/json_output.hpp"
#include "harness/data/extraction.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/provenance.hpp"
#include "harness/workers/run_queue.hpp"

namespace genrebench::cli {
namespace {

/// Time of the work that is left: features by decoding one track that is not cached, runs by
/// earlier runs of the same kind in the store.
struct Estimate {
  double feature_s = 0.0;
  double run_s = 0.0;
  std::size_t n_tracks = 0;   ///< features still to be computed
  std::size_t n_unknown = 0;  ///< pending runs whose like never ran
};

Estimate estimate(const std::vector<const PlannedRun*>& pending, const Registry& registry,
                  const CommonOptions& common, const RunStore* store) {
  Estimate result;
  const FeatureCache cache(common.cache_folder.empty() ? std::filesystem::path()
                                                       : common.cache_folder / "features");
  std::set<std::string> seen;
  std::set<std::tuple<const OpenDataset*, PluginChoice, PluginChoice>> asked;  // making a feature
                                                                               // takes longer than
                                                                               // comparing what is
                                                                               // asked of it
  for (const PlannedRun* run : pending) {
    if (run->spec.segmentation() ||
        !asked.emplace(run->data.get(), run->spec.excerpt, run->spec.features).second)
      continue;
    const std::string recipe = feature_recipe(run->spec.excerpt, run->spec.features, registry);
    if (!seen.insert(run->data->fingerprint + recipe).second) continue;
    const Track* example = nullptr;
    std::size_t n = 0;
    const std::vector<Track>& tracks = run->data->dataset->tracks();
    for (std::size_t t = 0; t < tracks.size(); ++t) {
      const std::string& content = run->data->files[t].hash;
      if (content.empty() || cache.contains(recipe + content)) continue;
      if (example == nullptr) example = &tracks[t];
      ++n;
    }
    if (example == nullptr) continue;
    const auto begin = std::chrono::steady_clock::now();
    try {
      extract(
          example->audio,
          *registry.excerpts.get(run->spec.excerpt.name, "excerpt").make(run->spec.excerpt.options),
          *registry.features.get(run->spec.features.name, "features")
               .make(run->spec.features.options));
    } catch (const DataError&) {
      continue;
    }
    const double one =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    result.feature_s += one * static_cast<double>(n) / common.threads;
    result.n_tracks += n;
  }
  const RunEstimates earlier(store);
  for (const PlannedRun* run : pending) {
    if (earlier.known(run->spec))
      result.run_s += earlier(run->spec);
    else
      ++result.n_unknown;
  }
  return result;
}

}  // namespace

int plan(const Registry& registry, const CommonOptions& common,
         const std::vector<std::string>& words) {
  const auto progress = console_progress(common.quiet);
  FileHashes hashes(common.cache_folder.empty() ? std::filesystem::path()
                                                : common.cache_folder / "content_hashes.tsv");
  std::unique_ptr<RunStore> store;
  std::error_code error;
  if (std::filesystem::exists(common.database, error))
    store = RunStore::open(common.database, RunStore::Mode::read);
  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  for (Experiment& experiment : load_experiments(words, registry)) {
    const Plan plan =
        make_plan(std::move(experiment), registry, common.cache_folder, hashes, *progress);
    Table table{
        .title = fmt::format("{}: {}", plan.experiment.name, count_of(plan.runs.size(), "run")),
        .columns = {"run", "method", "features", "excerpt", "dataset", "split", "seed", "status"}};
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    std::vector<const PlannedRun*> pending;
    std::vector<RunRecord> done;
    for (const PlannedRun& run : plan.runs) {
      auto record = store ? store->run(run.id) : std::nullopt;
      std::string status = record ? to_string(record->status) : "new";
      if (!run.not_applicable.empty()) status = "skipped: " + run.not_applicable;
      if (record && record->status == RunStatus::done)
        done.push_back(*std::move(record));
      else if (run.not_applicable.empty())
        pending.push_back(&run);
      if (common.json) {
        const auto parameters = run.spec.parameters(registry);
        // As a range, because adding one key after the other compares each with all before it.
        rows.push_back({{"id", run.id},
                        {"seed", run.spec.seed},
                        {"status", status},
                        {"parameters",
                         nlohmann::ordered_json::object_t(parameters.begin(), parameters.end())}});
        continue;
      }
      const bool leaky = run.split && run.split->leaky;
      const std::string split = run.spec.split.name + (leaky ? ", leaky" : "");
      table.rows.push_back({{.text = short_id(run.id)},
                            {.text = run.spec.method.name},
                            {.text = run.spec.features.name},
                            {.text = run.spec.excerpt.name},
                            {.text = run.spec.dataset.name},
                            {.text = split, .caution = leaky},
                            {.text = std::to_string(run.spec.seed), .numeric = true},
                            {.text = status}});
    }
    const Estimate left = estimate(pending, registry, common, store.get());
    const std::string programs = store ? other_programs(*store, done) : "";
    std::string text = fmt::format("{} done{}{} {} to run", done.size(), programs,
                                   programs.empty() ? "," : ".", pending.size());
    if (!pending.empty()) {
      if (left.n_tracks > 0)
        text += fmt::format("; features of {}: about {}", count_of(left.n_tracks, "track"),
                            duration_text(left.feature_s));
      if (left.run_s > 0.0) text += fmt::format("; runs: about {}", duration_text(left.run_s));
      if (left.n_unknown > 0)
        text +=
            fmt::format("; no earlier run to estimate {} from", count_of(left.n_unknown, "run"));
    }
    table.notes.push_back(text);
    const std::string older = store ? older_ids(store->runs(plan.experiment.name),
                                                fmt::format("of '{}'", plan.experiment.name))
                                    : "";
    if (!older.empty()) table.notes.push_back(older);
    if (common.json)
      document.push_back({{"experiment", plan.experiment.name},
                          {"done", done.size()},
                          {"pending", pending.size()},
                          {"estimate",
                           {{"feature_s", left.feature_s},
                            {"run_s", left.run_s},
                            {"runs_without_estimate", left.n_unknown}}},
                          {"notes", table.notes},
                          {"runs", std::move(rows)}});
    else
      print_table(table);
  }
  if (common.json) print_json(document);
  return 0;
}

}  // namespace genrebench::cli
