#pragma once
// The notes below tables and figures: what a reader must know of the data, the splits, the
// intervals, and the runs that gave no result.

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/plugin/document.hpp"
#include "reports/support/measured.hpp"

namespace genrebench {

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
  std::string note(IntervalMethod method, const std::string& units, const Seen& seen) const;

  double level_;
  bool of_scores_;
  std::map<std::pair<IntervalMethod, std::string>, Seen> seen_;
  bool any_without_ = false;  ///< an estimate had no interval
};

/// Appends a note, unless it is empty.
void add_note(std::vector<std::string>& notes, std::string note);

/// Appends those of the notes that are not empty, each after a prefix.
void add_notes(std::vector<std::string>& notes, const std::vector<std::string>& more,
               const std::string& prefix = {});

/// Appends what every table of results says of its data: dataset_note(), add_division_notes(),
/// bad_tracks_note(), pruned_note().
void add_data_notes(const StoreReader& store, const Runs& runs, std::vector<std::string>& notes);

/// The explanation of " *" after a number.
inline constexpr const char* kPartialNote =
    "* Not all planned runs are done (done/planned beside it).";

/// How many genres have tracks by a fact that counts them ("split.test_by_genre"); 0 where the run
/// does not say.
std::size_t n_genres_with_tracks(const RunRecord& run, const std::string& fact);

/// "2 of 6 runs were pruned: the means over the others are too high."; empty where none was.
std::string pruned_note(const Runs& runs);

/// Why runs have no result, each message once: "SVM: 1 of 5 runs failed: out of memory (run
/// 01234567)."
std::vector<std::string> failure_notes(const std::string& what, const Runs& runs);

/// What was chosen on the validation part (facts "tuned.*"), with how many runs chose it: "Tuned on
/// the validation part: c=1 (3 runs), c=10 (2 runs)". Empty where nothing was.
std::string tuned_note(const Runs& runs);

/// The notes of the fact "split.notes" of the runs, each once, in order of appearance. Those that
/// differ in numbers only are one: "28 tracks have copies; 6 to 18 of them on another side".
std::vector<std::string> split_notes(const Runs& runs);

/// Appends the notes of the fact "dataset.notes" as "Data: ...", then split_notes() as "Split:
/// ...".
void add_division_notes(const Runs& runs, std::vector<std::string>& notes);

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

/// In order of the tracks' ids; one entry per track and message.
std::vector<BadTrack> bad_tracks(const StoreReader& store, const Runs& runs);

/// "3 tracks could not be used and were skipped: a (message); b (message); …", or an empty text.
std::string bad_tracks_note(const std::vector<BadTrack>& tracks);

/// Rows of data tables, one per track and message: `place`, track, message, ids of the runs.
std::vector<std::vector<Cell>> bad_track_rows(const std::string& place,
                                              const std::vector<BadTrack>& tracks);

/// "svm (3), knn (1)": names with their counts, in order of the names.
std::string counted_names(const std::map<std::string, std::size_t>& counts);

}  // namespace genrebench
