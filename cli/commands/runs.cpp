// `genrebench runs` and `genrebench show`: what the store holds.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/closest_name.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/json_output.hpp"
#include "cli/stored_runs.hpp"
#include "harness/records/find_experiment.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/evaluation.hpp"
#include "harness/run/provenance.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench::cli {
namespace {

std::string percent(const std::optional<double>& value) {
  return value ? fmt::format("{:.1f} %", 100.0 * *value) : "";
}

/// Values by key, with those that are lists as lists.
nlohmann::ordered_json typed(const std::map<std::string, std::string>& values) {
  nlohmann::ordered_json result = nlohmann::ordered_json::object();
  for (const auto& [key, value] : values) {
    auto list = value.starts_with('[')
                    ? nlohmann::ordered_json::parse(value, nullptr, /*allow_exceptions=*/false)
                    : nlohmann::ordered_json();
    const bool is_list =
        list.is_array() &&
        std::all_of(list.begin(), list.end(), [](const auto& item) { return item.is_string(); });
    result[key] = is_list ? std::move(list) : nlohmann::ordered_json(value);
  }
  return result;
}

Table pair_table(const std::string& title, const std::map<std::string, std::string>& values) {
  Table table{.title = title, .columns = {"key", "value"}};
  for (const auto& [key, value] : values) table.rows.push_back({{.text = key}, {.text = value}});
  return table;
}

Table confusion_table(const std::vector<PredictionRecord>& predictions,
                      const std::vector<std::string>& genres) {
  std::vector<int> truth, predicted;
  for (const PredictionRecord& p : predictions) {
    truth.push_back(p.truth);
    predicted.push_back(p.predicted);
  }
  const Eigen::MatrixXi confusion =
      confusion_matrix(truth, predicted, static_cast<int>(genres.size()));
  Table table{.title = "Confusion matrix of the test part (rows: truth, columns: predicted)",
              .columns = {""}};
  table.columns.insert(table.columns.end(), genres.begin(), genres.end());
  for (std::size_t i = 0; i < genres.size(); ++i) {
    std::vector<Cell> row = {{.text = genres[i]}};
    for (std::size_t j = 0; j < genres.size(); ++j)
      row.push_back({.text = std::to_string(
                         confusion(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j))),
                     .numeric = true,
                     .strong = i == j});
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

int runs(const CommonOptions& common, const std::string& experiment, const std::string& status) {
  const auto store = RunStore::open(common.database, RunStore::Mode::read);
  if (!experiment.empty()) find_experiment(*store, experiment, common.database.string());
  const std::vector<std::string> statuses = run_status_names();
  if (!status.empty() && std::find(statuses.begin(), statuses.end(), status) == statuses.end())
    throw ConfigError(unknown_name_message("status", status, "runs --status", statuses));
  Table table{.columns = {"run", "status", "method", "features", "excerpt", "dataset", "split",
                          "seed", "test accuracy", "seconds", "started", "message"}};
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  std::vector<RunRecord> shown = store->runs(experiment);
  std::erase_if(shown, [&](const RunRecord& run) {
    return !status.empty() && to_string(run.status) != status;
  });
  for (const RunRecord& run : shown) {
    const auto accuracy = store->metric(run.id, "test", "accuracy");
    const bool leaky = run.parameter("split.leaky") == "true";
    table.rows.push_back(
        {{.text = short_id(run.id)},
         {.text = to_string(run.status)},
         {.text = run.parameter("method.name")},
         {.text = run.parameter("features.name")},
         {.text = run.parameter("excerpt.name")},
         {.text = run.parameter("dataset.name")},
         {.text = run.parameter("split.kind") + (leaky ? ", leaky" : ""), .caution = leaky},
         {.text = std::to_string(run.seed), .numeric = true},
         {.text = percent(accuracy), .numeric = true},
         {.text = run.wall_s > 0 ? fmt::format("{:.2f}", run.wall_s) : "", .numeric = true},
         {.text = run.started_at},
         {.text = run.message}});
    nlohmann::ordered_json row = {{"id", run.id},
                                  {"identity_version", run.identity_version},
                                  {"status", to_string(run.status)},
                                  {"seed", run.seed},
                                  {"message", run.message},
                                  {"started_at", run.started_at},
                                  {"wall_s", run.wall_s},
                                  {"parameters", run.parameters},
                                  {"facts", typed(run.facts)}};
    if (accuracy) row["test_accuracy"] = *accuracy;
    rows.push_back(std::move(row));
  }
  if (common.json) {
    print_json(rows);
  } else {
    table.notes.push_back(count_of(table.rows.size(), "run"));
    if (const std::string older = older_ids(shown, ""); !older.empty())
      table.notes.push_back(older);
    print_table(table);
  }
  return 0;
}

int show(const CommonOptions& common, const std::string& prefix) {
  const auto store = RunStore::open(common.database, RunStore::Mode::read);
  const RunRecord run = find_run(*store, prefix);
  const std::vector<MetricRecord> metrics = store->metrics(run.id);
  const std::vector<PredictionRecord> predictions = store->predictions(run.id, "test");
  const std::vector<BadTrackRecord> bad_tracks = store->bad_tracks(run.id);
  if (common.json) {
    nlohmann::ordered_json document = {{"id", run.id},
                                       {"identity_version", run.identity_version},
                                       {"status", to_string(run.status)},
                                       {"message", run.message},
                                       {"seed", run.seed},
                                       {"dataset_fingerprint", run.dataset_fingerprint},
                                       {"started_at", run.started_at},
                                       {"wall_s", run.wall_s},
                                       {"parameters", run.parameters},
                                       {"facts", typed(run.facts)},
                                       {"environment", typed(store->environment(run.id))}};
    document["metrics"] = nlohmann::ordered_json::array();
    for (const MetricRecord& m : metrics)
      document["metrics"].push_back(
          {{"split", m.split}, {"name", m.name}, {"step", m.step}, {"value", m.value}});
    document["predictions"] = nlohmann::ordered_json::array();
    for (const PredictionRecord& p : predictions)
      document["predictions"].push_back({{"track", p.track},
                                         {"truth", p.truth},
                                         {"predicted", p.predicted},
                                         {"probabilities", p.probabilities}});
    document["bad_tracks"] = nlohmann::ordered_json::array();
    for (const BadTrackRecord& b : bad_tracks)
      document["bad_tracks"].push_back({{"track", b.track}, {"message", b.message}});
    document["artifacts"] = nlohmann::ordered_json::array();
    for (const ArtifactRecord& a : store->artifacts(run.id))
      document["artifacts"].push_back({{"name", a.name}, {"bytes", a.bytes}, {"sha256", a.sha256}});
    print_json(document);
    return 0;
  }
  const std::string older =
      run.identity_version == kIdentityVersion
          ? ""
          : fmt::format(
                " (an id of version {}, made by an earlier genrebench; the run is not reused)",
                run.identity_version);
  fmt::print("run {}{}\nstatus {}{}\nseed {}\nstarted {}, {}\n\n", run.id, older,
             to_string(run.status), run.message.empty() ? "" : ": " + run.message, run.seed,
             run.started_at.empty() ? "never" : run.started_at, duration_text(run.wall_s));
  print_table(pair_table("Configuration", run.parameters));
  if (!run.facts.empty()) print_table(pair_table("What the run found", run.facts));
  Table table{.title = "Metrics", .columns = {"part", "metric", "value"}};
  std::size_t n_curve = 0;
  for (const MetricRecord& m : metrics)
    if (m.step == -1)
      table.rows.push_back({{.text = m.split},
                            {.text = m.name},
                            {.text = fmt::format("{:.4f}", m.value), .numeric = true}});
    else
      ++n_curve;
  if (n_curve > 0)
    table.notes.push_back(
        fmt::format("and {} of curves; --json prints them", count_of(n_curve, "point")));
  if (!table.rows.empty()) print_table(table);
  if (!predictions.empty()) print_table(confusion_table(predictions, genres_of(run)));
  if (!bad_tracks.empty()) {
    Table bad{.title = "Tracks left out", .columns = {"track", "why"}};
    for (const BadTrackRecord& b : bad_tracks)
      bad.rows.push_back({{.text = b.track}, {.text = b.message}});
    print_table(bad);
  }
  const std::vector<ArtifactRecord> artifacts = store->artifacts(run.id);
  if (!artifacts.empty()) {
    Table files{.title = "Files", .columns = {"file", "bytes", "SHA-256"}};
    for (const ArtifactRecord& a : artifacts)
      files.rows.push_back({{.text = a.name},
                            {.text = std::to_string(a.bytes), .numeric = true},
                            {.text = a.sha256}});
    print_table(files);
  }
  print_table(pair_table("Environment", store->environment(run.id)));
  return 0;
}

}  // namespace genrebench::cli
