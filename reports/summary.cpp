// A summary of any experiment: a leaderboard of its configurations, the runs without a result, and
// the confusion matrix of the best configuration.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/confusion.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/leaderboard.hpp"
#include "reports/support/notes.hpp"

namespace genrebench {
namespace {

struct SummaryOptions {
  double level = 0.95;
  int listed = 50;
};

const OptionTable<SummaryOptions>& summary_options() {
  static const OptionTable<SummaryOptions> options = [] {
    OptionTable<SummaryOptions> t;
    t.number("level", &SummaryOptions::level, 0.5, 0.999, "Confidence of the intervals.")
        .integer("listed", &SummaryOptions::listed, 0, 1000000,
                 "How many failed, skipped or pruned runs, and how many bad tracks, are shown; the "
                 "data tables have all.");
    return t;
  }();
  return options;
}

/// What is shown of one experiment.
struct SummarySubject {
  const Scores& scores;
  const ExperimentRecord& experiment;
  std::string id;  ///< in ids of tables
  Leaderboard leaderboard = {};
  Runs runs = {};  ///< all
};

/// "Experiment tiny: 3 of 5 runs done, 1 failed. What the experiment says of itself."
std::string introduction(const ExperimentRecord& experiment, const Tally& counts) {
  std::string text = fmt::format("Experiment {}: {} of {} runs done", experiment.name, counts.done,
                                 counts.planned);
  if (counts.failed > 0) text += fmt::format(", {} failed", counts.failed);
  if (counts.skipped > 0) text += fmt::format(", {} skipped", counts.skipped);
  if (counts.pruned > 0) text += fmt::format(", {} pruned", counts.pruned);
  text += ".";
  if (!experiment.description.empty()) text += " " + experiment.description;
  return text;
}

/// Of so many tracks that were left out for one reason the messages are shown.
constexpr std::size_t kShownOfReason = 3;

/// A message without the file that it begins with: what messages of many files have in common.
std::string reason_of(const std::string& message) {
  const std::size_t end = message.find(": ");
  return end != std::string::npos && message.find('/') < end ? message.substr(end + 2) : message;
}

class Summary final : public Report {
 public:
  explicit Summary(const SummaryOptions& options) : options_(options) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    Document document{.name = "summary", .title = "Summary", .body = {}, .data = {}};
    if (scope.experiments.size() == 1)
      document.title = "Summary of " + scope.experiments.front().name;
    Data data;
    const Scores scores(store);
    std::set<std::string> slugs;  // without hyphens, so that "summary-<slug>-confusion" clashes
                                  // with no other id
    for (const ExperimentRecord& experiment : scope.experiments) {
      const std::string id = unique_slug(experiment.name, slugs);
      // A single experiment has all runs of the scope; several may share some.
      if (scope.experiments.size() == 1)
        add_experiment(scores, experiment, scope.runs, id, document, data);
      else
        add_experiment(scores, experiment, store.runs(experiment.name), id, document, data);
    }
    document.data = data_tables(std::move(data.runs), std::move(data.configurations));
    for (Table* extra : {&data.comparisons, &data.confusion, &data.bad_tracks})
      if (!extra->rows.empty()) document.data.push_back(std::move(*extra));
    return document;
  }

