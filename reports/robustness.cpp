// Does a method hear the genre, or the recording? Each method on deformed audio, against the same
// fitted method on clean audio.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "harness/plugin/registry.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/chart_points.hpp"
#include "reports/support/compare_text.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"
#include "reports/support/robustness_data.hpp"

namespace genrebench {
namespace {

using robustness::Family;
using robustness::Level;
using robustness::Method;
using robustness::Series;

struct RobustnessOptions : LevelOptions {
  bool figures = true;
};

const OptionTable<RobustnessOptions>& robustness_options() {
  static const auto kTable =
      OptionTable<RobustnessOptions>()
          .number("level", &RobustnessOptions::level, 0.5, 0.999, "Confidence of the intervals.")
          .boolean("figures", &RobustnessOptions::figures,
                   "Draw accuracy against severity, one figure per deformation.");
  return kTable;
}

struct RobustnessSubject {
  const Scores& scores;
  const Family& family;
  std::string id;
};

/// The data tables.
struct RobustnessData {
  Table levels{
      .id = "robustness_levels",
      .title = "Every method under every deformation and level",
      .columns = column_names(
          column_names({"data", "method", "deformation", "level", "strength"}, kMeasuredColumns,
                       {"change", "change_ci_low", "change_ci_high", "change_ci_level",
                        "change_ci_method", "change_ci_n", "p", "changed", "relative_drop"}),
          kTallyColumns, {"run_ids"}),
      .notes = {"Fractions. The first interval is that of the accuracy, the second that of change, "
                "the accuracy minus the clean one, over divisions and artists; p is uncorrected. "
                "changed: share of the tracks whose genre is another one than of clean audio."}};
  Table methods{
      .id = "robustness_methods",
      .title = "Every method",
      .columns = column_names({"data", "method", "clean", "deformed", "changed", "relative_drop"},
                              kIntervalColumns, {"rank", "rank_deformed", "run_ids"})};
  Table genres{.id = "robustness_genres",
               .title = "The worst deformation of each genre",
               .columns = {"data", "genre", "clean_recall", "deformation", "level", "recall"}};
};

std::string percent_or_dash(double fraction) {
  return std::isnan(fraction) ? "–" : format_percent(fraction);
}

std::string drop_text(const Estimate& drop) {
  if (std::isnan(drop.mean)) return "–";
  std::string text = fmt::format("{:.1f} %", 100.0 * drop.mean);
  if (drop.interval)
    text +=
        fmt::format(" [{:.1f}, {:.1f}]", 100.0 * drop.interval->low, 100.0 * drop.interval->high);
  return text;
}

std::string change_text(const Level& level) {
  if (level.change.n_divisions == 0) return "–";
  return level.change.identical ? "0, same answers" : format_points(level.change.accuracy);
}

/// The place of each method, from 1, by a score of each.
std::vector<std::size_t> places(const std::vector<double>& scores) {
  std::vector<std::size_t> result(scores.size());
  const std::vector<std::size_t> order = robustness::ranking(scores);
  for (std::size_t i = 0; i < order.size(); ++i) result[order[i]] = i + 1;
  return result;
}

class Robustness final : public Report {
 public:
  explicit Robustness(const RobustnessOptions& options) : options_(options) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    const std::vector<Family> families =
        robustness::make_families(scores, scope.runs, options_.level);
    if (families.empty())
      throw ConfigError(
          "robustness: nothing to compare; expected runs on deformed audio and their clean runs, "
          "such as a sweep over deform.name: [noise, mp3] and deform.severity: [1, 2, 3]");
    Document document{.name = "robustness",
                      .title = "What deformed audio does to the methods",
                      .body = {},
                      .data = {}};
    document.body.emplace_back(Paragraph{
        "Each method was fitted once, on clean audio, and tested on the same tracks as they are "
        "and deformed. Differences are between answers of one fitted method for the same tracks."});
    RobustnessData data;
    for (const Family& family : families) {
      const RobustnessSubject subject{
          .scores = scores, .family = family, .id = fmt::format("robustness-{}", family.id)};
      document.body.emplace_back(methods_table(subject));
      document.body.emplace_back(ranking_table(subject));
      document.body.emplace_back(genres_table(subject));
      if (options_.figures) add_figures(subject, document);
      for (std::size_t m = 0; m < family.methods.size(); ++m)
        document.body.emplace_back(levels_table(subject, m));
      add_data(subject, data);
    }
    document.data =
        data_tables(std::move(data.levels), std::move(data.methods), std::move(data.genres));
    return document;
  }

