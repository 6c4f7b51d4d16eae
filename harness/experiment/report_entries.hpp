#pragma once
// The key `reports` of an experiment file: `reports: [summary, {ablation: {key: split.unit}}]`.

#include <string>
#include <vector>

#include "harness/experiment/report_choice.hpp"
#include "harness/experiment/settings.hpp"
#include "harness/experiment/yaml_tree.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// One report as written, not yet checked against the plug-ins.
struct ReportEntry {
  Setting name;
  Settings options = {};  ///< by name of the option
};

/// Reads a list of reports, or one name. Each item of the list is a name, or a map whose one key is
/// the name and whose value is a map of options.
/// @throws ConfigError  if the node is something else
std::vector<ReportEntry> read_report_entries(const YamlNode& node, Layer layer);

/// Checks names and options, and expands `${NAME}` in them. A report that is given twice in the
/// same way is taken once.
/// @param keep_unset_in_paths  leave `${NAME}` as it is in options that are paths, where there is
///                             no such environment variable
/// @throws ConfigError  naming the place, the report, the option and what was expected
std::vector<ReportChoice> check_report_entries(std::vector<ReportEntry> entries,
                                               const Registry& registry, bool keep_unset_in_paths);

}  // namespace genrebench
