#pragma once
// The part of a segmentation that figures show.

#include <span>

#include "harness/plugin/segmentation_example.hpp"
#include "signal/segmentation/segmentation.hpp"

namespace genrebench {

/// All but the track's id and the columns of its signal, which a segmentation does not know.
SegmentationExample example_of(const Segmentation& segmentation);

/// Adds the lowest and highest sample of each of some 800 columns of the track's signal.
void add_signal(SegmentationExample& example, std::span<const float> samples);

}  // namespace genrebench
