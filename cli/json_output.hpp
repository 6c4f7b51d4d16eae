#pragma once
// Results for programs.

#include <nlohmann/json_fwd.hpp>

namespace genrebench::cli {

/// Prints a document to standard output, indented. Bytes that are not UTF-8, which names of files
/// may hold, become U+FFFD.
void print_json(const nlohmann::ordered_json& document);

}  // namespace genrebench::cli
