// What the commands print.
#include "cli/console.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "harness/workers/worker_pool.hpp"

namespace genrebench::cli {
namespace {

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

}  // namespace
}  // namespace genrebench::cli
