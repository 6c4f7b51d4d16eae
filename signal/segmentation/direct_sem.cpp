#include "signal/segmentation/direct_sem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <complex>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "base/simd.hpp"
#include "signal/segmentation/autocorrelation.hpp"
#include "signal/spectrum/fft.hpp"

namespace genrebench {
namespace {

/// Up to this many lags are summed directly, without a transform.
constexpr std::size_t kFewLags = 64;

using Vector = simd::Lanes<double>;
constexpr std::size_t kLanes = simd::kLanes<double>;

/// kVectors registers of sum_l taps[l] x[n - l].
template <std::size_t kVectors>
void filter_tile(const Eigen::VectorXd& taps, const double* x, double* out) {
  Vector sums[kVectors] = {};
  for (Eigen::Index l = 0; l < taps.size(); ++l)
    for (std::size_t v = 0; v < kVectors; ++v) sums[v] += taps[l] * simd::load(x + v * kLanes - l);
  for (std::size_t v = 0; v < kVectors; ++v) simd::store(out + v * kLanes, sums[v]);
}

/// n outputs, n a multiple of kLanes.
void filter(const Eigen::VectorXd& taps, const double* x, double* out, std::size_t n) {
  constexpr std::size_t kVectors = 8;
  std::size_t m = 0;
  for (; m + kVectors * kLanes <= n; m += kVectors * kLanes)
    filter_tile<kVectors>(taps, x + m, out + m);
  for (; m < n; m += kLanes) filter_tile<1>(taps, x + m, out + m);
}

}  // namespace

void validate(std::size_t window_length, const SemOptions& options) {
  if (options.ar_order < 1 || static_cast<std::size_t>(options.ar_order) >= window_length)
    throw ConfigError(fmt::format("ar_order: expected 1 to {} for windows of {} samples, found {}",
                                  window_length == 0 ? 0 : window_length - 1, window_length,
                                  options.ar_order));
  if (options.lags && *options.lags < 1)
    throw ConfigError(
        fmt::format("lags: expected 'window' or at least 1, found {}", *options.lags));
}

double sem_from_moments(double noise_variance, double power, double squares,
                        double rounding_power) {
  if (power <= rounding_power)
    return noise_variance <= rounding_power ? 0.0 : std::numeric_limits<double>::infinity();
  const double ratio = noise_variance / power - 1.0;
  return ratio * ratio + 2.0 * squares / (power * power);
}

double rounding_power(const ArModel& reference, double mean_square) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  const double gain = reference.coefficients.lpNorm<1>();
  return 256.0 * kEpsilon * kEpsilon * gain * gain * mean_square;
}

struct DirectSem::Impl {
  Impl(std::size_t window_length, const SemOptions& options)
      : order(static_cast<std::size_t>(options.ar_order)),
        n_filtered(window_length + order),
        filtered((n_filtered + kLanes - 1) / kLanes * kLanes),
        input(order + filtered.size()),
        first(options.residual == Residual::valid ? order : 0),
        length(options.residual == Residual::full ? window_length + order : window_length - first),
        n_lags(
            std::min(options.lags ? static_cast<std::size_t>(*options.lags) : length, length - 1)),
        r(n_lags + 1) {
    if (n_lags <= kFewLags) return;
    fft.emplace(next_fast_fft_size(length + n_lags));
    padded.resize(fft->size());
    spectrum.resize(fft->n_bins());
  }

  std::size_t order;
  std::size_t n_filtered;        ///< window and tail
  std::vector<double> filtered;  ///< to whole registers
  std::vector<double> input;     ///< `order` zeros, the window, zeros
  std::size_t first;             ///< of the filtered samples, where the residual begins
  std::size_t length;            ///< of the residual
  std::size_t n_lags;
  std::vector<double> r;
  std::optional<RealFft<double>> fft;
  std::vector<double> padded;
  std::vector<std::complex<double>> spectrum;
};

DirectSem::DirectSem(std::size_t window_length, const SemOptions& options) {
  validate(window_length, options);
  impl_ = std::make_unique<Impl>(window_length, options);
}
DirectSem::~DirectSem() = default;
DirectSem::DirectSem(DirectSem&&) noexcept = default;

DirectSem::Measure DirectSem::measure(const ArModel& reference, std::span<const double> sliding) {
  Impl& m = *impl_;
  assert(sliding.size() + m.order == m.n_filtered);
  assert(static_cast<std::size_t>(reference.coefficients.size()) == m.order + 1);
  // Step 2: through the inverse filter, from rest to rest.
  double mean_square = 0.0;
  for (const double x : sliding) mean_square += x * x;
  mean_square /= static_cast<double>(sliding.size());
  if (mean_square == 0.0)  // silence leaves silence
    return {.distance = sem_from_moments(reference.noise_variance, 0.0, 0.0, 0.0), .ratio = 0.0};
  std::copy(sliding.begin(), sliding.end(), m.input.begin() + static_cast<std::ptrdiff_t>(m.order));
  filter(reference.coefficients, m.input.data() + m.order, m.filtered.data(), m.filtered.size());
  const std::span<const double> residual =
      std::span<const double>(m.filtered).subspan(m.first, m.length);
  // Step 3: its autocorrelation.
  if (!m.fft) {
    autocorrelation(residual, m.r);
  } else {
    std::copy(residual.begin(), residual.end(), m.padded.begin());
    std::fill(m.padded.begin() + static_cast<std::ptrdiff_t>(m.length), m.padded.end(), 0.0);
    m.fft->forward(m.padded, m.spectrum);
    for (std::complex<double>& bin : m.spectrum) bin = std::norm(bin);
    m.fft->inverse(m.spectrum, m.padded);
    const double scale = 1.0 / static_cast<double>(m.fft->size());
    for (std::size_t k = 0; k <= m.n_lags; ++k) m.r[k] = m.padded[k] * scale;
  }
  // Step 4: Eq. 2. Biased autocorrelations are these sums over the residual's length.
  double squares = 0.0;
  for (std::size_t k = 1; k <= m.n_lags; ++k) squares += m.r[k] * m.r[k];
  const double scale = 1.0 / static_cast<double>(m.length);
  const double nothing = rounding_power(reference, mean_square);
  const double power = m.r[0] * scale;
  return {.distance =
              sem_from_moments(reference.noise_variance, power, squares * scale * scale, nothing),
          .ratio = power > nothing ? reference.noise_variance / power : 0.0};
}

}  // namespace genrebench
