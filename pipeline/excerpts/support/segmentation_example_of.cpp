#include "pipeline/excerpts/support/segmentation_example_of.hpp"

#include <algorithm>

#include "signal/segmentation/affinity.hpp"
#include "signal/segmentation/mds.hpp"

namespace genrebench {

SegmentationExample example_of(const Segmentation& s) {
  SegmentationExample example;
  example.duration_s = s.duration_s;
  for (std::size_t i = 0; i < s.n_windows(); ++i) example.window_starts_s.push_back(s.start_s(i));
  example.distances = symmetrise(s.sem.distances);
  example.adjacency = s.adjacency;
  example.labels = s.clustering.labels;
  example.sections = s.sections;
  example.eigenvalues.assign(s.clustering.eigenvalues.begin(), s.clustering.eigenvalues.end());
  example.points = classical_scaling(s.symmetric);
  return example;
}

void add_signal(SegmentationExample& example, std::span<const float> samples) {
  const std::size_t column = std::max<std::size_t>(1, samples.size() / 800);
  for (std::size_t begin = 0; begin < samples.size(); begin += column) {
    const auto part = samples.subspan(begin, std::min(column, samples.size() - begin));
    const auto [low, high] = std::minmax_element(part.begin(), part.end());
    example.minimum.push_back(*low);
    example.maximum.push_back(*high);
  }
}

}  // namespace genrebench
