#pragma once
// A folder of a test's own, gone when the test ends.

#include <filesystem>
#include <fstream>
#include <string>

#include "base/temporary_folder.hpp"

namespace genrebench::testing {

class TemporaryFolder : public genrebench::TemporaryFolder {
 public:
  TemporaryFolder() : genrebench::TemporaryFolder("test") {}

  /// Writes a text file, with its folders.
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
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
