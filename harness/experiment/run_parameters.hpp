#pragma once
// The text form of a run's options: names of stored parameters, and a text for comparing runs.

#include <string>
#include <string_view>

#include "harness/experiment/run_spec.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// Suffix of the parameter beside an option that names a file whose content decides the result:
/// "method.weights.content" is the hash of that content.
inline constexpr std::string_view kContentSuffix = ".content";

/// The key of the option that a key of RunSpec::content_files() belongs to: "method.files" for
/// "method.files#000".
std::string option_of_content(const std::string& key);

/// True if a stored parameter of this name decides how a run is done and not its result: one of
/// RunSpec::handling.
bool is_handling(std::string_view key);

/// One text for all of RunSpec::parameters(), equal exactly where these are equal, and faster to
/// make.
std::string parameters_text(const RunSpec& spec, const Registry& registry);

}  // namespace genrebench
