#pragma once
// Features of a clip that arrives in blocks.

#include <Eigen/Core>
#include <cstdint>
#include <memory>
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

/// The features of a clip that is there as a whole.
/// @param extractor  makes streams: stream(expected_samples)
template <typename Extractor>
Eigen::MatrixXf of_whole_clip(const Extractor& extractor, std::span<const float> clip) {
  const std::unique_ptr<FrameStream> stream =
      extractor.stream(static_cast<std::int64_t>(clip.size()));
  stream->push(clip);
  return stream->finish();
}

}  // namespace genrebench
