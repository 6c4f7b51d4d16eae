#include "signal/audio/quiet_stderr.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace {

using testing::bytes_of;
using testing::fault_of;
using testing::kMp3;
using testing::noise;
using testing::says;
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

TEST(AudioReader, KeepsTheDecodersOwnComplaintsToItself) {
  const TemporaryFolder folder;
  if (!write_sound(folder / "a.mp3", kMp3, noise(200000)))
    GTEST_SKIP() << "libsndfile writes no MP3";
  std::string bytes = bytes_of(folder / "a.mp3");
  Random random(5);
  for (std::size_t i = 0; i < 4000; ++i)
    bytes[bytes.size() / 2 + i] = static_cast<char>(random.below(256));
  write_bytes(folder / "damaged.mp3", bytes);
  std::string message;
  const std::string printed = printed_by(folder, [&] {
    message = fault_of(folder / "damaged.mp3");
    std::fprintf(stderr, "ours");
  });
  EXPECT_EQ(printed, "ours");
  EXPECT_TRUE(says(message, "damaged")) << message;
}

TEST(AudioReader, LeavesOtherThreadsTheirStderr) {
  const TemporaryFolder folder;
  if (!write_sound(folder / "a.mp3", kMp3, noise(400000)))
    GTEST_SKIP() << "libsndfile writes no MP3";
  const std::string printed = printed_by(folder, [&] {
    std::thread reader([&] {
      for (int i = 0; i < 3; ++i) read_audio(folder / "a.mp3");
    });
    for (int i = 0; i < 500; ++i) std::fprintf(stderr, "%s", "x");
    reader.join();
  });
  EXPECT_EQ(printed, std::string(500, 'x'));
}

}  // namespace
}  // namespace genrebench
