#include "harness/run/resources.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>
#include <vector>

namespace genrebench {
namespace resources_test {

TEST(Resources, AreThoseSinceTheMeterWasMade) {
  ::setenv("CUDA_VISIBLE_DEVICES", "", 1);
  {
    std::vector<char> before(256u << 20, 'x');
    EXPECT_EQ(before.back(), 'x');
  }
  const ResourceMeter meter;
  constexpr std::size_t kBytes = 64u << 20;
  std::vector<char> memory(kBytes);
  volatile unsigned sum = 0;
  for (int pass = 0; pass < 3; ++pass)
    for (char& byte : memory) {
      byte = static_cast<char>(pass);
      sum = sum + static_cast<unsigned char>(byte);
    }
  const auto used = meter.since();
  EXPECT_GT(std::stod(used.at("resources.cpu_s")), 0.0);
  EXPECT_LT(std::stod(used.at("resources.cpu_s")), 60.0);
  if (const auto peak = used.find("resources.peak_memory_bytes"); peak != used.end()) {
    EXPECT_GE(std::stoull(peak->second), kBytes);
  }
  EXPECT_FALSE(used.contains("resources.gpu_memory_bytes")) << "there is no GPU";
}

}  // namespace resources_test
}  // namespace genrebench
