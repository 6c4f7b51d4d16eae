#include "signal/segmentation/sem_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace genrebench::fast_sem {
namespace {

Vector rounding(double scale) { return simd::fill(kBoundFactor * kEpsilon * scale); }

Vector sum_of_absolutes(const Vector* x, std::size_t n) {
  Vector sum{};
  for (std::size_t m = 0; m < n; ++m) sum += simd::absolute(x[m]);
  return sum;
}

/// out[m] = sum_l taps[l] x[m + l], kTile outputs at a time: as many sums as fit into registers.
template <std::size_t kTile>
void correlate_tile(std::span<const double> taps, const Vector* x, Vector* out) {
  Vector sums[kTile] = {};
  for (std::size_t l = 0; l < taps.size(); ++l)
    for (std::size_t q = 0; q < kTile; ++q) sums[q] += taps[l] * x[l + q];
  for (std::size_t q = 0; q < kTile; ++q) out[q] = sums[q];
}

void correlate(std::span<const double> taps, const Vector* x, Vector* out, std::size_t n_out) {
  std::size_t m = 0;
  for (; m + 12 <= n_out; m += 12) correlate_tile<12>(taps, x + m, out + m);
  for (; m + 4 <= n_out; m += 4) correlate_tile<4>(taps, x + m, out + m);
  for (; m < n_out; ++m) correlate_tile<1>(taps, x + m, out + m);
}

/// out[d] = sum_m x[m] y[m + d] for d < n_out, m < n and m + d < n_y.
void correlate_lanes(const Vector* x, std::size_t n, const Vector* y, std::size_t n_y, Vector* out,
                     std::size_t n_out) {
  for (std::size_t d = 0; d < n_out; ++d) {
    Vector even{}, odd{};
    const std::size_t end = std::min(n, n_y > d ? n_y - d : 0);
    std::size_t m = 0;
    for (; m + 2 <= end; m += 2) {
      even += x[m] * y[m + d];
      odd += x[m + 1] * y[m + 1 + d];
    }
    if (m < end) even += x[m] * y[m + d];
    out[d] = even + odd;
  }
}

Vector dot(const Vector* x, const Vector* y, std::size_t n) {
  Vector even{}, odd{};
  std::size_t m = 0;
  for (; m + 2 <= n; m += 2) {
    even += x[m] * y[m];
    odd += x[m + 1] * y[m + 1];
  }
  if (m < n) even += x[m] * y[m];
  return even + odd;
}

}  // namespace

PairSums::PairSums(const Shape& shape)
    : s_(shape),
      r_(s_.n_lags),
      t_(s_.p),
      f_(s_.all_lags ? 3 * s_.p : s_.n_lags + s_.p),
      h_(s_.all_lags ? 2 * s_.p : s_.n_lags + s_.p),
      u_(s_.p),
      v_(s_.p),
      cut_(s_.p),
      d_(s_.n_lags),
      w_(2 * s_.p),
      r_at_end_(2 * s_.p) {}

Sums PairSums::few_lags(const Reference& i, const Block& j) {
  const std::size_t n = s_.n_lags, p = s_.p;
  correlate(i.c, j.lagged.data(), r_.data(), n);
  const Vector r_error = rounding(i.c_norm) * j.power * static_cast<double>(s_.length);
  Vector error = r_error;
  if (s_.tail) {
    // f from M - n_lags to M + p; its last p values are the tail.
    correlate(i.a, j.end.data(), f_.data(), n + p);
    const Vector* t = f_.data() + n;
    // D[k] = sum_m t[m] f[M + m - k]
    for (std::size_t k = 0; k < n; ++k) r_[k] -= dot(t, t - k, p);
    error += edge_error(i, j, t, f_.data(), n + p);
  }
  if (s_.head) {
    correlate(i.a, j.begin.data(), h_.data(), n + p);
    correlate_lanes(h_.data(), p, h_.data(), n + p, d_.data(), n);
    for (std::size_t k = 0; k < n; ++k) r_[k] -= d_[k];
    error += edge_error(i, j, h_.data(), h_.data(), n + p);
  }
  Vector squares{}, magnitudes{};
  for (std::size_t k = 1; k < n; ++k) {
    squares += r_[k] * r_[k];
    magnitudes += simd::absolute(r_[k]);
  }
  return {.power = r_[0],
          .squares = squares,
          .power_error = error,
          .squares_error = 2.0 * error * magnitudes + error * error * static_cast<double>(n) +
                           rounding(1.0) * squares};
}

/// Of a sum of products of p values at an end with others around it.
Vector PairSums::edge_error(const Reference& i, const Block& j, const Vector* end,
                            const Vector* around, std::size_t n) const {
  Vector largest_end{}, largest{};
  for (std::size_t m = 0; m < s_.p; ++m)
    largest_end = simd::absolute(end[m]) > largest_end ? simd::absolute(end[m]) : largest_end;
  for (std::size_t m = 0; m < n; ++m)
    largest = simd::absolute(around[m]) > largest ? simd::absolute(around[m]) : largest;
  const double root = std::sqrt(static_cast<double>(s_.p));
  const Vector value_error = rounding(i.a_norm) * j.edge;
  return root * (value_error * (largest_end + largest) + rounding(1.0) * largest_end * largest);
}