 private:
  static std::vector<double> clean_scores(const Family& family) {
    std::vector<double> scores;
    for (const Method& method : family.methods) scores.push_back(method.accuracy.mean);
    return scores;
  }

  static std::vector<double> deformed_scores(const Family& family) {
    std::vector<double> scores;
    for (const Method& method : family.methods) scores.push_back(method.deformed);
    return scores;
  }

  /// The deformation and level of the greatest loss.
  static std::string worst(const Method& method) {
    std::string text = "–";
    double most = 0.0;
    for (const Series& series : method.series)
      for (const Level& level : series.levels)
        if (level.change.n_divisions > 0 && level.change.accuracy.mean < most) {
          most = level.change.accuracy.mean;
          text = fmt::format("{}, {}: {}", series.name, level.text,
                             compare::signed_points(level.change.accuracy.mean));
        }
    return text;
  }

  Table methods_table(const RobustnessSubject& subject) const {
    const Family& family = subject.family;
    Table result{
        .id = subject.id,
        .title = fmt::format("Methods on {}, on clean and on deformed audio", family.title),
        .columns = {"method", "runs", "clean accuracy", "deformed", "relative drop",
                    "genres changed", "worst (points)"}};
    Remarks remarks{.legend = IntervalLegend(options_.level)};
    for (const Method& method : family.methods) {
      remarks.protocols.insert(method.clean.protocol);
      remarks.legend.add(method.drop);
      result.rows.push_back(
          {shown(method.name), shown_tally(method.counts),
           remarks.accuracy(method.accuracy, method.counts, method.clean.protocol),
           shown_number(percent_or_dash(method.deformed)), shown_number(drop_text(method.drop)),
           shown_number(percent_or_dash(method.changed)), shown(worst(method))});
      remarks.add_runs(method.name, method.clean.runs);
    }
    add_note(result.notes,
             "deformed: mean accuracy over the levels of each deformation, then over "
             "deformations. relative drop: 1 − accuracy / clean accuracy, averaged likewise. "
             "genres changed: share of the tracks that get another genre than their clean audio, "
             "right or wrong.");
    for (const std::string& name : family.left_out)
      add_note(result.notes,
               fmt::format("{}: the clean run is not among the runs; left out.", name));
    add_notes(result.notes, remarks.mark_notes());
    add_notes(result.notes, remarks.failures);
    add_note(result.notes, remarks.partial_note());
    add_notes(result.notes, remarks.legend.notes());
    add_data_notes(subject.scores.store(), remarks.runs, result.notes);
    add_notes(result.notes, warning_notes(remarks.runs));
    add_guessing_rows(subject.scores,
                      {{.column = column_named(result, "clean accuracy"), .runs = remarks.runs}},
                      result);
    return result;
  }

  /// The order of the methods, the best first: "svm 54.0 %, knn 50.2 %".
  static std::string order_text(const Family& family, const std::vector<double>& scores) {
    std::vector<std::string> texts;
    for (const std::size_t m : robustness::ranking(scores))
      texts.push_back(fmt::format("{} {}", family.methods[m].name, percent_or_dash(scores[m])));
    return fmt::format("{}", fmt::join(texts, ", "));
  }

