// Fingerprints of 30 s clips, and the search for near duplicates among many.

#include "kernel_check.hpp"
#include "plain_fingerprint.hpp"
#include "signal/audio/resampler.hpp"
#include "signal/fingerprint/near_duplicates.hpp"

namespace genrebench::kernels {
namespace {

constexpr double kPeakRateHz = 11025.0;

/// Notes of any pitch at any time over a little noise.
std::vector<float> notes(std::uint64_t seed, double rate_hz) {
  Random random(seed);
  std::vector<float> clip(static_cast<std::size_t>(30.0 * rate_hz));
  for (float& x : clip) x = static_cast<float>(0.001 * random.uniform(-1.0, 1.0));
  for (int note = 0; note < 300; ++note) {
    const auto start = static_cast<std::size_t>(random.uniform(0.0, 29.0) * rate_hz);
    const double frequency_hz = 220.0 * std::exp2(static_cast<double>(random.below(36)) / 12.0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(rate_hz); ++i) {
      const double t = static_cast<double>(i) / rate_hz;
      clip[start + i] += static_cast<float>(0.1 * std::exp(-8.0 * t) *
                                            std::sin(2.0 * std::numbers::pi * frequency_hz * t));
    }
  }
  return clip;
}

void peaks(benchmark::State& state) {
  const std::vector<float> clip = notes(1, kPeakRateHz);
  for (auto _ : state) benchmark::DoNotOptimize(fingerprint(clip, kPeakRateHz));
}
BENCHMARK(peaks)->Name("fingerprint/peaks")->Unit(benchmark::kMillisecond);

void with_resampling(benchmark::State& state) {
  const std::vector<float> clip = notes(1, kRateHz);
  for (auto _ : state) benchmark::DoNotOptimize(fingerprint(clip, kRateHz));
}
BENCHMARK(with_resampling)->Name("fingerprint/resampling_and_peaks")->Unit(benchmark::kMillisecond);

void plain(benchmark::State& state) {
  const std::vector<float> clip = notes(1, kPeakRateHz);
  for (auto _ : state) benchmark::DoNotOptimize(plain_peaks(clip));
}
BENCHMARK(plain)->Name("fingerprint/plain_peaks")->Unit(benchmark::kMillisecond);

void search(benchmark::State& state) {
  std::vector<Fingerprint> recordings;
  for (std::int64_t i = 0; i < state.range(0); ++i)
    recordings.push_back(
        fingerprint(notes(static_cast<std::uint64_t>(i), kPeakRateHz), kPeakRateHz));
  for (auto _ : state) benchmark::DoNotOptimize(near_duplicates(recordings));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(search)
    ->Name("near_duplicates")
    ->Arg(10)
    ->Arg(100)
    ->Arg(300)
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oNSquared);

Eigen::MatrixXf as_matrix(const std::vector<SpectralPeak>& peaks) {
  Eigen::MatrixXf matrix(2, static_cast<Eigen::Index>(peaks.size()));
  for (std::size_t i = 0; i < peaks.size(); ++i)
    matrix.col(static_cast<Eigen::Index>(i)) << peaks[i].time_s, peaks[i].pitch;
  return matrix;
}

}  // namespace
}  // namespace genrebench::kernels

int main(int argc, char** argv) {
  using namespace genrebench;
  using namespace genrebench::kernels;
  const std::vector<float> clip = notes(1, kPeakRateHz);
  // Seconds and semitones: where a peak is flat, levels that differ in the last bit of a float move
  // the parabola's vertex a little.
  const bool checked = agree("peaks", as_matrix(fingerprint(clip, kPeakRateHz).peaks),
                             as_matrix(plain_peaks(clip)), 0.005);
  return run_benchmarks(argc, argv, checked);
}
