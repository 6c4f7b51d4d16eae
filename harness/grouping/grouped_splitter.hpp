#pragma once
// What all kinds of splits share: tracks are grouped once per dataset, and the training part is
// made smaller where the options ask for that.

#include <cstdint>
#include <memory>

#include "harness/grouping/grouping.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// A splitter with GroupOptions. Derive from it to add a kind of split.
class GroupedSplitter : public Splitter {
 public:
  Split split(const Dataset& dataset, const TrackContents& content, std::uint64_t seed) const final;
  std::unique_ptr<const PreparedSplit> prepare(const Dataset& dataset,
                                               const TrackContents& content) const final;

 protected:
  /// @throws ConfigError  if both sizes of the training part are given
  explicit GroupedSplitter(const GroupOptions& options);

  /// Prepares the division of one dataset, with its whole training part. The arguments outlive the
  /// result.
  /// @return  whose seed is that of the division: derived from the run's seed, or from the option
  ///          `seed`
  /// @throws ConfigError  as Splitter::split()
  virtual std::unique_ptr<const PreparedSplit> divide(const Dataset& dataset,
                                                      const TrackContents& content,
                                                      const Grouping& grouping) const = 0;

 private:
  const GroupOptions shared_;
};

}  // namespace genrebench
