#pragma once
// Generated clips and small helpers that the tests of signal/ share.

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "signal/spectrum/frame_stream.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {

inline std::vector<float> tone(double frequency_hz, std::size_t n_samples,
                               double sample_rate_hz = 22050.0, double amplitude = 0.5) {
  std::vector<float> clip(n_samples);
  for (std::size_t n = 0; n < n_samples; ++n) {
    clip[n] = static_cast<float>(amplitude * std::sin(2.0 * std::numbers::pi * frequency_hz *
                                                      static_cast<double>(n) / sample_rate_hz));
  }
  return clip;
}

inline std::vector<float> noise(std::size_t n_samples, std::uint64_t seed = 1,
                                double amplitude = 0.5) {
  Random random(seed);
  std::vector<float> clip(n_samples);
  for (float& x : clip) x = static_cast<float>(random.uniform(-amplitude, amplitude));
  return clip;
}

/// The clip of tests/golden/signal/generate.py.
inline std::vector<float> golden_clip() {
  std::vector<float> clip(8700);
  std::uint32_t state = 12345;
  for (std::size_t n = 0; n < clip.size(); ++n) {
    state = 1664525u * state + 1013904223u;
    const double t = static_cast<double>(n) / 22050.0;
    double x = 0.4 * std::sin(2.0 * std::numbers::pi * 440.0 * t) * std::exp(-3.0 * t);
    x += 0.2 * std::sin(2.0 * std::numbers::pi * (1000.0 + 4000.0 * t) * t);
    x += 0.05 * (state / 2147483648.0 - 1.0);
    clip[n] = n >= 4096 && n < 7168 ? 0.0f : static_cast<float>(x);
  }
  return clip;
}

/// Rows of numbers, one row a line.
inline Eigen::MatrixXd read_matrix(const std::filesystem::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  std::vector<std::vector<double>> rows;
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::vector<double> row;
    for (double value = 0.0; fields >> value;) row.push_back(value);
    if (!row.empty()) rows.push_back(row);
  }
  Eigen::MatrixXd matrix(rows.size(), rows.empty() ? 0 : rows[0].size());
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    for (Eigen::Index j = 0; j < matrix.cols(); ++j)
      matrix(i, j) = rows[static_cast<std::size_t>(i)].at(static_cast<std::size_t>(j));
  }
  return matrix;
}

/// Largest absolute difference; the shapes must agree.
inline double largest_difference(const Eigen::MatrixXf& got, const Eigen::MatrixXd& expected) {
  EXPECT_EQ(got.rows(), expected.rows());
  EXPECT_EQ(got.cols(), expected.cols());
  if (got.rows() != expected.rows() || got.cols() != expected.cols()) return HUGE_VAL;
  EXPECT_TRUE(got.allFinite());
  return (got.cast<double>() - expected).cwiseAbs().maxCoeff();
}

/// Equal to the bit, NaN included.
inline bool same_bits(const Eigen::MatrixXf& a, const Eigen::MatrixXf& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(float)) == 0;
}

/// The result of a stream fed in blocks whose sizes cycle through `blocks`.
template <typename Extractor>
Eigen::MatrixXf in_blocks(const Extractor& extractor, std::span<const float> clip,
                          const std::vector<std::size_t>& blocks, std::int64_t expected_samples) {
  const auto stream = extractor.stream(expected_samples);
  for (std::size_t i = 0; !clip.empty(); ++i) {
    const std::size_t n = std::min(blocks[i % blocks.size()], clip.size());
    stream->push(clip.first(n));
    clip = clip.subspan(n);
  }
  return stream->finish();
}

/// The message of the Error that `act` throws; fails the test if it throws nothing or something
/// else.
template <typename Error, typename Act>
std::string message_of(Act&& act) {
  try {
    act();
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

}  // namespace genrebench::testing
