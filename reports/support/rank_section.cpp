#include "reports/support/rank_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reports/charts/charts.hpp"
#include "reports/statistics/bayesian_signed_rank.hpp"
#include "reports/statistics/holm.hpp"
#include "reports/statistics/rank_tests.hpp"
#include "reports/support/notes.hpp"

namespace genrebench {
namespace {

/// With more methods than this the table shows the pairs with one method alone.
constexpr std::size_t kMethodsOfAllPairs = 6;
/// With more methods than this the Bayesian test is made for these pairs alone.
constexpr std::size_t kMethodsOfAllProbabilities = 15;

/// Two methods, by their places among the compared ones: the first has the better mean rank.
struct MethodPair {
  std::size_t first = 0, second = 0;
  double difference = 0.0;       ///< mean over datasets
  double rank_difference = 0.0;  ///< 0 or less
  double nemenyi = 1.0;
  WilcoxonTest wilcoxon = {};
  double holm = 1.0;
  std::optional<BayesianSignedRank> bayesian = {};

  double p(PairTest test) const { return test == PairTest::nemenyi ? nemenyi : holm; }
};

struct RankResults {
  FriedmanTest friedman = {};
  double critical_difference = 0.0;
  std::vector<std::size_t> order = {};
  std::vector<MethodPair> pairs = {};
  std::vector<TiedGroup> groups = {};
  std::size_t centre = 0;  ///< the method whose pairs are shown where not all are
  bool all_shown = true;   ///< all pairs
  bool all_bayesian = true;

  bool is_central(const MethodPair& pair) const {
    return pair.first == centre || pair.second == centre;
  }
};

std::vector<double> differences_of(const ScoreRows& scores, const MethodPair& pair) {
  std::vector<double> differences;
  for (const std::vector<double>& row : scores)
    differences.push_back(row[pair.first] - row[pair.second]);
  return differences;
}

std::vector<MethodPair> method_pairs(const ScoreRows& scores, const RankResults& results) {
  const std::vector<double>& ranks = results.friedman.mean_ranks;
  std::vector<MethodPair> pairs;
  std::vector<double> p;
  for (std::size_t i = 0; i < results.order.size(); ++i)
    for (std::size_t j = i + 1; j < results.order.size(); ++j) {
      MethodPair pair{.first = results.order[i], .second = results.order[j]};
      const std::vector<double> differences = differences_of(scores, pair);
      pair.difference = mean(differences);
      pair.rank_difference = ranks[pair.first] - ranks[pair.second];
      pair.nemenyi = nemenyi_p(pair.rank_difference, ranks.size(), scores.size());
      pair.wilcoxon = wilcoxon(differences, kRounding);
      p.push_back(pair.wilcoxon.p);
      pairs.push_back(pair);
    }
  const std::vector<double> corrected = holm(p);
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i].holm = corrected[i];
  return pairs;
}

void add_probabilities(const ScoreRows& scores, double rope, RankResults& results) {
  std::vector<MethodPair*> chosen;
  std::vector<std::vector<double>> differences;
  for (MethodPair& pair : results.pairs)
    if (results.all_bayesian || results.is_central(pair)) {
      chosen.push_back(&pair);
      differences.push_back(differences_of(scores, pair));
    }
  const std::vector<BayesianSignedRank> probabilities =
      bayesian_signed_rank(differences, {.rope = rope / 100.0});
  for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i]->bayesian = probabilities[i];
}

