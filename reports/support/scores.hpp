#pragma once
// What the intervals of runs need from a run store: divisions, sizes of parts, and the answers of
// each run, which are read once, when an interval asks for them.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reports/support/intervals.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {

/// A value of one run.
struct RunValue {
  const RunRecord* run = nullptr;
  double value = 0.0;
};

/// Names the division of the tracks that a run used: the fact "split.division"; where the run has
/// none, the options of its split with the seed that drew it and the fold.
std::string division_of(const RunRecord& run);

/// The whole number that a fact of a run says; nothing where it says none.
std::optional<std::size_t> count_of(const std::string& text);

/// A count over several runs, as notes write it: "5", or "5 to 9" where the two differ.
std::string range_text(std::size_t least, std::size_t most);

/// Scored tracks per training track, by the facts of the run: of the part "valid" its validation
/// tracks, else its test tracks. NaN where the facts do not say. Of a run with split.train_size the
/// whole training part counts: what divisions have in common follows from how they were drawn, and
/// smaller training parts have less in common, not more.
double test_ratio(const RunRecord& run, const std::string& part);

/// What the clusters of the runs' test tracks are: "artists"; by the fact "split.clusters".
std::string cluster_units(const Runs& runs);

class Scores {
 public:
  explicit Scores(const StoreReader& store);
  ~Scores();

  const StoreReader& store() const;

  /// What a run answered in the part "valid" or "test"; empty where it is not done or nothing is
  /// stored.
  const Answers& answers(const RunRecord& run, const std::string& part) const;

  /// The final value of a metric of a run, which is read once; nothing where the run is not done.
  std::optional<double> final_metric(const RunRecord& run, const std::string& split,
                                     const std::string& metric) const;

  /// A score of a run with what its interval needs.
  /// @param keep  which answers count, by their true genre; empty: all
  ScoredRun scored(const RunRecord& run, double score, const std::string& part,
                   std::function<bool(int)> keep = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genrebench
