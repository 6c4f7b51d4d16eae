#include "reports/page/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/notes.hpp"
#include "reports/support/settings.hpp"

namespace genrebench {
namespace {

/// Rows of a table in order of appearance, each with the number of runs that it is about.
class CountedRows {
 public:
  void add(const std::vector<std::string>& row) {
    if (const auto known = places_.find(row); known != places_.end()) {
      ++rows_[known->second].second;
      return;
    }
    places_.emplace(row, rows_.size());
    rows_.emplace_back(row, 1);
  }

  void append_to(Table& table) const {
    for (const auto& [texts, n] : rows_) {
      std::vector<Cell> cells;
      for (const std::string& text : texts) cells.push_back(shown(text));
      cells.push_back(count_cell(n));
      table.rows.push_back(std::move(cells));
    }
  }

 private:
  std::map<std::vector<std::string>, std::size_t> places_;
  std::vector<std::pair<std::vector<std::string>, std::size_t>> rows_;
};

Table experiments_table(const Scope& scope) {
  Table result{.id = "page-experiments",
               .title = "Experiments",
               .columns = {"experiment", "what it is", "file", "runs done"}};
  std::map<std::string, const RunRecord*> by_id;
  for (const RunRecord& run : scope.runs) by_id.emplace(run.id, &run);
  for (const ExperimentRecord& experiment : scope.experiments) {
    Runs runs;
    for (const std::string& id : experiment.run_ids)
      if (const auto run = by_id.find(id); run != by_id.end()) runs.push_back(run->second);
    result.rows.push_back({shown(experiment.name), shown(experiment.description),
                           shown(experiment.source_file), shown_number(to_string(tally(runs)))});
  }
  return result;
}

/// A split with what says how large its parts are; the table of plug-ins has all its options.
std::string split_in_short(Parameters parameters) {
  static const std::set<std::string> shown_options = {"split.kind", "split.train_fraction",
                                                      "split.valid_fraction", "split.folds"};
  std::erase_if(parameters, [](const auto& entry) {
    return entry.first.starts_with("split.") && !shown_options.contains(entry.first);
  });
  return describe_plugin(parameters, "split");
}

Table data_table(const Scope& scope) {
  Table result{.id = "page-data",
               .title = "Data and splits",
               .columns = {"dataset", "tracks", "genres", "split", "kept apart", "data", "runs"},
               .notes = {"“data” is the beginning of the hash of all files of the dataset."}};
  const std::vector<Protocol> of_runs = protocols(scope.runs);
  CountedRows rows;
  Runs runs;
  for (std::size_t i = 0; i < scope.runs.size(); ++i) {
    const RunRecord& run = scope.runs[i];
    const std::vector<std::string> genres = facts::kGenres.of(run);
    if (genres.empty()) continue;  // another run over the data says more
    rows.add({dataset_title(run.parameters), facts::kTracks.text(run),
              fmt::format("{}", genres.size()), split_in_short(run.parameters),
              to_string(of_runs[i]), short_id(run.dataset_fingerprint)});
    runs.push_back(&run);
  }
  rows.append_to(result);
  add_division_notes(runs, result.notes);
  return result;
}

/// "sem (preset=tuned, …)" as its name and its options.
std::pair<std::string, std::string> name_and_options(const std::string& plugin) {
  const std::size_t open = plugin.find(" (");
  if (open == std::string::npos || !plugin.ends_with(')')) return {plugin, ""};
  return {plugin.substr(0, open), plugin.substr(open + 2, plugin.size() - open - 3)};
}

std::string experiments_text(const Scope& scope) {
  Runs runs;
  for (const RunRecord& run : scope.runs) runs.push_back(&run);
  const Tally counts = tally(runs);
  std::set<std::string> methods, datasets, seeds;
  for (const RunRecord& run : scope.runs) {
    methods.insert(run.parameter("method.name"));
    datasets.insert(dataset_title(run.parameters));
    seeds.insert(fmt::format("{}", run.seed));
  }
  const auto counted = [](std::size_t n, const std::string& noun) {
    return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
  };
  const auto listed = [](const std::set<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
  };
  return fmt::format("{} of {} are done, of {} ({}) on {} ({}) with {}.", counts.done,
                     counted(counts.planned, "run"), counted(methods.size(), "method"),
                     listed(methods), counted(datasets.size(), "dataset"), listed(datasets),
                     counted(seeds.size(), "seed"));
}

}  // namespace

Table plugins_of(const Scope& scope) {
  Table result{.id = "page-plugins",
               .title = "Methods, features, excerpts and splits with their options",
               .columns = {"what", "name", "options", "runs"}};
  for (const char* kind : {"method", "features", "excerpt", "split"}) {
    CountedRows rows;
    for (const RunRecord& run : scope.runs) {
      Parameters parameters = run.parameters;
      for (const char* repeats : {".seed", ".fold"}) parameters.erase(std::string(kind) + repeats);
      const auto [name, options] = name_and_options(describe_plugin(parameters, kind));
      if (!name.empty()) rows.add({kind, name, options});
    }
    rows.append_to(result);
  }
  return result;
}

Document what_was_run(const Scope& scope) {
  Document document{.name = "page-run", .title = "", .body = {}, .data = {}};
  document.body.emplace_back(Paragraph{experiments_text(scope)});
  document.body.emplace_back(experiments_table(scope));
  if (Table data = data_table(scope); !data.rows.empty())
    document.body.emplace_back(std::move(data));
  return document;
}

Document what_failed(const StoreReader& store, const Scope& scope) {
  Document document{.name = "page-failures", .title = "", .body = {}, .data = {}};
  Table failures{.id = "page-failures",
                 .title = "Runs without a result",
                 .columns = {"run", "status", "configuration", "seed", "message"}};
  Runs runs;
  for (const RunGroup& group : [&] {
         std::vector<RunGroup> groups = group_runs(scope.runs);
         name_groups(groups);
         return groups;
       }())
    for (const RunRecord* run : group.runs) {
      runs.push_back(run);
      if (run->status == RunStatus::done || run->status == RunStatus::planned) continue;
      failures.rows.push_back({shown(short_id(run->id)),
                               shown(to_string(run->status), run->status == RunStatus::failed ||
                                                                 run->status == RunStatus::lost),
                               shown(group.title), shown_number(fmt::format("{}", run->seed)),
                               shown(run->message)});
    }
  Table tracks{.id = "page-bad-tracks",
               .title = "Tracks that could not be used",
               .columns = {"track", "message", "runs"}};
  for (const BadTrack& track : bad_tracks(store, runs))
    tracks.rows.push_back(
        {shown(track.track), shown(track.message), count_cell(track.run_ids.size())});
  if (failures.rows.empty() && tracks.rows.empty())
    document.body.emplace_back(Paragraph{"No run failed, and every track could be used."});
  if (!failures.rows.empty()) document.body.emplace_back(std::move(failures));
  if (!tracks.rows.empty()) document.body.emplace_back(std::move(tracks));
  return document;
}

Document environment_of(const StoreReader& store, const Scope& scope) {
  Document document{.name = "page-environment", .title = "", .body = {}, .data = {}};
  std::map<std::string, std::map<std::string, std::size_t>> counts;
  std::size_t n_known = 0;
  for (const RunRecord& run : scope.runs) {
    if (run.status != RunStatus::done) continue;
    const std::map<std::string, std::string> environment = store.environment(run.id);
    n_known += !environment.empty();
    for (const auto& [key, value] : environment)
      if (!key.starts_with("resources.") && key != "versions") ++counts[key][value];
  }
  if (counts.empty()) {
    document.body.emplace_back(Paragraph{"Nothing is recorded of where the runs were made."});
    return document;
  }
  Table result{.id = "page-environment",
               .title = "Programs, libraries and machines",
               .columns = {"what", "value", "runs"}};
  for (const auto& [key, values] : counts)
    for (const auto& [value, n] : values)
      result.rows.push_back({shown(key), shown(value), count_cell(n)});
  result.notes.push_back(fmt::format("Of the {} runs that are done and say where.", n_known));
  document.body.emplace_back(std::move(result));
  return document;
}

Document how_to_reproduce(const Scope& scope, const std::vector<std::string>& commands,
                          const std::map<std::string, std::string>& run_commands,
                          const std::string& of_store) {
  Document document{.name = "page-reproduce", .title = "", .body = {}, .data = {}};
  Table result{.id = "page-commands", .title = "Commands", .columns = {"command", "what it does"}};
  std::set<std::string> files;
  for (const ExperimentRecord& experiment : scope.experiments)
    if (!experiment.source_file.empty()) files.insert(experiment.source_file);
  for (const std::string& file : files) {
    const auto known = run_commands.find(file);
    result.rows.push_back(
        known != run_commands.end()
            ? std::vector<Cell>{shown(known->second), shown("Makes the runs of the file")}
            : std::vector<Cell>{shown("genrebench run " + file),
                                shown("Makes the runs of the file. Add the settings that the "
                                      "command line had when they were made")});
  }
  for (const std::string& command : commands)
    result.rows.push_back({shown(command), shown("Makes this page")});
  const auto done = std::find_if(scope.runs.begin(), scope.runs.end(), [](const RunRecord& run) {
    return run.status == RunStatus::done && run.origin == RunOrigin::computed;
  });
  if (done != scope.runs.end())
    result.rows.push_back({shown("genrebench reproduce " + short_id(done->id) + of_store),
                           shown("Makes one run again and compares it with its record; every run "
                                 "has an id")});
  result.notes.emplace_back(
      "Ids name configuration, data, split, versions and seed. Equal ids are equal runs.");
  document.body.emplace_back(std::move(result));
  return document;
}

}  // namespace genrebench
