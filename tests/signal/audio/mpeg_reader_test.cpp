#include <gtest/gtest.h>

#include <algorithm>

#include "signal/audio/audio_view.hpp"
#include "signal/audio/mpeg_frames.hpp"
#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace mpeg_reader_test {

using testing::bytes_of;
using testing::fault_of;
using testing::kMp3;
using testing::noise;
using testing::says;
using testing::TemporaryFolder;
using testing::write_bytes;
using testing::write_sound;

class Mpeg : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!write_sound(folder_ / "a.mp3", kMp3, noise(50000), 1, 44100))
      GTEST_SKIP() << "libsndfile writes no MP3";
    whole_ = bytes_of(folder_ / "a.mp3");
    const std::uint64_t header =
        static_cast<unsigned char>(whole_[2]) << 8 | static_cast<unsigned char>(whole_[3]);
    const auto first = parse_mpeg_header(static_cast<std::uint32_t>(0xFFFB0000u | header));
    ASSERT_TRUE(first);
    bare_ = whole_.substr(static_cast<std::size_t>(first->bytes));
    n_bare_ = read(bare_).size();
  }
  std::vector<float> read(const std::string& bytes) {
    write_bytes(folder_ / "b.mp3", bytes);
    return read_audio(folder_ / "b.mp3", 0.0);
  }
  std::string fault(const std::string& bytes) {
    write_bytes(folder_ / "b.mp3", bytes);
    return fault_of(folder_ / "b.mp3");
  }

  const TemporaryFolder folder_;
  std::string whole_;       // with an Info header
  std::string bare_;        // the frames without it
  std::size_t n_bare_ = 0;  // samples
};

TEST_F(Mpeg, WithAHeaderLosesTheDelaysOfTheEncoder) {
  EXPECT_EQ(read(whole_).size(), 50000u);
  EXPECT_EQ(n_bare_ % 1152, 0u);
  EXPECT_GT(n_bare_, 50000u);
}

TEST_F(Mpeg, WithoutAHeaderIsAsLongAsItsFrames) {
  const std::vector<float> all = read(bare_), kept = read(whole_);
  EXPECT_TRUE(std::equal(kept.begin(), kept.end(), all.begin() + (all.size() > 1105 ? 1105 : 0)));
}

TEST_F(Mpeg, JoinedFilesAreReadToTheEndOfTheLast) {
  EXPECT_EQ(read(bare_ + bare_).size(), 2 * n_bare_);
  // The first loses its delay; the second keeps its own and its header, a silent frame.
  EXPECT_EQ(read(whole_ + whole_).size(), 2 * n_bare_ + 1152 - 1105);
  EXPECT_EQ(read(bare_ + whole_).size(), 2 * n_bare_ + 1152);
}

TEST_F(Mpeg, TagsMayStandAnywhere) {
  const std::string id3v1 = "TAG" + std::string(125, 'x');
  const std::string id3v2 = std::string("ID3\3\0\0\0\0\0\x14", 10) + std::string(20, '\0');
  const std::string ape = "APETAGEX" + little_endian(2000, 4) + little_endian(40, 4) +
                          little_endian(0, 4) + little_endian(0xA0000000, 4) +
                          std::string(8, '\0') + std::string(8, 'i') + "APETAGEX" +
                          std::string(24, '\0');
  const std::string lyrics = "LYRICSBEGIN" + std::string(50, 'l') + "000061LYRICS200";
  for (const std::string& tag : {id3v1, id3v2, ape, lyrics, id3v1 + id3v2, std::string(99, '\0')}) {
    EXPECT_EQ(read(bare_ + tag + bare_).size(), 2 * n_bare_) << tag.substr(0, 8);
    EXPECT_EQ(read(tag + bare_ + tag + tag + bare_ + tag).size(), 2 * n_bare_) << tag.substr(0, 8);
  }
}

TEST_F(Mpeg, ThatGoesOnAtAnotherRateIsRefused) {
  for (const int rate_hz : {48000, 32000, 22050}) {
    ASSERT_TRUE(write_sound(folder_ / "c.mp3", kMp3, noise(50000), 1, rate_hz));
    const std::string message = fault(bare_ + bytes_of(folder_ / "c.mp3"));
    EXPECT_TRUE(says(message, "44100 Hz") && says(message, std::to_string(rate_hz) + " Hz"))
        << message;
  }
}

TEST_F(Mpeg, WithWrongCountsIsReadOrCutShort) {
  const std::size_t count = std::min(whole_.find("Info"), whole_.find("Xing")) + 8;
  ASSERT_LT(count, 100u);
  const auto counted = [&](std::uint64_t n) {
    return std::string(whole_).replace(count, 4, big_endian(n, 4));
  };
  EXPECT_GE(read(counted(3)).size(), 50000u - 1152u);
  const std::string message = fault(counted(10000));
  EXPECT_TRUE(says(message, "cut short") && says(message, "10000")) << message;
}

TEST_F(Mpeg, WithBytesThatAreNoFramesBetweenThemIsDamaged) {
  const std::string message = fault(bare_ + std::string(333, 'x') + bare_);
  EXPECT_TRUE(says(message, "damaged: 333 bytes at byte " + std::to_string(bare_.size())))
      << message;
  EXPECT_TRUE(says(fault(bare_ + std::string(9999, 'x')), "the last 9999 bytes"));
  EXPECT_EQ(read(bare_ + std::string(333, 'x')).size(), n_bare_);
  EXPECT_EQ(read(std::string(333, 'x') + bare_).size(), n_bare_);
}

TEST_F(Mpeg, NeedsSeveralFramesInARow) {
  Random random(3);
  for (int n = 0; n < 50; ++n) {
    std::string bytes = "\xFF\xFB\x90\x64";
    while (bytes.size() < 40000) bytes += static_cast<char>(random.below(256));
    EXPECT_TRUE(says(fault(bytes), "expected audio, found bytes of no known kind")) << n;
  }
  EXPECT_TRUE(says(fault(whole_.substr(0, 500) + std::string(40000, 'x')), "no known kind"));
}

}  // namespace mpeg_reader_test
}  // namespace genrebench
