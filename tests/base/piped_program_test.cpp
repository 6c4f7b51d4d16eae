#include "base/piped_program.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace genrebench {
namespace piped_program_test {

std::string message_of(const auto& action) {
  try {
    action();
  } catch (const DataError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(PipedProgram, GivesWhatAProgramWritesWhileItRuns) {
  PipedProgram program({"sh", "-c", "printf first; sleep 0.1; printf second; exit 7"});
  std::vector<char> out(8);
  ASSERT_EQ(program.read(out), 8u) << "waits for all that is asked for";
  EXPECT_EQ(std::string(out.data(), 8), "firstsec");
  ASSERT_EQ(program.read(out), 3u) << "and gives less at the end only";
  EXPECT_EQ(std::string(out.data(), 3), "ond");
  EXPECT_EQ(program.read(out), 0u);
  EXPECT_EQ(program.finish(), 7);
  EXPECT_EQ(program.finish(), 7);
}

TEST(PipedProgram, IsNeitherHeldUpByItsErrorsNorKeepsThemAll) {
  PipedProgram program(
      {"sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' e >&2; printf x; echo end >&2"});
  std::vector<char> out(10);
  EXPECT_EQ(program.read(out), 1u);
  EXPECT_EQ(program.finish(), 0);
  EXPECT_EQ(program.errors(), std::string(1 << 16, 'e'));

  PipedProgram late({"sh", "-c", "exec >&-; head -c 300000 /dev/zero | tr '\\0' e >&2; exit 3"});
  EXPECT_EQ(late.read(out), 0u) << "it closed its output and goes on";
  EXPECT_EQ(late.finish(), 3);
  EXPECT_EQ(late.errors().size(), std::size_t{1} << 16);
}

TEST(PipedProgram, GivesMoreThanAPipeHolds) {
  const ProgramOutput result = read_program(
      {"sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; echo \"$1\" >&2", "sh", "two  words"});
  EXPECT_EQ(result.out, std::string(3000000, 'x'));
  EXPECT_EQ(result.err, "two  words\n");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(read_program({"sh", "-c", "kill -TERM $$"}).exit_code, 143);
}

TEST(PipedProgram, ThatDoesNotReturnIsEnded) {
  const SteadyClock::time_point begin = SteadyClock::now();
  PipedProgram silent({"sleep", "1000"}, 0.2);
  const pid_t id = silent.id();
  std::vector<char> out(10);
  EXPECT_EQ(message_of([&] { silent.read(out); }), "sleep wrote nothing for 2 s and was ended");
  EXPECT_NE(::kill(id, 0), 0) << "it is gone";

  PipedProgram lingering({"sh", "-c", "printf x; exec >&- 2>&-; exec sleep 1000"}, 0.2);
  EXPECT_EQ(lingering.read(out), 1u);
  EXPECT_EQ(message_of([&] { lingering.finish(); }), "sh did not end for 2 s and was ended");
  PipedProgram spinning({"sh", "-c", "while :; do :; done"}, 0.3);
  const std::string spun = message_of([&] { spinning.read(out); });
  EXPECT_TRUE(spun == "sh wrote nothing for 0.3 s and was ended" ||
              spun == "sh wrote nothing for 3 s and was ended")
      << spun << ": by its processor time, or by the clock where the machine hardly lets it run";
  EXPECT_LT(seconds_since(begin), 120.0);

  EXPECT_EQ(message_of([] { read_program({"yes"}, 60.0, 1000); }),
            "yes wrote more than 1000 bytes");
  EXPECT_EQ(message_of([] { PipedProgram({"no-such-program-of-ours"}); }),
            "no-such-program-of-ours cannot be started: No such file or directory");
}

TEST(PipedProgram, IsKilledWithItsOwner) {
  pid_t id = 0;
  {
    const PipedProgram program({"sleep", "1000"});
    id = program.id();
    EXPECT_EQ(::kill(id, 0), 0);
  }
  EXPECT_NE(::kill(id, 0), 0);
}

TEST(PipedProgram, EndsByItsProcessorTime) {
  PipedProgram program({"sh", "-c", "while :; do :; done"}, 60.0, 1);
  std::vector<char> out(1);
  EXPECT_EQ(program.read(out), 0u);
  EXPECT_GE(program.finish(), 128) << "a signal of the system";
}

}  // namespace piped_program_test
}  // namespace genrebench
