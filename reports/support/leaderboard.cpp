#include "reports/support/leaderboard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"
#include "reports/support/skip_rnn.hpp"

namespace genrebench {
namespace {

using Entry = LeaderboardEntry;

/// What the rows of one leaderboard are made from.
struct Subject {
  const Scores& scores;
  const Leaderboard& leaderboard;
  const Runs& runs;  ///< all
};

/// The columns of the leaderboard that not every experiment needs.
struct LeaderboardColumns {
  bool protocol = false;
  bool folds = false;
  bool macro_f1 = false;
  bool places = false;
};

LeaderboardColumns leaderboard_columns(const std::vector<Entry>& entries) {
  const auto has = [&](auto&& property) {
    return std::any_of(entries.begin(), entries.end(), property);
  };
  return {.protocol = has([&](const Entry& e) { return e.protocol != entries.front().protocol; }),
          .folds = has([](const Entry& e) { return has_folds(e.runs); }),
          .macro_f1 = has([](const Entry& e) { return !e.test_macro_f1.values.empty(); }),
          .places = has([](const Entry& e) { return e.against_best.p_holm.has_value(); })};
}

/// @param partial  not all planned runs are done
std::string percent_or_dash(const Measured& measured, const Protocol& protocol, bool partial) {
  if (measured.values.empty()) return "–";
  return format_percent(measured) + (partial ? " *" : "") + std::string(mark(protocol));
}

/// The number of genres that macro F1 is the mean over.
std::string macro_f1_note(const Runs& runs) {
  std::set<std::size_t> numbers;
  for (const RunRecord* run : runs)
    if (const std::size_t n = n_genres_with_tracks(*run, facts::kTestByGenre.key()); n > 0)
      numbers.insert(n);
  if (numbers.empty()) return "Macro F1 is the mean over the genres that have test tracks.";
  return "Macro F1 is the mean over the " + range_text(*numbers.begin(), *numbers.rbegin()) +
         " genres that have test tracks.";
}

/// Tuned methods were chosen by the score that orders the leaderboard; others were not.
std::string tuning_note(const std::vector<Entry>& entries) {
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

std::vector<Cell> leaderboard_row(const Subject& subject, const Entry& entry,
                                  const LeaderboardColumns& columns, Remarks& remarks) {
  remarks.protocols.insert(entry.protocol);
  const bool partial = !entry.test_accuracy.values.empty() && !entry.counts.complete();
  remarks.partial = remarks.partial || partial;
  const bool marked = !mark(entry.protocol).empty();
  std::vector<Cell> row;
  for (const std::string& key : subject.leaderboard.keys) {
    const std::string text = value_of(entry.parameters, key, "–");
    row.push_back(shown(key == "dataset.fingerprint" ? short_id(text) : text));
  }
  if (subject.leaderboard.keys.empty())
    row.push_back(shown(entry.runs.front()->parameter("method.name")));
  if (columns.protocol) row.push_back(shown(to_string(entry.protocol), marked));
  row.push_back(shown_tally(entry.counts));
  const auto add_score = [&](const Measured& measured) {
    row.push_back(shown_number(percent_or_dash(measured, entry.protocol, partial),
                               /*caution=*/partial || marked));
  };
  if (subject.leaderboard.by_validation) add_score(entry.valid_accuracy);
  add_score(entry.test_accuracy);
  row.back().strong = columns.places && (entry.against_best.standing == Standing::best ||
                                         entry.against_best.standing == Standing::tied);
  if (columns.macro_f1) add_score(entry.test_macro_f1);
  if (columns.places) row.push_back(shown(to_string(entry.against_best.standing)));
  const bool timed = entry.counts.done > 0 && entry.runs.front()->origin == RunOrigin::computed;
  row.push_back(shown_number(timed ? format_duration(entry.mean_wall_s) : "–"));
  return row;
}

/// @param any_repeated  some configurations have no row, because another one is the same
std::vector<std::string> leaderboard_notes(const Subject& subject,
                                           const LeaderboardColumns& columns,
                                           const Remarks& remarks, bool any_repeated,
                                           double level) {
  std::vector<std::string> notes = remarks.mark_notes();
  add_note(notes, remarks.partial_note());
  add_note(notes,
           subject.leaderboard.by_validation
               ? "Ordered by validation accuracy, leaky splits last; the test part had no say."
               : "Ordered by test accuracy, leaky splits last, for want of a validation part: "
                 "the best of many is optimistic.");
  if (subject.leaderboard.by_validation) add_note(notes, tuning_note(subject.leaderboard.entries));
  if (columns.places)
    add_note(notes, against_best_note(subject.leaderboard.against_best(),
                                      subject.leaderboard.order(), level));
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
  for (const Entry& entry : subject.leaderboard.entries)
    add_notes(notes, {tuned_note(entry.runs)}, entry.title + ". ");
  return notes;
}

/// Best first. Inflated numbers never outrank honest ones.
void sort_entries(Leaderboard& leaderboard) {
  std::stable_sort(
      leaderboard.entries.begin(), leaderboard.entries.end(), [&](const Entry& a, const Entry& b) {
        const bool a_leaky = a.protocol.is_leaky(), b_leaky = b.protocol.is_leaky();
        return a_leaky != b_leaky ? b_leaky : leaderboard.score_of(a) > leaderboard.score_of(b);
      });
}

std::vector<Entry> make_entries(const Scores& scores, std::vector<RunGroup> groups, double level) {
  std::vector<Entry> entries;
  for (RunGroup& group : groups) {
    Entry& entry = entries.emplace_back();
    static_cast<RunGroup&>(entry) = std::move(group);
    entry.counts = tally(entry.runs);
    entry.test_accuracy = measure(scores, entry.runs, "test", "accuracy", level);
    entry.test_macro_f1 = measure(scores, entry.runs, "test", "macro_f1", level);
    entry.valid_accuracy = measure(scores, entry.runs, "valid", "accuracy", level);
    std::vector<double> wall_s;
    for (const RunRecord* run : entry.runs)
      if (run->status == RunStatus::done) wall_s.push_back(run->wall_s);
    entry.mean_wall_s = mean(wall_s);
  }
  return entries;
}

void find_against_best(const Scores& scores, Leaderboard& leaderboard, double level) {
  std::vector<Contender> contenders;
  for (const Entry& entry : leaderboard.entries)
    contenders.push_back({.runs = entry.runs, .family = family_of(entry)});
  std::vector<AgainstBest> results = compare_with_best(scores, contenders, level);
  for (std::size_t i = 0; i < results.size(); ++i)
    leaderboard.entries[i].against_best = std::move(results[i]);
}

}  // namespace

std::string Leaderboard::order() const {
  return by_validation ? "validation accuracy" : "test accuracy";
}

double Leaderboard::score_of(const LeaderboardEntry& entry) const {
  const Measured& measured = by_validation ? entry.valid_accuracy : entry.test_accuracy;
  return measured.values.empty() ? -1.0 : measured.mean;
}

std::vector<AgainstBest> Leaderboard::against_best() const {
  std::vector<AgainstBest> result;
  for (const LeaderboardEntry& entry : entries) result.push_back(entry.against_best);
  return result;
}

Leaderboard make_leaderboard(const Scores& scores, const std::vector<RunRecord>& runs,
                             double level) {
  Leaderboard leaderboard;
  std::vector<RunGroup> groups = group_runs(runs);
  name_groups(groups);
  leaderboard.keys = telling_keys(groups);
  leaderboard.entries = make_entries(scores, std::move(groups), level);
  leaderboard.by_validation =
      std::any_of(leaderboard.entries.begin(), leaderboard.entries.end(),
                  [](const Entry& entry) { return !entry.valid_accuracy.values.empty(); });
  sort_entries(leaderboard);
  find_against_best(scores, leaderboard, level);
  return leaderboard;
}

Table leaderboard_table(const Scores& scores, const Leaderboard& leaderboard,
                        const std::string& name, const Runs& runs, double level) {
  const Subject subject{.scores = scores, .leaderboard = leaderboard, .runs = runs};
  const LeaderboardColumns columns = leaderboard_columns(leaderboard.entries);
  Table result{.id = "summary", .title = "Leaderboard of " + name, .columns = leaderboard.keys};
  if (leaderboard.keys.empty()) result.columns.emplace_back("method.name");
  if (columns.protocol) result.columns.emplace_back("protocol");
  result.columns.emplace_back(columns.folds ? "runs" : "seeds");
  if (leaderboard.by_validation) result.columns.emplace_back("valid accuracy");
  result.columns.emplace_back("test accuracy");
  if (columns.macro_f1) result.columns.emplace_back("test macro F1");
  if (columns.places) result.columns.emplace_back(kAgainstBest);
  result.columns.emplace_back("time a run");

  Remarks remarks{.legend = IntervalLegend(level)};
  std::vector<const RunGroup*> groups;
  for (const Entry& entry : leaderboard.entries) groups.push_back(&entry);
  const std::vector<bool> repeated = repeated_plain_skips(groups);
  for (std::size_t e = 0; e < leaderboard.entries.size(); ++e) {
    const Entry& entry = leaderboard.entries[e];
    if (!repeated[e]) result.rows.push_back(leaderboard_row(subject, entry, columns, remarks));
    if (leaderboard.by_validation) remarks.legend.add(entry.valid_accuracy);
    remarks.legend.add(entry.test_accuracy);
    if (columns.macro_f1) remarks.legend.add(entry.test_macro_f1);
  }
  const bool any_repeated = std::count(repeated.begin(), repeated.end(), true) > 0;
  result.notes = leaderboard_notes(subject, columns, remarks, any_repeated, level);
  const auto scored =
      columns_named(result, {{"valid accuracy", "valid"}, {"test accuracy", "test"}}, runs);
  add_guessing_rows(scores, scored, result);
  return result;
}

Table comparisons_table() {
  return {.id = "summary_comparisons",
          .title = "Every configuration against the best one",
          .columns = column_names(
              {"experiment", "configuration", "protocol", "best", "standing", "difference"},
              kIntervalColumns, {"p", "p_holm", "run_ids", "best_run_ids"}),
          .notes = {"difference: test accuracy of the best minus the configuration's, over the "
                    "runs named here, fractions. p is what the interval implies; p_holm is "
                    "corrected for all comparisons with the same best."}};
}

void add_comparisons(const Leaderboard& leaderboard, const std::string& experiment, double level,
                     Table& table) {
  for (const Entry& entry : leaderboard.entries) {
    const AgainstBest& own = entry.against_best;
    if (!own.p_holm) continue;
    std::vector<Cell> row = {text_cell(experiment),
                             text_cell(entry.title),
                             text_cell(to_string(entry.protocol)),
                             text_cell(leaderboard.entries[own.best].title),
                             text_cell(to_string(own.standing)),
                             number_cell(own.difference.mean)};
    append(row, interval_cells(own.difference, level));
    append(row, {number_cell(own.p), number_cell(own.p_holm), text_cell(run_ids(own.runs)),
                 text_cell(run_ids(own.references))});
    table.rows.push_back(std::move(row));
  }
}

}  // namespace genrebench
