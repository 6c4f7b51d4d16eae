#include "base/unfinished_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/error.hpp"

namespace genrebench {

namespace fs = std::filesystem;

namespace {

/// So many bytes of the target's name begin the temporary one: names end at 255 bytes.
constexpr std::size_t kNameBytes = 100;

}  // namespace

std::string unguessable_digits() {
  std::array<unsigned char, 8> bytes{};
  // So few bytes come whole, and at once after the machine's start.
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw DataError(fmt::format("the kernel gives no random numbers: {}", std::strerror(errno)));
  std::string digits;
  for (const unsigned char byte : bytes) digits += fmt::format("{:02x}", byte);
  return digits;
}

UnfinishedFile::UnfinishedFile(fs::path target) : target_(std::move(target)) {
  std::error_code ignored;  // opening the file says what is wrong
  if (target_.has_parent_path()) fs::create_directories(target_.parent_path(), ignored);
  const fs::path name = target_.parent_path() /
                        fmt::format("{}.tmp.{}", target_.filename().string().substr(0, kNameBytes),
                                    unguessable_digits());
  const int descriptor =
      ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor < 0) fail(errno);
  path_ = name;
  stream_ = ::fdopen(descriptor, "wb");
  if (stream_ == nullptr) {
    const int code = errno;
    ::close(descriptor);
    fail(code);
  }
}

UnfinishedFile::~UnfinishedFile() {
  if (stream_ != nullptr) std::fclose(stream_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

void UnfinishedFile::write(std::string_view bytes) {
  if (bytes.empty()) return;  // its address may be null
  if (std::fwrite(bytes.data(), 1, bytes.size(), stream_) != bytes.size()) fail(errno);
}

void UnfinishedFile::commit() {
  if (sync_ && (std::fflush(stream_) != 0 || ::fsync(::fileno(stream_)) != 0)) fail(errno);
  // A full disk may show only here.
  if (std::fclose(std::exchange(stream_, nullptr)) != 0) fail(errno);
  std::error_code error;
  fs::rename(path_, target_, error);
  if (error) fail(error.value());
  path_.clear();
}

void UnfinishedFile::fail(int code) {
  if (stream_ != nullptr) std::fclose(std::exchange(stream_, nullptr));
  if (!path_.empty()) ::unlink(std::exchange(path_, {}).c_str());
  throw DataError(fmt::format("{}: cannot be written: {}", target_.string(), std::strerror(code)));
}

}  // namespace genrebench
