#include "cli/kernel_sessions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "harness/store/kernel_tables.hpp"
#include "reports/support/kernel_measures.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

/// The spread of values: their median, least and most.
struct Spread {
  double median = 0.0, least = 0.0, most = 0.0;
};

Spread spread_of(const std::vector<double>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return {.median = median_of(values), .least = *least, .most = *most};
}

std::string time_text(double ns) {
  if (ns >= 1e9) return fmt::format("{:.3g} s", ns / 1e9);
  if (ns >= 1e6) return fmt::format("{:.3g} ms", ns / 1e6);
  if (ns >= 1e3) return fmt::format("{:.3g} us", ns / 1e3);
  return fmt::format("{:.3g} ns", ns);
}

/// A measure of a session, by program and benchmark.
using Values = std::map<std::pair<std::string, std::string>, std::vector<double>>;

Values values_of(const KernelSession& session, KernelMeasure measure) {
  Values result;
  for (const KernelValues& one : kernel_values(session, measure))
    result[{one.program, one.benchmark}] = one.values;
  return result;
}

std::optional<double> median_in(const Values& values, const Values::key_type& key) {
  const auto found = values.find(key);
  return found == values.end() ? std::nullopt : std::optional(median_of(found->second));
}

Table session_table(const KernelSession& session) {
  const Values ratios = values_of(session, KernelMeasure::ratio),
               instructions = values_of(session, KernelMeasure::instructions);
  Table table{.title = fmt::format("kernels of commit {}", short_commit(session.setting)),
              .columns = {"program", "benchmark", "n", "time", "least to most", "ratio"}};
  if (!instructions.empty()) table.columns.push_back("instructions");
  for (const auto& [key, times] : values_of(session, KernelMeasure::time)) {
    const Spread spread = spread_of(times);
    const auto ratio = median_in(ratios, key), count = median_in(instructions, key);
    table.rows.push_back(
        {{.text = key.first},
         {.text = key.second},
         {.text = std::to_string(times.size()), .numeric = true},
         {.text = time_text(spread.median), .numeric = true},
         {.text = fmt::format("{} to {}", time_text(spread.least), time_text(spread.most)),
          .numeric = true},
         {.text = ratio ? fmt::format("{:.4f}", *ratio) : "", .numeric = true}});
    if (!instructions.empty())
      table.rows.back().push_back(
          {.text = count ? fmt::format("{:.5g}", *count) : "", .numeric = true});
  }
  table.notes.push_back(
      "medians of n repetitions; the ratio is that of a benchmark's time to the "
      "time of its plain reference in the same process");
  return table;
}

nlohmann::ordered_json session_json(const KernelSession& session, bool added) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  const Values ratios = values_of(session, KernelMeasure::ratio),
               instructions = values_of(session, KernelMeasure::instructions);
  for (const auto& [key, times] : values_of(session, KernelMeasure::time)) {
    const Spread spread = spread_of(times);
    nlohmann::ordered_json row = {{"program", key.first},        {"benchmark", key.second},
                                  {"repetitions", times.size()}, {"time_ns", spread.median},
                                  {"least_ns", spread.least},    {"most_ns", spread.most}};
    if (const auto ratio = median_in(ratios, key)) row["ratio"] = *ratio;
    if (const auto count = median_in(instructions, key)) row["instructions"] = *count;
    rows.push_back(std::move(row));
  }
  const KernelSetting& setting = session.setting;
  return {{"id", kernel_session_id(session)},
          {"added", added},
          {"recorded_at", session.recorded_at},
          {"commit", setting.commit},
          {"commit_time", setting.commit_time},
          {"dirty", setting.dirty},
          {"host", setting.host},
          {"processor", setting.processor},
          {"governor", setting.governor},
          {"load", setting.load},
          {"compiler", setting.compiler},
          {"flags", setting.flags},
          {"benchmarks", std::move(rows)}};
}

}  // namespace

fs::path own_folder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

void KernelPrograms::declare(Arguments& arguments) {
  arguments.add(
      {.name = "NAME",
       .value = "NAME...",
       .help = "Programs, such as sem for genrebench_sem_benchmark; all if none is named"},
      names);
  arguments.add({.name = "--programs",
                 .value = "FOLDER",
                 .help = "Where the programs are, instead of beside this one or in "
                         "experiments/kernels of its build",
                 .completes = Completion::folder},
                folder);
}

