// RIFF and Wave64.

#include <gtest/gtest.h>

#include <utility>

#include "signal/audio/audio_view.hpp"
#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace riff_reader_test {

using testing::bytes_of;
using testing::fault_of;
using testing::noise;
using testing::says;
using testing::TemporaryFolder;
using testing::write_bytes;
using testing::write_sound;

std::string chunk(const std::string& id, const std::string& data, std::uint64_t claimed) {
  return id + little_endian(claimed, 4) + data;
}

class Wave : public ::testing::Test {
 protected:
  Wave() {
    write_wav(folder_ / "a.wav", noise(500), 22050);
    bytes_ = bytes_of(folder_ / "a.wav");
    expected_ = read_audio(folder_ / "a.wav");
  }
  std::vector<float> read(const std::string& bytes) {
    write_bytes(folder_ / "b.wav", bytes);
    return read_audio(folder_ / "b.wav");
  }
  std::string fault(const std::string& bytes) {
    write_bytes(folder_ / "b.wav", bytes);
    return fault_of(folder_ / "b.wav");
  }
  std::string sized(std::uint64_t form, std::uint64_t audio) const {
    std::string bytes = bytes_;
    return bytes.replace(4, 4, little_endian(form, 4)).replace(40, 4, little_endian(audio, 4));
  }

  const TemporaryFolder folder_;
  std::string bytes_;
  std::vector<float> expected_;
};

TEST_F(Wave, OfUnknownLengthIsReadToItsEnd) {
  for (const std::uint64_t size : {0ull, 0xFFFFFFFFull, 0x7FFFFFFFull, 0x7FFFF000ull, 0x80000000ull,
                                   0x7FFFFFDBull, 0xFFFFFFD3ull}) {
    EXPECT_EQ(read(sized(size, size)), expected_) << size;
    EXPECT_EQ(read(sized(bytes_.size() - 8, size)), expected_) << size;
    EXPECT_EQ(read(sized(0, size)), expected_) << size;
  }
}

TEST_F(Wave, WhoseSizeCountsTheHeaderIsReadToItsEnd) {
  for (const std::uint64_t more : {8u, 12u, 36u, 44u})
    EXPECT_EQ(read(sized(bytes_.size() - 8, 1000 + more)), expected_) << more;
}

TEST_F(Wave, WhoseSizesAreTooLargeIsCutShort) {
  for (const std::uint64_t more : {44u, 1000u, 100000u}) {
    const std::string message = fault(sized(bytes_.size() - 8 + more, 1000 + more));
    EXPECT_TRUE(says(message, "cut short")) << message;
    EXPECT_TRUE(says(message, std::to_string(1000 + more) + " bytes, 1000 are there")) << message;
  }
}

TEST_F(Wave, WhoseSizeIsTooSmallIsRefused) {
  for (const std::uint64_t size : {2u, 400u, 900u}) {
    const std::string message = fault(sized(bytes_.size() - 8, size));
    EXPECT_TRUE(says(message, "claims " + std::to_string(size))) << message;
  }
}

TEST_F(Wave, WithDamagedTextsIsReadAndDoesNotHang) {
  const std::string before = bytes_.substr(0, 36), audio = bytes_.substr(36);
  for (const std::uint64_t size :
       {0xFFFFFFF7ull, 0xFFFFFFFFull, 0x80000000ull, 0x7FFFFFFFull, 100ull}) {
    for (const char* id : {"IART", "IAAR", "ICMT", "xxxx"}) {
      const std::string list = "INFO" + chunk(id, "12345678", size);
      EXPECT_EQ(read(before + chunk("LIST", list, list.size()) + audio), expected_) << id << size;
      EXPECT_EQ(read(bytes_ + chunk("LIST", list, list.size())), expected_) << id << size;
      const std::string no_audio = before + chunk("LIST", list, list.size());
      EXPECT_TRUE(says(fault(no_audio), "expected a 'data' chunk"));
    }
    for (const char* type : {"adtl", "exif", "wavl", "\xFF\xFF\xFF\xFF"}) {
      const std::string list = type + chunk("labl", "12345678", size);
      EXPECT_EQ(read(before + chunk("LIST", list, list.size()) + audio), expected_) << type << size;
    }
    for (const char* id : {"LIST", "bext", "PEAK", "fmt "})
      fault(before + chunk(id, "12345678", size) + audio);
  }
}

