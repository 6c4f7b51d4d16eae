#include "reports/support/kernel_check.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "support/example_kernels.hpp"

namespace genrebench {
namespace kernel_check_test {

using testing::add_times;
using testing::kernel_session;

/// n commits on a machine whose speed changes by half from session to session, which ratios do not
/// see; mfcc/lanes becomes slower by 20 % at the commit `slower`.
std::vector<KernelSession> history(int n, int slower) {
  Random random(5);
  std::vector<KernelSession> sessions;
  for (int i = 0; i < n; ++i) {
    KernelSession session = kernel_session(i);
    std::vector<double> fast, plain, alone;
    const double machine = 1.0 + 0.5 * random.uniform();
    for (int r = 0; r < 6; ++r) {
      fast.push_back(machine * (i >= slower ? 1.2 : 1.0) * (1.0 + 0.01 * random.uniform()));
      plain.push_back(machine * 4.0 * (1.0 + 0.01 * random.uniform()));
      alone.push_back(machine * (1.0 + 0.01 * random.uniform()));
    }
    add_times(session, "mfcc", "mfcc/lanes", fast);
    add_times(session, "mfcc", "mfcc/plain", plain);
    add_times(session, "mfcc", "dct", alone);
    sessions.push_back(std::move(session));
  }
  return sessions;
}

TEST(KernelCheck, ASlowDownIsFoundByItsRatioWithItsCommits) {
  const std::vector<KernelSession> sessions = history(20, 17);
  const KernelCheck check = check_kernels(gate_histories(sessions), sessions.size(), {});
  EXPECT_EQ(check.n_tested, 2u);
  EXPECT_EQ(check.n_short, 0u);
  ASSERT_EQ(check.findings.size(), 1u);
  const auto& [found, change] = check.findings[0];
  EXPECT_EQ(found.benchmark, "mfcc/lanes");
  EXPECT_EQ(found.measure, KernelMeasure::ratio);
  EXPECT_EQ(found.reference, "mfcc/plain");
  EXPECT_NEAR(change.relative(), 0.2, 0.02);
  EXPECT_EQ(commit_range(found, change.index, sessions),
            short_commit(sessions[16].setting) + " .. " + short_commit(sessions[17].setting));
}

TEST(KernelCheck, TheSameMachineWithoutAChangeIsQuiet) {
  const std::vector<KernelSession> sessions = history(20, 20);
  EXPECT_TRUE(check_kernels(gate_histories(sessions), sessions.size(), {}).findings.empty());
}

TEST(KernelCheck, FewSessionsAndBenchmarksThatAreGoneAreNotTested) {
  std::vector<KernelSession> sessions = history(4, 2);
  KernelCheck check = check_kernels(gate_histories(sessions), sessions.size(), {});
  EXPECT_EQ(check.n_tested, 0u);
  EXPECT_EQ(check.n_short, 2u);
  EXPECT_TRUE(check.findings.empty());
  sessions = history(20, 15);
  sessions.push_back(kernel_session(20));
  add_times(sessions.back(), "other", "new", {1.0});
  check = check_kernels(gate_histories(sessions), sessions.size(), {});
  EXPECT_EQ(check.n_tested, 0u);
  EXPECT_EQ(check.n_short, 1u);
}

TEST(KernelCheck, OnlyTheMachineOfTheLastSessionCounts) {
  std::vector<KernelSession> sessions = history(4, 4);
  sessions[1].setting.host = "elsewhere";
  sessions[2].setting.flags = "-O0";
  const std::vector<KernelSession> left = comparable_with_last(sessions);
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].setting.commit, sessions[0].setting.commit);
  EXPECT_TRUE(comparable_with_last({}).empty());
}

TEST(KernelCheck, ACommitThatWasMeasuredAgainIsNamed) {
  std::vector<KernelSession> sessions = history(2, 2);
  sessions[1].setting = sessions[0].setting;
  const auto histories = kernel_histories(sessions, {KernelMeasure::time});
  EXPECT_EQ(commit_range(histories.at(0), 1, sessions), "000000010000, measured again");
}

// scipy.stats: a = log([1.00, 1.02, 0.98, 1.01]), b = log([1.10, 1.13, 1.08]);
// expm1(ttest_ind(b, a, equal_var=False).confidence_interval(0.95)), SciPy 1.16.3
TEST(KernelCheck, TwoCommitsAreComparedWithWelchsInterval) {
  std::vector<KernelSession> a, b;
  for (const double time : {1.00, 1.02, 0.98, 1.01}) {
    a.push_back(kernel_session(1));
    add_times(a.back(), "p", "k", {time, time, time});
  }
  for (const double time : {1.10, 1.13, 1.08}) {
    b.push_back(kernel_session(2));
    add_times(b.back(), "p", "k", {time});
  }
  const auto differences = compare_kernels(a, b, {KernelMeasure::time});
  ASSERT_EQ(differences.size(), 1u);
  ASSERT_TRUE(differences[0].interval);
  EXPECT_FALSE(differences[0].of_repetitions);
  EXPECT_NEAR(differences[0].interval->low, 0.05166654922312869, 1e-9);
  EXPECT_NEAR(differences[0].interval->high, 0.15162579799455528, 1e-9);
  EXPECT_NEAR(differences[0].relative(), 0.10051184862920301, 1e-9);
}

TEST(KernelCheck, OneSessionIsComparedByItsRepetitions) {
  std::vector<KernelSession> a = {kernel_session(1)}, b = {kernel_session(2)};
  add_times(a[0], "p", "k", {1.0, 1.1, 1.2});
  add_times(b[0], "p", "k", {2.0, 2.1, 2.2});
  add_times(a[0], "p", "once", {1.0});
  add_times(b[0], "p", "once", {1.0});
  add_times(a[0], "p", "gone", {1.0});
  const auto differences = compare_kernels(a, b, {KernelMeasure::time});
  ASSERT_EQ(differences.size(), 2u);
  EXPECT_TRUE(differences[0].of_repetitions);
  ASSERT_TRUE(differences[0].interval);
  EXPECT_LT(differences[0].interval->low, differences[0].relative());
  EXPECT_GT(differences[0].interval->high, differences[0].relative());
  EXPECT_FALSE(differences[1].interval) << "one value has no spread";
}

}  // namespace kernel_check_test
}  // namespace genrebench
