#pragma once
// The tables whose rows belong to one run each and are deleted with it, for code that copies such
// rows from one store to another.

#include <span>

namespace genrebench {

/// What a column holds the key of.
enum class Refers { nothing, text, track_list };

struct RunColumn {
  const char* name;
  Refers to = Refers::nothing;
};

struct RunTable {
  const char* name;
  std::span<const RunColumn> columns;  ///< besides `run`, the key of the run, and own keys
};

/// The plans of experiments are not among them.
std::span<const RunTable> run_tables();

}  // namespace genrebench
