// `genrebench leaks`: which artists, songs and other groups each kind of split would put on two
// sides.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/json_output.hpp"
#include "harness/data/split_leaks.hpp"
#include "harness/grouping/grouping.hpp"
#include "harness/plan/plan.hpp"

namespace genrebench::cli {
namespace {

/// Runs of an experiment with the same songs and pieces.
struct Case {
  RunSpec spec = {};
  std::vector<std::size_t> n_excerpts = {};
  std::shared_ptr<const OpenDataset> data = {};
  std::vector<LeakCheck> checks = {};                            ///< of all seeds
  std::vector<std::pair<PluginChoice, std::uint64_t>> own = {};  ///< the splits and seeds of the
                                                                 ///< experiment that are among them
};

bool same(const PluginChoice& a, const PluginChoice& b) {
  return a.name == b.name && a.options == b.options;
}

/// "artists"
std::string plural(const std::string& kind) { return kind == "copy" ? "copies" : kind + "s"; }

/// How many tracks no seed tests, and how many all do. With two seeds or more: one tests a part of
/// the tracks only.
std::string note_on_tests(const Dataset& dataset, const std::string& split,
                          const std::vector<const LeakCheck*>& checks) {
  const TestCounts counts = count_tests(checks);
  const auto some = [&](const std::vector<std::size_t>& tracks) {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, tracks.size()); ++i)
      text += (i == 0 ? ": " : ", ") + dataset.tracks()[tracks[i]].id;
    return text + (tracks.size() > 3 ? ", …" : "");
  };
  std::string text =
      fmt::format("{}: of {} tracks in use, {} divisions never test {} (by chance {:.0f}){}", split,
                  counts.n_used, checks.size(), counts.never.size(), counts.never_by_chance,
                  some(counts.never));
  text += fmt::format("; always test {}{}.", counts.always.size(), some(counts.always));
  return text;
}

/// Mean over the seeds of one kind of split, as "12 of 60" or "11.6 of 60.2".
std::string mean_text(const std::vector<const LeakCheck*>& checks, const std::string& kind,
                      const auto& part, const auto& whole) {
  double parts = 0.0, wholes = 0.0;
  std::size_t n = 0;
  for (const LeakCheck* check : checks)
    for (const KindLeak& leak : check->kinds)
      if (leak.kind == kind) {
        parts += static_cast<double>(part(leak));
        wholes += static_cast<double>(whole(leak));
        ++n;
      }
  if (n == 0) return "–";
  const auto number = [&](double sum) {
    return fmt::format("{:.4g}", std::round(10.0 * sum / static_cast<double>(n)) / 10.0);
  };
  return fmt::format("{} of {}", number(parts), number(wholes));
}

/// Those that could be drawn.
std::vector<const LeakCheck*> drawn_of(std::vector<const LeakCheck*> checks) {
  std::erase_if(checks, [](const LeakCheck* check) { return !check->error.empty(); });
  return checks;
}

std::vector<std::string> notes_on_unknown(const Dataset& dataset) {
  std::vector<std::string> notes;
  for (const std::string& kind : known_kinds(dataset)) {
    const std::vector<std::string> names = group_names(dataset, kind);
    if (const auto n = std::ranges::count(names, std::string()); n > 0)
      notes.push_back(
          fmt::format("{} of {} tracks have no known {}; they count in no column of {}.", n,
                      names.size(), kind, plural(kind)));
  }
  return notes;
}

Table make_table(const Experiment& experiment, const Case& c) {
  Table table{.title = fmt::format("{}: what each split of {} puts on two sides", experiment.name,
                                   c.spec.dataset.name),
              .columns = {"split"}};
  std::vector<std::string> kinds, splits;
  std::map<std::string, std::vector<const LeakCheck*>> of_split;
  for (const LeakCheck& check : c.checks) {
    if (of_split[check.split].empty()) splits.push_back(check.split);
    of_split[check.split].push_back(&check);
    for (const KindLeak& leak : check.kinds)
      if (std::find(kinds.begin(), kinds.end(), leak.kind) == kinds.end())
        kinds.push_back(leak.kind);
  }
  for (const std::string& kind : kinds) {
    table.columns.push_back(fmt::format("{} on two sides", plural(kind)));
    table.columns.push_back(fmt::format("test tracks of trained {}", plural(kind)));
  }
  for (const std::string& split : splits) {
    const auto& checks = of_split[split];
    std::vector<Cell> row = {{.text = split, .strong = checks.front()->own}};
    for (const std::string& kind : kinds) {
      const bool leaks = std::any_of(checks.begin(), checks.end(), [&](const LeakCheck* check) {
        return std::any_of(check->kinds.begin(), check->kinds.end(), [&](const KindLeak& leak) {
          return leak.kind == kind && !leak.straddling.empty();
        });
      });
      row.push_back({.text = mean_text(
                         checks, kind, [](const KindLeak& l) { return l.straddling.size(); },
                         [](const KindLeak& l) { return l.n_groups; }),
                     .numeric = true,
                     .caution = leaks});
      row.push_back({.text = mean_text(
                         checks, kind, [](const KindLeak& l) { return l.n_recognisable; },
                         [](const KindLeak& l) { return l.n_test_tracks; }),
                     .numeric = true,
                     .caution = leaks});
    }
    table.rows.push_back(std::move(row));
    const LeakCheck& first = *checks.front();
    if (!first.error.empty())
      table.notes.push_back(fmt::format("{}: cannot be drawn: {}", split, first.error));
    for (const std::string& note : first.notes)
      if (!note.starts_with("published")) table.notes.push_back(split + ": " + note);
    for (const KindLeak& leak : first.kinds)
      if (!leak.straddling.empty() && leak.kind != "track") {
        const std::vector<std::string> some(
            leak.straddling.begin(),
            leak.straddling.begin() +
                static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, leak.straddling.size())));
        table.notes.push_back(fmt::format("{}, {} on two sides: {}{}", split, plural(leak.kind),
                                          fmt::join(some, ", "),
                                          leak.straddling.size() > 3 ? ", …" : ""));
      }
  }
  for (const std::string& split : splits)
    if (of_split[split].front()->own)
      if (const auto drawn = drawn_of(of_split[split]); drawn.size() > 1)
        table.notes.push_back(note_on_tests(*c.data->dataset, split, drawn));
  std::size_t n_seeds = of_split[splits.front()].size();
  if (n_seeds > 1) table.notes.push_back(fmt::format("Means over {} seeds.", n_seeds));
  for (const std::string& note : notes_on_unknown(*c.data->dataset)) table.notes.push_back(note);
  return table;
}

