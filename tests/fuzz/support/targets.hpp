#pragma once
// All targets by name. The build writes the function from the names of the files.

#include <map>
#include <string>
#include <string_view>

namespace genrebench::fuzz {

std::map<std::string, void (*)(std::string_view input)> all_targets();

}  // namespace genrebench::fuzz
