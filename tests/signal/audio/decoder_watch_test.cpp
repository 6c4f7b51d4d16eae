#include "signal/audio/decoder_watch.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace genrebench {
namespace decoder_watch_test {

TEST(DecoderWatch, KnowsTheCallsOfAllThreadsAndTheirProcessorTime) {
  EXPECT_TRUE(busy_decoders().empty());
  const std::filesystem::path ours = "ours.wav", theirs = "theirs.m4a";
  std::atomic<bool> inside = false, done = false;
  std::thread other([&] {
    const DecoderCall call(theirs, 4711);
    volatile double x = 1.0;
    while (!done) {
      x = x * 1.0000001;
      inside = true;
    }
  });
  while (!inside) ::usleep(1000);
  {
    const DecoderCall call(ours);
    double cpu_s = 0.0;
    while (cpu_s < 0.05)
      for (const BusyDecoder& one : busy_decoders())
        if (one.file == theirs) {
          EXPECT_EQ(one.program, 4711);
          cpu_s = one.cpu_s;
        }
    ASSERT_EQ(busy_decoders().size(), 2u);
    for (const BusyDecoder& one : busy_decoders())
      if (one.file == theirs) {
        EXPECT_GE(one.wall_s + 0.01, one.cpu_s);
      }
  }
  ASSERT_EQ(busy_decoders().size(), 1u);
  EXPECT_EQ(busy_decoders()[0].file, theirs);
  done = true;
  other.join();
  EXPECT_TRUE(busy_decoders().empty());
}

TEST(DecoderWatch, WaitingTakesNoProcessorTime) {
  const std::filesystem::path file = "slow-disk.wav";
  const DecoderCall call(file);
  ::usleep(100000);
  ASSERT_EQ(busy_decoders().size(), 1u);
  EXPECT_GE(busy_decoders()[0].wall_s, 0.1);
  EXPECT_LT(busy_decoders()[0].cpu_s, 0.09);
}

}  // namespace decoder_watch_test
}  // namespace genrebench
