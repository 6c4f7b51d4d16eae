// `genrebench report`: from the store to tables and figures.

#include <fmt/format.h>

#include <algorithm>

#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/report_selection.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/store/report_reader.hpp"
#include "reports/render/render.hpp"

namespace genrebench::cli {
namespace {

bool is_file(const std::string& word) { return word.ends_with(".yaml") || word.ends_with(".yml"); }

class ReportCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "FILE",
                   .value = "FILE|NAME... [KEY=VALUE...]",
                   .help = "Experiment files, or names of experiments in the store; all if left "
                           "out. key=value words override the files' keys, as for run",
                   .completes = Completion::experiment_file},
                  words_);
    arguments.add({.name = "--report",
                   .value = "NAME",
                   .help = "Which reports; without it those that the files name, or summary"},
                  reports_);
    arguments.add(
        {.name = "--report-option",
         .value = "REPORT.OPTION=VALUE",
         .help = "An option of a report, such as ablation.key=split.unit; may be repeated",
         .one_per_use = true},
        report_options_);
    arguments.add({.name = "--out",
                   .value = "FOLDER",
                   .help = "Write the reports' files to this folder",
                   .completes = Completion::folder},
                  out_);
    arguments.add({.name = "--format",
                   .value = "FORMAT",
                   .help = "markdown, latex, html, json or csv; all if left out"},
                  formats_);
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const ReportReader store(context.database);
    ReportSelection selection(store, context.registry, context.database.string(),
                              ReportChoices(context.registry, reports_, report_options_));
    select(selection);
    std::vector<Format> formats;
    for (const std::string& format : formats_) formats.push_back(parse_format(format));
    if (formats.empty()) formats = all_formats();
    for (const PluginChoice& report : selection.reports()) {
      const Document document = selection.render(report);
      if (context.json)
        write_text(render_json(document));
      else
        print_document(document);
      if (!out_.empty()) print_written(write_document(document, out_, formats));
    }
    return kDone;
  }

 private:
  void select(ReportSelection& selection) const {
    const auto [names, overrides] = sort_words(words_);
    if (!overrides.empty() && std::none_of(names.begin(), names.end(), is_file))
      throw ConfigError(
          fmt::format("report: '{}' changes what an experiment file plans, and no file is named",
                      overrides.front()));
    for (const std::string& name : names) {
      if (is_file(name))
        selection.add_file(name, overrides);
      else
        selection.add_name(name);
    }
  }

  std::vector<std::string> words_, reports_, report_options_, formats_;
  std::filesystem::path out_;
};

}  // namespace

void command_report(CommandList& commands) {
  commands.add<ReportCommand>({.name = "report",
                               .group = CommandGroup::results,
                               .position = 3,
                               .summary = "Make tables and figures from the store"});
}

}  // namespace genrebench::cli
