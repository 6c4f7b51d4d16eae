#pragma once
// Names of files that are made from texts of any length.

#include <cstddef>
#include <string>
#include <string_view>

namespace genrebench {

/// A name as it is if it has at most `most` bytes. Else its beginning, cut between two characters
/// of UTF-8, and a hash, so that two long names which begin alike stay two.
/// @param most   more than 20
/// @param whole  what the hash is of: the text that the name was made from
std::string shortened_name(std::string_view name, std::size_t most, std::string_view whole);

inline std::string shortened_name(std::string_view name, std::size_t most) {
  return shortened_name(name, most, name);
}

}  // namespace genrebench
