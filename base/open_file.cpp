#include "base/open_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace genrebench {
namespace {

std::int64_t in_ns(const timespec& time) {
  return std::int64_t{1'000'000'000} * time.tv_sec + time.tv_nsec;
}

/// @throws FileUnreadable
void require_regular(const struct stat& status, const std::filesystem::path& file) {
  if (S_ISDIR(status.st_mode)) throw FileUnreadable(file, "it is a folder");
  if (!S_ISREG(status.st_mode)) throw FileUnreadable(file, "it is no regular file");
}

}  // namespace

FileUnreadable::FileUnreadable(std::filesystem::path file, const std::string& reason)
    : DataError(fmt::format("{}: cannot be read: {}", file.string(), reason)),
      file_(std::move(file)) {}

OpenFile::OpenFile(const std::filesystem::path& file) : file_(file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) fail(errno);
  require_regular(status, file_);  // before it is opened: opening a pipe would block
  descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) fail(errno);
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FileState OpenFile::state() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail(errno);
  require_regular(status, file_);
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = status.st_size,
          .modified_ns = in_ns(status.st_mtim),
          .changed_ns = in_ns(status.st_ctim)};
}

void OpenFile::read(const std::function<void(std::string_view)>& take) const {
  constexpr std::size_t kBlock = 1 << 20;
  const auto block = std::make_unique_for_overwrite<char[]>(kBlock);
  for (off_t offset = 0;;) {
    const ssize_t n = ::pread(descriptor_, block.get(), kBlock, offset);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(errno);
    if (n == 0) return;
    take({block.get(), static_cast<std::size_t>(n)});
    offset += n;
  }
}

std::size_t OpenFile::read_at(std::int64_t offset, void* to, std::size_t count) const {
  std::size_t done = 0;
  while (done < count) {
    const ssize_t n = ::pread(descriptor_, static_cast<char*>(to) + done, count - done,
                              offset + static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(errno);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

void OpenFile::fail(int code) const { throw FileUnreadable(file_, std::strerror(code)); }

bool is_readable(const std::filesystem::path& file) {
  try {
    const OpenFile opened(file);
    return true;
  } catch (const FileUnreadable&) {
    return false;
  }
}

}  // namespace genrebench
