#include "harness/run/gpu_slot.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace gpu_slot_test {

using testing::TemporaryFolder;

/// Two GPUs, and a folder of locks of the test's own.
class GpuSlots : public ::testing::Test {
 protected:
  GpuSlots() {
    ::setenv("TMPDIR", folder_.path().c_str(), 1);
    ::unsetenv("SLURM_JOB_ID");
    see_both();
  }
  ~GpuSlots() override {
    for (const auto& [name, value] : before_)
      value ? ::setenv(name, value->c_str(), 1) : ::unsetenv(name);
  }

  static void see_both() { ::setenv("CUDA_VISIBLE_DEVICES", "GPU-a,MIG-b/0", 1); }
  static std::string visible() { return ::getenv("CUDA_VISIBLE_DEVICES"); }

  /// As another process that sees both GPUs would.
  static std::optional<GpuSlot> take(int workers_per_gpu) {
    see_both();
    return GpuSlot::take(workers_per_gpu);
  }

  TemporaryFolder folder_;

 private:
  static std::pair<const char*, std::optional<std::string>> variable(const char* name) {
    const char* value = ::getenv(name);
    return {name, value == nullptr ? std::nullopt : std::optional<std::string>(value)};
  }
  const std::vector<std::pair<const char*, std::optional<std::string>>> before_ = {
      variable("TMPDIR"), variable("SLURM_JOB_ID"), variable("CUDA_VISIBLE_DEVICES")};
};

TEST_F(GpuSlots, EachIsTakenOnceAndIsTheOnlyVisibleOneThen) {
  std::optional<GpuSlot> first = take(1);
  ASSERT_TRUE(first);
  EXPECT_EQ(visible(), "GPU-a");
  const std::optional<GpuSlot> second = take(1);
  ASSERT_TRUE(second);
  EXPECT_EQ(visible(), "MIG-b/0");
  EXPECT_FALSE(take(1));
  EXPECT_EQ(visible(), "GPU-a,MIG-b/0");
  first.reset();
  EXPECT_TRUE(take(1)) << "it is free again";
}

TEST_F(GpuSlots, AllGpusAreTakenBeforeOneIsShared) {
  const std::optional<GpuSlot> first = take(2), second = take(2);
  EXPECT_EQ(visible(), "MIG-b/0");
  const std::optional<GpuSlot> third = take(2);
  EXPECT_EQ(visible(), "GPU-a");
  const std::optional<GpuSlot> fourth = take(2);
  EXPECT_TRUE(first && second && third && fourth);
  EXPECT_FALSE(take(2));
}

TEST_F(GpuSlots, InAJobOfSlurmNothingIsLocked) {
  ::setenv("SLURM_JOB_ID", "17", 1);
  const std::optional<GpuSlot> first = take(1), second = take(1), third = take(1);
  EXPECT_TRUE(first && second && third);
  EXPECT_EQ(visible(), "GPU-a,MIG-b/0");
}

TEST_F(GpuSlots, OnlyMethodsWithADeviceOtherThanTheCpuMayUseOne) {
  RunSpec spec;
  EXPECT_FALSE(may_use_gpu(spec));
  spec.method.options["device"] = std::string("cuda");
  EXPECT_TRUE(may_use_gpu(spec));
  spec.method.options["device"] = std::string("cpu");
  EXPECT_FALSE(may_use_gpu(spec));
  spec.method.options["device"] = std::string("cuda");
  ::setenv("CUDA_VISIBLE_DEVICES", "", 1);
  EXPECT_FALSE(may_use_gpu(spec)) << "there is none";
}

}  // namespace gpu_slot_test
}  // namespace genrebench
