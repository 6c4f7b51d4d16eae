#pragma once
// What configurations cost on each machine: the rows of the report `cost`.

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reports/support/measured.hpp"

namespace genrebench::cost {

/// Where times may be compared: one kind of processor (and GPU, for networks on one), one number
/// of threads.
struct Machine {
  std::string cpu = {};
  std::string threads = {};
  std::string gpu = {};  ///< empty: the method ran on the processor

  auto operator<=>(const Machine&) const = default;
};

/// "Intel Xeon, 2 threads"; "an unknown machine" where the runs do not say.
std::string to_string(const Machine& machine);

/// A quantity over the runs of a line.
struct Spread {
  double median = 0.0, least = 0.0, most = 0.0;
  std::size_t n = 0;  ///< number of runs
};

/// @return  nothing for no values
std::optional<Spread> spread_of(std::vector<double> values);

/// How much is known of the time that features take.
enum class FeatureTime {
  measured,  ///< computed from sound, on this machine
  cached,    ///< every run took them from a cache, which says nothing of their time
  given,     ///< nothing was computed: a table, or embeddings that were made elsewhere
  unknown    ///< the runs do not say
};

/// One configuration on one machine.
struct Line {
  const RunGroup* group = nullptr;
  Runs runs = {};          ///< that were computed there
  Measured accuracy = {};  ///< of the test part, over all runs of the configuration
  FeatureTime feature_time = FeatureTime::unknown;
  std::optional<Spread> features_s = {};     ///< of one thread per song, never from a cache
  std::optional<Spread> predict_s = {};      ///< per song, wall time
  std::optional<Spread> fit_s = {};          ///< wall time
  std::optional<Spread> parameters = {};     ///< MethodCost::parameters
  std::optional<Spread> multiply_adds = {};  ///< per song
  std::optional<Spread> peak_memory_bytes = {};

  /// Seconds per song from sound to genre. Nothing where a part is not known; features that were
  /// given count nothing.
  std::optional<double> whole_s() const;
};

/// Lines that may be compared: one dataset, one protocol, one machine.
struct Board {
  Machine machine = {};
  Protocol protocol = {};
  std::string dataset = {};             ///< "GTZAN"
  std::vector<std::string> hosts = {};  ///< names of the computers, in order
  std::vector<Line> lines = {};         ///< the most accurate first
};

/// The boards of configurations with runs that were done here. Features that one run computed count
/// for every line of the machine with the same dataset, excerpt and features.
/// @param groups  outlive the result
std::vector<Board> make_boards(const Scores& scores, const std::vector<RunGroup>& groups,
                               double level);

/// "0.82 ms", "12 µs", "1.5 s"
std::string format_short_time(double seconds);
/// "7", "1.23 k", "21.3 M", "15.3 G"
std::string format_count(double count);
/// "512 MB", "1.2 GB"
std::string format_bytes(double bytes);

}  // namespace genrebench::cost
