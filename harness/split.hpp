#pragma once
// How tracks are divided into training, validation and test parts.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/dataset.hpp"

namespace genrebench {

enum class Part : std::uint8_t { none, train, valid, test };

std::string to_string(Part part);

/// A division of a dataset's tracks, with what a report must say of it.
struct Split {
  std::vector<Part> parts;          ///< one a track; `none`: the track is not used
  bool leaky = false;               ///< groups may straddle the parts, because the configuration asked for it
  std::vector<std::string> groups;  ///< the kinds of groups kept together; empty if leaky or if none are known
  std::vector<std::string> notes;   ///< "4 genres have one artist: in training only: blues, …"
};

/// Divides tracks. Immutable.
class Splitter {
 public:
  virtual ~Splitter() = default;

  /// @param seed  of this split; equal seeds give equal splits
  /// @throws ConfigError  if the dataset cannot be split as asked, naming the genre and the setting
  virtual Split split(const Dataset& dataset, std::uint64_t seed) const = 0;
};

}  // namespace genrebench
