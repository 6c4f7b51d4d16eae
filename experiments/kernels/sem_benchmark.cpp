// AR models, the matrix of spectral error measures by its fast and its direct form, and the
// segmentation around them.

#include <algorithm>
#include <complex>
#include <limits>
#include <optional>
#include <span>

#include "kernel_check.hpp"
#include "signal/segmentation/ar_model.hpp"
#include "signal/segmentation/segmentation.hpp"
#include "signal/segmentation/sem.hpp"
#include "signal/segmentation/sem_windows.hpp"
#include "signal/segmentation/window_series.hpp"

namespace genrebench::kernels {
namespace {

constexpr std::size_t kSecond = 22050;  ///< samples of a window of one second

/// Broken chords with decaying harmonics over a beat of noise; another key every 20 s, and a
/// silence between two. Each note and each stroke is drawn, so that no two windows are equal.
std::vector<float> generated_music(std::size_t n_samples) {
  constexpr std::size_t kNote = kSecond / 4, kPart = 20 * kSecond;
  constexpr int kTones = 3, kHarmonics = 3;
  Random random(2);
  std::vector<float> music(n_samples);
  std::vector<std::complex<double>> partials(kTones * kHarmonics), turns(kTones * kHarmonics);
  double key_hz = 220.0, beat = 0.0;
  for (std::size_t n = 0; n < n_samples; ++n) {
    if (n % kPart == 0) key_hz = 110.0 * std::exp2(random.uniform(0.0, 2.0));
    if (n % kNote == 0) {
      beat = random.uniform(0.02, 0.2);
      for (int tone = 0; tone < kTones; ++tone) {
        const double hz = key_hz * std::exp2(static_cast<double>(random.below(12)) / 12.0);
        for (int harmonic = 0; harmonic < kHarmonics; ++harmonic) {
          const auto at = static_cast<std::size_t>(tone * kHarmonics + harmonic);
          partials[at] =
              std::polar(0.2 / (harmonic + 1), random.uniform(0.0, 2.0 * std::numbers::pi));
          turns[at] = std::polar(std::exp(-(2.0 + harmonic) / kRateHz),
                                 2.0 * std::numbers::pi * hz * (harmonic + 1) / kRateHz);
        }
      }
    }
    beat *= 0.9994;
    double x = (0.003 + beat) * random.uniform(-1.0, 1.0);
    for (std::size_t at = 0; at < partials.size(); ++at) {
      partials[at] = {
          partials[at].real() * turns[at].real() - partials[at].imag() * turns[at].imag(),
          partials[at].real() * turns[at].imag() + partials[at].imag() * turns[at].real()};
      x += partials[at].imag();
    }
    const bool silent = n % kPart > kPart - 2 * kSecond / 3;
    music[n] = silent ? 0.0f : static_cast<float>(x);
  }
  return music;
}

/// The longest piece that is asked for, generated once; others are its beginnings.
std::span<const float> music(std::size_t n_samples) {
  static const std::vector<float> longest = generated_music(2000 * kSecond);
  return std::span<const float>(longest).first(n_samples);
}

constexpr ArMethod kMethods[] = {ArMethod::yule_walker, ArMethod::burg, ArMethod::forward_backward};
constexpr const char* kMethodNames[] = {"yule_walker", "burg", "forward_backward"};

void ar_fit(benchmark::State& state) {
  const auto method = static_cast<std::size_t>(state.range(0));
  const auto length = static_cast<std::size_t>(state.range(2));
  std::vector<double> window(length);
  WindowSeries(music(length), length, length).copy(0, window);
  for (auto _ : state)
    benchmark::DoNotOptimize(fit_ar(window, static_cast<int>(state.range(1)), kMethods[method]));
  state.SetLabel(kMethodNames[method]);
}
BENCHMARK(ar_fit)
    ->Name("ar")
    ->ArgNames({"method", "order", "window"})
    ->ArgsProduct({{0, 1, 2}, {12, 20, 100}, {22050, 13230}})
    ->Unit(benchmark::kMicrosecond);

SemOptions with(SemImplementation implementation, std::optional<int> lags) {
  SemOptions options;
  options.ar_order = 12;
  options.lags = lags;
  options.implementation = implementation;
  return options;
}

void measure(benchmark::State& state, const WindowSeries& windows, const SemOptions& options) {
  std::size_t n_direct = 0;
  for (auto _ : state) {
    const SemMatrix result = sem_matrix(windows, options);
    benchmark::DoNotOptimize(result.distances.data());
    n_direct = result.check.n_direct;
  }
  const auto n_pairs = static_cast<double>(windows.size() * windows.size());
  state.counters["pairs/s"] =
      benchmark::Counter(n_pairs, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["n_direct"] = static_cast<double>(n_direct);
  state.SetComplexityN(static_cast<benchmark::IterationCount>(windows.size()));
}

void sem(benchmark::State& state, SemImplementation implementation, std::optional<int> lags) {
  measure(state,
          WindowSeries(music(static_cast<std::size_t>(state.range(0)) * kSecond), kSecond, kSecond),
          with(implementation, lags));
}
BENCHMARK_CAPTURE(sem, fast, SemImplementation::fast, std::nullopt)
    ->Name("sem/fast/all_lags")
    ->Arg(10)
    ->Arg(30)
    ->Arg(60)
    ->Arg(200)
    ->Arg(600)
    ->Arg(2000)
    ->Complexity()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sem, fast_20, SemImplementation::fast, 20)
    ->Name("sem/fast/20_lags")
    ->Arg(10)
    ->Arg(30)
    ->Arg(60)
    ->Arg(200)
    ->Arg(600)
    ->Arg(2000)
    ->Complexity()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sem, direct, SemImplementation::direct, std::nullopt)
    ->Name("sem/direct/all_lags")
    ->Arg(10)
    ->Arg(30)
    ->Arg(60)
    ->Complexity()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sem, direct_20, SemImplementation::direct, 20)
    ->Name("sem/direct/20_lags")
    ->Arg(10)
    ->Arg(30)
    ->Arg(60)
    ->Complexity()
    ->Unit(benchmark::kMillisecond);

