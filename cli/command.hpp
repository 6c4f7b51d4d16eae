#pragma once
// What a command of the program is. A file cli/commands/NAME.cpp defines one command and the
// function command_NAME(), which adds it to the list. The build finds that function by the file's
// name (cmake/GenrebenchPlugins.cmake), so adding a command means adding a file.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file_hashes.hpp"
#include "base/progress.hpp"
#include "cli/arguments.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench::cli {

/// Exit codes of the program.
inline constexpr int kDone = 0;
inline constexpr int kNotDone = 1;  ///< bad data, failed runs, problems found
inline constexpr int kMistake = 2;  ///< in the command or the configuration
inline constexpr int kInterrupted = 130;

/// Arguments that do not go together, or are missing. The program adds how to get help.
class UsageError : public ConfigError {
 public:
  using ConfigError::ConfigError;
};

struct CommandEntry;

/// What the commands share: the values of shared arguments (cli/shared_arguments.hpp), and things
/// that are made at their first use.
class Context {
 public:
  explicit Context(const Registry& plugins);

  const Registry& registry;
  std::filesystem::path database = "runs.db";
  std::filesystem::path cache_folder;  ///< empty: no cache
  int threads;
  bool json = false;
  bool quiet = false;
  bool remember_hashes = true;                          ///< false: hashes() reads every file anew
  const std::vector<CommandEntry>* commands = nullptr;  ///< all that were declared

  /// Content hashes of files, which the cache folder remembers.
  FileHashes& hashes();

  /// Progress on the console.
  Progress& progress();

  /// @throws DataError  if there is no store
  std::unique_ptr<RunStore> store_to_read() const;
  /// Makes the store if there is none.
  std::unique_ptr<RunStore> store_to_write() const;
  bool has_store() const;
  /// Null if there is no store.
  std::unique_ptr<RunStore> store_if_any() const;

 private:
  std::optional<FileHashes> hashes_;
  std::unique_ptr<Progress> progress_;
};

/// One command. Its members are the targets of its arguments.
class Command {
 public:
  virtual ~Command() = default;

  virtual void declare(Arguments& arguments, Context& context) = 0;

  /// Does what the arguments ask for. Results go to standard output, progress and messages to
  /// standard error.
  /// @return  the exit code
  /// @throws ConfigError  for mistakes in the command or the configuration
  /// @throws DataError    if it cannot be done
  virtual int run(Context& context) = 0;
};

/// Headings of `genrebench --help`, in their order. Hidden commands are not listed.
enum class CommandGroup { experiments, results, data, store, cluster, program, hidden };

struct CommandInfo {
  std::string name;  ///< the words that call it: "plan", "store check"
  CommandGroup group = CommandGroup::program;
  int position = 100;  ///< within its heading; commands of equal position are sorted by name
  std::string summary;
  std::string details = {};  ///< more for its own --help: exit codes that mean something special
};

struct CommandEntry {
  CommandInfo info;
  std::unique_ptr<Command> command;      ///< null: others begin with its name, as in "store check"
  std::unique_ptr<Arguments> arguments;  ///< null before it is declared
};

/// The commands of a program.
class CommandList {
 public:
  /// @throws std::logic_error  if there is a command of this name
  void add(CommandInfo info, std::unique_ptr<Command> command);

  template <typename C>
  void add(CommandInfo info) {
    add(std::move(info), std::make_unique<C>());
  }

  /// A word that other commands begin with.
  void add_group(CommandInfo info) { add(std::move(info), nullptr); }

  /// In the order in which --help lists them.
  std::vector<CommandEntry> sorted() &&;

 private:
  std::vector<CommandEntry> entries_;
};

/// Adds every command of cli/commands.
void add_all_commands(CommandList& commands);

}  // namespace genrebench::cli
