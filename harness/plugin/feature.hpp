#pragma once
// What turns samples into numbers that a method can learn from.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/plugin/method.hpp"
#include "signal/spectrum/frame_stream.hpp"

namespace genrebench {

/// A feature extractor. Immutable, shared between threads.
class Feature {
 public:
  virtual ~Feature() = default;

  /// Sample rate of the mono signal that streams expect; 0 where the feature reads no audio
  /// (`table`).
  virtual double sample_rate_hz() const = 0;

  /// Starts the features of one excerpt. The samples are pushed in blocks of any size; finish()
  /// gives n_features x n_frames, one column where sequence() is false.
  /// @param expected_samples  0 if not known; only a hint for memory
  virtual std::unique_ptr<FrameStream> stream(std::int64_t expected_samples) const = 0;

  /// True if the number of columns follows the excerpt's length.
  virtual bool sequence() const = 0;
};

}  // namespace genrebench
