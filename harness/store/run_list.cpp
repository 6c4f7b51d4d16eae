#include "harness/store/run_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/shared_rows.hpp"

namespace genrebench {
namespace {

/// The tables of texts by name, with what they hold.
constexpr std::array<std::pair<const char*, RunKeyKind>, 3> kTables = {
    {{"parameters", RunKeyKind::parameter},
     {"facts", RunKeyKind::fact},
     {"environment", RunKeyKind::environment}}};

std::string field_of(const RunRecord& run, std::string_view name) {
  if (name == "run") return run.id;
  if (name == "status") return to_string(run.status);
  if (name == "message") return run.message;
  if (name == "seed") return std::to_string(run.seed);
  if (name == "data") return run.dataset_fingerprint;
  if (name == "started") return run.started_at;
  if (name == "seconds") return run.wall_s > 0.0 ? fmt::format("{}", run.wall_s) : "";
  if (name == "identity") return std::to_string(run.identity_version);
  if (name == "origin") return to_string(run.origin);
  return {};
}

class ListReader {
 public:
  ListReader(const Connection& connection, const std::string& experiment)
      : connection_(connection), snapshot_(connection) {
    const bool all = experiment.empty();
    const Query query = connection.query(fmt::format(
        "SELECT {} FROM {} {}", kRunColumns, kRunsWithData,
        all ? "ORDER BY started_at, id"
            : "JOIN (SELECT run, min(position) AS place FROM experiment_runs JOIN experiments ON "
              "experiments.id = experiment_id WHERE name = ? GROUP BY run) ON run = runs.key "
              "ORDER BY place"));
    if (!all) query.with(experiment);
    const CheckedRow row(connection, query, "runs");
    while (query.next()) {
      places_.emplace_back(query[kRunKeyColumn].getInt64(), list_.runs.size());
      list_.runs.push_back({.run = run_of(row), .values = {}});
    }
    std::sort(places_.begin(), places_.end());
  }

  void add(const WantedKey& key) {
    for (ListedRun& run : list_.runs) run.values.emplace_back();
    const auto& fields = run_fields();
    if (std::find(fields.begin(), fields.end(), key.name) != fields.end())
      return add_field(key.name);
    for (const auto& [table, kind] : kTables)
      if (const auto name = used_key(table, key.name)) return add_texts(table, kind, *name);
    for (std::size_t dot = key.name.find('.'); dot != std::string::npos;
         dot = key.name.find('.', dot + 1))
      if (add_metric(key.name.substr(0, dot), key.name.substr(dot + 1))) return;
    if (key.option.empty() || is_empty()) return list_.kinds.push_back(RunKeyKind::parameter);
    throw ConfigError(unknown_name_message("key", key.name, key.option, known_keys()));
  }

  RunList take() { return std::move(list_); }

 private:
  std::optional<std::int64_t> text_key(const std::string& text) const {
    const Query query = connection_.query("SELECT key FROM texts WHERE hash = ? AND text = ?");
    if (!query.with(text_hash(text), text).next()) return std::nullopt;
    return query[0].getInt64();
  }

  /// The key of a name that any run of the store has in a table.
  std::optional<std::int64_t> used_key(const char* table, const std::string& name) const {
    const auto key = text_key(name);
    if (!key) return std::nullopt;
    const Query query =
        connection_.query(fmt::format("SELECT 1 FROM {} WHERE name = ? LIMIT 1", table));
    return query.with(*key).next() ? key : std::nullopt;
  }

  bool is_empty() const { return !connection_.query("SELECT 1 FROM runs LIMIT 1").next(); }

  /// The value to be filled of the run in the first column; null: the run is not listed.
  std::string* value_of(const CheckedRow& row) {
    const std::int64_t key = row.integer(0);
    // Rows mostly come in the order of the keys.
    if (next_ >= places_.size() || places_[next_].first != key)
      next_ = static_cast<std::size_t>(
          std::lower_bound(places_.begin(), places_.end(), std::pair(key, std::size_t{0})) -
          places_.begin());
    if (next_ >= places_.size() || places_[next_].first != key) return nullptr;
    return &list_.runs[places_[next_++].second].values.back();
  }

