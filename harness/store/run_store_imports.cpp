#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/run_rows.hpp"
#include "harness/store/run_store.hpp"

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
  const Query computed = connection.query(
      "SELECT 1 FROM experiment_runs JOIN runs ON runs.id = run_id WHERE experiment_id = ? AND "
      "origin <> 'imported'");
  if (computed.with(id).next())
    throw ConfigError(
        fmt::format("{}: the experiment '{}' has runs that were computed; import the predictions "
                    "under another name",
                    connection.file(), experiment.name));
  return id;
}

/// Adds a run unless it is there. @return  whether it was added
bool add_imported_run(const Connection& connection, const ImportedRun& imported) {
  const RunRecord& run = imported.run;
  const int added =
      connection
          .query(
              "INSERT INTO runs (id, status, seed, dataset_fingerprint, started_at, wall_s, "
              "identity_version, origin) VALUES (?, 'done', ?, ?, ?, ?, ?, 'imported') ON CONFLICT "
              "(id) DO NOTHING")
          .run(run.id, static_cast<std::int64_t>(run.seed), run.dataset_fingerprint, utc_now(),
               imported.result.wall_s, run.identity_version);
  if (added == 0) return false;
  insert_pairs(connection, "INSERT INTO parameters VALUES (?, ?, ?)", run.id, run.parameters);
  insert_pairs(connection, "INSERT INTO environment VALUES (?, ?, ?)", run.id,
               imported.environment);
  add_result(connection, run.id, imported.result);
  return true;
}

/// Takes the runs of the same data, division and seed out of the experiment.
/// @return  how many these were, the run itself aside
std::size_t take_place(const Connection& connection, std::int64_t experiment,
                       const ImportedRun& imported) {
  const std::string& division = imported.result.facts.at(facts::kDivision.key());
  const std::string rivals =
      "experiment_id = ?1 AND run_id IN (SELECT runs.id FROM runs JOIN facts ON facts.run_id = "
      "runs.id WHERE facts.key = ?2 AND facts.value = ?3 AND runs.seed = ?4 AND "
      "runs.dataset_fingerprint = ?5)";
  const auto seed = static_cast<std::int64_t>(imported.run.seed);
  const std::string key = facts::kDivision.key();
  const std::string& fingerprint = imported.run.dataset_fingerprint;
  std::size_t n = 0;
  {
    const Query others = connection.query(
        fmt::format("SELECT count(*) FROM experiment_runs WHERE {} AND run_id <> ?6", rivals));
    others.with(experiment, key, division, seed, fingerprint, imported.run.id).next();
    n = static_cast<std::size_t>(others[0].getInt64());
  }
  connection.query(fmt::format("DELETE FROM experiment_runs WHERE {}", rivals))
      .run(experiment, key, division, seed, fingerprint);
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
      ++(add_imported_run(*connection_, imported) ? summary.added : summary.present);
      summary.replaced += take_place(*connection_, id, imported);
      link.run(id, imported.run.id);
    }
  });
  return summary;
}

}  // namespace genrebench
