#include "reports/support/provenance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <unordered_set>
#include <utility>

#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "harness/run/provenance.hpp"
#include "reports/support/alarms.hpp"
#include "reports/support/run_groups.hpp"
#include "reports/support/settings.hpp"

namespace genrebench {
namespace {

std::string runs_text(std::size_t n) { return fmt::format("{} run{}", n, n == 1 ? "" : "s"); }

/// Values of one circumstance with the number of runs that have each.
class Counts {
 public:
  void add(const std::string& value, std::size_t n = 1) { counts_[value] += n; }
  bool differ() const { return counts_.size() > 1; }
  const std::map<std::string, std::size_t>& all() const { return counts_; }

  /// "a (3 runs), b (1 run)"
  std::string text() const {
    std::string result;
    for (const auto& [value, n] : counts_)
      result += fmt::format("{}{} ({})", result.empty() ? "" : ", ", value, runs_text(n));
    return result;
  }

 private:
  std::map<std::string, std::size_t> counts_;
};

/// The runs' circumstances by name, the most important first.
class Circumstances {
 public:
  /// @param n  number of runs
  void add(const std::string& name, const std::string& value, std::size_t n) {
    const auto known =
        std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.first == name; });
    (known != all_.end() ? *known : all_.emplace_back(name, Counts())).second.add(value, n);
  }

  /// "commit: a (3 runs), b (1 run); threads: 1 (2 runs), 2 (2 runs)": those that differ.
  std::string text() const {
    std::string result;
    for (const auto& [name, counts] : all_)
      if (counts.differ())
        result += fmt::format("{}{}: {}", result.empty() ? "" : "; ", name, counts.text());
    return result;
  }

 private:
  std::vector<std::pair<std::string, Counts>> all_;
};

/// "method svm": a version as recorded without its number, "method svm 1" or "features mfcc 1,
/// decoder 1".
std::string plugin_of(const std::string& version) {
  std::istringstream words(version);
  std::string kind, name;
  words >> kind >> name;
  return kind == "evaluation" ? kind : kind + " " + name;
}

using Environment = std::map<std::string, std::string>;

/// An environment without what each run took, and how many runs have it.
struct SharedEnvironment {
  Environment values = {};
  bool known = false;  ///< something is recorded of these runs, be it only what they took
  std::size_t n_runs = 0;
};

/// The environments of runs, in order of appearance. Many runs share a few.
class Environments {
 public:
  Environments(const StoreReader& store, const Runs& runs) {
    std::map<std::pair<Environment, bool>, std::size_t> places;
    for (const RunRecord* run : runs) {
      Environment own = store.environment(run->id);
      const bool known = !own.empty();
      std::erase_if(own, [](const auto& entry) { return entry.first.starts_with("resources."); });
      const auto [place, is_new] = places.try_emplace({std::move(own), known}, shared_.size());
      if (is_new) shared_.push_back({.values = place->first.first, .known = known});
      ++shared_[place->second].n_runs;
      places_.push_back(place->second);
    }
  }

  const std::vector<SharedEnvironment>& all() const { return shared_; }
  const Environment& of(std::size_t run) const { return shared_[places_[run]].values; }

 private:
  std::vector<SharedEnvironment> shared_;
  std::vector<std::size_t> places_;  ///< of each run
};

/// @param environments  of the runs
Circumstances circumstances_of(const Runs& done, const Environments& environments) {
  Circumstances result;
  std::set<std::string> libraries;
  for (const auto& [environment, known, n] : environments.all())
    for (const auto& [key, value] : environment)
      if (key.starts_with("library.")) libraries.insert(key);
  const auto add = [&](const std::string& name, const std::string& key,
                       const std::string& missing) {
    for (const auto& [environment, known, n] : environments.all()) {
      if (!known) continue;
      const auto found = environment.find(key);
      result.add(name, found == environment.end() ? missing : found->second, n);
    }
  };
  for (const auto& [environment, known, n] : environments.all())
    if (const std::string program = program_of(environment); !program.empty())
      result.add("commit", program, n);
  add("version of genrebench", "genrebench.version", "not recorded");
  add("build", "genrebench.build", "not recorded");
  add("compiler", "compiler", "not recorded");
  for (const std::string& key : libraries) add(key.substr(8), key, "not recorded");
  add("processor", "cpu", "not recorded");
  add("GPU", "gpu", "none");
  for (std::size_t i = 0; i < done.size(); ++i) {
    const std::string device = facts::kDevice.of(*done[i]);
    if (device.empty()) continue;  // other methods do not depend on the number of threads
    result.add("device of the networks", device, 1);
    const Environment& environment = environments.of(i);
    if (const auto threads = environment.find("threads"); threads != environment.end())
      result.add("threads of the networks", threads->second, 1);
  }
  for (const auto& [environment, known, n] : environments.all())
    for (const std::string& version : recorded_versions(environment)) {
      const std::string plugin = plugin_of(version);
      result.add("version of " + plugin,
                 version.substr(std::min(version.size(), plugin.size() + 1)), n);
    }
  return result;
}

