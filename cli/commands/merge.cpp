// `genrebench merge`: joins stores.

#include "harness/store/merge.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/json_output.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench::cli {

int merge(const CommonOptions& common, const std::vector<std::string>& sources) {
  std::error_code ignored;
  if (std::filesystem::exists(common.database, ignored))
    RunStore::open(common.database, RunStore::Mode::write);  // what is wrong with it is said once
  const auto progress = console_progress(common.quiet);
  Table table{.columns = {"source", "added", "improved", "already there", "different", "files"}};
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  std::size_t n_failed = 0;
  for (const std::string& source : sources) {
    try {
      const MergeSummary summary = merge_store(common.database, source);
      for (const std::string& warning : summary.warnings) progress->message("warning: " + warning);
      for (const std::string& difference : summary.differences) progress->message(difference);
      std::vector<Cell> row = {{.text = source}};
      for (const std::size_t n :
           {summary.added, summary.improved, summary.present, summary.different, summary.files})
        row.push_back({.text = std::to_string(n), .numeric = true});
      row[4].caution = summary.different > 0;
      table.rows.push_back(std::move(row));
      rows.push_back({{"source", source},
                      {"added", summary.added},
                      {"improved", summary.improved},
                      {"present", summary.present},
                      {"different", summary.different},
                      {"files", summary.files},
                      {"differences", summary.differences},
                      {"warnings", summary.warnings}});
    } catch (const DataError& error) {
      ++n_failed;
      progress->message(fmt::format("genrebench: {}", error.what()));
      rows.push_back({{"source", source}, {"error", error.what()}});
    }
  }
  if (common.json) {
    print_json(rows);
  } else if (n_failed < sources.size()) {
    if (n_failed > 0)
      table.notes.push_back(
          fmt::format("{} of {} could not be merged", n_failed, count_of(sources.size(), "store")));
    print_table(table);
  }
  return n_failed == 0 ? 0 : 1;
}

}  // namespace genrebench::cli
