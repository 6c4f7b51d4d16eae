#pragma once
// Other programs, started without a shell.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace genrebench {

struct SubprocessResult {
  int exit_code = 0;  ///< 128 and more where a signal ended it
  std::string out, err;
};

/// Runs a program to its end, nothing on its standard input.
/// @param command      its name, looked for in PATH, and its arguments
/// @param folder       its working directory; empty: ours
/// @param environment  variables that it has other than we do
/// @throws DataError  if it cannot be started
SubprocessResult run_subprocess(const std::vector<std::string>& command,
                                const std::filesystem::path& folder = {},
                                const std::map<std::string, std::string>& environment = {});

/// The command as one would type it into a shell.
std::string shell_text(const std::vector<std::string>& command);

/// One word as one would type it into a shell: in quotes where it needs them.
std::string shell_word(const std::string& word);

}  // namespace genrebench
