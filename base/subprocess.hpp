#pragma once
// Starts other programs, without a shell.

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace genrebench {

/// How a program is started.
struct SubprocessSettings {
  std::string program;  ///< the file to execute; empty: the one that the command's first word names
  std::filesystem::path folder;                    ///< its working directory; empty: the caller's
  std::map<std::string, std::string> environment;  ///< variables that differ from the caller's
  int in = -1;   ///< descriptor for its standard input; -1: /dev/null
  int out = -1;  ///< descriptor for its standard output; -1: /dev/null
  int err = -1;  ///< descriptor for its standard error; -1: /dev/null
};

/// Starts a program and returns at once. Of the caller's
/// descriptors it inherits only those that are not marked close-on-exec.
/// @param command  the program, looked for in PATH unless it has a slash, and its arguments
/// @return         its process id; the caller has to wait for it
/// @throws DataError  if it cannot be started
pid_t start_subprocess(const std::vector<std::string>& command, const SubprocessSettings& settings);

struct SubprocessResult {
  int exit_code = 0;  ///< 128 + the signal's number if a signal ended it
  std::string out, err;
};

/// Runs a program to its end and collects what it writes. Its standard input is /dev/null.
/// @param command      the program, looked for in PATH unless it has a slash, and its arguments
/// @param folder       its working directory; empty: the caller's
/// @param environment  variables that differ from the caller's
/// @throws DataError  if it cannot be started
SubprocessResult run_subprocess(const std::vector<std::string>& command,
                                const std::filesystem::path& folder = {},
                                const std::map<std::string, std::string>& environment = {});

/// The command as one would type it into a shell.
std::string shell_text(const std::vector<std::string>& command);

/// One word as one would type it into a shell: in quotes where it needs them.
std::string shell_word(const std::string& word);

}  // namespace genrebench
