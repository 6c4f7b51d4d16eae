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

#include "base/error.hpp"
#include "models/weights/weight_file.hpp"

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

/// A little-endian number as bytes.
template <typename T>
std::string little(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// Reads a file cut short at every length and with every byte changed in several ways. Each must be
/// read or refused with a DataError; anything else fails the test or ends the program.
/// @param parse  void(std::string_view)
template <typename Parser>
void survive_damage(const std::string& bytes, const Parser& parse) {
  int refused = 0;
  const auto attempt = [&](std::string_view damaged) {
    try {
      parse(damaged);
    } catch (const DataError&) {
      ++refused;
    }
  };
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const std::string cut = bytes.substr(0, length);  // of its own, so that a sanitizer sees its
                                                      // end
    attempt(cut);
  }
  EXPECT_EQ(refused, static_cast<int>(bytes.size())) << "some file that was cut short was read";
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (const unsigned change : {0x01U, 0x02U, 0x04U, 0x08U, 0x10U, 0x20U, 0x40U, 0x80U, 0xffU}) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(static_cast<unsigned char>(flipped[i]) ^ change);
      attempt(flipped);
    }
  EXPECT_GT(refused, static_cast<int>(bytes.size())) << "no change of a byte was seen";
}

}  // namespace genrebench::testing
