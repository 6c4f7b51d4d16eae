#include "reports/support/tied_with_best.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "reports/statistics/holm.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/comparison.hpp"

namespace genrebench {
namespace {

std::vector<RunValue> test_accuracies(const Scores& scores, const Runs& runs) {
  std::vector<RunValue> values;
  for (const RunRecord* run : runs)
    if (const auto accuracy = scores.final_metric(*run, "test", "accuracy"))
      values.push_back({.run = run, .value = *accuracy});
  return values;
}

/// Two-sided; nothing where there is no interval to tell it from.
std::optional<double> p_value(const Estimate& difference) {
  // Equal answers on every division: nothing was seen that speaks against equality.
  if (!difference.interval && std::abs(difference.mean) <= kRounding) return 1.0;
  return difference.p_value;
}

/// Corrects the p-values of one family, and says what follows from them.
void decide(std::vector<AgainstBest*>& family, double level) {
  std::vector<double> p;
  for (const AgainstBest* result : family) p.push_back(*result->p);
  const std::vector<double> corrected = holm(p);
  for (std::size_t i = 0; i < family.size(); ++i) {
    AgainstBest& result = *family[i];
    result.p_holm = corrected[i];
    // An interval that ends at zero contains it.
    const bool tied = corrected[i] >= (1.0 - level) * (1.0 - 1e-9);
    result.standing = tied                           ? Standing::tied
                      : result.difference.mean > 0.0 ? Standing::worse
                                                     : Standing::better;
  }
}

}  // namespace

std::string family_of(const RunGroup& group) {
  return fmt::format("{}\n{}", group.runs.front()->dataset_fingerprint, to_string(group.protocol));
}

std::string to_string(Standing standing) {
  switch (standing) {
    case Standing::best:
      return "best";
    case Standing::tied:
      return "tied";
    case Standing::worse:
      return "worse";
    case Standing::better:
      return "better";
    case Standing::unknown:
      break;
  }
  return "–";
}

std::vector<AgainstBest> compare_with_best(const Scores& scores,
                                           const std::vector<Contender>& contenders, double level) {
  struct Best {
    std::size_t index = 0;
    std::vector<RunValue> values = {};
  };
  std::map<std::string, Best> best_of;
  std::map<std::string, std::vector<AgainstBest*>> compared;
  std::vector<AgainstBest> results(contenders.size());
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    std::vector<RunValue> values = test_accuracies(scores, contenders[i].runs);
    if (values.empty()) continue;
    AgainstBest& result = results[i];
    const auto [found, is_best] = best_of.try_emplace(contenders[i].family);
    Best& best = found->second;
    if (is_best) {
      best = {.index = i, .values = std::move(values)};
      result = {.standing = Standing::best, .best = i};
      continue;
    }
    result.best = best.index;
    Change change = change_of(scores, best.values, values, "test", kDifference, level);
    if (change.n_divisions == 0) continue;
    result.difference = change.difference;
    result.references = std::move(change.runs);
    result.runs = std::move(change.references);
    result.p = p_value(result.difference);
    if (result.p) compared[contenders[i].family].push_back(&result);
  }
  for (auto& [family, members] : compared) decide(members, level);
  return results;
}

bool any_compared(const std::vector<AgainstBest>& results) {
  return std::any_of(results.begin(), results.end(),
                     [](const AgainstBest& result) { return result.p_holm.has_value(); });
}

std::string against_best_note(const std::vector<AgainstBest>& results, const std::string& order,
                              double level) {
  std::map<std::size_t, std::size_t> n_compared;  // by the best one
  std::set<std::string> over;
  for (const AgainstBest& result : results) {
    if (!result.p_holm) continue;
    ++n_compared[result.best];
    if (!result.difference.interval) continue;
    over.insert(result.difference.method == IntervalMethod::bootstrap
                    ? fmt::format("a bootstrap over {} on one division", result.difference.units)
                    : "the corrected resampled t test over common divisions");
  }
  if (n_compared.empty()) return {};
  std::size_t least = results.size(), most = 0;
  for (const auto& [best, n] : n_compared) {
    least = std::min(least, n);
    most = std::max(most, n);
  }
  std::string tests;
  for (const std::string& test : over) tests += (tests.empty() ? " by " : " and ") + test;
  return fmt::format(
      "Against best: \"best\" is the first by {}{}; \"tied\" is what cannot be told from it in "
      "test accuracy, paired{}, at a family-wise error of {:g} % (Holm, {} comparison{}). Tied "
      "does not mean equal: few artists or divisions tell little.",
      order, n_compared.size() > 1 ? " of each dataset and protocol" : "", tests,
      100.0 * std::round(1e6 * (1.0 - level)) / 1e6, range_text(least, most), most == 1 ? "" : "s");
}

TopContenders top_contenders(const Scores& scores, const std::vector<Contender>& contenders,
                             double level) {
  std::vector<double> accuracies;
  for (const Contender& contender : contenders) {
    std::vector<double> values;
    for (const RunValue& value : test_accuracies(scores, contender.runs))
      values.push_back(value.value);
    accuracies.push_back(values.empty() ? -1.0 : mean(values));
  }
  std::vector<std::size_t> order(contenders.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return accuracies[a] > accuracies[b]; });
  std::vector<Contender> ordered;
  for (const std::size_t i : order) ordered.push_back(contenders[i]);
  const std::vector<AgainstBest> results = compare_with_best(scores, ordered, level);
  TopContenders top{.is_top = std::vector<bool>(contenders.size(), false)};
  if (!any_compared(results)) return top;
  std::set<std::size_t> compared;  // the best ones that anything was compared with
  for (const AgainstBest& result : results)
    if (result.p_holm) compared.insert(result.best);
  for (std::size_t i = 0; i < results.size(); ++i)
    top.is_top[order[i]] = results[i].standing == Standing::tied ||
                           (results[i].standing == Standing::best && compared.contains(i));
  top.note = fmt::format("In bold: the best and what is tied with it. {}",
                         against_best_note(results, "mean test accuracy", level));
  return top;
}

}  // namespace genrebench
