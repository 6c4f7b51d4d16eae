#pragma once
// Which runs of the store the commands `export …` take.

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "exports/exported_runs.hpp"
#include "harness/plan/selected_runs.hpp"

namespace genrebench::cli {

/// The argument FILE|NAME..., of experiment files and names of experiments in the store.
void add_exported(Arguments& arguments, std::vector<std::string>& words);

/// The runs that the words name: those that a file plans now, those of the latest plan of a name;
/// without words those of all experiments.
class ExportSelection {
 public:
  /// @throws ConfigError  if the store has no such experiment, or none of a file's runs
  ExportSelection(const RunStore& store, const Context& context,
                  const std::vector<std::string>& words);

  const StoreReader& store() const { return runs_; }
  const ReportScope& scope() const { return scope_; }
  const std::vector<std::filesystem::path>& files() const { return files_; }

  /// The runs with a name each. What is left out is told on standard error.
  std::vector<ExportedRun> exported() const;

  /// All runs that were started, each once.
  std::vector<RunRecord> records() const;

 private:
  void add_file(const std::string& file, const std::vector<std::string>& overrides,
                const Context& context);

  SelectedRuns runs_;
  ReportScope scope_;
  std::vector<std::filesystem::path> files_;
};

}  // namespace genrebench::cli
