#include "cli/run_sides.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/stored_runs.hpp"
#include "harness/records/find_experiment.hpp"
#include "harness/store/run_conditions.hpp"
#include "harness/store/run_list.hpp"

namespace genrebench::cli {
namespace {

/// Parameters that name plug-ins.
constexpr std::array<const char*, 5> kNames = {"method.name", "features.name", "excerpt.name",
                                               "dataset.name", "split.kind"};

/// The plug-ins that a cell names; nothing if it is conditions.
std::vector<std::string> plugin_words(const std::string& cell) {
  std::vector<std::string> words;
  if (cell.find_first_of("=<>!~'\"") != std::string::npos) return words;
  for (std::size_t begin = 0; begin < cell.size();) {
    const std::size_t end = std::min(cell.find_first_of(", ", begin), cell.size());
    if (end > begin) words.push_back(cell.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

bool has_name(const RunRecord& run, const std::string& word) {
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](const char* key) { return run.parameter(key) == word; });
}

std::vector<RunRecord> with_names(std::vector<RunRecord> runs,
                                  const std::vector<std::string>& words,
                                  const std::string& experiment) {
  for (const std::string& word : words) {
    std::set<std::string> known;
    for (const RunRecord& run : runs)
      for (const char* key : kNames)
        if (const std::string name = run.parameter(key); !name.empty()) known.insert(name);
    std::erase_if(runs, [&](const RunRecord& run) { return !has_name(run, word); });
    if (runs.empty())
      throw ConfigError(unknown_name_message("name of a plug-in", word, experiment,
                                             {known.begin(), known.end()}));
  }
  return runs;
}

/// The ids of an experiment's runs that fulfil the conditions of a cell.
std::set<std::string> fulfilling(const RunStore& store, const std::string& experiment,
                                 const std::string& cell) {
  const std::vector<Condition> conditions = parse_run_conditions(cell, experiment + "/");
  std::vector<WantedKey> keys;
  for (const Condition& condition : conditions) keys.push_back({condition.key, experiment + "/"});
  std::set<std::string> ids;
  for (const ListedRun& one : list_runs(store.file(), experiment, keys).runs) {
    bool matches = true;
    for (std::size_t i = 0; i < conditions.size(); ++i)
      matches = matches && holds(conditions[i], one.values[i]);
    if (matches) ids.insert(one.run.id);
  }
  return ids;
}

/// "method.c (1, 10), excerpt.name (full, sem)": what runs do not have in common.
std::string differing_parameters(const std::vector<RunRecord>& runs) {
  std::map<std::string, std::set<std::string>> values;
  for (const RunRecord& run : runs)
    for (const auto& [key, value] : run.parameters) values[key];
  std::vector<std::string> texts;
  for (auto& [key, found] : values) {
    for (const RunRecord& run : runs) found.insert(run.parameter(key));
    if (found.size() > 1)
      texts.push_back(fmt::format("{} ({})", key,
                                  name_list(std::vector<std::string>(found.begin(), found.end()))));
  }
  return texts.empty() ? std::string() : name_list(texts);
}

std::vector<RunRecord> runs_of_cell(const RunStore& store, const std::string& experiment,
                                    const std::string& cell) {
  find_experiment(store, experiment, store.file().string());
  std::vector<RunRecord> runs = store.runs(experiment);
  if (const auto words = plugin_words(cell); !words.empty())
    return with_names(std::move(runs), words, experiment);
  if (cell.find_first_not_of(" ,") == std::string::npos) return runs;
  const std::set<std::string> ids = fulfilling(store, experiment, cell);
  std::erase_if(runs, [&](const RunRecord& run) { return !ids.contains(run.id); });
  return runs;
}

}  // namespace

RunSide find_side(const RunStore& store, const std::string& word) {
  const std::size_t slash = word.find('/');
  if (slash == std::string::npos) return {.name = word, .runs = {find_run(store, word)}};
  const std::string experiment = word.substr(0, slash), cell = word.substr(slash + 1);
  RunSide side{.name = word, .runs = runs_of_cell(store, experiment, cell)};
  if (side.runs.empty())
    throw ConfigError(
        fmt::format("'{}': no run of {} is in this cell; `genrebench runs "
                    "--experiment {}` lists them",
                    word, experiment, experiment));
  if (const std::string differing = differing_parameters(side.runs); !differing.empty())
    throw ConfigError(fmt::format(
        "'{}': expected runs that differ in their seeds only, found {} that differ in {}; add "
        "conditions or names of plug-ins",
        word, counted(side.runs.size(), "run"), differing));
  std::stable_sort(side.runs.begin(), side.runs.end(),
                   [](const RunRecord& a, const RunRecord& b) { return a.seed < b.seed; });
  return side;
}

}  // namespace genrebench::cli
