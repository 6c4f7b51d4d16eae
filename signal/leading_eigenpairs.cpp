#include "signal/leading_eigenpairs.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <Spectra/SymEigsSolver.h>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

#include "signal/error.hpp"
#include "signal/random.hpp"

namespace genrebench {
namespace {

using Eigen::Index;

constexpr double kResidual = 1e-8;      // promised, relative to the norm
constexpr double kTolerance = 1e-9;     // asked of Spectra
constexpr Index kSmallestLanczos = 64;  // below, all pairs are found sooner
constexpr Index kMaxRestarts = 200;

// A 512-bit row of eight doubles, and the floats or doubles that it is widened from. May be anywhere in an array.
constexpr Index kTile = 8;
using Row [[gnu::vector_size(kTile * sizeof(double))]] = double;
using UnalignedRow [[gnu::vector_size(kTile * sizeof(double)), gnu::may_alias, gnu::aligned(alignof(double))]] = double;
template <typename Scalar>
struct Packed;
template <>
struct Packed<float> {
  using Row [[gnu::vector_size(kTile * sizeof(float)), gnu::may_alias, gnu::aligned(alignof(float))]] = float;
};
template <>
struct Packed<double> {
  using Row [[gnu::vector_size(kTile * sizeof(double)), gnu::may_alias, gnu::aligned(alignof(double))]] = double;
};

/// Half of a symmetric matrix, divided by its norm, in tiles of 8 x 8: those on the diagonal, and those below it, column of
/// tiles by column of tiles, in the order in which a product reads them.
template <typename Scalar>
class PackedSymmetric {
 public:
  PackedSymmetric(const Eigen::MatrixXd& matrix, double norm) : n_(matrix.rows()), n_tiles_((n_ + kTile - 1) / kTile) {
    tiles_.resize(n_tiles_ * (n_tiles_ + 1) / 2 * kTile * kTile);
    const double scale = 1.0 / norm;
    Scalar* out = tiles_.data();
    for (Index first = 0; first < n_; first += kTile) {
      for (Index row = first; row < n_; row += kTile) {
        for (Index j = first; j < first + kTile; ++j) {
          for (Index i = row; i < row + kTile; ++i) *out++ = i < n_ && j < n_ ? narrowed((i >= j ? matrix(i, j) : matrix(j, i)) * scale) : Scalar(0);
        }
      }
    }
  }

  Index size() const { return n_; }
  Index padded_size() const { return n_tiles_ * kTile; }

  /// y = A x, both padded with zeros.
  void multiply(const double* x, double* y) const {
    std::fill(y, y + padded_size(), 0.0);
    const Scalar* tile = tiles_.data();
    for (Index first = 0; first < n_; first += kTile) {
      Row factors[kTile];
      Row dots[kTile];
      for (Index c = 0; c < kTile; ++c) {
        factors[c] = Row{} + x[first + c];
        dots[c] = Row{};
      }
      Row diagonal = load(y + first);
      for (Index c = 0; c < kTile; ++c, tile += kTile) diagonal += widened(tile) * factors[c];
      for (Index row = first + kTile; row < n_; row += kTile) {
        const Row x_row = load(x + row);
        Row even = load(y + row);
        Row odd = Row{};
        for (Index c = 0; c < kTile; c += 2, tile += 2 * kTile) {
          const Row a = widened(tile);
          const Row b = widened(tile + kTile);
          even += a * factors[c];
          odd += b * factors[c + 1];
          dots[c] += a * x_row;
          dots[c + 1] += b * x_row;
        }
        *reinterpret_cast<UnalignedRow*>(y + row) = even + odd;
      }
      for (Index c = 0; c < kTile; ++c) {
        const Row d = dots[c];
        diagonal[c] += ((d[0] + d[4]) + (d[2] + d[6])) + ((d[1] + d[5]) + (d[3] + d[7]));
      }
      *reinterpret_cast<UnalignedRow*>(y + first) = diagonal;
    }
  }

