// `genrebench store check`: what is wrong with the store.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "cli/store_output.hpp"
#include "harness/store/check.hpp"

namespace genrebench::cli {
namespace {

nlohmann::ordered_json condition_json(const StoreCondition& condition,
                                      const std::filesystem::path& database) {
  nlohmann::ordered_json runs = nlohmann::ordered_json::object();
  for (const auto& [status, n] : condition.runs) runs[to_string(status)] = n;
  nlohmann::ordered_json document = {{"database", database.string()},
                                     {"schema_version", condition.schema_version}};
  if (condition.counted)
    document.update({{"experiments", condition.n_experiments},
                     {"runs", runs},
                     {"workers", condition.n_workers}});
  document.update({{"size", to_json(condition.size)},
                   {"problems", condition.problems},
                   {"notes", condition.notes}});
  return document;
}

Table condition_table(const StoreCondition& condition, const std::filesystem::path& database) {
  Table table{.title = database.string(), .columns = {"", "value"}};
  const auto add = [&](const std::string& name, const std::string& value) {
    table.rows.push_back({{.text = name}, {.text = value, .numeric = true}});
  };
  add("schema version", std::to_string(condition.schema_version));
  if (condition.counted) {
    add("experiments", std::to_string(condition.n_experiments));
    for (const auto& [status, n] : condition.runs)
      add("runs " + to_string(status), std::to_string(n));
    add("workers", std::to_string(condition.n_workers));
  }
  add("database", bytes_text(condition.size.database_bytes));
  add("files of runs", bytes_text(condition.size.files_bytes));
  add("deleted runs", bytes_text(condition.size.deleted_bytes));
  table.notes = condition.notes;
  if (condition.problems.empty()) table.notes.push_back("no problems");
  return table;
}

Table problem_table(const std::vector<std::string>& problems) {
  Table table{.title = counted(problems.size(), "problem"), .columns = {"what is wrong"}};
  for (const std::string& problem : problems) table.rows.push_back({{.text = problem}});
  return table;
}

class StoreCheckCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const StoreCondition condition = check_store(context.database);
    if (context.json) {
      print_json(condition_json(condition, context.database));
    } else {
      print_table(condition_table(condition, context.database));
      if (!condition.problems.empty()) print_table(problem_table(condition.problems));
    }
    return condition.problems.empty() ? kDone : kNotDone;
  }
};

}  // namespace

void command_store_check(CommandList& commands) {
  commands.add<StoreCheckCommand>(
      {.name = "store check",
       .group = CommandGroup::store,
       .position = 1,
       .summary = "Look for damage, runs without a result, and missing or changed files",
       .details = "Also lists files that belong to no run, and sizes. Exit code 1 if there are "
                  "problems."});
}

}  // namespace genrebench::cli
