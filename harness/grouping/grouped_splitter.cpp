#include "harness/grouping/grouped_splitter.hpp"

#include "base/random.hpp"
#include "harness/grouping/training_size.hpp"

namespace genrebench {
namespace {

class PreparedGroups final : public PreparedSplit {
 public:
  PreparedGroups(const Dataset& dataset, const TrackContents& content, const GroupOptions& options)
      : dataset_(dataset), options_(options), grouping(group_tracks(dataset, content, options)) {}

  Split draw(std::uint64_t seed) const override {
    const std::uint64_t own_seed =
        derive_seed(options_.seed ? static_cast<std::uint64_t>(*options_.seed) : seed, "split");
    Split split = division->draw(own_seed);
    limit_training(split, dataset_, grouping, options_, own_seed);
    return split;
  }

 private:
  const Dataset& dataset_;
  const GroupOptions& options_;

 public:
  const Grouping grouping;
  std::unique_ptr<const PreparedSplit> division;
};

}  // namespace

GroupedSplitter::GroupedSplitter(const GroupOptions& options) : shared_(options) {
  check_training_size(options);
}

std::unique_ptr<const PreparedSplit> GroupedSplitter::prepare(const Dataset& dataset,
                                                              const TrackContents& content) const {
  auto prepared = std::make_unique<PreparedGroups>(dataset, content, shared_);
  prepared->division = divide(dataset, content, prepared->grouping);
  return prepared;
}

Split GroupedSplitter::split(const Dataset& dataset, const TrackContents& content,
                             std::uint64_t seed) const {
  return prepare(dataset, content)->draw(seed);
}

}  // namespace genrebench
