#include "signal/spectrum/lane_fft.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <complex>
#include <vector>

#include "signal/spectrum/stft_options.hpp"
#include "signal/test_clips.hpp"

namespace genrebench::lanes {
namespace lane_fft_test {

/// Power spectra of kLanes frames; frame `lane` begins at starts[lane].
simd::Array<float> power_of(const LaneFft& fft, const std::vector<float>& clip,
                            const std::vector<std::size_t>& starts) {
  const float* frames[kLanes];
  for (int lane = 0; lane < kLanes; ++lane)
    frames[lane] = clip.data() + starts[static_cast<std::size_t>(lane)];
  LaneFft::Workspace workspace(fft);
  simd::Array<float> power(static_cast<std::size_t>(fft.n_bins()));
  fft.power(frames, workspace, power.data());
  return power;
}

std::vector<std::size_t> every(std::size_t hop) {
  std::vector<std::size_t> starts;
  for (std::size_t lane = 0; lane < static_cast<std::size_t>(kLanes); ++lane)
    starts.push_back(lane * hop);
  return starts;
}

TEST(LaneFft, OfOwnAndOtherSizesIsTheTransformOfTheWindowedFrame) {
  for (const int size : {16, 32, 64, 512, 1000, 2048, 16384}) {
    const auto n = static_cast<std::size_t>(size);
    const std::vector<float> clip = testing::noise(n + 7 * static_cast<std::size_t>(kLanes));
    const LaneFft fft(size);
    const simd::Array<float> power = power_of(fft, clip, every(7));
    const std::vector<float> window = hann_window(size);
    const RealFft<double> reference(n);
    std::vector<double> frame(n);
    std::vector<std::complex<double>> spectrum(reference.n_bins());
    for (int lane = 0; lane < kLanes; lane += 3) {
      for (std::size_t i = 0; i < n; ++i)
        frame[i] = static_cast<double>(window[i]) *
                   static_cast<double>(clip[static_cast<std::size_t>(lane) * 7 + i]);
      reference.forward(frame, spectrum);
      double largest = 0.0, worst = 0.0;
      for (std::size_t k = 0; k < spectrum.size(); ++k) {
        largest = std::max(largest, std::norm(spectrum[k]));
        worst =
            std::max(worst, std::abs(static_cast<double>(power[k][lane]) - std::norm(spectrum[k])));
      }
      EXPECT_LT(worst, 2e-6 * largest) << size << ", lane " << lane;
    }
  }
}

TEST(LaneFft, ALaneDoesNotDependOnTheOthers) {
  const LaneFft fft(256);
  std::vector<float> clip = testing::noise(256 * static_cast<std::size_t>(kLanes));
  const simd::Array<float> before = power_of(fft, clip, every(256));
  for (std::size_t i = 256; i < clip.size(); ++i) clip[i] = 1e20f;
  const simd::Array<float> after = power_of(fft, clip, every(256));
  for (std::size_t k = 0; k < before.size(); ++k) EXPECT_EQ(before[k][0], after[k][0]);
}

}  // namespace lane_fft_test
}  // namespace genrebench::lanes
