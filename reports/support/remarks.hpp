#pragma once
// What the cells of a table, or the points of a figure, leave to the notes below it.

#include <set>
#include <string>
#include <vector>

#include "reports/support/cells.hpp"
#include "reports/support/notes.hpp"

namespace genrebench {

/// Filled cell by cell. Each report writes the notes in an order of its own.
struct Remarks {
  IntervalLegend legend;
  bool partial = false;                    ///< a number is of some of its planned runs only
  std::set<Protocol> protocols = {};       ///< of the rows; their marks need an explanation
  std::vector<std::string> failures = {};  ///< failure_notes()
  Runs runs = {};                          ///< all that the table shows

  /// Remembers the interval, and whether runs are missing.
  /// @return  whether they are
  bool add(const Measured& measured, const Tally& counts);

  /// accuracy_cell(), remembered by add().
  Cell accuracy(const Measured& measured, const Tally& counts, const Protocol& protocol);

  /// Remembers the runs, and why some of them have no result.
  /// @param what  names them in the notes
  void add_runs(const std::string& what, const Runs& more);

  /// mark_note() of each protocol.
  std::vector<std::string> mark_notes() const;
  /// kPartialNote where a number is partial, else an empty text.
  std::string partial_note() const;
};

}  // namespace genrebench
