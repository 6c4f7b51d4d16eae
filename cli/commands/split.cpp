// `genrebench split`: the parts of an experiment as a table, for methods that are run elsewhere.

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/plan/divisions.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

nlohmann::ordered_json split_json(const PlannedDivision& division) {
  return {{"split", division.name},
          {"seed", division.seed},
          {"train", division.count(Part::train)},
          {"valid", division.count(Part::valid)},
          {"test", division.count(Part::test)},
          {"left_out", division.count(Part::none)},
          {"runs", division.runs.size()}};
}

Cell track_count(std::size_t value) { return {.text = std::to_string(value), .numeric = true}; }

class SplitCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_experiments(arguments, words_);
    arguments.add({.name = "--out",
                   .value = "FILE",
                   .help = "The table to write: id, path, part, artist, genre, seed and split of "
                           "every track, as CSV",
                   .required = true,
                   .completes = Completion::file},
                  out_);
    arguments.add_flag({.name = "--with-test-labels",
                        .help = "Write the genres of test tracks too; without it they are empty"},
                       with_test_labels_);
    add_work(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const std::vector<Plan> plans = make_plans(context, words_);
    if (plans.size() != 1)
      throw UsageError(fmt::format("split: expected one experiment file, found {}", plans.size()));
    const std::vector<PlannedDivision> divisions = divisions_of(plans.front());
    for (const std::string& note : plans.front().notes) context.progress().note(note);
    write_file_atomically(out_, division_table(divisions, with_test_labels_));
    print(divisions, plans.front().experiment.name, context);
    print_written({out_});
    return kDone;
  }

 private:
  static void print(const std::vector<PlannedDivision>& divisions, const std::string& name,
                    const Context& context) {
    nlohmann::ordered_json document = nlohmann::ordered_json::array();
    Table table{.title = fmt::format("{}: {}", name, counted(divisions.size(), "split")),
                .columns = {"split", "seed", "train", "valid", "test", "left out"}};
    for (const PlannedDivision& division : divisions) {
      document.push_back(split_json(division));
      table.rows.push_back({{.text = division.name},
                            {.text = std::to_string(division.seed), .numeric = true},
                            track_count(division.count(Part::train)),
                            track_count(division.count(Part::valid)),
                            track_count(division.count(Part::test)),
                            track_count(division.count(Part::none))});
    }
    if (context.json)
      print_json(document);
    else
      print_table(table);
  }

  std::vector<std::string> words_;
  fs::path out_;
  bool with_test_labels_ = false;
};

}  // namespace

void command_split(CommandList& commands) {
  commands.add<SplitCommand>(
      {.name = "split",
       .group = CommandGroup::experiments,
       .position = 6,
       .summary = "Write the parts of an experiment as a table, for methods that run elsewhere"});
}

}  // namespace genrebench::cli
