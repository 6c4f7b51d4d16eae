#include "harness/data/track_claims.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace track_claims_test {

using testing::TemporaryFolder;

TEST(TrackClaims, OneHolderPerTrackAlsoAmongThreads) {
  const TemporaryFolder folder;
  const TrackClaims claims(folder / "cache");
  auto first = claims.take("track");
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(claims.take("track").has_value());
  EXPECT_TRUE(claims.take("another").has_value());
  bool granted = true;
  std::thread([&] { granted = claims.take("track").has_value(); }).join();
  EXPECT_FALSE(granted);
  first.reset();
  EXPECT_TRUE(claims.take("track").has_value());
}

TEST(TrackClaims, AnotherProcessHoldsATrackUntilItEnds) {
  const TemporaryFolder folder;
  const TrackClaims claims(folder / "cache");
  std::array<int, 2> told{};
  ASSERT_EQ(::pipe(told.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const TrackClaims own(folder / "cache");
    const auto held = own.take("track");
    const char answer = held.has_value() ? 'y' : 'n';
    if (::write(told[1], &answer, 1) == 1) ::pause();
    ::_exit(1);
  }
  char answer = 0;
  ASSERT_EQ(::read(told[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_FALSE(claims.take("track").has_value());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(claims.take("track").has_value()) << "whatever ended it";
  for (const int end : told) ::close(end);
}

TEST(TrackClaims, WithoutAFolderThatCanBeWrittenEveryClaimIsGranted) {
  const TemporaryFolder folder;
  folder.write("file", "in the place of a folder");
  for (const TrackClaims& claims : {TrackClaims({}), TrackClaims(folder / "file")}) {
    const auto first = claims.take("track");
    EXPECT_TRUE(first.has_value());
    EXPECT_TRUE(claims.take("track").has_value());
  }
}

}  // namespace track_claims_test
}  // namespace genrebench
