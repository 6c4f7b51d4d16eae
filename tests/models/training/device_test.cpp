#include "models/training/device.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace device_test {

TEST(Device, CpuIsTakenIfItIsAskedForAndCudaOnlyIfThereIsOne) {
  TrainingOptions options;
  options.device = TrainingOptions::Device::cpu;
  EXPECT_TRUE(choose_device(options).is_cpu());
  options.device = TrainingOptions::Device::cuda;
  if (torch::cuda::is_available())
    EXPECT_TRUE(choose_device(options).is_cuda());
  else
    EXPECT_THROW_SAYING(choose_device(options), ConfigError, "device", "cuda");
}

TEST(Device, ErrorsOfLibtorchBecomeOneLine) {
  const auto multiply = [] {
    return torch::matmul(torch::ones({2, 3}), torch::ones({2, 3})).sum().item<double>();
  };
  EXPECT_THROW_SAYING(with_torch_errors("method m, training", 30, multiply), DataError,
                      "method m, training", "mat");
  const auto exhaust = []() -> int { throw std::bad_alloc(); };
  EXPECT_THROW_SAYING(with_torch_errors("method m, training", 30, exhaust), DataError,
                      "out of memory", "batch_size (now 30)");
  EXPECT_EQ(with_torch_errors("method m", 30, [] { return 7; }), 7);
}

TEST(Device, ProductsAreRoundedOnlyWhileMixedPrecisionLives) {
  const torch::Tensor a = torch::ones({2, 2});
  {
    const MixedPrecision mixed(torch::kCPU, /*enabled=*/true);
    EXPECT_EQ(torch::matmul(a, a).scalar_type(), torch::kBFloat16);
  }
  EXPECT_EQ(torch::matmul(a, a).scalar_type(), torch::kFloat32);
  const MixedPrecision single(torch::kCPU, /*enabled=*/false);
  EXPECT_EQ(torch::matmul(a, a).scalar_type(), torch::kFloat32);
}

}  // namespace device_test
}  // namespace genrebench
