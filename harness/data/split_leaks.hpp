#pragma once
// Which groups a split puts on two sides, for every kind of split that an experiment could have
// used.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/experiment/run_spec.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// What one division does to the groups of one kind.
struct KindLeak {
  /// "artist", "song", …; "track" for tracks themselves, where excerpts are divided; "copy" for
  /// tracks of equal content
  std::string kind = {};
  std::size_t n_groups = 0;        ///< with a track in use; for "copy", sets of two or more
  std::size_t n_test_tracks = 0;   ///< in the test part, with a known group
  std::size_t n_recognisable = 0;  ///< of those, how many have a track of their group in training
  std::vector<std::string> straddling = {};  ///< groups on more than one side, in order of name
};

/// One kind of split, drawn with one seed.
struct LeakCheck {
  std::string split = {};  ///< "tracks at random", "grouped by artist", "published:
                           ///< fault_filtered", "own: stratified, leaky"
  std::uint64_t seed = 0;
  bool own = false;        ///< the experiment's own
  std::string error = {};  ///< why it cannot be drawn; empty: it can
  std::vector<std::string> notes = {};
  std::vector<KindLeak> kinds = {};      ///< in order of name, "track" first
  std::vector<std::size_t> used = {};    ///< tracks in some part, ascending
  std::vector<std::size_t> tested = {};  ///< tracks with an excerpt in the test part, ascending
};

/// The number of excerpts of each track, from the files' headers; 0 for a track that cannot be
/// read. Empty if excerpts are whole tracks, or are known only after segmentation.
std::vector<std::size_t> count_excerpts(const Dataset& dataset, const PluginChoice& excerpt,
                                        const Registry& registry);

/// Draws every kind of split for a run: excerpts at random (if tracks have several), tracks at
/// random, tracks grouped by each kind that the dataset knows and by all of them, and each
/// published list. Fractions or folds are those of the run's own split.
/// @param content     of each track, as Splitter has it
/// @param n_excerpts  as count_excerpts() gives them for the run's dataset and excerpt
std::vector<LeakCheck> check_leaks(const Dataset& dataset, const TrackContents& content,
                                   const RunSpec& run, const std::vector<std::size_t>& n_excerpts,
                                   const Registry& registry);

/// Draws the run's own split.
LeakCheck check_own_split(const Dataset& dataset, const TrackContents& content, const RunSpec& run,
                          const std::vector<std::size_t>& n_excerpts, const Registry& registry);

/// How many of several divisions test each track.
struct TestCounts {
  std::vector<std::size_t> never, always;  ///< tracks that are in use in some division and are
                                           ///< tested by none or by every one, ascending
  std::size_t n_used = 0;                  ///< tracks in use in some division
  /// How many tracks no division would test if each drew its test tracks by chance alone.
  double never_by_chance = 0.0;
};

/// @param checks  of one kind of split, drawn several times, without those that could not be drawn
TestCounts count_tests(const std::vector<const LeakCheck*>& checks);

}  // namespace genrebench
