// Lanczos' method as Spectra has it, made complete: it also finds every copy of a repeated
// eigenvalue, as the clusters of a graph without a path need it.
//
// That is what the code around Spectra is for; it gains no time in a whole run. Segmenting a song
// of 240 s took 102 ms with the default options, of which 9.5 ms were this function (480 windows;
// plain Spectra, which may miss copies: 8.6 ms; all pairs by Eigen: 99 ms). With windows of 0.2 s
// it took 1100 ms, of which 470 ms were this function (1200 windows; plain Spectra: 330 ms). The
// packed float copy of the matrix halves the time at 480 windows (double: 17 ms), and saves nothing
// at 1200. Least times of several runs on a busy machine with two cores;
// experiments/kernels/peers compares with SciPy.
#include "signal/segmentation/leading_eigenpairs.hpp"

#include <Spectra/SymEigsSolver.h>
#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/simd.hpp"

namespace genrebench {
namespace {

using Eigen::Index;

constexpr double kResidual = 1e-8;        // promised, relative to the norm
constexpr double kTolerance = 5e-9;       // asked of Spectra
constexpr double kCheckTolerance = 1e-4;  // of the value after those asked for, where it shows that
                                          // none was missed
constexpr double kNextTolerance = 1e-3;   // of the same where that is known already
constexpr Index kSmallestLanczos = 64;    // below, all pairs are found sooner
constexpr Index kSubspace = 20;  // Krylov vectors, or 2 count + 1; more do not pay: orthogonalising
                                 // costs as much as a product
constexpr Index kMaxRestarts = 200;

using Vector = simd::Lanes<double>;
constexpr Index kTile = simd::kLanes<double>;

/// A symmetric matrix divided by its norm, as Lanczos' method needs it.
class SymmetricProduct {
 public:
  SymmetricProduct(Index size, Index padded_size) : size_(size), padded_size_(padded_size) {}
  virtual ~SymmetricProduct() = default;
  /// y = A x, both padded with zeros.
  virtual void multiply(const double* x, double* y) const = 0;

  Index size() const { return size_; }
  Index padded_size() const { return padded_size_; }
  /// Of all elements, and so of all eigenvalues.
  double sum_of_squares() const { return squares_; }

 protected:
  double squares_ = 0.0;

 private:
  Index size_, padded_size_;
};

/// Half of a symmetric matrix, divided by its norm, in square tiles: those on the diagonal, and
/// those below it, column of tiles by column of tiles, in the order in which a product reads them.
template <typename Scalar>
class PackedSymmetric final : public SymmetricProduct {
 public:
  PackedSymmetric(const Eigen::MatrixXd& matrix, double norm)
      : SymmetricProduct(matrix.rows(), (matrix.rows() + kTile - 1) / kTile * kTile) {
    const Index n = size(), n_tiles = padded_size() / kTile;
    tiles_.resize(n_tiles * (n_tiles + 1) / 2 * kTile * kTile);
    const double scale = 1.0 / norm;
    Squares squares = Squares::Zero();
    Scalar* out = tiles_.data();
    for (Index first = 0; first < n; first += kTile)
      for (Index row = first; row < n; row += kTile, out += kTile * kTile)
        if (row > first && row + kTile <= n)
          pack_whole(&matrix(row, first), n, scale, out, squares);
        else
          pack_edge(matrix, {row, first}, scale, out, squares);
    squares_ = squares.sum();
  }

