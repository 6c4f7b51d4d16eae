#pragma once
// How tracks are divided into training, validation and test parts.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/plugin/dataset.hpp"

namespace genrebench {

enum class Part : std::uint8_t { none, train, valid, test };

std::string to_string(Part part);

/// Divides excerpts instead of tracks, so that pieces of one song are on several sides: to show
/// what that does.
struct ExcerptDivision {
  /// The parts in order, with their shares of each genre's excerpts, which sum to one. A part may
  /// be named twice.
  std::vector<std::pair<Part, double>> shares;
  std::uint64_t seed = 0;
};

/// The part of every excerpt: each genre's excerpts in a random order, cut at the shares.
/// @param genres      of each track
/// @param n_excerpts  of each track; 0 where it is not used
std::vector<std::vector<Part>> divide_excerpts(const ExcerptDivision& division,
                                               const std::vector<int>& genres,
                                               const std::vector<std::size_t>& n_excerpts);

/// A division of a dataset's tracks, with what a report must say of it.
struct Split {
  std::vector<Part> parts;  ///< one a track; `none`: the track is not used. Where `excerpts`
                            ///< divides: which tracks are used
  bool leaky = false;  ///< groups may straddle the parts, because the configuration asked for it
  std::vector<std::string> groups;  ///< the kinds of groups kept together; empty if leaky or if
                                    ///< none are known
  /// Kinds that the dataset names as usual and that `group_by` leaves out, so that their groups may
  /// be on several sides.
  std::vector<std::string> apart = {};
  std::vector<std::string> notes;  ///< "4 genres have one artist: in training only: blues, …"
  std::optional<ExcerptDivision> excerpts = {};

  /// True if the part is not empty by plan.
  bool has(Part part) const;
};

/// Names a division: equal for splits that put the same tracks (and excerpts) in the same parts,
/// whatever drew them.
std::string division_hash(const Split& split);

/// For each track a text that is equal for tracks of equal content: a hash of the file, or of the
/// features that stand in for it. Empty where the file cannot be read.
using TrackContents = std::vector<std::string>;

/// Divides tracks. Immutable.
class Splitter {
 public:
  virtual ~Splitter() = default;

  /// @param content  of each track; tracks of equal content stay on one side. Empty: nothing is
  /// known of it
  /// @param seed     of this split; equal seeds give equal splits
  /// @throws ConfigError  if the dataset cannot be split as asked, naming the genre and the setting
  virtual Split split(const Dataset& dataset, const TrackContents& content,
                      std::uint64_t seed) const = 0;
};

}  // namespace genrebench
