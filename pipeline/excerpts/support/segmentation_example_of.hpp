#pragma once
// The part of a segmentation that figures show.

#include "harness/plugin/segmentation_example.hpp"
#include "signal/segmentation/segmentation.hpp"

namespace genrebench {

/// All but the track's id and the columns of its signal, which a segmentation does not know.
SegmentationExample example_of(const Segmentation& segmentation);

}  // namespace genrebench
