#pragma once
// The members of a zip archive, as torch.save and numpy.savez write it: stored, or compressed by
// deflate.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace genrebench {

/// One member, as it lies in the archive.
struct ZipMember {
  std::string_view bytes;   ///< within the archive
  std::uint64_t size = 0;   ///< bytes of its content
  bool compressed = false;  ///< by deflate
};

/// The names of the archive's members and where they lie, both within `archive`. Checksums are not
/// compared: PyTorch itself neither checks nor always writes them.
/// @param file  its name, for messages
/// @throws DataError  if the directory is damaged, if members overlap, are encrypted or are packed
///                    by another method than deflate
/// Source: PKWARE, .ZIP File Format Specification 6.3.10, sections 4.3 and 4.5.3
std::map<std::string_view, ZipMember> zip_directory(std::string_view archive,
                                                    std::string_view file);

/// The content of a member that is compressed. Memory grows with what is unpacked, not with what
/// the archive claims.
/// @param name  of the file and the member, for messages
/// @throws DataError  if the data is damaged, unpacks to another size than the directory says, or
///                    claims to unpack to more than 64 MiB and 100 times its own size
std::string unpacked(const ZipMember& member, const std::string& name);

/// The members' names and contents, of an archive that compresses none.
/// @throws DataError  as zip_directory(), and if a member is compressed
std::map<std::string_view, std::string_view> zip_members(std::string_view archive,
                                                         std::string_view file);

}  // namespace genrebench
