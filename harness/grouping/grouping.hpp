#pragma once
// Which tracks belong together, so that a split must not put them on different sides, and the
// options that all splits share.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/grouping/artist_names.hpp"
#include "harness/grouping/copies.hpp"
#include "harness/plugin/options.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// What a split divides.
enum class SplitUnit { track, excerpt };

/// What becomes of a genre whose tracks all belong to one group.
enum class SingleGroupRule { fail, train_only, drop };

/// What becomes of tracks whose group is not known, where that of others is.
enum class UnknownGroupRule { own, together_by_genre, train_only, drop };

/// Options that every split has.
struct GroupOptions {
  bool leaky = false;
  SplitUnit unit = SplitUnit::track;
  std::vector<std::string> group_by;
  SingleGroupRule single_group_genres = SingleGroupRule::fail;
  UnknownGroupRule unknown_groups = UnknownGroupRule::own;
  std::optional<int> seed;
  /// See limit_training(); nothing: the whole training part. One of them at most.
  std::optional<int> train_tracks_per_genre, train_artists_per_genre;
};

/// Adds GroupOptions to the table of a split's own options, which derive from it.
template <typename Options>
OptionTable<Options>& add_group_options(OptionTable<Options>& table) {
  return table
      .boolean("leaky", &Options::leaky,
               "Let songs of one artist (or any group) be in training and test at once. For "
               "showing what that does to the numbers: every report marks such runs.")
      .enumeration("unit", &Options::unit, {"track", "excerpt"},
                   "What is divided. track: tracks. excerpt: the excerpts of tracks, so that "
                   "excerpts of one song are in training and test, as in the paper's Figure 10; "
                   "this needs leaky: true.")
      .list("group_by", &Options::group_by, {},
            "Kinds of groups to keep on one side, such as [artist]; empty: those that the dataset "
            "names as usual, else every kind that it knows. Reports mark a list that leaves out a "
            "usual kind. Copies of one file are always on one side.")
      .enumeration(
          "single_group_genres", &Options::single_group_genres, {"fail", "train_only", "drop"},
          "A genre whose tracks all belong to one group cannot be in training and test: refuse "
          "to run, keep the group in training only (never tested, nor are its tracks of other "
          "genres), or leave the genre out. A genre of too few groups for every part is "
          "refused with `fail`, and else missing from some part, which reports say.")
      .enumeration(
          "unknown_groups", &Options::unknown_groups,
          {"own", "together_by_genre", "train_only", "drop"},
          "Tracks whose artist (or else the first kind that is grouped by) is not known, where "
          "others' are: each is a group of its own; all of a genre are one group; they are in "
          "training only, never tested; or they are left out, of leaky splits too. `own` hopes "
          "that they are by different artists; the others make sure that none of them is "
          "recognised by its artist.")
      .integer("seed", &Options::seed, 0, INT32_MAX,
               "Seed of the division. auto: the seed of the run, so that seeds of a sweep have "
               "splits of their own.")
      .integer("train_size.per_genre", &Options::train_tracks_per_genre, 1, INT32_MAX,
               "Train on fewer tracks, to see what more data would bring: whole groups are drawn "
               "until each genre has this number of tracks, and the rest of the training part is "
               "left out. Validation and test part stay the same, and a smaller training part is "
               "contained in a larger one of the same seed. A genre may get more, by less than its "
               "last group and by tracks of groups that another genre took. Sweep over it.")
      .or_word("all")
      .integer("train_size.artists_per_genre", &Options::train_artists_per_genre, 1, INT32_MAX,
               "As train_size.per_genre, but counts artists (or whatever groups stay whole) "
               "instead of their tracks. One of both at most.")
      .or_word("all");
}

/// The group of each track in one kind; empty where it is not known. Artists are joined as
/// join_artists() says, groups of other kinds where their names are equal.
std::vector<std::string> group_names(const Dataset& dataset, const std::string& kind,
                                     ArtistJoins joins = ArtistJoins::members);

/// The kinds of groups that some track has, in alphabetical order.
std::vector<std::string> known_kinds(const Dataset& dataset);

/// Those of the known kinds that the dataset names as usual; all known kinds if there are none.
std::vector<std::string> usual_kinds(const Dataset& dataset);

/// Tracks by the group they belong to.
struct Grouping {
  /// The number of each track's group, from 0. Tracks that share any group value, or their
  /// content, are in one group.
  std::vector<int> group;
  int n_groups = 0;
  std::vector<std::string> kinds;  ///< the kinds that were used; empty if none is known or `leaky`
  std::string leading;  ///< the kind that `unknown_groups` is about: "artist" if it is among the
                        ///< kinds, else the first one
  std::vector<std::string> apart;  ///< as Split has it
  std::vector<Copies> copies;      ///< find_copies()
  std::vector<bool> dropped;       ///< per track: left out by the rule for unknown groups
  std::vector<bool> train_only;    ///< per track: in training only, by the same rule
  std::vector<std::string> notes;  ///< on copies and on unknown groups
};

/// Joins tracks that share a value of any of the kinds or have equal content. A track without a
/// value is alone in that kind, unless `unknown_groups` says otherwise. Nothing is joined if
/// `leaky`.
/// @param content  of each track, or empty
/// @throws ConfigError  if group_by names a kind that no track of the dataset has
Grouping group_tracks(const Dataset& dataset, const TrackContents& content,
                      const GroupOptions& options, ArtistJoins joins = ArtistJoins::members);

/// A split that has no parts yet: what the options and the groups tell of it.
Split start_split(const Grouping& grouping, const GroupOptions& options);

/// The split of a dataset whose excerpts are divided, where the options ask for that.
/// @param shares  as ExcerptDivision has them
/// @return        nothing where tracks are divided
/// @throws ConfigError  if they ask for it and are not `leaky`
std::optional<Split> excerpt_split(const Grouping& grouping, const GroupOptions& options,
                                   std::vector<std::pair<Part, double>> shares, std::uint64_t seed);

/// Adds a note if tracks of equal content are in several parts, as they may be in leaky splits.
void note_straddling_copies(Split& split, const Grouping& grouping);

/// Groups that are in more than one part of a split, named by one example each; for messages.
std::vector<std::string> straddling_groups(const Dataset& dataset, const Grouping& grouping,
                                           const std::vector<Part>& parts);

}  // namespace genrebench
