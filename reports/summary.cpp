// What an experiment gave, whatever it is about: a leaderboard of its configurations, what went
// wrong, and where the best configuration errs.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "harness/plugin/registry.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/confusion.hpp"
#include "reports/support/notes.hpp"
#include "reports/support/runs.hpp"
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

/// One configuration: runs that differ in seed (or fold) alone.
struct Entry : RunGroup {
  Tally counts;
  Measured test_accuracy;
  Measured test_macro_f1;
  Measured valid_accuracy;
  double mean_wall_s = 0.0;
};

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
               .rows = {},
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
                         .rows = {},
                         .notes = {"Accuracies and macro F1 are fractions; ci_method made the "
                                   "interval, over ci_n divisions, artists or tracks."}};
    Table confusion{
        .id = "summary_confusion",
        .title = "Confusion of the best configuration of each experiment, run by run",
        .columns = {"experiment", "configuration", "run_id", "truth", "predicted", "n_tracks"},
        .rows = {},
        .notes = {}};
    Table bad_tracks{.id = "summary_bad_tracks",
                     .title = "Tracks that could not be used",
                     .columns = {"experiment", "track", "message", "run_ids"},
                     .rows = {},
                     .notes = {}};
  };

  void add_experiment(const Scores& scores, const ExperimentRecord& experiment,
                      const std::string& id, Document& document, Data& data) const {
    const StoreReader& store = scores.store();
    const std::vector<RunRecord> runs = store.runs(experiment.name);
    Runs all;
    for (const RunRecord& run : runs) all.push_back(&run);
    const Tally counts = tally(all);
    std::string text = fmt::format("Experiment {}: {} of {} runs done", experiment.name,
                                   counts.done, counts.planned);
    if (counts.failed > 0) text += fmt::format(", {} failed", counts.failed);
    if (counts.skipped > 0) text += fmt::format(", {} skipped", counts.skipped);
    if (counts.pruned > 0) text += fmt::format(", {} pruned", counts.pruned);
    text += ".";
    if (!experiment.description.empty()) text += " " + experiment.description;
    document.body.emplace_back(Paragraph{text});
    if (runs.empty()) return;

    std::vector<std::string> keys;
    std::vector<Entry> entries = make_entries(scores, runs, keys);
    const bool by_validation = std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
      return !entry.valid_accuracy.values.empty();
    });
    const auto score = [by_validation](const Entry& entry) {
      const Measured& measured = by_validation ? entry.valid_accuracy : entry.test_accuracy;
      return measured.values.empty() ? -1.0 : measured.mean;
    };
    // Inflated numbers never outrank honest ones.
    const auto is_leaky = [](const Entry& entry) { return entry.protocol.is_leaky(); };
    std::stable_sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
      return is_leaky(a) != is_leaky(b) ? is_leaky(b) : score(a) > score(b);
    });

    document.body.emplace_back(leaderboard(experiment, id, entries, keys, by_validation, all));
    add_failures(experiment, id, entries, document);
    add_bad_tracks(store, experiment, id, all, document, data);
    const auto best = std::find_if(entries.begin(), entries.end(),
                                   [&](const Entry& entry) { return score(entry) >= 0.0; });
    if (best != entries.end())
      add_confusion(store, experiment, id, *best, by_validation, document, data);
    add_data(store, experiment, entries, data);
  }

  std::vector<Entry> make_entries(const Scores& scores, const std::vector<RunRecord>& runs,
                                  std::vector<std::string>& keys) const {
    std::vector<RunGroup> groups = group_runs(runs);
    name_groups(groups);
    keys = telling_keys(groups);
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

  Table leaderboard(const ExperimentRecord& experiment, const std::string& id,
                    const std::vector<Entry>& entries, const std::vector<std::string>& keys,
                    bool by_validation, const Runs& all) const {
    Table result{.id = "summary-" + id,
                 .title = "Leaderboard of " + experiment.name,
                 .columns = keys,
                 .rows = {},
                 .notes = {}};
    if (keys.empty()) result.columns.emplace_back("method.name");
    const auto has = [&](auto&& property) {
      return std::any_of(entries.begin(), entries.end(), property);
    };
    const bool protocols_differ =
        has([&](const Entry& e) { return e.protocol != entries.front().protocol; });
    const bool folds = has([](const Entry& e) { return has_folds(e.runs); });
    const bool any_macro_f1 = has([](const Entry& e) { return !e.test_macro_f1.values.empty(); });
    if (protocols_differ) result.columns.emplace_back("protocol");
    result.columns.emplace_back(folds ? "runs" : "seeds");
    if (by_validation) result.columns.emplace_back("valid accuracy");
    result.columns.emplace_back("test accuracy");
    if (any_macro_f1) result.columns.emplace_back("test macro F1");
    result.columns.emplace_back("time a run");

    std::set<Protocol> seen;
    bool incomplete = false;
    std::vector<const RunGroup*> groups;
    for (const Entry& entry : entries) groups.push_back(&entry);
    const std::vector<bool> repeated = repeated_plain_skips(groups);
    for (std::size_t e = 0; e < entries.size(); ++e) {
      const Entry& entry = entries[e];
      if (repeated[e]) continue;
      seen.insert(entry.protocol);
      const bool partial = !entry.test_accuracy.values.empty() && !entry.counts.complete();
      incomplete = incomplete || partial;
      const bool caution = partial || !mark(entry.protocol).empty();
      std::vector<Cell> row;
      for (const std::string& key : keys) {
        const auto value = entry.parameters.find(key);
        std::string text = value == entry.parameters.end() ? "–" : value->second;
        if (key == "dataset.fingerprint") text = short_id(text);
        row.push_back(shown(std::move(text)));
      }
      if (keys.empty()) row.push_back(shown(entry.runs.front()->parameter("method.name")));
      if (protocols_differ)
        row.push_back(shown(to_string(entry.protocol), !mark(entry.protocol).empty()));
      row.push_back(shown_number(to_string(entry.counts), !entry.counts.complete()));
      if (by_validation)
        row.push_back(
            shown_number(percent_or_dash(entry.valid_accuracy, entry.protocol, partial), caution));
      row.push_back(
          shown_number(percent_or_dash(entry.test_accuracy, entry.protocol, partial), caution));
      if (any_macro_f1)
        row.push_back(
            shown_number(percent_or_dash(entry.test_macro_f1, entry.protocol, partial), caution));
      row.push_back(shown_number(entry.counts.done > 0 ? format_duration(entry.mean_wall_s) : "–"));
      result.rows.push_back(std::move(row));
    }

    const auto add = [&result](std::string note) { add_note(result.notes, std::move(note)); };
    for (const Protocol& protocol : seen) add(mark_note(protocol));
    if (incomplete) add("* Not all planned runs are done (done/planned beside it).");
    add(by_validation
            ? "Ordered by validation accuracy, leaky splits last; the test part had no say."
            : "Ordered by test accuracy, leaky splits last, for want of a validation part: the "
              "best of many is optimistic.");
    if (by_validation) add(tuning_note(entries));
    IntervalLegend legend(options_.level);
    for (const Entry& entry : entries)
      for (const Measured* measured :
           {by_validation ? &entry.valid_accuracy : nullptr, &entry.test_accuracy,
            any_macro_f1 ? &entry.test_macro_f1 : nullptr})
        if (measured != nullptr) legend.add(*measured);
    for (std::string& note : legend.notes()) add(std::move(note));
    if (any_macro_f1) add(macro_f1_note(all));
    if (std::count(repeated.begin(), repeated.end(), true) > 0)
      add("skip_gru with length 0 is the plain GRU, whatever combine is: it has one row. The data "
          "table summary_configurations has all.");
    add(dataset_note(all));
    for (const std::string& note : split_notes(all)) add("Split: " + note);
    for (const std::string& note : warning_notes(all)) add(note);
    add(pruned_note(all));
    for (const Entry& entry : entries)
      if (const std::string note = tuned_note(entry.runs); !note.empty())
        add(entry.title + ". " + note);
    return result;
  }

  /// The number of genres that macro F1 is the mean over.
  static std::string macro_f1_note(const Runs& runs) {
    std::set<std::size_t> numbers;
    for (const RunRecord* run : runs)
      if (const std::size_t n = n_genres_with_tracks(*run, "split.test_by_genre"); n > 0)
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

  void add_failures(const ExperimentRecord& experiment, const std::string& id,
                    const std::vector<Entry>& entries, Document& document) const {
    Table result{.id = "summary-" + id + "-failures",
                 .title = "Runs of " + experiment.name + " without a result",
                 .columns = {"configuration", "seed", "status", "message", "run"},
                 .rows = {},
                 .notes = {}};
    std::size_t total = 0;
    for (const Entry& entry : entries)
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

  void add_bad_tracks(const StoreReader& store, const ExperimentRecord& experiment,
                      const std::string& id, const Runs& all, Document& document,
                      Data& data) const {
    Table result{.id = "summary-" + id + "-bad_tracks",
                 .title = "Tracks that runs of " + experiment.name + " could not use",
                 .columns = {"track", "message", "runs"},
                 .rows = {},
                 .notes = {}};
    const std::vector<BadTrack> tracks = bad_tracks(store, all);
    for (const BadTrack& bad : tracks) {
      std::string ids;
      for (const std::string& run_id : bad.run_ids) ids += (ids.empty() ? "" : " ") + run_id;
      data.bad_tracks.rows.push_back({text_cell(experiment.name), text_cell(bad.track),
                                      text_cell(bad.message), text_cell(ids)});
      if (result.rows.size() < static_cast<std::size_t>(options_.listed))
        result.rows.push_back(
            {shown(bad.track), shown(bad.message), count_cell(bad.run_ids.size())});
    }
    if (tracks.empty()) return;
    if (tracks.size() > result.rows.size())
      result.notes.push_back(fmt::format("{} of {} are shown; summary_bad_tracks has all.",
                                         result.rows.size(), tracks.size()));
    document.body.emplace_back(std::move(result));
  }

  void add_confusion(const StoreReader& store, const ExperimentRecord& experiment,
                     const std::string& id, const Entry& best, bool by_validation,
                     Document& document, Data& data) const {
    const Confusion confusion = count_confusion(store, best.runs);
    if (confusion.empty()) return;
    Table result = confusion_table(
        confusion, best, "summary-" + id + "-confusion",
        "Confusion of the best configuration of " + experiment.name + ": " + best.title);
    result.notes.insert(
        result.notes.begin() + 1,
        by_validation
            ? "The best by mean validation accuracy."
            : "The best by mean test accuracy, for want of a validation part: this is optimistic.");
    document.body.emplace_back(std::move(result));
    for (std::vector<Cell>& cells : confusion_rows(confusion, best.title)) {
      std::vector<Cell> row = {text_cell(experiment.name)};
      append(row, std::move(cells));
      data.confusion.rows.push_back(std::move(row));
    }
  }

  void add_data(const StoreReader& store, const ExperimentRecord& experiment,
                const std::vector<Entry>& entries, Data& data) const {
    for (const Entry& entry : entries) {
      const std::string leaky = entry.protocol.is_leaky() ? "true" : "false";
      for (const RunRecord* run : entry.runs) {
        const auto metric = [&](const std::string& split, const std::string& name) {
          return number_cell(final_metric(store, *run, split, name));
        };
        data.runs.rows.push_back({text_cell(experiment.name), text_cell(entry.title),
                                  text_cell(to_string(entry.protocol)), text_cell(leaky),
                                  count_cell(run->seed), text_cell(run->parameter("split.fold")),
                                  text_cell(run->id), text_cell(to_string(run->status)),
                                  metric("test", "accuracy"), metric("test", "macro_f1"),
                                  metric("valid", "accuracy"), number_cell(run->wall_s),
                                  text_cell(run->message)});
      }
      std::vector<Cell> row = {
          text_cell(experiment.name),           text_cell(entry.title),
          text_cell(to_string(entry.protocol)), text_cell(leaky),
          count_cell(entry.counts.done),        count_cell(entry.counts.planned),
          count_cell(entry.counts.failed),      count_cell(entry.counts.skipped),
          count_cell(entry.counts.pruned)};
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
