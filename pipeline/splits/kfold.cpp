// k parts (folds) of equal size, of which one is tested.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "base/random.hpp"
#include "harness/grouping/track_division.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

struct KFoldOptions : GroupOptions {
  int folds = 10;
  int fold = 0;
  bool validation_fold = false;
};

const OptionTable<KFoldOptions>& option_table() {
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

class KFold final : public Splitter {
 public:
  explicit KFold(const KFoldOptions& options) : options_(options) {
    if (options.fold >= options.folds)
      throw ConfigError(fmt::format("split kfold: fold must be below folds = {}, found {}",
                                    options.folds, options.fold));
    if (options.validation_fold && options.folds < 3)
      throw ConfigError("split kfold: validation_fold needs at least 3 folds, found 2");
  }

  Split split(const Dataset& dataset, const TrackContents& content,
              std::uint64_t seed) const override {
    const std::uint64_t own_seed =
        derive_seed(options_.seed ? static_cast<std::uint64_t>(*options_.seed) : seed, "split");
    const int valid = options_.validation_fold ? (options_.fold + 1) % options_.folds : -1;
    const int train = (options_.fold + 2) % options_.folds;  // where genres of one group stay; any
                                                             // fold that is trained on
    const std::vector<double> fractions(static_cast<std::size_t>(options_.folds),
                                        1.0 / options_.folds);
    const auto part_of = [&](int fold) {
      return fold == options_.fold ? Part::test : fold == valid ? Part::valid : Part::train;
    };
    std::vector<std::pair<Part, double>> shares;
    for (int fold = 0; fold < options_.folds; ++fold)
      shares.emplace_back(part_of(fold), fractions.front());
    const Grouping grouping = group_tracks(dataset, content, options_);
    if (auto pieces = excerpt_split(grouping, options_, std::move(shares), own_seed)) {
      note_straddling_copies(*pieces, grouping);
      return *std::move(pieces);
    }
    refuse_too_few_groups(grouping);
    Split result = start_split(grouping, options_);
    const int train_part = options_.folds == 2 ? 1 - options_.fold : train;
    const DividedTracks divided = divide({.dataset = dataset,
                                          .grouping = grouping,
                                          .options = options_,
                                          .fractions = fractions,
                                          .train_part = train_part,
                                          .folds = true,
                                          .seed = own_seed});
    result.notes.insert(result.notes.end(), divided.notes.begin(), divided.notes.end());
    for (const std::optional<int> fold : divided.parts)
      result.parts.push_back(fold ? part_of(*fold) : Part::none);
    finish_split(result, dataset, grouping, options_, options_.validation_fold);
    return result;
  }

 private:
  /// @throws ConfigError  if there are fewer groups that may be tested than folds
  void refuse_too_few_groups(const Grouping& grouping) const {
    std::set<int> open, closed;
    for (std::size_t t = 0; t < grouping.group.size(); ++t)
      if (!grouping.dropped[t]) (grouping.train_only[t] ? closed : open).insert(grouping.group[t]);
    for (const int group : closed) open.erase(group);
    if (open.size() >= static_cast<std::size_t>(options_.folds)) return;
    const bool tracks = grouping.kinds.empty();
    throw ConfigError(
        fmt::format("split.folds: {} folds need at least as many {}, and the dataset has {}{}; {}",
                    options_.folds,
                    tracks ? std::string("tracks")
                           : fmt::format("groups ({})", fmt::join(grouping.kinds, ", ")),
                    open.size(), closed.empty() ? "" : " that may be tested",
                    open.size() < 2 ? std::string("take another split")
                                    : fmt::format("set split.folds to {} or fewer", open.size())));
  }

  KFoldOptions options_;
};

}  // namespace

void register_kfold(Registry& registry) {
  registry.splits.add(
      {{.name = "kfold",
        .summary = "k folds of equal size with the same shares of every genre; one is tested.",
        .source = "Kohavi, A study of cross-validation and bootstrap, IJCAI 1995",
        .options = option_table().schema()},
       [](const OptionValues& values) {
         return std::make_unique<KFold>(option_table().parse(values));
       }});
}

}  // namespace genrebench
