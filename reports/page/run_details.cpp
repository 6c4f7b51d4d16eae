#include "reports/page/run_details.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "reports/render/html_parts.hpp"
#include "reports/support/cells.hpp"

namespace genrebench {
namespace {

/// The parameters that all runs have with the same value.
Parameters shared_parameters(const Scope& scope) {
  if (scope.runs.empty()) return {};
  Parameters shared = scope.runs.front().parameters;
  for (const RunRecord& run : scope.runs)
    std::erase_if(shared, [&](const auto& entry) {
      const auto own = run.parameters.find(entry.first);
      return own == run.parameters.end() || own->second != entry.second;
    });
  return shared;
}

std::string definition(std::string_view name, std::string_view value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", html::escape(name),
                     html::escape_lines(value));
}

/// Final metrics but those of single genres, which there may be hundreds of.
std::string metrics_text(const StoreReader& store, const RunRecord& run) {
  std::string text;
  for (const MetricRecord& metric : store.metrics(run.id)) {
    if (metric.step >= 0 || metric.name.find('/') != std::string::npos) continue;
    text += fmt::format("{}{} {} {:.4g}", text.empty() ? "" : "; ", metric.split, metric.name,
                        metric.value);
  }
  return text;
}

/// Facts of the fit that are short: weights and warnings, epochs, what was tuned.
std::string facts_text(const RunRecord& run) {
  constexpr std::size_t kShort = 120;
  std::string text;
  for (const auto& [key, value] : run.facts)
    if ((key.starts_with(facts::kFitPrefix) || key.starts_with(facts::kTunedPrefix) ||
         key == facts::kDivision.key()) &&
        value.size() <= kShort)
      text += fmt::format("{}{} = {}", text.empty() ? "" : "; ", key, value);
  return text;
}

std::string details_of(const StoreReader& store, const RunRecord& run, const Parameters& shared,
                       const std::string& of_store) {
  std::string configuration;
  for (const auto& [key, value] : run.parameters)
    if (!shared.contains(key))
      configuration += fmt::format("{}{} = {}", configuration.empty() ? "" : "; ", key, value);
  std::string text = fmt::format(
      "<details id=\"{}\" class=\"run\">\n<summary>{} · {} · seed {} · {}</summary>\n{}<dl>\n",
      html::escape(run_anchor(run.id)), html::escape(short_id(run.id)),
      html::escape(run.parameter("method.name")), run.seed, to_string(run.status),
      html::kBeginLater);
  text += definition("id", run.id);
  if (!run.message.empty()) text += definition("message", run.message);
  if (!configuration.empty()) text += definition("configuration", configuration);
  if (const std::string metrics = metrics_text(store, run); !metrics.empty())
    text += definition("results", metrics);
  if (const std::string facts = facts_text(run); !facts.empty()) text += definition("fit", facts);
  if (!run.started_at.empty())
    text += definition(
        "time", fmt::format("started at {}, took {}", run.started_at, format_duration(run.wall_s)));
  text += definition("commands", fmt::format("genrebench show {0}{1}\ngenrebench reproduce {0}{1}",
                                             short_id(run.id, kLongerId), of_store));
  return text + fmt::format("</dl>\n{}</details>\n", html::kEndLater);
}

}  // namespace

std::string run_anchor(const std::string& run_id) { return "run-" + short_id(run_id, kLongerId); }

std::map<std::string, std::string> run_links(const Scope& scope) {
  std::map<std::string, std::string> links;
  for (const RunRecord& run : scope.runs)
    for (const std::size_t length : {kShortId, kLongerId})
      links.emplace(short_id(run.id, length), run_anchor(run.id));
  return links;
}

Table runs_table(const StoreReader& store, const Scope& scope) {
  std::vector<RunGroup> groups = group_runs(scope.runs);
  name_groups(groups);
  Table result{.id = "page-runs",
               .title = "Every run",
               .columns = {"run", "configuration", "seed", "status", "test accuracy",
                           "test macro F1", "time"}};
  const bool folds = std::any_of(groups.begin(), groups.end(),
                                 [](const RunGroup& group) { return has_folds(group.runs); });
  if (folds) result.columns.insert(result.columns.begin() + 3, "fold");
  const auto metric = [&](const RunRecord& run, const char* name) {
    const std::optional<double> value =
        run.status == RunStatus::done ? store.metric(run.id, "test", name) : std::nullopt;
    return shown_number(value ? format_percent(*value) : "");
  };
  for (const RunGroup& group : groups)
    for (const RunRecord* run : group.runs) {
      std::vector<Cell> row = {shown(short_id(run->id)), shown(group.title),
                               shown_number(fmt::format("{}", run->seed))};
      if (folds) row.push_back(shown_number(run->parameter("split.fold")));
      append(row, {shown(to_string(run->status), run->status == RunStatus::failed),
                   metric(*run, "accuracy"), metric(*run, "macro_f1"),
                   shown_number(run->wall_s > 0.0 ? format_duration(run->wall_s) : "")});
      result.rows.push_back(std::move(row));
    }
  return result;
}

std::string run_details(const StoreReader& store, const Scope& scope, const std::string& of_store) {
  const Parameters shared = shared_parameters(scope);
  std::string text;
  for (const RunRecord& run : scope.runs) text += details_of(store, run, shared, of_store);
  return text;
}

std::string shared_configuration(const Scope& scope) {
  const Parameters shared = shared_parameters(scope);
  if (shared.empty() || scope.runs.size() < 2) return {};
  std::string text = "<details>\n<summary>Configuration that all runs share</summary>\n<dl>\n";
  for (const auto& [key, value] : shared)
    if (!value.empty()) text += definition(key, value);
  return text + "</dl>\n</details>\n";
}

}  // namespace genrebench
