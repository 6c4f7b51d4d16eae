#pragma once
// The value of an option, as YAML and the command line write it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace genrebench {

/// The value of an option. What YAML and the command line give are words (`std::string`) and lists
/// of words: only the type of an option tells whether `1.10` is a number or the name of a folder,
/// so OptionSchema::check() reads them. `std::monostate` is `auto`: the plug-in chooses.
using OptionValue =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// Values by option name. After OptionSchema::resolve(): every option of the schema, each of its
/// own type.
using OptionValues = std::map<std::string, OptionValue>;

/// The value as it would be written in YAML: `auto`, `true`, `3`, `0.5`, `text`, `[a, "b, c"]`.
/// Equal values give equal texts, a double keeps all its digits, and a list all its words.
std::string to_string(const OptionValue& value);

/// Reads back a list that to_string() wrote. Words without quotes reach up to the next comma.
/// @return  nothing if the text is no list
std::optional<std::vector<std::string>> parse_list(std::string_view text);

}  // namespace genrebench
