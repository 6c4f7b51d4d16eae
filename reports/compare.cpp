// Which method is better: every configuration against a reference, and all pairs, with tests that
// know of artists and divisions.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "base/closest_name.hpp"
#include "harness/plugin/registry.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/compare_data.hpp"
#include "reports/support/compare_text.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"

namespace genrebench {
namespace {

using compare::CompareOptions;
using compare::Family;
using compare::Method;
using compare::Outcome;
using compare::Pair;
using compare::Reference;
using compare::Rival;
using compare::Subject;
using compare::Verdict;

constexpr const char* kMinus = "minus reference";

const OptionTable<CompareOptions>& compare_options() {
  static const OptionTable<CompareOptions> options = [] {
    OptionTable<CompareOptions> t;
    t.number("level", &CompareOptions::level, 0.5, 0.999,
             "Confidence of the intervals; tests are at 1 - level.")
        .enumeration("metric", &CompareOptions::metric, {"accuracy", "macro_f1"},
                     "The score that decides which methods are tied; the other one is shown beside "
                     "it.")
        .text("reference", &CompareOptions::reference,
              "The method that the others are compared with: a configuration as tables name it, a "
              "method that one configuration has, or the id of a run. Empty: the best on the "
              "validation part.")
        .number("margin", &CompareOptions::margin_points, 0.1, 100.0,
                "A difference in percentage points; the report says how many tracks it takes to "
                "find it.")
        .number("power", &CompareOptions::power, 0.5, 0.99, "The chance to find that difference.")
        .integer("matrix", &CompareOptions::matrix, 0, 100,
                 "All pairs of at most so many methods are compared, those of the highest scores; "
                 "below 2: none.");
    return t;
  }();
  return options;
}

std::string difference_text(const Pair& pair, ScoreKind kind) {
  const Estimate& difference = pair.difference(kind);
  if (pair.identical) return "0, same answers";
  return std::isnan(difference.mean) ? "–" : format_points(difference);
}

class Compare final : public Report {
 public:
  explicit Compare(const CompareOptions& options) : options_(options) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    const std::vector<Family> families = compare::make_families(scores, scope.runs, options_.level);
    if (families.empty())
      throw ConfigError(
          "compare: nothing to compare; expected done runs of two configurations or more on the "
          "same dataset and split");
    const std::vector<Reference> references = choose(families);
    Document document{.name = "compare", .title = "Which method is better", .body = {}, .data = {}};
    compare::Data data;
    for (std::size_t i = 0; i < families.size(); ++i) {
      const Outcome outcome = compare::compare_family(families[i], references[i], options_);
      const Subject subject{.scores = scores,
                            .family = families[i],
                            .outcome = outcome,
                            .id = fmt::format("compare-{}", families[i].id)};
      document.body.emplace_back(Paragraph{compare::paragraph(families[i], outcome, options_)});
      document.body.emplace_back(decision_table(subject));
      add_figure(subject, document);
      document.body.emplace_back(evidence_table(subject));
      if (outcome.all.methods.size() > 1) document.body.emplace_back(matrix(subject));
      compare::add_data(subject, options_, data);
    }
    document.data =
        data_tables(std::move(data.methods), std::move(data.pairs), std::move(data.runs));
    return document;
  }

 private:
  /// A named reference need not be in every family; the others get their best.
  std::vector<Reference> choose(const std::vector<Family>& families) const {
    std::vector<Reference> result;
    std::vector<std::string> names;
    bool found_any = options_.reference.empty();
    for (const Family& family : families) {
      for (const Method& method : family.methods) names.push_back(method.name);
      const std::optional<std::size_t> named =
          options_.reference.empty() ? std::nullopt
                                     : compare::find_method(family, options_.reference);
      found_any = found_any || named;
      result.push_back(named ? Reference{.method = *named}
                             : compare::best_method(family, options_.metric));
    }
    if (found_any) return result;
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    throw ConfigError(
        unknown_name_message("method", options_.reference, "compare: reference", names));
  }

