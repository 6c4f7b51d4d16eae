// The whole song as one section: what any segmentation must beat.

#include "pipeline/excerpts/support/section_baseline.hpp"
#include "pipeline/excerpts/support/window_features.hpp"

namespace genrebench {
namespace {

struct WholeOptions : LargestClusterOptions {};

const OptionTable<WholeOptions>& whole_options() {
  static const OptionTable<WholeOptions> options = [] {
    OptionTable<WholeOptions> t;
    add_largest_cluster_options(t);
    return t;
  }();
  return options;
}

class Whole final : public SectionBaseline {
 public:
  Whole(std::string recipe, const WholeOptions& options)
      : SectionBaseline(std::move(recipe), options) {}

 private:
  SegmentationExample find(std::span<const float> samples, const std::string&,
                           std::optional<int>) const override {
    return {.sections = {{0.0, static_cast<double>(samples.size()) / kWindowFeatureRate, 0}}};
  }
};

}  // namespace

void register_whole(Registry& registry) {
  registry.excerpts.add(section_baseline<Whole>(
      {.name = "whole",
       .summary = "A segmentation that finds nothing: the song is one section. What others are "
                  "compared with."},
      whole_options()));
}

}  // namespace genrebench
