#pragma once
// From the decision values of machines for two classes to probabilities of all classes.

#include <Eigen/Core>
#include <cmath>
#include <vector>

namespace genrebench {

/// P(first class | decision value f) = 1 / (1 + exp(a f + b)).
struct Sigmoid {
  double a = 0.0;
  double b = 0.0;

  double operator()(double f) const {
    const double z = a * f + b;
    return z >= 0.0 ? std::exp(-z) / (1.0 + std::exp(-z)) : 1.0 / (1.0 + std::exp(z));
  }
};

struct SigmoidFit {
  Sigmoid sigmoid;
  bool converged = false;
};

/// Platt's sigmoid by regularised maximum likelihood.
/// @param values  decision values of examples that the machine was not trained on
/// @param first   whether each is of the first class
/// Source: Lin, Lin & Weng, A note on Platt's probabilistic outputs for support vector machines,
/// Machine Learning 68(3), 2007, appendix: Newton's method with backtracking; libsvm has the same
/// constants.
SigmoidFit fit_sigmoid(const std::vector<double>& values, const std::vector<bool>& first);

/// Class probabilities p that agree best with the pairwise ones: minimises sum over pairs of
/// (r_ji p_i - r_ij p_j)^2 subject to sum p = 1.
/// Source: Wu, Lin & Weng, Probability estimates for multi-class classification by pairwise
/// coupling, JMLR 5, 2004, second approach, equation 21, solved directly where libsvm iterates to
/// 0.005 / k.
/// @param pairwise  k x k, r(i, j) = P(i | i or j) in (0, 1), r(i, j) + r(j, i) = 1
Eigen::VectorXd couple(const Eigen::MatrixXd& pairwise);

}  // namespace genrebench
