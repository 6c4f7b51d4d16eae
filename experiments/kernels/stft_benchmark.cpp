// The power spectrogram of a 30 s clip: many frames side by side against FFTW's single real
// transforms.

#include "kernel_check.hpp"
#include "plain_log_mel.hpp"
#include "signal/spectrum/fft.hpp"
#include "signal/spectrum/stft.hpp"

namespace genrebench::kernels {
namespace {

LogMelOptions with_n_fft(int n_fft) {
  LogMelOptions options;
  options.n_fft = n_fft;
  options.hop_length = n_fft / 2;
  return options;
}

Eigen::MatrixXf plain_power_spectrogram(std::span<const float> clip, const LogMelOptions& options) {
  PlainLogMel kernel(options, kRateHz);
  Eigen::MatrixXf result(options.n_fft / 2 + 1,
                         frame_count(static_cast<std::int64_t>(clip.size()), options));
  for (Eigen::Index t = 0; t < result.cols(); ++t) {
    kernel.transform(clip, t);
    result.col(t) = Eigen::Map<const Eigen::VectorXf>(kernel.power().data(), result.rows());
  }
  return result;
}

void fast(benchmark::State& state) {
  const std::vector<float> clip = generated_clip();
  const LogMelOptions options = with_n_fft(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(power_spectrogram(clip, options));
}
BENCHMARK(fast)
    ->Name("power_spectrogram/lanes")
    ->Arg(512)
    ->Arg(1024)
    ->Arg(2048)
    ->Arg(4096)
    ->Arg(8192)
    ->Unit(benchmark::kMillisecond);

void plain(benchmark::State& state) {
  const std::vector<float> clip = generated_clip();
  const LogMelOptions options = with_n_fft(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(plain_power_spectrogram(clip, options));
}
BENCHMARK(plain)
    ->Name("power_spectrogram/plain")
    ->Arg(512)
    ->Arg(1024)
    ->Arg(2048)
    ->Arg(4096)
    ->Arg(8192)
    ->Unit(benchmark::kMillisecond);

void complex_spectrogram(benchmark::State& state) {
  const std::vector<float> clip = generated_clip();
  for (auto _ : state) benchmark::DoNotOptimize(stft(clip));
}
BENCHMARK(complex_spectrogram)->Name("stft/lanes")->Unit(benchmark::kMillisecond);

void one_transform(benchmark::State& state) {
  const std::vector<float> clip = generated_clip(2048);
  const RealFft<float> fft(2048);
  std::vector<std::complex<float>> spectrum(fft.n_bins());
  for (auto _ : state) {
    fft.forward(clip, spectrum);
    benchmark::DoNotOptimize(spectrum.data());
  }
}
BENCHMARK(one_transform)->Name("RealFft<float>/2048")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace genrebench::kernels

int main(int argc, char** argv) {
  using namespace genrebench;
  using namespace genrebench::kernels;
  bool checked = true;
  const std::vector<float> clip = generated_clip(100000);
  for (const int n_fft : {512, 1024, 2048, 4096, 8192}) {
    const LogMelOptions options = with_n_fft(n_fft);
    const Eigen::MatrixXf expected = plain_power_spectrogram(clip, options);
    const double largest = static_cast<double>(expected.maxCoeff());
    checked = agree(fmt::format("power, n_fft {}", n_fft), power_spectrogram(clip, options),
                    expected, 1e-6 * largest) &&
              checked;
    checked = agree(fmt::format("|stft|^2, n_fft {}", n_fft), stft(clip, options).cwiseAbs2(),
                    expected, 1e-6 * largest) &&
              checked;
  }
  return run_benchmarks(argc, argv, checked);
}
