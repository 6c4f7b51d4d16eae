#include "harness/data/section_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

constexpr float kFrame = 0.1f;  // s; in float, as mir_eval has it

/// How often each pair of labels occurs.
struct Contingency {
  std::map<std::pair<int, int>, double> pairs;
  std::map<int, double> a;
  std::map<int, double> b;
  double n = 0.0;
};

Contingency contingency(const std::vector<int>& a, const std::vector<int>& b) {
  if (a.size() != b.size())
    throw DataError(fmt::format("labels: expected two labelings of the same size, got {} and {}",
                                a.size(), b.size()));
  Contingency result;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ++result.pairs[{a[i], b[i]}];
    ++result.a[a[i]];
    ++result.b[b[i]];
  }
  result.n = static_cast<double>(a.size());
  return result;
}

/// Pairs of things within the same cell, of all cells.
template <typename Counts>
double pairs_within(const Counts& counts) {
  double sum = 0.0;
  for (const auto& [label, count] : counts) sum += 0.5 * count * (count - 1.0);
  return sum;
}

template <typename Counts>
double entropy(const Counts& counts, double n) {
  double sum = 0.0;
  for (const auto& [label, count] : counts) sum -= count / n * std::log(count / n);
  return sum;
}

double ratio_or_zero(double part, double whole) { return whole > 0.0 ? part / whole : 0.0; }
double harmonic_mean(double a, double b) { return ratio_or_zero(2.0 * a * b, a + b); }

double adjusted_rand_index(const Contingency& table) {
  const std::size_t size = table.a.size();
  if (size == table.b.size() && (size <= 1 || static_cast<double>(size) == table.n)) return 1.0;
  const double a = pairs_within(table.a);
  const double b = pairs_within(table.b);
  const double by_chance = a * b / (0.5 * table.n * (table.n - 1.0));
  return (pairs_within(table.pairs) - by_chance) / (0.5 * (a + b) - by_chance);
}

double normalised_mutual_information(const Contingency& table) {
  if (table.a.size() <= 1 && table.b.size() <= 1) return 1.0;
  const double a = entropy(table.a, table.n);
  const double b = entropy(table.b, table.n);
  if (table.a.size() == 1 || table.b.size() == 1) return 0.0;
  return std::clamp((a + b - entropy(table.pairs, table.n)) / std::sqrt(a * b), 0.0, 1.0);
}

double mutual_information(const Contingency& table) {
  return std::max(
      0.0, entropy(table.a, table.n) + entropy(table.b, table.n) - entropy(table.pairs, table.n));
}

/// Mean mutual information of labelings with these counts whose things are shuffled: the sum over
/// the hypergeometric distribution of each cell (Vinh et al. 2010, Eq. 24a).
double information_by_chance(const Contingency& table) {
  std::vector<double> log_factorial(static_cast<std::size_t>(table.n) + 1, 0.0);
  for (std::size_t i = 1; i < log_factorial.size(); ++i)
    log_factorial[i] = log_factorial[i - 1] + std::log(static_cast<double>(i));
  const auto of = [&](double count) { return log_factorial[static_cast<std::size_t>(count)]; };
  double sum = 0.0;
  for (const auto& [label_a, a] : table.a) {
    for (const auto& [label_b, b] : table.b) {
      for (double both = std::max(1.0, a + b - table.n); both <= std::min(a, b); ++both) {
        const double log_probability = of(a) + of(b) + of(table.n - a) + of(table.n - b) -
                                       of(table.n) - of(both) - of(a - both) - of(b - both) -
                                       of(table.n - a - b + both);
        sum += both / table.n * std::log(table.n * both / (a * b)) * std::exp(log_probability);
      }
    }
  }
  return sum;
}

double adjusted_mutual_information(const Contingency& table) {
  const std::size_t size = table.a.size();
  if (size == table.b.size() && (size <= 1 || static_cast<double>(size) == table.n)) return 1.0;
  const double by_chance = information_by_chance(table);
  const double most = std::max(entropy(table.a, table.n), entropy(table.b, table.n)) - by_chance;
  const double information = mutual_information(table) - by_chance;
  // Where one of the two has one label, both are rounding.
  if (std::min(size, table.b.size()) == 1) return 0.0;
  // scikit-learn keeps the denominator from 0 in this way.
  const double tiny = std::numeric_limits<double>::epsilon();
  return information / (most < 0.0 ? std::min(most, -tiny) : std::max(most, tiny));
}

