// `genrebench store vacuum`: frees what is no longer needed.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "cli/store_output.hpp"
#include "harness/store/vacuum.hpp"

namespace genrebench::cli {
namespace {

Table size_table(const VacuumSummary& summary) {
  Table table{.columns = {"", "before", "after"}};
  const auto add = [&](const std::string& name, std::uintmax_t first, std::uintmax_t second) {
    table.rows.push_back({{.text = name},
                          {.text = bytes_text(first), .numeric = true},
                          {.text = bytes_text(second), .numeric = true}});
  };
  add("database", summary.before.database_bytes, summary.after.database_bytes);
  add("files of runs", summary.before.files_bytes, summary.after.files_bytes);
  add("deleted runs", summary.before.deleted_bytes, summary.after.deleted_bytes);
  return table;
}

class StoreVacuumCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const VacuumSummary summary = vacuum_store(context.database);
    const std::uintmax_t before = summary.before.total(), after = summary.after.total(),
                         freed = before > after ? before - after : 0;
    if (context.json) {
      print_json({{"freed_bytes", freed},
                  {"deletions_forgotten", summary.archives},
                  {"workers", summary.workers},
                  {"folders", summary.folders},
                  {"before", to_json(summary.before)},
                  {"after", to_json(summary.after)}});
      return kDone;
    }
    Table table = size_table(summary);
    table.notes.push_back(fmt::format("{} freed; removed: {}, {} that ended, {} of no run",
                                      bytes_text(freed), counted(summary.archives, "deletion"),
                                      counted(summary.workers, "worker"),
                                      counted(summary.folders, "folder")));
    print_table(table);
    return kDone;
  }
};

}  // namespace

void command_store_vacuum(CommandList& commands) {
  commands.add<StoreVacuumCommand>(
      {.name = "store vacuum",
       .group = CommandGroup::store,
       .position = 4,
       .summary = "Remove deleted runs for good, and whatever belongs to no run",
       .details = "Makes the database file as small as possible. Deleted runs can no longer be "
                  "brought back."});
}

}  // namespace genrebench::cli
