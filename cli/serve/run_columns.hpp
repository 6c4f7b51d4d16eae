#pragma once
// The runs of a store as compact JSON: column by column, and texts once.

#include <string>

#include "harness/store/store_watch.hpp"

namespace genrebench::cli {

/// All runs: {"n", "statuses", "ids", "status", "seed", "started", "wall", "worker", "step",
/// "imported", "messages": {place: text}, "constants": {name: value}, "parameters": [{"name",
/// "values", "of": [index into values, -1: none]}], "metrics": [{"name": "test/accuracy", "of":
/// [number or null]}], "plans": [{"name", "runs": [places]}]}, without the outer braces.
/// `parameters` has those that differ between runs, `constants` the others.
std::string run_columns(const StoreWatch& watch);

/// What may change of one run while it is worked on: {"place", "status", "started", "wall",
/// "worker", "step", "message", "metrics": {name: value}}.
std::string run_change(const StoreWatch& watch, std::size_t place);

/// Messages of runs are cut to this many bytes in lists; the page of a run shows them whole.
inline constexpr std::size_t kListedMessage = 300;

}  // namespace genrebench::cli