nlohmann::ordered_json to_json(const Experiment& experiment, const Case& c) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const LeakCheck& check : c.checks) {
    nlohmann::ordered_json kinds = nlohmann::ordered_json::object();
    for (const KindLeak& leak : check.kinds)
      kinds[leak.kind] = {{"groups", leak.n_groups},
                          {"test_tracks", leak.n_test_tracks},
                          {"test_tracks_of_trained_groups", leak.n_recognisable},
                          {"straddling", leak.straddling}};
    checks.push_back({{"split", check.split},
                      {"seed", check.seed},
                      {"own", check.own},
                      {"error", check.error},
                      {"notes", check.notes},
                      {"kinds", kinds}});
  }
  nlohmann::ordered_json tests = nlohmann::ordered_json::array();
  std::map<std::string, std::vector<const LeakCheck*>> own;
  for (const LeakCheck& check : c.checks)
    if (check.own && check.error.empty()) own[check.split].push_back(&check);
  const auto ids = [&](const std::vector<std::size_t>& tracks) {
    std::vector<std::string> result;
    for (const std::size_t t : tracks) result.push_back(c.data->dataset->tracks()[t].id);
    return result;
  };
  for (const auto& [split, drawn] : own) {
    const TestCounts counts = count_tests(drawn);
    tests.push_back({{"split", split},
                     {"divisions", drawn.size()},
                     {"tracks_in_use", counts.n_used},
                     {"never_tested", ids(counts.never)},
                     {"always_tested", ids(counts.always)},
                     {"never_tested_by_chance", counts.never_by_chance}});
  }
  nlohmann::ordered_json unknown = nlohmann::ordered_json::object();
  for (const std::string& kind : known_kinds(*c.data->dataset)) {
    const std::vector<std::string> names = group_names(*c.data->dataset, kind);
    unknown[kind] = std::ranges::count(names, std::string());
  }
  return {{"experiment", experiment.name},
          {"dataset", c.spec.dataset.name},
          {"excerpt", c.spec.excerpt.name},
          {"splits", checks},
          {"tests", tests},
          {"tracks_without_a_known_group", unknown}};
}

}  // namespace

int leaks(const Registry& registry, const CommonOptions& common,
          const std::vector<std::string>& words) {
  const auto progress = console_progress(common.quiet);
  FileHashes hashes(common.cache_folder.empty() ? std::filesystem::path()
                                                : common.cache_folder / "content_hashes.tsv");
  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  for (const Experiment& experiment : load_experiments(words, registry)) {
    std::vector<Case> cases;
    std::vector<std::pair<PluginChoice, std::shared_ptr<const OpenDataset>>> datasets;
    for (const RunSpec& spec : experiment.runs) {
      if (spec.segmentation()) continue;
      auto data = std::find_if(datasets.begin(), datasets.end(),
                               [&](const auto& entry) { return same(entry.first, spec.dataset); });
      if (data == datasets.end())
        data = datasets.insert(
            datasets.end(), {spec.dataset, open_dataset(spec.dataset, registry, common.cache_folder,
                                                        hashes, *progress)});
      const Dataset& dataset = *data->second->dataset;
      auto c = std::find_if(cases.begin(), cases.end(), [&](const Case& other) {
        return same(other.spec.dataset, spec.dataset) && same(other.spec.excerpt, spec.excerpt);
      });
      if (c == cases.end())
        c = cases.insert(cases.end(),
                         Case{.spec = spec,
                              .n_excerpts = count_excerpts(dataset, spec.excerpt, registry),
                              .data = data->second});
      const auto add = [&](LeakCheck check) {
        const auto known = [&](const LeakCheck& other) {
          return other.split == check.split && other.seed == check.seed;
        };
        if (std::none_of(c->checks.begin(), c->checks.end(), known))
          c->checks.push_back(std::move(check));
      };
      const auto seen = [&](const LeakCheck& check) { return check.seed == spec.seed; };
      if (std::none_of(c->checks.begin(), c->checks.end(), seen))
        for (LeakCheck& check :
             check_leaks(dataset, data->second->content, spec, c->n_excerpts, registry))
          add(std::move(check));
      // Folds of one seed differ in their options alone.
      const auto drawn = [&](const auto& other) {
        return same(other.first, spec.split) && other.second == spec.seed;
      };
      if (std::ranges::any_of(c->own, drawn)) continue;
      c->own.emplace_back(spec.split, spec.seed);
      c->checks.push_back(
          check_own_split(dataset, data->second->content, spec, c->n_excerpts, registry));
    }
    if (cases.empty())
      throw ConfigError(
          fmt::format("{}: no run of this experiment has a split", experiment.source_file));
    for (const Case& c : cases) {
      if (common.json)
        document.push_back(to_json(experiment, c));
      else
        print_table(make_table(experiment, c));
    }
  }
  if (common.json) print_json(document);
  return 0;
}

}  // namespace genrebench::cli
