// The same features and the same probe under several splits: what each protocol would print, and
// what a random fold adds to the accuracy.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/chart_points.hpp"
#include "reports/support/comparison.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"

namespace genrebench {
namespace {

/// Configurations that differ in their split alone.
struct ProtocolsFamily {
  Parameters shared = {};
  std::string title = {};
  std::vector<RunGroup> groups = {};  ///< the most careful first; the title names the split
  /// The split that keeps groups apart, which the others are compared with: the first of the plan.
  const RunGroup* ours = nullptr;
};

/// Names the splits by the options in which they differ, orders them, and finds ours.
void finish(ProtocolsFamily& family) {
  std::vector<Parameters> splits;
  for (const RunGroup& group : family.groups)
    splits.push_back(with_prefix(group.parameters, {"split."}));
  std::vector<std::string> keys = varying_keys(splits);
  // A published list is told by its name, also where it is the only one.
  if (std::find(keys.begin(), keys.end(), "split.list") == keys.end())
    keys.emplace_back("split.list");
  for (std::size_t i = 0; i < splits.size(); ++i) {
    const std::string text = describe(splits[i], keys, "split.");
    family.groups[i].title = text.empty() ? value_of(splits[i], "split.kind") : text;
  }
  std::ranges::stable_sort(family.groups, {},
                           [](const RunGroup& group) { return group.protocol.kind; });
  if (family.groups.front().protocol.kind <= Protocol::Kind::partly)
    family.ours = &family.groups.front();
}

std::vector<ProtocolsFamily> make_protocols_families(const std::vector<RunRecord>& runs) {
  std::vector<ProtocolsFamily> families;
  for (RunGroup& group : group_runs(runs)) {
    if (group.protocol.kind == Protocol::Kind::not_run) continue;
    const Parameters shared = without_prefix(group.parameters, {"split."});
    auto family = std::find_if(families.begin(), families.end(), [&](const ProtocolsFamily& known) {
      return known.shared == shared;
    });
    if (family == families.end())
      family = families.insert(families.end(), ProtocolsFamily{.shared = shared});
    family->groups.push_back(std::move(group));
  }
  std::erase_if(families, [](const ProtocolsFamily& family) { return family.groups.size() < 2; });
  std::vector<Parameters> shared;
  for (const ProtocolsFamily& family : families) shared.push_back(family.shared);
  const std::vector<std::string> keys = varying_keys(shared);
  for (ProtocolsFamily& family : families) {
    const std::string variant = describe(family.shared, keys);
    family.title = dataset_title(family.shared);
    if (!variant.empty()) family.title += fmt::format("; {}", variant);
    finish(family);
  }
  return families;
}

Comparison compare(const Scores& scores, const ProtocolsFamily& family) {
  std::vector<Side> sides;
  for (const RunGroup& group : family.groups)
    sides.push_back({.name = group.title, .runs = group.runs});
  return Comparison(scores, std::move(sides));
}

/// The data tables.
struct ProtocolsData {
  Table runs{.id = "protocols_runs",
             .title = "Every run of the comparison",
             .columns = {"data", "split", "protocol", "leaky", "seed", "fold", "run_id", "accuracy",
                         "n_tracks", "accuracy_all_genres"},
             .notes = {"accuracy is over the n_tracks test tracks of the genres that every split "
                       "tests; fractions."}};
  Table splits{.id = "protocols_splits",
               .title = "Every split",
               .columns = column_names(
                   column_names({"data", "split", "protocol", "leaky"}, kMeasuredColumns),
                   kTallyColumns, {"chance", "majority_class", "run_ids"}),
               .notes = {"Accuracies over the genres that every split tests, fractions; ci_method "
                         "made the interval."}};
  Table differences{
      .id = "protocols_differences",
      .title = "What each split adds to ours",
      .columns = column_names({"data", "split", "protocol", "minus", "difference"},
                              kIntervalColumns, {"degrees_of_freedom", "run_ids", "minus_run_ids"}),
      .notes = {"Differences of mean accuracies over the genres that every split tests, "
                "fractions; ci_method made the interval."}};
};

/// What tables, figures and data of one family are made from.
struct ProtocolsSubject {
  const Scores& scores;
  const ProtocolsFamily& family;
  const Comparison& comparison;
  std::string id;
};

class Protocols final : public Report {
 public:
  explicit Protocols(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    const std::vector<ProtocolsFamily> families = make_protocols_families(scope.runs);
    if (families.empty())
      throw ConfigError(
          "protocols: nothing to compare; expected done runs that differ in their split alone, "
          "such as a sweep over split.kind or split.leaky");
    Document document{
        .name = "protocols", .title = "What a random fold adds", .body = {}, .data = {}};
    document.body.emplace_back(Paragraph{
        "The same features and the same method under several splits. A split that lets songs of "
        "one artist, or pieces of one song, be in training and test measures their recognition "
        "besides the genre."});
    ProtocolsData data;
    std::set<std::string> slugs;
    for (const ProtocolsFamily& family : families) {
      const Comparison comparison = compare(scores, family);
      const ProtocolsSubject subject{
          .scores = scores,
          .family = family,
          .comparison = comparison,
          .id = fmt::format("protocols-{}", unique_slug(family.title, slugs))};
      document.body.emplace_back(shown_table(subject));
      if (const std::string text = findings(subject); !text.empty())
        document.body.emplace_back(Paragraph{text});
      add_figure(subject, document);
      add_data(subject, data);
    }
    document.data = data_tables(std::move(data.runs), std::move(data.splits));
    if (!data.differences.rows.empty()) document.data.push_back(std::move(data.differences));
    return document;
  }

