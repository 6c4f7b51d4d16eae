#pragma once
// Support vector machines for two classes, trained by libsvm. No other unit includes libsvm.

#include <Eigen/Core>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "baselines/svm/kernel_values.hpp"

namespace genrebench {

struct PairMachineOptions {
  Kernel kernel;
  /// Penalty of a training example on the wrong side of the margin.
  double c = 1.0;
  /// Largest violation of the optimality conditions at which the solver stops.
  double tolerance = 1e-3;
  /// Memory for kernel values, in megabytes.
  int cache_mb = 200;
};

/// Decides between two classes.
struct PairMachine {
  /// Rows of the training matrix, those of the first class first.
  std::vector<std::size_t> support_vectors;
  std::vector<double> coefficients;  ///< one a support vector
  double offset = 0.0;
  int n_iterations = 0;  ///< that the solver took

  /// Whether the solver stopped before it reached the tolerance.
  bool gave_up() const;

  /// @param places  of the support vectors among `values`
  /// @param values  prediction_values of one example
  /// @return  positive: the first class
  double decide(std::span<const std::size_t> places, std::span<const double> values) const {
    return weighted_sum(coefficients, places, values) - offset;
  }
};

/// Trains machines on examples of two classes. Their kernel values are computed once if they fit
/// into the cache, else by libsvm as it needs them; the machines are the same.
class PairTrainer {
 public:
  /// @param matrix     examples x features; must outlive this
  /// @param rows       the examples of both classes, those of the first class first
  /// @param n_first    how many are of the first class
  PairTrainer(const Eigen::MatrixXd& matrix, std::vector<std::size_t> rows, std::size_t n_first,
              const PairMachineOptions& options);
  ~PairTrainer();
  PairTrainer(const PairTrainer&) = delete;
  PairTrainer& operator=(const PairTrainer&) = delete;

  const std::vector<std::size_t>& rows() const { return rows_; }
  bool is_first(std::size_t place) const { return place < n_first_; }

  /// @param places  the examples to train on, as places in rows(), ascending, of both classes
  /// @throws ConfigError  if libsvm refuses the options
  PairMachine train(std::span<const std::size_t> places) const;

  /// Decision values of examples.
  /// @param places  as places in rows()
  std::vector<double> decide(const PairMachine& machine, std::span<const std::size_t> places) const;

 private:
  struct Nodes;
  const Eigen::MatrixXd& matrix_;
  std::vector<std::size_t> rows_;
  std::size_t n_first_;
  PairMachineOptions options_;
  std::unique_ptr<Nodes> nodes_;
};

}  // namespace genrebench
