#include "signal/audio/mpeg_decoder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace mpeg_decoder_test {

using testing::bytes_of;
using testing::kMp3;
using testing::noise;
using testing::TemporaryFolder;
using testing::write_bytes;
using testing::write_sound;

/// What `act` prints on the file descriptor of stderr.
template <typename Act>
std::string printed_by(const TemporaryFolder& folder, Act&& act) {
  std::fflush(stderr);
  const int saved = ::dup(2);
  std::FILE* capture = std::fopen((folder / "stderr.txt").c_str(), "wb");
  ::dup2(::fileno(capture), 2);
  act();
  std::fflush(stderr);
  ::dup2(saved, 2);
  ::close(saved);
  std::fclose(capture);
  return bytes_of(folder / "stderr.txt");
}

TEST(MpegDecoder, PrintsNothingOfItsOwn) {
  const TemporaryFolder folder;
  if (!write_sound(folder / "a.mp3", kMp3, noise(200000)))
    GTEST_SKIP() << "libsndfile writes no MP3";
  const std::string whole = bytes_of(folder / "a.mp3");
  Random random(5);
  for (int n = 0; n < 20; ++n) {  // within frames, so that the decoder meets it
    std::string bytes = whole;
    for (std::size_t i = 0; i < 100; ++i) {
      char& byte = bytes[bytes.size() / 4 + random.below(bytes.size() / 2)];
      if (byte != '\xFF') byte = static_cast<char>(random.below(255));
    }
    write_bytes(folder / "damaged.mp3", bytes);
    const std::string printed = printed_by(folder, [&] {
      try {
        read_audio(folder / "damaged.mp3");
      } catch (const DataError&) {
      }
      std::fprintf(stderr, "ours");
    });
    EXPECT_EQ(printed, "ours");
  }
}

TEST(MpegDecoder, GivesTheSamplesOfLibsndfileWhereThatReadsTheWhole) {
  const TemporaryFolder folder;
  for (const int channels : {1, 2}) {
    for (const int rate_hz : {8000, 22050, 44100, 48000}) {
      const auto file = folder / "a.mp3";
      if (!write_sound(file, kMp3, noise(60000), channels, rate_hz))
        GTEST_SKIP() << "libsndfile writes no MP3";
      SF_INFO info{};
      SNDFILE* sound = sf_open(file.c_str(), SFM_READ, &info);
      ASSERT_NE(sound, nullptr);
      std::vector<float> expected(static_cast<std::size_t>(info.frames * info.channels));
      ASSERT_EQ(sf_readf_float(sound, expected.data(), info.frames), info.frames);
      sf_close(sound);
      if (channels == 2) {
        for (std::size_t i = 0; i < expected.size() / 2; ++i)
          expected[i] = (expected[2 * i] + expected[2 * i + 1]) / 2.0f;
        expected.resize(expected.size() / 2);
      }
      EXPECT_TRUE(read_audio(file, 0.0) == expected) << channels << " at " << rate_hz;
      EXPECT_EQ(probe_audio(file).channels, channels);
    }
  }
}

TEST(MpegDecoder, TakesFramesOfOneAndOfTwoChannelsInOneFile) {
  const TemporaryFolder folder;
  if (!write_sound(folder / "mono.mp3", kMp3, noise(30000)))
    GTEST_SKIP() << "libsndfile writes no MP3";
  ASSERT_TRUE(write_sound(folder / "stereo.mp3", kMp3, noise(60000), 2));
  const std::string mono = bytes_of(folder / "mono.mp3"), stereo = bytes_of(folder / "stereo.mp3");
  write_bytes(folder / "both.mp3", mono + stereo);
  const std::vector<float> alone = read_audio(folder / "mono.mp3", 0.0);
  const std::vector<float> both = read_audio(folder / "both.mp3", 0.0);
  EXPECT_EQ(probe_audio(folder / "both.mp3").channels, 2);
  EXPECT_GT(both.size(), alone.size() + 30000);
  EXPECT_TRUE(std::equal(alone.begin(), alone.end(), both.begin()));
}

}  // namespace mpeg_decoder_test
}  // namespace genrebench