Sums PairSums::all_lags(const Reference& i, const Block& j, Vector two_sided,
                        Vector two_sided_error) {
  correlate(i.c, j.lagged.data(), r_.data(), s_.p);
  const Vector energy = j.power * static_cast<double>(s_.length);
  const Vector r_error = rounding(i.c_norm) * energy;
  Sums sums{.power = r_[0],
            .squares = 0.5 * (two_sided - r_[0] * r_[0]),
            .power_error = r_error,
            .squares_error = two_sided_error + r_[0] * r_error};
  if (!s_.tail) return sums;
  remove_tail(i, j, sums);
  if (s_.head) remove_head(i, j, sums);
  remove_autocorrelation_of_ends(r_error, sums);
  // An error of the tail moves every term with it.
  const Vector t_error = rounding(i.a_norm) * j.edge;
  sums.squares_error += 2.0 * t_sum_ * t_error * (3.0 * r_[0] + 2.0 * cut_[0]);
  return sums;
}

Sums PairSums::all_lags(const Reference& i, const TailReference& tail, const Block& j,
                        const FullSums& full, TailTransforms& transforms) {
  const Vector power = full.power, two_sided = full.two_sided;
  find_tail(i, j);
  const double order = static_cast<double>(s_.p);
  const TailMoments m = transforms.moments(tail, t_.data());
  const Vector r_error = rounding(i.c_norm) * j.power * static_cast<double>(s_.length),
               t_error = rounding(i.a_norm) * j.edge;
  const Vector energy = dot(t_.data(), t_.data(), s_.p);
  t_sum_ = sum_of_absolutes(t_.data(), s_.p);
  Sums sums{.power = power - energy,
            .squares = 0.5 * (two_sided - power * power) + power * energy + 2.0 * m.with_lags -
                       0.5 * (energy * energy + m.squares) - 2.0 * m.with_products,
            .power_error = r_error + 2.0 * t_sum_ * t_error,
            .squares_error = full.two_sided_error + power * r_error};
  // By Cauchy and Schwarz: of the sums over the bins, each against what it is multiplied with.
  const Vector tail_norm = simd::square_root(energy), s_norm = simd::square_root(m.squares),
               products_norm = simd::square_root(m.products_energy);
  sums.squares_error += energy * r_error + 4.0 * std::sqrt(order) * s_norm * r_error;
  sums.squares_error +=
      2.0 * (t_sum_ * rounding(i.b_norm) * j.product_scale +
             products_norm * (std::sqrt(order) * t_error + rounding(1.0) * tail_norm));
  sums.squares_error += rounding(1.0) * (3.0 * power * energy + 2.0 * simd::absolute(m.with_lags) +
                                         energy * energy + m.squares);
  sums.squares_error += 2.0 * t_sum_ * t_error * (3.0 * power + 2.0 * energy);
  return sums;
}

/// What lies behind the window: x is zero there, so that each value needs one product less than the
/// one before.
void PairSums::find_tail(const Reference& i, const Block& j) {
  const Vector* x = j.end.data() + (j.end.size() - 2 * s_.p);
  const std::span<const double> taps(i.a);
  constexpr std::size_t kRows = 12;
  for (std::size_t m = 0; m < s_.p; m += kRows)
    correlate(taps.first(s_.p - m), x + m, t_.data() + m, std::min(kRows, s_.p - m));
}

/// The terms of the tail alone.
void PairSums::remove_tail(const Reference& i, const Block& j, Sums& sums) {
  const std::size_t p = s_.p;
  find_tail(i, j);
  correlate_lanes(t_.data(), p, t_.data(), p, cut_.data(), p);
  correlate(i.b, j.product_at_end.data(), u_.data(), p);
  sums.squares -= 2.0 * dot(t_.data(), u_.data(), p);
  t_sum_ = sum_of_absolutes(t_.data(), p);
  const Vector u_sum = sum_of_absolutes(u_.data(), p);
  const Vector t_error = rounding(i.a_norm) * j.edge;
  sums.squares_error += 2.0 * (t_sum_ * rounding(i.b_norm) * j.product_scale + u_sum * t_error);
  sums.power_error += 2.0 * t_sum_ * t_error;
}

