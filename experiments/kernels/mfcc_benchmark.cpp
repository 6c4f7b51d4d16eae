// 20 MFCC of a 30 s clip, against the plain log-mel loop followed by the cosine sum as it is
// written.

#include "kernel_check.hpp"
#include "plain_log_mel.hpp"
#include "signal/features/mfcc.hpp"

namespace genrebench::kernels {
namespace {

Eigen::MatrixXf plain_mfcc(PlainLogMel& kernel, std::span<const float> clip, int n_mfcc) {
  Eigen::MatrixXf level = kernel.mel(clip);
  for (Eigen::Index i = 0; i < level.size(); ++i)
    level.data()[i] = 10.0f * std::log10(std::max(1e-10f, level.data()[i]));
  const float least = level.maxCoeff() - 80.0f;
  const double n = static_cast<double>(level.rows());
  Eigen::MatrixXf result(n_mfcc, level.cols());
  std::vector<float> cosines;
  for (int k = 0; k < n_mfcc; ++k) {
    for (Eigen::Index m = 0; m < level.rows(); ++m) {
      cosines.push_back(static_cast<float>(
          std::sqrt((k == 0 ? 1.0 : 2.0) / n) *
          std::cos(std::numbers::pi * k * (2.0 * static_cast<double>(m) + 1.0) / (2.0 * n))));
    }
  }
  for (Eigen::Index t = 0; t < level.cols(); ++t) {
    for (int k = 0; k < n_mfcc; ++k) {
      float sum = 0.0f;
      for (Eigen::Index m = 0; m < level.rows(); ++m) {
        sum +=
            cosines[static_cast<std::size_t>(k * level.rows() + m)] * std::max(least, level(m, t));
      }
      result(k, t) = sum;
    }
  }
  return result;
}

void fast(benchmark::State& state) {
  const std::vector<float> clip = generated_clip();
  const Mfcc mfcc({}, kRateHz);
  for (auto _ : state) benchmark::DoNotOptimize(mfcc(clip));
}
BENCHMARK(fast)->Name("mfcc/lanes")->Unit(benchmark::kMillisecond);

void plain(benchmark::State& state) {
  const std::vector<float> clip = generated_clip();
  PlainLogMel kernel({}, kRateHz);
  for (auto _ : state) benchmark::DoNotOptimize(plain_mfcc(kernel, clip, 20));
}
BENCHMARK(plain)->Name("mfcc/plain")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace genrebench::kernels

int main(int argc, char** argv) {
  using namespace genrebench;
  using namespace genrebench::kernels;
  const std::vector<float> clip = generated_clip();
  PlainLogMel kernel({}, kRateHz);
  // Sums of 128 levels of up to 100 dB in float.
  return run_benchmarks(
      argc, argv, agree("mfcc", Mfcc({}, kRateHz)(clip), plain_mfcc(kernel, clip, 20), 0.005));
}
