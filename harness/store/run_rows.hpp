#pragma once
// Statements that several of the run store's files share. Only these files include it.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/records/run_records.hpp"
#include "harness/store/connection.hpp"

namespace genrebench {

/// Inserts one row of a run per key.
/// @param sql  an INSERT with three parameters: run, key, value
void insert_pairs(const Connection& connection, const std::string& sql, const std::string& run_id,
                  const std::map<std::string, std::string>& values);

/// Deletes the results that attempts at a run left behind.
void clear_results(const Connection& connection, const std::string& run_id);

void add_bad_tracks(const Connection& connection, const std::string& run_id,
                    const std::vector<BadTrackRecord>& bad_tracks);

/// Inserts everything that a run leaves behind. It has no results yet.
void add_result(const Connection& connection, const std::string& run_id, const RunResult& result);

/// Milliseconds since 1970, by the clock of this machine.
std::int64_t now_ms();

}  // namespace genrebench
