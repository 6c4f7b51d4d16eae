#include <gtest/gtest.h>

#include "signal/audio/audio_view.hpp"
#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace flac_reader_test {

using testing::bytes_of;
using testing::fault_of;
using testing::noise;
using testing::says;
using testing::TemporaryFolder;
using testing::write_bytes;
using testing::write_sound;

class Flac : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!write_sound(folder_ / "a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, noise(2 * 40001), 2))
      GTEST_SKIP() << "libsndfile writes no FLAC";
    bytes_ = bytes_of(folder_ / "a.flac");
    expected_ = read_audio(folder_ / "a.flac", 0.0);
    ASSERT_EQ(expected_.size(), 40001u);
  }
  /// With another number of samples in its header.
  std::string claiming(std::uint64_t total) const {
    const std::uint64_t upper = static_cast<unsigned char>(bytes_[21]) & 0xF0u;
    return std::string(bytes_).replace(21, 5, big_endian(upper << 32 | total, 5));
  }
  std::string fault(const std::string& bytes) {
    write_bytes(folder_ / "b.flac", bytes);
    return fault_of(folder_ / "b.flac");
  }

  const TemporaryFolder folder_;
  std::string bytes_;
  std::vector<float> expected_;
};

TEST_F(Flac, IsReadToItsLastFrameWhateverTheHeaderClaims) {
  const std::string tag = "TAG" + std::string(125, 'x');
  for (const std::uint64_t total : {0u, 1u, 4096u, 20000u, 40000u}) {
    for (const std::string& tail : {std::string(), tag, std::string(50, '\0')}) {
      write_bytes(folder_ / "b.flac", claiming(total) + tail);
      EXPECT_EQ(read_audio(folder_ / "b.flac", 0.0), expected_) << total << " " << tail.size();
    }
  }
}

TEST_F(Flac, ThatClaimsMoreThanItHoldsIsCutShort) {
  for (const std::uint64_t total :
       {std::uint64_t{40002}, std::uint64_t{80002}, (std::uint64_t{1} << 36) - 1}) {
    const std::string message = fault(claiming(total));
    EXPECT_TRUE(says(message, "cut short")) << message;
    EXPECT_TRUE(says(message, std::to_string(total))) << message;
    EXPECT_TRUE(says(message, "40001")) << message;
  }
}

TEST_F(Flac, CutOfUnknownLengthIsNoticedWithinAFrame) {
  for (std::size_t lost = 1; lost < bytes_.size() / 2; lost += 997)
    EXPECT_TRUE(says(fault(claiming(0).substr(0, bytes_.size() - lost)), "cut short")) << lost;
}

TEST_F(Flac, JoinedToAnotherOrWithAHoleIsRefused) {
  EXPECT_TRUE(says(fault(bytes_ + bytes_), "another one follows at byte"));
  EXPECT_TRUE(says(fault(claiming(0) + bytes_), "another one follows at byte"));
  EXPECT_TRUE(says(fault(claiming(80002) + bytes_), "another one follows at byte"));
  std::string hole = bytes_;
  EXPECT_TRUE(says(fault(hole.erase(bytes_.size() / 3, bytes_.size() / 4)), "frames are missing"));
}

TEST_F(Flac, WithBlocksOfMetadataBeyondTheFileIsRefused) {
  EXPECT_TRUE(says(fault(std::string(bytes_).replace(5, 3, "\xFF\xFF\xFF")), "metadata"));
  EXPECT_TRUE(says(fault(std::string(bytes_).replace(4, 1, "\x04")), "STREAMINFO"));
  EXPECT_TRUE(says(fault(bytes_.substr(0, 30)), "cut short"));
}

}  // namespace flac_reader_test
}  // namespace genrebench