  Table ranking_table(const RobustnessSubject& subject) const {
    const Family& family = subject.family;
    Table result{.id = subject.id + "-ranking",
                 .title = fmt::format("Ranking on {}, before and after", family.title),
                 .columns = {"deformation", "ranking by accuracy", "as clean"}};
    const std::vector<std::size_t> clean = robustness::ranking(clean_scores(family));
    const auto add = [&](const std::string& name, const std::vector<double>& scores) {
      const bool known = std::ranges::none_of(scores, [](double one) { return std::isnan(one); });
      const bool same = robustness::ranking(scores) == clean;
      Cell as_clean = shown(!known ? "–" : same ? "yes" : "no");
      as_clean.strong = known && !same;
      result.rows.push_back({shown(name), shown(order_text(family, scores)), as_clean});
    };
    add("none", clean_scores(family));
    add("all, mean", deformed_scores(family));
    for (const std::string& name : robustness::deformations(family)) {
      std::vector<double> scores;
      for (const Method& method : family.methods)
        scores.push_back(robustness::mean_accuracy(method, name));
      add(name, scores);
    }
    add_note(result.notes,
             "Accuracies are means over the levels of a deformation. Ranks have no intervals: "
             "methods that are close change places by chance. The report compare says which "
             "methods differ.");
    return result;
  }

  Table genres_table(const RobustnessSubject& subject) const {
    Table result{
        .id = subject.id + "-genres",
        .title = fmt::format("The worst deformation of each genre on {}", subject.family.title),
        .columns = {"genre", "clean recall", "worst deformation", "recall", "points"}};
    for (const robustness::GenreDrop& one :
         robustness::worst_deformations(subject.scores, subject.family))
      result.rows.push_back({shown(one.genre), shown_number(percent_or_dash(one.clean)),
                             shown(one.deformation + ", " + one.level),
                             shown_number(percent_or_dash(one.deformed)),
                             shown_number(compare::signed_points(one.deformed - one.clean))});
    add_note(result.notes,
             "Means over the methods and runs. The worst of many is partly chance: few tracks of "
             "a genre are tested.");
    return result;
  }

  Table levels_table(const RobustnessSubject& subject, std::size_t place) const {
    const Method& method = subject.family.methods[place];
    Table result{.id = fmt::format("{}-levels-{}", subject.id, place + 1),
                 .title = fmt::format("{} on {}, by deformation and level", method.name,
                                      subject.family.title),
                 .columns = {"deformation", "level", "accuracy", "minus clean", "p",
                             "relative drop", "genres changed"}};
    Remarks remarks{.legend = IntervalLegend(options_.level)};
    std::size_t n_left_out = 0;
    result.rows.push_back({shown("none"), shown("clean"),
                           remarks.accuracy(method.accuracy, method.counts, method.clean.protocol),
                           shown_number("–"), shown_number("–"), shown_number("–"),
                           shown_number("–")});
    remarks.protocols.insert(method.clean.protocol);
    for (const Series& series : method.series)
      for (const Level& level : series.levels) {
        n_left_out += level.change.n_left_out;
        remarks.legend.add(level.changed);
        result.rows.push_back(
            {shown(series.name), shown(level.text),
             remarks.accuracy(level.accuracy, level.counts, method.clean.protocol),
             shown_number(change_text(level)),
             shown_number(compare::p_text(level.change.accuracy.p_value)),
             shown_number(drop_text(level.drop)),
             shown_number(std::isnan(level.changed.mean) ? "–" : format_percent(level.changed))});
        remarks.add_runs(fmt::format("{}, {}", series.name, level.text), level.group.runs);
      }
    add_note(result.notes,
             fmt::format("minus clean: in points, paired by track. The interval and p are those of "
                         "the report compare: they hold over divisions and over {}. p is not "
                         "corrected for the number of comparisons.",
                         subject.family.units));
    if (n_left_out > 0)
      add_note(result.notes,
               fmt::format("{} answers for tracks that could not be deformed were left out of the "
                           "differences.",
                           n_left_out));
    add_notes(result.notes, remarks.mark_notes());
    add_notes(result.notes, remarks.failures);
    add_note(result.notes, remarks.partial_note());
    add_notes(result.notes, remarks.legend.notes());
    add_note(result.notes, bad_tracks_note(bad_tracks(subject.scores.store(), remarks.runs)));
    return result;
  }

