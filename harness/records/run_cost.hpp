#pragma once
// What a run took, as its environment keeps it ("resources.*"): times, sizes and memory. They are
// never compared between two results of one run.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace genrebench {

/// Seconds of one thread that some work took, and on how many things.
struct TimedWork {
  double seconds = 0.0;
  std::size_t n = 0;         ///< done and timed
  std::size_t n_cached = 0;  ///< taken from a cache instead, which says nothing of their time

  /// Nothing where nothing was done.
  std::optional<double> seconds_each() const;
};

/// Runs of earlier programs have some of these, imported ones none.
struct RunCost {
  /// Excerpts' features of tracks, from sound files, without sections(). Work of the process that
  /// made the run, which its other runs may share. No `n` and no `n_cached`: the features were not
  /// computed from sound here (a table, embeddings).
  TimedWork features = {};
  TimedWork sections = {};  ///< songs that were segmented
  TimedWork predict = {};   ///< tracks of the test part, from features to genres; wall time
  std::optional<double> fit_s = {};              ///< wall time, with all options that were tried
  std::optional<double> cpu_s = {};              ///< of all threads
  std::optional<double> peak_memory_bytes = {};  ///< of the process, features included
  std::optional<double> gpu_memory_bytes = {};
  std::optional<double> parameters = {};     ///< MethodCost::parameters
  std::optional<double> multiply_adds = {};  ///< of predicting the test part, all excerpts
  std::size_t n_predicted = 0;               ///< tracks that `multiply_adds` is for

  /// Seconds of one thread per track of features, with segmentation where there is one. Nothing
  /// where any of it came from a cache alone.
  std::optional<double> features_s_per_track() const;
  std::optional<double> multiply_adds_per_track() const;
};

/// Adds the times, parameters and multiply-adds to the resources of a run. Those of ResourceMeter
/// are left to it.
void record_cost(const RunCost& cost, std::map<std::string, std::string>& resources);

/// What an environment says. A number that is malformed or negative counts as absent.
RunCost cost_of(const std::map<std::string, std::string>& environment);

}  // namespace genrebench
