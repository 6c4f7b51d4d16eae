#pragma once
// The members of a zip archive, as torch.save writes it: stored, not compressed.

#include <map>
#include <string_view>

namespace genrebench {

/// The names of the archive's members and their bytes, both within `archive`. Checksums are not
/// compared: PyTorch itself neither checks nor always writes them.
/// @param file  its name, for messages
/// @throws DataError  if the directory is damaged, if members overlap or are compressed or
/// encrypted Source: PKWARE, .ZIP File Format Specification 6.3.10, sections 4.3 and 4.5.3
std::map<std::string_view, std::string_view> zip_members(std::string_view archive,
                                                         std::string_view file);

}  // namespace genrebench
