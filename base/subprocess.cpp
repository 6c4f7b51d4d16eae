#include "base/subprocess.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/error.hpp"
#include "base/program_start.hpp"

namespace genrebench {
namespace {

/// A file in memory that takes what a program writes, however much that is.
class Sink {
 public:
  Sink() : descriptor_(::memfd_create("genrebench", MFD_CLOEXEC)) {
    if (descriptor() < 0)
      throw DataError(fmt::format("cannot make a file in memory: {}", std::strerror(errno)));
  }

  int descriptor() const { return descriptor_.number(); }

  std::string text() const {
    std::string result;
    char block[1 << 14];
    for (ssize_t n = 0;
         (n = ::pread(descriptor(), block, sizeof block, static_cast<off_t>(result.size()))) > 0;)
      result.append(block, static_cast<std::size_t>(n));
    return result;
  }

 private:
  Descriptor descriptor_;
};

/// What becomes of the descriptors and the working directory of the program.
class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  /// The program's `target` is a copy of our `descriptor`; -1: /dev/null.
  void connect(int target, int descriptor) {
    if (descriptor >= 0)
      ::posix_spawn_file_actions_adddup2(&actions_, descriptor, target);
    else
      ::posix_spawn_file_actions_addopen(&actions_, target, "/dev/null",
                                         target == STDIN_FILENO ? O_RDONLY : O_WRONLY, 0);
  }
  void enter(const std::filesystem::path& folder) {
    ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_ = {};
};

/// Signals that this program may ignore, and that others expect to end them: writing to a pipe
/// without a reader, and beyond the limit of file sizes.
class DefaultSignals {
 public:
  DefaultSignals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGPIPE, SIGXFSZ}) ::sigaddset(&signals, signal);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~DefaultSignals() { ::posix_spawnattr_destroy(&attributes_); }
  DefaultSignals(const DefaultSignals&) = delete;
  DefaultSignals& operator=(const DefaultSignals&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_ = {};
};

/// The environment of this process with some variables changed.
std::vector<std::string> environment_with(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> result;
  for (const auto& [name, value] : changes) result.push_back(name + "=" + value);
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    if (!changes.contains(text.substr(0, text.find('=')))) result.push_back(text);
  }
  return result;
}

}  // namespace

pid_t start_subprocess(const std::vector<std::string>& command,
                       const SubprocessSettings& settings) {
  FileActions actions;
  const DefaultSignals signals;
  if (!settings.folder.empty()) actions.enter(settings.folder);
  actions.connect(STDIN_FILENO, settings.in);
  actions.connect(STDOUT_FILENO, settings.out);
  actions.connect(STDERR_FILENO, settings.err);
  std::vector<std::string> words = command, variables = environment_with(settings.environment);
  const std::vector<char*> argv = pointers_to(words), envp = pointers_to(variables);
  const std::string& program = settings.program.empty() ? command.front() : settings.program;
  pid_t child = 0;
  if (const int error = ::posix_spawnp(&child, program.c_str(), actions.get(), signals.get(),
                                       argv.data(), envp.data());
      error != 0)
    throw DataError(fmt::format("{} cannot be started: {}", program, std::strerror(error)));
  return child;
}

SubprocessResult run_subprocess(const std::vector<std::string>& command,
                                const std::filesystem::path& folder,
                                const std::map<std::string, std::string>& environment) {
  const Sink out, err;
  const pid_t child = start_subprocess(command, {.program = {},
                                                 .folder = folder,
                                                 .environment = environment,
                                                 .out = out.descriptor(),
                                                 .err = err.descriptor()});
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      throw DataError(fmt::format("cannot wait for {}: {}", command.front(), std::strerror(errno)));
  return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .out = out.text(),
          .err = err.text()};
}

std::string shell_text(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += (text.empty() ? "" : " ") + shell_word(word);
  return text;
}

std::string shell_word(const std::string& word) {
  constexpr const char* kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,%@+";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string result = "'";
  for (const char c : word) {
    if (c == '\'')
      result += R"('\'')";
    else
      result += c;
  }
  return result + "'";
}

}  // namespace genrebench