 private:
  /// The data tables, filled experiment by experiment.
  struct Data {
    Table runs{.id = "summary_runs",
               .title = "Every run",
               .columns = {"experiment", "configuration", "protocol", "leaky", "seed", "fold",
                           "run_id", "status", "test_accuracy", "test_macro_f1", "valid_accuracy",
                           "wall_s", "message"},
               .notes = {"Accuracies and macro F1 are fractions."}};
    Table configurations{.id = "summary_configurations",
                         .title = "Every configuration",
                         .columns = {"experiment",
                                     "configuration",
                                     "protocol",
                                     "leaky",
                                     "n_done",
                                     "n_planned",
                                     "n_failed",
                                     "n_skipped",
                                     "n_pruned",
                                     "test_accuracy_mean",
                                     "test_accuracy_sd",
                                     "test_accuracy_ci_low",
                                     "test_accuracy_ci_high",
                                     "test_accuracy_ci_method",
                                     "test_accuracy_ci_n",
                                     "test_macro_f1_mean",
                                     "test_macro_f1_sd",
                                     "test_macro_f1_ci_low",
                                     "test_macro_f1_ci_high",
                                     "test_macro_f1_ci_method",
                                     "test_macro_f1_ci_n",
                                     "valid_accuracy_mean",
                                     "ci_level",
                                     "mean_wall_s",
                                     "run_ids"},
                         .notes = {"Accuracies and macro F1 are fractions; ci_method made the "
                                   "interval, over ci_n divisions, artists or tracks."}};
    Table comparisons = comparisons_table();
    Table confusion{
        .id = "summary_confusion",
        .title = "Confusion of the best configuration of each experiment",
        .columns = column_names({"experiment"}, kSummedConfusionColumns),
        .notes = {"Summed over the runs of the configuration, which summary_runs lists; the report "
                  "confusion has them run by run."}};
    Table bad_tracks{.id = "summary_bad_tracks",
                     .title = "Tracks that could not be used",
                     .columns = {"experiment", "track", "message", "run_ids"}};
  };

  /// @param runs  of the experiment's plan
  void add_experiment(const Scores& scores, const ExperimentRecord& experiment,
                      const std::vector<RunRecord>& runs, const std::string& id, Document& document,
                      Data& data) const {
    SummarySubject subject{.scores = scores, .experiment = experiment, .id = id};
    for (const RunRecord& run : runs) subject.runs.push_back(&run);
    document.body.emplace_back(Paragraph{introduction(experiment, tally(subject.runs))});
    if (runs.empty()) return;

    subject.leaderboard = make_leaderboard(scores, runs, options_.level);
    Table shown = leaderboard_table(scores, subject.leaderboard, experiment.name, subject.runs,
                                    options_.level);
    shown.id = "summary-" + id;
    document.body.emplace_back(std::move(shown));
    add_failures(subject, document);
    add_bad_tracks(subject, document, data);
    add_confusion(subject, document, data);
    add_data(subject, data);
    add_comparisons(subject.leaderboard, experiment.name, options_.level, data.comparisons);
  }

  void add_failures(const SummarySubject& subject, Document& document) const {
    Table result{.id = "summary-" + subject.id + "-failures",
                 .title = "Runs of " + subject.experiment.name + " without a result",
                 .columns = {"configuration", "seed", "status", "message", "run"}};
    std::size_t total = 0;
    for (const LeaderboardEntry& entry : subject.leaderboard.entries)
      for (const RunRecord* run : entry.runs) {
        if (run->status != RunStatus::failed && run->status != RunStatus::skipped &&
            run->status != RunStatus::pruned)
          continue;
        if (++total > static_cast<std::size_t>(options_.listed)) continue;
        result.rows.push_back({shown(entry.title), shown_number(fmt::format("{}", run->seed)),
                               shown(to_string(run->status), run->status == RunStatus::failed),
                               shown(run->message), shown(short_id(run->id))});
      }
    if (total == 0) return;
    if (total > result.rows.size())
      result.notes.push_back(
          fmt::format("{} of {} are shown; summary_runs has all.", result.rows.size(), total));
    document.body.emplace_back(std::move(result));
  }

  void add_bad_tracks(const SummarySubject& subject, Document& document, Data& data) const {
    const std::vector<BadTrack> tracks = bad_tracks(subject.scores.store(), subject.runs);
    if (tracks.empty()) return;
    for (std::vector<Cell>& row : bad_track_rows(subject.experiment.name, tracks))
      data.bad_tracks.rows.push_back(std::move(row));
    Table result{.id = "summary-" + subject.id + "-bad_tracks",
                 .title = "Tracks that runs of " + subject.experiment.name + " could not use",
                 .columns = {"track", "message", "runs"}};
    std::map<std::string, std::size_t> n_of_reason;
    for (const BadTrack& bad : tracks)
      if (++n_of_reason[reason_of(bad.message)] <= kShownOfReason &&
          result.rows.size() < static_cast<std::size_t>(options_.listed))
        result.rows.push_back(
            {shown(bad.track), shown(bad.message), count_cell(bad.run_ids.size())});
    for (const auto& [reason, n] : n_of_reason)
      if (n > kShownOfReason)
        result.notes.push_back(fmt::format("{} in all like this: {}", n, reason));
    if (tracks.size() > result.rows.size())
      result.notes.push_back(fmt::format("{} of {} are shown; summary_bad_tracks has all.",
                                         result.rows.size(), tracks.size()));
    document.body.emplace_back(std::move(result));
  }

