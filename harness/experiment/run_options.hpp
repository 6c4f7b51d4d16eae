#pragma once
// Options of a run that belong to no plug-in: the task, the vote, how failures are handled.

#include <string>
#include <string_view>

#include "harness/plugin/options.hpp"

namespace genrebench {

/// What a run does.
enum class Task {
  /// Predicts genres: needs a split, features and a method.
  classification,
  /// Scores the sections that the excerpt plug-in finds against those that the dataset knows. Uses
  /// neither split nor features nor method.
  segmentation
};

/// How the excerpts of a track decide its genre.
enum class Vote {
  /// The class that most excerpts were given. Ties go to the higher mean probability, then to the
  /// genre that comes first.
  majority,
  /// The class of the highest probability, averaged over the excerpts.
  mean_probability
};

/// What becomes of the probabilities of a method, after the vote.
enum class Calibrate {
  none,  ///< they are taken as the method gives them
  /// They are scaled with a temperature that is fitted on the validation part (fit_temperature()).
  /// The genres of tracks stay as they are.
  temperature
};

/// What a track that cannot be read does to its run.
enum class OnBadTrack {
  skip,  ///< the track is left out, and recorded with every run that misses it
  fail   ///< the run fails
};

/// The words of YAML: "classification", "mean_probability", "temperature", "skip".
const std::string& to_string(Task task);
const std::string& to_string(Vote vote);
const std::string& to_string(Calibrate rule);
const std::string& to_string(OnBadTrack rule);

/// Options of a run that belong to no plug-in.
struct RunOptions {
  Task task = Task::classification;
  /// When sections are scored, tell the excerpt plug-in how many different sections each track has.
  bool known_clusters = false;
  /// Scale every feature to zero mean and unit deviation, with the statistics of the training
  /// tracks alone (population deviation; a constant feature is only centred). Turn this off for
  /// methods that normalise their input themselves.
  bool standardise = true;
  Vote vote = Vote::majority;
  Calibrate calibrate = Calibrate::none;
  OnBadTrack on_bad_track = OnBadTrack::skip;
  /// Permute the genres of the tracks, whole artists at a time, after the split was drawn: what a
  /// method then finds beyond chance is no genre but a leak (permuted_genres()).
  bool permute_labels = false;
  /// Keep the fitted model beside the run store, where the method writes one, so that `predict`
  /// need not fit again.
  bool keep_model = true;
  /// Number of retries after an attempt at the run fails, from 0 to 1000.
  int retries = 0;
  /// Pause before the first retry, in seconds. It doubles with every retry.
  double retry_backoff_s = 5.0;
  /// Number of workers that may be lost with the run (killed, crashed, out of reach). One more, and
  /// the run has failed: it may be what kills them.
  int max_losses = 10;
};

/// The key of RunOptions::permute_labels, in files and in stored parameters.
inline constexpr std::string_view kPermuteLabels = "sanity.permute_labels";

const OptionTable<RunOptions>& run_option_table();
/// The schema of run_option_table(), made once.
const OptionSchema& run_option_schema();

}  // namespace genrebench