/// The terms of the head, alone and with the tail; its autocorrelation is added to `cut_`.
void PairSums::remove_head(const Reference& i, const Block& j, Sums& sums) {
  const std::size_t p = s_.p;
  correlate(i.a, j.begin.data(), h_.data(), 2 * p - 1);  // f from 0
  const Vector* h = h_.data();
  correlate_lanes(h, p, h, p, d_.data(), p);
  for (std::size_t d = 0; d < p; ++d) cut_[d] += d_[d];
  correlate(i.b, j.product_at_begin.data(), v_.data(), p);
  sums.squares -= 2.0 * dot(h, v_.data(), p);
  h_sum_ = sum_of_absolutes(h, p);
  const Vector v_sum = sum_of_absolutes(v_.data(), p);
  const Vector h_error = rounding(i.a_norm) * j.edge;
  sums.squares_error += 2.0 * (h_sum_ * rounding(i.b_norm) * j.product_scale + v_sum * h_error);
  sums.power_error += 2.0 * h_sum_ * h_error;
  sums.squares_error += 2.0 * h_sum_ * h_error * (3.0 * r_[0] + 2.0 * cut_[0]);

  // 2 <t * h, (f * f)[M + .]>
  correlate(i.aa, j.square_at_end.data(), w_.data(), 2 * p - 1);
  Vector both{};
  for (std::size_t m = 0; m < p; ++m) both += t_[m] * dot(h, w_.data() + m, p);
  sums.squares += 2.0 * both;
  sums.squares_error += 2.0 * t_sum_ * h_sum_ * rounding(i.aa_norm) * j.square_scale;
  restore_products_of_both_ends(i, j, sums);
}

/// The lags M + d, |d| < p, where a pair of samples may have one in the head and the other in the
/// tail: such a pair was removed twice.
void PairSums::restore_products_of_both_ends(const Reference& i, const Block& j, Sums& sums) {
  const std::size_t p = s_.p;
  const Vector* h = h_.data();
  correlate(i.c, j.lagged_at_end.data(), r_at_end_.data(), 2 * p - 1);
  correlate(i.a, j.end.data() + 1, f_.data(), 2 * p - 1);  // f from M - p + 1; zero after the tail
  std::fill(f_.data() + (2 * p - 1), f_.data() + f_.size(), Vector{});
  const Vector r_error = rounding(i.c_norm) * j.power * static_cast<double>(s_.length);
  const Vector end_error = rounding(i.a_norm) * j.edge;
  for (std::size_t q = 0; q + 1 < 2 * p; ++q) {
    // Lag M + q - (p - 1): t[m] meets f[m - q + p - 1].
    Vector twice{}, tail{}, head{};
    for (std::size_t m = q < p ? 0 : q - (p - 1); m < p; ++m) {
      const std::size_t n = m + (p - 1) - q;
      tail += t_[m] * h[n];
      if (n < p) twice += t_[m] * h[n];
    }
    for (std::size_t m = 0; m < p; ++m) head += h[m] * f_[m + q];
    const Vector others = r_at_end_[q] - tail - head;
    sums.squares += twice * (2.0 * others + twice);
    sums.squares_error += 2.0 * simd::absolute(twice) * (r_error + (t_sum_ + h_sum_) * end_error);
  }
}

/// The terms that need only the sum of the autocorrelations of both ends, `cut_`.
void PairSums::remove_autocorrelation_of_ends(Vector r_error, Sums& sums) const {
  Vector weighted{}, cut_squares{}, cut_sum{};
  for (std::size_t d = 1; d < s_.p; ++d) {
    weighted += r_[d] * cut_[d];
    cut_squares += cut_[d] * cut_[d];
    cut_sum += simd::absolute(cut_[d]);
  }
  sums.squares += 3.0 * r_[0] * cut_[0] + 4.0 * weighted - cut_[0] * cut_[0] - cut_squares;
  sums.power -= cut_[0];
  sums.squares_error += (3.0 * cut_[0] + 4.0 * cut_sum) * r_error +
                        rounding(1.0) * (3.0 * r_[0] * cut_[0] + 4.0 * simd::absolute(weighted) +
                                         cut_[0] * cut_[0] + cut_squares);
}

Bounded sem_of_sums(const Reference& i, const Sums& sums, const LaneOfBlock& window) {
  const std::size_t lane = window.lane;
  const double length = window.residual_length;
  const double power = sums.power[lane] / length,
               squares = std::max(sums.squares[lane], 0.0) / (length * length);
  const double sem = sem_from_moments(i.noise_variance, power, squares, 0.0);
  const double rounding = 256.0 * kEpsilon * kEpsilon * i.gain * i.gain * window.mean_square;
  if (!(power > rounding) || !std::isfinite(sem))
    return {sem, 0.0, std::numeric_limits<double>::infinity()};
  const double power_error = sums.power_error[lane] / sums.power[lane];
  const double ratio = i.noise_variance / power;
  const double error =
      2.0 * sums.squares_error[lane] / (sums.power[lane] * sums.power[lane]) +
      (4.0 * squares / (power * power) + 2.0 * std::abs(ratio - 1.0) * ratio) * power_error;
  // Beyond this the first-order estimate means nothing.
  const bool meaningful = power_error < 0.1;
  return {sem, ratio, meaningful ? error / sem : std::numeric_limits<double>::infinity()};
}

}  // namespace genrebench::fast_sem