  /// Who is tied with the reference.
  Table decision_table(const Subject& subject) const {
    const std::string score = "test " + compare::score_name(options_.metric);
    Table result{
        .id = subject.id,
        .title = fmt::format("Methods on {}, compared with {}", subject.family.title,
                             subject.reference().name),
        .columns = {"method", "runs", score, kMinus, "p", "corrected p", "letters", "verdict"}};
    Remarks remarks{.legend = IntervalLegend(options_.level)};
    const auto add_row = [&](std::size_t place, std::vector<Cell> cells) {
      const Method& method = subject.family.methods[place];
      remarks.protocols.insert(method.protocol);
      std::vector<Cell> row = {
          shown(method.name, !mark(method.protocol).empty()), shown_tally(method.counts),
          remarks.accuracy(method.score(options_.metric), method.counts, method.protocol)};
      append(row, std::move(cells));
      result.rows.push_back(std::move(row));
      remarks.add_runs(method.name, method.runs);
    };
    const auto verdict = [](Verdict value) {
      Cell cell = shown(compare::to_string(value), value == Verdict::untested);
      cell.strong =
          value == Verdict::reference || value == Verdict::tied || value == Verdict::better;
      return cell;
    };
    add_row(
        subject.outcome.reference.method,
        {shown_number("–"), shown_number("–"), shown_number("–"),
         shown(subject.letters(subject.outcome.reference.method)), verdict(Verdict::reference)});
    for (const Rival& rival : subject.outcome.rivals)
      add_row(rival.method,
              {shown_number(difference_text(rival.pair, options_.metric)),
               shown_number(compare::p_text(rival.pair.difference(options_.metric).p_value)),
               shown_number(compare::p_text(rival.corrected)), shown(subject.letters(rival.method)),
               verdict(rival.verdict)});
    result.notes = decision_notes(subject, remarks);
    if (options_.metric == ScoreKind::accuracy)
      add_guessing_rows(subject.scores,
                        {{.column = column_named(result, score),
                          .runs = remarks.runs,
                          .genres = subject.family.genres}},
                        result);
    return result;
  }

  std::vector<std::string> decision_notes(const Subject& subject, const Remarks& remarks) const {
    const Reference& reference = subject.outcome.reference;
    std::vector<std::string> notes;
    add_note(notes, compare::test_note(subject.family, subject.outcome, options_));
    if (!subject.outcome.all.methods.empty())
      add_note(
          notes,
          "Letters are of the table of all pairs: methods that share one are not told apart "
          "there. The verdict is that of the comparisons with the reference, which are fewer.");
    if (reference.choice == compare::Choice::test)
      add_note(notes,
               "No method has a score on a validation part: the reference is the best on the test "
               "part, which makes it look better than it is.");
    if (!reference.not_validated.empty())
      add_note(notes, fmt::format("Without a score on the validation part, and so no candidate for "
                                  "the reference: {}.",
                                  fmt::join(reference.not_validated, ", ")));
    for (const std::string& name : subject.family.left_out)
      add_note(notes, fmt::format("{} has no stored answers and is not compared.", name));
    add_notes(notes, subject.family.notes);
    add_notes(notes, remarks.mark_notes());
    add_notes(notes, remarks.failures);
    add_note(notes, remarks.partial_note());
    add_notes(notes, remarks.legend.notes());
    add_data_notes(subject.scores.store(), remarks.runs, notes);
    add_notes(notes, warning_notes(remarks.runs));
    for (const Method& method : subject.family.methods)
      add_notes(notes, {tuned_note(method.runs)}, method.name + ". ");
    return notes;
  }

  /// The other score, and what stands behind a decision: tracks, artists, and how much data it
  /// would take.
  Table evidence_table(const Subject& subject) const {
    const std::string name = compare::score_name(options_.other());
    const std::string needed = fmt::format("tracks for {:.3g} points", options_.margin_points);
    const std::string units = subject.family.units;
    Table result{
        .id = subject.id + "-evidence",
        .title = fmt::format("What stands behind the comparisons on {}", subject.family.title),
        .columns = {"method", "test " + name, kMinus, "corrected p", "tracks + : −",
                    units + " + : −", "McNemar p", needed}};
    IntervalLegend legend(options_.level);
    const auto percent = [&](const Method& method) {
      legend.add(method.score(options_.other()));
      return shown_number(format_percent(method.score(options_.other())) +
                          std::string(mark(method.protocol)));
    };
    result.rows.push_back({shown(subject.reference().name), percent(subject.reference()),
                           shown_number("–"), shown_number("–"), shown_number("–"),
                           shown_number("–"), shown_number("–"), shown_number("–")});
    std::size_t n_left_out = 0;
    for (const Rival& rival : subject.outcome.rivals) {
      const Pair& pair = rival.pair;
      n_left_out += pair.n_left_out;
      result.rows.push_back(
          {shown(subject.of(rival).name), percent(subject.of(rival)),
           shown_number(difference_text(pair, options_.other())),
           shown_number(compare::p_text(rival.corrected_other)),
           shown_number(compare::ratio_text(pair.tracks)),
           shown_number(pair.clusters_known ? compare::ratio_text(pair.clusters) : "–"),
           shown_number(pair.n_divisions == 1 ? compare::p_text(mcnemar_exact(pair.tracks)) : "–"),
           shown_number(compare::about(rival.n_needed))});
    }
    add_note(result.notes, fmt::format("tracks + : −: tracks that the method got right and the "
                                       "reference did not, and the reverse; with several runs, "
                                       "those that one side's got right more often, counted once "
                                       "per division. {} + : −: likewise, by all their tracks.",
                                       units));
    add_note(result.notes,
             "McNemar p: exact and uncorrected, of one division. It takes tracks of one artist as "
             "independent and decides nothing here.");
    add_note(result.notes,
             fmt::format("{}: how many test tracks it takes to find such a difference with a power "
                         "of {:.0f} % at the corrected level {:.2g}, as many per artist as here; "
                         "by the standard error of the difference in {}.",
                         needed, 100.0 * options_.power,
                         options_.alpha() / static_cast<double>(std::max<std::size_t>(
                                                1, subject.outcome.n_corrected_for)),
                         compare::score_name(options_.metric)));
    if (n_left_out > 0)
      add_note(result.notes,
               fmt::format("{} answers were left out, for tracks that the other method did not "
                           "answer.",
                           n_left_out));
    add_notes(result.notes, legend.notes());
    return result;
  }