std::vector<BenchmarkProgram> KernelPrograms::find() const {
  std::vector<fs::path> places = {folder};
  if (folder.empty()) places = {own_folder() / "experiments" / "kernels", own_folder()};
  std::vector<BenchmarkProgram> found;
  for (const fs::path& place : places)
    if (found.empty()) found = find_benchmark_programs(place);
  if (found.empty()) {
    std::string looked;
    for (const fs::path& place : places)
      looked += fmt::format("{}{}", looked.empty() ? "" : " or ", place.string());
    throw ConfigError(fmt::format(
        "no programs genrebench_NAME_benchmark in {}; build with GENREBENCH_KERNELS=ON, or name "
        "their folder with --programs",
        looked));
  }
  if (names.empty()) return found;
  std::vector<BenchmarkProgram> chosen;
  for (const std::string& name : names) {
    const auto one = std::find_if(found.begin(), found.end(), [&](const BenchmarkProgram& program) {
      return program.name == name || program.path.filename() == name;
    });
    if (one == found.end()) {
      std::vector<std::string> all;
      for (const BenchmarkProgram& program : found) all.push_back(program.name);
      throw ConfigError(fmt::format("no benchmark program '{}'; there are {}",
                                    single_line(name.substr(0, 60)), fmt::join(all, ", ")));
    }
    if (std::none_of(chosen.begin(), chosen.end(),
                     [&](const BenchmarkProgram& other) { return other.name == one->name; }))
      chosen.push_back(*one);
  }
  return chosen;
}

void KernelFacts::declare(Arguments& arguments) {
  arguments.add({.name = "--commit",
                 .value = "COMMIT",
                 .help = "The commit that was built, where the programs do not say so"},
                commit);
  arguments.add({.name = "--commit-time",
                 .value = "TIME",
                 .help = "Its time in UTC, 2026-11-30T12:00:00Z; default: git is asked"},
                commit_time);
  arguments.add({.name = "--compiler",
                 .value = "TEXT",
                 .help = "The compiler, where the programs do not say so"},
                compiler);
  arguments.add(
      {.name = "--flags", .value = "TEXT", .help = "Its flags, where the programs do not say so"},
      flags);
}

void KernelFacts::put(KernelSetting& setting, const fs::path& checkout) const {
  const auto replace = [](const std::string& given, const char* option, std::string& target) {
    if (given.empty()) return;
    if (single_line(given) != given || given.size() > 1000)
      throw UsageError(fmt::format("{}: expected at most 1000 characters on one line", option));
    target = given;
  };
  replace(commit, "--commit", setting.commit);
  replace(compiler, "--compiler", setting.compiler);
  replace(flags, "--flags", setting.flags);
  complete_commit(setting, checkout);
  if (commit_time.empty()) return;
  constexpr std::string_view kPattern = "dddd-dd-ddTdd:dd:ddZ";
  const bool good =
      commit_time.size() == kPattern.size() &&
      std::equal(commit_time.begin(), commit_time.end(), kPattern.begin(),
                 [](char c, char like) { return like == 'd' ? c >= '0' && c <= '9' : c == like; });
  if (!good)
    throw UsageError(
        fmt::format("--commit-time: expected a time such as 2026-11-30T12:00:00Z, "
                    "found '{}'",
                    single_line(commit_time.substr(0, 60))));
  setting.commit_time = commit_time;
}

std::vector<KernelSession> recorded_sessions(const Context& context) {
  std::vector<KernelSession> sessions = kernel_sessions(context.database);
  if (sessions.empty())
    throw DataError(fmt::format("{}: no kernels were measured; `genrebench kernels run` does so",
                                context.database.string()));
  return sessions;
}

void record_session(const Context& context, const KernelSession& session) {
  const bool added = add_kernel_session(context.database, session);
  if (context.json) return print_json(session_json(session, added));
  Table table = session_table(session);
  table.notes.push_back(
      added ? fmt::format("recorded in {}", context.database.string())
            : fmt::format("{} has this session already", context.database.string()));
  print_table(table);
}

}  // namespace genrebench::cli
