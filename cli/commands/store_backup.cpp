// `genrebench store backup`: a complete copy of the store.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "cli/store_output.hpp"
#include "harness/store/backup.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench::cli {
namespace {

class StoreBackupCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_database(arguments, context);
    add_json(arguments, context);
    arguments.add({.name = "--out",
                   .value = "FILE",
                   .help = "The copy, a new file. Without it: the store's name with .backup- and "
                           "the time (UTC)",
                   .completes = Completion::file},
                  out_);
    arguments.add_flag({.name = "--files",
                        .help = "Copy the runs' files (models) too, to the copy's name with "
                                ".files"},
                       files_);
  }

  int run(Context& context) override {
    const StoreCopy copy = back_up_store(context.database, out_, files_);
    warn(context.progress(), copy.warnings);
    if (context.json) {
      print_json({{"copy", copy.file.string()},
                  {"bytes", copy.bytes},
                  {"runs", copy.runs},
                  {"files", copy.files},
                  {"files_left_out", copy.files_left_out}});
      return kDone;
    }
    std::string text = fmt::format("{}: {}, {}", copy.file.string(), counted(copy.runs, "run"),
                                   bytes_text(copy.bytes));
    if (files_) text += fmt::format("; {} of runs", counted(copy.files, "file"));
    if (copy.files_left_out > 0)
      text += fmt::format("; without {} of runs in {}, which --files would copy",
                          counted(copy.files_left_out, "file"),
                          files_folder_of(context.database).string());
    write_out("{}\n", text);
    return kDone;
  }

 private:
  std::filesystem::path out_;
  bool files_ = false;
};

}  // namespace

void command_store_backup(CommandList& commands) {
  commands.add<StoreBackupCommand>(
      {.name = "store backup",
       .group = CommandGroup::store,
       .position = 2,
       .summary = "Make a complete copy of the store, even while runs are being recorded"});
}

}  // namespace genrebench::cli
