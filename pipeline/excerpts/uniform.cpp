// Sections of equal length, whatever the song: what any segmentation must beat.

#include <algorithm>
#include <cmath>

#include "pipeline/excerpts/support/section_baseline.hpp"
#include "pipeline/excerpts/support/window_features.hpp"

namespace genrebench {
namespace {

struct UniformOptions : LargestClusterOptions {
  double section_s = 15.0;
  std::optional<int> clusters;
};

const OptionTable<UniformOptions>& uniform_options() {
  static const OptionTable<UniformOptions> options = [] {
    OptionTable<UniformOptions> t;
    t.number("section_s", &UniformOptions::section_s, 0.1, 3600.0,
             "Length of a section, in seconds, up to the rounding to equal sections.")
        .integer("clusters", &UniformOptions::clusters, 1, 1000,
                 "Number of clusters, which recur in turn; auto: every section is one of its own.");
    add_largest_cluster_options(t);
    return t;
  }();
  return options;
}

class Uniform final : public SectionBaseline {
 public:
  Uniform(std::string recipe, const UniformOptions& options)
      : SectionBaseline(std::move(recipe), options), options_(options) {}

 private:
  SegmentationExample find(std::span<const float> samples, const std::string&,
                           std::optional<int> clusters) const override {
    const double duration_s = static_cast<double>(samples.size()) / kWindowFeatureRate;
    if (!clusters) clusters = options_.clusters;
    // At least one section of each cluster that is asked for.
    const int n = std::max(static_cast<int>(std::lround(duration_s / options_.section_s)),
                           clusters.value_or(1));
    const double length_s = duration_s / n;
    SegmentationExample example;
    for (int i = 0; i < n; ++i)
      example.sections.push_back({i * length_s, (i + 1) * length_s, clusters ? i % *clusters : i});
    return example;
  }

  UniformOptions options_;
};

}  // namespace

void register_uniform(Registry& registry) {
  registry.excerpts.add(section_baseline<Uniform>(
      {.name = "uniform",
       .summary = "A segmentation that does not listen: sections of equal length. What others are "
                  "compared with."},
      uniform_options()));
}

}  // namespace genrebench
