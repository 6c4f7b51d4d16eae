#include "signal/segmentation/ar_model.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "base/simd.hpp"
#include "signal/segmentation/autocorrelation.hpp"

namespace genrebench {
namespace {

using Vector = simd::Lanes<double>;
constexpr std::size_t kLanes = simd::kLanes<double>;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

ArModel white(int order, double variance) {
  ArModel model{.coefficients = Eigen::VectorXd::Zero(order + 1), .noise_variance = variance};
  model.coefficients[0] = 1.0;
  return model;
}

/// One step of Levinson's recursion: from order m - 1 to m by the reflection coefficient k.
void extend(Eigen::VectorXd& a, Eigen::Index m, double k) {
  for (Eigen::Index low = 1, high = m - 1; low <= high; ++low, --high) {
    const double at_low = a[low], at_high = a[high];
    a[low] = at_low + k * at_high;
    if (low != high) a[high] = at_high + k * at_low;
  }
  a[m] = k;
}

ArModel yule_walker(std::span<const double> x, int order) {
  Eigen::VectorXd r(order + 1);
  autocorrelation(x, {r.data(), static_cast<std::size_t>(r.size())});
  r /= static_cast<double>(x.size());
  ArModel model = white(order, r[0]);
  Eigen::VectorXd& a = model.coefficients;
  double& error = model.noise_variance;
  for (Eigen::Index m = 1; m <= order; ++m) {
    // Only rounding is left: there is nothing more to predict.
    if (error <= kEpsilon * r[0]) {
      error = 0.0;
      break;
    }
    const double k = -a.head(m).dot(r.segment(1, m).reverse()) / error;
    extend(a, m, k);
    error *= (1.0 - k) * (1.0 + k);
  }
  error = std::max(error, 0.0);
  return model;
}

/// Sums of x^2 + y^2 and of x y.
struct Products {
  double energy, product;
};

/// In one pass, because for windows of some seconds memory limits the speed.
Products products_of(const double* x, const double* y, std::size_t n) {
  constexpr std::size_t kSums = 4;  // additions that do not wait for each other
  Vector energy[kSums] = {}, product[kSums] = {};
  std::size_t i = 0;
  for (; i + kSums * kLanes <= n; i += kSums * kLanes)
    for (std::size_t q = 0; q < kSums; ++q) {
      const Vector here = simd::load(x + i + q * kLanes), there = simd::load(y + i + q * kLanes);
      energy[q] += here * here;
      energy[q] += there * there;
      product[q] += here * there;
    }
  Products sums{.energy = simd::sum((energy[0] + energy[1]) + (energy[2] + energy[3])),
                .product = simd::sum((product[0] + product[1]) + (product[2] + product[3]))};
  for (; i < n; ++i) {
    sums.energy += x[i] * x[i] + y[i] * y[i];
    sums.product += x[i] * y[i];
  }
  return sums;
}

ArModel burg(std::span<const double> x, int order) {
  const auto length = static_cast<Eigen::Index>(x.size());
  Eigen::VectorXd forward = Eigen::Map<const Eigen::VectorXd>(x.data(), length), backward = forward;
  const double power = forward.squaredNorm() / static_cast<double>(length);
  ArModel model = white(order, power);
  // Each reflection rounds: an energy below this is rounding, not signal.
  const double nothing = kEpsilon * kEpsilon * power * static_cast<double>(length) * 16.0;
  for (Eigen::Index m = 1; m <= order; ++m) {
    const Eigen::Index n = length - m;
    auto f = forward.tail(n);
    auto b = backward.head(n);  // b delayed by one against f
    const Products products = products_of(f.data(), b.data(), static_cast<std::size_t>(n));
    const double energy = products.energy;
    if (energy <= nothing) {
      model.noise_variance = 0.0;
      break;
    }
    const double k = -2.0 * products.product / energy;
    for (Eigen::Index i = 0; i < n; ++i) {
      const double at_f = f[i], at_b = b[i];
      f[i] = at_f + k * at_b;
      b[i] = at_b + k * at_f;
    }
    extend(model.coefficients, m, k);
    model.noise_variance *= (1.0 - k) * (1.0 + k);
  }
  model.noise_variance = std::max(model.noise_variance, 0.0);
  return model;
}

/// The matrix of sums over n = p .. M - 1 of x[n - u] x[n - v], both directions, u and v from 0 to
/// p.
Eigen::MatrixXd modified_covariance(std::span<const double> x, Eigen::Index p) {
  const auto length = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd phi(p + 1, p + 1);
  const Eigen::Map<const Eigen::VectorXd> samples(x.data(), length);
  std::vector<double> first_row(static_cast<std::size_t>(p) + 1);  // from v = p down
  cross_correlation(x.last(x.size() - static_cast<std::size_t>(p)), x, first_row);
  for (Eigen::Index v = 0; v <= p; ++v) phi(0, v) = first_row[static_cast<std::size_t>(p - v)];
  for (Eigen::Index v = 0; v < p; ++v)
    for (Eigen::Index u = 0; u <= v; ++u)
      phi(u + 1, v + 1) = phi(u, v) + samples[p - 1 - u] * samples[p - 1 - v] -
                          samples[length - 1 - u] * samples[length - 1 - v];
  phi.triangularView<Eigen::StrictlyLower>() = phi.transpose();
  return phi + phi.reverse();
}

ArModel forward_backward(std::span<const double> x, int order) {
  const Eigen::Index p = order;
  const double n_equations = 2.0 * static_cast<double>(x.size() - static_cast<std::size_t>(order));
  const Eigen::MatrixXd g = modified_covariance(x, p) / n_equations;
  const Eigen::MatrixXd normal = g.bottomRightCorner(p, p);
  const Eigen::VectorXd right = -g.col(0).tail(p);

  const Eigen::LDLT<Eigen::MatrixXd> cholesky(normal);
  const auto pivots = cholesky.vectorD();
  const bool regular = cholesky.info() == Eigen::Success && n_equations >= static_cast<double>(p) &&
                       pivots.minCoeff() > kEpsilon * static_cast<double>(p) * pivots.maxCoeff();
  ArModel model = white(order, 0.0);
  auto a = model.coefficients.tail(p);
  if (regular) {
    a = cholesky.solve(right);
  } else {
    Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> minimal;
    minimal.setThreshold(kEpsilon * static_cast<double>(p) * 4.0);
    a = minimal.compute(normal).solve(right);
  }
  const double variance = g(0, 0) + g.row(0).tail(p).dot(a);
  // Where prediction is exact, what is left is rounding.
  model.noise_variance = variance > kEpsilon * g(0, 0) ? variance : 0.0;
  return model;
}

}  // namespace

ArModel fit_ar(std::span<const double> window, int order, ArMethod method) {
  if (order < 1 || static_cast<std::size_t>(order) >= window.size())
    throw ConfigError(fmt::format("ar_order: expected 1 to {} for a window of {} samples, found {}",
                                  window.empty() ? 0 : window.size() - 1, window.size(), order));
  if (std::all_of(window.begin(), window.end(), [](double x) { return x == 0.0; }))
    return white(order, 0.0);
  switch (method) {
    case ArMethod::yule_walker:
      return yule_walker(window, order);
    case ArMethod::burg:
      return burg(window, order);
    case ArMethod::forward_backward:
      return forward_backward(window, order);
  }
  return {};
}

}  // namespace genrebench
