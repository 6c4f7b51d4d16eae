// `genrebench report`: from the store to tables and figures.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "base/files.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/report_selection.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/store/report_reader.hpp"
#include "reports/page/page.hpp"
#include "reports/render/render.hpp"

namespace genrebench::cli {
namespace {

constexpr const char* kPageName = "index.html";

bool is_file(const std::string& word) { return word.ends_with(".yaml") || word.ends_with(".yml"); }

/// A word as a shell takes it.
std::string shell_word(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-./=,:@%+").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain) return word;
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

/// Shows a file in whatever the desktop opens such files with.
/// @throws DataError  if there is no such program
void open_file_in_browser(const std::filesystem::path& file) {
  start_subprocess({"xdg-open", std::filesystem::absolute(file).string()}, {});
}

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
    arguments.add(
        {.name = "--out",
         .value = "FOLDER",
         .help = "Write the reports' files to this folder, and one page with all of them, "
                 "index.html",
         .completes = Completion::folder},
        out_);
    arguments.add_flag({.name = "--open", .help = "Open the page that --out writes, by xdg-open"},
                       open_);
    add_formats(arguments, formats_);
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    check_arguments();
    const ReportReader store(context.database);
    ReportSelection selection(store, context.registry, context.database.string(),
                              ReportChoices(context.registry, reports_, report_options_));
    select(selection);
    const std::vector<Format> formats = parse_formats(formats_);
    std::vector<Document> documents;
    std::size_t n_files = 0;
    for (const PluginChoice& report : selection.reports()) {
      const Document& document = documents.emplace_back(selection.render(report));
      if (context.json)
        write_text(render_json(document));
      else
        print_document(document);
      if (!out_.empty()) n_files += write_document(document, out_, formats).size();
    }
    if (out_.empty()) return kDone;
    const bool html = std::count(formats.begin(), formats.end(), Format::html) > 0;
    // A page is of runs: a store of kernels alone has the files of its reports.
    const bool page = html && !store.experiments().empty();
    const std::filesystem::path shown =
        out_ / (page ? kPageName : documents.front().name + ".html");
    if (page) write_page(selection, std::move(documents), context.database);
    say(fmt::format("wrote {} to {}{}", counted(n_files + (page ? 1 : 0), "file"), out_.string(),
                    html ? "; open " + shown.string() : ""));
    if (open_) open_file_in_browser(shown);
    return kDone;
  }

 private:
  void check_arguments() const {
    if (open_ && out_.empty())
      throw UsageError("report: --open shows what --out writes, and --out is not given");
    if (open_ && !formats_.empty() && std::count(formats_.begin(), formats_.end(), "html") == 0)
      throw UsageError("report: --open shows HTML, which is not among the --format given");
  }

  /// Writes the page with the reports that were asked for and those that every page has.
  void write_page(const ReportSelection& selection, std::vector<Document> documents,
                  const std::filesystem::path& database) const {
    const ReportScope scope = selection.scope();
    PageContent content{.title = page_title(selection), .reports = std::move(documents)};
    for (const std::string& name : page_reports(selection.runs(), scope)) {
      const auto has_name = [&](const Document& document) { return document.name == name; };
      if (std::none_of(content.reports.begin(), content.reports.end(), has_name))
        if (std::optional<Document> more = selection.render_if_any(name))
          content.reports.push_back(std::move(*more));
    }
    std::string command = "genrebench report";
    for (const std::string& word : words_) command += " " + shell_word(word);
    for (const std::string& name : reports_) command += " --report " + shell_word(name);
    for (const std::string& option : report_options_)
      command += " --report-option " + shell_word(option);
    if (database != "runs.db") content.of_store = " --db " + shell_word(database.string());
    content.commands = {command + content.of_store + " --out " + shell_word(out_.string())};
    content.run_commands = run_commands(selection.runs(), content.of_store);
    write_file_atomically(out_ / kPageName, render_page(content, selection.runs(), scope));
  }

  /// How the files named on the command line are run with the same settings.
  std::map<std::string, std::string> run_commands(const StoreReader& store,
                                                  const std::string& of_store) const {
    const auto [names, overrides] = sort_words(words_);
    std::string settings;
    for (const std::string& word : overrides) settings += " " + shell_word(word);
    settings += of_store;
    std::map<std::string, std::string> commands;
    for (const ExperimentRecord& experiment : store.experiments())
      for (const std::string& name : names) {
        std::error_code not_there;
        if (is_file(name) && std::filesystem::equivalent(name, experiment.source_file, not_there))
          commands[experiment.source_file] = "genrebench run " + shell_word(name) + settings;
      }
    return commands;
  }

  static std::string page_title(const ReportSelection& selection) {
    const std::vector<std::string> names = selection.scope().experiments;
    return names.empty() ? "All experiments" : fmt::format("{}", fmt::join(names, ", "));
  }

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
  bool open_ = false;
};

}  // namespace

void command_report(CommandList& commands) {
  commands.add<ReportCommand>({.name = "report",
                               .group = CommandGroup::results,
                               .position = 3,
                               .summary = "Make tables and figures from the store"});
}

}  // namespace genrebench::cli