bool names_runs(const std::string& column) {
  return column.ends_with("run_id") || column.ends_with("run_ids");
}

/// Data of runs name them; kernels, for one, are measured without any.
bool is_of_runs(const Document& document) {
  return document.data.empty() || std::ranges::any_of(document.data, [](const Table& table) {
           return std::ranges::any_of(table.columns, names_runs);
         });
}

/// The runs that a document's data tables name; all runs in scope where they name none.
Runs runs_behind(const Document& document, const Scope& scope) {
  std::unordered_set<std::string> named;
  for (const Table& table : document.data)
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (!names_runs(table.columns[c])) continue;
      std::string_view last;  // many rows in turn are of the same runs
      for (const auto& row : table.rows) {
        if (c >= row.size() || row[c].text == last) continue;
        last = row[c].text;
        std::istringstream ids(row[c].text);
        for (std::string id; ids >> id;) named.insert(id);
      }
    }
  Runs behind, all;
  for (const RunRecord& run : scope.runs) {
    all.push_back(&run);
    if (named.contains(run.id)) behind.push_back(&run);
  }
  return behind.empty() ? all : behind;
}

/// What the accuracies of these runs say of the experiment.
SanityRemarks remarks_on(const StoreReader& store, const Runs& runs) {
  std::vector<RunGroup> groups = group_runs(runs);
  name_groups(groups);
  const Scores scores(store);
  return sanity_remarks(scores, groups);
}

}  // namespace

std::vector<std::string> provenance_notes(const StoreReader& store, const Runs& runs) {
  Runs done;
  std::copy_if(runs.begin(), runs.end(), std::back_inserter(done),
               [](const RunRecord* run) { return run->status == RunStatus::done; });
  const Environments environments(store, done);
  std::vector<std::string> notes;
  if (const std::string differ = circumstances_of(done, environments).text(); !differ.empty())
    notes.push_back(fmt::format(
        "The runs were made with different things, and their numbers may differ for that: {}.",
        differ));

  Counts programs;
  for (const auto& [environment, known, n] : environments.all())
    if (const std::string program = program_of(environment); !program.empty())
      programs.add(program, n);
  if (!programs.all().empty() && !programs.all().contains(this_program()))
    notes.push_back(programs.differ() ? fmt::format("None of the {} is by this program, commit {}.",
                                                    runs_text(done.size()), this_program())
                                      : fmt::format("{} by commit {}; this is {}.",
                                                    runs_text(programs.all().begin()->second),
                                                    programs.all().begin()->first, this_program()));

  Counts segmentations, weights, imported;
  for (const RunRecord* run : done) {
    if (run->origin == RunOrigin::imported) imported.add(run->parameter("method.name"));
    if (const std::string title = segmentation_title(run->parameters); !title.empty())
      segmentations.add(title);
    if (const std::string title = weights_title(*run); !title.empty()) weights.add(title);
  }
  if (!imported.all().empty())
    notes.push_back(
        fmt::format("Imported: {}. Their predictions were made elsewhere, and genrebench scored "
                    "them; how they were made is not known here.",
                    imported.text()));
  if (!segmentations.all().empty())
    notes.push_back(fmt::format("Settings of the segmentation: {}.", segmentations.text()));
  if (!weights.all().empty())
    notes.push_back(fmt::format("The networks started from {}.", weights.text()));
  return notes;
}

Document render_report(const ReportPlugin& plugin, const OptionValues& options,
                       const StoreReader& store, const ReportScope& scope) {
  Document document = plugin.make(options)->render(store, scope);
  if (!is_of_runs(document)) return document;
  const Scope loaded = load_scope(store, scope);
  const Runs behind = runs_behind(document, loaded);
  SanityRemarks remarks = remarks_on(store, behind);
  std::vector<Paragraph> alarms;
  for (std::string& alarm : remarks.alarms) alarms.push_back({std::move(alarm)});
  document.body.insert(document.body.begin(), alarms.begin(), alarms.end());
  for (std::string& note : remarks.notes) document.body.emplace_back(Paragraph{std::move(note)});
  for (std::string& note : provenance_notes(store, behind))
    document.body.emplace_back(Paragraph{std::move(note)});
  return document;
}

}  // namespace genrebench
