// `genrebench kernels check`: whether a kernel has become slower.

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/kernel_sessions.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/store/kernel_tables.hpp"
#include "reports/support/kernel_check.hpp"

namespace genrebench::cli {
namespace {

enum class Gate { trusted, ratio, instructions, time };

class KernelsCheckCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "--magnitude",
                   .value = "SHARE",
                   .help = "A slow-down that is not above this is none: 0.02 is 2 %",
                   .minimum = 0,
                   .maximum = 10},
                  options_.magnitude);
    arguments.add({.name = "--level",
                   .value = "P",
                   .help = "Probability of a false alarm in all benchmarks together",
                   .minimum = 1e-9,
                   .maximum = 0.5},
                  options_.level);
    arguments.add({.name = "--recent",
                   .value = "N",
                   .help = "A slow-down is new within the last N sessions",
                   .minimum = 1,
                   .maximum = 1000},
                  options_.recent);
    arguments.add({.name = "--window",
                   .value = "N",
                   .help = "Sessions that are looked at together",
                   .minimum = 6,
                   .maximum = 1000},
                  options_.window);
    arguments.add_choice(
        {.name = "--measure",
         .value = "MEASURE",
         .help = "What is compared; trusted: the ratio to the plain reference where "
                 "there is one, else time, and instructions where they were "
                 "counted"},
        gate_,
        std::vector<std::pair<std::string, Gate>>{{"trusted", Gate::trusted},
                                                  {"ratio", Gate::ratio},
                                                  {"instructions", Gate::instructions},
                                                  {"time", Gate::time}});
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const std::vector<KernelSession> all = recorded_sessions(context);
    const std::vector<KernelSession> sessions = comparable_with_last(all);
    const KernelCheck check = check_kernels(histories(sessions), sessions.size(), options_);
    if (context.json)
      print_json(to_json(check, sessions));
    else
      print(check, sessions, all.size(), kernel_notes(context.database));
    return check.findings.empty() ? kDone : kNotDone;
  }

 private:
  std::vector<KernelHistory> histories(const std::vector<KernelSession>& sessions) const {
    switch (gate_) {
      case Gate::trusted:
        break;
      case Gate::ratio:
        return kernel_histories(sessions, {KernelMeasure::ratio});
      case Gate::instructions:
        return kernel_histories(sessions, {KernelMeasure::instructions});
      case Gate::time:
        return kernel_histories(sessions, {KernelMeasure::time});
    }
    return gate_histories(sessions);
  }

  static nlohmann::ordered_json to_json(const KernelCheck& check,
                                        const std::vector<KernelSession>& sessions) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const auto& [history, change] : check.findings)
      rows.push_back(
          {{"program", history.program},
           {"benchmark", history.benchmark},
           {"measure", to_string(history.measure)},
           {"relative", change.relative()},
           {"before", change.before},
           {"after", change.after},
           {"p", change.p},
           {"newest_alone", change.single},
           {"last_commit_before", sessions[history.sessions.at(change.index - 1)].setting.commit},
           {"first_commit_after", sessions[history.sessions.at(change.index)].setting.commit}});
    return {{"sessions", sessions.size()},
            {"tested", check.n_tested},
            {"too_short", check.n_short},
            {"slow_downs", std::move(rows)}};
  }

  void print(const KernelCheck& check, const std::vector<KernelSession>& sessions,
             std::size_t n_all, const std::map<std::string, std::string>& notes) const {
    const KernelSetting& setting = sessions.back().setting;
    Table table{.title = fmt::format("kernels at commit {}: {}", short_commit(setting),
                                     counted(check.findings.size(), "slow-down")),
                .columns = {"program", "benchmark", "measure", "change", "p", "commits"}};
    for (const auto& [history, change] : check.findings) {
      table.rows.push_back(
          {{.text = history.program},
           {.text = history.benchmark},
           {.text = to_string(history.measure)},
           {.text = fmt::format("{:+.1f} %", 100.0 * change.relative()), .numeric = true},
           {.text = fmt::format("{:.1g}", change.p), .numeric = true},
           {.text = commit_range(history, change.index, sessions)}});
      const std::string& commit = sessions[history.sessions.at(change.index)].setting.commit;
      if (const auto note = notes.find(commit); note != notes.end())
        table.notes.push_back(fmt::format("{}: {}", commit.substr(0, 12), note->second));
    }
    if (table.rows.empty()) table.columns.clear();
    table.notes.push_back(fmt::format(
        "{} of {} on {} by {}; tested at a level of {:g} in all, slow-downs above {:g} %",
        counted(check.n_tested, "benchmark"), counted(sessions.size(), "session"), setting.host,
        setting.compiler, options_.level, 100.0 * options_.magnitude));
    if (check.n_short > 0)
      table.notes.push_back(fmt::format("{} with fewer than {} sessions: nothing can be said",
                                        counted(check.n_short, "benchmark"), kFewestSessions));
    if (n_all > sessions.size())
      table.notes.push_back(fmt::format("{} of another machine, compiler or flags left out",
                                        counted(n_all - sessions.size(), "session")));
    print_table(table);
  }

  SlowDownOptions options_;
  Gate gate_ = Gate::trusted;
};

}  // namespace

void command_kernels_check(CommandList& commands) {
  commands.add<KernelsCheckCommand>(
      {.name = "kernels check",
       .group = CommandGroup::data,
       .position = 54,
       .summary = "Tell whether a kernel became slower",
       .details = "Compares sessions of the machine, compiler and flags of the newest commit. Exit "
                  "code 1 if a kernel has become slower."});
}

}  // namespace genrebench::cli
