#pragma once
// A folder of a test's own, gone when the test ends.

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace genrebench::testing {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "genrebench-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

  /// Writes a text file, with its folders.
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace genrebench::testing

/// Expects `statement` to throw `Error` with a message that holds every one of the texts.
#define EXPECT_THROW_SAYING(statement, Error, ...)                                 \
  do {                                                                             \
    std::string genrebench_said;                                                   \
    try {                                                                          \
      statement;                                                                   \
      ADD_FAILURE() << "expected " #Error ", nothing was thrown";                  \
    } catch (const Error& error) {                                                 \
      genrebench_said = error.what();                                              \
      for (const std::string& expected : std::vector<std::string>{__VA_ARGS__})    \
        EXPECT_NE(genrebench_said.find(expected), std::string::npos)               \
            << "the message: " << genrebench_said << "\nshould say: " << expected; \
      EXPECT_EQ(genrebench_said.find('\n'), std::string::npos)                     \
          << "more than one line: " << genrebench_said;                            \
    }                                                                              \
  } while (false)