RankResults test_all(const AcrossSubject& subject) {
  const ScoreRows scores = subject.matrix.scores();
  RankResults results{.friedman = friedman(scores, kRounding)};
  const std::size_t n_methods = scores.front().size();
  results.critical_difference =
      nemenyi_critical_difference(subject.options.alpha(), n_methods, scores.size());
  results.order = order_of_ranks(results.friedman.mean_ranks);
  results.centre = subject.reference.value_or(results.order.front());
  results.all_shown = n_methods <= kMethodsOfAllPairs && !subject.reference;
  results.all_bayesian = n_methods <= kMethodsOfAllProbabilities;
  results.pairs = method_pairs(scores, results);
  add_probabilities(scores, subject.options.rope, results);
  ScoreRows p(n_methods, std::vector<double>(n_methods, 1.0));
  for (const MethodPair& pair : results.pairs)
    p[pair.first][pair.second] = p[pair.second][pair.first] = pair.p(subject.options.test);
  results.groups = tied_groups(results.order, p, subject.options.alpha());
  return results;
}

std::string test_name(PairTest test) {
  return test == PairTest::nemenyi ? "Nemenyi's test" : "Wilcoxon's signed rank test with Holm";
}

std::string count_text(std::size_t n, std::string_view what) {
  return fmt::format("{} {}", n, what);
}

/// "svm, mlp and knn"
std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 < names.size() ? ", " : " and ") + names[i];
  return text;
}

std::string omnibus_text(const AcrossSubject& subject, const FriedmanTest& test) {
  const std::size_t n_datasets = subject.matrix.compared_datasets.size();
  std::string text = fmt::format(
      "{} on {}: Friedman's test gives chi-square({:g}) = {:.2f}, p {}; with Iman and Davenport's "
      "correction ",
      count_text(test.mean_ranks.size(), "methods"), count_text(n_datasets, "datasets"),
      test.degrees_of_freedom, test.chi_square,
      test.p < 0.001 ? format_p(test.p) : "= " + format_p(test.p));
  text += std::isinf(test.f)
              ? std::string("F is infinite, because all datasets rank the methods alike")
              : fmt::format("F({:g}, {:g}) = {:.2f}", test.f_numerator, test.f_denominator, test.f);
  text +=
      fmt::format(", p {}. ", test.f_p < 0.001 ? format_p(test.f_p) : "= " + format_p(test.f_p));
  text += test.f_p <= subject.options.alpha()
              ? "The methods are not all equally good."
              : "That does not exclude that all methods are equally good.";
  return text;
}

std::string pairs_text(const AcrossSubject& subject, const RankResults& results) {
  const double alpha = subject.options.alpha();
  const auto n_different =
      std::count_if(results.pairs.begin(), results.pairs.end(),
                    [&](const MethodPair& pair) { return pair.p(subject.options.test) <= alpha; });
  std::string text =
      fmt::format("{} calls {} of {} pairs different at the level {:g}",
                  test_name(subject.options.test), n_different, results.pairs.size(), alpha);
  if (subject.options.test == PairTest::nemenyi)
    text += fmt::format(" (critical difference of mean ranks {:.2f})", results.critical_difference);
  text += ".";
  std::vector<std::string> best = {subject.method(results.order.front())};
  const MethodPair* first = nullptr;
  for (const MethodPair& pair : results.pairs) {
    if (pair.first != results.order.front()) continue;
    if (first == nullptr) first = &pair;
    if (pair.p(subject.options.test) > alpha) best.push_back(subject.method(pair.second));
  }
  if (best.size() == 1)
    text += fmt::format(" {} has the best mean rank and differs from all others.", best.front());
  else
    text += fmt::format(" {} has the best mean rank; it is not told apart from {}.", best.front(),
                        joined({best.begin() + 1, best.end()}));
  if (first != nullptr && first->bayesian)
    text += fmt::format(
        " On another dataset {} is better than {} by more than {} with probability "
        "{:.2f}, worse with {:.2f}, and equivalent with {:.2f} (Bayesian signed rank test).",
        subject.method(first->first), subject.method(first->second),
        points_text(subject.options.rope), first->bayesian->first, first->bayesian->second,
        first->bayesian->equivalent);
  return text;
}

