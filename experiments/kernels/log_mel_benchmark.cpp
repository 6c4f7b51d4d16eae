// Log-mel of a decoded 30 s clip: the kernel, the kernel fed in blocks, and the plain loop.

#include "kernel_check.hpp"
#include "plain_log_mel.hpp"
#include "signal/features/mel.hpp"

namespace genrebench::kernels {
namespace {

void fast(benchmark::State& state) {
  const std::vector<float> clip = generated_clip();
  const LogMel log_mel({}, kRateHz);
  for (auto _ : state) benchmark::DoNotOptimize(log_mel(clip));
}
BENCHMARK(fast)->Name("log_mel/lanes")->Unit(benchmark::kMillisecond);

void blocks(benchmark::State& state) {
  const std::vector<float> clip = generated_clip();
  const LogMel log_mel({}, kRateHz);
  for (auto _ : state) {
    const auto stream = log_mel.stream(static_cast<std::int64_t>(clip.size()));
    for (std::size_t from = 0; from < clip.size(); from += 4096) {
      stream->push(std::span(clip).subspan(from, std::min<std::size_t>(4096, clip.size() - from)));
    }
    benchmark::DoNotOptimize(stream->finish());
  }
}
BENCHMARK(blocks)->Name("log_mel/lanes_in_blocks_of_4096")->Unit(benchmark::kMillisecond);

void plain(benchmark::State& state) {
  const std::vector<float> clip = generated_clip();
  PlainLogMel log_mel({}, kRateHz);
  for (auto _ : state) benchmark::DoNotOptimize(log_mel(clip));
}
BENCHMARK(plain)->Name("log_mel/plain")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace genrebench::kernels

int main(int argc, char** argv) {
  using namespace genrebench;
  using namespace genrebench::kernels;
  const std::vector<float> clip = generated_clip();
  PlainLogMel plain_log_mel({}, kRateHz);
  const Eigen::MatrixXf power = plain_log_mel.mel(clip);
  const double largest = static_cast<double>(power.maxCoeff());
  // Float rounding of two orders of summation: 1e-6 of the largest power, 0.001 dB.
  const bool checked =
      agree("mel power", MelSpectrogram({}, kRateHz)(clip), power, 1e-6 * largest) &&
      agree("log-mel, dB", LogMel({}, kRateHz)(clip), plain_log_mel(clip), 0.001);
  return run_benchmarks(argc, argv, checked);
}
