#pragma once
// Lists that others published, as values of the options of the dataset `manifest`.

#include <vector>

#include "harness/plugin/option_schema.hpp"

namespace genrebench {

/// The first is "own": the defaults.
std::vector<Preset> manifest_presets();

}  // namespace genrebench
