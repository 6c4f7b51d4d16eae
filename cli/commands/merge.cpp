// `genrebench merge`: takes over the runs of other stores.

#include "harness/store/merge.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"

namespace genrebench::cli {
namespace {

std::vector<Cell> cells(const std::string& source, const MergeSummary& summary) {
  std::vector<Cell> row = {{.text = source}};
  for (const std::size_t n :
       {summary.added, summary.improved, summary.present, summary.different, summary.files})
    row.push_back({.text = std::to_string(n), .numeric = true});
  row[4].caution = summary.different > 0;
  return row;
}

nlohmann::ordered_json to_json(const std::string& source, const MergeSummary& summary) {
  return {{"source", source},
          {"added", summary.added},
          {"improved", summary.improved},
          {"present", summary.present},
          {"different", summary.different},
          {"files", summary.files},
          {"differences", summary.differences},
          {"warnings", summary.warnings}};
}

class MergeCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "SOURCE",
                   .value = "SOURCE...",
                   .help = "The stores to take runs from; they are only read",
                   .required = true,
                   .completes = Completion::file},
                  sources_);
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    if (context.has_store()) context.store_to_write();  // refused once, not once per source
    Table table{.columns = {"source", "added", "improved", "already there", "different", "files"}};
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    std::size_t n_failed = 0;
    for (const std::string& source : sources_) {
      try {
        const MergeSummary summary = merge_store(context.database, source);
        for (const std::string& warning : summary.warnings)
          context.progress().message("warning: " + warning);
        for (const std::string& difference : summary.differences)
          context.progress().message(difference);
        table.rows.push_back(cells(source, summary));
        rows.push_back(to_json(source, summary));
      } catch (const DataError& error) {
        ++n_failed;
        context.progress().message(fmt::format("genrebench: {}", error.what()));
        rows.push_back({{"source", source}, {"error", error.what()}});
      }
    }
    if (n_failed > 0)
      table.notes.push_back(
          fmt::format("{} of {} could not be merged", n_failed, counted(sources_.size(), "store")));
    if (context.json)
      print_json(rows);
    else if (n_failed < sources_.size())
      print_table(table);
    return n_failed == 0 ? kDone : kNotDone;
  }

 private:
  std::vector<std::string> sources_;
};

}  // namespace

void command_merge(CommandList& commands) {
  commands.add<MergeCommand>(
      {.name = "merge",
       .group = CommandGroup::store,
       .summary = "Take over the runs of other stores: shards, or databases of colleagues",
       .details = "Exit code 1 if a store could not be merged."});
}

}  // namespace genrebench::cli
