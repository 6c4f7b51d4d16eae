#include "reports/support/robustness_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>
#include <set>

#include "base/decimal.hpp"
#include "harness/records/facts.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/compare_methods.hpp"
#include "reports/support/intervals.hpp"

namespace genrebench::robustness {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool is_deformed(const RunGroup& group) { return group.parameters.contains("deform.name"); }

/// The configuration of the clean run.
Parameters clean_part(const RunGroup& group) {
  return without_prefix(group.parameters, {"deform."});
}

double mean_of(const std::vector<double>& values) {
  return values.empty() ? kNaN
                        : std::accumulate(values.begin(), values.end(), 0.0) /
                              static_cast<double>(values.size());
}

/// The fact of the first run that has it.
std::string fact_of(const Runs& runs, const Fact<std::string>& fact) {
  for (const RunRecord* run : runs)
    if (std::string text = fact.text(*run); !text.empty()) return text;
  return {};
}

/// The clean run of each deformed run that is done; both have results.
struct Paired {
  const RunRecord* deformed = nullptr;
  const RunRecord* clean = nullptr;
};

std::vector<Paired> pairs_of(const Scores& scores, const Runs& deformed, const Runs& clean) {
  std::map<std::string, const RunRecord*> by_id;
  for (const RunRecord* run : clean) by_id[run->id] = run;
  std::vector<Paired> result;
  for (const RunRecord* run : deformed) {
    const auto found = by_id.find(facts::kCleanRun.of(*run));
    if (found != by_id.end() && scores.final_metric(*run, "test", "accuracy") &&
        scores.final_metric(*found->second, "test", "accuracy"))
      result.push_back({run, found->second});
  }
  return result;
}

/// Whether each track that both runs answered has the same genre in both: answers whose truth is
/// the genre of the clean audio.
ScoredRun unchanged(const Scores& scores, const Paired& pair) {
  const auto answers = [&scores, pair] {
    std::map<int, int> clean;
    for (const Answer& one : scores.answers(*pair.clean, "test")) clean[one.track] = one.predicted;
    Answers result;
    for (Answer one : scores.answers(*pair.deformed, "test")) {
      const auto found = clean.find(one.track);
      if (found == clean.end()) continue;
      one.truth = found->second;
      result.push_back(one);
    }
    return result;
  };
  ScoredRun result =
      scores.scored(*pair.deformed, score_of(answers(), ScoreKind::accuracy), "test");
  result.answers = answers;
  return result;
}

/// One less an estimate of a share.
Estimate complement(Estimate estimate) {
  estimate.mean = 1.0 - estimate.mean;
  if (estimate.interval) {
    const Interval of_share = *estimate.interval;
    estimate.interval = Interval{.low = 1.0 - of_share.high, .high = 1.0 - of_share.low};
  }
  return estimate;
}

double accuracy_of(const Scores& scores, const RunRecord& run) {
  return scores.final_metric(run, "test", "accuracy").value_or(kNaN);
}

double relative_drop(const Scores& scores, const Paired& pair) {
  const double clean = accuracy_of(scores, *pair.clean);
  return clean > 0.0 ? 1.0 - accuracy_of(scores, *pair.deformed) / clean : kNaN;
}

/// The mean over divisions of one value per clean run.
Estimate over_divisions(const Scores& scores, const std::map<const RunRecord*, double>& values,
                        double level) {
  std::vector<ScoredRun> scored;
  for (const auto& [run, value] : values)
    if (std::isfinite(value)) scored.push_back(scores.scored(*run, value, "test"));
  if (scored.empty()) return {};
  return corrected_t(by_division(scored), {.high = 1.0}, level);
}

Level make_level(const Scores& scores, RunGroup group, const RunGroup& clean,
                 const std::string& units, double level) {
  Level result{.text = fact_of(group.runs, facts::kDeformLevel), .group = std::move(group)};
  result.counts = tally(result.group.runs);
  result.strength =
      decimal_number(fact_of(result.group.runs, facts::kDeformStrength)).value_or(kNaN);
  result.accuracy = measure(scores, result.group.runs, "test", "accuracy", level);
  if (result.text.empty())
    result.text =
        describe(with_prefix(result.group.parameters, {"deform."}), {"deform.severity"}, "deform.");
  const std::vector<Paired> pairs = pairs_of(scores, result.group.runs, clean.runs);
  if (pairs.empty()) return result;
  std::vector<ScoredRun> first, second, same;
  std::map<const RunRecord*, double> drops;
  for (const Paired& pair : pairs) {
    first.push_back(scores.scored(*pair.deformed, accuracy_of(scores, *pair.deformed), "test"));
    second.push_back(scores.scored(*pair.clean, accuracy_of(scores, *pair.clean), "test"));
    same.push_back(unchanged(scores, pair));
    drops[pair.clean] = relative_drop(scores, pair);
  }
  result.change = compare::compare_pair(
      first, second, {.units = units, .level = level, .accuracy = true, .macro_f1 = false});
  result.changed = complement(estimate_score(same, ScoreKind::accuracy, units, level));
  result.drop = over_divisions(scores, drops, level);
  return result;
}

/// The series of one deformation. Groups of equal strength that differ in options, such as the
/// colour of a noise, are in series of their own.
std::vector<Series> make_series(const std::string& name, std::vector<Level> levels) {
  std::set<std::string> keys;
  for (const Level& a : levels)
    for (const Level& b : levels)
      if (a.strength == b.strength && &a != &b)
        for (const std::string& key : varying_keys({a.group.parameters, b.group.parameters}))
          if (key.starts_with("deform.") && key != "deform.severity") keys.insert(key);
  const std::vector<std::string> telling(keys.begin(), keys.end());
  std::vector<Series> result;
  for (Level& level : levels) {
    const std::string options = describe(level.group.parameters, telling, "deform.");
    const std::string title = options.empty() ? name : name + ", " + options;
    auto place = std::ranges::find(result, title, &Series::name);
    if (place == result.end()) place = result.insert(result.end(), {.name = title});
    place->levels.push_back(std::move(level));
  }
  for (Series& series : result)
    std::ranges::stable_sort(series.levels, {}, [](const Level& one) {
      return std::isnan(one.strength) ? std::numeric_limits<double>::infinity() : one.strength;
    });
  return result;
}

/// Means over deformations of means over levels: accuracy, changed genres, and relative drop.
void summarise(const Scores& scores, Method& method, double level) {
  std::vector<double> accuracies, changed;
  std::map<const RunRecord*, std::vector<double>> drops;  // by clean run, one per deformation
  for (const Series& series : method.series) {
    std::vector<double> of_levels, changed_of_levels;
    std::map<const RunRecord*, std::vector<double>> own;
    for (const Level& one : series.levels) {
      if (one.accuracy.values.empty()) continue;
      of_levels.push_back(one.accuracy.mean);
      if (std::isfinite(one.changed.mean)) changed_of_levels.push_back(one.changed.mean);
      for (const Paired& pair : pairs_of(scores, one.group.runs, method.clean.runs))
        own[pair.clean].push_back(relative_drop(scores, pair));
    }
    if (!of_levels.empty()) accuracies.push_back(mean_of(of_levels));
    if (!changed_of_levels.empty()) changed.push_back(mean_of(changed_of_levels));
    for (const auto& [run, values] : own) drops[run].push_back(mean_of(values));
  }
  std::map<const RunRecord*, double> means;
  for (const auto& [run, values] : drops) means[run] = mean_of(values);
  method.drop = over_divisions(scores, means, level);
  method.deformed = mean_of(accuracies);
  method.changed = mean_of(changed);
}

Method make_method(const Scores& scores, const RunGroup& clean,
                   const std::vector<RunGroup>& deformed, const std::string& units, double level) {
  Method method{.name = compare::name_of(clean), .clean = clean};
  method.counts = tally(clean.runs);
  method.accuracy = measure(scores, clean.runs, "test", "accuracy", level);
  std::vector<std::string> names;
  for (const RunGroup& group : deformed) {
    const std::string name = value_of(group.parameters, "deform.name");
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  for (const std::string& name : names) {
    std::vector<Level> levels;
    for (const RunGroup& group : deformed)
      if (value_of(group.parameters, "deform.name") == name)
        levels.push_back(make_level(scores, group, clean, units, level));
    std::ranges::move(make_series(name, std::move(levels)), std::back_inserter(method.series));
  }
  summarise(scores, method, level);
  return method;
}

}  // namespace

std::vector<Family> make_families(const Scores& scores, const std::vector<RunRecord>& runs,
                                  double level) {
  std::vector<RunGroup> clean, deformed;
  for (RunGroup& group : group_runs(runs))
    (is_deformed(group) ? deformed : clean).push_back(std::move(group));
  std::vector<std::vector<RunGroup>> of_clean(clean.size());
  std::vector<std::string> left_out;
  for (RunGroup& group : deformed) {
    const Parameters twin = clean_part(group);
    const auto place =
        std::ranges::find_if(clean, [&](const RunGroup& one) { return one.parameters == twin; });
    if (place == clean.end())
      left_out.push_back(value_of(group.parameters, "method.name") + ", " +
                         value_of(group.parameters, "deform.name"));
    else
      of_clean[static_cast<std::size_t>(place - clean.begin())].push_back(std::move(group));
  }
  struct Candidate {
    Parameters data;
    Protocol protocol;
    std::vector<std::size_t> members;
  };
  std::vector<Candidate> candidates;
  for (std::size_t c = 0; c < clean.size(); ++c) {
    if (of_clean[c].empty()) continue;
    const Parameters data = with_prefix(clean[c].parameters, {"dataset.", "split."});
    auto place = std::ranges::find_if(candidates, [&](const Candidate& one) {
      return one.data == data && one.protocol == clean[c].protocol;
    });
    if (place == candidates.end())
      place = candidates.insert(candidates.end(),
                                {.data = data, .protocol = clean[c].protocol, .members = {}});
    place->members.push_back(c);
  }
  std::vector<Parameters> alike;
  for (const Candidate& candidate : candidates) alike.push_back(candidate.data);
  std::vector<Family> families;
  std::set<std::string> slugs;
  for (const Candidate& candidate : candidates) {
    Family family{.title = data_title(candidate.data, candidate.protocol, alike)};
    family.id = unique_slug(family.title, slugs);
    std::vector<RunGroup> groups;
    Runs all;
    for (const std::size_t c : candidate.members) {
      groups.push_back(clean[c]);
      all.insert(all.end(), clean[c].runs.begin(), clean[c].runs.end());
    }
    name_groups(groups);
    family.units = cluster_units(all);
    for (std::size_t i = 0; i < groups.size(); ++i)
      family.methods.push_back(
          make_method(scores, groups[i], of_clean[candidate.members[i]], family.units, level));
    family.left_out = left_out;
    families.push_back(std::move(family));
  }
  return families;
}

std::vector<GenreDrop> worst_deformations(const Scores& scores, const Family& family) {
  Runs all;
  for (const Method& method : family.methods)
    all.insert(all.end(), method.clean.runs.begin(), method.clean.runs.end());
  const auto recall = [&](const Runs& runs, const std::string& genre) {
    std::vector<double> values;
    for (const RunRecord* run : runs)
      if (const auto value = scores.final_metric(*run, "test", "recall/" + genre))
        values.push_back(*value);
    return mean_of(values);
  };
  std::set<std::string> genres;
  for (const RunRecord* run : all)
    for (const std::string& genre : facts::kGenres.of(*run)) genres.insert(genre);
  std::vector<GenreDrop> result;
  for (const std::string& genre : genres) {
    GenreDrop worst{.genre = genre, .clean = kNaN, .deformed = kNaN};
    // By deformation and level: the recalls of each method that has it, clean and deformed.
    std::map<std::pair<std::string, std::string>,
             std::pair<std::vector<double>, std::vector<double>>>
        recalls;
    std::vector<double> clean;
    for (const Method& method : family.methods) {
      const double own = recall(method.clean.runs, genre);
      if (std::isfinite(own)) clean.push_back(own);
      for (const Series& series : method.series)
        for (const Level& level : series.levels) {
          const double now = recall(level.group.runs, genre);
          if (!std::isfinite(own) || !std::isfinite(now)) continue;
          auto& [before, after] = recalls[{series.name, level.text}];
          before.push_back(own);
          after.push_back(now);
        }
    }
    worst.clean = mean_of(clean);
    double most = -std::numeric_limits<double>::infinity();
    for (const auto& [place, both] : recalls) {
      const double loss = mean_of(both.first) - mean_of(both.second);
      if (loss <= most) continue;
      most = loss;
      worst.deformation = place.first;
      worst.level = place.second;
      worst.deformed = mean_of(both.second);
    }
    if (!worst.deformation.empty()) result.push_back(std::move(worst));
  }
  return result;
}

std::vector<std::size_t> ranking(const std::vector<double>& scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto value = [&](std::size_t i) {
    return std::isnan(scores[i]) ? -std::numeric_limits<double>::infinity() : scores[i];
  };
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return value(a) > value(b); });
  return order;
}

double mean_accuracy(const Method& method, const std::string& deformation) {
  std::vector<double> values;
  for (const Series& series : method.series)
    if (series.name == deformation)
      for (const Level& level : series.levels)
        if (!level.accuracy.values.empty()) values.push_back(level.accuracy.mean);
  return mean_of(values);
}

std::vector<std::string> deformations(const Family& family) {
  std::vector<std::string> names;
  for (const Method& method : family.methods)
    for (const Series& series : method.series)
      if (std::ranges::find(names, series.name) == names.end()) names.push_back(series.name);
  return names;
}

}  // namespace genrebench::robustness