TEST_F(Wave, KeepsItsTexts) {
  const auto list = [](const std::string& artist) {
    const std::string text = "INFO" + chunk("IART", artist, artist.size()) +
                             (artist.size() % 2 != 0 ? std::string(1, '\0') : std::string());
    return chunk("LIST", text, text.size());
  };
  for (const std::string artist : {"Fela Kuti", "Nina"}) {
    write_bytes(folder_ / "b.wav", bytes_ + list(artist));
    EXPECT_EQ(read_tags(folder_ / "b.wav").artist, artist);
    write_bytes(folder_ / "b.wav", bytes_.substr(0, 36) + list(artist) + bytes_.substr(36));
    EXPECT_EQ(read_tags(folder_ / "b.wav").artist, artist);
  }
}

TEST_F(Wave, WithoutAFormatOrWithAnEndlessOneIsRefused) {
  EXPECT_TRUE(says(fault(bytes_.substr(0, 12) + bytes_.substr(36)), "'fmt '"));
  EXPECT_TRUE(says(fault(bytes_.substr(0, 12) + bytes_.substr(36) + bytes_.substr(12, 24)),
                   "before the audio"));
  EXPECT_TRUE(says(fault(bytes_.substr(0, 12) + chunk("fmt ", std::string(8000, '\1'), 8000) +
                         bytes_.substr(36)),
                   "4096"));
}

TEST_F(Wave, OfMoreThanFourGigabytesKeepsItsLength) {
  // A file with a hole: it takes no space on the disk, and is opened only.
  const std::int64_t n_samples = 2'300'000'000;
  for (const std::uint64_t size : {0ull, 0xFFFFFFFFull}) {
    write_bytes(folder_ / "b.wav", sized(size, size));
    std::filesystem::resize_file(folder_ / "b.wav",
                                 44 + 2 * static_cast<std::uintmax_t>(n_samples));
    EXPECT_EQ(probe_audio(folder_ / "b.wav").n_frames, n_samples);
  }
}

TEST_F(Wave, InItsFormsOf64BitsIsReadToItsEnd) {
  const auto file = folder_ / "b.wav";
  ASSERT_TRUE(write_sound(file, SF_FORMAT_RF64 | SF_FORMAT_PCM_16, noise(500)));
  std::string rf64 = bytes_of(file);
  const std::vector<float> expected = read_audio(file);
  EXPECT_EQ(read(std::string(rf64).replace(0, 4, "BW64")), expected);
  for (const std::uint64_t size : {0ull, ~0ull, 0x7FFFFFFFFFFFFFFFull})
    EXPECT_EQ(read(std::string(rf64).replace(28, 8, little_endian(size, 8))), expected) << size;
  EXPECT_TRUE(says(fault(rf64.replace(20, 16, little_endian(9000, 8) + little_endian(8000, 8))),
                   "cut short"));

  ASSERT_TRUE(write_sound(file, SF_FORMAT_W64 | SF_FORMAT_PCM_16, noise(500)));
  const std::string w64 = bytes_of(file);
  EXPECT_EQ(read_audio(file), expected);
  const std::size_t at = w64.find("data\xF3") + 16;
  for (const std::uint64_t size : {0ull, 24ull, ~0ull, 0x7FFFFFFFFFFFFFFFull})
    EXPECT_EQ(read(std::string(w64).replace(at, 8, little_endian(size, 8))), expected) << size;
  EXPECT_TRUE(says(fault(std::string(w64)
                             .replace(16, 8, little_endian(9999, 8))
                             .replace(at, 8, little_endian(9000, 8))),
                   "cut short"));
  EXPECT_FALSE(fault(std::string(w64).replace(at, 8, little_endian(200, 8))).empty());
}

}  // namespace riff_reader_test
}  // namespace genrebench
