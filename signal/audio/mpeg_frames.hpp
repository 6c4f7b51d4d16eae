#pragma once
// Internal. The four header bytes of an MPEG audio frame.

#include <cstdint>
#include <optional>

namespace genrebench {

/// MPEG-1, 2 and 2.5, layers I to III.
struct MpegFrame {
  int layer = 0;
  int rate_hz = 0;
  int channels = 0;
  int samples = 0;         ///< per channel
  int bytes = 0;           ///< with the header; 0 in free format, where no field says it
  int padding = 0;         ///< bytes of padding, which `bytes` counts
  int side_info_end = 0;   ///< where a Xing header would be
  std::uint32_t kind = 0;  ///< version, layer and sample rate: the same in every frame of a stream
};

/// @param header  big-endian
std::optional<MpegFrame> parse_mpeg_header(std::uint32_t header);

}  // namespace genrebench
