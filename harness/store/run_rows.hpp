#pragma once
// Statements that several of the run store's files share. Only these files include it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/records/run_records.hpp"
#include "harness/store/connection.hpp"

namespace genrebench {

/// The key of a run in the store's tables; nothing if the store does not have the run.
std::optional<std::int64_t> find_run_key(const Connection& connection, const std::string& run_id);

/// The same of a run that the store has. @throws DataError  if it does not
std::int64_t run_key(const Connection& connection, const std::string& run_id);

/// Whether an experiment has runs whose results are from there.
/// @param experiment  its number
bool has_runs_from(const Connection& connection, std::int64_t experiment, RunOrigin origin);

/// Inserts one row of a run per name.
/// @param verb  "INSERT" or "INSERT OR REPLACE"
/// @param table  parameters, facts or environment
void insert_pairs(const Connection& connection, const char* verb, const char* table,
                  std::int64_t run, const std::map<std::string, std::string>& values);

/// Deletes the results that attempts at a run left behind.
void clear_results(const Connection& connection, std::int64_t run);

/// @param verb  as in insert_pairs()
void add_metrics(const Connection& connection, const char* verb, std::int64_t run,
                 const std::vector<MetricRecord>& metrics);

/// Inserts the predictions of a run that has none.
/// @param dataset  key of the run's dataset
/// @throws DataError  if a track is predicted twice, or tracks have different numbers of
/// probabilities
void add_predictions(const Connection& connection, std::int64_t run, std::int64_t dataset,
                     const std::vector<PredictionRecord>& predictions);

void add_bad_tracks(const Connection& connection, std::int64_t run,
                    const std::vector<BadTrackRecord>& bad_tracks);

/// Inserts everything that a run leaves behind. It has no results yet.
void add_result(const Connection& connection, std::int64_t run, const RunResult& result);

/// Milliseconds since 1970, by the clock of this machine.
std::int64_t now_ms();

}  // namespace genrebench