/// The least p that Wilcoxon's test can give is too large for the level.
std::string power_note(const AcrossSubject& subject, const RankResults& results) {
  const std::size_t n_datasets = subject.matrix.compared_datasets.size();
  const double least = std::pow(2.0, 1.0 - static_cast<double>(n_datasets));
  const double corrected = std::min(1.0, least * static_cast<double>(results.pairs.size()));
  if (corrected <= subject.options.alpha()) return {};
  return fmt::format(
      "With {} datasets Wilcoxon's test gives p = {} at best, {} after Holm's correction for {} "
      "{}: it cannot call any pair different.",
      n_datasets, format_p(least), format_p(corrected), results.pairs.size(),
      results.pairs.size() == 1 ? "pair" : "pairs");
}

Table pairs_table(const AcrossSubject& subject, const RankResults& results) {
  const bool nemenyi = subject.options.test == PairTest::nemenyi;
  Table table{.id = subject.id + "-pairs",
              .title = "Pairs of methods" + subject.suffix(),
              .columns = {"first", "second", "first − second", "mean ranks",
                          nemenyi ? "p (Nemenyi)" : "p (Wilcoxon, Holm)", "P(first better)",
                          "P(equivalent)", "P(second better)"}};
  const auto probability = [](double value) { return shown_number(fmt::format("{:.3f}", value)); };
  for (const MethodPair& pair : results.pairs) {
    if (!results.all_shown && !results.is_central(pair)) continue;
    const double p = pair.p(subject.options.test);
    Cell p_cell = shown_number(format_p(p));
    p_cell.strong = p <= subject.options.alpha();
    table.rows.push_back(
        {shown(subject.method(pair.first)), shown(subject.method(pair.second)),
         shown_number(format_points({.mean = pair.difference})),
         shown_number(fmt::format("{:.2f} / {:.2f}", results.friedman.mean_ranks[pair.first],
                                  results.friedman.mean_ranks[pair.second])),
         p_cell});
    if (pair.bayesian)
      append(table.rows.back(),
             {probability(pair.bayesian->first), probability(pair.bayesian->equivalent),
              probability(pair.bayesian->second)});
    else
      append(table.rows.back(), {shown_number("–"), shown_number("–"), shown_number("–")});
  }
  add_note(table.notes,
           nemenyi ? "p: Nemenyi's test, which allows for all pairs. It depends on which other "
                     "methods are compared."
                   : "p: Wilcoxon's signed rank test of the differences by dataset (two-sided, "
                     "exact up to 50), corrected by Holm for all pairs.");
  if (!nemenyi) add_note(table.notes, power_note(subject, results));
  add_note(table.notes,
           fmt::format("P: posterior probabilities of the Bayesian signed rank test, for another "
                       "dataset of the kind; differences up to {} are equivalent. 50000 draws, "
                       "always the same.",
                       points_text(subject.options.rope)));
  if (!results.all_shown)
    add_note(table.notes, fmt::format("Pairs with {} alone; the data table across_pairs has all, "
                                      "and the corrections are for all.",
                                      subject.method(results.centre)));
  return table;
}

void add_diagram(const AcrossSubject& subject, const RankResults& results, Document& document) {
  RankDiagram diagram;
  const std::vector<double>& ranks = results.friedman.mean_ranks;
  for (const std::size_t method : results.order)
    diagram.methods.push_back({.name = subject.method(method), .rank = ranks[method]});
  for (const TiedGroup& group : results.groups)
    diagram.bars.push_back(
        {.low = ranks[results.order[group.first]], .high = ranks[results.order[group.last]]});
  const bool nemenyi = subject.options.test == PairTest::nemenyi;
  if (nemenyi) diagram.critical_difference = results.critical_difference;
  std::vector<std::string> notes = {
      fmt::format("Mean ranks over {} datasets; 1 is the best. A bar joins neighbours of which no "
                  "two differ at the level {:g} by {}.",
                  subject.matrix.compared_datasets.size(), subject.options.alpha(),
                  test_name(subject.options.test))};
  if (!nemenyi) add_note(notes, power_note(subject, results));
  const std::string id = subject.id + "-ranks-figure";
  document.body.emplace_back(to_figure(id, "Mean ranks and which differ" + subject.suffix(),
                                       draw(diagram, {.id = id}), std::move(notes)));
}