  Table matrix(const Subject& subject) const {
    const compare::AllPairs& all = subject.outcome.all;
    Table result{.id = subject.id + "-pairs",
                 .title = fmt::format("All pairs on {}: row minus column, in points of {}",
                                      subject.family.title, compare::score_name(options_.metric)),
                 .columns = {"method", "letters"}};
    for (std::size_t i = 0; i < all.methods.size(); ++i)
      result.columns.push_back(fmt::format("{}", i + 1));
    for (std::size_t i = 0; i < all.methods.size(); ++i) {
      std::vector<Cell> row = {
          shown(fmt::format("{} {}", i + 1, subject.family.methods[all.methods[i]].name)),
          shown(all.letters[i])};
      row.resize(result.columns.size(), shown_number(""));
      result.rows.push_back(std::move(row));
    }
    for (std::size_t p = 0; p < all.pairs.size(); ++p) {
      const auto [a, b] = all.places[p];
      Cell& cell = result.rows[a][b + 2];
      const double mean = all.pairs[p].difference(options_.metric).mean;
      cell.text = all.corrected[p] ? fmt::format("{} ({})", compare::signed_points(mean),
                                                 compare::p_text(all.corrected[p]))
                                   : "not tested";
      cell.strong = all.corrected[p] && *all.corrected[p] < options_.alpha();
    }
    add_note(result.notes,
             fmt::format("In brackets: p by the same test, corrected by Holm's method for all {} "
                         "pairs. Methods that share a letter are not told apart.",
                         all.pairs.size()));
    if (subject.outcome.n_not_in_matrix > 0)
      add_note(result.notes,
               fmt::format("The {} methods with the highest scores of {}; the option matrix says "
                           "how many.",
                           all.methods.size(), subject.family.methods.size()));
    return result;
  }

  void add_figure(const Subject& subject, Document& document) const {
    ForestPlot chart{.x_label = fmt::format("difference in {} from {} (points)",
                                            compare::score_name(options_.metric),
                                            subject.reference().name)};
    IntervalLegend legend(options_.level);
    for (const Rival& rival : subject.outcome.rivals) {
      const Estimate& difference = rival.pair.difference(options_.metric);
      if (std::isnan(difference.mean)) continue;
      ForestPlot::Row row{.name = subject.of(rival).name,
                          .value = 100.0 * difference.mean,
                          .weight = 0.3,
                          .text = figure_text(rival)};
      if (difference.interval) {
        row.low = 100.0 * difference.interval->low;
        row.high = 100.0 * difference.interval->high;
      }
      chart.rows.push_back(std::move(row));
    }
    if (chart.rows.empty()) return;
    const std::string id = subject.id + "-forest";
    document.body.emplace_back(to_figure(
        id,
        fmt::format("Differences from {} on {}", subject.reference().name, subject.family.title),
        draw(chart, {.id = id}),
        {fmt::format("{:.3g} % intervals of single comparisons, not corrected; p is corrected. {}",
                     100.0 * options_.level,
                     compare::test_note(subject.family, subject.outcome, options_))}));
  }

  std::string figure_text(const Rival& rival) const {
    const std::string p = compare::p_text(rival.corrected);
    return fmt::format("{}, p {}{}",
                       compare::signed_points(rival.pair.difference(options_.metric).mean),
                       p.starts_with('<') ? "" : "= ", p);
  }

  CompareOptions options_;
};

}  // namespace

void register_compare(Registry& registry) {
  registry.reports.add(
      {{.name = "compare",
        .summary = "Which method is better: tests of every configuration against a reference and "
                   "of all pairs, which are tied, and a paragraph for a paper.",
        .source = "C. Nadeau and Y. Bengio, Inference for the generalization error, Machine "
                  "Learning 52, 2003; S. Holm, Scandinavian Journal of Statistics 6, 1979",
        .options = compare_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Compare>(compare_options().parse(values));
       }});
}

}  // namespace genrebench
