#pragma once
// Features of a clip that arrives in blocks.

#include <Eigen/Core>
#include <span>

namespace genrebench {

/// A feature matrix under construction. Blocks may have any sizes: the result is that of the whole
/// clip, to the bit. One stream belongs to one thread; the extractor that made it may be shared.
class FrameStream {
 public:
  virtual ~FrameStream() = default;
  /// The next samples of the clip (mono). NaN or infinite samples are not looked for (AudioReader
  /// refuses them): they spoil the frames that contain them and everything scaled by the clip's
  /// maximum.
  virtual void push(std::span<const float> samples) = 0;
  /// Ends the clip. Call once; push nothing afterwards.
  /// @return  n_rows x n_frames; column t is centred at sample t * hop_length (or begins there, if
  /// not centred)
  /// @throws DataError  if the clip has no frame: it is empty, or too short for uncentred or
  /// reflected framing
  virtual Eigen::MatrixXf finish() = 0;
};

}  // namespace genrebench