 private:
  /// Nothing for ours itself, and where there is no split to compare with.
  std::optional<Estimate> difference(const ProtocolsSubject& subject, const RunGroup& group) const {
    const RunGroup* ours = subject.family.ours;
    if (ours == nullptr || ours == &group) return std::nullopt;
    return subject.comparison.difference(group.runs, ours->runs, level_);
  }

  Table shown_table(const ProtocolsSubject& subject) const {
    const ProtocolsFamily& family = subject.family;
    Table result{.id = subject.id,
                 .title = fmt::format("Test accuracy by split on {}", family.title),
                 .columns = {"split", "protocol", "runs", "test accuracy", "minus ours"}};
    Remarks remarks{.legend = IntervalLegend(level_)};
    std::vector<std::string> of_rows;
    for (const RunGroup& group : family.groups) {
      const Tally counts = tally(group.runs);
      const std::optional<Estimate> added = difference(subject, group);
      if (added) remarks.legend.add(*added);
      remarks.protocols.insert(group.protocol);
      result.rows.push_back({shown(group.title),
                             shown(to_string(group.protocol), !mark(group.protocol).empty()),
                             shown_tally(counts),
                             remarks.accuracy(subject.comparison.accuracy(group.runs, level_),
                                              counts, group.protocol),
                             shown_number(added                   ? format_points(*added)
                                          : family.ours == &group ? "ours"
                                                                  : "–")});
      remarks.add_runs(group.title, group.runs);
      add_notes(of_rows, {tuned_note(group.runs)}, group.title + ". ");
    }
    result.notes = subject.comparison.notes();
    add_notes(result.notes, remarks.mark_notes());
    add_notes(result.notes, remarks.failures);
    add_note(result.notes, remarks.partial_note());
    add_note(result.notes,
             fmt::format("Features: {}.", describe_plugin(family.shared, "features")));
    add_note(result.notes, fmt::format("Method: {}.", describe_plugin(family.shared, "method")));
    add_notes(result.notes, of_rows);
    add_notes(result.notes, remarks.legend.notes());
    add_data_notes(subject.scores.store(), remarks.runs, result.notes);
    add_notes(result.notes, warning_notes(remarks.runs));
    add_guessing_rows(subject.scores,
                      {{.column = column_named(result, "test accuracy"),
                        .runs = remarks.runs,
                        .genres = subject.comparison.genres()}},
                      result);
    return result;
  }

  /// "A random fold adds: kind=kfold, leaky=true: +5.1 ± 2.0 points (86.1 % instead of 81.0 %)."
  std::string findings(const ProtocolsSubject& subject) const {
    const RunGroup* ours = subject.family.ours;
    std::string text;
    for (const RunGroup& group : subject.family.groups) {
      if (!group.protocol.is_leaky()) continue;
      const std::optional<Estimate> added = difference(subject, group);
      if (!added) continue;
      text += fmt::format("{}{}: {} ({} instead of {}{})", text.empty() ? "" : "; ", group.title,
                          format_points(*added),
                          format_percent(subject.comparison.accuracy(group.runs, level_).mean),
                          format_percent(subject.comparison.accuracy(ours->runs, level_).mean),
                          !added->interval             ? ""
                          : added->interval->low > 0.0 ? ", more than chance explains"
                                                       : ", which may be chance");
    }
    if (text.empty()) return text;
    return fmt::format("What a random fold adds on {}, against {} ({}): {}.", subject.family.title,
                       ours->title, to_string(ours->protocol), text);
  }

