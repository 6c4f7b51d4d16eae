#pragma once
// The divisions of a plan: what somebody needs to make its predictions elsewhere.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// A division of a dataset's tracks into parts, as runs of one seed share it.
struct PlannedDivision {
  /// Twelve hexadecimal digits: equal for equal divisions of equal data. Files name it in their
  /// column `split`.
  std::string name;
  std::uint64_t seed = 0;
  std::vector<const PlannedRun*> runs;  ///< of the plan, at least one

  const PlannedRun& run() const { return *runs.front(); }
  /// The number of tracks in a part.
  std::size_t count(Part part) const;
};

/// The name of a division of the data of a fingerprint.
/// @param division  division_hash(), which runs record as facts::kDivision
std::string division_name(const std::string& fingerprint, const std::string& division);

/// The divisions of a plan, in the order of its runs. It keeps pointers to the plan's runs.
/// @throws ConfigError  if the plan has several datasets, divides excerpts instead of tracks, or is
///                      of task segmentation
std::vector<PlannedDivision> divisions_of(const Plan& plan);

/// The columns of division_table(), in their order.
/// @param with_spans  also start_s and end_s, which tables have where tracks are spans of longer
///                    files
std::vector<std::string> division_columns(bool with_spans = false);

/// The tracks of divisions as CSV: id, path (absolute; empty for tracks without audio), part,
/// artist, genre, seed and split, and start_s and end_s if some track is a span of a longer file.
/// Tracks that a split leaves out are left out.
/// @param with_test_labels  false: the genre of test tracks is empty
std::string division_table(const std::vector<PlannedDivision>& divisions, bool with_test_labels);

}  // namespace genrebench
