#pragma once
// The value of an option, as YAML and the command line write it.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace genrebench {

/// A value as written in YAML or behind `key=` on the command line. `std::monostate` is `auto` (or
/// YAML's null): the plug-in chooses.
using OptionValue =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// Values by option name. After OptionSchema::resolve(): every option of the schema, each of its
/// own type.
using OptionValues = std::map<std::string, OptionValue>;

/// The value as it would be written in YAML: `auto`, `true`, `3`, `0.5`, `text`, `[a, b]`. Equal
/// values give equal texts, and a double keeps all its digits.
std::string to_string(const OptionValue& value);

/// Reads a word as the type it looks like: `auto` (also null, ~), boolean, integer, number, text.
OptionValue parse_option_value(std::string_view text);

}  // namespace genrebench
