// k parts (folds) of equal size, of which one is tested.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "harness/grouping/grouped_splitter.hpp"
#include "harness/grouping/track_division.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

struct KFoldOptions : GroupOptions {
  int folds = 10;
  int fold = 0;
  bool validation_fold = false;
};

const OptionTable<KFoldOptions>& kfold_options() {
  static const OptionTable<KFoldOptions> options = [] {
    OptionTable<KFoldOptions> t;
    t.integer("folds", &KFoldOptions::folds, 2, 1000, "Number of folds.", "Kohavi, IJCAI 1995: 10")
        .integer("fold", &KFoldOptions::fold, 0, 999,
                 "The fold that is tested, from 0. For a full cross-validation sweep over it with "
                 "split.seed fixed.")
        .boolean("validation_fold", &KFoldOptions::validation_fold,
                 "Use the fold after the tested one for validation. Methods that stop early and "
                 "method.tune need a validation part.");
    return add_group_options(t);
  }();
  return options;
}

/// What does not depend on the seed, for one dataset.
class PreparedFolds final : public PreparedSplit {
 public:
  PreparedFolds(const Dataset& dataset, const Grouping& grouping, const KFoldOptions& options)
      : dataset_(dataset), grouping_(grouping), options_(options) {
    if (options_.unit == SplitUnit::excerpt) return;
    refuse_too_few_groups();
    // Genres of one group stay in a fold that is trained on, whichever.
    const int train =
        options_.folds == 2 ? 1 - options_.fold : (options_.fold + 2) % options_.folds;
    divider_.emplace(TrackDivisionTask{
        .dataset = dataset,
        .grouping = grouping,
        .options = options,
        .fractions = std::vector<double>(static_cast<std::size_t>(options_.folds), share()),
        .train_part = train,
        .folds = true});
  }

  Split draw(std::uint64_t seed) const override {
    std::vector<std::pair<Part, double>> shares;
    for (int fold = 0; fold < options_.folds; ++fold) shares.emplace_back(part_of(fold), share());
    if (auto pieces = excerpt_split(grouping_, options_, std::move(shares), seed)) {
      note_straddling_copies(*pieces, grouping_);
      return *std::move(pieces);
    }
    Split result = start_split(grouping_, options_);
    const DividedTracks divided = divider_->draw(seed);
    result.notes.insert(result.notes.end(), divided.notes.begin(), divided.notes.end());
    for (const std::optional<int> fold : divided.parts)
      result.parts.push_back(fold ? part_of(*fold) : Part::none);
    finish_split(result, dataset_, grouping_, options_, options_.validation_fold);
    return result;
  }

 private:
  double share() const { return 1.0 / options_.folds; }

  Part part_of(int fold) const {
    const int valid = options_.validation_fold ? (options_.fold + 1) % options_.folds : -1;
    return fold == options_.fold ? Part::test : fold == valid ? Part::valid : Part::train;
  }

  /// @throws ConfigError  if there are fewer groups that may be tested than folds
  void refuse_too_few_groups() const {
    std::set<int> open, closed;
    for (std::size_t t = 0; t < grouping_.group.size(); ++t)
      if (!grouping_.dropped[t])
        (grouping_.train_only[t] ? closed : open).insert(grouping_.group[t]);
    for (const int group : closed) open.erase(group);
    if (open.size() >= static_cast<std::size_t>(options_.folds)) return;
    const bool tracks = grouping_.kinds.empty();
    throw ConfigError(
        fmt::format("split.folds: {} folds need at least as many {}, and the dataset has {}{}; {}",
                    options_.folds,
                    tracks ? std::string("tracks")
                           : fmt::format("groups ({})", fmt::join(grouping_.kinds, ", ")),
                    open.size(), closed.empty() ? "" : " that may be tested",
                    open.size() < 2 ? std::string("take another split")
                                    : fmt::format("set split.folds to {} or fewer", open.size())));
  }

  const Dataset& dataset_;
  const Grouping& grouping_;
  const KFoldOptions& options_;
  std::optional<TrackDivider> divider_;  ///< nothing where excerpts are divided
};

class KFold final : public GroupedSplitter {
 public:
  explicit KFold(const KFoldOptions& options) : GroupedSplitter(options), options_(options) {
    if (options.fold >= options.folds)
      throw ConfigError(fmt::format("split kfold: fold must be below folds = {}, found {}",
                                    options.folds, options.fold));
    if (options.validation_fold && options.folds < 3)
      throw ConfigError("split kfold: validation_fold needs at least 3 folds, found 2");
  }

 private:
  std::unique_ptr<const PreparedSplit> divide(const Dataset& dataset, const TrackContents&,
                                              const Grouping& grouping) const override {
    return std::make_unique<PreparedFolds>(dataset, grouping, options_);
  }

  KFoldOptions options_;
};

}  // namespace

void register_kfold(Registry& registry) {
  registry.splits.add(
      {{.name = "kfold",
        .summary = "k folds of equal size with the same shares of every genre; one is tested.",
        .source = "Kohavi, A study of cross-validation and bootstrap, IJCAI 1995",
        .options = kfold_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<KFold>(kfold_options().parse(values));
       }});
}

}  // namespace genrebench
