#include "signal/audio/mpeg_frames.hpp"

#include <array>
#include <cstddef>

namespace genrebench {

std::optional<MpegFrame> parse_mpeg_header(std::uint32_t header) {
  static constexpr std::array<std::array<int, 15>, 5> kKbps = {{
      {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},  // MPEG-1 layer I
      {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},     // MPEG-1 layer II
      {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},      // MPEG-1 layer III
      {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},     // MPEG-2 layer I
      {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},  // MPEG-2 layers II and III
  }};
  static constexpr std::array<int, 3> kRatesHz = {44100, 48000, 32000};
  const std::uint32_t version = header >> 19 & 3;  // 0: 2.5, 2: 2, 3: 1
  const std::uint32_t layer = 4 - (header >> 17 & 3);
  const std::uint32_t bit_rate = header >> 12 & 15;
  const std::uint32_t rate = header >> 10 & 3;
  if (header >> 21 != 0x7FF || version == 1 || layer == 4 || bit_rate == 15 || rate == 3)
    return std::nullopt;
  const bool first = version == 3;
  const std::size_t table = first ? layer - 1 : (layer == 1 ? 3 : 4);
  const int kbps = kKbps[table][bit_rate];
  MpegFrame frame;
  frame.layer = static_cast<int>(layer);
  frame.rate_hz = kRatesHz[rate] / (first ? 1 : version == 2 ? 2 : 4);
  frame.samples = layer == 1 ? 384 : (layer == 3 && !first ? 576 : 1152);
  frame.padding = static_cast<int>(header >> 9 & 1) * (layer == 1 ? 4 : 1);
  if (kbps != 0) {
    frame.bytes = (layer == 1 ? 12000 * kbps / frame.rate_hz * 4
                              : frame.samples / 8 * 1000 * kbps / frame.rate_hz) +
                  frame.padding;
  }
  const bool mono = (header >> 6 & 3) == 3;
  frame.channels = mono ? 1 : 2;
  frame.side_info_end = 4 + (first ? (mono ? 17 : 32) : (mono ? 9 : 17));
  frame.kind = header & 0x001E0C00;
  return frame;
}

}  // namespace genrebench
