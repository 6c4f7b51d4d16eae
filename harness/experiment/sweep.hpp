#pragma once
// What an experiment sweeps over: axes of values, and seeds.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/experiment/settings.hpp"
#include "harness/experiment/yaml_tree.hpp"

namespace genrebench {

/// Largest number of runs of an experiment. docs/explanation/configuration.md states it.
inline constexpr std::size_t kMaxRuns = 100'000;

/// One axis of a sweep: keys that advance together.
struct Axis {
  std::vector<std::string> keys;                 ///< dotted: "method.c"
  std::vector<std::vector<OptionValue>> points;  ///< at every point one value per key
  std::string where;
};

/// Reads `sweep`: `grid` (every combination), `zip` (lists that advance together), `random` (draws,
/// always the same ones for the same seed).
/// @throws ConfigError
std::vector<Axis> read_sweep(const YamlNode& sweep);

/// An axis of one key.
/// @param values  a list of at least one value
/// @throws ConfigError
Axis grid_axis(const std::string& key, const YamlNode& values, const std::string& where);

/// Reads `seeds`: a list, or their number (`seeds: 5` means 0 to 4).
/// @throws ConfigError
std::vector<std::uint64_t> read_seeds(const YamlNode& node, const std::string& where);

/// @throws ConfigError  if the combinations of these axes, times the seeds, are more than kMaxRuns
void check_number_of_runs(const std::vector<Axis>& axes, std::size_t n_seeds);

/// Goes through every combination of the points of some axes, the last axis innermost.
class SweepPosition {
 public:
  /// Keeps a reference. Starts at the first point of every axis.
  explicit SweepPosition(const std::vector<Axis>& axes);

  /// Goes to the next combination.
  /// @return  false if there is none
  bool advance();

  /// Sets the values of this combination, with the layer `sweep`.
  void apply(Settings& settings) const;

 private:
  const std::vector<Axis>& axes_;
  std::vector<std::size_t> points_;  ///< one per axis
};

}  // namespace genrebench
