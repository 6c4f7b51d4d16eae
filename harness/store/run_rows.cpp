#include "harness/store/run_rows.hpp"

#include <fmt/format.h>

#include <chrono>

namespace genrebench {

void insert_pairs(const Connection& connection, const std::string& sql, const std::string& run_id,
                  const std::map<std::string, std::string>& values) {
  const Query add = connection.query(sql);
  for (const auto& [key, value] : values) add.run(run_id, key, value);
}

void clear_results(const Connection& connection, const std::string& run_id) {
  for (const char* table : {"metrics", "predictions", "bad_tracks", "facts", "artifacts"})
    connection.query(fmt::format("DELETE FROM {} WHERE run_id = ?", table)).run(run_id);
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace genrebench
