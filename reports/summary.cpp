// A summary of any experiment: a leaderboard of its configurations, the runs without a result, and
// the confusion matrix of the best configuration.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "reports/support/confusion.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"
#include "reports/support/skip_rnn.hpp"

namespace genrebench {
namespace {

struct SummaryOptions {
  double level = 0.95;
  int listed = 50;
};

const OptionTable<SummaryOptions>& option_table() {
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

/// One configuration: runs that differ only in seed or fold.
struct Entry : RunGroup {
  Tally counts;
  Measured test_accuracy, test_macro_f1;
  Measured valid_accuracy;
  double mean_wall_s = 0.0;
};

/// What is shown of one experiment.
struct Subject {
  const Scores& scores;
  const ExperimentRecord& experiment;
  std::string id;                      ///< in ids of tables
  std::vector<std::string> keys = {};  ///< in which the configurations differ
  std::vector<Entry> entries = {};     ///< best first
  bool by_validation = false;  ///< the order is by validation accuracy, else by test accuracy
  Runs runs = {};              ///< all
};

/// The columns of the leaderboard that not every experiment needs.
struct LeaderboardColumns {
  bool protocol = false;
  bool folds = false;
  bool macro_f1 = false;
};

LeaderboardColumns leaderboard_columns(const std::vector<Entry>& entries) {
  const auto has = [&](auto&& property) {
    return std::any_of(entries.begin(), entries.end(), property);
  };
  return {.protocol = has([&](const Entry& e) { return e.protocol != entries.front().protocol; }),
          .folds = has([](const Entry& e) { return has_folds(e.runs); }),
          .macro_f1 = has([](const Entry& e) { return !e.test_macro_f1.values.empty(); })};
}

/// What the leaderboard is ordered by; below 0 where there is no score.
double score_of(const Entry& entry, bool by_validation) {
  const Measured& measured = by_validation ? entry.valid_accuracy : entry.test_accuracy;
  return measured.values.empty() ? -1.0 : measured.mean;
}

/// Best first. Inflated numbers never outrank honest ones.
void sort_entries(std::vector<Entry>& entries, bool by_validation) {
  std::stable_sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    const bool a_leaky = a.protocol.is_leaky(), b_leaky = b.protocol.is_leaky();
    return a_leaky != b_leaky ? b_leaky : score_of(a, by_validation) > score_of(b, by_validation);
  });
}

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

/// @param partial  not all planned runs are done
std::string percent_or_dash(const Measured& measured, const Protocol& protocol, bool partial) {
  if (measured.values.empty()) return "–";
  return format_percent(measured) + (partial ? " *" : "") + std::string(mark(protocol));
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
      add_experiment(scores, experiment, id, document, data);
    }
    document.data = {std::move(data.runs), std::move(data.configurations)};
    for (Table* extra : {&data.confusion, &data.bad_tracks})
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
    Table confusion{
        .id = "summary_confusion",
        .title = "Confusion of the best configuration of each experiment, run by run",
        .columns = {"experiment", "configuration", "run_id", "truth", "predicted", "n_tracks"}};
    Table bad_tracks{.id = "summary_bad_tracks",
                     .title = "Tracks that could not be used",
                     .columns = {"experiment", "track", "message", "run_ids"}};
  };

  void add_experiment(const Scores& scores, const ExperimentRecord& experiment,
                      const std::string& id, Document& document, Data& data) const {
    const std::vector<RunRecord> runs = scores.store().runs(experiment.name);
    Subject subject{.scores = scores, .experiment = experiment, .id = id};
    for (const RunRecord& run : runs) subject.runs.push_back(&run);
    document.body.emplace_back(Paragraph{introduction(experiment, tally(subject.runs))});
    if (runs.empty()) return;

    std::vector<RunGroup> groups = group_runs(runs);
    name_groups(groups);
    subject.keys = telling_keys(groups);
    subject.entries = make_entries(scores, std::move(groups));
    subject.by_validation =
        std::any_of(subject.entries.begin(), subject.entries.end(),
                    [](const Entry& entry) { return !entry.valid_accuracy.values.empty(); });
    sort_entries(subject.entries, subject.by_validation);

    document.body.emplace_back(leaderboard(subject));
    add_failures(subject, document);
    add_bad_tracks(subject, document, data);
    add_confusion(subject, document, data);
    add_data(subject, data);
  }

  std::vector<Entry> make_entries(const Scores& scores, std::vector<RunGroup> groups) const {
    std::vector<Entry> entries;
    for (RunGroup& group : groups) {
      Entry& entry = entries.emplace_back();
      static_cast<RunGroup&>(entry) = std::move(group);
      entry.counts = tally(entry.runs);
      entry.test_accuracy = measure(scores, entry.runs, "test", "accuracy", options_.level);
      entry.test_macro_f1 = measure(scores, entry.runs, "test", "macro_f1", options_.level);
      entry.valid_accuracy = measure(scores, entry.runs, "valid", "accuracy", options_.level);
      std::vector<double> wall_s;
      for (const RunRecord* run : entry.runs)
        if (run->status == RunStatus::done) wall_s.push_back(run->wall_s);
      entry.mean_wall_s = mean(wall_s);
    }
    return entries;
  }

  Table leaderboard(const Subject& subject) const {
    const LeaderboardColumns columns = leaderboard_columns(subject.entries);
    Table result{.id = "summary-" + subject.id,
                 .title = "Leaderboard of " + subject.experiment.name,
                 .columns = subject.keys};
    if (subject.keys.empty()) result.columns.emplace_back("method.name");
    if (columns.protocol) result.columns.emplace_back("protocol");
    result.columns.emplace_back(columns.folds ? "runs" : "seeds");
    if (subject.by_validation) result.columns.emplace_back("valid accuracy");
    result.columns.emplace_back("test accuracy");
    if (columns.macro_f1) result.columns.emplace_back("test macro F1");
    result.columns.emplace_back("time a run");

    Remarks remarks{.legend = IntervalLegend(options_.level)};
    std::vector<const RunGroup*> groups;
    for (const Entry& entry : subject.entries) groups.push_back(&entry);
    const std::vector<bool> repeated = repeated_plain_skips(groups);
    for (std::size_t e = 0; e < subject.entries.size(); ++e) {
      const Entry& entry = subject.entries[e];
      if (!repeated[e]) result.rows.push_back(leaderboard_row(subject, entry, columns, remarks));
      if (subject.by_validation) remarks.legend.add(entry.valid_accuracy);
      remarks.legend.add(entry.test_accuracy);
      if (columns.macro_f1) remarks.legend.add(entry.test_macro_f1);
    }
    const bool any_repeated = std::count(repeated.begin(), repeated.end(), true) > 0;
    result.notes = leaderboard_notes(subject, columns, remarks, any_repeated);
    const auto scored = columns_named(
        result, {{"valid accuracy", "valid"}, {"test accuracy", "test"}}, subject.runs);
    add_guessing_rows(subject.scores, scored, result);
    return result;
  }

  static std::vector<Cell> leaderboard_row(const Subject& subject, const Entry& entry,
                                           const LeaderboardColumns& columns, Remarks& remarks) {
    remarks.protocols.insert(entry.protocol);
    const bool partial = !entry.test_accuracy.values.empty() && !entry.counts.complete();
    remarks.partial = remarks.partial || partial;
    const bool marked = !mark(entry.protocol).empty();
    std::vector<Cell> row;
    for (const std::string& key : subject.keys) {
      const std::string text = value_of(entry.parameters, key, "–");
      row.push_back(shown(key == "dataset.fingerprint" ? short_id(text) : text));
    }
    if (subject.keys.empty()) row.push_back(shown(entry.runs.front()->parameter("method.name")));
    if (columns.protocol) row.push_back(shown(to_string(entry.protocol), marked));
    row.push_back(shown_tally(entry.counts));
    const auto add_score = [&](const Measured& measured) {
      row.push_back(shown_number(percent_or_dash(measured, entry.protocol, partial),
                                 /*caution=*/partial || marked));
    };
    if (subject.by_validation) add_score(entry.valid_accuracy);
    add_score(entry.test_accuracy);
    if (columns.macro_f1) add_score(entry.test_macro_f1);
    const bool timed = entry.counts.done > 0 && entry.runs.front()->origin == RunOrigin::computed;
    row.push_back(shown_number(timed ? format_duration(entry.mean_wall_s) : "–"));
    return row;
  }

  /// @param any_repeated  some configurations have no row, because another one is the same
  static std::vector<std::string> leaderboard_notes(const Subject& subject,
                                                    const LeaderboardColumns& columns,
                                                    const Remarks& remarks, bool any_repeated) {
    std::vector<std::string> notes = remarks.mark_notes();
    add_note(notes, remarks.partial_note());
    add_note(notes,
             subject.by_validation
                 ? "Ordered by validation accuracy, leaky splits last; the test part had no say."
                 : "Ordered by test accuracy, leaky splits last, for want of a validation part: "
                   "the best of many is optimistic.");
    if (subject.by_validation) add_note(notes, tuning_note(subject.entries));
    add_notes(notes, remarks.legend.notes());
    if (columns.macro_f1) add_note(notes, macro_f1_note(subject.runs));
    if (any_repeated)
      add_note(notes,
               "skip_gru with length 0 is the plain GRU, whatever combine is: it has one row. The "
               "data table summary_configurations has all.");
    add_note(notes, dataset_note(subject.runs));
    add_division_notes(subject.runs, notes);
    add_notes(notes, warning_notes(subject.runs));
    add_note(notes, pruned_note(subject.runs));
    for (const Entry& entry : subject.entries)
      add_notes(notes, {tuned_note(entry.runs)}, entry.title + ". ");
    return notes;
  }

  /// The number of genres that macro F1 is the mean over.
  static std::string macro_f1_note(const Runs& runs) {
    std::set<std::size_t> numbers;
    for (const RunRecord* run : runs)
      if (const std::size_t n = n_genres_with_tracks(*run, facts::kTestByGenre.key()); n > 0)
        numbers.insert(n);
    if (numbers.empty()) return "Macro F1 is the mean over the genres that have test tracks.";
    return "Macro F1 is the mean over the " + range_text(*numbers.begin(), *numbers.rbegin()) +
           " genres that have test tracks.";
  }

  /// Tuned methods were chosen by the score that orders the leaderboard; others were not.
  static std::string tuning_note(const std::vector<Entry>& entries) {
    std::size_t n_tuned = 0, n_scored = 0;
    for (const Entry& entry : entries) {
      if (entry.valid_accuracy.values.empty()) continue;
      ++n_scored;
      n_tuned += !tuned_note(entry.runs).empty();
    }
    if (n_tuned == 0 || n_tuned == n_scored) return {};
    return fmt::format(
        "{} of {} rows chose options by their validation accuracy, which makes it optimistic "
        "there: between them and the other rows this order favours the former.",
        n_tuned, n_scored);
  }

  void add_failures(const Subject& subject, Document& document) const {
    Table result{.id = "summary-" + subject.id + "-failures",
                 .title = "Runs of " + subject.experiment.name + " without a result",
                 .columns = {"configuration", "seed", "status", "message", "run"}};
    std::size_t total = 0;
    for (const Entry& entry : subject.entries)
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

  void add_bad_tracks(const Subject& subject, Document& document, Data& data) const {
    const std::vector<BadTrack> tracks = bad_tracks(subject.scores.store(), subject.runs);
    if (tracks.empty()) return;
    for (std::vector<Cell>& row : bad_track_rows(subject.experiment.name, tracks))
      data.bad_tracks.rows.push_back(std::move(row));
    Table result{.id = "summary-" + subject.id + "-bad_tracks",
                 .title = "Tracks that runs of " + subject.experiment.name + " could not use",
                 .columns = {"track", "message", "runs"}};
    for (std::size_t i = 0; i < std::min(tracks.size(), static_cast<std::size_t>(options_.listed));
         ++i)
      result.rows.push_back(
          {shown(tracks[i].track), shown(tracks[i].message), count_cell(tracks[i].run_ids.size())});
    if (tracks.size() > result.rows.size())
      result.notes.push_back(fmt::format("{} of {} are shown; summary_bad_tracks has all.",
                                         result.rows.size(), tracks.size()));
    document.body.emplace_back(std::move(result));
  }

  static Table matrix_of_best(const Subject& subject, const Entry& best,
                              const Confusion& confusion) {
    Table result = confusion_table(
        confusion, best, "summary-" + subject.id + "-confusion",
        "Confusion of the best configuration of " + subject.experiment.name + ": " + best.title);
    result.notes.insert(
        result.notes.begin() + 1,
        subject.by_validation
            ? "The best by mean validation accuracy."
            : "The best by mean test accuracy, for want of a validation part: this is optimistic.");
    add_note(result.notes, guessing_note(subject.scores, best.runs, "test"));
    return result;
  }

  /// Adds the confusion matrix of the best configuration that has a score.
  static void add_confusion(const Subject& subject, Document& document, Data& data) {
    const auto best = std::find_if(
        subject.entries.begin(), subject.entries.end(),
        [&](const Entry& entry) { return score_of(entry, subject.by_validation) >= 0.0; });
    if (best == subject.entries.end()) return;
    const Confusion confusion = count_confusion(subject.scores.store(), best->runs);
    if (confusion.empty()) return;
    if (confusion.has_matrix())
      document.body.emplace_back(matrix_of_best(subject, *best, confusion));
    else
      document.body.emplace_back(Paragraph{no_matrix_note(confusion)});
    for (std::vector<Cell>& cells : confusion_rows(confusion, best->title)) {
      std::vector<Cell> row = {text_cell(subject.experiment.name)};
      append(row, std::move(cells));
      data.confusion.rows.push_back(std::move(row));
    }
  }

  void add_data(const Subject& subject, Data& data) const {
    for (const Entry& entry : subject.entries) {
      const std::vector<Cell> place = {text_cell(subject.experiment.name), text_cell(entry.title),
                                       text_cell(to_string(entry.protocol)),
                                       flag_cell(entry.protocol.is_leaky())};
      for (const RunRecord* run : entry.runs) {
        const auto metric = [&](const std::string& split, const std::string& name) {
          return number_cell(final_metric(subject.scores.store(), *run, split, name));
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
        .options = option_table().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Summary>(option_table().parse(values));
       }});
}

}  // namespace genrebench
