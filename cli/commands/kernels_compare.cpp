// `genrebench kernels compare`: two commits, or two machines.

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/store/kernel_tables.hpp"
#include "reports/support/kernel_check.hpp"

namespace genrebench::cli {
namespace {

constexpr std::string_view kHost = "host=";

class KernelsCompareCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add(
        {.name = "A",
         .value = "A",
         .help = "The beginning of a measured commit's hash, or host=NAME for all sessions "
                 "of a machine",
         .required = true},
        before_);
    arguments.add({.name = "B", .value = "B", .help = "The other side", .required = true}, after_);
    arguments.add({.name = "--level",
                   .value = "P",
                   .help = "Level of the intervals",
                   .minimum = 0.5,
                   .maximum = 0.99999},
                  level_);
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const std::vector<KernelSession> all = kernel_sessions(context.database),
                                     before = side(all, before_), after = side(all, after_);
    const std::vector<KernelDifference> differences = compare_kernels(
        before, after, {KernelMeasure::ratio, KernelMeasure::instructions, KernelMeasure::time},
        level_);
    if (differences.empty())
      throw DataError(fmt::format("{}: '{}' and '{}' have no benchmark in common",
                                  context.database.string(), before_, after_));
    if (context.json)
      print_json(to_json(differences, before.size(), after.size()));
    else
      print(differences, before, after);
    return kDone;
  }

 private:
  static std::vector<KernelSession> side(const std::vector<KernelSession>& all,
                                         const std::string& word) {
    std::vector<KernelSession> chosen;
    std::set<std::string> commits;
    const bool by_host = word.starts_with(kHost);
    for (const KernelSession& session : all) {
      if (by_host ? session.setting.host != word.substr(kHost.size())
                  : word.empty() || !session.setting.commit.starts_with(word))
        continue;
      chosen.push_back(session);
      commits.insert(session.setting.commit);
    }
    if (chosen.empty())
      throw ConfigError(
          fmt::format("'{}': no measured commit begins so; name one, or a machine by "
                      "host=NAME",
                      single_line(word.substr(0, 60))));
    if (!by_host && commits.size() > 1)
      throw ConfigError(fmt::format("'{}': {} begin so; give more of the hash", word,
                                    counted(commits.size(), "measured commit")));
    return chosen;
  }

  static nlohmann::ordered_json to_json(const std::vector<KernelDifference>& differences,
                                        std::size_t n_before, std::size_t n_after) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const KernelDifference& one : differences) {
      nlohmann::ordered_json row = {{"program", one.program},
                                    {"benchmark", one.benchmark},
                                    {"measure", to_string(one.measure)},
                                    {"before", one.before},
                                    {"after", one.after},
                                    {"relative", one.relative()}};
      if (one.interval)
        row.update({{"low", one.interval->low},
                    {"high", one.interval->high},
                    {"of_repetitions", one.of_repetitions}});
      rows.push_back(std::move(row));
    }
    return {{"sessions_before", n_before},
            {"sessions_after", n_after},
            {"differences", std::move(rows)}};
  }

  void print(const std::vector<KernelDifference>& differences,
             const std::vector<KernelSession>& before,
             const std::vector<KernelSession>& after) const {
    Table table{.title = fmt::format("kernels: {} against {}", after_, before_),
                .columns = {"measure", "program", "benchmark", "change", "interval"}};
    bool of_repetitions = false;
    for (const KernelDifference& one : differences) {
      of_repetitions = of_repetitions || one.of_repetitions;
      const bool moved = one.interval && (one.interval->low > 0.0 || one.interval->high < 0.0);
      table.rows.push_back(
          {{.text = to_string(one.measure)},
           {.text = one.program},
           {.text = one.benchmark},
           {.text = fmt::format("{:+.1f} %", 100.0 * one.relative()),
            .numeric = true,
            .strong = moved},
           {.text = one.interval ? fmt::format("{:+.1f} to {:+.1f} %", 100.0 * one.interval->low,
                                               100.0 * one.interval->high)
                                 : "",
            .numeric = true}});
    }
    table.notes.push_back(fmt::format(
        "{} before, {} after; above 0: slower. Intervals of {:g} % for each benchmark alone, by "
        "Welch's t test",
        counted(before.size(), "session"), counted(after.size(), "session"), 100.0 * level_));
    if (of_repetitions)
      table.notes.push_back(
          "a side has one session: its intervals know nothing of how sessions differ, and are too "
          "narrow; record each commit several times");
    if (!comparable(before.back().setting, after.back().setting))
      table.notes.push_back(
          "the sides differ in machine, compiler or flags: read ratios, not times");
    print_table(table);
  }

  std::string before_, after_;
  double level_ = 0.95;
};

}  // namespace

void command_kernels_compare(CommandList& commands) {
  commands.add<KernelsCompareCommand>(
      {.name = "kernels compare",
       .group = CommandGroup::data,
       .position = 56,
       .summary = "Compare the kernels of two commits or two machines"});
}

}  // namespace genrebench::cli
