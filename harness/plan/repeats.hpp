#pragma once
// Runs of a plan that are the same run.

#include <cstddef>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// Finds runs that have the id of an earlier run: their data lie in two places, or a preset stands
/// beside the values that it stands for.
class Repeats {
 public:
  /// Keeps a reference to the registry.
  Repeats(const Experiment& experiment, const Registry& registry);

  /// Whether the last of these runs has the id of an earlier one.
  bool is_one(const std::vector<PlannedRun>& runs);

  /// One line that says how many runs repeat others, and why; empty where none does.
  std::string in_words() const;

 private:
  std::string name_;
  std::size_t n_all_;
  const Registry& registry_;
  std::unordered_map<std::string, std::size_t> first_;  ///< place of the first run, by id
  std::size_t n_ = 0;
  std::set<std::string> places_, spellings_;  ///< options that differ between runs of one id
};

}  // namespace genrebench
