#include "harness/workers/shards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process_identity.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/store_places.hpp"
#include "harness/workers/sweep.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwner = "owner.json";

fs::path folder_of(const fs::path& database) { return beside_store(database, ".shards"); }

void write_owner(const fs::path& folder) {
  const ProcessIdentity here = this_process();
  write_file_atomically(folder / kOwner,
                        nlohmann::ordered_json{{"host", here.host},
                                               {"boot", here.boot},
                                               {"pid_namespace", here.pid_namespace},
                                               {"pid", here.pid},
                                               {"start", here.start}}
                                .dump(1) +
                            "\n");
}

/// Nothing if the file is missing or incomplete: then its process died before it made any shard.
std::optional<ProcessIdentity> read_owner(const fs::path& folder) {
  try {
    const auto document = nlohmann::json::parse(read_file_text(folder / kOwner));
    return ProcessIdentity{.host = document.at("host"),
                           .boot = document.at("boot"),
                           .pid_namespace = document.at("pid_namespace"),
                           .pid = document.at("pid"),
                           .start = document.at("start")};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::vector<fs::path> shards_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".db") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

bool workers_live(const std::vector<fs::path>& shards) {
  return std::any_of(shards.begin(), shards.end(), [](const fs::path& file) {
    const auto workers = RunStore::open(file, RunStore::Mode::write)->workers();
    return std::any_of(workers.begin(), workers.end(), [](const WorkerRecord& worker) {
      return state_of(worker.process) == ProcessState::running;
    });
  });
}

void join_folder(const fs::path& database, const fs::path& folder, Progress& progress) {
  for (const fs::path& shard : shards_in(folder))
    for (const std::string& difference : merge_store(database, shard).differences)
      progress.message("warning: " + difference);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  fs::remove(folder.parent_path(), ignored);  // if nothing else is in it
}

}  // namespace

Shards::Shards(const RunStore& store, const std::vector<Plan>& plans, const Registry& registry,
               std::size_t n, RunOrder order, Progress& progress)
    : database_(store.file()) {
  const ProcessIdentity here = this_process();
  folder_ = folder_of(database_) / fmt::format("{}-{}", here.host, here.pid);
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error)
    throw DataError(
        fmt::format("{}: cannot make the folder: {}", folder_.string(), error.message()));
  write_owner(folder_);
  for (std::size_t i = 0; i < n; ++i)
    stores_.push_back(
        RunStore::open(folder_ / fmt::format("shard_{}.db", i), RunStore::Mode::write));
  const RunEstimates estimates(&store);
  std::size_t next = 0;
  for (const Plan& plan : plans) {
    std::map<std::string, RunStatus> status;
    for (const RunRecord& run : store.runs(plan.experiment.name)) status[run.id] = run.status;
    std::vector<Plan> parts(n);
    std::map<std::string, std::size_t> places;  // deformed runs go where their clean run goes
    for (const PlannedRun* run : ordered_runs(plan, estimates, order))
      if (status.at(run->id) == RunStatus::planned || status.at(run->id) == RunStatus::lost) {
        const auto [place, is_new] =
            places.try_emplace(run->clean != nullptr ? run->clean->id : run->id, next % n);
        next += is_new;
        parts[place->second].runs.push_back(*run);
      }
    for (std::size_t i = 0; i < n; ++i) {
      parts[i].experiment = plan.experiment;
      record_plan(parts[i], *stores_[i], registry, progress);
    }
  }
}

void Shards::join(Progress& progress) {
  stores_.clear();
  join_folder(database_, folder_, progress);
}

void join_left_shards(const fs::path& database, Progress& progress,
                      const std::function<bool()>& interrupted) {
  std::error_code error;
  std::vector<fs::path> folders;
  for (fs::directory_iterator entry(folder_of(database), error), end; !error && entry != end;
       entry.increment(error))
    if (entry->is_directory()) folders.push_back(entry->path());
  std::sort(folders.begin(), folders.end());
  for (const fs::path& folder : folders) {
    const auto owner = read_owner(folder);
    const ProcessState state = owner ? state_of(*owner) : ProcessState::ended;
    if (state == ProcessState::running) continue;
    if (state == ProcessState::unknown) {
      progress.message(fmt::format(
          "{}: left alone, because process {} on {} cannot be checked from here; `genrebench "
          "merge` joins its shards",
          folder.string(), owner->pid, owner->host));
      continue;
    }
    for (bool said = false; workers_live(shards_in(folder)) && !interrupted(); said = true) {
      if (!said)
        progress.note(
            fmt::format("{}: waiting for workers of an earlier sweep to end", folder.string()));
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    if (interrupted()) return;
    join_folder(database, folder, progress);
  }
}

}  // namespace genrebench
