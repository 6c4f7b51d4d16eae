#pragma once
// From one array per track to features: which of its axes is what, which layers are used, and how
// frames are pooled.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/npy.hpp"
#include "harness/plugin/stored_feature.hpp"

namespace genrebench {

enum class ArrayAxis { layers, frames, dims };

/// What becomes of the frames of a track.
enum class FramePool {
  mean,      ///< their mean
  mean_std,  ///< their mean, then their population deviation
  max,       ///< the largest value of each dim
  none,      ///< they stay a sequence
  each       ///< each is an excerpt of its own
};

/// How layers become one vector per frame.
enum class LayerJoin { concatenate, mean };

struct ArrayLayoutOptions {
  /// What the axes are, the slowest of C order first. Empty: arrays have one axis, dims.
  std::vector<ArrayAxis> axes = {};
  /// Words of the option `layers`: numbers from 0 ("3"; "-1" is the last), ranges ("10-12") and at
  /// most one of "mean" and "concatenate".
  std::vector<std::string> layers = {};
  FramePool pool = FramePool::mean;
  double scale = 1.0;   ///< every value is multiplied by it,
  double offset = 0.0;  ///< and this is added
  /// The value in place of NaN, before scale and offset; empty: NaN is refused.
  std::optional<double> nan_value = {};
};

/// Makes features of arrays. Immutable, shared between threads.
class ArrayLayout {
 public:
  /// @throws ConfigError  if the options do not go together
  explicit ArrayLayout(ArrayLayoutOptions options);

  /// True if the frames of a track stay a sequence.
  bool sequence() const { return options_.pool == FramePool::none; }

  /// Reads the chosen layers of an array, and nothing else of it.
  /// @param where  the file and the track, for messages
  /// @return       dims (times layers where they are concatenated, times 2 with deviations) x
  ///               frames; with FramePool::each one column per frame
  /// @throws DataError  the array has other axes, is empty, lacks a layer, or has a value that is
  ///                    not finite
  StoredNumbers numbers_of(const NpyArray& array, const std::string& where) const;

 private:
  /// Layers of the option, counted from the last where they are negative.
  struct LayerRange {
    std::int64_t first = 0, last = 0;
  };
  /// Number of elements along an axis, and places from one to the next in the file.
  struct Along {
    std::size_t size = 1, stride = 0;
  };
  struct Shape {
    Along layers, frames, dims;
  };

  bool has(ArrayAxis axis) const;
  void read_layers();
  Shape shape_of(const NpyArray& array, const std::string& where) const;
  std::vector<std::size_t> chosen_layers(std::size_t n_layers, const std::string& where) const;
  FeatureMatrix read_layer(const NpyArray& array, const Shape& shape, std::size_t layer) const;
  FeatureMatrix joined(const NpyArray& array, const Shape& shape, const std::string& where) const;
  std::vector<FeatureMatrix> pooled(FeatureMatrix frames) const;
  std::string text_of(const Shape& shape) const;

  ArrayLayoutOptions options_;
  std::vector<LayerRange> layers_;  ///< empty: all
  LayerJoin join_ = LayerJoin::concatenate;
};

}  // namespace genrebench
