#pragma once
// Text files as people have them: compressed by gzip, in UTF-16, or no text at all.

#include <filesystem>
#include <string>
#include <string_view>

namespace genrebench {

/// U+FEFF in UTF-8, with which some programs begin a text.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The text behind a byte order mark, where it has one.
constexpr std::string_view without_byte_order_mark(std::string_view text) {
  return text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
}

/// The text of a file. gzip is unpacked (several members are one text), and UTF-16 becomes UTF-8;
/// without a byte order mark it is known by the zero bytes of its first characters. All other bytes
/// are given as they are.
/// @throws DataError  the file is missing, a folder or unreadable; the gzip data is damaged, cut
///                    short, or unpacks to far more than a table would; the UTF-16 is invalid; the
///                    file is of another kind, which is named: an Excel workbook, a web page, a Git
///                    LFS pointer, ...
std::string read_text_file(const std::filesystem::path& file);

}  // namespace genrebench
