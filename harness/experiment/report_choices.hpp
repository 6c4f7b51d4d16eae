#pragma once
// Which reports to write, and with which options: what experiment files and the command line say,
// merged.

#include <map>
#include <string>
#include <vector>

#include "harness/experiment/plugin_choice.hpp"
#include "harness/experiment/report_choice.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// Collects the reports of one or more experiments. A report that several experiments ask for is
/// written once for all of them, so they must agree on its options.
class ReportChoices {
 public:
  /// Keeps a reference to the registry.
  /// @param names    the reports that the command line asks for, in place of those of the files
  /// @param options  words `REPORT.OPTION=VALUE`, whose value is YAML; they win over the files
  /// @throws ConfigError  if a report or an option is unknown, or a value is wrong
  ReportChoices(const Registry& registry, std::vector<std::string> names,
                const std::vector<std::string>& options);

  /// Adds the reports of one experiment: those that the command line names, else those of its file,
  /// else `summary`. Options that the file gives a report apply also where the command line names
  /// the report.
  /// @param of_file  Experiment::reports; empty for an experiment of the store
  /// @return         the names of this experiment's reports
  /// @throws ConfigError  if an earlier experiment gives a report other options
  std::vector<std::string> add(const std::string& experiment,
                               const std::vector<ReportChoice>& of_file);

  /// All reports with every option resolved, in the order in which they were first asked for. If
  /// nothing was added: those that the command line names, else `summary`.
  /// @throws ConfigError  if the command line gives options of a report that is not among them
  std::vector<PluginChoice> all() const;

 private:
  struct Asked {
    PluginChoice choice;
    std::string given_by;  ///< the experiment whose file gives the options; empty: none does
  };

  /// @param of_file  null: the file does not name the report
  PluginChoice resolve(const std::string& name, const ReportChoice* of_file) const;
  std::vector<std::string> names_for(const std::vector<ReportChoice>& of_file) const;

  const Registry& registry_;
  std::vector<std::string> names_;
  std::map<std::string, OptionValues> options_;  ///< of the command line, by report
  std::vector<Asked> asked_;
};

}  // namespace genrebench
