#pragma once
// Ids of runs and other hashes, shortened for people.

#include <cstddef>
#include <string>
#include <string_view>

namespace genrebench {

/// Characters of a shortened id: in tables and notes; in messages that name a single run or file,
/// whose reader may want to look it up.
constexpr std::size_t kShortId = 8, kLongerId = 12;

/// The first characters of an id or hash, all of them if it has fewer.
std::string short_id(std::string_view id, std::size_t length = kShortId);

}  // namespace genrebench
