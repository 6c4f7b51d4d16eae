// Files that are cut short or damaged, as AudioReader finds them.

#include "signal/audio/containers.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "signal/audio/sound_files.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
namespace containers_test {

using testing::bytes_of;
using testing::fault_of;
using testing::kMp3;
using testing::noise;
using testing::says;
using testing::TemporaryFolder;
using testing::write_bytes;
using testing::write_sound;

TEST(AudioReader, NoticesFilesCutShort) {
  const TemporaryFolder folder;
  const std::vector<float> clip = noise(60000, 2);
  const std::vector<std::pair<const char*, int>> formats = {
      {"a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
      {"a.rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_16},
      {"a.au", SF_FORMAT_AU | SF_FORMAT_PCM_16},
      {"a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16},
      {"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
      {"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
      {"a.mp3", kMp3}};
  for (const auto& [name, format] : formats) {
    if (!write_sound(folder / name, format, clip)) continue;
    const std::string bytes = bytes_of(folder / name);
    EXPECT_NO_THROW(read_audio(folder / name)) << name;
    for (const double part : {0.95, 0.6, 0.25}) {
      const std::string short_name = "short-" + std::string(name);
      write_bytes(
          folder / short_name,
          bytes.substr(0, static_cast<std::size_t>(part * static_cast<double>(bytes.size()))));
      EXPECT_TRUE(says(fault_of(folder / short_name), "cut short")) << name << " " << part;
    }
  }
}

TEST(AudioReader, NoticesEveryCutOfAWavFile) {
  const TemporaryFolder folder;
  write_wav(folder / "a.wav", noise(500), 22050);
  const std::string bytes = bytes_of(folder / "a.wav");
  for (std::size_t size = 0; size + 1 < bytes.size(); size += 13) {
    write_bytes(folder / "cut.wav", bytes.substr(0, size));
    EXPECT_THROW(read_audio(folder / "cut.wav"), DataError) << size;
  }
}

TEST(AudioReader, NoticesEveryCutOfAnMp3ThatCountsItsFrames) {
  const TemporaryFolder folder;
  if (!write_sound(folder / "a.mp3", kMp3, noise(60000)))
    GTEST_SKIP() << "libsndfile writes no MP3";
  const std::string bytes = bytes_of(folder / "a.mp3");
  ASSERT_TRUE(bytes.find("Xing") != std::string::npos || bytes.find("Info") != std::string::npos);
  for (std::size_t i = 0; i < 500; ++i) {  // longer than a frame: cuts inside frames and between
                                           // them
    write_bytes(folder / "cut.mp3", bytes.substr(0, bytes.size() / 2 + i));
    ASSERT_THROW(probe_audio(folder / "cut.mp3"), DataError) << i;
  }
}

TEST(AudioReader, TakesMp3sWithTagsAroundThem) {
  const TemporaryFolder folder;
  if (!write_sound(folder / "a.mp3", kMp3, noise(60000)))
    GTEST_SKIP() << "libsndfile writes no MP3";
  const std::string bytes = bytes_of(folder / "a.mp3");
  const std::string id3v2 = std::string("ID3\x04\0\0\0\0\1\0", 10) + std::string(128, '\0');
  const std::string id3v1 = "TAG" + std::string(125, '\0');
  for (const std::string& tagged :
       {id3v2 + bytes, bytes + id3v1, id3v2 + bytes + id3v1, bytes + std::string(1000, '\0')}) {
    write_bytes(folder / "tagged.mp3", tagged);
    EXPECT_EQ(read_audio(folder / "tagged.mp3"), read_audio(folder / "a.mp3"));
  }
}

TEST(AudioReader, NoticesDamageInTheMiddle) {
  const TemporaryFolder folder;
  const std::vector<float> clip = noise(200000, 3);
  Random random(4);
  for (const auto& [name, format] :
       std::vector<std::pair<const char*, int>>{{"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
                                                {"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS}}) {
    if (!write_sound(folder / name, format, clip)) continue;
    std::string bytes = bytes_of(folder / name);
    for (std::size_t i = 0; i < 2000; ++i)
      bytes[bytes.size() / 2 + i] = static_cast<char>(random.below(256));
    write_bytes(folder / name, bytes);
    EXPECT_TRUE(says(fault_of(folder / name), "damaged")) << name;
  }
}

TEST(AudioReader, ReadsTheSharedFilesAndNoticesTheirCuts) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const TemporaryFolder folder;
  const auto samba = shared / "data/mp3-samples/samba.mp3";
  const auto ogg = shared / "data/gtzan-mini/genres/blues/blues.00000.ogg";
  EXPECT_NEAR(static_cast<double>(read_audio(samba).size()), 30.0 * 22050.0, 22050.0);
  EXPECT_EQ(read_audio(ogg).size(), 661794u);
  for (const auto& [file, name] : {std::pair(samba, "cut.mp3"), std::pair(ogg, "cut.ogg")}) {
    const std::string bytes = bytes_of(file);
    for (const std::size_t lost : {bytes.size() / 2, std::size_t{1000}, std::size_t{300}}) {
      write_bytes(folder / name, bytes.substr(0, bytes.size() - lost));
      EXPECT_TRUE(says(fault_of(folder / name), "cut short")) << name << " " << lost;
      EXPECT_THROW(probe_audio(folder / name), DataError);
    }
  }
}

}  // namespace containers_test
}  // namespace genrebench
