#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <limits>

#include "signal/audio/audio.hpp"
#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace wav_writer_test {

using testing::bytes_of;
using testing::message_of;
using testing::noise;
using testing::says;
using testing::TemporaryFolder;

TEST(WriteWav, WritesTheSameBytesAgain) {
  const TemporaryFolder folder;
  for (const SampleFormat format : {SampleFormat::pcm16, SampleFormat::float32}) {
    write_wav(folder / "a.wav", noise(1001), 22050, format);
    const std::string first = bytes_of(folder / "a.wav");
    write_wav(folder / "a.wav", noise(1001), 22050, format);
    EXPECT_EQ(bytes_of(folder / "a.wav"), first);
  }
  const std::string header(
      "RIFF\x28\0\0\0WAVEfmt "
      "\x10\0\0\0\1\0\1\0\x22\x56\0\0\x44\xAC\0\0\2\0\x10\0data\4\0\0\0\0\x40\0\xC0",
      48);
  write_wav(folder / "b.wav", std::vector<float>{0.5f, -0.5f}, 22050);
  EXPECT_EQ(bytes_of(folder / "b.wav"), header);
}

TEST(WriteWav, LeavesTheOldFileAndNoOtherWhereItFails) {
  const TemporaryFolder folder;
  write_wav(folder / "a.wav", noise(100), 22050);
  const std::string before = bytes_of(folder / "a.wav");
  std::vector<float> bad = noise(100);
  bad[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(
      says(message_of<DataError>([&] { write_wav(folder / "a.wav", bad, 22050); }), "sample 7"));
  // A file size limit stands for a full disk.
  struct rlimit old_limit {};
  ::getrlimit(RLIMIT_FSIZE, &old_limit);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit = old_limit;
  limit.rlim_cur = 10000;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const std::string message =
      message_of<DataError>([&] { write_wav(folder / "a.wav", noise(100000), 22050); });
  ::setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_TRUE(says(message, "a.wav: cannot be written")) << message;
  EXPECT_EQ(bytes_of(folder / "a.wav"), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WriteWav, NamesWhatIsWrong) {
  const TemporaryFolder folder;
  testing::write_bytes(folder / "file", "");
  EXPECT_TRUE(says(
      message_of<DataError>([&] { write_wav(folder / "file/a.wav", noise(10), 22050); }), "a.wav"));
  EXPECT_TRUE(says(message_of<ConfigError>([&] { write_wav(folder / "a.wav", noise(10), 0); }),
                   "sample_rate_hz"));
}

}  // namespace wav_writer_test
}  // namespace genrebench
