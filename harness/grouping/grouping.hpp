#pragma once
// What every way of splitting shares: which tracks belong together, and dividing them without
// cutting a group.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/grouping/artist_names.hpp"
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
               "splits of their own.");
}

/// The group of each track in one kind; empty where it is not known. Artists are joined as
/// join_artists() says, groups of other kinds where their names are equal.
std::vector<std::string> group_names(const Dataset& dataset, const std::string& kind,
                                     ArtistJoins joins = ArtistJoins::members);

/// The kinds of groups that some track has, in alphabetical order.
std::vector<std::string> known_kinds(const Dataset& dataset);

/// Tracks by the group they belong to.
struct Grouping {
  std::vector<int> group;  ///< one a track, 0-based; tracks that share any group value, or content,
                           ///< share a number
  int n_groups = 0;
  std::vector<std::string> kinds;  ///< the kinds that were used; empty if none is known or `leaky`
  std::string leading;  ///< the kind that `unknown_groups` is about: "artist" if it is among the
                        ///< kinds, else the first one
  std::vector<std::string> apart;                ///< as Split has it
  std::vector<std::vector<std::size_t>> copies;  ///< tracks of equal content: sets of two or more
  std::vector<bool> dropped;       ///< one a track: left out by the rule for unknown groups
  std::vector<bool> train_only;    ///< one a track: in training only, by the same rule
  std::vector<std::string> notes;  ///< on copies and on unknown groups
};

/// Joins tracks that share a value of any of the kinds or have equal content. A track without a
/// value is alone in that kind, unless `unknown_groups` says otherwise. Equal features count as
/// equal content only where so many columns could not be equal by chance. Nothing is joined if
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

/// Divides whole groups at random, close to the asked share of each genre (see draw_division()), so
/// that every genre is in every part where its groups allow that.
/// @param fractions  share of each part, positive, summing to one
/// @param folds      the parts are folds, of which a genre of few groups may miss some
/// @return           part of each track; -1: left out
/// @param notes      receives what a report must say
/// @throws ConfigError  where the rule is `fail`: for a genre with a single group, or (but for
/// folds) one that cannot be in every part
std::vector<int> divide(const Dataset& dataset, const Grouping& grouping,
                        const std::vector<double>& fractions, const GroupOptions& options,
                        int train_part, bool folds, std::uint64_t seed,
                        std::vector<std::string>& notes);

/// Sees to it that no genre is tested that was not trained, and adds the notes that depend on the
/// parts: genres that are missing from one, and copies on several sides. A genre that is tested but
/// not trained gets its validation groups for training. Where it has none, its tested groups go to
/// training or, with single_group_genres: drop, are left out.
/// @param validation  whether a validation part was asked for
/// @throws ConfigError  if the rule is `fail` and such a genre has no validation group
void finish_split(Split& split, const Dataset& dataset, const Grouping& grouping,
                  const GroupOptions& options, bool validation);

/// Adds a note where tracks of equal content are in several parts, as they may be in leaky splits.
void note_straddling_copies(Split& split, const Grouping& grouping);

/// For each track what its answer is not independent within, for intervals over test tracks: its
/// artist, named by the first spelling that the dataset has, where the dataset knows artists; else
/// its group of the first kind that it names as usual. A track whose artist is not known has its
/// song. Empty: not known.
std::vector<std::string> evaluation_clusters(const Dataset& dataset);

/// The kind of group that evaluation_clusters() names: "artist"; empty where the dataset knows
/// none.
std::string evaluation_cluster_kind(const Dataset& dataset);

/// Groups that are in more than one part of a split, named by one example each; for messages.
std::vector<std::string> straddling_groups(const Dataset& dataset, const Grouping& grouping,
                                           const std::vector<Part>& parts);

}  // namespace genrebench
