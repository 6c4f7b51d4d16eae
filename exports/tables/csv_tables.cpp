#include "exports/tables/csv_tables.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/unfinished_file.hpp"
#include "exports/exported_runs.hpp"
#include "harness/store/query_text.hpp"
#include "harness/store/store_queries.hpp"

namespace genrebench {
namespace {

struct CsvFile {
  const char* name;
  const char* columns;
  const char* view;
  const char* order;
};

constexpr const char* kOfRuns = "run_id IN (SELECT value FROM json_each({0}))";
constexpr const char* kOfDatasets =
    "dataset_fingerprint IN (SELECT dataset_fingerprint FROM v_runs WHERE run_id IN (SELECT value "
    "FROM json_each({0})))";

constexpr std::array<CsvFile, 11> kFiles = {{
    {"runs.csv",
     "run_id, status, message, seed, origin, dataset, method, dataset_fingerprint, started_at, "
     "wall_s, identity_version",
     "v_runs", "run_id"},
    {"experiments.csv", "*", "v_experiments", "experiment, position"},
    {"parameters.csv", "*", "v_parameters", "run_id, name"},
    {"parameters_wide.csv", "*", "v_parameters_wide", "run_id"},
    {"facts.csv", "*", "v_facts", "run_id, name"},
    {"environment.csv", "*", "v_environment", "run_id, name"},
    {"metrics.csv", "*", "v_metrics", "run_id, split, metric"},
    {"curves.csv", "*", "v_curves", "run_id, split, metric, step"},
    {"predictions.csv", "*", "v_predictions", "run_id, split, track"},
    {"bad_tracks.csv", "*", "v_bad_tracks", "run_id, track"},
    {"tracks.csv", "dataset_fingerprint, track, genre, start_s, duration_s, groups, content",
     "v_tracks", "dataset_fingerprint, track"},
}};

/// The runs as an array of JSON, which SQL takes as one value however many they are.
std::string json_list(const std::vector<std::string>& run_ids) {
  std::string text = "[";
  for (const std::string& id : run_ids)
    text += fmt::format("{}\"{}\"", text.size() > 1 ? "," : "", id);
  return text + "]";
}

}  // namespace

CsvTables write_csv_tables(const std::filesystem::path& store, const std::filesystem::path& folder,
                           const std::vector<std::string>& run_ids,
                           const std::function<bool()>& interrupted) {
  StoreQueries queries(store, interrupted);
  CsvTables tables{.files = {}, .n_runs = run_ids.size()};
  const std::string ids = sql_literal(json_list(run_ids));
  for (const CsvFile& file : kFiles) {
    const bool of_tracks = std::string_view(file.view) == "v_tracks";
    check_interrupted(interrupted);
    UnfinishedFile out(folder / file.name);
    queries.run(
        fmt::format("SELECT {} FROM {} WHERE {} ORDER BY {}", file.columns, file.view,
                    fmt::format(fmt::runtime(of_tracks ? kOfDatasets : kOfRuns), ids), file.order),
        {.columns = [&](const std::vector<std::string>& names) { out.write(csv_line(names)); },
         .row = [&](const std::vector<QueryValue>& row) { out.write(csv_line(row)); }});
    out.commit();
    tables.files.push_back(folder / file.name);
  }
  return tables;
}

}  // namespace genrebench
