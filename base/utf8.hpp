#pragma once
// Text of unknown origin, made fit to be printed and stored.

#include <string>
#include <string_view>

namespace genrebench {

/// A file name as valid UTF-8 on one line: bytes that are not UTF-8, and control characters, become
/// \xNN.
std::string utf8_name(std::string_view bytes);

/// A tag's text as valid UTF-8 on one line, without the blanks around it. What is not UTF-8 is
/// taken for Latin-1, which tags without a stated encoding (ID3v1) mostly are.
std::string tag_text(std::string_view bytes);

}  // namespace genrebench