void validate(const std::vector<Section>& sections, const char* what) {
  double last = 0.0;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const Section& section = sections[i];
    const auto reject = [&](const char* expected) {
      throw DataError(fmt::format("section {} of the {} ({}): expected {}, got {} s to {} s", i,
                                  what, section.label, expected, section.start_s, section.end_s));
    };
    if (!std::isfinite(section.start_s) || !std::isfinite(section.end_s) || section.start_s < 0.0)
      reject("finite times, at least 0");
    if (section.end_s <= section.start_s) reject("an end after its start");
    if (section.start_s < last) reject("a start not before that of the section above");
    last = section.start_s;
  }
}

/// Spans 0 to end_s, as mir_eval.util.adjust_intervals does; labels in lower case.
std::vector<Section> adjusted(const std::vector<Section>& sections, double end_s) {
  std::vector<Section> result;
  double last_end = 0.0;
  for (const Section& section : sections) {
    if (section.start_s >= end_s) break;
    if (result.empty() && section.start_s > 0.0)
      result.push_back({0.0, section.start_s, "__t_min"});
    result.push_back({section.start_s, std::min(section.end_s, end_s), ascii_lower(section.label)});
    last_end = std::max(last_end, result.back().end_s);
  }
  if (result.empty()) return {{0.0, end_s, "__t_min"}};
  if (last_end < end_s) result.push_back({last_end, end_s, "__t_max"});
  return result;
}

/// Labels of the frames; later sections win where they overlap, and ends count as within, as in
/// mir_eval.
std::vector<int> frame_labels(const std::vector<Section>& sections, double end_s,
                              std::map<std::string, int>& numbers) {
  const auto number = [&](const std::string& label) {
    return numbers.try_emplace(label, static_cast<int>(numbers.size())).first->second;
  };
  std::vector<double> times(static_cast<std::size_t>(end_s / 0.1));
  for (std::size_t i = 0; i < times.size(); ++i)
    times[i] = static_cast<double>(static_cast<float>(i) * kFrame);
  std::vector<int> labels(times.size(), number("none"));
  for (const Section& section : sections) {
    const auto first =
        std::lower_bound(times.begin(), times.end(), section.start_s) - times.begin();
    const auto last = std::upper_bound(times.begin(), times.end(), section.end_s) - times.begin();
    std::fill(labels.begin() + first, labels.begin() + last, number(section.label));
  }
  return labels;
}

