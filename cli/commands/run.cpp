// `genrebench run`: does the runs of experiment files that are not done yet.

#include "cli/experiments.hpp"
#include "cli/shared_arguments.hpp"
#include "cli/sweep.hpp"

namespace genrebench::cli {
namespace {

class RunCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_experiments(arguments, words_, /*required=*/false);
    arguments.add_flag({.name = "--join",
                        .help = "Join other processes at work: without a FILE, do all that the "
                                "store has left to do"},
                       join_);
    add_sweep(arguments, settings_, context);
  }

  int run(Context& context) override {
    if (words_.empty() && !join_) throw UsageError("FILE, or --join, is required");
    if (words_.empty())
      return sweep(context, settings_, PlanSource::store,
                   [&] { return stored_plans(context, {}); });
    return sweep(context, settings_, PlanSource::files,
                 [&] { return make_plans(context, words_); });
  }

 private:
  std::vector<std::string> words_;
  bool join_ = false;
  SweepSettings settings_;
};

}  // namespace

void command_run(CommandList& commands) {
  commands.add<RunCommand>(
      {.name = "run",
       .group = CommandGroup::experiments,
       .position = 2,
       .summary = "Do the runs that are not done yet, and record them",
       .details = "Several of these may run at once on one store. Run the same command again after "
                  "an interruption. Exit code 1 if a run failed or is left."});
}

}  // namespace genrebench::cli
