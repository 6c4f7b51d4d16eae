#pragma once
// What the kernel programs share: a generated clip, and a comparison that must pass before anything
// is timed.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <Eigen/Core>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <string>
#include <vector>

#include "base/build_info.hpp"
#include "base/random.hpp"

namespace genrebench::kernels {

inline constexpr double kRateHz = 22050.0;
inline constexpr std::size_t kClipSamples = 661500;  // 30 s

/// A chord over noise whose volume rises and falls, with a silence: levels of all kinds.
inline std::vector<float> generated_clip(std::size_t n_samples = kClipSamples) {
  Random random(1);
  std::vector<float> clip(n_samples);
  for (std::size_t n = 0; n < n_samples; ++n) {
    const double t = static_cast<double>(n) / kRateHz;
    double x = 0.02 * random.uniform(-1.0, 1.0);
    for (const double hz : {220.0, 277.2, 329.6, 2200.0})
      x += 0.15 * std::sin(2.0 * std::numbers::pi * hz * t);
    const bool silent = n % 220500 > 200000;
    clip[n] = silent ? 0.0f : static_cast<float>(x * (0.6 + 0.4 * std::sin(0.7 * t)));
  }
  return clip;
}

/// Prints the difference to stderr; false if it is beyond the tolerance, not a number, or the
/// shapes differ.
inline bool agree(const std::string& what, const Eigen::MatrixXf& fast,
                  const Eigen::MatrixXf& plain, double tolerance) {
  if (fast.rows() != plain.rows() || fast.cols() != plain.cols()) {
    fmt::print(stderr, "{}: expected {} x {}, got {} x {}\n", what, plain.rows(), plain.cols(),
               fast.rows(), fast.cols());
    return false;
  }
  const double difference = static_cast<double>((fast - plain).cwiseAbs().maxCoeff());
  const bool good = difference <= tolerance;
  fmt::print(stderr, "{}: differs from the plain reference by at most {:.3g}, allowed {:.3g}{}\n",
             what, difference, tolerance, good ? "" : ": NOT EQUAL, nothing is timed");
  return good;
}

/// The end of each program's main().
inline int run_benchmarks(int argc, char** argv, bool checked) {
  if (!checked) return 1;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  // `genrebench kernels` compares only what was built alike, and names the commits.
  benchmark::AddCustomContext("genrebench_commit", build_commit());
  benchmark::AddCustomContext("genrebench_compiler", fmt::format("{} {}", kCompiler, __VERSION__));
  benchmark::AddCustomContext("genrebench_flags",
                              fmt::format("{}, {}", kBuildDescription, GENREBENCH_KERNEL_FLAGS));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace genrebench::kernels
