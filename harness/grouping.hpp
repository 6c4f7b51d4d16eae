#pragma once
// What every way of splitting shares: tracks that belong together, and dividing groups into parts of given
// sizes without ever cutting one.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/options.hpp"
#include "harness/split.hpp"

namespace genrebench {

/// Options that every split has.
struct GroupOptions {
  bool leaky = false;
  std::string unit = "track";
  std::vector<std::string> group_by;
  std::string single_group_genres = "fail";
  std::optional<int> seed;
};

/// Adds GroupOptions to the table of a split's own options, which derive from it.
template <typename Options>
OptionTable<Options>& add_group_options(OptionTable<Options>& table) {
  return table
      .boolean("leaky", &Options::leaky,
               "Let songs of one artist (or any group) be in training and test at once. For showing what that does to "
               "the numbers: every report marks such runs.")
      .choice("unit", &Options::unit, {"track", "excerpt"},
              "What is divided: tracks, or their excerpts, so that pieces of one song are in training and test, as in the paper's Figure 10. The "
              "latter needs leaky: true.")
      .list("group_by", &Options::group_by, {},
            "Kinds of groups to keep on one side, such as [artist]; empty: those that the dataset names as usual, else every kind that it knows.")
      .choice("single_group_genres", &Options::single_group_genres, {"fail", "train_only", "drop"},
              "A genre whose tracks all belong to one group cannot be in training and test: refuse to run, keep it in "
              "training only (never tested), or leave it out. A genre of too few groups for every part is refused with `fail`, and else "
              "missing from some part, which reports say.")
      .integer("seed", &Options::seed, 0, INT32_MAX,
               "Seed of the division. auto: the seed of the run, so that seeds of a sweep have splits of their own.");
}

/// The split of a dataset whose excerpts are divided, where the options ask for that.
/// @param shares  as ExcerptDivision has them
/// @return        nothing where tracks are divided
/// @throws ConfigError  if they ask for it and are not `leaky`
std::optional<Split> excerpt_split(const Dataset& dataset, const GroupOptions& options, std::vector<std::pair<Part, double>> shares, std::uint64_t seed);

/// Tracks by the group they belong to.
struct Grouping {
  std::vector<int> group;          ///< one a track, 0-based; tracks that share any group value share a number
  int n_groups = 0;
  std::vector<std::string> kinds;  ///< the kinds that were used; empty if none is known or `leaky`
};

/// Joins tracks that share a value of any of the kinds. A track without a value is alone in that kind.
/// @throws ConfigError  if group_by names a kind that no track of the dataset has
Grouping group_tracks(const Dataset& dataset, const GroupOptions& options);

/// Divides whole groups so that each part gets its share of each genre as closely as whole groups allow, and
/// every genre is in every part where its groups allow that.
/// @param fractions  share of each part, positive, summing to one
/// @param folds      the parts are folds, of which a genre of few groups may miss some
/// @return           part of each track; -1: left out by the rule for genres of a single group
/// @param notes      receives what a report must say
/// @throws ConfigError  where the rule is `fail`: for a genre with a single group, or (but for folds) one that cannot be in every part
std::vector<int> divide(const Dataset& dataset, const Grouping& grouping, const std::vector<double>& fractions, const GroupOptions& options,
                        int train_part, bool folds, std::uint64_t seed, std::vector<std::string>& notes);

/// For each track what its answer is not independent within, for intervals over test tracks: its artist, named by the first spelling
/// that the dataset has, where the dataset knows artists; else its group of the first kind that it names as usual. Empty: not known.
std::vector<std::string> evaluation_clusters(const Dataset& dataset);

/// The kind of group that evaluation_clusters() names: "artist"; empty where the dataset knows none.
std::string evaluation_cluster_kind(const Dataset& dataset);

/// Groups that are in more than one part of a split, as their tracks' ids, one example each; for messages.
std::vector<std::string> straddling_groups(const Dataset& dataset, const Grouping& grouping, const std::vector<Part>& parts);

}  // namespace genrebench
