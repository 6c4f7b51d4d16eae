#pragma once
// Runs as the intervals see them: a score, a division of the tracks, and answers.

#include <functional>
#include <string>
#include <vector>

namespace genrebench {

/// A run's answer for one test track.
struct Answer {
  int track = 0;     ///< a number; equal for the same track in all runs of one estimate
  int cluster = -1;  ///< likewise its artist; -1: not known
  int truth = 0;
  int predicted = 0;
};
using Answers = std::vector<Answer>;

/// One run as the intervals see it.
struct ScoredRun {
  double score = 0.0;
  std::string division = {};  ///< equal for runs whose parts are the same tracks
  double test_ratio = 0.0;    ///< as in DivisionScore
  /// Gives its answers for the scored tracks; called where test tracks are resampled. May be empty:
  /// not known.
  std::function<Answers()> answers = {};
};

}  // namespace genrebench
