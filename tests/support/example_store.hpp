#pragma once
// Stores with runs of every kind, made without computing anything.

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "harness/store/run_store.hpp"
#include "support/run_ids.hpp"

namespace genrebench::testing {

/// A store that a test fills.
class ExampleStore {
 public:
  explicit ExampleStore(std::filesystem::path file)
      : file_(std::move(file)), store_(RunStore::open(file_, RunStore::Mode::write)) {
    worker_ = store_->join(this_process(), 10.0);
  }

  /// Leaves, as every worker does: one that is said to be at work while its process does not have
  /// the store open makes the store look like a copy.
  ~ExampleStore() {
    if (!store_) return;
    try {
      store_->leave(worker_);
    } catch (const DataError&) {  // the disk is full, or the test has removed the store
    }
  }
  ExampleStore(const ExampleStore&) = delete;
  ExampleStore& operator=(const ExampleStore&) = delete;

  RunStore& operator*() const { return *store_; }
  RunStore* operator->() const { return store_.get(); }
  const std::filesystem::path& file() const { return file_; }

  /// Runs whose names begin with "k" (run_id() writes it f6b) are of the method knn.
  void plan(const std::string& experiment, const std::vector<std::string>& ids) const {
    std::vector<RunRecord> runs;
    for (const std::string& id : ids) {
      RunRecord run;
      run.id = id;
      run.seed = id.size();
      run.dataset_fingerprint = "data";
      run.parameters = {{"method.name", id.starts_with("f6b") ? "knn" : "svm"},
                        {"dataset.name", "synthetic"}};
      runs.push_back(std::move(run));
    }
    store_->plan({.name = experiment,
                  .description = "of " + experiment,
                  .source_file = experiment + ".yaml",
                  .created_at = {},
                  .run_ids = {}},
                 runs, {.retry_failed = false, .retry_pruned = false});
  }

  Lease take(const std::string& id) const {
    return store_->claim(id, worker_, {{"host", "here"}}).lease;
  }

  static RunResult result(double accuracy) {
    RunResult result;
    result.metrics = {{"test", "accuracy", -1, accuracy},
                      {"train", "loss", 1, 2.0},
                      {"train", "seconds", 1, 0.25}};
    result.predictions = {{"test", "polka.1", 0, 1, {0.25f, 0.75f}},
                          {"test", "polka.2", 1, 1, {0.5f, 0.5f}}};
    result.bad_tracks = {{"jazz.54", "unreadable"}};
    result.facts = {{"dataset.genres", list_text({"polka", "rock"})}};
    result.wall_s = 1.5;
    return result;
  }

  /// @param model  content of a file that the run leaves; empty: none
  void done(const std::string& id, double accuracy = 0.5, const std::string& model = {}) const {
    RunResult made = result(accuracy);
    if (!model.empty()) {
      write_file_atomically(model_file(id), model);
      made.artifacts = {{"model", sha256(model), static_cast<std::int64_t>(model.size())}};
    }
    store_->finish(take(id), made);
  }
  void failed(const std::string& id) const {
    store_->fail(take(id), "it went wrong", {{"jazz.54", "unreadable"}}, {});
  }
  void pruned(const std::string& id) const { store_->prune(take(id), "no better", result(0.1)); }
  void lost(const std::string& id) const {
    const std::int64_t other = store_->join(this_process(), 10.0);
    store_->claim(id, other, {});
    store_->declare_lost(other, 0, "its worker vanished", 10);
  }

  std::filesystem::path model_file(const std::string& id) const {
    return std::filesystem::path(file_.string() + ".files") / id / "model";
  }

 private:
  std::filesystem::path file_;
  std::unique_ptr<RunStore> store_;
  std::int64_t worker_ = 0;
};

/// Four runs: one done with a file, one done without, one that failed, one that is planned.
inline void fill(const ExampleStore& store) {
  store.plan("table2", {"aa"_run, "bb"_run, "kk"_run, "dd"_run});
  store.done("aa"_run, 0.75, "weights");
  store.done("bb"_run);
  store.failed("kk"_run);
}

inline std::vector<std::string> sorted_ids(const std::vector<RunRecord>& runs) {
  std::vector<std::string> result;
  for (const RunRecord& run : runs) result.push_back(run.id);
  std::sort(result.begin(), result.end());
  return result;
}

/// The rows of a query as text, each behind a word.
inline void add_lines(const SQLite::Database& database, const std::string& word,
                      const std::string& sql, std::set<std::string>& lines) {
  SQLite::Statement rows(database, sql);
  while (rows.executeStep()) {
    std::string line = word;
    for (int i = 0; i < rows.getColumnCount(); ++i) line += "|" + rows.getColumn(i).getString();
    lines.insert(line);
  }
}

/// Everything that a store holds, as text, whatever the keys of its rows are. Of a store without
/// views, which is of an earlier version, every row of every table.
inline std::string dump(const std::filesystem::path& file) {
  const SQLite::Database database(file, SQLite::OPEN_READONLY);
  std::set<std::string> lines;
  SQLite::Statement views(database, "SELECT 1 FROM sqlite_master WHERE name = 'v_version'");
  if (!views.executeStep()) {
    SQLite::Statement tables(database, "SELECT name FROM sqlite_master WHERE type = 'table'");
    while (tables.executeStep()) {
      const std::string table = tables.getColumn(0).getString();
      add_lines(database, table, "SELECT * FROM " + table, lines);
    }
    return fmt::format("{}", fmt::join(lines, "\n"));
  }
  for (const char* rows :
       {"experiments", "workers", "v_experiments", "v_parameters", "v_facts", "v_environment",
        "v_metrics", "v_curves", "v_bad_tracks", "v_predictions", "v_tracks"})
    add_lines(database, rows, std::string("SELECT * FROM ") + rows, lines);
  add_lines(database, "runs",
            "SELECT id, status, message, seed, fingerprint, started_at, wall_s, token, worker, "
            "failures, losses, retry_at_ms, retry_pause_ms, identity_version, origin FROM runs "
            "JOIN datasets ON datasets.key = dataset",
            lines);
  add_lines(database, "artifacts",
            "SELECT id, name, sha256, bytes FROM artifacts JOIN runs ON runs.key = run", lines);
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace genrebench::testing
