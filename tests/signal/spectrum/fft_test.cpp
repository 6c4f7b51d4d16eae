#include "signal/spectrum/fft.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "signal/test_clips.hpp"

namespace genrebench {
namespace fft_test {

using testing::noise;

TEST(Fft, TransformsFourSamplesAsByHand) {
  const std::vector<double> x = {1.0, 2.0, 3.0, 4.0};
  std::vector<std::complex<double>> z(3);
  RealFft<double>(4).forward(x, z);
  EXPECT_NEAR(std::abs(z[0] - std::complex(10.0, 0.0)), 0.0, 1e-15);
  EXPECT_NEAR(std::abs(z[1] - std::complex(-2.0, 2.0)), 0.0, 1e-15);
  EXPECT_NEAR(std::abs(z[2] - std::complex(-2.0, 0.0)), 0.0, 1e-15);
}

template <typename Real>
double round_trip_error(std::size_t size) {
  std::vector<Real> x;
  for (const float value : noise(size)) x.push_back(static_cast<Real>(value));
  std::vector<Real> back(size);
  std::vector<std::complex<Real>> z(size / 2 + 1);
  const RealFft<Real> fft(size);
  fft.forward(x, z);
  fft.inverse(z, back);
  double worst = 0.0;
  for (std::size_t i = 0; i < size; ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(back[i]) / static_cast<double>(size) -
                                     static_cast<double>(x[i])));
  }
  return worst;
}

TEST(Fft, InverseUndoesForwardUpToTheSize) {
  for (const std::size_t size : {1u, 2u, 3u, 7u, 16u, 1000u, 2048u, 11025u}) {
    EXPECT_LT(round_trip_error<double>(size), 1e-15 * 20) << size;
    EXPECT_LT(round_trip_error<float>(size), 1e-6) << size;
  }
}

TEST(Fft, KeepsTheEnergy) {
  const std::vector<float> x = noise(1500);
  std::vector<std::complex<float>> z(751);
  RealFft<float>(1500).forward(x, z);
  double in_time = 0.0;
  for (const float value : x) in_time += static_cast<double>(value) * static_cast<double>(value);
  double in_frequency = 0.0;
  for (std::size_t k = 0; k < z.size(); ++k)
    in_frequency += (k == 0 || k == 750 ? 1.0 : 2.0) * static_cast<double>(std::norm(z[k]));
  EXPECT_NEAR(in_frequency / 1500.0, in_time, 1e-5 * in_time);
}

TEST(Fft, GivesTheSameBitsWhereverTheArraysLie) {
  const std::vector<float> x = noise(1024);
  const RealFft<float> fft(1024);
  std::vector<std::complex<float>> aligned(513);
  fft.forward(x, aligned);
  std::vector<float> shifted(1024 + 3);
  std::vector<float> shifted_out(2 * 513 + 3);
  for (std::size_t shift = 1; shift < 4; ++shift) {
    std::copy(x.begin(), x.end(), shifted.begin() + static_cast<std::ptrdiff_t>(shift));
    auto* out = reinterpret_cast<std::complex<float>*>(shifted_out.data() + shift);
    fft.forward({shifted.data() + shift, 1024}, {out, 513});
    EXPECT_EQ(std::memcmp(out, aligned.data(), 513 * sizeof(aligned[0])), 0) << shift;
  }
}

TEST(Fft, MayBePlannedAndUsedByManyThreads) {
  std::vector<std::thread> threads;
  std::vector<std::vector<std::complex<double>>> results(8, std::vector<std::complex<double>>(400));
  for (std::size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([&results, i] {
      std::vector<double> x(798, 0.25);
      x[5] = 1.0;
      RealFft<double>(798).forward(x, results[i]);
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& result : results) EXPECT_EQ(result, results[0]);
}

TEST(Fft, RefusesSizesThatCannotBePlanned) {
  EXPECT_THROW(RealFft<float>(0), ConfigError);
  EXPECT_THROW(RealFft<double>((std::size_t{1} << 28) + 1), ConfigError);
}

TEST(Fft, FindsTheNextSizeOfSmallFactors) {
  EXPECT_EQ(next_fast_fft_size(1), 1u);
  EXPECT_EQ(next_fast_fft_size(7), 8u);
  EXPECT_EQ(next_fast_fft_size(11), 12u);
  EXPECT_EQ(next_fast_fft_size(17), 18u);
  EXPECT_EQ(next_fast_fft_size(22050), 22500u);
  for (std::size_t n = 1; n < 2000; ++n) {  // the slow way
    std::size_t size = n;
    for (;; ++size) {
      std::size_t rest = size;
      for (const std::size_t factor : {2u, 3u, 5u}) {
        while (rest % factor == 0) rest /= factor;
      }
      if (rest == 1) break;
    }
    ASSERT_EQ(next_fast_fft_size(n), size) << n;
  }
}

}  // namespace fft_test
}  // namespace genrebench
