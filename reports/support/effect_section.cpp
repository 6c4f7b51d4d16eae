#include "reports/support/effect_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <iterator>
#include <set>

#include "reports/charts/charts.hpp"
#include "reports/statistics/combined_effect.hpp"
#include "reports/statistics/holm.hpp"
#include "reports/support/notes.hpp"
#include "reports/support/rank_section.hpp"

namespace genrebench {
namespace {

/// More comparisons than this are left to the table.
constexpr std::size_t kFigureMethods = 8;

/// A method against the reference on one dataset.
struct DatasetEffect {
  std::size_t dataset = 0;  ///< its place in the matrix
  Estimate difference = {};
  std::optional<double> standard_error = {};
  double weight = 0.0;  ///< in the combined effect; 0: not in it
};

/// A method against the reference.
struct MethodEffects {
  std::size_t method = 0;  ///< its place among the compared ones
  std::vector<DatasetEffect> effects = {};
  std::optional<CombinedEffect> combined = {};  ///< where two datasets or more have an interval
  double corrected_p = 1.0;                     ///< by Holm over the methods

  Estimate estimate() const {
    Estimate result;
    if (!combined) return result;
    result.mean = combined->value;
    result.interval = combined->interval;
    return result;
  }
};

/// Which method others are compared with, and how it was chosen.
struct Reference {
  std::size_t method = 0;
  std::string note = {};
};

/// The mean validation accuracy over the datasets; nothing where a run has none.
std::optional<double> validation_accuracy(const AcrossSubject& subject, std::size_t place) {
  const DatasetMatrix& matrix = subject.matrix;
  std::vector<double> means;
  for (const std::size_t dataset : matrix.compared_datasets) {
    std::vector<double> values;
    for (const RunRecord* run : matrix.cell(dataset, matrix.compared_methods[place]).counted) {
      const std::optional<double> value =
          final_metric(subject.scores.store(), *run, "valid", "accuracy");
      if (!value) return std::nullopt;
      values.push_back(*value);
    }
    means.push_back(mean(values));
  }
  return mean(means);
}

Reference choose_reference(const AcrossSubject& subject) {
  if (subject.reference) return {.method = *subject.reference};
  const std::size_t n_methods = subject.matrix.compared_methods.size();
  std::vector<double> valid;
  for (std::size_t m = 0; m < n_methods; ++m)
    if (const std::optional<double> value = validation_accuracy(subject, m))
      valid.push_back(*value);
  if (valid.size() == n_methods) {
    const auto best = std::max_element(valid.begin(), valid.end()) - valid.begin();
    return {.method = static_cast<std::size_t>(best),
            .note = "It has the best mean accuracy on the validation parts."};
  }
  return {.method = order_of_ranks(mean_ranks(subject.matrix)).front(),
          .note =
              "It has the best mean rank on the test parts, because not all runs have a "
              "validation accuracy; that favours it."};
}

std::vector<ScoredRun> scored(const AcrossSubject& subject, const Runs& runs) {
  std::vector<ScoredRun> result;
  for (const RunRecord* run : runs)
    if (const auto value = final_metric(subject.scores.store(), *run, "test", "accuracy"))
      result.push_back(subject.scores.scored(*run, *value, "test"));
  return result;
}

MethodEffects compare(const AcrossSubject& subject, std::size_t method, std::size_t reference) {
  const DatasetMatrix& matrix = subject.matrix;
  MethodEffects result{.method = method};
  std::vector<Effect> weighed;
  std::vector<std::size_t> places;
  for (const std::size_t dataset : matrix.compared_datasets) {
    const Runs& runs = matrix.cell(dataset, matrix.compared_methods[method]).counted;
    const Runs& references = matrix.cell(dataset, matrix.compared_methods[reference]).counted;
    DatasetEffect effect{.dataset = dataset};
    effect.difference = accuracy_difference(scored(subject, runs), scored(subject, references),
                                            cluster_units(runs), subject.options.level);
    effect.standard_error = standard_error(effect.difference, subject.options.level);
    if (effect.standard_error) {
      weighed.push_back(
          {.value = effect.difference.mean, .standard_error = *effect.standard_error});
      places.push_back(result.effects.size());
    }
    result.effects.push_back(std::move(effect));
  }
  if (weighed.size() < 2) return result;
  result.combined = combine_effects(weighed, subject.options.level);
  for (std::size_t i = 0; i < places.size(); ++i)
    result.effects[places[i]].weight = result.combined->weights[i];
  return result;
}

std::vector<MethodEffects> compare_all(const AcrossSubject& subject, std::size_t reference) {
  std::vector<MethodEffects> comparisons;
  for (const std::size_t method : order_of_ranks(mean_ranks(subject.matrix)))
    if (method != reference) comparisons.push_back(compare(subject, method, reference));
  std::vector<double> p;
  for (const MethodEffects& comparison : comparisons)
    p.push_back(comparison.combined ? comparison.combined->p : 1.0);
  const std::vector<double> corrected = holm(p);
  for (std::size_t i = 0; i < p.size(); ++i) comparisons[i].corrected_p = corrected[i];
  return comparisons;
}

std::string introduction(const AcrossSubject& subject) {
  const std::size_t n = subject.matrix.compared_datasets.size();
  return fmt::format(
      "There are {} datasets. Tests by ranks have no power with fewer than {}: with {}, Wilcoxon's "
      "test gives p = {} at best, where one method is better on every dataset. None is made; the "
      "differences on the datasets and their combination are shown instead.",
      n, kFewestDatasets, n, format_p(std::pow(2.0, 1.0 - static_cast<double>(n))));
}

std::string finding(const AcrossSubject& subject, const MethodEffects& comparison,
                    std::size_t reference) {
  const std::string pair =
      fmt::format("{} against {}", subject.method(comparison.method), subject.method(reference));
  if (!comparison.combined)
    return fmt::format("{}: no combined effect, because fewer than two datasets give an interval.",
                       pair);
  const Interval& interval = *comparison.combined->interval;
  const double region = subject.options.rope / 100.0;
  const char* verdict = ", which may be chance.";
  if (interval.low >= -region && interval.high <= region)
    verdict = ", equivalent in practice.";
  else if (interval.low > 0.0 || interval.high < 0.0)
    verdict = ", more than chance explains.";
  return fmt::format("{}: {} over the datasets{}", pair, format_points(comparison.estimate()),
                     verdict);
}

Table effects_table(const AcrossSubject& subject, const std::vector<MethodEffects>& comparisons,
                    const Reference& reference) {
  Table table{.id = subject.id + "-effects",
              .title = fmt::format("Differences from {} over datasets{}",
                                   subject.method(reference.method), subject.suffix()),
              .columns = {"method"}};
  for (const std::size_t dataset : subject.matrix.compared_datasets)
    table.columns.push_back(subject.matrix.datasets[dataset]);
  for (const char* name : {"combined", "on another dataset", "I²", "p", "p (Holm)"})
    table.columns.emplace_back(name);
  IntervalLegend legend(subject.options.level);
  std::set<std::string> unweighed;
  for (const MethodEffects& comparison : comparisons) {
    std::vector<Cell> row = {shown(subject.method(comparison.method))};
    for (const DatasetEffect& effect : comparison.effects) {
      legend.add(effect.difference);
      row.push_back(shown_number(format_points(effect.difference)));
      if (!effect.standard_error) unweighed.insert(subject.matrix.datasets[effect.dataset]);
    }
    if (const std::optional<CombinedEffect>& combined = comparison.combined) {
      Cell all = shown_number(format_points(comparison.estimate()));
      all.strong = comparison.corrected_p <= subject.options.alpha();
      append(row,
             {all,
              shown_number(combined->prediction ? format_points({.mean = combined->value,
                                                                 .interval = combined->prediction})
                                                : "–"),
              shown_number(fmt::format("{:.0f} %", 100.0 * combined->inconsistency)),
              shown_number(format_p(combined->p)), shown_number(format_p(comparison.corrected_p))});
    } else {
      for (int i = 0; i < 5; ++i) row.push_back(shown_number("–"));
    }
    table.rows.push_back(std::move(row));
  }
  add_note(table.notes,
           fmt::format("Reference: {}. {}", subject.method(reference.method), reference.note));
  add_note(table.notes,
           fmt::format("combined: random effects with Paule and Mandel's variance between datasets "
                       "and the {:g} % interval of Hartung and Knapp; p is of no difference. on "
                       "another dataset: interval of the true difference there, which needs three "
                       "datasets. I²: share of the variation between datasets that the sampling of "
                       "tracks does not explain.",
                       100.0 * subject.options.level));
  for (const std::string& dataset : unweighed)
    add_note(table.notes, fmt::format("{}: where no interval is known the difference is not in the "
                                      "combined effect.",
                                      dataset));
  add_notes(table.notes, legend.notes());
  return table;
}

void add_figure(const AcrossSubject& subject, const std::vector<MethodEffects>& comparisons,
                const Reference& reference, Document& document) {
  ForestPlot chart{.x_label = "difference in accuracy (points)", .region = subject.options.rope};
  // A minus sign in front of points is that of format_points().
  const auto row = [&](ForestPlot::Kind kind, const std::string& name, const Estimate& estimate) {
    ForestPlot::Row result{.kind = kind, .name = name, .value = 100.0 * estimate.mean};
    if (estimate.interval) {
      result.low = 100.0 * estimate.interval->low;
      result.high = 100.0 * estimate.interval->high;
    }
    result.text = format_points(estimate);
    if (const std::size_t unit = result.text.rfind(" points"); unit != std::string::npos)
      result.text.erase(unit);
    return result;
  };
  const std::size_t n_shown = std::min(comparisons.size(), kFigureMethods);
  for (std::size_t i = 0; i < n_shown; ++i) {
    const MethodEffects& comparison = comparisons[i];
    chart.rows.push_back({.kind = ForestPlot::Kind::heading,
                          .name = fmt::format("{} − {}", subject.method(comparison.method),
                                              subject.method(reference.method))});
    for (const DatasetEffect& effect : comparison.effects) {
      chart.rows.push_back(row(ForestPlot::Kind::effect, subject.matrix.datasets[effect.dataset],
                               effect.difference));
      chart.rows.back().weight = effect.weight;
    }
    if (comparison.combined)
      chart.rows.push_back(row(ForestPlot::Kind::combined, "combined", comparison.estimate()));
  }
  std::vector<std::string> notes = {fmt::format(
      "Differences in points with their {:g} % intervals; the area of a square is the weight of "
      "the dataset in the combined effect. Grey: up to {}, equivalent in practice.",
      100.0 * subject.options.level, points_text(subject.options.rope))};
  if (n_shown < comparisons.size())
    notes.push_back(fmt::format("The {} methods with the best mean ranks of {}; the table has all.",
                                n_shown, comparisons.size()));
  const std::string id = subject.id + "-effects-figure";
  document.body.emplace_back(to_figure(
      id, fmt::format("Differences from {}{}", subject.method(reference.method), subject.suffix()),
      draw(chart, {.id = id}), std::move(notes)));
}

void add_data(const AcrossSubject& subject, const MethodEffects& comparison, std::size_t reference,
              Table& table) {
  const DatasetMatrix& matrix = subject.matrix;
  const std::vector<Cell> place = {text_cell(matrix.title),
                                   text_cell(subject.method(comparison.method)),
                                   text_cell(subject.method(reference))};
  const auto ids = [&](std::size_t dataset, std::size_t method) {
    return text_cell(run_ids(matrix.cell(dataset, matrix.compared_methods[method]).counted));
  };
  for (const DatasetEffect& effect : comparison.effects) {
    std::vector<Cell> row = place;
    append(row, {text_cell(matrix.datasets[effect.dataset]), number_cell(effect.difference.mean)});
    append(row, interval_cells(effect.difference, subject.options.level));
    append(row, {number_cell(effect.standard_error), number_cell(effect.weight)});
    for (int i = 0; i < 6; ++i) row.push_back(number_cell(std::nullopt));
    append(row, {ids(effect.dataset, comparison.method), ids(effect.dataset, reference)});
    table.rows.push_back(std::move(row));
  }
  if (!comparison.combined) return;
  const CombinedEffect& combined = *comparison.combined;
  std::vector<Cell> row = place;
  const auto end = [&](double Interval::*which) {
    return number_cell(combined.prediction ? std::optional((*combined.prediction).*which)
                                           : std::nullopt);
  };
  append(row, {text_cell(""), number_cell(combined.value), number_cell(combined.interval->low),
               number_cell(combined.interval->high), number_cell(subject.options.level),
               text_cell("hartung_knapp"), count_cell(combined.weights.size()),
               number_cell(combined.standard_error), number_cell(1.0),
               number_cell(combined.between), number_cell(combined.inconsistency),
               number_cell(combined.heterogeneity), number_cell(combined.p), end(&Interval::low),
               end(&Interval::high), text_cell(run_ids(runs_of(subject, comparison.method))),
               text_cell(run_ids(runs_of(subject, reference)))});
  table.rows.push_back(std::move(row));
}

}  // namespace

std::optional<double> standard_error(const Estimate& estimate, double level) {
  if (!estimate.interval || estimate.interval->half_width() <= 0.0) return std::nullopt;
  const double tail = 0.5 * (1.0 + level);
  if (estimate.degrees_of_freedom <= 0.0)
    return estimate.interval->half_width() / boost::math::quantile(boost::math::normal(), tail);
  // An end that was cut off says nothing of the width.
  const double half_width =
      std::max(estimate.interval->high - estimate.mean, estimate.mean - estimate.interval->low);
  return half_width / student_quantile(estimate.degrees_of_freedom, tail);
}

void add_effect_section(const AcrossSubject& subject, Document& document, EffectData& data) {
  const Reference reference = choose_reference(subject);
  const std::vector<MethodEffects> comparisons = compare_all(subject, reference.method);
  document.body.emplace_back(Paragraph{introduction(subject)});
  std::string findings;
  for (const MethodEffects& comparison : comparisons)
    fmt::format_to(std::back_inserter(findings), "{}{}", findings.empty() ? "" : " ",
                   finding(subject, comparison, reference.method));
  document.body.emplace_back(Paragraph{findings});
  add_figure(subject, comparisons, reference, document);
  document.body.emplace_back(effects_table(subject, comparisons, reference));
  for (const MethodEffects& comparison : comparisons)
    add_data(subject, comparison, reference.method, data.effects);
}

}  // namespace genrebench