std::vector<double> boundaries(const std::vector<Section>& sections) {
  std::vector<double> times;
  for (const Section& section : sections) {
    for (const double time : {section.start_s, section.end_s})
      times.push_back(std::nearbyint(time * 1e5) / 1e5);
  }
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

/// With windows of one width, pairing each boundary with the first that is free and in reach makes
/// a largest matching.
BoundaryScores boundary_scores(const std::vector<double>& truth,
                               const std::vector<double>& estimate, double window_s) {
  double matched = 0.0;
  for (std::size_t i = 0, j = 0; i < truth.size() && j < estimate.size();) {
    if (truth[i] < estimate[j] - window_s) {
      ++i;
    } else if (truth[i] > estimate[j] + window_s) {
      ++j;
    } else {
      ++matched, ++i, ++j;
    }
  }
  BoundaryScores scores;
  scores.precision = ratio_or_zero(matched, static_cast<double>(estimate.size()));
  scores.recall = ratio_or_zero(matched, static_cast<double>(truth.size()));
  scores.f = harmonic_mean(scores.precision, scores.recall);
  return scores;
}

std::vector<double> without_ends(std::vector<double> times) {
  times.pop_back();
  if (!times.empty()) times.erase(times.begin());
  return times;
}

/// Median distance from each time to the nearest of others. @param others  sorted, not empty
double deviation(const std::vector<double>& times, const std::vector<double>& others) {
  std::vector<double> distances;
  for (const double time : times) {
    const auto next = std::lower_bound(others.begin(), others.end(), time);
    double distance = next == others.end() ? time - others.back() : *next - time;
    if (next != others.begin()) distance = std::min(distance, time - *std::prev(next));
    distances.push_back(distance);
  }
  std::sort(distances.begin(), distances.end());
  const std::size_t half = distances.size() / 2;
  return distances.size() % 2 == 1 ? distances[half]
                                   : 0.5 * (distances[half - 1] + distances[half]);
}

void score_boundaries(const std::vector<double>& truth, const std::vector<double>& estimate,
                      SectionScores& scores) {
  scores.boundary_05 = boundary_scores(truth, estimate, 0.5);
  scores.boundary_3 = boundary_scores(truth, estimate, 3.0);
  const std::vector<double> inner_truth = without_ends(truth), inner = without_ends(estimate);
  scores.trimmed_05 = boundary_scores(inner_truth, inner, 0.5);
  scores.trimmed_3 = boundary_scores(inner_truth, inner, 3.0);
  scores.truth_deviation_s = deviation(truth, estimate);
  scores.estimate_deviation_s = deviation(estimate, truth);
}

void score_entropies(const Contingency& table, SectionScores& scores) {
  const double joint = entropy(table.pairs, table.n);
  const double truth = entropy(table.a, table.n), estimate = entropy(table.b, table.n);
  // 1 - H(labels | given) / most, H(labels | given) being the joint entropy less that of `given`.
  const auto explained = [joint](double given, double most) {
    return most > 0.0 ? 1.0 - (joint - given) / most : 0.0;
  };
  scores.over_segmentation = explained(truth, std::log(static_cast<double>(table.b.size())));
  scores.under_segmentation = explained(estimate, std::log(static_cast<double>(table.a.size())));
  scores.nce_f = harmonic_mean(scores.over_segmentation, scores.under_segmentation);
  scores.v_precision = explained(truth, estimate);
  scores.v_recall = explained(estimate, truth);
  scores.v_measure = harmonic_mean(scores.v_precision, scores.v_recall);
}

}  // namespace

SectionScores score_sections(const std::vector<Section>& truth,
                             const std::vector<Section>& estimate) {
  if (truth.empty()) throw DataError("structure scores: expected known sections, got none");
  validate(truth, "truth");
  validate(estimate, "estimate");
  const double end_s =
      std::max_element(truth.begin(), truth.end(), [](const Section& a, const Section& b) {
        return a.end_s < b.end_s;
      })->end_s;
  const std::vector<Section> known = adjusted(truth, end_s);
  const std::vector<Section> found = adjusted(estimate, end_s);
  std::map<std::string, int> numbers;
  const std::vector<int> known_labels = frame_labels(known, end_s, numbers);
  const Contingency table = contingency(known_labels, frame_labels(found, end_s, numbers));

  SectionScores scores;
  scores.adjusted_rand = adjusted_rand_index(table);
  scores.normalised_mutual_information = normalised_mutual_information(table);
  const double agreeing = pairs_within(table.pairs);
  scores.pairwise_precision = ratio_or_zero(agreeing, pairs_within(table.b));
  scores.pairwise_recall = ratio_or_zero(agreeing, pairs_within(table.a));
  scores.pairwise_f = harmonic_mean(scores.pairwise_precision, scores.pairwise_recall);
  const double pairs = 0.5 * table.n * (table.n - 1.0);
  scores.rand =
      ratio_or_zero(pairs - pairs_within(table.a) - pairs_within(table.b) + 2.0 * agreeing, pairs);
  scores.mutual_information = mutual_information(table);
  scores.adjusted_mutual_information = adjusted_mutual_information(table);
  score_entropies(table, scores);
  score_boundaries(boundaries(known), boundaries(found), scores);
  return scores;
}

double adjusted_rand_index(const std::vector<int>& a, const std::vector<int>& b) {
  return adjusted_rand_index(contingency(a, b));
}

double normalised_mutual_information(const std::vector<int>& a, const std::vector<int>& b) {
  return normalised_mutual_information(contingency(a, b));
}

double adjusted_mutual_information(const std::vector<int>& a, const std::vector<int>& b) {
  return adjusted_mutual_information(contingency(a, b));
}

}  // namespace genrebench
