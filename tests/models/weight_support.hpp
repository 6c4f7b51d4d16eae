#pragma once
// Small weight files and what every one of their tensors is expected to hold.

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "models/weights/weight_file.hpp"
#include "support/zip.hpp"

namespace genrebench::testing {

inline const std::filesystem::path kGoldenWeights = GENREBENCH_SOURCE_DIR "/tests/golden/weights";

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline torch::Tensor tensor_named(const WeightFile& weights, const std::string& name) {
  for (const auto& [key, tensor] : weights.tensors)
    if (key == name) return tensor;
  throw std::runtime_error("no tensor " + name);
}

/// The elements 0, 1, 2, ... of the type and shape; truths alternate, beginning with true.
inline torch::Tensor counting(torch::IntArrayRef shape, torch::ScalarType type) {
  const torch::Tensor values = torch::arange(torch::empty(shape, torch::kInt8).numel());
  return (type == torch::kBool ? 1 - values % 2 : values).to(type).reshape(shape);
}

inline void expect_equal(const torch::Tensor& tensor, const torch::Tensor& expected,
                         const std::string& what) {
  EXPECT_EQ(tensor.scalar_type(), expected.scalar_type()) << what;
  ASSERT_EQ(tensor.sizes(), expected.sizes()) << what;
  EXPECT_TRUE(torch::equal(tensor, expected)) << what;
}

}  // namespace genrebench::testing
