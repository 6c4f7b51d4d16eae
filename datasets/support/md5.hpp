#pragma once
// MD5 sums of files, as published lists give them. Not for security.

#include <filesystem>
#include <string>

namespace genrebench {

/// @return  32 lower-case hexadecimal digits
/// @throws DataError  where the file cannot be read
std::string md5_of_file(const std::filesystem::path& file);

}  // namespace genrebench
