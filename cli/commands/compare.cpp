// `genrebench compare`: what differs between two runs, or the runs of two configurations.

#include <nlohmann/json.hpp>

#include "cli/console.hpp"
#include "cli/run_differences.hpp"
#include "cli/run_sides.hpp"
#include "cli/shared_arguments.hpp"

namespace genrebench::cli {
namespace {

class CompareCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "FIRST",
                   .value = "RUN",
                   .help = "A run's id, or the beginning of it; or EXPERIMENT/CELL, such as "
                           "quickstart/svm,full or 'quickstart/method.name=svm seed=0'",
                   .required = true},
                  first_);
    arguments.add({.name = "SECOND", .value = "RUN", .help = "The same", .required = true},
                  second_);
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const auto store = context.store_to_read();
    const RunDifferences differences =
        compare_sides(*store, find_side(*store, first_), find_side(*store, second_));
    if (context.json)
      print_json(differences_json(differences));
    else
      print_document(differences_document(differences));
    return kDone;
  }

 private:
  std::string first_, second_;
};

}  // namespace

void command_compare(CommandList& commands) {
  commands.add<CompareCommand>(
      {.name = "compare",
       .group = CommandGroup::results,
       .position = 3,
       .summary = "Show what differs between two runs",
       .details = "In configuration, data, environment, results and answers. Runs of several seeds "
                  "are paired by seed. Whether a method is better than another over all data and "
                  "seeds is told by `genrebench report --report compare`."});
}

}  // namespace genrebench::cli
