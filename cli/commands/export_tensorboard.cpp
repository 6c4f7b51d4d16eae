// `genrebench export tensorboard`: event files.

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/export_selection.hpp"
#include "cli/shared_arguments.hpp"
#include "exports/tensorboard/tensorboard.hpp"
#include "harness/plugin/method.hpp"

namespace genrebench::cli {
namespace {

class ExportTensorboardCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_exported(arguments, words_);
    arguments.add({.name = "--out",
                   .value = "FOLDER",
                   .help = "The log folder; what is new is added to an earlier export",
                   .required = true,
                   .completes = Completion::folder},
                  out_);
    arguments.add_flag({.name = "--no-figures", .help = "Leave out the pictures of confusion"},
                       no_figures_);
    add_database(arguments, context);
    add_quiet(arguments, context);
  }

  int run(Context& context) override {
    stop_requested();  // from here Ctrl-C ends in order
    const auto store = context.store_to_read();
    const ExportSelection selection(*store, context, words_);
    const std::vector<ExportedRun> runs = selection.exported();
    Progress& progress = context.progress();
    progress.begin("export to TensorBoard", runs.size());
    try {
      const TensorboardSummary summary =
          export_tensorboard(selection.store(), runs,
                             {.folder = out_,
                              .figures = !no_figures_,
                              .interrupted = stop_requested,
                              .progress = [&](std::size_t n) { progress.advance(n); }});
      progress.end();
      for (const std::string& note : summary.notes) say(note);
      write_out("{}: {} new, {} grown, {} made anew, {} as before; tensorboard --logdir {}\n",
                counted(runs.size(), "run"), summary.n_new, summary.n_grown, summary.n_replaced,
                summary.n_same, out_.string());
    } catch (const Interrupted&) {
      return kInterrupted;
    }
    return kDone;
  }

 private:
  std::vector<std::string> words_;
  std::filesystem::path out_;
  bool no_figures_ = false;
};

}  // namespace

void command_export_tensorboard(CommandList& commands) {
  commands.add<ExportTensorboardCommand>(
      {.name = "export tensorboard",
       .group = CommandGroup::results,
       .position = 6,
       .summary = "Write event files for TensorBoard",
       .details = "Curves, hyper-parameters, final metrics and the confusion of each run. Repeat "
                  "it while a sweep is under way: only what is new is written."});
}

}  // namespace genrebench::cli
