// `genrebench kernels history`: the measurements of kernels as a report.

#include <fmt/format.h>

#include <algorithm>

#include "cli/console.hpp"
#include "cli/kernel_sessions.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/store/kernel_tables.hpp"
#include "reports/render/render.hpp"
#include "reports/support/kernel_history.hpp"

namespace genrebench::cli {
namespace {

class KernelsHistoryCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "NAME",
                   .value = "NAME...",
                   .help = "Programs, such as sem, or beginnings of benchmarks' names; all if none "
                           "is named"},
                  names_);
    arguments.add({.name = "--level",
                   .value = "P",
                   .help = "Level of a change point",
                   .minimum = 1e-9,
                   .maximum = 0.5},
                  options_.level);
    arguments.add({.name = "--magnitude",
                   .value = "SHARE",
                   .help = "Smaller changes are not marked: 0.02 is 2 %",
                   .minimum = 0,
                   .maximum = 10},
                  options_.magnitude);
    arguments.add_flag({.name = "--all-measures",
                        .help = "Also show times of benchmarks that have a ratio, and of plain "
                                "references"},
                       all_measures_);
    arguments.add({.name = "--out",
                   .value = "FOLDER",
                   .help = "Write the report's files to this folder",
                   .completes = Completion::folder},
                  out_);
    add_formats(arguments, formats_);
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const std::vector<Format> formats = parse_formats(formats_);
    const std::vector<KernelSession> sessions = comparable_with_last(recorded_sessions(context));
    std::vector<KernelHistory> histories =
        all_measures_
            ? kernel_histories(sessions, {KernelMeasure::ratio, KernelMeasure::instructions,
                                          KernelMeasure::time})
            : gate_histories(sessions);
    std::erase_if(histories, [&](const KernelHistory& history) {
      return !names_.empty() &&
             std::none_of(names_.begin(), names_.end(), [&](const std::string& name) {
               return history.program == name || history.benchmark.starts_with(name);
             });
    });
    if (histories.empty())
      throw ConfigError(
          "kernels history: no benchmark of the newest commit's machine, compiler "
          "and flags has such a name; `genrebench kernels list` shows names");
    const Document document =
        kernel_history(sessions, histories, kernel_notes(context.database), options_);
    if (context.json)
      write_text(render_json(document));
    else
      print_document(document);
    if (!out_.empty()) print_written(write_document(document, out_, formats));
    return kDone;
  }

 private:
  std::vector<std::string> names_, formats_;
  KernelHistoryOptions options_;
  bool all_measures_ = false;
  std::filesystem::path out_;
};

}  // namespace

void command_kernels_history(CommandList& commands) {
  commands.add<KernelsHistoryCommand>(
      {.name = "kernels history",
       .group = CommandGroup::data,
       .position = 55,
       .summary = "Show how the kernels moved from commit to commit",
       .details = "Of the machine, compiler and flags of the newest commit."});
}

}  // namespace genrebench::cli
