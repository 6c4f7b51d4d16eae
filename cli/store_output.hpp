#pragma once
// What the commands of `genrebench store` share.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench::cli {

nlohmann::ordered_json to_json(const StoreSize& size);

void warn(Progress& progress, const std::vector<std::string>& warnings);

}  // namespace genrebench::cli