  void multiply(const double* x, double* y) const override {
    const Index n = padded_size();
    std::fill(y, y + n, 0.0);
    const Scalar* tile = tiles_.data();
    for (Index first = 0; first < n; first += kTile) {
      Vector factors[kTile];
      Vector dots[kTile];
      for (Index c = 0; c < kTile; ++c) {
        factors[c] = Vector{} + x[first + c];
        dots[c] = Vector{};
      }
      Vector diagonal = simd::load(y + first);
      for (Index c = 0; c < kTile; ++c, tile += kTile)
        diagonal += simd::load_as_double(tile) * factors[c];
      for (Index row = first + kTile; row < n; row += kTile) {
        const Vector x_row = simd::load(x + row);
        Vector even = simd::load(y + row);
        Vector odd = Vector{};
        for (Index c = 0; c < kTile; c += 2, tile += 2 * kTile) {
          const Vector a = simd::load_as_double(tile);
          const Vector b = simd::load_as_double(tile + kTile);
          even += a * factors[c];
          odd += b * factors[c + 1];
          dots[c] += a * x_row;
          dots[c + 1] += b * x_row;
        }
        simd::store(y + row, even + odd);
      }
      for (Index c = 0; c < kTile; ++c) {
        diagonal[c] += simd::sum_by_halves(dots[c]);
      }
      simd::store(y + first, diagonal);
    }
  }

 private:
  using Squares = Eigen::Array<double, kTile, 1>;
  struct Place {
    Index row, column;
  };

  /// A tile below the diagonal. Adds the squares of its elements and of their mirror images.
  static void pack_whole(const double* from, Index stride, double scale, Scalar* out,
                         Squares& squares) {
    for (Index j = 0; j < kTile; ++j, from += stride, out += kTile)
      for (Index i = 0; i < kTile; ++i) {
        const double value = from[i] * scale;
        squares[i] += 2.0 * value * value;
        out[i] = narrowed(value);
      }
  }

  /// The same of a tile on the diagonal, or one that reaches beyond the matrix.
  static void pack_edge(const Eigen::MatrixXd& matrix, Place tile, double scale, Scalar* out,
                        Squares& squares) {
    const Index n = matrix.rows();
    for (Index j = tile.column; j < tile.column + kTile; ++j, out += kTile)
      for (Index i = 0; i < kTile; ++i) {
        const Index row = tile.row + i;
        const double value =
            row < n && j < n ? matrix(std::max(row, j), std::min(row, j)) * scale : 0.0;
        squares[i] += (tile.row > tile.column ? 2.0 : 1.0) * value * value;
        out[i] = narrowed(value);
      }
  }

  /// Denormal numbers slow a processor down, and are negligible beside the norm.
  static Scalar narrowed(double value) {
    return std::abs(value) < 1e-30 ? Scalar(0) : static_cast<Scalar>(value);
  }

  Eigen::Array<Scalar, Eigen::Dynamic, 1> tiles_;
};

/// A + I for a matrix of norm 1, so that all eigenvalues are in [0, 2], less the pairs found
/// already, which become 0. What Spectra calls an operator.
class DeflatedOperator {
 public:
  using Scalar = double;
  DeflatedOperator(const SymmetricProduct& matrix, const Eigen::VectorXd& values,
                   const Eigen::MatrixXd& vectors)
      : matrix_(matrix),
        values_(values),
        vectors_(vectors),
        x_(Eigen::VectorXd::Zero(matrix.padded_size())),
        y_(matrix.padded_size()) {}

  Index rows() const { return matrix_.size(); }
  Index cols() const { return matrix_.size(); }
  void perform_op(const double* x_in, double* y_out) const {
    const Eigen::Map<const Eigen::VectorXd> x(x_in, rows());
    Eigen::Map<Eigen::VectorXd> y(y_out, rows());
    x_.head(rows()) = x;
    matrix_.multiply(x_.data(), y_.data());
    y = y_.head(rows()) + x;
    if (values_.size() > 0)
      y -= vectors_ * ((values_.array() + 1.0) * (vectors_.transpose() * x).array()).matrix();
  }

