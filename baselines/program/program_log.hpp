#pragma once
// What a program printed: a file that is kept with the run, and its last line for a message.

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>

namespace genrebench {

/// Adds to a file what a program prints, up to a limit.
class ProgramLog {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{1} << 24;

  /// @param file     empty: nothing is written
  /// @param command  becomes the first line
  ProgramLog(const std::filesystem::path& file, const std::string& command,
             std::size_t most_bytes = kMostBytes);

  void add(const std::string& text);

  /// The last line that is not blank, cleaned and shortened; empty: none.
  std::string last_line() const;

  /// True if the file could not be written, as on a full disk.
  bool failed() const { return failed_; }

 private:
  void write(const std::string& text);

  std::ofstream file_;
  std::size_t left_;
  std::string tail_;
  bool wanted_;
  bool failed_ = false;
};

}  // namespace genrebench
