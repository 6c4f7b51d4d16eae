#pragma once
// What a feature plug-in is: it turns samples into numbers that a method can learn from.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/plugin/method.hpp"
#include "signal/spectrum/frame_stream.hpp"

namespace genrebench {

/// A feature extractor. Immutable, shared between threads; its streams are not.
class Feature {
 public:
  virtual ~Feature() = default;

  /// Sample rate of the mono signal that streams expect, in Hz; 0 if the feature reads no audio
  /// (`table`).
  virtual double sample_rate_hz() const = 0;

  /// Starts the features of one excerpt. The caller pushes samples (full scale is 1) in blocks of
  /// any size, then calls finish(), which gives n_features x n_frames; one column if sequence() is
  /// false. finish() throws DataError if the excerpt is too short.
  /// @param expected_samples  number of samples to come, only a hint for memory; 0: not known
  virtual std::unique_ptr<FrameStream> stream(std::int64_t expected_samples) const = 0;

  /// True if the feature gives no numbers: methods that can (MethodPlugin::takes_files) get the
  /// sound files themselves. Its sample rate is 0, and it starts no streams.
  virtual bool files() const { return false; }

  /// True if the number of columns follows the length of the excerpt.
  virtual bool sequence() const = 0;

  /// What a user ought to know of these options, one sentence each; plan and run print them.
  virtual std::vector<std::string> notes() const { return {}; }
};

}  // namespace genrebench
