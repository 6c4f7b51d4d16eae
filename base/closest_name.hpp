#pragma once
// Suggests the name that was probably meant where one is not known.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

/// The nearest of `known` to `word` by edit distance, or nothing where all are too far to be a
/// slip.
std::optional<std::string> nearest_name(std::string_view word,
                                        const std::vector<std::string>& known);

/// "a, b, c"; of more than 20 names the first 20 and the number of the others: "a, …, t and 380
/// more". Long names are cut.
std::string name_list(std::span<const std::string> names);

/// "unknown KIND 'word' in WHERE; did you mean 'x'? known: a, b, c", with the names as name_list()
/// gives them.
std::string unknown_name_message(std::string_view kind, std::string_view word,
                                 std::string_view where, const std::vector<std::string>& known);

}  // namespace genrebench
