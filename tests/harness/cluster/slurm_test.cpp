#include "harness/cluster/slurm.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace slurm_test {

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

TEST(Slurm, FindsTheJobsNumberInWhatSitesPrint) {
  for (const char* printed :
       {"55473\n", "55473",
        "\n   Welcome to the Stampede3 Supercomputer\n--> Verifying valid submit "
        "host...OK\n55473\n",
        "55473\n*** Your project has 1200 of 5000 SU left. ***\n",
        "sbatch: warning: 4 GPUs of 8 are down until 2026\r\n55473\r\n\r\n",
        "\033[1;32mAll 12 checks passed\033[0m\n\033[1m55473\033[0m\n", "\033]0;login4\a55473\n",
        "Submitted batch job 55473\n", "sbatch: Submitted batch job 55473\n55473\n", "  55473  \n",
        "Queue 3 of 7, priority 0.5\n\n55473\nGood luck on 12 nodes!\n"})
    EXPECT_EQ(job_of(printed), "55473") << printed;
  for (const char* printed :
       {"55473;cluster2\n", "banner 1\n55473;cluster2\n", "55473\n55473;cluster2\n",
        "Submitted batch job 55473 on cluster cluster2\n"})
    EXPECT_EQ(job_of(printed), "55473;cluster2") << printed;
}

TEST(Slurm, ANumberThatMayBeAnotherIsNoAnswer) {
  for (const char* printed :
       {"", "\n", "welcome\n", "2026\n55473\n", "job 55473\n", "55473 55474\n", "-1\n", "0\n",
        "55473.0\n", "123456789012345\n", "55473;\n", "55473;a b\n", "Submitted batch job soon\n"})
    EXPECT_EQ(job_of(printed), std::nullopt) << printed;
}

TEST(Slurm, AnIdIsANumberAndPerhapsACluster) {
  for (const char* good : {"1", "4294967295", "7;c2", "7;my-cluster.site"}) check_job_id(good);
  for (const char* bad : {"", "x", "--user=root", "7;", "7;--all", "7;a;b", "7 8", "-7", "7\n8"})
    EXPECT_THROW_SAYING(check_job_id(bad), DataError, "id of a job");
  EXPECT_EQ(job_number("7;c2"), "7");
  EXPECT_EQ(job_cluster("7;c2"), "c2");
  EXPECT_EQ(job_cluster("7"), "");
}

TEST(Slurm, ReadsQueuesOfSeveralClustersAndIgnoresBanners) {
  const auto queue = queue_of(
      "| Welcome | to | the | site |\nCLUSTER: c1\n1|0|RUNNING|None\n\nCLUSTER: c2\n"
      "2|N/A|\033[33mPENDING\033[0m|Priority\r\n");
  ASSERT_EQ(queue.size(), 2u);
  EXPECT_EQ(queue[0].job, "1;c1");
  EXPECT_EQ(queue[1].job, "2;c2");
  EXPECT_EQ(queue[1].state, "PENDING");
}

TEST(Slurm, ClustersAreTakenFromTheOptions) {
  SlurmOptions options;
  EXPECT_EQ(clusters_of(options), "");
  for (const char* option : {"--clusters=c2", "-M c2", "-Mc2", "--clusters c2"}) {
    options.others = {"--nice=3", option};
    EXPECT_EQ(clusters_of(options), "c2") << option;
  }
}

TEST(Slurm, ReadsTimesAsSbatchDoes) {
  EXPECT_EQ(slurm_time_s("90"), 5400.0);
  EXPECT_EQ(slurm_time_s("1:30"), 90.0);
  EXPECT_EQ(slurm_time_s("1:30:00"), 5400.0);
  EXPECT_EQ(slurm_time_s("2-12"), 216000.0);
  EXPECT_EQ(slurm_time_s("1-0:1:1"), 86461.0);
  EXPECT_EQ(slurm_time_s("soon"), std::nullopt);
  EXPECT_EQ(slurm_time_s(std::string(400, '9')), std::nullopt) << "more than a double holds";
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

}  // namespace slurm_test
}  // namespace genrebench
