// `genrebench export bundle`: a folder for Zenodo or beside a paper.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/export_selection.hpp"
#include "cli/report_selection.hpp"
#include "cli/shared_arguments.hpp"
#include "exports/bundle/bundle.hpp"
#include "harness/plugin/method.hpp"

namespace genrebench::cli {
namespace {

class ExportBundleCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_exported(arguments, words_);
    arguments.add({.name = "--out",
                   .value = "FOLDER",
                   .help = "The folder; an earlier bundle in it is replaced",
                   .required = true,
                   .completes = Completion::folder},
                  out_);
    arguments.add({.name = "--title", .value = "TEXT", .help = "What the bundle is called"},
                  title_.title);
    arguments.add({.name = "--description", .value = "TEXT", .help = "What it is, in a sentence"},
                  title_.description);
    arguments.add({.name = "--author",
                   .value = "NAME",
                   .help = "A person who made it; may be repeated",
                   .one_per_use = true},
                  title_.authors);
    arguments.add({.name = "--licence",
                   .value = "LICENCE",
                   .help = "Its licence: an SPDX name such as CC-BY-4.0, or an address"},
                  title_.licence);
    arguments.add({.name = "--report",
                   .value = "NAME",
                   .help = "Which reports; without it those that the files name, or summary"},
                  reports_);
    add_database(arguments, context);
  }

  int run(Context& context) override {
    stop_requested();  // from here Ctrl-C ends in order
    const auto store = context.store_to_read();
    const ExportSelection selection(*store, context, words_);
    BundleContent content{.store = context.database,
                          .runs = selection.records(),
                          .experiment_files = selection.files(),
                          .reports = render(*store, context),
                          .title = title_,
                          .interrupted = stop_requested};
    if (content.runs.empty())
      throw ConfigError("export bundle: none of these runs was started yet");
    complete(content.title, selection);
    try {
      const Bundle bundle = write_bundle(out_, selection.store(), content);
      for (const std::string& note : bundle.notes) say(note);
      if (content.title.licence.empty())
        say("no licence was chosen; name one with --licence before the bundle is published");
      write_out("{}: {} in {}, {}; look through {} before you publish it\n", out_.string(),
                counted(content.runs.size(), "run"), counted(bundle.n_files, "file"),
                bytes_text(bundle.bytes), (out_ / "checklist.md").string());
      say("runs.db, csv/ and environment.json hold names of machines and folders as the runs "
          "recorded them");
    } catch (const Interrupted&) {
      return kInterrupted;
    }
    return kDone;
  }

 private:
  std::vector<Document> render(const RunStore& store, const Context& context) const {
    ReportSelection selection(store, context.registry, context.database.string(),
                              ReportChoices(context.registry, reports_, {}));
    const auto [names, overrides] = sort_words(words_);
    for (const std::string& name : names) {
      if (name.ends_with(".yaml") || name.ends_with(".yml"))
        selection.add_file(name, overrides);
      else
        selection.add_name(name);
    }
    std::vector<Document> documents;
    for (const PluginChoice& report : selection.reports())
      documents.push_back(selection.render(report));
    return documents;
  }

  /// Fills in what the user has not said.
  static void complete(BundleTitle& title, const ExportSelection& selection) {
    std::vector<std::string> names;
    for (const ExperimentRecord& experiment : selection.store().experiments())
      if (selection.scope().experiments.empty() ||
          std::count(selection.scope().experiments.begin(), selection.scope().experiments.end(),
                     experiment.name) > 0)
        names.push_back(experiment.name);
    if (title.title.empty()) title.title = fmt::format("Experiments {}", fmt::join(names, ", "));
    if (title.description.empty())
      title.description = fmt::format(
          "Music genre recognition: runs, results and configuration of {}, made with genrebench.",
          fmt::join(names, ", "));
    title.date = utc_now("%Y-%m-%d");
  }

  std::vector<std::string> words_, reports_;
  std::filesystem::path out_;
  BundleTitle title_;
};

}  // namespace

void command_export_bundle(CommandList& commands) {
  commands.add<ExportBundleCommand>(
      {.name = "export bundle",
       .group = CommandGroup::results,
       .position = 6,
       .summary = "Make a folder for Zenodo or a paper's supplement",
       .details = "Experiment files, the runs, reports, environment, RO-Crate and Croissant "
                  "descriptions, and a checklist of reproducibility; no audio."});
}

}  // namespace genrebench::cli
