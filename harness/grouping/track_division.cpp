#include "harness/grouping/track_division.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "harness/grouping/division.hpp"

namespace genrebench {

/// What each group holds, and what the rules make of it.
struct GroupContents {
  std::vector<std::map<int, int>> groups;       ///< tracks in use by genre
  std::vector<bool> train_only;                 ///< of each group
  std::vector<int> n_tracks, n_groups, n_open;  ///< of each genre; open: groups that may be tested

  GroupContents(const Dataset& dataset, const Grouping& grouping, const std::vector<bool>& dropped)
      : groups(static_cast<std::size_t>(grouping.n_groups)),
        train_only(groups.size()),
        n_tracks(dataset.genres().size()),
        n_groups(n_tracks),
        n_open(n_tracks) {
    for (std::size_t t = 0; t < dropped.size(); ++t) {
      if (dropped[t]) continue;
      const auto k = static_cast<std::size_t>(grouping.group[t]);
      ++groups[k][dataset.tracks()[t].genre];
      if (grouping.train_only[t]) train_only[k] = true;
    }
    count();
  }

  void count() {
    std::ranges::fill(n_tracks, 0);
    std::ranges::fill(n_groups, 0);
    std::ranges::fill(n_open, 0);
    for (std::size_t k = 0; k < groups.size(); ++k)
      for (const auto& [genre, n] : groups[k]) {
        const auto g = static_cast<std::size_t>(genre);
        n_tracks[g] += n;
        ++n_groups[g];
        n_open[g] += !train_only[k];
      }
  }
};

namespace {

/// "track", "set of copies", "group (artist)"
std::string group_noun(const Grouping& grouping, std::size_t n_tracks) {
  if (!grouping.kinds.empty()) return fmt::format("group ({})", fmt::join(grouping.kinds, ", "));
  return static_cast<std::size_t>(grouping.n_groups) == n_tracks ? "track" : "set of copies";
}

}  // namespace

class TrackDivider::Work {
 public:
  explicit Work(const TrackDivisionTask& task)
      : task_(task),
        genres_(task.dataset.genres()),
        tracks_(task.dataset.tracks()),
        fail_(task.options.single_group_genres == SingleGroupRule::fail),
        train_only_(task.options.single_group_genres == SingleGroupRule::train_only),
        noun_(group_noun(task.grouping, tracks_.size())),
        dropped_(task.grouping.dropped),
        contents_(task.dataset, task.grouping, dropped_) {
    require_genres_that_may_be_tested();
    set_single_genres_aside();
    division_ = {.groups = {},
                 .n_genres = genres_.size(),
                 .fractions = task_.fractions,
                 .folds = task_.folds};
    for (std::size_t k = 0; k < contents_.groups.size(); ++k)
      division_.groups.push_back(
          {.content = {contents_.groups[k].begin(), contents_.groups[k].end()},
           .role = role_of(k),
           .part = task_.train_part});
  }

  DividedTracks draw(std::uint64_t seed) const {
    const GroupParts drawn = draw_division(division_, seed);
    DividedTracks result{.parts = std::vector<std::optional<int>>(tracks_.size()), .notes = notes_};
    for (std::size_t t = 0; t < tracks_.size(); ++t) {
      if (dropped_[t]) continue;
      const auto k = static_cast<std::size_t>(task_.grouping.group[t]);
      result.parts[t] = contents_.train_only[k] ? task_.train_part : drawn[k];
    }
    require_every_genre_in_every_part(result.parts);
    return result;
  }

 private:
  /// @throws ConfigError  if a genre has tracks and none of them may be tested, and the rule is
  /// `fail`
  void require_genres_that_may_be_tested() const {
    if (!fail_) return;
    for (std::size_t g = 0; g < genres_.size(); ++g)
      if (contents_.n_groups[g] > 0 && contents_.n_open[g] == 0)
        throw ConfigError(fmt::format(
            "split: genre '{}' has no track that may be tested: its {} belong to groups with an "
            "unknown {}, which split.unknown_groups: train_only keeps in training; choose another "
            "rule there, or set split.single_group_genres to train_only to go without",
            genres_[g], counted(static_cast<std::size_t>(contents_.n_tracks[g]), "track"),
            task_.grouping.leading));
  }

