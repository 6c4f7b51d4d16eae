// AIFF, AIFC and CAF.

#include <gtest/gtest.h>

#include "signal/audio/audio_view.hpp"
#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace aiff_reader_test {

using testing::bytes_of;
using testing::fault_of;
using testing::noise;
using testing::says;
using testing::TemporaryFolder;
using testing::write_bytes;
using testing::write_sound;

class Aiff : public ::testing::Test {
 protected:
  void make(int format) {
    ASSERT_TRUE(write_sound(folder_ / "a", format, noise(1000), 2));
    bytes_ = bytes_of(folder_ / "a");
    expected_ = read_audio(folder_ / "a", 0.0);
    ASSERT_EQ(expected_.size(), 500u);
  }
  /// The file with bytes replaced `at` bytes behind the name of a chunk.
  std::string with(const std::string& id, std::size_t at, const std::string& part) const {
    std::string bytes = bytes_;
    return bytes.replace(bytes.find(id) + 4 + at, part.size(), part);
  }
  std::vector<float> read(const std::string& bytes) {
    write_bytes(folder_ / "b", bytes);
    return read_audio(folder_ / "b", 0.0);
  }
  std::string fault(const std::string& bytes) {
    write_bytes(folder_ / "b", bytes);
    return fault_of(folder_ / "b");
  }

  const TemporaryFolder folder_;
  std::string bytes_;
  std::vector<float> expected_;
};

TEST_F(Aiff, OfUnknownLengthIsReadToItsEnd) {
  for (const int format : {SF_FORMAT_AIFF | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_FLOAT,
                           SF_FORMAT_AIFF | SF_FORMAT_PCM_16 | SF_ENDIAN_LITTLE}) {
    make(format);
    for (const std::uint64_t size :
         {0ull, 8ull, 0xFFFFFFFFull, 0x7FFFFFFFull, 0x7F000008ull, 0x7FFFF008ull, 0x80000000ull}) {
      EXPECT_EQ(read(with("SSND", 0, big_endian(size, 4))), expected_) << size;
      EXPECT_EQ(read(with("FORM", 0, big_endian(size, 4))), expected_) << size;
      EXPECT_EQ(read(with("COMM", 6, big_endian(size, 4))), expected_) << size;
    }
  }
}

TEST_F(Aiff, WhoseAudioIsCutOrGoesOnIsRefused) {
  make(SF_FORMAT_AIFF | SF_FORMAT_PCM_16);
  EXPECT_TRUE(says(fault(bytes_.substr(0, bytes_.size() - 300)), "cut short"));
  EXPECT_TRUE(says(fault(with("SSND", 0, big_endian(900, 4))), "no chunk"));
  EXPECT_TRUE(says(fault(with("SSND", 4, big_endian(5000, 4))), "gap"));
  EXPECT_TRUE(says(fault(with("COMM", 0, big_endian(9, 4))), ""));
}

TEST_F(Aiff, MayLeaveAGapBeforeTheAudio) {
  make(SF_FORMAT_AIFF | SF_FORMAT_PCM_16);
  const std::vector<float> later = read(with("SSND", 4, big_endian(400, 4)));
  EXPECT_EQ(later, std::vector<float>(expected_.begin() + 100, expected_.end()));
}

TEST_F(Aiff, KeepsItsTexts) {
  make(SF_FORMAT_AIFF | SF_FORMAT_PCM_16);
  write_bytes(folder_ / "b", bytes_ + "AUTH" + big_endian(4, 4) + "Nina" + "NAME" +
                                 big_endian(5, 4) + "Fever" + std::string(1, '\0'));
  EXPECT_EQ(read_tags(folder_ / "b").artist, "Nina");
  EXPECT_EQ(read_tags(folder_ / "b").title, "Fever");
}

TEST_F(Aiff, OfCoreAudioMayLeaveItsLengthOpen) {
  make(SF_FORMAT_CAF | SF_FORMAT_PCM_16);
  EXPECT_EQ(read(with("data", 0, big_endian(~0ull, 8))), expected_);
  EXPECT_TRUE(says(fault(bytes_.substr(0, bytes_.size() - 300)), "cut short"));
  EXPECT_TRUE(says(fault(with("data", 0, big_endian(100, 8))), "no chunk"));
}

}  // namespace aiff_reader_test
}  // namespace genrebench
