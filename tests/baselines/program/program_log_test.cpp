#include "baselines/program/program_log.hpp"

#include <gtest/gtest.h>

#include "base/files.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace program_log_test {

using testing::TemporaryFolder;

TEST(ProgramLog, KeepsWhatAProgramPrintsBelowItsCommand) {
  const TemporaryFolder folder;
  for (int start = 0; start < 2; ++start) {
    ProgramLog log(folder / "new" / "log.txt", "python3 a.py");
    log.add("one\n");
    log.add("two");
    EXPECT_FALSE(log.failed());
  }
  EXPECT_EQ(read_file_text(folder / "new" / "log.txt"),
            "$ python3 a.py\none\ntwo$ python3 a.py\none\ntwo");
}

TEST(ProgramLog, KnowsItsLastLineWithoutAFile) {
  ProgramLog log({}, "python3 a.py");
  EXPECT_EQ(log.last_line(), "");
  log.add("Traceback\nValueError: no\x1b[31m good\r\n\n  \n");
  EXPECT_EQ(log.last_line(), "ValueError: no\xEF\xBF\xBD[31m good");
  log.add(std::string(10'000, 'x'));
  EXPECT_EQ(log.last_line(), std::string(300, 'x'));
  EXPECT_FALSE(log.failed());
}

TEST(ProgramLog, StopsAtItsLimit) {
  const TemporaryFolder folder;
  ProgramLog log(folder / "log.txt", "p", 20);
  for (int i = 0; i < 100; ++i) log.add("0123456789");
  EXPECT_EQ(read_file_text(folder / "log.txt"), "$ p\n0123456789012345\n[the rest was not kept]\n");
}

TEST(ProgramLog, TellsThatItCannotBeWritten) {
  ProgramLog log("/proc/no/such/folder/log.txt", "p");
  EXPECT_TRUE(log.failed());
}

}  // namespace program_log_test
}  // namespace genrebench
