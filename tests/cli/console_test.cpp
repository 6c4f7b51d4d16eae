// What the commands print.
#include "cli/console.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "harness/workers/worker_pool.hpp"

namespace genrebench::cli {
namespace console_test {

TEST(Console, CountsAndSizesAreReadable) {
  EXPECT_EQ(counted(1, "run"), "1 run");
  EXPECT_EQ(counted(0, "run"), "0 runs");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1000), "1.0 kB");
  EXPECT_EQ(bytes_text(999949), "999.9 kB");
  EXPECT_EQ(bytes_text(999950), "1.0 MB");
}

TEST(Console, JsonIsOneDocumentWhateverBytesNamesHold) {
  ::testing::internal::CaptureStdout();
  print_json({{"file", "a\xff"}, {"n", 1}});
  const std::string text = ::testing::internal::GetCapturedStdout();
  const auto document = nlohmann::json::parse(text);
  EXPECT_EQ(document.at("file"), "a\uFFFD");
  EXPECT_EQ(document.at("n"), 1);
}

TEST(Console, ProgressIsQuietWhereAsked) {
  ::testing::internal::CaptureStderr();
  {
    const auto progress = console_progress(/*quiet=*/true);
    progress->begin("runs", 2);
    progress->advance(2);
    progress->message("warning: one\nline");
    progress->end();
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "warning: one line\n");
}

TEST(Console, QuietKeepsWarningsAndDropsWhatIsOnlyTold) {
  for (const bool quiet : {true, false}) {
    ::testing::internal::CaptureStderr();
    {
      const auto progress = console_progress(quiet);
      progress->note("3 shards merged");
      progress->incident({.kind = "pruned", .text = "pruned: a", .reason = "r", .harmless = true});
      progress->incident({.kind = "failed", .text = "failed: b", .reason = "r"});
    }
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              quiet ? "failed: b\n" : "3 shards merged\npruned: a\nfailed: b\n");
  }
}

TEST(Console, WhatWasOnlyCountedIsToldAtTheEnd) {
  ::testing::internal::CaptureStderr();
  {
    const auto progress = console_progress(/*quiet=*/true);
    for (int i = 0; i < 5; ++i)
      progress->incident({.kind = "failed", .text = "failed: run", .reason = "disk full"});
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "failed: run\nfailed: run\nfailed: run\nfailed: 5 in all like this: disk full\n");
}

TEST(Console, ProgressBeforeATaskHasBegunSaysNothing) {
  ::testing::internal::CaptureStderr();
  console_progress(/*quiet=*/false)->advance(0, "waiting for runs of other workers");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Console, ShortTasksAreToldOnceWhereThereIsNoTerminal) {
  ::testing::internal::CaptureStderr();
  {
    const auto progress = console_progress(/*quiet=*/false);
    for (int task = 0; task < 30; ++task) {
      progress->begin("features", 2);
      progress->advance(1);
      progress->advance(2);
      progress->end();
    }
  }
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST(Console, APoolsWorkerMarksWhatItIsDoing) {
  ::testing::internal::CaptureStderr();
  {
    const auto progress = pool_progress();
    progress->begin("runs", 2);
    progress->message("bad track: x");
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            std::string(1, kNowMark) + "runs\nbad track: x\n");
}

}  // namespace console_test
}  // namespace genrebench::cli
