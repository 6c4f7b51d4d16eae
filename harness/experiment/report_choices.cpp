#include "harness/experiment/report_choices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "harness/experiment/option_words.hpp"

namespace genrebench {
namespace {

const ReportChoice* find_report(const std::vector<ReportChoice>& reports, const std::string& name) {
  const auto found = std::find_if(reports.begin(), reports.end(),
                                  [&](const ReportChoice& one) { return one.name == name; });
  return found == reports.end() ? nullptr : &*found;
}

}  // namespace

ReportChoices::ReportChoices(const Registry& registry, std::vector<std::string> names,
                             const std::vector<std::string>& options)
    : registry_(registry) {
  for (std::string& name : names) {
    registry.reports.get(name, "report");
    if (std::find(names_.begin(), names_.end(), name) == names_.end())
      names_.push_back(std::move(name));
  }
  for (const std::string& word : options) {
    const auto [key, text] = key_and_text(word);
    const std::string where = "--report-option " + key;
    const std::size_t dot = key.find('.');
    if (dot == std::string::npos)
      throw ConfigError(
          fmt::format("{}: expected REPORT.OPTION=VALUE, such as ablation.key=split.unit", where));
    const std::string name = key.substr(0, dot), option = key.substr(dot + 1);
    options_[name][option] = check_setting(registry.reports.get(name, where).options, option,
                                           typed_setting(text), where);
  }
}

std::vector<std::string> ReportChoices::add(const std::string& experiment,
                                            const std::vector<ReportChoice>& of_file) {
  std::vector<std::string> names = names_for(of_file);
  for (const std::string& name : names) {
    const ReportChoice* given = find_report(of_file, name);
    PluginChoice choice = resolve(name, given);
    const auto earlier = std::find_if(asked_.begin(), asked_.end(), [&](const Asked& asked) {
      return asked.choice.name == name;
    });
    if (earlier == asked_.end()) {
      asked_.push_back({std::move(choice), given == nullptr ? std::string() : experiment});
    } else if (given != nullptr && earlier->given_by.empty()) {
      *earlier = {std::move(choice), experiment};
    } else if (given != nullptr && earlier->choice != choice) {
      throw ConfigError(fmt::format(
          "report {}: the experiments {} and {} give it different options; report them one after "
          "the other, or give the options with --report-option",
          name, earlier->given_by, experiment));
    }
  }
  return names;
}

std::vector<PluginChoice> ReportChoices::all() const {
  std::vector<PluginChoice> result;
  for (const Asked& asked : asked_) result.push_back(asked.choice);
  if (result.empty())
    for (const std::string& name : names_for({})) result.push_back(resolve(name, nullptr));
  std::vector<std::string> names;
  for (const PluginChoice& choice : result) names.push_back(choice.name);
  for (const auto& [name, values] : options_)
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw ConfigError(
          fmt::format("--report-option {}.{}: the report {} is not asked for; these are: {}", name,
                      values.begin()->first, name, fmt::join(names, ", ")));
  return result;
}

PluginChoice ReportChoices::resolve(const std::string& name, const ReportChoice* of_file) const {
  OptionValues given = of_file == nullptr ? OptionValues() : of_file->options;
  if (const auto words = options_.find(name); words != options_.end())
    for (const auto& [option, value] : words->second) given[option] = value;
  return {name, registry_.reports.get(name, "report").options.resolve(given, "report " + name)};
}

std::vector<std::string> ReportChoices::names_for(const std::vector<ReportChoice>& of_file) const {
  if (!names_.empty()) return names_;
  std::vector<std::string> names;
  for (const ReportChoice& report : of_file) names.push_back(report.name);
  if (names.empty()) names = {"summary"};
  return names;
}

}  // namespace genrebench
