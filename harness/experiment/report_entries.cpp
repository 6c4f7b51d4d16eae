#include "harness/experiment/report_entries.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace genrebench {
namespace {

constexpr const char* kExpected =
    "expected a list of reports, each a name or a map of one name to its options: reports: "
    "[summary, {ablation: {key: split.unit}}]";

Setting setting_of(const YamlNode& node, Layer layer) {
  return {to_value(node, node.where), node.where, layer};
}

ReportEntry read_entry(const YamlNode& item, Layer layer) {
  if (item.is_scalar()) return {.name = setting_of(item, layer)};
  if (!item.is_map() || item.entries.size() != 1)
    throw ConfigError(fmt::format("{}: {}", item.where, kExpected));
  const auto& [name, options] = item.entries.front();
  key_name(name);
  ReportEntry entry{.name = setting_of(name, layer)};
  if (options.is_map())
    add_settings(options, "", layer, entry.options);
  else if (options.kind != YamlNode::Kind::null)
    throw ConfigError(
        fmt::format("{}: report {}: expected a map of options", options.where, name.text));
  return entry;
}

ReportChoice check_entry(ReportEntry& entry, const Registry& registry, bool keep_unset_in_paths) {
  expand_variables("reports", entry.name, /*keep_unset=*/false);
  ReportChoice choice{.name = to_string(entry.name.value)};
  const OptionSchema& schema =
      registry.reports.get(choice.name, entry.name.where + ": reports").options;
  const std::string report = "report " + choice.name;
  for (auto& [name, setting] : entry.options) {
    const OptionInfo* option = schema.find(name);
    expand_variables(name, setting,
                     keep_unset_in_paths && option != nullptr && option->type == OptionType::path);
    choice.options[name] = check_setting(schema, name, setting, setting.where + ": " + report);
  }
  schema.resolve(choice.options, entry.name.where + ": " + report);
  return choice;
}

}  // namespace

std::vector<ReportEntry> read_report_entries(const YamlNode& node, Layer layer) {
  if (node.kind == YamlNode::Kind::null) return {};
  if (node.is_map()) throw ConfigError(fmt::format("{}: {}", node.where, kExpected));
  if (node.is_scalar()) return {read_entry(node, layer)};
  std::vector<ReportEntry> entries;
  for (const YamlNode& item : node.items) entries.push_back(read_entry(item, layer));
  return entries;
}

std::vector<ReportChoice> check_report_entries(std::vector<ReportEntry> entries,
                                               const Registry& registry, bool keep_unset_in_paths) {
  std::vector<ReportChoice> choices;
  for (ReportEntry& entry : entries) {
    ReportChoice choice = check_entry(entry, registry, keep_unset_in_paths);
    const auto earlier =
        std::find_if(choices.begin(), choices.end(),
                     [&](const ReportChoice& other) { return other.name == choice.name; });
    if (earlier == choices.end())
      choices.push_back(std::move(choice));
    else if (*earlier != choice)
      throw ConfigError(fmt::format("{}: reports: '{}' is given twice, with different options",
                                    entry.name.where, choice.name));
  }
  return choices;
}

}  // namespace genrebench
