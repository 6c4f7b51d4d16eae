#include "cli/leak_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/grouping/grouping.hpp"

namespace genrebench::cli {
namespace {

/// "artists"
std::string plural(const std::string& kind) { return kind == "copy" ? "copies" : kind + "s"; }

/// How many tracks no seed tests, and how many every seed tests. For two seeds or more: a single
/// one tests only a part of the tracks.
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

/// The checks of splits that could be drawn.
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

/// The checks of each kind of split, in the order in which they were made.
struct ChecksBySplit {
  std::vector<std::string> splits, kinds;
  std::map<std::string, std::vector<const LeakCheck*>> checks;
};

ChecksBySplit by_split(const std::vector<LeakCheck>& checks) {
  ChecksBySplit result;
  for (const LeakCheck& check : checks) {
    std::vector<const LeakCheck*>& same = result.checks[check.split];
    if (same.empty()) result.splits.push_back(check.split);
    same.push_back(&check);
    for (const KindLeak& leak : check.kinds)
      if (std::find(result.kinds.begin(), result.kinds.end(), leak.kind) == result.kinds.end())
        result.kinds.push_back(leak.kind);
  }
  return result;
}

bool any_leak(const std::vector<const LeakCheck*>& checks, const std::string& kind) {
  return std::any_of(checks.begin(), checks.end(), [&](const LeakCheck* check) {
    return std::any_of(check->kinds.begin(), check->kinds.end(), [&](const KindLeak& leak) {
      return leak.kind == kind && !leak.straddling.empty();
    });
  });
}

std::vector<Cell> cells(const std::string& split, const std::vector<const LeakCheck*>& checks,
                        const std::vector<std::string>& kinds) {
  std::vector<Cell> row = {{.text = split, .strong = checks.front()->own}};
  for (const std::string& kind : kinds) {
    const bool leaks = any_leak(checks, kind);
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
  return row;
}

void add_notes(std::vector<std::string>& notes, const std::string& split, const LeakCheck& check) {
  if (!check.error.empty())
    notes.push_back(fmt::format("{}: cannot be drawn: {}", split, check.error));
  for (const std::string& note : check.notes)
    if (!note.starts_with("published")) notes.push_back(split + ": " + note);
  for (const KindLeak& leak : check.kinds) {
    if (leak.straddling.empty() || leak.kind == "track") continue;
    const auto n = static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, leak.straddling.size()));
    const std::vector<std::string> some(leak.straddling.begin(), leak.straddling.begin() + n);
    notes.push_back(fmt::format("{}, {} on two sides: {}{}", split, plural(leak.kind),
                                fmt::join(some, ", "), leak.straddling.size() > 3 ? ", …" : ""));
  }
}

nlohmann::ordered_json checks_json(const std::vector<LeakCheck>& all) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const LeakCheck& check : all) {
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
  return checks;
}

/// How often tracks are tested, for the splits that the experiment itself uses.
nlohmann::ordered_json tests_json(const LeakCase& c) {
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
  return tests;
}

nlohmann::ordered_json unknown_json(const Dataset& dataset) {
  nlohmann::ordered_json unknown = nlohmann::ordered_json::object();
  for (const std::string& kind : known_kinds(dataset)) {
    const std::vector<std::string> names = group_names(dataset, kind);
    unknown[kind] = std::ranges::count(names, std::string());
  }
  return unknown;
}

}  // namespace

Table leak_table(const Experiment& experiment, const LeakCase& leaks) {
  const Dataset& dataset = *leaks.data->dataset;
  Table table{.title = fmt::format("{}: what each split of {} puts on two sides", experiment.name,
                                   leaks.spec.dataset.name),
              .columns = {"split"}};
  ChecksBySplit all = by_split(leaks.checks);
  for (const std::string& kind : all.kinds) {
    table.columns.push_back(fmt::format("{} on two sides", plural(kind)));
    table.columns.push_back(fmt::format("test tracks of trained {}", plural(kind)));
  }
  for (const std::string& split : all.splits) {
    const std::vector<const LeakCheck*>& checks = all.checks[split];
    table.rows.push_back(cells(split, checks, all.kinds));
    add_notes(table.notes, split, *checks.front());
  }
  for (const std::string& split : all.splits)
    if (all.checks[split].front()->own)
      if (const auto drawn = drawn_of(all.checks[split]); drawn.size() > 1)
        table.notes.push_back(note_on_tests(dataset, split, drawn));
  if (const std::size_t n_seeds = all.checks[all.splits.front()].size(); n_seeds > 1)
    table.notes.push_back(fmt::format("Means over {} seeds.", n_seeds));
  for (const std::string& note : notes_on_unknown(dataset)) table.notes.push_back(note);
  return table;
}

nlohmann::ordered_json leak_json(const Experiment& experiment, const LeakCase& leaks) {
  return {{"experiment", experiment.name},
          {"dataset", leaks.spec.dataset.name},
          {"excerpt", leaks.spec.excerpt.name},
          {"splits", checks_json(leaks.checks)},
          {"tests", tests_json(leaks)},
          {"tracks_without_a_known_group", unknown_json(*leaks.data->dataset)}};
}

}  // namespace genrebench::cli
