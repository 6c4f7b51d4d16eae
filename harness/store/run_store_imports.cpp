#include <fmt/format.h>

#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/run_rows.hpp"
#include "harness/store/run_store.hpp"
#include "harness/store/shared_rows.hpp"

namespace genrebench {
namespace {

/// The number of an experiment of imported runs, which is made if need be.
/// @throws ConfigError  if it has computed runs
std::int64_t experiment_of_imports(const Connection& connection,
                                   const ExperimentRecord& experiment) {
  connection
      .query(
          "INSERT INTO experiments (name, description, source_file, created_at) VALUES (?, ?, ?, "
          "?) ON CONFLICT (name) DO NOTHING")
      .run(experiment.name, experiment.description, experiment.source_file, utc_now());
  const Query find = connection.query("SELECT id FROM experiments WHERE name = ?");
  find.with(experiment.name).next();
  const std::int64_t id = find[0].getInt64();
  if (has_runs_from(connection, id, RunOrigin::computed))
    throw ConfigError(
        fmt::format("{}: the experiment '{}' has runs that were computed; import the predictions "
                    "under another name",
                    connection.file(), experiment.name));
  return id;
}

/// Adds a run unless it is there. @return  its key, and whether it was added
std::pair<std::int64_t, bool> add_imported_run(const Connection& connection,
                                               const ImportedRun& imported) {
  const RunRecord& run = imported.run;
  if (const auto known = find_run_key(connection, run.id)) return {*known, false};
  connection
      .query(
          "INSERT INTO runs (id, status, seed, dataset, started_at, wall_s, identity_version, "
          "origin) VALUES (?, 'done', ?, ?, ?, ?, ?, 'imported')")
      .run(run.id, static_cast<std::int64_t>(run.seed),
           connection.shared().key_of_dataset(run.dataset_fingerprint), utc_now(),
           imported.result.wall_s, run.identity_version);
  const std::int64_t key = connection.database().getLastInsertRowid();
  insert_pairs(connection, "INSERT", "parameters", key, run.parameters);
  insert_pairs(connection, "INSERT", "environment", key, imported.environment);
  add_result(connection, key, imported.result);
  return {key, true};
}

/// Takes the runs of the same data, division and seed out of the experiment.
/// @return  how many these were, the run itself aside
std::size_t take_place(const Connection& connection, std::int64_t experiment, std::int64_t run,
                       const ImportedRun& imported) {
  SharedRows& shared = connection.shared();
  const std::string rivals =
      "experiment_id = ?1 AND run IN (SELECT runs.key FROM runs JOIN facts ON facts.run = runs.key "
      "WHERE facts.name = ?2 AND facts.value IN (SELECT key FROM texts WHERE hash = text_hash(?3) "
      "AND text = ?3) AND runs.seed = ?4 AND runs.dataset = ?5)";
  const std::int64_t name = shared.key_of_text(facts::kDivision.key()),
                     dataset = shared.key_of_dataset(imported.run.dataset_fingerprint);
  const std::string& division = imported.result.facts.at(facts::kDivision.key());
  const auto seed = static_cast<std::int64_t>(imported.run.seed);
  std::size_t n = 0;
  {
    const Query others = connection.query(
        fmt::format("SELECT count(*) FROM experiment_runs WHERE {} AND run <> ?6", rivals));
    others.with(experiment, name, division, seed, dataset, run).next();
    n = static_cast<std::size_t>(others[0].getInt64());
  }
  connection.query(fmt::format("DELETE FROM experiment_runs WHERE {}", rivals))
      .run(experiment, name, division, seed, dataset);
  return n;
}

}  // namespace

ImportSummary RunStore::add_imported(const ExperimentRecord& experiment,
                                     const std::vector<ImportedRun>& runs) {
  ImportSummary summary;
  connection_->write([&] {
    summary = {};
    const std::int64_t id = experiment_of_imports(*connection_, experiment);
    const Query link = connection_->query(
        "INSERT INTO experiment_runs SELECT ?1, coalesce(max(position) + 1, 0), ?2 FROM "
        "experiment_runs WHERE experiment_id = ?1");
    for (const ImportedRun& imported : runs) {
      const auto [run, added] = add_imported_run(*connection_, imported);
      ++(added ? summary.added : summary.present);
      summary.replaced += take_place(*connection_, id, run, imported);
      link.run(id, run);
    }
  });
  return summary;
}

}  // namespace genrebench