/// The setting of the script that the paper's authors published.
SemOptions authors() {
  SemOptions options;
  options.ar_order = 100;
  options.ar_method = ArMethod::forward_backward;
  return options;
}

void sem_authors(benchmark::State& state) {
  measure(state, WindowSeries(music(200 * 13230), 13230, 13230), authors());
}
BENCHMARK(sem_authors)
    ->Name("sem/fast/authors/200_windows_of_13230")
    ->Unit(benchmark::kMillisecond);

/// One transform a window at the size that all lags need, and nothing else: what the fast form
/// cannot do without.
void ffts_alone(benchmark::State& state) {
  const auto n_windows = static_cast<std::size_t>(state.range(0));
  const auto length = static_cast<std::size_t>(state.range(1));
  SemOptions options;
  options.ar_order = static_cast<int>(state.range(2));
  const fast_sem::Grid grid(fast_sem::Shape(length, options));
  const RealFft<double>& fft = grid.fft;
  const WindowSeries windows(music(n_windows * length), length, length);
  std::vector<double> time(fft.size());
  windows.copy(0, std::span<double>(time).first(length));
  std::vector<std::complex<double>> spectrum(fft.n_bins());
  for (auto _ : state)
    for (std::size_t i = 0; i < n_windows; ++i) {
      time[0] = static_cast<double>(i);
      fft.forward(time, spectrum);
      benchmark::DoNotOptimize(spectrum.data());
    }
}
BENCHMARK(ffts_alone)
    ->Name("sem/ffts_alone")
    ->ArgNames({"windows", "length", "order"})
    ->Args({30, kSecond, 12})
    ->Args({600, kSecond, 12})
    ->Args({200, 13230, 100})
    ->Unit(benchmark::kMillisecond);

void whole_song(benchmark::State& state) {
  const std::span<const float> song = music(static_cast<std::size_t>(state.range(0)) * kSecond);
  std::size_t n_windows = 0;
  for (auto _ : state) n_windows = segment(song, kRateHz, {}, "generated music").n_windows();
  state.counters["windows"] = static_cast<double>(n_windows);
}
BENCHMARK(whole_song)
    ->Name("segment/tuned")
    ->ArgName("seconds")
    ->Arg(30)
    ->Arg(600)
    ->Unit(benchmark::kMillisecond);

/// Fast against direct, every pair. False as well if the fast form left all pairs to the direct
/// one.
bool forms_agree(const std::string& what, const WindowSeries& windows, SemOptions options) {
  options.implementation = SemImplementation::fast;
  const SemMatrix fast = sem_matrix(windows, options);
  options.implementation = SemImplementation::direct;
  const SemMatrix direct = sem_matrix(windows, options);
  double worst = 0.0;
  for (Eigen::Index at = 0; at < direct.distances.size(); ++at) {
    const double found = fast.distances.data()[at], expected = direct.distances.data()[at];
    if (found == expected) continue;  // infinities among them
    const double difference = std::abs(found - expected) / std::abs(expected);
    worst = std::max(worst,
                     std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference);
  }
  const bool good = worst <= options.tolerance && fast.check.n_direct < fast.check.n_pairs;
  fmt::print(stderr,
             "{}: fast differs from direct by at most {:.3g}, allowed {:.3g}; {} of {} pairs took "
             "the direct path{}\n",
             what, worst, options.tolerance, fast.check.n_direct, fast.check.n_pairs,
             good ? "" : ": NOT EQUAL, nothing is timed");
  return good;
}

}  // namespace
}  // namespace genrebench::kernels

int main(int argc, char** argv) {
  using namespace genrebench;
  using namespace genrebench::kernels;
  bool checked = true;
  constexpr const char* kResidualNames[] = {"zero_state", "valid", "full"};
  // From before one change of key to after the silence that goes with it.
  const std::vector<float> samples = generated_music(24 * kSecond);
  const WindowSeries seconds(std::span<const float>(samples).subspan(14 * kSecond), kSecond,
                             kSecond);
  const WindowSeries of_authors(std::span<const float>(samples).first(8 * 13230), 13230, 13230);
  for (const Residual residual : {Residual::zero_state, Residual::valid, Residual::full}) {
    const auto name = kResidualNames[static_cast<std::size_t>(residual)];
    for (const std::optional<int> lags : {std::optional<int>{}, std::optional<int>{20}}) {
      SemOptions options = with(SemImplementation::fast, lags);
      options.residual = residual;
      checked =
          forms_agree(fmt::format("{}, {} lags", name, lags ? "20" : "all"), seconds, options) &&
          checked;
    }
    SemOptions options = authors();
    options.residual = residual;
    checked =
        forms_agree(fmt::format("{}, all lags, order 100", name), of_authors, options) && checked;
  }
  return run_benchmarks(argc, argv, checked);
}
