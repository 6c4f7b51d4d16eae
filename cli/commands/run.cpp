// `genrebench run` and `genrebench resume`: whatever of the experiments is not done yet, from their
// files or as the store has them.

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/commands/sweep.hpp"
#include "cli/experiments.hpp"
#include "harness/plan/stored_plan.hpp"

namespace genrebench::cli {
namespace {

/// Experiments of a store that have something left to do, in its order.
std::vector<std::string> unfinished(const RunStore& store) {
  std::vector<std::string> names;
  for (const ExperimentRecord& record : store.experiments()) {
    const auto tally = store.tally(record.name);
    for (const RunStatus status :
         {RunStatus::planned, RunStatus::running, RunStatus::failed, RunStatus::lost})
      if (tally.contains(status)) {
        names.push_back(record.name);
        break;
      }
  }
  return names;
}

}  // namespace

int run(const Registry& registry, const CommonOptions& common,
        const std::vector<std::string>& words, const SweepArguments& arguments) {
  if (words.empty() && arguments.join) return resume(registry, common, {}, arguments);
  return sweep(
      registry, common, arguments, PlanSource::files, [&](FileHashes& hashes, Progress& progress) {
        std::vector<Plan> plans;
        for (Experiment& experiment : load_experiments(words, registry))
          plans.push_back(
              make_plan(std::move(experiment), registry, common.cache_folder, hashes, progress));
        return plans;
      });
}

int resume(const Registry& registry, const CommonOptions& common,
           const std::vector<std::string>& names, const SweepArguments& arguments) {
  return sweep(registry, common, arguments, PlanSource::store,
               [&](FileHashes& hashes, Progress& progress) {
                 const auto store = RunStore::open(common.database, RunStore::Mode::read);
                 std::vector<Plan> plans;
                 for (const std::string& name : names.empty() ? unfinished(*store) : names)
                   plans.push_back(
                       stored_plan(*store, name, registry, common.cache_folder, hashes, progress));
                 if (plans.empty())
                   progress.message(fmt::format("{}: every run is done already; nothing to do",
                                                common.database.string()));
                 return plans;
               });
}

}  // namespace genrebench::cli
