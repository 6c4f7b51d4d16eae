// Random parts with the same shares of every genre; whole groups are on one side.

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "harness/grouping/grouped_splitter.hpp"
#include "harness/grouping/track_division.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

struct StratifiedOptions : GroupOptions {
  double train_fraction = 0.7;
  double valid_fraction = 0.0;
};

const OptionTable<StratifiedOptions>& stratified_options() {
  static const OptionTable<StratifiedOptions> options = [] {
    OptionTable<StratifiedOptions> t;
    t.number("train_fraction", &StratifiedOptions::train_fraction, 0.01, 0.99,
             "Share of each genre's tracks for training.", "the paper, section 3: 70/30")
        .number(
            "valid_fraction", &StratifiedOptions::valid_fraction, 0.0, 0.98,
            "Share of each genre's tracks for validation, which tuning and early stopping need. "
            "The remaining tracks are the test part.");
    return add_group_options(t);
  }();
  return options;
}

/// What does not depend on the seed, for one dataset.
class PreparedStratified final : public PreparedSplit {
 public:
  PreparedStratified(const Dataset& dataset, const Grouping& grouping,
                     const StratifiedOptions& options, std::vector<std::pair<Part, double>> shares)
      : dataset_(dataset), grouping_(grouping), options_(options), shares_(std::move(shares)) {
    if (options_.unit == SplitUnit::excerpt) return;
    std::vector<double> fractions;
    for (const auto& [part, share] : shares_) fractions.push_back(share);
    divider_.emplace(TrackDivisionTask{.dataset = dataset,
                                       .grouping = grouping,
                                       .options = options,
                                       .fractions = std::move(fractions),
                                       .train_part = 0,
                                       .folds = false});
  }

  Split draw(std::uint64_t seed) const override {
    if (auto pieces = excerpt_split(grouping_, options_, shares_, seed)) {
      note_straddling_copies(*pieces, grouping_);
      return *std::move(pieces);
    }
    Split result = start_split(grouping_, options_);
    const DividedTracks divided = divider_->draw(seed);
    result.notes.insert(result.notes.end(), divided.notes.begin(), divided.notes.end());
    for (const std::optional<int> part : divided.parts)
      result.parts.push_back(part ? shares_[static_cast<std::size_t>(*part)].first : Part::none);
    finish_split(result, dataset_, grouping_, options_, options_.valid_fraction > 0.0);
    return result;
  }

 private:
  const Dataset& dataset_;
  const Grouping& grouping_;
  const StratifiedOptions& options_;
  const std::vector<std::pair<Part, double>> shares_;  ///< of training first, of test last
  std::optional<TrackDivider> divider_;                ///< nothing where excerpts are divided
};

class Stratified final : public GroupedSplitter {
 public:
  explicit Stratified(const StratifiedOptions& options)
      : GroupedSplitter(options), options_(options) {
    if (options.train_fraction + options.valid_fraction > 0.99)
      throw ConfigError(fmt::format(
          "split stratified: train_fraction + valid_fraction must leave a test part, found {} + {}",
          options.train_fraction, options.valid_fraction));
  }

 private:
  std::unique_ptr<const PreparedSplit> divide(const Dataset& dataset, const TrackContents&,
                                              const Grouping& grouping) const override {
    std::vector<std::pair<Part, double>> shares = {{Part::train, options_.train_fraction}};
    if (options_.valid_fraction > 0.0) shares.emplace_back(Part::valid, options_.valid_fraction);
    shares.emplace_back(Part::test, 1.0 - options_.train_fraction - options_.valid_fraction);
    return std::make_unique<PreparedStratified>(dataset, grouping, options_, std::move(shares));
  }

  StratifiedOptions options_;
};

}  // namespace

void register_stratified(Registry& registry) {
  registry.splits.add(
      {{.name = "stratified",
        .summary = "Random parts with the same shares of every genre; groups stay whole.",
        .options = stratified_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Stratified>(stratified_options().parse(values));
       }});
}

}  // namespace genrebench