  void add_figure(const ProtocolsSubject& subject, Document& document) const {
    LineChart chart{.x_label = "split", .y_label = "test accuracy (%)"};
    LineChart::Series series{.name = "test accuracy", .line = false};
    IntervalLegend legend(level_);
    Runs runs;
    for (const RunGroup& group : subject.family.groups) {
      const Measured accuracy = subject.comparison.accuracy(group.runs, level_);
      chart.categories.push_back(group.title + std::string(mark(group.protocol)));
      if (accuracy.values.empty()) continue;
      legend.add(accuracy);
      add_point(series, static_cast<double>(chart.categories.size() - 1), accuracy, 100.0);
      runs.insert(runs.end(), group.runs.begin(), group.runs.end());
    }
    if (series.x.empty()) return;
    chart.series.push_back(std::move(series));
    add_guessing_lines(mean_guessing(subject.scores, runs, "test", subject.comparison.genres()),
                       chart);
    std::vector<std::string> notes = subject.comparison.notes();
    add_notes(notes, legend.notes());
    for (const RunGroup& group : subject.family.groups)
      if (std::string note = mark_note(group.protocol);
          std::find(notes.begin(), notes.end(), note) == notes.end())
        add_note(notes, std::move(note));
    const std::string id = subject.id + "-figure";
    document.body.emplace_back(
        to_figure(id, fmt::format("Test accuracy by split on {}", subject.family.title),
                  draw(chart, {.id = id}), std::move(notes)));
  }

  void add_data(const ProtocolsSubject& subject, ProtocolsData& data) const {
    for (const RunGroup& group : subject.family.groups) {
      const std::vector<Cell> place = {text_cell(subject.family.title), text_cell(group.title),
                                       text_cell(to_string(group.protocol)),
                                       flag_cell(group.protocol.is_leaky())};
      add_runs(subject, group, place, data.runs);
      std::vector<Cell> row = place;
      append(row, measured_cells(subject.comparison.accuracy(group.runs, level_), level_));
      append(row, tally_cells(tally(group.runs)));
      const std::optional<Guessing> guessing =
          mean_guessing(subject.scores, group.runs, "test", subject.comparison.genres());
      append(row, {number_cell(guessing ? std::optional(guessing->chance) : std::nullopt),
                   number_cell(guessing ? std::optional(guessing->majority) : std::nullopt),
                   text_cell(run_ids(group.runs))});
      data.splits.rows.push_back(std::move(row));
      const std::optional<Estimate> added = difference(subject, group);
      if (!added) continue;
      row.assign(place.begin(), place.end() - 1);
      append(row, {text_cell(subject.family.ours->title), number_cell(added->mean)});
      append(row, interval_cells(*added, level_));
      append(row, {number_cell(added->degrees_of_freedom), text_cell(run_ids(group.runs)),
                   text_cell(run_ids(subject.family.ours->runs))});
      data.differences.rows.push_back(std::move(row));
    }
  }

  static void add_runs(const ProtocolsSubject& subject, const RunGroup& group,
                       const std::vector<Cell>& place, Table& table) {
    for (const RunRecord* run : group.runs) {
      const std::optional<Comparison::Score> score = subject.comparison.score(*run);
      if (!score) continue;
      std::vector<Cell> row = place;
      append(row, {count_cell(run->seed), text_cell(run->parameter("split.fold")),
                   text_cell(run->id), number_cell(score->accuracy), count_cell(score->n_tracks),
                   number_cell(final_metric(subject.scores.store(), *run, "test", "accuracy"))});
      table.rows.push_back(std::move(row));
    }
  }

  double level_;
};

}  // namespace

void register_protocols(Registry& registry) {
  registry.reports.add(
      {{.name = "protocols",
        .summary = "The same method and features under several splits: what each protocol would "
                   "print, and what a random fold adds.",
        .source = "A. Flexer, A closer look on artist filters for musical genre classification, "
                  "ISMIR 2007",
        .options = level_option_table().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Protocols>(level_option_table().parse(values));
       }});
}

}  // namespace genrebench
