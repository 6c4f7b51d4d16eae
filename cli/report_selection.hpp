#pragma once
// Which runs of the store `genrebench report` shows, and in which reports.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/experiment/report_choices.hpp"
#include "harness/plan/matched_runs.hpp"
#include "harness/plan/selected_runs.hpp"
#include "harness/plugin/document.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/records/store_reader.hpp"
#include "reports/support/provenance.hpp"

namespace genrebench::cli {

class ReportSelection {
 public:
  ReportSelection(const StoreReader& store, const Registry& registry, std::string database,
                  ReportChoices reports);

  /// An experiment of the store, with the runs of its latest plan.
  /// @throws ConfigError  if the store has no such experiment
  void add_name(const std::string& name);

  /// The runs that a file plans now.
  /// @throws ConfigError  if the store has none of them
  void add_file(const std::string& file, const std::vector<std::string>& overrides);

  /// The reports with their options, in the order in which they were asked for.
  std::vector<PluginChoice> reports() const { return reports_.all(); }

  Document render(const PluginChoice& report) const;

  /// A report that was not asked for, with its defaults, on everything that was selected; nothing
  /// where it has nothing to say.
  std::optional<Document> render_if_any(const std::string& report) const;

  /// Everything that was selected.
  ReportScope scope() const;
  const StoreReader& runs() const { return runs_; }

 private:
  bool is_known(const std::string& name) const;
  void add_to_reports(const std::string& name, const std::vector<ReportChoice>& of_file,
                      const std::vector<std::string>& beside);
  std::string nothing_done(const std::string& file, const Experiment& experiment,
                           const MatchedRuns& matched) const;
  std::vector<std::string> notes_on(const std::string& file, const Experiment& experiment,
                                    const MatchedRuns& matched) const;

  const StoreReader& store_;
  const Registry& registry_;
  std::string database_;
  ReportChoices reports_;
  SelectedRuns runs_;
  std::vector<std::string> known_;             ///< experiments of the store
  std::vector<std::string> selected_;          ///< experiments; empty: all of the store
  std::set<std::string> whole_;                ///< those that were named
  std::map<std::string, ReportScope> scopes_;  ///< of each report: experiments that ask for it are
                                               ///< reported together
  std::vector<std::pair<std::string, std::string>> notes_;  ///< on an experiment
};

}  // namespace genrebench::cli
