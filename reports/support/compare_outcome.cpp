#include "reports/support/compare_outcome.hpp"

#include <algorithm>

#include "base/parallel.hpp"
#include "reports/statistics/holm.hpp"
#include "reports/statistics/letters.hpp"
#include "reports/statistics/power.hpp"

namespace genrebench::compare {
namespace {

/// The places of the methods, the highest score first.
std::vector<std::size_t> by_score(const Family& family, ScoreKind kind) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < family.methods.size(); ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return family.methods[a].score(kind).mean > family.methods[b].score(kind).mean;
  });
  return order;
}

/// Corrected p-values of those tests that have one.
std::vector<std::optional<double>> correct(const std::vector<std::optional<double>>& p,
                                           std::size_t family) {
  std::vector<double> given;
  for (const std::optional<double>& value : p)
    if (value) given.push_back(*value);
  const std::vector<double> corrected = holm(given, family);
  std::vector<std::optional<double>> result(p.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (p[i]) result[i] = corrected[next++];
  return result;
}

Verdict verdict_of(const Rival& rival, const CompareOptions& options) {
  if (!rival.corrected) return Verdict::untested;
  if (*rival.corrected >= options.alpha()) return Verdict::tied;
  return rival.pair.difference(options.metric).mean > 0.0 ? Verdict::better : Verdict::worse;
}

void set_p_values(Outcome& outcome, std::size_t n_methods, const CompareOptions& options) {
  std::vector<std::optional<double>> p, of_other;
  for (const Rival& rival : outcome.rivals) {
    p.push_back(rival.pair.difference(options.metric).p_value);
    of_other.push_back(rival.pair.difference(options.other()).p_value);
  }
  outcome.n_tests = static_cast<std::size_t>(
      std::count_if(p.begin(), p.end(), [](const auto& value) { return value.has_value(); }));
  outcome.n_corrected_for =
      outcome.reference.choice == Choice::test ? n_methods * (n_methods - 1) / 2 : outcome.n_tests;
  const auto corrected = correct(p, outcome.n_corrected_for);
  const auto corrected_other = correct(of_other, outcome.n_corrected_for);
  for (std::size_t i = 0; i < outcome.rivals.size(); ++i) {
    Rival& rival = outcome.rivals[i];
    rival.corrected = corrected[i];
    rival.corrected_other = corrected_other[i];
    rival.verdict = verdict_of(rival, options);
    rival.n_needed = number_needed(
        {.n = static_cast<double>(rival.pair.n_tracks),
         .standard_error = rival.pair.difference(options.metric).standard_error.value_or(0.0),
         .margin = options.margin_points / 100.0,
         .alpha = options.alpha() /
                  static_cast<double>(std::max<std::size_t>(1, outcome.n_corrected_for)),
         .power = options.power});
  }
}

AllPairs all_pairs(const Family& family, const std::vector<AnsweredMethod>& answered,
                   const CompareOptions& options) {
  AllPairs all;
  all.methods = by_score(family, options.metric);
  all.methods.resize(std::min(all.methods.size(), static_cast<std::size_t>(options.matrix)));
  const bool accuracy = options.metric == ScoreKind::accuracy;
  for (std::size_t a = 0; a < all.methods.size(); ++a)
    for (std::size_t b = a + 1; b < all.methods.size(); ++b) all.places.emplace_back(a, b);
  all.pairs.resize(all.places.size());
  parallel_for(all.places.size(), {}, [&](std::size_t i) {
    const auto [a, b] = all.places[i];
    all.pairs[i] = compare_pair(answered[all.methods[a]], answered[all.methods[b]],
                                {.units = family.units,
                                 .level = options.level,
                                 .accuracy = accuracy,
                                 .macro_f1 = !accuracy});
  });
  std::vector<std::optional<double>> p;
  for (const Pair& pair : all.pairs) p.push_back(pair.difference(options.metric).p_value);
  all.corrected = correct(p, 0);
  std::vector<std::pair<std::size_t, std::size_t>> differ;
  for (std::size_t i = 0; i < all.places.size(); ++i)
    if (all.corrected[i] && *all.corrected[i] < options.alpha()) differ.push_back(all.places[i]);
  all.letters = compact_letters(all.methods.size(), differ);
  return all;
}

}  // namespace

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::reference:
      return "reference";
    case Verdict::tied:
      return "tied";
    case Verdict::worse:
      return "worse";
    case Verdict::better:
      return "better";
    case Verdict::untested:
      break;
  }
  return "not tested";
}

Outcome compare_family(const Family& family, const Reference& reference,
                       const CompareOptions& options) {
  Outcome outcome{.reference = reference};
  for (const std::size_t i : by_score(family, options.metric))
    if (i != reference.method) outcome.rivals.push_back({.method = i});
  std::vector<AnsweredMethod> answered;
  for (const Method& method : family.methods) answered.emplace_back(method.scored);
  parallel_for(outcome.rivals.size(), {}, [&](std::size_t i) {
    Rival& rival = outcome.rivals[i];
    rival.pair = compare_pair(answered[rival.method], answered[reference.method],
                              {.units = family.units, .level = options.level});
  });
  set_p_values(outcome, family.methods.size(), options);
  if (options.matrix > 1) outcome.all = all_pairs(family, answered, options);
  outcome.n_not_in_matrix = family.methods.size() - outcome.all.methods.size();
  return outcome;
}

std::vector<const Rival*> with_verdict(const Outcome& outcome, Verdict verdict) {
  std::vector<const Rival*> result;
  for (const Rival& rival : outcome.rivals)
    if (rival.verdict == verdict) result.push_back(&rival);
  return result;
}

}  // namespace genrebench::compare
