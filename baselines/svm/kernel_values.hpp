#pragma once
// How alike two examples are, by the kernel of a support vector machine: the numbers that libsvm
// computes, to the last bit, for many pairs at a time. libsvm itself walks through lists of
// (index, value), one pair after the other, and computes most pairs many times over.

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

namespace genrebench {

struct Kernel {
  enum class Shape { linear, rbf };
  Shape shape = Shape::rbf;
  /// Of rbf: inverse squared reach, in inverse squared units of the features.
  double gamma = 1.0;
};

/// Some rows of a matrix, arranged so that one is compared with several at a time: panels of
/// `kWidth` rows, in each of which the values of one feature are neighbours.
class KernelRows {
 public:
  /// @param matrix   examples x features
  /// @param indices  of the rows, in their order here
  KernelRows(const Eigen::MatrixXd& matrix, std::span<const std::size_t> indices);
  /// All rows.
  explicit KernelRows(const Eigen::MatrixXd& matrix);

  std::size_t size() const { return size_; }
  std::size_t n_features() const { return n_features_; }
  std::size_t n_panels() const;
  /// n_features x kWidth; rows beyond the last are zeros.
  const double* panel(std::size_t i) const;

 private:
  std::size_t size_;
  std::size_t n_features_;
  std::vector<double> values_;
};

/// The kernel of each row with each, as libsvm computes it in training: rbf from inner products,
/// exp(-gamma (|x|^2 + |y|^2 - 2 x y)).
/// @return  size x size, symmetric
std::vector<double> training_values(const KernelRows& rows, const Kernel& kernel);

/// The kernel of each row of `a` with each of `b`, as libsvm computes it in prediction: rbf from
/// differences, exp(-gamma |x - y|^2).
/// @return  a.size() x b.size(), row after row
std::vector<double> prediction_values(const KernelRows& a, const KernelRows& b,
                                      const Kernel& kernel);

/// Sum of weights[i] values[places[i]], from the first to the last, each product rounded.
double weighted_sum(std::span<const double> weights, std::span<const std::size_t> places,
                    std::span<const double> values);

}  // namespace genrebench