  /// The levels of a deformation over all methods, from the mildest.
  static std::vector<std::string> levels_of(const Family& family, const std::string& name) {
    std::map<double, std::string> levels;
    for (const Method& method : family.methods)
      for (const Series& series : method.series)
        if (series.name == name)
          for (const Level& level : series.levels)
            if (std::isfinite(level.strength)) levels.emplace(level.strength, level.text);
    std::vector<std::string> texts;
    for (const auto& [strength, text] : levels) texts.push_back(text);
    return texts;
  }

  void add_figures(const RobustnessSubject& subject, Document& document) const {
    std::size_t number = 0;
    for (const std::string& name : robustness::deformations(subject.family)) {
      const std::vector<std::string> levels = levels_of(subject.family, name);
      LineChart chart{.x_label = name, .y_label = "test accuracy (%)"};
      chart.categories = {"clean"};
      chart.categories.insert(chart.categories.end(), levels.begin(), levels.end());
      IntervalLegend legend(options_.level);
      for (const Method& method : subject.family.methods) {
        LineChart::Series line{.name = method.name,
                               .colour = static_cast<int>(chart.series.size())};
        if (!method.accuracy.values.empty()) add_point(line, 0.0, method.accuracy, 100.0);
        legend.add(method.accuracy);
        for (const Series& series : method.series)
          if (series.name == name)
            for (const Level& level : series.levels) {
              const auto at = std::ranges::find(levels, level.text);
              if (level.accuracy.values.empty() || at == levels.end()) continue;
              add_point(line, static_cast<double>(at - levels.begin() + 1), level.accuracy, 100.0);
              legend.add(level.accuracy);
            }
        if (!line.x.empty()) chart.series.push_back(std::move(line));
      }
      if (chart.series.empty() || levels.empty()) continue;
      const std::string id = fmt::format("{}-figure-{}", subject.id, ++number);
      document.body.emplace_back(
          to_figure(id, fmt::format("Test accuracy under {} on {}", name, subject.family.title),
                    draw(chart, {.id = id}), legend.notes()));
    }
  }

  void add_data(const RobustnessSubject& subject, RobustnessData& data) const {
    const Family& family = subject.family;
    const std::vector<std::size_t> before = places(clean_scores(family)),
                                   after = places(deformed_scores(family));
    for (std::size_t m = 0; m < family.methods.size(); ++m) {
      const Method& method = family.methods[m];
      std::vector<Cell> row = {text_cell(family.title),           text_cell(method.name),
                               number_cell(method.accuracy.mean), number_cell(method.deformed),
                               number_cell(method.changed),       number_cell(method.drop.mean)};
      append(row, interval_cells(method.drop, options_.level));
      append(row,
             {count_cell(before[m]), count_cell(after[m]), text_cell(run_ids(method.clean.runs))});
      data.methods.rows.push_back(std::move(row));
      for (const Series& series : method.series)
        for (const Level& level : series.levels) {
          std::vector<Cell> cells = {text_cell(family.title), text_cell(method.name),
                                     text_cell(series.name), text_cell(level.text),
                                     number_cell(level.strength)};
          append(cells, measured_cells(level.accuracy, options_.level));
          append(cells, {number_cell(level.change.accuracy.mean)});
          append(cells, interval_cells(level.change.accuracy, options_.level));
          append(cells, {number_cell(level.change.accuracy.p_value),
                         number_cell(level.changed.mean), number_cell(level.drop.mean)});
          append(cells, tally_cells(level.counts));
          append(cells, {text_cell(run_ids(level.group.runs))});
          data.levels.rows.push_back(std::move(cells));
        }
    }
    for (const robustness::GenreDrop& one : robustness::worst_deformations(subject.scores, family))
      data.genres.rows.push_back({text_cell(family.title), text_cell(one.genre),
                                  number_cell(one.clean), text_cell(one.deformation),
                                  text_cell(one.level), number_cell(one.deformed)});
  }

  RobustnessOptions options_;
};

}  // namespace

void register_robustness(Registry& registry) {
  registry.reports.add(
      {{.name = "robustness",
        .summary = "What deformed audio does: accuracy against severity, genres that change, "
                   "rankings before and after, and the worst deformation of each genre.",
        .options = robustness_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Robustness>(robustness_options().parse(values));
       }});
}

}  // namespace genrebench
