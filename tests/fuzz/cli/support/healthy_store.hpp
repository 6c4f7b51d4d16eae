#pragma once
// The store that the target `store` changes.

#include <string>

namespace genrebench::fuzz {

/// The bytes of a store of the present schema: two experiments, runs of every status, with metrics,
/// predictions, facts, environment, bad tracks and a model.
const std::string& healthy_store();

}  // namespace genrebench::fuzz
