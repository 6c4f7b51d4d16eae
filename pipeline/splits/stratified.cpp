// Random parts with the same shares of every genre; whole groups are on one side.

#include <fmt/format.h>

#include "base/random.hpp"
#include "harness/grouping/track_division.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

struct StratifiedOptions : GroupOptions {
  double train_fraction = 0.7;
  double valid_fraction = 0.0;
};

const OptionTable<StratifiedOptions>& option_table() {
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

class Stratified final : public Splitter {
 public:
  explicit Stratified(const StratifiedOptions& options) : options_(options) {
    if (options.train_fraction + options.valid_fraction > 0.99)
      throw ConfigError(fmt::format(
          "split stratified: train_fraction + valid_fraction must leave a test part, found {} + {}",
          options.train_fraction, options.valid_fraction));
  }

  Split split(const Dataset& dataset, const TrackContents& content,
              std::uint64_t seed) const override {
    std::vector<Part> names = {Part::train, Part::test};
    std::vector<double> fractions = {options_.train_fraction,
                                     1.0 - options_.train_fraction - options_.valid_fraction};
    if (options_.valid_fraction > 0.0) {
      names.insert(names.begin() + 1, Part::valid);
      fractions.insert(fractions.begin() + 1, options_.valid_fraction);
    }
    const std::uint64_t own_seed =
        derive_seed(options_.seed ? static_cast<std::uint64_t>(*options_.seed) : seed, "split");
    std::vector<std::pair<Part, double>> shares;
    for (std::size_t p = 0; p < names.size(); ++p) shares.emplace_back(names[p], fractions[p]);
    const Grouping grouping = group_tracks(dataset, content, options_);
    if (auto pieces = excerpt_split(grouping, options_, std::move(shares), own_seed)) {
      note_straddling_copies(*pieces, grouping);
      return *std::move(pieces);
    }
    Split result = start_split(grouping, options_);
    const DividedTracks divided = divide({.dataset = dataset,
                                          .grouping = grouping,
                                          .options = options_,
                                          .fractions = fractions,
                                          .train_part = 0,
                                          .folds = false,
                                          .seed = own_seed});
    result.notes.insert(result.notes.end(), divided.notes.begin(), divided.notes.end());
    for (const std::optional<int> part : divided.parts)
      result.parts.push_back(part ? names[static_cast<std::size_t>(*part)] : Part::none);
    finish_split(result, dataset, grouping, options_, options_.valid_fraction > 0.0);
    return result;
  }

 private:
  StratifiedOptions options_;
};

}  // namespace

void register_stratified(Registry& registry) {
  registry.splits.add(
      {{.name = "stratified",
        .summary = "Random parts with the same shares of every genre; groups stay whole.",
        .options = option_table().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Stratified>(option_table().parse(values));
       }});
}

}  // namespace genrebench
