// `genrebench resume`: does the runs that a store has planned, without the experiments' files.

#include "cli/shared_arguments.hpp"
#include "cli/sweep.hpp"

namespace genrebench::cli {
namespace {

class ResumeCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "NAME",
                   .value = "NAME...",
                   .help = "Experiments in the store; all that have something left to do, if left "
                           "out"},
                  names_);
    add_sweep(arguments, settings_, context);
  }

  int run(Context& context) override {
    return sweep(context, settings_, PlanSource::store,
                 [&] { return stored_plans(context, names_); });
  }

 private:
  std::vector<std::string> names_;
  SweepSettings settings_;
};

}  // namespace

void command_resume(CommandList& commands) {
  commands.add<ResumeCommand>(
      {.name = "resume",
       .group = CommandGroup::experiments,
       .position = 3,
       .summary = "Continue experiments recorded in the store; needs no YAML files",
       .details = "Exit code 1 if a run failed or is left."});
}

}  // namespace genrebench::cli
