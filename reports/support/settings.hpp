#pragma once
// Settings that a reader needs beside a number, in words: the preset of the segmentation, and the
// weights that a network starts from.

#include <map>
#include <string>

#include "harness/records/store_reader.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {

/// "tuned", "authors", "paper", or "own settings" where an option of the segmentation is not what
/// its preset says; empty where the excerpt does not segment. The seed of k-means and the way of
/// computing are no settings.
std::string segmentation_title(const Parameters& parameters);

/// A text that tells excerpts apart, with segmentation_title() before it unless it names the preset
/// itself: "tuned, excerpts=2".
std::string with_segmentation(std::string text, const Parameters& parameters);

/// What a network started from: "random weights", "ImageNet weights" (torchvision's files and the
/// original ones, known by their SHA-256), or "weights resnet.pth abcdef12" with the beginning of a
/// hash of the file's content. Empty for methods that take no weights.
std::string weights_title(const RunRecord& run);

/// weights_title() where the method starts from random weights.
inline constexpr const char* kRandomWeights = "random weights";
inline constexpr const char* kImageNetWeights = "ImageNet weights";

}  // namespace genrebench
