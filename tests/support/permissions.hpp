#pragma once
// What a file's owner, group and others may do with it, as Unix has it.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace genrebench::testing {

/// The nine bits: 0600.
inline mode_t permissions(const std::filesystem::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
  return status.st_mode & 0777;
}

/// Sets the umask of this process, and of programs that it starts, while it lives.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  mode_t before_;
};

}  // namespace genrebench::testing