  void add_field(const std::string& name) {
    list_.kinds.push_back(RunKeyKind::field);
    if (name == "experiment") return add_experiments();
    for (ListedRun& run : list_.runs) run.values.back() = field_of(run.run, name);
  }

  void add_experiments() {
    const Query query = connection_.query(
        "SELECT DISTINCT x.run, e.name, e.id FROM experiments e JOIN experiment_runs x ON "
        "x.experiment_id = e.id ORDER BY e.id");
    const CheckedRow row(connection_, query, "experiments");
    while (query.next())
      if (std::string* const value = value_of(row)) {
        if (!value->empty()) *value += ", ";
        *value += row.text(1);
      }
  }

  void add_texts(const char* table, RunKeyKind kind, std::int64_t name) {
    list_.kinds.push_back(kind);
    const Query query = connection_.query(fmt::format(
        "SELECT t.run, t.value FROM runs r CROSS JOIN {} t ON t.run = r.key AND t.name = ?",
        table));
    query.with(name);
    const CheckedRow row(connection_, query, table);
    while (query.next())
      if (std::string* const value = value_of(row)) *value = row.shared_text(1);
  }

  /// @return  false if no run has such a metric
  bool add_metric(const std::string& split, const std::string& name) {
    const auto split_key = text_key(split), name_key = text_key(name);
    if (!split_key || !name_key) return false;
    const Query query = connection_.query(
        "SELECT m.run, m.value FROM runs r CROSS JOIN metrics m ON m.run = r.key AND m.step = -1 "
        "AND m.split = ? AND m.name = ?");
    query.with(*split_key, *name_key);
    const CheckedRow row(connection_, query, "metrics");
    bool found = false;
    while (query.next()) {
      found = true;
      if (std::string* const value = value_of(row)) *value = fmt::format("{}", row.number(1));
    }
    if (found) list_.kinds.push_back(RunKeyKind::metric);
    return found;
  }

  std::vector<std::string> known_keys() const {
    std::set<std::string> known(run_fields().begin(), run_fields().end());
    for (const auto& [table, kind] : kTables) {
      const Query query = connection_.query(
          fmt::format("SELECT min(run) AS run, name FROM {} GROUP BY name", table));
      const CheckedRow row(connection_, query, table);
      while (query.next()) known.insert(row.shared_text(1));
    }
    const Query query = connection_.query(
        "SELECT min(m.run) AS run, m.split, m.name FROM runs r CROSS JOIN metrics m ON m.run = "
        "r.key AND m.step = -1 GROUP BY m.split, m.name");
    const CheckedRow row(connection_, query, "metrics");
    while (query.next()) {
      const std::string split = row.shared_text(1);
      known.insert(split + "." + row.shared_text(2));
    }
    return {known.begin(), known.end()};
  }

  const Connection& connection_;
  ReadSnapshot snapshot_;
  std::vector<std::pair<std::int64_t, std::size_t>> places_;  ///< of runs in the list, by key
  std::size_t next_ = 0;  ///< the place in places_ that the next row probably has
  RunList list_;
};

}  // namespace

const std::vector<std::string>& run_fields() {
  static const std::vector<std::string> names = {"run",    "status",    "message", "seed",
                                                 "data",   "started",   "seconds", "identity",
                                                 "origin", "experiment"};
  return names;
}

RunList list_runs(const std::filesystem::path& file, const std::string& experiment,
                  const std::vector<WantedKey>& keys) {
  const ConnectionSettings settings{.mode = RunStore::Mode::read,
                                    .write_ahead_log = !on_network(file)};
  const Connection connection(file, settings);
  prepare_schema(connection, settings);
  return connection.guard([&] {
    ListReader reader(connection, experiment);
    for (const WantedKey& key : keys) reader.add(key);
    return reader.take();
  });
}

}  // namespace genrebench
