#include "harness/cluster/slurm.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

TEST(Slurm, ReadsWhatItsProgramsPrint) {
  EXPECT_EQ(max_array_size_of(
                "MailProg = /bin/mail\nMaxArraySize            = 16\nMaxJobCount = 10000\n"),
            16u);
  EXPECT_EQ(max_array_size_of("nothing"), std::nullopt);
  const auto queue =
      queue_of("1|2|PENDING|JobArrayTaskLimit\n1|0|RUNNING|None\n3|N/A|PENDING|Dependency\n");
  ASSERT_EQ(queue.size(), 3u);
  EXPECT_EQ(queue[0].job, "1");
  EXPECT_EQ(queue[0].index, 2u);
  EXPECT_EQ(queue[0].state, "PENDING");
  EXPECT_EQ(queue[0].reason, "JobArrayTaskLimit");
  EXPECT_EQ(queue[2].index, std::nullopt);
}

TEST(Slurm, ReadsTimesAsSbatchDoes) {
  EXPECT_EQ(slurm_time_s("90"), 5400.0);
  EXPECT_EQ(slurm_time_s("1:30"), 90.0);
  EXPECT_EQ(slurm_time_s("1:30:00"), 5400.0);
  EXPECT_EQ(slurm_time_s("2-12"), 216000.0);
  EXPECT_EQ(slurm_time_s("1-0:1:1"), 86461.0);
  EXPECT_EQ(slurm_time_s("soon"), std::nullopt);
  EXPECT_EQ(slurm_time_s(""), std::nullopt);
}

TEST(Slurm, OptionsThatWouldLeaveTheirLineOfAScriptAreRefused) {
  SlurmOptions good;
  good.partition = "short";
  good.others = {"--constraint=a b"};
  EXPECT_NO_THROW(validate(good));
  SlurmOptions quote = good, line = good, other = good;
  quote.partition = "a'b";
  EXPECT_THROW_SAYING(validate(quote), ConfigError, "--partition=a'b");
  line.account = "music\nrm -r /";
  EXPECT_THROW(validate(line), ConfigError);
  other.others.push_back("--x=\r");
  EXPECT_THROW(validate(other), ConfigError);
}

}  // namespace
}  // namespace genrebench
