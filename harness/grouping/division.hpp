#pragma once
// Dividing groups of tracks into parts at random, close to asked shares of every genre, without
// cutting a group.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace genrebench {

/// Numbers of tracks of one group, as (genre, number).
using GroupContent = std::vector<std::pair<int, int>>;

/// What a division does with a group.
enum class GroupRole {
  open,   ///< puts it into a part
  fixed,  ///< counts it in the part that it is in already
  unused  ///< ignores it
};

struct DivisionGroup {
  GroupContent content;
  GroupRole role = GroupRole::open;
  int part = 0;  ///< of a fixed group
};

/// What is to be divided.
struct DivisionTask {
  std::vector<DivisionGroup> groups;
  std::size_t n_genres = 0;
  std::vector<double> fractions;  ///< share of each part, positive, summing to one
  /// True: a genre of few groups may miss any part. False: it must rather be in the first and the
  /// last part than in the others.
  bool folds = false;
};

/// The part of each group; nothing for a group that is in no part.
using GroupParts = std::vector<std::optional<int>>;

/// How much farther from its asked shares than in the closest division a genre may be, as a share
/// of its tracks. Where its groups are small it may be less far: half of the largest group, less
/// half a track. So tracks without groups are divided exactly.
inline constexpr double kCloseShare = 0.1;

/// Draws one division at random among those that are close to the asked shares.
///
/// First the closest division is looked for: every way is tried where there are few, else random
/// orders are placed greedily and improved by moves and exchanges. Then divisions are drawn: groups
/// are taken from large to small, equal ones in random order, and each goes to a part by chance, in
/// proportion to what the part still lacks of the group's genres and to its share of their
/// tolerance, among parts that it does not overfill. Genres that come out farther from their shares
/// than the closest division allows, plus the tolerance, are drawn again, at most 100 times; after
/// that the closest division stands. The distance of a genre is the root of half the sum over parts
/// of the squared differences, in tracks.
///
/// A genre that has at least one group a part is in every part, where that can be found at all.
GroupParts draw_division(const DivisionTask& task, std::uint64_t seed);

}  // namespace genrebench