void add_test_data(const AcrossSubject& subject, const RankResults& results, RankData& data) {
  const FriedmanTest& test = results.friedman;
  const DatasetMatrix& matrix = subject.matrix;
  data.tests.rows.push_back(
      {text_cell(matrix.title), count_cell(test.mean_ranks.size()),
       count_cell(matrix.compared_datasets.size()), number_cell(test.chi_square),
       number_cell(test.degrees_of_freedom), number_cell(test.p), number_cell(test.f),
       number_cell(test.f_numerator), number_cell(test.f_denominator), number_cell(test.f_p),
       number_cell(subject.options.alpha()), number_cell(results.critical_difference),
       text_cell(run_ids(matrix.counted_runs()))});
  const ScoreRows scores = matrix.scores();
  for (std::size_t d = 0; d < scores.size(); ++d) {
    const std::vector<double> ranks = ranks_from_highest(scores[d], kRounding);
    const std::size_t dataset = matrix.compared_datasets[d];
    for (std::size_t m = 0; m < ranks.size(); ++m)
      data.ranks.rows.push_back(
          {text_cell(matrix.title), text_cell(matrix.datasets[dataset]),
           text_cell(subject.method(m)), number_cell(ranks[m]),
           text_cell(run_ids(matrix.cell(dataset, matrix.compared_methods[m]).counted))});
  }
  for (std::size_t m = 0; m < test.mean_ranks.size(); ++m)
    data.ranks.rows.push_back({text_cell(matrix.title), text_cell(""), text_cell(subject.method(m)),
                               number_cell(test.mean_ranks[m]),
                               text_cell(run_ids(runs_of(subject, m)))});
}

void add_pair_data(const AcrossSubject& subject, const RankResults& results, RankData& data) {
  for (const MethodPair& pair : results.pairs) {
    std::vector<Cell> row = {
        text_cell(subject.matrix.title),        text_cell(subject.method(pair.first)),
        text_cell(subject.method(pair.second)), number_cell(pair.difference),
        number_cell(pair.rank_difference),      number_cell(pair.nemenyi),
        number_cell(pair.wilcoxon.positive),    number_cell(pair.wilcoxon.negative),
        number_cell(pair.wilcoxon.p),           number_cell(pair.holm)};
    const auto probability = [&](double BayesianSignedRank::*which) {
      return number_cell(pair.bayesian ? std::optional((*pair.bayesian).*which) : std::nullopt);
    };
    append(row,
           {probability(&BayesianSignedRank::first), probability(&BayesianSignedRank::equivalent),
            probability(&BayesianSignedRank::second), number_cell(subject.options.rope / 100.0),
            text_cell(run_ids(runs_of(subject, pair.first))),
            text_cell(run_ids(runs_of(subject, pair.second)))});
    data.pairs.rows.push_back(std::move(row));
  }
}

}  // namespace

std::string format_p(double p) { return p < 0.001 ? "< 0.001" : fmt::format("{:.3f}", p); }

std::vector<double> mean_ranks(const DatasetMatrix& matrix) {
  return friedman(matrix.scores(), kRounding).mean_ranks;
}

std::vector<std::size_t> order_of_ranks(const std::vector<double>& mean_ranks) {
  std::vector<std::size_t> order(mean_ranks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return mean_ranks[a] < mean_ranks[b]; });
  return order;
}

void add_rank_section(const AcrossSubject& subject, Document& document, RankData& data) {
  const RankResults results = test_all(subject);
  document.body.emplace_back(Paragraph{omnibus_text(subject, results.friedman)});
  document.body.emplace_back(Paragraph{pairs_text(subject, results)});
  add_diagram(subject, results, document);
  document.body.emplace_back(pairs_table(subject, results));
  add_test_data(subject, results, data);
  add_pair_data(subject, results, data);
}

}  // namespace genrebench
