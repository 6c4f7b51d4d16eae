#include "reports/support/compare_methods.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/guessing.hpp"

namespace genrebench::compare {
namespace {

/// Groups before they are methods.
struct Candidates {
  Parameters data;
  Protocol protocol;
  std::set<std::string> divisions;
  std::vector<RunGroup> groups;
};

std::set<std::string> divisions_of(const RunGroup& group) {
  std::set<std::string> result;
  for (const RunRecord* run : group.runs)
    if (run->status == RunStatus::done) result.insert(division_of(*run));
  return result;
}

bool belongs(const RunGroup& group, const Parameters& data, const std::set<std::string>& divisions,
             const Candidates& family) {
  if (family.data == data && family.protocol == group.protocol) return true;
  return std::any_of(divisions.begin(), divisions.end(), [&](const std::string& division) {
    return family.divisions.contains(division);
  });
}

std::vector<Candidates> candidates_of(const std::vector<RunRecord>& runs) {
  std::vector<Candidates> families;
  for (RunGroup& group : group_runs(runs)) {
    if (is_permuted(*group.runs.front())) continue;
    const Parameters data = with_prefix(group.parameters, {"dataset.", "split."});
    std::set<std::string> divisions = divisions_of(group);
    auto family = std::find_if(families.begin(), families.end(), [&](const Candidates& known) {
      return belongs(group, data, divisions, known);
    });
    if (family == families.end())
      family = families.insert(
          families.end(),
          Candidates{.data = data, .protocol = group.protocol, .divisions = {}, .groups = {}});
    family->divisions.merge(divisions);
    family->groups.push_back(std::move(group));
  }
  std::erase_if(families, [](const Candidates& family) { return family.groups.size() < 2; });
  return families;
}

Comparison comparison_of(const Scores& scores, const std::vector<RunGroup>& groups) {
  std::vector<Side> sides;
  for (const RunGroup& group : groups) {
    const bool answered =
        std::any_of(group.runs.begin(), group.runs.end(),
                    [&](const RunRecord* run) { return !scores.answers(*run, "test").empty(); });
    if (answered) sides.push_back({.name = name_of(group), .runs = group.runs});
  }
  return Comparison(scores, std::move(sides));
}

Method make_method(const Comparison& comparison, RunGroup group, double level) {
  Method method;
  static_cast<RunGroup&>(method) = std::move(group);
  method.name = name_of(method);
  method.counts = tally(method.runs);
  method.scored = comparison.scored(method.runs);
  if (method.scored.empty()) return method;
  const std::string units = cluster_units(method.runs);
  method.accuracy = measure_answers(method.scored, ScoreKind::accuracy, units, level);
  method.macro_f1 = measure_answers(method.scored, ScoreKind::macro_f1, units, level);
  return method;
}

std::optional<double> mean_of(const Scores& scores, const Runs& runs, const std::string& metric) {
  std::vector<double> values;
  for (const RunRecord* run : runs)
    if (const auto value = final_metric(scores.store(), *run, "valid", metric))
      values.push_back(*value);
  return values.empty() ? std::nullopt : std::optional(mean(values));
}

Family make_family(const Scores& scores, Candidates candidates, double level) {
  name_groups(candidates.groups);
  const Comparison comparison = comparison_of(scores, candidates.groups);
  Family family{.notes = comparison.notes()};
  if (comparison.restricted()) family.genres = comparison.genres();
  Runs all;
  for (const RunGroup& group : candidates.groups)
    all.insert(all.end(), group.runs.begin(), group.runs.end());
  // The comparison has read all answers: nothing reads the store here.
  std::vector<Method> methods(candidates.groups.size());
  parallel_for(methods.size(), {}, [&](std::size_t i) {
    methods[i] = make_method(comparison, std::move(candidates.groups[i]), level);
  });
  for (Method& method : methods) {
    method.valid = mean_of(scores, method.runs, "accuracy");
    method.valid_macro_f1 = mean_of(scores, method.runs, "macro_f1");
    if (method.scored.empty())
      family.left_out.push_back(method.name);
    else
      family.methods.push_back(std::move(method));
  }
  family.units = cluster_units(all);
  return family;
}

bool names(const Method& method, const std::string& word) {
  constexpr std::size_t kShortest = 6;
  const auto is_run = [&](const RunRecord* run) { return run->id.starts_with(word); };
  return method.name == word || method.title == word ||
         (word.size() >= kShortest && std::any_of(method.runs.begin(), method.runs.end(), is_run));
}

}  // namespace

std::string name_of(const RunGroup& group) {
  std::string name = group.title.substr(0, group.title.size() - mark(group.protocol).size());
  constexpr std::string_view kKey = "method.name=";
  if (const std::size_t at = name.find(kKey); at != std::string::npos) name.erase(at, kKey.size());
  return name;
}

std::vector<Family> make_families(const Scores& scores, const std::vector<RunRecord>& runs,
                                  double level) {
  std::vector<Candidates> candidates = candidates_of(runs);
  std::vector<Parameters> alike;
  for (const Candidates& family : candidates) alike.push_back(family.data);
  std::vector<Family> families;
  std::set<std::string> slugs;
  for (Candidates& candidate : candidates) {
    std::string title = data_title(candidate.data, candidate.protocol, alike);
    Family family = make_family(scores, std::move(candidate), level);
    if (family.methods.size() < 2) continue;
    family.id = unique_slug(title, slugs);
    family.title = std::move(title);
    families.push_back(std::move(family));
  }
  return families;
}

std::optional<std::size_t> find_method(const Family& family, const std::string& word) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < family.methods.size(); ++i)
    if (names(family.methods[i], word)) found.push_back(i);
  if (found.empty())
    for (std::size_t i = 0; i < family.methods.size(); ++i)
      if (value_of(family.methods[i].parameters, "method.name") == word) found.push_back(i);
  if (found.empty()) return std::nullopt;
  if (found.size() == 1) return found.front();
  std::vector<std::string> several;
  for (const std::size_t i : found) several.push_back("'" + family.methods[i].name + "'");
  throw ConfigError(
      fmt::format("compare: reference: '{}' names {} methods on {}; expected one of {}", word,
                  found.size(), family.title, fmt::join(several, ", ")));
}

Reference best_method(const Family& family, ScoreKind kind) {
  Reference result{.choice = Choice::test};
  const auto valid = [&](const Method& method) {
    return kind == ScoreKind::accuracy ? method.valid : method.valid_macro_f1;
  };
  for (const Method& method : family.methods)
    if (valid(method))
      result.choice = Choice::validation;
    else
      result.not_validated.push_back(method.name);
  if (result.choice == Choice::test) result.not_validated.clear();
  const auto score = [&](const Method& method) {
    return result.choice == Choice::validation ? valid(method).value_or(-1.0)
                                               : method.score(kind).mean;
  };
  for (std::size_t i = 1; i < family.methods.size(); ++i)
    if (score(family.methods[i]) > score(family.methods[result.method])) result.method = i;
  return result;
}

}  // namespace genrebench::compare
