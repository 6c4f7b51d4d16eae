#pragma once
// Text as a part of an address.

#include <string>

namespace genrebench {

/// Text as a part of a path: all but ASCII letters, digits, '-', '.', '_' and '~' as %XX.
std::string url_part(const std::string& text);

}  // namespace genrebench