  static Table matrix_of_best(const SummarySubject& subject, const LeaderboardEntry& best,
                              const Confusion& confusion) {
    Table result = confusion_table(
        confusion, best, "summary-" + subject.id + "-confusion",
        "Confusion of the best configuration of " + subject.experiment.name + ": " + best.title);
    result.notes.insert(
        result.notes.begin() + 1,
        subject.leaderboard.by_validation
            ? "The best by mean validation accuracy."
            : "The best by mean test accuracy, for want of a validation part: this is optimistic.");
    add_note(result.notes, guessing_note(subject.scores, best.runs, "test"));
    return result;
  }

  /// Adds the confusion matrix of the best configuration that has a score.
  static void add_confusion(const SummarySubject& subject, Document& document, Data& data) {
    const auto best = std::find_if(
        subject.leaderboard.entries.begin(), subject.leaderboard.entries.end(),
        [&](const LeaderboardEntry& entry) { return subject.leaderboard.score_of(entry) >= 0.0; });
    if (best == subject.leaderboard.entries.end()) return;
    const Confusion confusion = count_confusion(subject.scores.store(), best->runs);
    if (confusion.empty()) return;
    if (confusion.has_matrix())
      document.body.emplace_back(matrix_of_best(subject, *best, confusion));
    else
      document.body.emplace_back(Paragraph{no_matrix_note(confusion)});
    for (std::vector<Cell>& cells : summed_confusion_rows(confusion, best->title)) {
      std::vector<Cell> row = {text_cell(subject.experiment.name)};
      append(row, std::move(cells));
      data.confusion.rows.push_back(std::move(row));
    }
  }

  void add_data(const SummarySubject& subject, Data& data) const {
    for (const LeaderboardEntry& entry : subject.leaderboard.entries) {
      const std::vector<Cell> place = {text_cell(subject.experiment.name), text_cell(entry.title),
                                       text_cell(to_string(entry.protocol)),
                                       flag_cell(entry.protocol.is_leaky())};
      for (const RunRecord* run : entry.runs) {
        const auto metric = [&](const std::string& split, const std::string& name) {
          return number_cell(subject.scores.final_metric(*run, split, name));
        };
        std::vector<Cell> row = place;
        append(row,
               {count_cell(run->seed), text_cell(run->parameter("split.fold")), text_cell(run->id),
                text_cell(to_string(run->status)), metric("test", "accuracy"),
                metric("test", "macro_f1"), metric("valid", "accuracy"), number_cell(run->wall_s),
                text_cell(run->message)});
        data.runs.rows.push_back(std::move(row));
      }
      std::vector<Cell> row = place;
      append(row, tally_cells(entry.counts));
      for (const Measured* measured : {&entry.test_accuracy, &entry.test_macro_f1}) {
        append(row, {number_cell(measured->mean), number_cell(measured->deviation)});
        std::vector<Cell> interval = interval_cells(*measured, options_.level);
        interval.erase(interval.begin() + 2);  // the level has one column for all
        append(row, std::move(interval));
      }
      append(row, {number_cell(entry.valid_accuracy.mean), number_cell(options_.level),
                   number_cell(entry.mean_wall_s), text_cell(run_ids(entry.runs))});
      data.configurations.rows.push_back(std::move(row));
    }
  }

  SummaryOptions options_;
};

}  // namespace

void register_summary(Registry& registry) {
  registry.reports.add(
      {{.name = "summary",
        .summary =
            "Leaderboard of every configuration, failures, and the best one's confusion matrix.",
        .source = "",
        .options = summary_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Summary>(summary_options().parse(values));
       }});
}

}  // namespace genrebench
