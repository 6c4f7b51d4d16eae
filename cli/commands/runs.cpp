// `genrebench runs`: the runs that the store holds.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/decimal.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/run_listing.hpp"
#include "cli/shared_arguments.hpp"
#include "cli/stored_runs.hpp"
#include "cli/usual_run_table.hpp"
#include "harness/records/find_experiment.hpp"
#include "harness/run/provenance.hpp"
#include "harness/store/run_conditions.hpp"

namespace genrebench::cli {
namespace {

nlohmann::ordered_json to_json(const RunRecord& run, const std::string& accuracy) {
  nlohmann::ordered_json row = {{"id", run.id},
                                {"identity_version", run.identity_version},
                                {"status", to_string(run.status)},
                                {"origin", to_string(run.origin)},
                                {"seed", run.seed},
                                {"message", run.message},
                                {"started_at", run.started_at},
                                {"wall_s", run.wall_s},
                                {"parameters", run.parameters},
                                {"facts", typed_json(run.facts)}};
  if (const auto value = decimal_number(accuracy)) row["test_accuracy"] = *value;
  return row;
}

/// As print_json() writes an element of a list.
std::string indented(const nlohmann::ordered_json& element) {
  const std::string text = element.dump(2, ' ', /*ensure_ascii=*/false,
                                        nlohmann::ordered_json::error_handler_t::replace);
  return "  " + replace_each(text, [](char c) {
           return c == '\n' ? std::string_view("\n  ") : std::string_view();
         });
}

class RunsCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "--where",
                   .value = "KEY=VALUE",
                   .help = "Only runs of which this holds, such as 'method.name=svm "
                           "test.accuracy>0.7'; may be repeated",
                   .one_per_use = true},
                  request_.where);
    arguments.add({.name = "--experiment",
                   .value = "NAME",
                   .help = "Only runs of this experiment's latest plan"},
                  request_.experiment);
    const Argument& status =
        arguments.add({.name = "--status",
                       .value = "STATUS",
                       .help = "Only runs that are planned, running, done, failed, skipped, lost "
                               "or pruned"},
                      request_.status);
    const Argument& failed =
        arguments.add_flag({.name = "--failed", .help = "Only runs that failed: --status failed"},
                           [this] { request_.status = to_string(RunStatus::failed); });
    arguments.exclude(status, failed);
    arguments.add({.name = "--columns",
                   .value = "KEY,...",
                   .help = "What to show, such as run,method.name,seed,test.accuracy",
                   .one_per_use = true},
                  request_.columns);
    arguments.add({.name = "--sort",
                   .value = "KEY,...",
                   .help = "Sort by these, the smallest first; KEY:desc for the largest first",
                   .one_per_use = true},
                  request_.sort);
    arguments.add({.name = "--group",
                   .value = "KEY,...",
                   .help = "One row for all runs with the same values of these, with the means of "
                           "the columns",
                   .one_per_use = true},
                  request_.group);
    arguments.add({.name = "--limit",
                   .value = "N",
                   .help = "Only the first N rows",
                   .minimum = 1,
                   .maximum = 1e9,
                   .hide_default = true},
                  request_.limit);
    add_database(arguments, context);
    add_json(arguments, context);
    arguments.add_flag({.name = "--csv", .help = "Print CSV"}, csv_);
  }

  int run(Context& context) override {
    if (csv_ && context.json) throw UsageError("runs: --csv and --json cannot both be given");
    if (!request_.experiment.empty())
      find_experiment(*context.store_to_read(), request_.experiment, context.database.string());
    const Listing listing = make_listing(context.database, request_);
    if (csv_)
      write_text(listing_csv(listing));
    else if (!context.json)
      print(listing);
    else if (request_.columns.empty() && request_.group.empty())
      print_whole_runs(context, listing);
    else
      print_json(listing_json(listing));
    return kDone;
  }

 private:
  /// Prints the runs of the list with all their parameters and facts. One after the other: a
  /// document of 30 000 runs would take gigabytes.
  void print_whole_runs(const Context& context, const Listing& listing) const {
    const auto store = context.store_to_read();
    const auto& names = usual_columns();
    const auto accuracy = static_cast<std::size_t>(
        std::find(names.begin(), names.end(), "test.accuracy") - names.begin());
    bool any = false;
    for (std::size_t i = 0; i < listing.rows.size(); ++i) {
      const auto run = store->run(listing.runs[i].id);
      if (!run) continue;  // deleted meanwhile
      write_text(any ? ",\n" : "[\n");
      write_text(indented(to_json(*run, listing.rows[i][accuracy])));
      any = true;
    }
    write_text(any ? "\n]\n" : "[]\n");
  }

  void print(const Listing& listing) const {
    const bool usual = request_.columns.empty() && request_.group.empty();
    Table table =
        usual ? usual_run_table(listing, columns_of(STDOUT_FILENO)) : listing_table(listing);
    std::string count = counted(listing.n_runs, "run");
    if (listing.n_runs < listing.n_of) count += fmt::format(" of {}", listing.n_of);
    if (!request_.group.empty()) count += fmt::format(" in {}", counted(listing.n_rows, "group"));
    if (listing.rows.size() < listing.n_rows)
      count += fmt::format("; the first {} are shown (--limit)", listing.rows.size());
    table.notes.push_back(count);
    if (!request_.group.empty())
      table.notes.push_back("sd: sample standard deviation over the runs of a group");
    if (const std::string older = older_ids(listing.runs, ""); !older.empty())
      table.notes.push_back(older);
    print_table(table);
  }

  ListingRequest request_;
  bool csv_ = false;
};

}  // namespace

void command_runs(CommandList& commands) {
  commands.add<RunsCommand>(
      {.name = "runs",
       .group = CommandGroup::results,
       .position = 1,
       .summary = "List the runs in the store",
       .details = "Keys are run, status, message, seed, data, started, seconds, identity, origin "
                  "and experiment; parameters (method.name), facts (split.n_train) and the "
                  "environment (host) by their names; final metrics by part and name "
                  "(test.accuracy). Conditions compare by =, !=, ~ (contains), <, <=, > and >=; "
                  "method.name=svm|knn is either; values with blanks stand in quotation marks; "
                  "key='' means that the run has no such value."});
}

}  // namespace genrebench::cli
