#pragma once
// An experiment of a store, looked up by the name that a user gave.

#include <string>
#include <string_view>

#include "harness/records/store_reader.hpp"

namespace genrebench {

/// The store's experiment of that name.
/// @param where  what the error message says about the place of the name: the store's file, or the
///               option that named the experiment
/// @throws ConfigError  if the store has no such experiment: names the nearest and lists all
ExperimentRecord find_experiment(const StoreReader& store, std::string_view name,
                                 std::string_view where);

}  // namespace genrebench
