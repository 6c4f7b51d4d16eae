// A command: `my_genrebench count-runs` prints the number of runs of each status in the store.

#include <cstdio>
#include <map>

#include "cli/shared_arguments.hpp"

namespace genrebench::cli {
namespace {

class CountRuns final : public Command {
 public:
  // Arguments are declared once, for parsing, for --help and for completion. The members of the
  // command are their targets; those that several commands take are in the context.
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "NAME", .help = "Only the runs of this experiment"}, experiment_);
    add_database(arguments, context);
  }

  int run(Context& context) override {
    std::map<std::string, int> counts;
    for (const RunRecord& run : context.store_to_read()->runs(experiment_))
      ++counts[to_string(run.status)];
    for (const auto& [status, count] : counts) std::printf("%s %d\n", status.c_str(), count);
    return kDone;
  }

 private:
  std::string experiment_;
};

}  // namespace

void command_count_runs(CommandList& commands) {
  commands.add<CountRuns>({.name = "count-runs",
                           .group = CommandGroup::results,
                           .summary = "Print the number of runs of each status"});
}

}  // namespace genrebench::cli