 private:
  /// Denormal numbers slow a processor down, and are nothing beside the norm.
  static Scalar narrowed(double value) { return std::abs(value) < 1e-30 ? Scalar(0) : static_cast<Scalar>(value); }
  static Row load(const double* from) { return *reinterpret_cast<const UnalignedRow*>(from); }
  static Row widened(const Scalar* from) {
    return __builtin_convertvector(*reinterpret_cast<const typename Packed<Scalar>::Row*>(from), Row);
  }

  Index n_;
  Index n_tiles_;
  Eigen::Array<Scalar, Eigen::Dynamic, 1> tiles_;
};

/// A + I for a matrix of norm 1, so that all eigenvalues are in [0, 2], less the pairs found already, which become 0. What
/// Spectra calls an operator.
template <typename Scalar_>
class DeflatedOperator {
 public:
  using Scalar = double;
  DeflatedOperator(const PackedSymmetric<Scalar_>& matrix, const Eigen::VectorXd& values, const Eigen::MatrixXd& vectors)
      : matrix_(matrix), values_(values), vectors_(vectors), x_(Eigen::VectorXd::Zero(matrix.padded_size())), y_(matrix.padded_size()) {}

  Index rows() const { return matrix_.size(); }
  Index cols() const { return matrix_.size(); }
  void perform_op(const double* x_in, double* y_out) const {
    const Eigen::Map<const Eigen::VectorXd> x(x_in, rows());
    Eigen::Map<Eigen::VectorXd> y(y_out, rows());
    x_.head(rows()) = x;
    matrix_.multiply(x_.data(), y_.data());
    y = y_.head(rows()) + x;
    if (values_.size() > 0) y -= vectors_ * ((values_.array() + 1.0) * (vectors_.transpose() * x).array()).matrix();
  }