  /// Genres of a single group follow their rule; only the others are divided.
  /// @throws ConfigError  if there are such genres and the rule is `fail`
  void set_single_genres_aside() {
    for (std::size_t g = 0; g < genres_.size(); ++g)
      if (contents_.n_groups[g] == 1 && contents_.n_open[g] == 1) single_.insert(g);
    if (single_.empty()) return;
    std::vector<std::string> names;
    for (const std::size_t g : single_) names.push_back(genres_[g]);
    if (fail_)
      throw ConfigError(
          fmt::format("split: genre '{}' has all its tracks in one {}, so it cannot be both in "
                      "training and in test; set split.single_group_genres to train_only or drop, "
                      "or give it more ({} such genre{}: {})",
                      names.front(), noun_, names.size(), names.size() == 1 ? "" : "s",
                      fmt::join(names, ", ")));
    notes_.push_back(fmt::format("{} of {} genres have all their tracks in one {} and are {}: {}",
                                 names.size(), genres_.size(), noun_,
                                 train_only_ ? "in training only, never tested" : "left out",
                                 fmt::join(names, ", ")));
    if (train_only_)
      keep_single_genres_in_training();
    else
      drop_single_genres();
  }

  /// @throws ConfigError  if a genre of several groups misses a part, and the rule is `fail`
  void require_every_genre_in_every_part(const std::vector<std::optional<int>>& parts) const {
    if (!fail_ || task_.folds) return;
    const std::size_t n_parts = task_.fractions.size();
    std::vector<bool> seen(genres_.size() * n_parts);
    for (std::size_t t = 0; t < tracks_.size(); ++t)
      if (parts[t])
        seen[static_cast<std::size_t>(tracks_[t].genre) * n_parts +
             static_cast<std::size_t>(*parts[t])] = true;
    std::vector<std::size_t> thin;
    for (std::size_t g = 0; g < genres_.size(); ++g)
      for (std::size_t p = 0; p < n_parts && contents_.n_groups[g] > 1; ++p)
        if (!seen[g * n_parts + p]) {
          thin.push_back(g);
          break;
        }
    if (thin.empty()) return;
    const std::size_t g = thin.front();
    throw ConfigError(
        fmt::format("split: genre '{}' cannot be in each of the {} parts: its {} tracks are in "
                    "{} {}s{}; set split.single_group_genres to train_only or drop to go "
                    "without, or ask for fewer parts ({} such genre{})",
                    genres_[g], task_.fractions.size(), contents_.n_tracks[g],
                    contents_.n_groups[g], noun_.substr(0, noun_.find(' ')),
                    noun_.find(' ') == std::string::npos ? "" : noun_.substr(noun_.find(' ')),
                    thin.size(), thin.size() == 1 ? "" : "s"));
  }

  bool is_single(int genre) const { return single_.contains(static_cast<std::size_t>(genre)); }

  void keep_single_genres_in_training() {
    std::map<int, int> held;  // by genre: tracks of other genres that the same groups hold
    for (std::size_t k = 0; k < contents_.groups.size(); ++k) {
      const std::map<int, int>& group = contents_.groups[k];
      if (std::ranges::none_of(group, [&](const auto& item) { return is_single(item.first); }))
        continue;
      contents_.train_only[k] = true;
      for (const auto& [genre, n] : group)
        if (!is_single(genre)) held[genre] += n;
    }
    contents_.count();
    if (held.empty()) return;
    std::vector<std::string> names;
    for (const auto& [genre, n] : held) {
      const auto g = static_cast<std::size_t>(genre);
      names.push_back(fmt::format("{} of {} of {}", n, contents_.n_tracks[g], genres_[g]));
    }
    notes_.push_back(fmt::format("the same groups keep tracks of other genres in training: {}",
                                 fmt::join(names, ", ")));
  }

  void drop_single_genres() {
    for (std::map<int, int>& group : contents_.groups)
      std::erase_if(group, [&](const auto& item) { return is_single(item.first); });
    for (std::size_t t = 0; t < tracks_.size(); ++t)
      if (is_single(tracks_[t].genre)) dropped_[t] = true;
    contents_.count();
  }

  GroupRole role_of(std::size_t k) const {
    if (contents_.groups[k].empty()) return GroupRole::unused;
    if (!contents_.train_only[k]) return GroupRole::open;
    // Folds must be the same whichever of them is tested, so what stays in training takes no part
    // in their division.
    return task_.folds ? GroupRole::unused : GroupRole::fixed;
  }

