#pragma once
// What the runs of one configuration gave: how many are done, a metric's mean and interval, and how
// reports write them.

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/plugin/document.hpp"
#include "harness/plugin/options.hpp"
#include "reports/support/runs.hpp"
#include "reports/support/scores.hpp"

namespace genrebench {

/// The options of reports that have no other.
struct LevelOptions {
  double level = 0.95;  ///< confidence of the intervals
};

const OptionTable<LevelOptions>& level_options();

/// How many runs are where.
struct Tally {
  std::size_t planned = 0;  ///< all of them
  std::size_t done = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  std::size_t pruned = 0;  ///< stopped early, because they were worse: the others' mean is too high

  bool complete() const { return done == planned; }
};

Tally tally(const Runs& runs);

/// "5/5", "3/5", "3/5 (1 failed, 1 skipped, 2 pruned)"; "–" where nothing is planned.
std::string to_string(const Tally& tally);

/// A fraction as percent with one decimal: "45.7 %".
std::string format_percent(double fraction);

/// "45.7 ± 3.2 %" for a symmetric interval over divisions, "81.4 [74.0, 87.2] %" for any other;
/// without an interval "45.7 %"; without a mean an empty text.
std::string format_percent(const Estimate& estimate);

/// A difference of fractions in percentage points, with its sign: "+3.1 ± 0.9 points", "−2.0 [−5.1,
/// +0.4] points".
std::string format_points(const Estimate& difference);

/// A score that is no percentage: "0.904 ± 0.031", "0.904 [0.840, 0.951]".
std::string format_score(const Estimate& estimate);

/// Collects the kinds of intervals that a table or figure shows, for its notes.
class IntervalLegend {
 public:
  /// @param of_scores  the intervals are of scores of a segmentation, over all tracks that were
  /// scored
  explicit IntervalLegend(double level, bool of_scores = false)
      : level_(level), of_scores_(of_scores) {}

  void add(const Estimate& estimate);
  /// One note per kind, which says over what it is and how many of those there are; none where no
  /// interval was added.
  std::vector<std::string> notes() const;

 private:
  struct Seen {
    std::size_t fewest = 0, most = 0;
    bool cut_off = false;
  };
  double level_;
  bool of_scores_;
  std::map<std::pair<IntervalMethod, std::string>, Seen> seen_;
  bool any_without_ = false;  ///< an estimate had no interval
};

/// "0.42 s", "12.3 s", "4 min 05 s", "2 h 03 min"
std::string format_duration(double duration_s);

/// The first eight digits of a run's id, for display; data tables hold whole ids.
std::string short_id(const std::string& run_id);

/// Cells of data tables, which hold numbers in full precision.
Cell text_cell(std::string text);
Cell number_cell(double value);
Cell number_cell(std::optional<double> value);  ///< empty where there is none
Cell count_cell(std::size_t value);

/// Columns of data tables for an interval: its ends, its confidence, which method made it
/// ("corrected_t", "bootstrap_artists", "wilson", ...) and over how many divisions, artists or
/// tracks; and their cells.
inline constexpr std::array<const char*, 5> kIntervalColumns = {"ci_low", "ci_high", "ci_level",
                                                                "ci_method", "ci_n"};
std::vector<Cell> interval_cells(const Estimate& estimate, double level);

/// Columns of data tables for a mean: mean, deviation between divisions, and its interval, and
/// their cells.
inline constexpr std::array<const char*, 7> kMeasuredColumns = {
    "mean", "sd", "ci_low", "ci_high", "ci_level", "ci_method", "ci_n"};
std::vector<Cell> measured_cells(const Estimate& estimate, double level);

/// Appends cells to a row.
void append(std::vector<Cell>& row, std::vector<Cell> cells);

/// The whole ids of runs, with spaces between.
std::string run_ids(const Runs& runs);

/// Cells of tables for readers.
Cell shown(std::string text, bool caution = false);         ///< aligned left
Cell shown_number(std::string text, bool caution = false);  ///< aligned right

/// A word as a part of a file name: lower-case letters, digits and underscores.
std::string slug(std::string_view text);

/// A slug that is not among those taken, and now is: texts that differ in punctuation alone get ids
/// of their own.
std::string unique_slug(std::string_view text, std::set<std::string>& taken);

/// Appends a note, unless it is empty.
void add_note(std::vector<std::string>& notes, std::string note);

/// Appends what every table of results says of its data: dataset_note(), split_notes(),
/// bad_tracks_note(), pruned_note().
void add_data_notes(const StoreReader& store, const Runs& runs, std::vector<std::string>& notes);

/// How many genres have tracks by a fact that counts them ("split.test_by_genre"); 0 where the run
/// does not say.
std::size_t n_genres_with_tracks(const RunRecord& run, const std::string& fact);

/// "2 of 6 runs were pruned: the means over the others are too high."; empty where none was.
std::string pruned_note(const Runs& runs);

/// Why runs have no result, each message once: "SVM: 1 of 5 runs failed: out of memory (run
/// 01234567)."
std::vector<std::string> failure_notes(const std::string& what, const Runs& runs);

/// An accuracy as tables show it: mean and interval in percent with " *" where runs are missing and
/// the protocol's mark, or why there is none ("failed", "skipped", "pruned", "not run yet", "–"
/// where nothing is planned).
Cell accuracy_cell(const Tally& runs, const Measured& accuracy, const Protocol& protocol);

/// True if some of the runs have the value and others do not, so that a number is marked with " *".
bool is_partial(const Measured& measured, const Tally& runs);

/// What was chosen on the validation part (facts "tuned.*"), with how many runs chose it: "Tuned on
/// the validation part: c=1 (3 runs), c=10 (2 runs)". Empty where nothing was.
std::string tuned_note(const Runs& runs);

/// The notes of the fact "split.notes" of the runs, each once, in order of appearance. Those that
/// differ in numbers only are one: "28 tracks have copies; 6 to 18 of them on another side".
std::vector<std::string> split_notes(const Runs& runs);

/// One line on the dataset: name, number of tracks, of genres with training and with test tracks,
/// sizes of the parts over the runs, as far as the facts "dataset.n_tracks", "dataset.genres",
/// "split.train_by_genre", "split.test_by_genre", "split.n_train", "split.n_valid" and
/// "split.n_test" tell.
std::string dataset_note(const Runs& runs);

/// The distinct lines of the fact "fit.warnings", with how many runs have them: "Warning of 2 runs:
/// …".
std::vector<std::string> warning_notes(const Runs& runs);

/// A track that some of the runs could not use.
struct BadTrack {
  std::string track;
  std::string message;
  std::vector<std::string> run_ids;
};

/// In order of their ids; one entry a track and message.
std::vector<BadTrack> bad_tracks(const StoreReader& store, const Runs& runs);

/// "3 tracks could not be used and were skipped: a (message); b (message); …", or an empty text.
std::string bad_tracks_note(const std::vector<BadTrack>& tracks);

}  // namespace genrebench