 private:
  const PackedSymmetric<Scalar_>& matrix_;
  const Eigen::VectorXd& values_;
  const Eigen::MatrixXd& vectors_;
  mutable Eigen::VectorXd x_;
  mutable Eigen::VectorXd y_;
};

/// Pairs of the matrix divided by its norm.
struct Pairs {
  Eigen::VectorXd values;
  Eigen::MatrixXd vectors;
};

/// The largest `count` pairs of the operator, from the start vector of number `start`.
template <typename Scalar>
std::optional<Pairs> lanczos(const PackedSymmetric<Scalar>& matrix, const Pairs& known, Index count, std::uint64_t start) {
  const Index n = matrix.size();
  Random random(derive_seed(start, "Lanczos start"));
  Eigen::VectorXd x(n);
  for (double& value : x) value = random.uniform(-0.5, 0.5);
  x -= known.vectors * (known.vectors.transpose() * x);
  DeflatedOperator<Scalar> op(matrix, known.values, known.vectors);
  const Index subspace = std::min(n, count == 1 ? Index{20} : std::max<Index>(2 * count + 1, 20));
  Spectra::SymEigsSolver<DeflatedOperator<Scalar>> solver(op, count, subspace);
  solver.init(x.data());
  solver.compute(Spectra::SortRule::LargestAlge, kMaxRestarts, kTolerance);
  if (solver.info() != Spectra::CompInfo::Successful) return std::nullopt;
  Pairs found{solver.eigenvalues().array() - 1.0, solver.eigenvectors()};
  if (!found.values.allFinite() || !found.vectors.allFinite()) return std::nullopt;
  return found;
}

/// The best approximations of the matrix's own pairs in the span of the vectors, and their largest residual.
std::pair<Pairs, double> rayleigh_ritz(const Eigen::MatrixXd& matrix, const Eigen::MatrixXd& vectors, double norm) {
  const Index n = vectors.rows();
  const Index m = vectors.cols();
  const Eigen::MatrixXd basis = Eigen::HouseholderQR<Eigen::MatrixXd>(vectors).householderQ() * Eigen::MatrixXd::Identity(n, m);
  const Eigen::MatrixXd image = matrix.selfadjointView<Eigen::Lower>() * basis / norm;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> small(basis.transpose() * image);
  const Eigen::MatrixXd rotation = small.eigenvectors().rowwise().reverse();
  Pairs pairs{small.eigenvalues().reverse(), basis * rotation};
  const Eigen::MatrixXd residual = image * rotation - pairs.vectors * pairs.values.asDiagonal();
  return {pairs, residual.colwise().norm().maxCoeff()};
}

/// Nothing if Spectra does not converge, or not to the residual that is promised.
template <typename Scalar>
std::optional<Pairs> leading_by_lanczos(const Eigen::MatrixXd& matrix, double norm, Index count) {
  const PackedSymmetric<Scalar> packed(matrix, norm);
  Pairs known{Eigen::VectorXd(0), Eigen::MatrixXd(matrix.rows(), 0)};
  // One less at first: the first search of what is orthogonal to them finds the last.
  const auto extend = [&](Index more, std::uint64_t start) {
    const std::optional<Pairs> found = lanczos(packed, known, more, start);
    if (!found) return false;
    known.values.conservativeResize(known.values.size() + more);
    known.values.tail(more) = found->values;
    known.vectors.conservativeResize(Eigen::NoChange, known.vectors.cols() + more);
    known.vectors.rightCols(more) = found->vectors;
    return true;
  };
  if (count > 1 && !extend(count - 1, 0)) return std::nullopt;
  // Each search either finds what comes next, and the pairs are complete, or a pair missed before.
  for (std::uint64_t start = 1;; ++start) {
    Eigen::VectorXd sorted = known.values;
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    const double bar = known.values.size() == 0 ? 2.0 : sorted[std::min(count, known.values.size()) - 1];
    if (known.values.size() + 1 >= matrix.rows() || !extend(1, start)) return std::nullopt;
    const double last = known.values[known.values.size() - 1];
    if (known.values.size() >= count && last <= bar + kResidual) break;
  }
  auto [pairs, residual] = rayleigh_ritz(matrix, known.vectors, norm);
  if (!(residual <= kResidual)) return std::nullopt;
  pairs.values.conservativeResize(count);
  pairs.vectors.conservativeResize(Eigen::NoChange, count);
  return pairs;
}

double checked_norm(const Eigen::MatrixXd& matrix) {
  if (matrix.rows() != matrix.cols()) {
    throw DataError(fmt::format("eigenvalues: expected a square matrix, got {} x {}", matrix.rows(), matrix.cols()));
  }
  double norm = 0.0;
  for (Index j = 0; j < matrix.cols(); ++j) {
    const double sum = matrix.col(j).cwiseAbs().sum();
    if (!std::isfinite(sum)) throw DataError(fmt::format("eigenvalues: column {} of the matrix holds an element that is infinite or NaN", j));
    norm = std::max(norm, sum);
  }
  return norm;
}

}  // namespace

LeadingEigenpairs leading_eigenpairs_dense(const Eigen::MatrixXd& matrix, int count) {
  assert(count >= 0 && count <= matrix.rows());
  checked_norm(matrix);
  if (matrix.rows() == 0) return {Eigen::VectorXd(0), Eigen::MatrixXd(0, 0), EigenSolver::dense};
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
  return {solver.eigenvalues().tail(count).reverse(), solver.eigenvectors().rightCols(count).rowwise().reverse(), EigenSolver::dense};
}

LeadingEigenpairs leading_eigenpairs(const Eigen::MatrixXd& matrix, int count) {
  const double norm = checked_norm(matrix);
  if (count == 0 || matrix.rows() < std::max<Index>(kSmallestLanczos, 6 * count) || norm == 0.0) return leading_eigenpairs_dense(matrix, count);
  std::optional<Pairs> pairs = leading_by_lanczos<float>(matrix, norm, count);
  if (!pairs) pairs = leading_by_lanczos<double>(matrix, norm, count);
  if (pairs) return {pairs->values * norm, std::move(pairs->vectors), EigenSolver::lanczos};
  LeadingEigenpairs result = leading_eigenpairs_dense(matrix, count);
  result.solver = EigenSolver::dense_after_lanczos;
  return result;
}

}  // namespace genrebench
