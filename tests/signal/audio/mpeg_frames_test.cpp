#include "signal/audio/mpeg_frames.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace mpeg_frames_test {

TEST(MpegHeader, IsReadAsTheStandardSays) {
  const auto frame = parse_mpeg_header(0xFFFB9064);  // MPEG-1 layer III, 128 kbit/s, joint stereo
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->layer, 3);
  EXPECT_EQ(frame->rate_hz, 44100);
  EXPECT_EQ(frame->channels, 2);
  EXPECT_EQ(frame->samples, 1152);
  EXPECT_EQ(frame->bytes, 417);  // 144 * 128000 / 44100
  EXPECT_EQ(frame->side_info_end, 36);
  const auto padded = parse_mpeg_header(0xFFFB9264);
  ASSERT_TRUE(padded);
  EXPECT_EQ(padded->bytes, 418);
  EXPECT_EQ(padded->kind, frame->kind);
}

TEST(MpegHeader, KnowsAllVersionsAndLayers) {
  const auto low = parse_mpeg_header(0xFFF350C4);  // MPEG-2 layer III, 40 kbit/s, mono
  ASSERT_TRUE(low);
  EXPECT_EQ(low->rate_hz, 22050);
  EXPECT_EQ(low->samples, 576);
  EXPECT_EQ(low->channels, 1);
  EXPECT_EQ(low->bytes, 130);  // 72 * 40000 / 22050
  EXPECT_EQ(low->side_info_end, 13);
  const auto lowest = parse_mpeg_header(0xFFE318C4);  // MPEG-2.5, 8 kbit/s at 8000 Hz
  ASSERT_TRUE(lowest);
  EXPECT_EQ(lowest->rate_hz, 8000);
  const auto second = parse_mpeg_header(0xFFFD8404);  // layer II, 128 kbit/s at 48 kHz
  ASSERT_TRUE(second);
  EXPECT_EQ(second->layer, 2);
  EXPECT_EQ(second->bytes, 384);
  const auto first = parse_mpeg_header(0xFFFF8200);  // layer I, 256 kbit/s at 44.1 kHz, padded
  ASSERT_TRUE(first);
  EXPECT_EQ(first->samples, 384);
  EXPECT_EQ(first->bytes, 280);  // 4 * (12 * 256000 / 44100 + 1)
}

TEST(MpegHeader, LeavesTheSizeOfFreeFormatOpen) {
  const auto frame = parse_mpeg_header(0xFFFB0064);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->bytes, 0);
}

TEST(MpegHeader, RefusesWhatIsReserved) {
  for (const std::uint32_t header : {0xFFFBF064u,  // bit rate
                                     0xFFFB9C64u,  // sample rate
                                     0xFFEB9064u,  // version
                                     0xFFF99064u,  // layer: AAC has this
                                     0xFFDB9064u, 0x00000000u, 0x7FFB9064u})
    EXPECT_FALSE(parse_mpeg_header(header)) << std::hex << header;
}

}  // namespace mpeg_frames_test
}  // namespace genrebench
