#include "reports/charts/gnuplot.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

#include "reports/render/text.hpp"
#include "signal/error.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInstall = "install gnuplot 5.4 or newer with Cairo (Debian and Ubuntu: apt-get install gnuplot-nox)";
constexpr const char* kScript = "script.gp";
constexpr const char* kLog = "log.txt";

class Folder {
 public:
  Folder() {
    std::error_code error;
    const fs::path parent = fs::temp_directory_path(error);
    std::string name = ((error ? fs::path("/tmp") : parent) / "genrebench-chart-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw DataError("cannot make the temporary folder '" + name + "': " + std::strerror(errno));
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const fs::path& path() const { return path_; }

  void write(const std::string& name, std::string_view content) const {
    std::ofstream file(path_ / name, std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) throw DataError("cannot write '" + (path_ / name).string() + "', which a chart needs for a moment");
  }

  /// Empty where there is no such file.
  std::string read(const std::string& name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return std::move(content).str();
  }

 private:
  fs::path path_;
};

/// What the child does before it becomes gnuplot.
class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_ = {};
};

/// Our environment, with a fixed locale and time zone.
std::vector<std::string> environment() {
  constexpr std::array<std::string_view, 2> kFixed = {"LC_ALL=C.UTF-8", "TZ=UTC"};
  std::vector<std::string> result(kFixed.begin(), kFixed.end());
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('='));
    if (name != "LC_ALL" && name != "TZ") result.emplace_back(text);
  }
  return result;
}

/// @return  the exit status, or 128 and more where a signal ended it
int run(const Folder& folder) {
  FileActions actions;
  // In the folder, so that no path has to be written in gnuplot's language.
  ::posix_spawn_file_actions_addchdir_np(actions.get(), folder.path().c_str());
  ::posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(actions.get(), STDOUT_FILENO, kLog, O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::posix_spawn_file_actions_adddup2(actions.get(), STDOUT_FILENO, STDERR_FILENO);

  std::array<std::string, 3> arguments = {"gnuplot", "--default-settings", kScript};
  std::array<char*, 4> argv = {arguments[0].data(), arguments[1].data(), arguments[2].data(), nullptr};
  std::vector<std::string> variables = environment();
  std::vector<char*> envp;
  for (std::string& variable : variables) envp.push_back(variable.data());
  envp.push_back(nullptr);

  pid_t child = 0;
  if (const int error = ::posix_spawnp(&child, "gnuplot", actions.get(), nullptr, argv.data(), envp.data()); error != 0)
    throw DataError(std::string("figures are drawn by gnuplot, which cannot be started (") + std::strerror(error) + "): " + kInstall);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw DataError(std::string("cannot wait for gnuplot: ") + std::strerror(errno));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::vector<std::string> run_gnuplot(const std::string& script, const std::map<std::string, std::string>& inputs,
                                     const std::vector<std::string>& outputs) {
  const Folder folder;
  folder.write(kScript, script);
  for (const auto& [name, content] : inputs) folder.write(name, content);
  const int status = run(folder);
  std::vector<std::string> result;
  bool complete = status == 0;
  for (const std::string& name : outputs) {
    result.push_back(folder.read(name));
    complete = complete && !result.back().empty();
  }
  if (!complete) {
    const std::string said = wrap_text(single_line(folder.read(kLog)), /*width=*/1000000);
    throw DataError("gnuplot could not draw a figure (exit status " + std::to_string(status) + "): " +
                    (said.empty() ? "it did not say why" : said.substr(0, 400)) + "; " + kInstall);
  }
  return result;
}

}  // namespace genrebench
