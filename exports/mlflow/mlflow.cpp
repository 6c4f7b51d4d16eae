#include "exports/mlflow/mlflow.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/records/short_id.hpp"
#include "harness/run/predictions_table.hpp"
#include "harness/store/run_files.hpp"

namespace genrebench {
namespace {

constexpr const char* kParentTag = "mlflow.parentRunId";

/// True if a server may have made one value of the other: some keep them as texts of 15 digits.
bool is_same(double ours, double theirs) {
  if (std::isnan(ours) || std::isnan(theirs)) return std::isnan(ours) == std::isnan(theirs);
  return ours == theirs || std::abs(ours - theirs) <= 1e-12 * std::abs(ours);
}

std::string run_json(const StoreReader& store, const ExportedRun& exported) {
  const RunRecord& run = exported.run;
  const nlohmann::ordered_json document = {{"id", run.id},
                                           {"experiment", exported.experiment},
                                           {"seed", run.seed},
                                           {"status", to_string(run.status)},
                                           {"message", run.message},
                                           {"dataset_fingerprint", run.dataset_fingerprint},
                                           {"parameters", run.parameters},
                                           {"facts", run.facts},
                                           {"environment", store.environment(run.id)}};
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

class MlflowExporter {
 public:
  MlflowExporter(MlflowServer& server, const StoreReader& store, const MlflowOptions& options)
      : server_(server), store_(store), options_(options), files_(options.files_folder) {}

  /// One experiment, with all its runs that are exported.
  void begin(const std::string& name, const std::vector<const ExportedRun*>& runs) {
    experiment_ = server_.experiment(options_.prefix + name);
    known_ = server_.runs(experiment_, kRunTag);
    parents_.clear();
    std::map<std::string, std::vector<const ExportedRun*>> configurations;
    for (const ExportedRun* run : runs) configurations[run->configuration].push_back(run);
    std::map<std::string, StoredMlflowRun> known = server_.runs(experiment_, kConfigurationTag);
    std::set<std::string> done;
    for (const ExportedRun* run : runs) {
      const std::string& configuration = run->configuration;
      if (!done.insert(configuration).second) continue;
      const MlflowRun parent = mlflow_parent(configurations[configuration]);
      const auto found = known.find(configuration);
      const bool is_new = found == known.end();
      StoredMlflowRun stored = is_new ? server_.create(experiment_, parent) : found->second;
      parents_[configuration] = stored.id;
      if (stored.tags[kExportedTag] == parent.digest()) continue;
      server_.log(stored.id, parent);
      server_.set_state(stored.id, parent);
      server_.set_tag(stored.id, kExportedTag, parent.digest());
    }
  }

  void add(const ExportedRun& exported) {
    MlflowRun run = mlflow_run(store_, exported);
    run.tags[kParentTag] = parents_.at(exported.configuration);
    std::string digest = run.digest();
    if (options_.files) digest += "+files";
    const auto found = known_.find(run.tags.at(kRunTag));
    if (found == known_.end()) {
      StoredMlflowRun stored = server_.create(experiment_, run);
      send(stored, run, exported, digest);
      ++summary_.n_new;
      return;
    }
    StoredMlflowRun stored = found->second;
    const std::string& before = stored.tags[kExportedTag];
    if (before == digest || before == digest + "+files") {
      ++summary_.n_same;
      return;
    }
    MlflowRun missing = run;
    if (!take_out_present(stored, missing)) {
      server_.remove(stored.id);
      stored = server_.create(experiment_, run);
      missing = run;
      ++summary_.n_replaced;
    } else {
      ++summary_.n_updated;
    }
    send(stored, missing, exported, digest);
  }

  MlflowSummary summary() && { return std::move(summary_); }

 private:
  /// Leaves the points that the server lacks.
  /// @return  false if it has a point that is none of ours, or has another value: the run was
  /// computed again since
  bool take_out_present(const StoredMlflowRun& stored, MlflowRun& run) {
    std::set<std::string> keys;
    for (const MlflowPoint& point : run.points) keys.insert(point.key);
    std::map<std::string, std::map<std::int64_t, double>> present;
    for (const std::string& key : keys) present[key] = server_.history(stored.id, key);
    std::size_t n_found = 0, n_present = 0;
    bool equal = true;
    for (const auto& [key, points] : present) n_present += points.size();
    std::erase_if(run.points, [&](const MlflowPoint& point) {
      const auto& points = present[point.key];
      const auto there = points.find(point.step);
      if (there == points.end()) return false;
      ++n_found;
      equal = equal && is_same(point.value, there->second);
      return true;
    });
    return equal && n_found == n_present;
  }

  void send(const StoredMlflowRun& stored, const MlflowRun& run, const ExportedRun& exported,
            const std::string& digest) {
    server_.log(stored.id, run);
    if (options_.files && run.status != "RUNNING") send_files(stored, exported);
    server_.set_state(stored.id, run);
    // Last: a run without this is completed by the next export.
    server_.set_tag(stored.id, kExportedTag, digest);
  }

  void send_files(const StoredMlflowRun& stored, const ExportedRun& exported) {
    if (!MlflowServer::takes_files(stored)) {
      if (!told_place_)
        summary_.notes.push_back(
            fmt::format("files are left out: the server keeps those of its runs at {}, where "
                        "genrebench does not write; start it with --serve-artifacts",
                        stored.artifact_uri));
      told_place_ = true;
      return;
    }
    const RunRecord& run = exported.run;
    server_.put_bytes(stored, "run.json", run_json(store_, exported));
    ++summary_.n_files;
    std::vector<PredictionRecord> predictions = store_.predictions(run.id, "valid");
    for (PredictionRecord& one : store_.predictions(run.id, "test"))
      predictions.push_back(std::move(one));
    if (!predictions.empty()) {
      server_.put_bytes(stored, "predictions.csv", predictions_csv(run, predictions));
      ++summary_.n_files;
    }
    if (!files_.enabled()) return;
    for (const ArtifactRecord& artifact : store_.artifacts(run.id)) {
      if (const std::string problem = files_.problem_of(run.id, artifact); !problem.empty()) {
        summary_.notes.push_back(
            fmt::format("run {}: {} is left out: {}", short_id(run.id), artifact.name, problem));
        continue;
      }
      server_.put_file(stored, artifact.name, files_.artifact(run.id, artifact.name));
      ++summary_.n_files;
    }
  }

  MlflowServer& server_;
  const StoreReader& store_;
  const MlflowOptions& options_;
  RunFiles files_;
  std::string experiment_;                        ///< id of the experiment under way
  std::map<std::string, StoredMlflowRun> known_;  ///< its runs on the server, by our id
  std::map<std::string, std::string> parents_;    ///< MLflow's ids, by configuration
  bool told_place_ = false;
  MlflowSummary summary_;
};

}  // namespace

MlflowSummary export_mlflow(MlflowServer& server, const StoreReader& store,
                            const std::vector<ExportedRun>& runs, const MlflowOptions& options) {
  MlflowExporter exporter(server, store, options);
  std::vector<std::string> names;
  std::map<std::string, std::vector<const ExportedRun*>> experiments;
  for (const ExportedRun& run : runs) {
    if (!experiments.contains(run.experiment)) names.push_back(run.experiment);
    experiments[run.experiment].push_back(&run);
  }
  std::size_t n_done = 0;
  for (const std::string& name : names) {
    check_interrupted(options.interrupted);
    exporter.begin(name, experiments[name]);
    for (const ExportedRun* run : experiments[name]) {
      check_interrupted(options.interrupted);
      exporter.add(*run);
      if (options.progress) options.progress(++n_done);
    }
  }
  return std::move(exporter).summary();
}

}  // namespace genrebench
