#include "harness/records/kernel_records.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/example_kernels.hpp"

namespace genrebench {
namespace kernel_records_test {

using testing::add_times;
using testing::kernel_session;

TEST(KernelRecords, AnIdNamesTheWholeContent) {
  KernelSession session = kernel_session(1);
  add_times(session, "stft", "stft/lanes", {1.5, 2.5});
  std::set<std::string> ids = {kernel_session_id(session)};
  EXPECT_EQ(ids.begin()->size(), 64u);
  EXPECT_EQ(kernel_session_id(session), *ids.begin());
  const auto differs = [&](const auto& change) {
    KernelSession other = session;
    change(other);
    return ids.insert(kernel_session_id(other)).second;
  };
  EXPECT_TRUE(differs([](auto& s) { s.setting.dirty = true; }));
  EXPECT_TRUE(differs([](auto& s) { s.setting.load = 0.5; }));
  EXPECT_TRUE(differs([](auto& s) { s.origin = KernelOrigin::imported; }));
  EXPECT_TRUE(differs([](auto& s) { s.setting.host += "x"; }));
  EXPECT_TRUE(differs([](auto& s) { s.values.begin()->second.begin()->second += 1e-12; }));
  EXPECT_TRUE(differs([](auto& s) { s.values.begin()->second.erase(1); }));
  // The border between two texts counts too.
  EXPECT_TRUE(differs([](auto& s) { s.setting.compiler = "GNU 12.2.0Release, "; }));
}

TEST(KernelRecords, SessionsAreComparedOnOneMachineWithOneCompilerAndItsFlags) {
  const KernelSetting one = kernel_session(1).setting;
  KernelSetting other = kernel_session(2).setting;
  other.load = 9.0;
  other.governor = "powersave";
  EXPECT_TRUE(comparable(one, other));
  for (std::string KernelSetting::*member : {&KernelSetting::host, &KernelSetting::processor,
                                             &KernelSetting::compiler, &KernelSetting::flags}) {
    KernelSetting changed = other;
    changed.*member += "x";
    EXPECT_FALSE(comparable(one, changed));
  }
}

TEST(KernelRecords, CommitsAreShownShortAndOrderedByTheirTime) {
  KernelSession session = kernel_session(1);
  EXPECT_EQ(short_commit(session.setting), "000000020000");
  session.setting.dirty = true;
  EXPECT_EQ(short_commit(session.setting), "000000020000+");
  EXPECT_EQ(kernel_order(session), "2026-11-01T08:01:00Z");
  session.setting.commit_time.clear();
  EXPECT_EQ(kernel_order(session), session.recorded_at);
}

}  // namespace kernel_records_test
}  // namespace genrebench
