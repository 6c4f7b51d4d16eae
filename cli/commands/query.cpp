// `genrebench query`: SQL on the views of a store.

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/plugin/method.hpp"
#include "harness/store/query_text.hpp"
#include "harness/store/store_queries.hpp"

namespace genrebench::cli {
namespace {

/// Rows are printed as they come.
QueryOutput csv_output() {
  return {.columns = [](const std::vector<std::string>& names) { write_text(csv_line(names)); },
          .row = [](const std::vector<QueryValue>& row) { write_text(csv_line(row)); }};
}

nlohmann::ordered_json json_of(const QueryValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* real = std::get_if<double>(&value); real != nullptr && std::isfinite(*real))
    return *real;
  if (std::holds_alternative<std::monostate>(value)) return nullptr;
  return query_text(value);
}

/// One row a line, as they come.
class JsonOutput {
 public:
  QueryOutput output() {
    return {.columns = [this](const std::vector<std::string>& names) { begin(names); },
            .row = [this](const std::vector<QueryValue>& row) { add(row); }};
  }
  void end() const { write_text(first_ ? "]\n" : "\n]\n"); }

 private:
  void begin(const std::vector<std::string>& names) {
    std::set<std::string> seen;
    for (const std::string& name : names)
      if (!seen.insert(name).second)
        throw ConfigError(
            fmt::format("query --json: two columns are called '{}'; rename one with AS", name));
    names_ = names;
    write_text("[");
  }

  void add(const std::vector<QueryValue>& row) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < row.size(); ++i) object[names_[i]] = json_of(row[i]);
    write_text((first_ ? "\n" : ",\n") +
               object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    first_ = false;
  }

  std::vector<std::string> names_;
  bool first_ = true;
};

class QueryCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "SQL",
                   .value = "SQL",
                   .help = "One SELECT over the store's views: v_runs, v_parameters, v_metrics, "
                           "v_curves, v_predictions and others, and v_parameters_wide, which has "
                           "a column for each parameter",
                   .required = true},
                  sql_);
    add_database(arguments, context);
    add_json(arguments, context);
    const Argument& json = arguments.all().back();
    arguments.exclude(arguments.add_flag({.name = "--csv", .help = "Print CSV"}, csv_), json);
  }

  int run(Context& context) override {
    stop_requested();  // from here Ctrl-C ends in order
    StoreQueries queries(context.database, stop_requested);
    try {
      if (context.json) {
        JsonOutput json;
        queries.run(sql_, json.output());
        json.end();
      } else if (csv_) {
        queries.run(sql_, csv_output());
      } else {
        print(queries);
      }
    } catch (const Interrupted&) {
      return kInterrupted;
    }
    return kDone;
  }

 private:
  void print(StoreQueries& queries) const {
    Table table;
    queries.run(sql_,
                {.columns = [&](const auto& names) { table.columns = names; },
                 .row =
                     [&](const auto& row) {
                       std::vector<Cell> cells;
                       for (const QueryValue& value : row)
                         cells.push_back({.text = query_text(value),
                                          .numeric = std::holds_alternative<std::int64_t>(value) ||
                                                     std::holds_alternative<double>(value)});
                       table.rows.push_back(std::move(cells));
                     }});
    table.notes.push_back(counted(table.rows.size(), "row"));
    print_table(table);
  }

  std::string sql_;
  bool csv_ = false;
};

}  // namespace

void command_query(CommandList& commands) {
  commands.add<QueryCommand>(
      {.name = "query",
       .group = CommandGroup::results,
       .position = 4,
       .summary = "Query the store in SQL, read-only",
       .details = "docs/how-to/read-the-store.md describes the views. Ctrl-C ends a query."});
}

}  // namespace genrebench::cli
