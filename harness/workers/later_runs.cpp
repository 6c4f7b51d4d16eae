#include "harness/workers/later_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "harness/run/preparation.hpp"

namespace genrebench {
namespace {

/// Equal for runs that share all that is extracted for them; the test parts of deformed runs of
/// several divisions are extracted together.
std::string extraction_key(const PlannedRun& run) {
  std::string key = preparation_key(run);
  if (run.clean == nullptr) return key;
  key += "\ndeformed by " + run.spec.deform.name;
  for (const auto& [name, value] : run.spec.deform.options)
    key += fmt::format("\n{}={}", name, to_string(value));
  for (const auto& [name, content] : run.content_files)
    if (name.starts_with("deform.")) key += "\n" + content.hash;
  return key;
}

}  // namespace

LaterRuns::LaterRuns(const std::vector<const PlannedRun*>& runs) {
  std::unordered_map<std::string, Group*> known;
  for (const PlannedRun* run : runs) {
    const std::string key = extraction_key(*run);
    auto [found, is_new] = known.try_emplace(key, nullptr);
    if (is_new)
      found->second =
          &groups_.emplace_back(Group{.key = key, .dataset = run->data->fingerprint, .runs = {}});
    found->second->runs.push_back(run);
  }
}

std::vector<const PlannedRun*> LaterRuns::beside(
    const PlannedRun& run, const std::function<bool(const PlannedRun&)>& settled) {
  const auto own = std::ranges::find(groups_, extraction_key(run), &Group::key);
  std::vector<const PlannedRun*> result;
  std::size_t n = 1;  // its own
  if (own != groups_.end() && (run.clean != nullptr || !run.spec.deform_train.name.empty()))
    result = own->runs;
  const auto add = [&](auto from, auto to) {
    while (from != to && n < kMost) {
      if (from->dataset != run.data->fingerprint) {
        ++from;
        continue;
      }
      if (std::ranges::all_of(from->runs, [&](const PlannedRun* one) { return settled(*one); })) {
        from = groups_.erase(from);
        continue;
      }
      result.insert(result.end(), from->runs.begin(), from->runs.end());
      ++n;
      ++from;
    }
  };
  if (own != groups_.end()) add(std::next(own), groups_.end());
  add(groups_.begin(), own);
  return result;
}

}  // namespace genrebench
