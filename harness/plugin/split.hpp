#pragma once
// What a split plug-in is: it divides tracks into training, validation and test parts.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/plugin/dataset.hpp"

namespace genrebench {

enum class Part : std::uint8_t { none, train, valid, test };

/// "none", "train", "valid" or "test".
std::string to_string(Part part);

/// Divides excerpts instead of tracks, so that excerpts of one song are on several sides of the
/// split. Only for demonstrating what that does to the scores.
struct ExcerptDivision {
  /// The parts in order, with their shares of each genre's excerpts, which sum to one. A part may
  /// be named twice.
  std::vector<std::pair<Part, double>> shares;
  std::uint64_t seed = 0;
};

/// Puts each genre's excerpts into a random order and cuts it at the shares.
/// @param genres      genre of each track
/// @param n_excerpts  number of excerpts of each track; 0 if it is not used
/// @return            for each track the part of each of its excerpts
std::vector<std::vector<Part>> divide_excerpts(const ExcerptDivision& division,
                                               const std::vector<int>& genres,
                                               const std::vector<std::size_t>& n_excerpts);

/// A division of a dataset's tracks, with what a report must say of it.
struct Split {
  /// Part of each track; `none`: the track is not used. If `excerpts` is set, this only says which
  /// tracks are used.
  std::vector<Part> parts;
  /// Groups may be on several sides, because the configuration asked for it. Reports mark the run.
  bool leaky = false;
  /// The kinds of groups that are kept on one side; empty if leaky, or if none is known.
  std::vector<std::string> groups;
  /// Kinds that the dataset names as usual and that `group_by` leaves out: their groups may be on
  /// several sides. Reports mark the run.
  std::vector<std::string> apart = {};
  /// Sentences for reports: "4 genres have one artist: in training only: blues, …".
  std::vector<std::string> notes;
  std::optional<ExcerptDivision> excerpts = {};
  /// Tracks of the whole training part, where split.train_size left some of them out.
  std::optional<std::size_t> n_train_available = {};

  /// True if the split means to put something into the part.
  bool has(Part part) const;
};

/// A hash that is equal for splits that put the same tracks (and excerpts) in the same parts,
/// however they were drawn. It is a part of a run's id.
std::string division_hash(const Split& split);

/// For each track a hash of its file, or of the features that stand in for it: equal for tracks of
/// equal content. Empty if the file cannot be read.
using TrackContents = std::vector<std::string>;

/// A splitter at work on one dataset. Immutable.
class PreparedSplit {
 public:
  virtual ~PreparedSplit() = default;

  /// @param seed  equal seeds give equal splits
  /// @throws ConfigError  as Splitter::split()
  virtual Split draw(std::uint64_t seed) const = 0;
};

/// Divides tracks. Immutable.
class Splitter {
 public:
  virtual ~Splitter() = default;

  /// Divides a dataset. Tracks of equal content stay on one side.
  /// @param content  one entry per track, or empty if nothing is known
  /// @param seed     equal seeds give equal splits
  /// @throws ConfigError  if the dataset cannot be split as asked; names the genre and the option
  virtual Split split(const Dataset& dataset, const TrackContents& content,
                      std::uint64_t seed) const = 0;

  /// For many seeds: draw() gives what split() gives. Override it where much of the work depends on
  /// no seed. The dataset, its content and the splitter outlive the result.
  /// @throws ConfigError  as split()
  virtual std::unique_ptr<const PreparedSplit> prepare(const Dataset& dataset,
                                                       const TrackContents& content) const;
};

}  // namespace genrebench