 private:
  const SymmetricProduct& matrix_;
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

Eigen::VectorXd random_start(Index n, std::uint64_t number) {
  Random random(derive_seed(number, "Lanczos start"));
  Eigen::VectorXd x(n);
  for (double& value : x) value = random.uniform(-0.5, 0.5);
  return x;
}

/// The largest `count` pairs of what is orthogonal to the known ones; nothing if Spectra does not
/// converge.
std::optional<Pairs> lanczos(const SymmetricProduct& matrix, const Pairs& known, Index count,
                             Eigen::VectorXd start, double tolerance) {
  start -= known.vectors * (known.vectors.transpose() * start);
  DeflatedOperator op(matrix, known.values, known.vectors);
  const Index subspace = std::min(matrix.size(), std::max<Index>(2 * count + 1, kSubspace));
  Spectra::SymEigsSolver<DeflatedOperator> solver(op, count, subspace);
  solver.init(start.data());
  solver.compute(Spectra::SortRule::LargestAlge, kMaxRestarts, tolerance);
  if (solver.info() != Spectra::CompInfo::Successful) return std::nullopt;
  Pairs found{solver.eigenvalues().array() - 1.0, solver.eigenvectors()};
  if (!found.values.allFinite() || !found.vectors.allFinite()) return std::nullopt;
  return found;
}

void append(Pairs& pairs, const Pairs& more) {
  const Index count = more.values.size();
  pairs.values.conservativeResize(pairs.values.size() + count);
  pairs.values.tail(count) = more.values;
  pairs.vectors.conservativeResize(Eigen::NoChange, pairs.vectors.cols() + count);
  pairs.vectors.rightCols(count) = more.vectors;
}

/// Of a symmetric matrix and a few vectors, which reads the matrix once. Columns stand for rows,
/// four at a time; Eigen would first rearrange all of the matrix.
Eigen::MatrixXd product(const Eigen::MatrixXd& matrix, const Eigen::MatrixXd& vectors) {
  const Index n = matrix.rows();
  constexpr Index kColumns = 4;
  Eigen::MatrixXd result(n, vectors.cols());
  const Index whole = n / kTile * kTile;
  for (Index first = 0; first < n; first += kColumns) {
    const Index width = std::min(kColumns, n - first);
    const double* columns[kColumns];
    for (Index c = 0; c < kColumns; ++c)
      columns[c] = matrix.data() + (first + std::min(c, width - 1)) * n;
    for (Index v = 0; v < vectors.cols(); ++v) {
      const double* x = vectors.data() + v * n;
      Vector sums[kColumns] = {};
      for (Index i = 0; i < whole; i += kTile) {
        const Vector x_row = simd::load(x + i);
        for (Index c = 0; c < kColumns; ++c) sums[c] += simd::load(columns[c] + i) * x_row;
      }
      for (Index c = 0; c < width; ++c) {
        double sum = simd::sum_by_halves(sums[c]);
        for (Index i = whole; i < n; ++i) sum += columns[c][i] * x[i];
        result(first + c, v) = sum;
      }
    }
  }
  return result;
}

/// The best approximations of the matrix's own pairs in the span of the vectors, and their
/// residuals.
std::pair<Pairs, Eigen::VectorXd> rayleigh_ritz(const Eigen::MatrixXd& matrix,
                                                const Eigen::MatrixXd& vectors, double norm) {
  const Eigen::MatrixXd basis = Eigen::HouseholderQR<Eigen::MatrixXd>(vectors).householderQ() *
                                Eigen::MatrixXd::Identity(vectors.rows(), vectors.cols());
  const Eigen::MatrixXd image = product(matrix, basis) / norm;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> small(basis.transpose() * image);
  const Eigen::MatrixXd rotation = small.eigenvectors().rowwise().reverse();
  Pairs pairs{small.eigenvalues().reverse(), basis * rotation};
  const Eigen::MatrixXd residual = image * rotation - pairs.vectors * pairs.values.asDiagonal();
  return {pairs, residual.colwise().norm()};
}

/// The leading pairs and the next value, of the matrix divided by its norm. Nothing if Spectra does
/// not converge, or not to the residual that is promised.
std::optional<LeadingEigenpairs> leading_by_lanczos(const Eigen::MatrixXd& matrix,
                                                    const SymmetricProduct& packed, double norm,
                                                    Index count) {
  const Index n = matrix.rows();
  Pairs known{Eigen::VectorXd(0), Eigen::MatrixXd(n, 0)};
  const std::optional<Pairs> first = lanczos(packed, known, count, random_start(n, 0), kTolerance);
  if (!first) return std::nullopt;
  append(known, *first);
  // All other eigenvalues are at most the root of what the known ones leave of the sum of squares.
  const double smallest = known.values[count - 1];
  const bool complete = smallest > 0.0 && packed.sum_of_squares() - known.values.squaredNorm() <
                                              0.99 * smallest * smallest;
  for (std::uint64_t number = 1; known.values.size() + 1 < n; ++number) {
    std::optional<Pairs> next = lanczos(packed, known, 1, random_start(n, number),
                                        complete ? kNextTolerance : kCheckTolerance);
    if (!next) return std::nullopt;
    Eigen::VectorXd sorted = known.values;
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    if (next->values[0] > sorted[count - 1] + kResidual) {  // a pair that was missed
      next = lanczos(packed, known, 1, Eigen::VectorXd(next->vectors.col(0)), kTolerance);
      if (!next) return std::nullopt;
      append(known, *next);
      continue;
    }
    const auto [pairs, residuals] = rayleigh_ritz(matrix, known.vectors, norm);
    if (!(residuals.head(count).maxCoeff() <= kResidual)) return std::nullopt;
    // Where pairs had been missed, more than `count` are known.
    const double after = pairs.values.size() > count ? pairs.values[count] : next->values[0];
    return LeadingEigenpairs{pairs.values.head(count), pairs.vectors.leftCols(count),
                             std::min(after, pairs.values[count - 1]), EigenSolver::lanczos};
  }
  return std::nullopt;
}

double checked_norm(const Eigen::MatrixXd& matrix) {
  if (matrix.rows() != matrix.cols()) {
    throw DataError(fmt::format("eigenvalues: expected a square matrix, got {} x {}", matrix.rows(),
                                matrix.cols()));
  }
  const Index n = matrix.rows();
  Eigen::ArrayXd sums = Eigen::ArrayXd::Zero(n);
  for (Index j = 0; j < n; ++j) {
    const auto below = matrix.col(j).tail(n - j - 1).array().abs();
    sums.tail(n - j - 1) += below;
    sums[j] += std::abs(matrix(j, j)) + below.sum();
    if (!std::isfinite(sums[j]))
      throw DataError(
          fmt::format("eigenvalues: an element of row {} of the matrix is infinite or NaN", j));
  }
  return n > 0 ? sums.maxCoeff() : 0.0;
}

}  // namespace

LeadingEigenpairs leading_eigenpairs_dense(const Eigen::MatrixXd& matrix, int count) {
  const Index n = matrix.rows();
  assert(count >= 0 && count <= n);
  checked_norm(matrix);
  LeadingEigenpairs result{Eigen::VectorXd(0), Eigen::MatrixXd(n, 0), std::nullopt,
                           EigenSolver::dense};
  if (n == 0) return result;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
  result.values = solver.eigenvalues().tail(count).reverse();
  result.vectors = solver.eigenvectors().rightCols(count).rowwise().reverse();
  if (count < n) result.next = solver.eigenvalues()[n - count - 1];
  return result;
}

LeadingEigenpairs leading_eigenpairs(const Eigen::MatrixXd& matrix, int count) {
  const double norm = checked_norm(matrix);
  if (count == 0 || matrix.rows() < std::max<Index>(kSmallestLanczos, 6 * count) || norm == 0.0)
    return leading_eigenpairs_dense(matrix, count);
  std::optional<LeadingEigenpairs> result =
      leading_by_lanczos(matrix, PackedSymmetric<float>(matrix, norm), norm, count);
  if (!result)
    result = leading_by_lanczos(matrix, PackedSymmetric<double>(matrix, norm), norm, count);
  if (!result) {
    result = leading_eigenpairs_dense(matrix, count);
    result->solver = EigenSolver::dense_after_lanczos;
    return *result;
  }
  result->values *= norm;
  *result->next *= norm;
  return *result;
}

}  // namespace genrebench
