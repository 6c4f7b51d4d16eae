#include "signal/audio/mp3_coder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numbers>

#include "base/error.hpp"
#include "signal/audio/mpeg_frames.hpp"

namespace genrebench {
namespace mp3_coder_test {

std::vector<float> tone(double rate_hz, double duration_s) {
  std::vector<float> samples(static_cast<std::size_t>(duration_s * rate_hz));
  for (std::size_t n = 0; n < samples.size(); ++n)
    samples[n] = static_cast<float>(
        0.5 * std::sin(2.0 * std::numbers::pi * 440.0 * static_cast<double>(n) / rate_hz));
  return samples;
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) word = word << 8 | static_cast<unsigned char>(bytes[at + i]);
  return word;
}

/// The headers of all frames say the bit rate.
TEST(Mp3Coder, WritesFramesOfTheBitRateThatIsAskedFor) {
  for (const double rate_hz : {8000.0, 22050.0, 44100.0})
    for (const int kbps : mp3_bit_rates(rate_hz)) {
      const std::string bytes = encode_mp3(tone(rate_hz, 1.0), rate_hz, kbps);
      std::size_t n_frames = 0;
      for (std::size_t at = 0; at + 4 <= bytes.size();) {
        const auto frame = parse_mpeg_header(big_endian(bytes, at));
        ASSERT_TRUE(frame) << "byte " << at;
        EXPECT_EQ(frame->layer, 3);
        EXPECT_EQ(frame->rate_hz, rate_hz);
        EXPECT_EQ(frame->channels, 1);
        const double rate_kbps =
            8.0 * (frame->bytes - frame->padding) * rate_hz / frame->samples / 1000.0;
        // The first frame holds no sound but facts of the file, which may need a longer one.
        if (n_frames++ > 0) {
          EXPECT_NEAR(rate_kbps, kbps, 8.0 * rate_hz / frame->samples / 1000.0);
        }
        at += static_cast<std::size_t>(frame->bytes);
      }
      EXPECT_GT(n_frames, 10u) << rate_hz << " Hz, " << kbps << " kbit/s";
    }
}

TEST(Mp3Coder, GivesBackAsManySamplesInTheirPlaces) {
  for (const double rate_hz : {16000.0, 22050.0, 44100.0}) {
    const std::vector<float> samples = tone(rate_hz, 1.37);
    const std::vector<float> decoded =
        decode_mp3(encode_mp3(samples, rate_hz, mp3_bit_rates(rate_hz).back()));
    ASSERT_EQ(decoded.size(), samples.size());
    double product = 0.0, before = 0.0, after = 0.0;
    for (std::size_t n = 2000; n + 2000 < samples.size(); ++n) {
      const auto x = static_cast<double>(samples[n]), y = static_cast<double>(decoded[n]);
      product += x * y;
      before += x * x;
      after += y * y;
    }
    // A delay of one sample alone gives cos(2 pi 440 / 44100) = 0.998.
    EXPECT_GT(product / std::sqrt(before * after), 0.9999) << rate_hz << " Hz";
    // LAME leaves headroom: it multiplies by 0.95.
    EXPECT_NEAR(std::sqrt(after / before), 0.95, 0.06) << rate_hz << " Hz";
  }
}

TEST(Mp3Coder, RefusesARateThatMp3DoesNotHaveAndNamesThoseItHas) {
  const std::vector<float> samples = tone(22050.0, 0.5);
  try {
    encode_mp3(samples, 22050.0, 320);
    FAIL();
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("160"), std::string::npos) << error.what();
  }
  EXPECT_THROW(encode_mp3(samples, 22000.0, 64), DataError);
  EXPECT_THROW(decode_mp3("no MP3 at all"), DataError);
}

}  // namespace mp3_coder_test
}  // namespace genrebench
