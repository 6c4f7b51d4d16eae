// One side of the comparison of SEM matrices with NumPy: measures what it is told, each time on
// request, so that the two sides can take turns.
//
// Reads commands on standard input, one a line: `TASK FILE LENGTH WINDOWS ORDER METHOD LAGS`. FILE:
// mono samples, float32, nothing else; LENGTH: of a window, in samples, one after the other from
// the start; METHOD: yule_walker, burg or forward_backward; LAGS: 0 for all. Answers each with one
// line of JSON, times in processor seconds. Tasks:
//   sem     the whole matrix by the fast form, with the checks that it makes by default
//   save    the same; writes the matrix to FILE.f64, float64, row by row (row = reference window),
//   and says what was checked parts   of it, each alone: windows copied to double; the AR models;
//   one FFT a window at the size that the fast form takes, and
//           only that; the pairs that are compared with the direct form

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <complex>
#include <ctime>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "signal/segmentation/sem.hpp"
#include "signal/segmentation/window_series.hpp"
#include "signal/spectrum/fft.hpp"

using namespace genrebench;

namespace {

/// Of this process, whose one thread does all the work: what a busy machine gives to others does
/// not count.
double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <typename Work>
double seconds_of(const Work& work) {
  const double start = processor_seconds();
  work();
  return processor_seconds() - start;
}

std::vector<float> read_raw(const std::string& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  std::vector<float> samples(static_cast<std::size_t>(std::max<std::streamoff>(in.tellg(), 0)) /
                             sizeof(float));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(samples.data()),
          static_cast<std::streamsize>(samples.size() * sizeof(float)));
  return samples;
}

std::optional<ArMethod> method_of(const std::string& name) {
  if (name == "yule_walker") return ArMethod::yule_walker;
  if (name == "burg") return ArMethod::burg;
  if (name == "forward_backward") return ArMethod::forward_backward;
  return std::nullopt;
}

void print_parts(const WindowSeries& windows, const SemOptions& options) {
  double anything = 0.0;  // so that no loop is without a result
  std::vector<double> window(windows.length());
  const double copies = seconds_of([&] {
    for (std::size_t i = 0; i < windows.size(); ++i) {
      windows.copy(i, window);
      anything += window.back();
    }
  });
  std::vector<ArModel> models;
  const double fits = seconds_of([&] { models = fit_ar_models(windows, options); });

  // As the fast form: a multiple of 512 of small factors, for a window and its tail.
  const std::size_t needed = 2 * (windows.length() + static_cast<std::size_t>(options.ar_order));
  const RealFft<double> fft(512 * next_fast_fft_size((needed + 511) / 512));
  std::vector<double> time(fft.size());
  std::copy(window.begin(), window.end(), time.begin());
  std::vector<std::complex<double>> spectrum(fft.n_bins());
  const double ffts = seconds_of([&] {
    for (std::size_t i = 0; i < windows.size(); ++i) {
      time[0] = static_cast<double>(i);
      fft.forward(time, spectrum);
      anything += spectrum[1].real();
    }
  });
  const double checks = seconds_of([&] {
    DirectSem direct(windows.length(), options);
    for (int draw = 0; draw < options.n_checks; ++draw) anything += direct(models[0], window);
  });
  fmt::print(
      "{{\"copies\": {:.9f}, \"fits\": {:.9f}, \"ffts\": {:.9f}, \"checks\": {:.9f}, \"fft_size\": "
      "{}, \"ignore\": {}}}\n",
      copies, fits, ffts, checks, fft.size(), std::isfinite(anything) ? 1 : 0);
}

}  // namespace

int main() {
  std::string cached_file, task, file, method;
  std::vector<float> samples;
  std::size_t length = 0, n_windows = 0;
  int lags = 0;
  SemOptions options;
  while (std::cin >> task >> file >> length >> n_windows >> options.ar_order >> method >> lags) {
    if (file != cached_file) {
      samples = read_raw(file);
      cached_file = file;
    }
    const std::optional<ArMethod> known = method_of(method);
    if (!known || length * n_windows > samples.size()) {
      fmt::print(stderr,
                 "sem_timings: expected a known method and at least {} samples, got {} and {}\n",
                 length * n_windows, method, samples.size());
      return 2;
    }
    options.ar_method = *known;
    options.lags = lags == 0 ? std::nullopt : std::optional<int>(lags);
    const WindowSeries windows(std::span<const float>(samples).first(length * n_windows), length,
                               length);
    if (task == "parts") {
      print_parts(windows, options);
    } else if (task == "sem" || task == "save") {
      SemMatrix result;
      const double seconds = seconds_of([&] { result = sem_matrix(windows, options); });
      if (task == "save") {
        const Eigen::MatrixXd rows_first = result.distances.transpose();
        std::ofstream(file + ".f64", std::ios::binary)
            .write(reinterpret_cast<const char*>(rows_first.data()),
                   static_cast<std::streamsize>(rows_first.size()) * 8);
      }
      fmt::print(
          "{{\"seconds\": {:.9f}, \"n_direct\": {}, \"n_checked\": {}, "
          "\"worst_relative_difference\": {:.3g}, \"worst_bound\": {:.3g}}}\n",
          seconds, result.check.n_direct, result.check.n_checked,
          result.check.worst_relative_difference, result.check.worst_bound);
    } else {
      fmt::print(stderr, "sem_timings: expected sem, save or parts, got {}\n", task);
      return 2;
    }
    std::fflush(stdout);
  }
  return 0;
}
