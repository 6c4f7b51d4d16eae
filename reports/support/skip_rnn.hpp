#pragma once
// RNN beside skip-RNN: runs that differ in nothing but the skip.

#include <string>
#include <vector>

#include "reports/support/runs.hpp"

namespace genrebench {

/// Runs of one skip; its title is "RNN" or "skip-RNN, k = 8 (add)".
struct SkipGroup : RunGroup {
  long length = 0;           ///< k; 0: no skip
  std::string combine = {};  ///< empty for the method gru
};

/// Runs that share data, split, features and all options of the method but those of the skip.
struct SkipFamily {
  Parameters shared = {};
  Protocol protocol = {};
  std::string title = {};              ///< data_title()
  std::vector<SkipGroup> groups = {};  ///< by combine, then by length

  /// What skips are compared with: k = 0, which is one network whatever the mode of combining, so
  /// the group with the most done runs; else the method gru; nullptr where there is neither.
  const SkipGroup* reference() const;
  /// The modes of combining among the groups that skip, ordered.
  std::vector<std::string> combines() const;
};

/// The families of the runs of gru and skip_gru, honest splits first, then in order of appearance.
/// Runs whose length is no whole number are left out.
std::vector<SkipFamily> skip_families(const std::vector<RunRecord>& runs);

/// True for groups that repeat another one: skip_gru with length 0, which differ in nothing but
/// "method.combine", and that has no effect then. The one with the most done runs is not marked.
std::vector<bool> repeated_plain_skips(const std::vector<const RunGroup*>& groups);

}  // namespace genrebench
