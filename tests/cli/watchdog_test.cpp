#include "cli/watchdog.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "base/subprocess.hpp"
#include "cli/command.hpp"
#include "signal/audio/decoder_watch.hpp"

namespace genrebench::cli {
namespace watchdog_test {

// Each ends its process, so each runs in a process of its own, as death tests do.

void spin_in_a_decoder() {
  const std::filesystem::path file = "music/hangs.wav";
  const DecoderCall call(file);
  for (volatile bool forever = true; forever;) {
  }
}

TEST(WatchdogDeathTest, ADecoderThatTakesTooMuchProcessorTimeEndsTheProgramWithALine) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const Watchdog watchdog({.cpu_limit_s = 0.2, .stopping = {}});
        spin_in_a_decoder();
      },
      ::testing::ExitedWithCode(kNotDone),
      "^genrebench: music/hangs.wav: the decoder did not return within 0.2 s of processor time; "
      "the file is damaged: move it away and run the same command again\n$");
}

TEST(WatchdogDeathTest, ADecoderHoldsUpTheEndForAWhileOnly) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const Watchdog watchdog({.stop_grace_s = 0.2, .stopping = [] { return true; }});
        spin_in_a_decoder();
      },
      ::testing::ExitedWithCode(kInterrupted),
      "^genrebench: interrupted; the decoder of music/hangs.wav did not return within 0.2 s\n$");
}

TEST(WatchdogDeathTest, AProgramThatDecodesEndsWithIt) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  int ends[2] = {};
  ASSERT_EQ(::pipe(ends), 0);
  const std::string end = std::to_string(ends[1]);
  EXPECT_EXIT(
      {
        // Holds the pipe open as long as it lives.
        const pid_t program = start_subprocess(
            {"sleep", "1000"}, {.program = {}, .folder = {}, .environment = {}, .out = ends[1]});
        ::close(ends[1]);
        const std::filesystem::path file = "a.m4a";
        const DecoderCall call(file, program);
        const Watchdog watchdog({.stop_grace_s = 0.1, .stopping = [] { return true; }});
        ::pause();
      },
      ::testing::ExitedWithCode(kInterrupted), "the decoder of a.m4a did not return");
  ::close(ends[1]);
  ::close(ends[0]);
}

TEST(Watchdog, LeavesDecodersThatReturnAlone) {
  const std::filesystem::path file = "a.wav";
  const Watchdog watchdog(
      {.cpu_limit_s = 0.5, .stop_grace_s = 0.4, .stopping = [] { return true; }});
  for (int i = 0; i < 100; ++i) {
    const DecoderCall call(file);
    ::usleep(10000);
  }
}

}  // namespace watchdog_test
}  // namespace genrebench::cli
