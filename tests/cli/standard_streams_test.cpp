// Standard streams that cannot be written.
#include "cli/standard_streams.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/files.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::cli {
namespace standard_streams_test {

using genrebench::testing::TemporaryFolder;

/// Puts another file in the place of a stream while it exists.
class Replaced {
 public:
  Replaced(int stream, int by) : stream_(stream), own_(::dup(stream)) {
    by < 0 ? ::close(stream) : ::dup2(by, stream);
  }
  ~Replaced() {
    ::dup2(own_, stream_);
    ::close(own_);
  }
  Replaced(const Replaced&) = delete;
  Replaced& operator=(const Replaced&) = delete;

 private:
  int stream_, own_;
};

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(StandardStreams, WhatCannotBePrintedGoesToAFileBesideTheStore) {
  const TemporaryFolder folder;
  const std::filesystem::path database = folder / "my runs.db";
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  {
    const Replaced err(STDERR_FILENO, full);
    say("before the store is known");
    keep_messages_beside(database);
    say("two\nlines");
  }
  ::close(full);
  const std::string log = read_file_text(folder / "my runs.db.log");
  EXPECT_EQ(lines_in(log), 3u) << log;
  EXPECT_NE(log.find("standard error cannot be written (No space left on device)"),
            std::string::npos);
  EXPECT_NE(log.find(" before the store is known\n"), std::string::npos) << log;
  EXPECT_NE(log.find(" two lines\n"), std::string::npos) << log;
}

TEST(StandardStreams, WhatCanBePrintedIsNotKeptToo) {
  const TemporaryFolder folder;
  keep_messages_beside(folder / "runs.db");
  ::testing::internal::CaptureStderr();
  say("hello\033[2J");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "hello\uFFFD[2J\n");
  EXPECT_FALSE(std::filesystem::exists(folder / "runs.db.log"));
}

TEST(StandardStreams, AFolderThatCannotBeWrittenEndsNothing) {
  const TemporaryFolder folder;
  keep_messages_beside(folder / "no such folder" / "runs.db");
  const Replaced err(STDERR_FILENO, -1);
  say("lost");
  EXPECT_FALSE(draw("lost"));
}

TEST(StandardStreams, ClosedOnesAreTakenSoThatNoFileGetsTheirNumbers) {
  const int own_err = ::dup(STDERR_FILENO);
  ::close(STDERR_FILENO);
  prepare_standard_streams();
  const int opened = ::open("/dev/null", O_RDONLY);
  const bool apart = opened != STDERR_FILENO;
  const ssize_t written = ::write(STDERR_FILENO, "x", 1);
  const int reason = errno;
  ::dup2(own_err, STDERR_FILENO);
  ::close(own_err);
  ::close(opened);
  EXPECT_TRUE(apart);
  EXPECT_EQ(written, -1);
  EXPECT_EQ(reason, EBADF) << "what is written there fails as if it were closed";
}

TEST(StandardStreams, APipeWithoutAReaderIsAnError) {
  prepare_standard_streams();
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  bool drawn = true;
  {
    const Replaced err(STDERR_FILENO, ends[1]);
    drawn = draw("x");
  }
  ::close(ends[1]);
  EXPECT_FALSE(drawn);
}

TEST(StandardStreams, APipeThatDoesNotBlockAndIsFullIsGivenUp) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  const std::string block(1 << 12, 'x');
  while (::write(ends[1], block.data(), block.size()) > 0) continue;
  bool drawn = true;
  {
    const Replaced err(STDERR_FILENO, ends[1]);
    drawn = draw("x");
  }
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_FALSE(drawn);
}

TEST(StandardStreams, AFailureOfStandardOutputIsReportedOnceAskedFor) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  int failure = 0;
  {
    const Replaced out(STDOUT_FILENO, full);
    write_out("{} runs\n", 3);
    failure = output_failure();
  }
  ::close(full);
  std::clearerr(stdout);
  EXPECT_EQ(failure, ENOSPC);
  EXPECT_EQ(output_failure(), ENOSPC) << "the first failure is kept";
}

/// A pseudo terminal.
class Terminal {
 public:
  Terminal() : ours_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    ::grantpt(ours_);
    ::unlockpt(ours_);
    theirs_ = ::open(::ptsname(ours_), O_RDWR | O_NOCTTY | O_CLOEXEC);
  }
  ~Terminal() {
    ::close(theirs_);
    ::close(ours_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  int number() const { return theirs_; }

  void resize(unsigned short columns) const {
    const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ::ioctl(theirs_, TIOCSWINSZ, &size);
  }

 private:
  int ours_, theirs_ = -1;
};

TEST(StandardStreams, TheWidthIsTheVariablesOrTheTerminalsOrEighty) {
  const Terminal terminal;
  ASSERT_GE(terminal.number(), 0);
  ::unsetenv("COLUMNS");
  EXPECT_EQ(columns_of(terminal.number()), 80u) << "it does not say";
  terminal.resize(132);
  EXPECT_EQ(columns_of(terminal.number()), 132u);
  ::setenv("COLUMNS", "40", 1);
  EXPECT_EQ(columns_of(terminal.number()), 40u);
  for (const char* odd : {"", "0", "-1", "wide", "40x", "99999999999999999999999"}) {
    ::setenv("COLUMNS", odd, 1);
    EXPECT_EQ(columns_of(terminal.number()), 132u) << odd;
  }
  ::unsetenv("COLUMNS");
  const int file = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  EXPECT_EQ(columns_of(file), 0u) << "a file is as wide as need be";
  ::close(file);
}

}  // namespace standard_streams_test
}  // namespace genrebench::cli
