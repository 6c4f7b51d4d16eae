#include "harness/workers/run_queue.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "harness/run/run_once.hpp"

namespace genrebench {
namespace {

std::string kind_of(const std::string& method, const std::string& excerpt,
                    const std::string& features) {
  return method + "\n" + excerpt + "\n" + features;
}

}  // namespace

const std::vector<std::pair<std::string, RunOrder>>& run_orders() {
  static const std::vector<std::pair<std::string, RunOrder>> orders = {
      {"cheap", RunOrder::cheap}, {"listed", RunOrder::listed}};
  return orders;
}

RunEstimates::RunEstimates(const RunStore* store) {
  if (store == nullptr) return;
  for (const RunKindTime& kind : store->run_times())
    earlier_[kind_of(kind.method, kind.excerpt, kind.features)] = {kind.wall_s, kind.count};
}

bool RunEstimates::known(const RunSpec& spec) const {
  return earlier_.contains(kind_of(spec.method.name, spec.excerpt.name, spec.features.name));
}

double RunEstimates::of(const RunSpec& spec) const {
  const auto found =
      earlier_.find(kind_of(spec.method.name, spec.excerpt.name, spec.features.name));
  if (found != earlier_.end()) return found->second.wall_s / found->second.count;
  const auto epochs = spec.method.options.find("epochs");
  const auto* number =
      epochs == spec.method.options.end() ? nullptr : std::get_if<std::int64_t>(&epochs->second);
  return number == nullptr ? 0.0 : static_cast<double>(*number);
}

std::vector<const PlannedRun*> ordered_runs(const Plan& plan, const RunEstimates& estimates,
                                            RunOrder order) {
  std::vector<const PlannedRun*> runs;
  for (const PlannedRun& run : plan.runs)
    if (run.not_applicable.empty()) runs.push_back(&run);
  if (order == RunOrder::listed) return runs;
  std::map<std::string, std::size_t> groups;  // in the order of their first run
  std::map<std::string, std::size_t> models;  // of clean runs, likewise
  std::map<const PlannedRun*, std::tuple<int, std::size_t, double, std::size_t>> rank;
  for (const PlannedRun* run : runs) {
    const std::size_t group =
        groups.try_emplace(preparation_key(*run), groups.size()).first->second;
    // Deformed runs follow the clean run whose model they use.
    const std::size_t model =
        models.try_emplace(run->clean != nullptr ? run->clean->id : run->id, models.size())
            .first->second;
    const double cost_s = estimates.of(run->spec);
    rank[run] = {cost_s > 0.1 ? static_cast<int>(std::floor(std::log10(cost_s))) : -1, group,
                 cost_s, model};
  }
  std::stable_sort(runs.begin(), runs.end(), [&](const PlannedRun* a, const PlannedRun* b) {
    return rank.at(a) < rank.at(b);
  });
  return runs;
}

}  // namespace genrebench
