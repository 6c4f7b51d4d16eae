#include "harness/experiment/run_options.hpp"

#include <vector>

namespace genrebench {
namespace {

using Words = std::vector<std::string>;

// In the order of the enumerators.
const Words& task_words() {
  static const Words words = {"classification", "segmentation"};
  return words;
}

const Words& vote_words() {
  static const Words words = {"majority", "mean_probability"};
  return words;
}

const Words& calibrate_words() {
  static const Words words = {"none", "temperature"};
  return words;
}

const Words& bad_track_words() {
  static const Words words = {"skip", "fail"};
  return words;
}

void add_result_options(OptionTable<RunOptions>& table) {
  table
      .enumeration("task", &RunOptions::task, task_words(),
                   "What a run does. classification: a method predicts genres from features. "
                   "segmentation: the sections that the excerpt plug-in finds are scored against "
                   "those that the dataset knows; split, features and method are not used.")
      .boolean("known_clusters", &RunOptions::known_clusters,
               "When sections are scored, tell the excerpt plug-in how many different sections "
               "each track has, where the dataset knows them.")
      .boolean("standardise", &RunOptions::standardise,
               "Scale every feature to zero mean and unit deviation, with the statistics of the "
               "training tracks alone.")
      .enumeration("vote", &RunOptions::vote, vote_words(),
                   "How the excerpts of a track decide its genre. majority: the most frequent "
                   "predicted class (ties: the higher mean probability, then the first genre). "
                   "mean_probability: the class of the highest mean probability.",
                   "the paper, section 4.1, votes")
      .enumeration(
          "calibrate", &RunOptions::calibrate, calibrate_words(),
          "What becomes of the probabilities of tracks, after the vote. none: they stay as "
          "the method gives them. temperature: they are raised to the power 1 / T, where "
          "T gives the validation part its least log loss; needs a validation part. "
          "Predicted genres stay as they are.",
          "Guo et al., On calibration of modern neural networks, ICML 2017")
      .enumeration("on_bad_track", &RunOptions::on_bad_track, bad_track_words(),
                   "What happens when a track cannot be read. skip: the track is left out and "
                   "reported with every run. fail: the run fails.")
      .boolean(std::string(kPermuteLabels), &RunOptions::permute_labels,
               "A test of the experiment itself: the genres of the tracks are permuted at random, "
               "whole artists at a time, after the split was drawn. Nothing is left to learn, so "
               "the accuracy must fall to chance; where it does not, something leaks from the "
               "training part into the test part, and reports raise an alarm.",
               "Ojala and Garriga, JMLR 11, 2010");
}

/// Options that decide how a run is done, and not its result.
void add_handling_options(OptionTable<RunOptions>& table) {
  table
      .boolean("keep_model", &RunOptions::keep_model,
               "Keep the fitted model beside the run store, where the method writes one (the deep "
               "methods do), so that `predict` need not fit again.")
      .without_identity()
      .integer("retries", &RunOptions::retries, 0, 1000,
               "Number of retries after a failed attempt, before the run is recorded as failed. "
               "The next `run` always tries failed runs again.")
      .without_identity()
      .number("retry_backoff_s", &RunOptions::retry_backoff_s, 0.0, 86400.0,
              "Pause before the first retry, in seconds; it doubles with every retry.")
      .without_identity()
      .integer("max_losses", &RunOptions::max_losses, 0, 1000000,
               "Number of workers that may be lost (killed, crashed, out of reach) with one run. "
               "When one more is lost, the run has failed: it may be what kills them.")
      .without_identity();
}

}  // namespace

const std::string& to_string(Task task) { return task_words().at(static_cast<std::size_t>(task)); }

const std::string& to_string(Vote vote) { return vote_words().at(static_cast<std::size_t>(vote)); }

const std::string& to_string(Calibrate rule) {
  return calibrate_words().at(static_cast<std::size_t>(rule));
}

const std::string& to_string(OnBadTrack rule) {
  return bad_track_words().at(static_cast<std::size_t>(rule));
}

const OptionTable<RunOptions>& run_option_table() {
  static const OptionTable<RunOptions> table = [] {
    OptionTable<RunOptions> t;
    add_result_options(t);
    add_handling_options(t);
    return t;
  }();
  return table;
}

const OptionSchema& run_option_schema() {
  static const OptionSchema schema = run_option_table().schema();
  return schema;
}

}  // namespace genrebench
