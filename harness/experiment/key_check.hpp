#pragma once
// Which keys an experiment may have.

#include <string>

#include "harness/experiment/settings.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// Checks that a key of an experiment is known. The value of an option that is for one plug-in is
/// checked too, whether or not that plug-in is chosen.
/// @param key  dotted: "method.svm.c"
/// @throws ConfigError  naming the nearest known key and all others
void check_key(const std::string& key, const Setting& setting, const Registry& registry);

/// True for the key of an option that is a path: "dataset.root", "dataset.gtzan.root".
bool is_path_key(const std::string& key, const Registry& registry);

/// True for a key that names one option or chooses a plug-in: "name", "method.c", "method.svm.c",
/// "split.kind". False for keys of maps and lists: "method", "method.tune.c", "seeds".
bool is_value_key(const std::string& key, const Registry& registry);

}  // namespace genrebench
