#include "base/files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>

#include "base/error.hpp"
#include "base/private_folder.hpp"
#include "base/unfinished_file.hpp"

namespace genrebench {

void write_file_atomically(const std::filesystem::path& file, std::string_view content) {
  write_file_atomically(file, std::span(&content, 1));
}

void write_file_atomically(const std::filesystem::path& file,
                           std::span<const std::string_view> pieces) {
  UnfinishedFile unfinished(file);
  for (const std::string_view piece : pieces) unfinished.write(piece);
  unfinished.commit();
}

std::string read_file_text(const std::filesystem::path& file) {
  std::error_code ignored;
  const auto status = std::filesystem::status(file, ignored);
  if (std::filesystem::is_directory(status))
    throw DataError(fmt::format("{}: expected a file, found a folder", file.string()));
  if (std::filesystem::is_character_file(status))  // /dev/zero has no end
    throw DataError(fmt::format("{}: expected a file, found a device", file.string()));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> handle(std::fopen(file.c_str(), "rb"),
                                                               std::fclose);
  if (!handle)
    throw DataError(fmt::format("{}: cannot be opened: {}", file.string(),
                                std::generic_category().message(errno)));
  std::string text;
  char block[1 << 16];
  while (const std::size_t n = std::fread(block, 1, sizeof block, handle.get()))
    text.append(block, n);
  if (std::ferror(handle.get()))
    throw DataError(fmt::format("{}: cannot be read: {}", file.string(),
                                std::generic_category().message(errno)));
  return text;
}

bool on_network(const std::filesystem::path& file) {
  std::error_code error;
  std::filesystem::path place = std::filesystem::absolute(file, error);
  struct statfs disk {};
  while (::statfs(place.c_str(), &disk) != 0) {
    if (errno != ENOENT || !place.has_parent_path() || place == place.parent_path()) return false;
    place = place.parent_path();
  }
  // Numbers of statfs(2) and of the file systems' own headers.
  constexpr std::array<std::uint32_t, 14> kShared = {
      0x6969 /*NFS*/,        0x517b /*SMB*/,      0xff534d42 /*CIFS*/,   0xfe534d42 /*SMB2*/,
      0x0bd00bd0 /*Lustre*/, 0x47504653 /*GPFS*/, 0x19830326 /*BeeGFS*/, 0x00c36400 /*Ceph*/,
      0x5346414f /*AFS*/,    0x01021997 /*9p*/,   0x7461636f /*OCFS2*/,  0x01161970 /*GFS2*/,
      0xaad7aaea /*PanFS*/,  0x65735546 /*FUSE: sshfs, GlusterFS*/};
  return std::find(kShared.begin(), kShared.end(), static_cast<std::uint32_t>(disk.f_type)) !=
         kShared.end();
}

namespace {

std::filesystem::path folder_of(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

}  // namespace

std::filesystem::path default_cache_folder() {
  if (const auto folder = folder_of("GENREBENCH_CACHE"); !folder.empty()) return folder;
  if (const auto folder = folder_of("XDG_CACHE_HOME"); !folder.empty())
    return folder / "genrebench";
  if (const auto home = folder_of("HOME"); !home.empty()) return home / ".cache" / "genrebench";
  return user_folder() / "cache";
}

void make_default_cache_private() {
  if (!folder_of("GENREBENCH_CACHE").empty()) return;  // which a group may share
  std::error_code ignored;
  const std::filesystem::path folder = default_cache_folder();
  std::filesystem::create_directories(folder.parent_path(), ignored);
  ::mkdir(folder.c_str(), 0700);
}

}  // namespace genrebench
