// `genrebench export csv`: the views of the store as files.

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/export_selection.hpp"
#include "cli/shared_arguments.hpp"
#include "exports/tables/csv_tables.hpp"
#include "harness/plugin/method.hpp"

namespace genrebench::cli {
namespace {

class ExportCsvCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_exported(arguments, words_);
    arguments.add({.name = "--out",
                   .value = "FOLDER",
                   .help = "Where the files go; those of an earlier export are replaced",
                   .required = true,
                   .completes = Completion::folder},
                  out_);
    add_database(arguments, context);
  }

  int run(Context& context) override {
    stop_requested();  // from here Ctrl-C ends in order
    const auto store = context.store_to_read();
    std::vector<std::string> ids;
    for (const RunRecord& run : ExportSelection(*store, context, words_).records())
      ids.push_back(run.id);
    try {
      const CsvTables tables = write_csv_tables(context.database, out_, ids, stop_requested);
      write_out("{} in {} in {}\n", counted(tables.n_runs, "run"),
                counted(tables.files.size(), "file"), out_.string());
    } catch (const Interrupted&) {
      return kInterrupted;
    }
    return kDone;
  }

 private:
  std::vector<std::string> words_;
  std::filesystem::path out_;
};

}  // namespace

void command_export_csv(CommandList& commands) {
  commands.add<ExportCsvCommand>(
      {.name = "export csv",
       .group = CommandGroup::results,
       .position = 6,
       .summary = "Write runs, parameters, metrics, curves and predictions as CSV files"});
}

}  // namespace genrebench::cli