  const TrackDivisionTask task_;
  const std::vector<std::string>& genres_;
  const std::vector<Track>& tracks_;
  const bool fail_, train_only_;  ///< the rule for genres of a single group
  const std::string noun_;        ///< what a group is called
  std::vector<bool> dropped_;     ///< of each track
  GroupContents contents_;
  std::set<std::size_t> single_;  ///< genres of a single group
  std::vector<std::string> notes_;
  DivisionTask division_;
};

namespace {

/// Numbers of tracks of one genre in each part.
using PartCounts = std::array<std::size_t, 4>;

std::size_t in(const PartCounts& counts, Part part) {
  return counts[static_cast<std::size_t>(part)];
}

/// Numbers of tracks by genre in each part of a split.
std::vector<PartCounts> count_parts(const Dataset& dataset, const std::vector<Part>& parts) {
  std::vector<PartCounts> counts(dataset.genres().size(), PartCounts{});
  for (std::size_t t = 0; t < parts.size(); ++t)
    ++counts[static_cast<std::size_t>(dataset.tracks()[t].genre)]
            [static_cast<std::size_t>(parts[t])];
  return counts;
}

/// Moves whole groups that have a track of a genre in one part to another part.
void move_groups(Split& split, const Dataset& dataset, const Grouping& grouping, int genre,
                 Part from, Part to) {
  std::set<int> moved;
  for (std::size_t t = 0; t < split.parts.size(); ++t)
    if (split.parts[t] == from && dataset.tracks()[t].genre == genre)
      moved.insert(grouping.group[t]);
  for (std::size_t t = 0; t < split.parts.size(); ++t)
    if (split.parts[t] == from && moved.contains(grouping.group[t])) split.parts[t] = to;
}

/// Gives a genre that is tested but not trained something to train on, or has it not tested.
/// @throws ConfigError  if the rule is `fail` and the genre has no validation group
void train_or_do_not_test(Split& split, int genre, bool has_validation, const Dataset& dataset,
                          const Grouping& grouping, const GroupOptions& options) {
  const std::string& name = dataset.genre_name(genre);
  if (has_validation) {
    move_groups(split, dataset, grouping, genre, Part::valid, Part::train);
    split.notes.push_back(
        fmt::format("genre {} would be in validation and test only; its validation groups are in "
                    "training instead",
                    name));
  } else if (options.single_group_genres == SingleGroupRule::fail) {
    throw ConfigError(
        fmt::format("split: genre '{}' would be tested and not trained: all its tracks are in "
                    "the test part; set split.single_group_genres to train_only or drop, ask for "
                    "fewer folds, or give it more groups",
                    name));
  } else if (options.single_group_genres == SingleGroupRule::drop) {
    for (std::size_t t = 0; t < split.parts.size(); ++t)
      if (dataset.tracks()[t].genre == genre) split.parts[t] = Part::none;
  } else {
    move_groups(split, dataset, grouping, genre, Part::test, Part::train);
  }
}

/// Adds a note on genres of several groups that are missing from a part.
void note_missing_genres(Split& split, const Dataset& dataset, const Grouping& grouping,
                         bool validation) {
  const std::vector<std::string>& genres = dataset.genres();
  const auto counts = count_parts(dataset, split.parts);
  std::vector<std::optional<int>> first(genres.size());
  std::vector<bool> several(genres.size());  // groups
  for (std::size_t t = 0; t < split.parts.size(); ++t) {
    const auto g = static_cast<std::size_t>(dataset.tracks()[t].genre);
    if (!first[g]) first[g] = grouping.group[t];
    if (*first[g] != grouping.group[t]) several[g] = true;
  }
  std::vector<std::string> missing;
  for (std::size_t g = 0; g < genres.size(); ++g) {
    const std::size_t n_train = in(counts[g], Part::train), n_valid = in(counts[g], Part::valid),
                      n_test = in(counts[g], Part::test);
    if (!several[g] || n_train + n_valid + n_test == 0) continue;
    std::vector<std::string_view> lacks;
    if (n_train == 0) lacks.emplace_back("training");
    if (validation && n_valid == 0) lacks.emplace_back("validation");
    if (n_test == 0) lacks.emplace_back("test");
    if (!lacks.empty())
      missing.push_back(fmt::format("{} (no {} tracks)", genres[g], fmt::join(lacks, " and no ")));
  }
  if (!missing.empty())
    split.notes.push_back(fmt::format("{} genre{} too few groups to be in every part: {}",
                                      missing.size(), missing.size() == 1 ? " has" : "s have",
                                      fmt::join(missing, ", ")));
}

}  // namespace

TrackDivider::TrackDivider(const TrackDivisionTask& task)
    : work_(std::make_unique<const Work>(task)) {}

TrackDivider::~TrackDivider() = default;

DividedTracks TrackDivider::draw(std::uint64_t seed) const { return work_->draw(seed); }

void finish_split(Split& split, const Dataset& dataset, const Grouping& grouping,
                  const GroupOptions& options, bool validation) {
  std::vector<PartCounts> counts = count_parts(dataset, split.parts);
  for (int genre = 0; genre < static_cast<int>(counts.size());) {
    const PartCounts& parts = counts[static_cast<std::size_t>(genre)];
    if (in(parts, Part::test) == 0 || in(parts, Part::train) > 0) {
      ++genre;
      continue;
    }
    train_or_do_not_test(split, genre, in(parts, Part::valid) > 0, dataset, grouping, options);
    counts = count_parts(dataset, split.parts);
    genre = 0;  // the groups that moved may hold other genres
  }
  note_missing_genres(split, dataset, grouping, validation);
  note_straddling_copies(split, grouping);
}

}  // namespace genrebench
