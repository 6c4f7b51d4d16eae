// Multinomial logistic regression with an L2 penalty.

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "baselines/rows.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

namespace {

constexpr std::string_view kSoftmax = "softmax";

struct SoftmaxOptions {
  /// Weight of the losses against the penalty: a smaller c pulls the weights harder towards zero.
  double c = 1.0;
  /// Largest number of Newton steps.
  int max_iterations = 100;
  /// The fit ends when no partial derivative of the objective is larger than this.
  double tolerance = 1e-4;
};

const OptionTable<SoftmaxOptions>& softmax_options() {
  static const OptionTable<SoftmaxOptions> table =
      OptionTable<SoftmaxOptions>()
          .number("c", &SoftmaxOptions::c, 1e-9, 1e9,
                  "Weight of the losses against the penalty: c * sum of losses + |W|^2 / 2, "
                  "without the intercepts. No unit. Lower it (0.01 to 0.1) if the training loss is "
                  "far below the test loss.",
                  "scikit-learn, LogisticRegression(C=1.0)")
          .integer("max_iterations", &SoftmaxOptions::max_iterations, 1, 1'000'000,
                   "Largest number of Newton steps; ten usually suffice. If a fit reports that it "
                   "did not converge, standardise the features, or raise this.",
                   "scikit-learn, LogisticRegression(max_iter=100)")
          .number("tolerance", &SoftmaxOptions::tolerance, 1e-14, 1.0,
                  "The fit ends when no partial derivative of the objective exceeds this, in units "
                  "of the objective. Lower it to compare solvers.",
                  "scikit-learn, LogisticRegression(tol=1e-4)");
  return table;
}

/// The objective c * sum_i -log softmax(x_i W)_{y_i} + |W without its last row|^2 / 2 and its
/// derivatives. The last feature is the constant 1, whose weights are the intercepts.
class Objective {
 public:
  /// @param x  n x (n_features + 1)
  /// @param y  the column of W of each row of x
  Objective(const Eigen::MatrixXd& x, const std::vector<int>& y, Eigen::Index n_columns, double c)
      : x_(x),
        one_hot_(Eigen::MatrixXd::Zero(x.rows(), n_columns)),
        c_(c),
        penalised_(x.cols() - 1) {
    for (Eigen::Index i = 0; i < x.rows(); ++i) one_hot_(i, y[static_cast<std::size_t>(i)]) = 1.0;
  }

  Eigen::MatrixXd scores(const Eigen::MatrixXd& weights) const { return x_ * weights; }

  /// @param scores  x W
  double value(const Eigen::MatrixXd& weights, const Eigen::MatrixXd& scores) const {
    const Eigen::VectorXd largest = scores.rowwise().maxCoeff();
    const Eigen::VectorXd log_sum =
        (scores.colwise() - largest).array().exp().rowwise().sum().log();
    const double loss = (largest + log_sum).sum() - scores.cwiseProduct(one_hot_).sum();
    return c_ * loss + 0.5 * weights.topRows(penalised_).squaredNorm();
  }

  Eigen::MatrixXd gradient(const Eigen::MatrixXd& weights,
                           const Eigen::MatrixXd& probabilities) const {
    Eigen::MatrixXd result = c_ * (x_.transpose() * (probabilities - one_hot_));
    result.topRows(penalised_) += weights.topRows(penalised_);
    return result;
  }

  /// The Hessian times a direction.
  Eigen::MatrixXd curvature(const Eigen::MatrixXd& direction,
                            const Eigen::MatrixXd& probabilities) const {
    Eigen::MatrixXd change = (x_ * direction).cwiseProduct(probabilities);
    const Eigen::VectorXd mean = change.rowwise().sum();
    change -= mean.asDiagonal() * probabilities;
    Eigen::MatrixXd result = c_ * (x_.transpose() * change);
    result.topRows(penalised_) += direction.topRows(penalised_);
    return result;
  }

  /// The Hessian's block of one class alone, bounded away from singular.
  Eigen::MatrixXd curvature_block(Eigen::Index k, const Eigen::MatrixXd& probabilities) const {
    const Eigen::VectorXd spread =
        probabilities.col(k).array() * (1.0 - probabilities.col(k).array());
    const Eigen::MatrixXd scaled = (c_ * spread).cwiseSqrt().asDiagonal() * x_;
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(x_.cols(), x_.cols());
    result.selfadjointView<Eigen::Lower>().rankUpdate(scaled.transpose());
    result.diagonal().head(penalised_).array() += 1.0;
    result.diagonal().array() += 1e-13 * result.trace();
    return result;
  }

 private:
  const Eigen::MatrixXd& x_;
  Eigen::MatrixXd one_hot_;
  double c_;
  Eigen::Index penalised_;
};

double dot(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) { return a.cwiseProduct(b).sum(); }

/// The Hessian's blocks of single classes, factored. They account for the correlation of the
/// features, which cuts the number of conjugate gradient iterations from hundreds to tens.
class Preconditioner {
 public:
  Preconditioner(const Objective& objective, const Eigen::MatrixXd& probabilities) {
    for (Eigen::Index k = 0; k < probabilities.cols(); ++k) {
      const Eigen::MatrixXd block = objective.curvature_block(k, probabilities);
      factors_.emplace_back(block);
      if (factors_.back().info() != Eigen::Success)
        factors_.back().compute(block.diagonal().asDiagonal().toDenseMatrix());
    }
  }

  Eigen::MatrixXd solve(const Eigen::MatrixXd& right) const {
    Eigen::MatrixXd result(right.rows(), right.cols());
    for (Eigen::Index k = 0; k < right.cols(); ++k)
      result.col(k) = factors_[static_cast<std::size_t>(k)].solve(right.col(k));
    return result;
  }

 private:
  std::vector<Eigen::LLT<Eigen::MatrixXd>> factors_;
};

/// Solves Hessian * step = -gradient by preconditioned conjugate gradients to a relative residual.
Eigen::MatrixXd newton_step(const Objective& objective, const Eigen::MatrixXd& gradient,
                            const Eigen::MatrixXd& probabilities, double relative_residual) {
  const Preconditioner preconditioner(objective, probabilities);
  Eigen::MatrixXd step = Eigen::MatrixXd::Zero(gradient.rows(), gradient.cols());
  Eigen::MatrixXd residual = -gradient;
  Eigen::MatrixXd scaled = preconditioner.solve(residual);
  Eigen::MatrixXd direction = scaled;
  double product = dot(residual, scaled);
  const double goal = relative_residual * relative_residual * product;
  const Eigen::Index most = 2 * gradient.size() + 10;
  for (Eigen::Index i = 0; i < most && product > goal; ++i) {
    const Eigen::MatrixXd bent = objective.curvature(direction, probabilities);
    const double bend = dot(direction, bent);
    if (!(bend > 0.0)) break;  // rounding only: the objective is convex
    const double length = product / bend;
    step += length * direction;
    residual -= length * bent;
    scaled = preconditioner.solve(residual);
    const double next = dot(residual, scaled);
    direction = scaled + (next / product) * direction;
    product = next;
  }
  return step;
}

/// Where the minimisation stands.
struct Point {
  Eigen::MatrixXd weights, scores;
  double value = 0.0;  ///< of the objective
};

/// Goes along a Newton step, shortened until the objective decreases enough.
/// @return  false: no shorter step helps; `at` is unchanged
bool advance(const Objective& objective, const Eigen::MatrixXd& gradient,
             const Eigen::MatrixXd& step, Point& at) {
  const Eigen::MatrixXd score_step = objective.scores(step);
  const double slope = dot(gradient, step);
  // Near the solution the objective's rounding hides its decrease; a full Newton step is right
  // there.
  const double slack = 1e-13 * std::abs(at.value);
  double length = 1.0;
  double next = objective.value(at.weights + step, at.scores + score_step);
  while (!(next <= at.value + 1e-4 * length * slope + slack) && length > 1e-12) {
    length *= 0.5;
    next = objective.value(at.weights + length * step, at.scores + length * score_step);
  }
  if (!(next <= at.value + slack)) return false;
  at.weights += length * step;
  // Adding one number to all intercepts changes nothing: keep them centred.
  auto intercepts = at.weights.bottomRows<1>();
  intercepts.array() -= intercepts.mean();
  at.scores = objective.scores(at.weights);
  at.value = objective.value(at.weights, at.scores);
  return true;
}

// Solved by Newton's method with inexact steps (Nocedal & Wright, Numerical Optimization, 2nd ed.,
// algorithm 7.1) and backtracking. Classes without examples have no column, so their probability is
// exactly zero. With two classes both have weights, as everywhere else: scikit-learn's two-class
// problem with the same penalty is that of half its C.
class Softmax final : public Method {
 public:
  explicit Softmax(const SoftmaxOptions& options) : options_(options) {}

  void fit(const Examples& train, const Examples& /*valid*/, FitContext& context) override {
    const TrainingRows data = training_rows(train, kSoftmax);
    const Eigen::Index n = data.rows.rows();
    const Eigen::Index n_features = data.rows.cols();
    n_classes_ = data.n_classes;
    present_ = data.present;

    Eigen::MatrixXd x(n, n_features + 1);
    x.leftCols(n_features) = data.rows;
    x.col(n_features).setOnes();
    const Objective objective(x, data.places, Eigen::Index(present_.size()), options_.c);
    Point at;
    at.weights = Eigen::MatrixXd::Zero(n_features + 1, Eigen::Index(present_.size()));
    at.scores = objective.scores(at.weights);
    at.value = objective.value(at.weights, at.scores);
    double first_norm = 0.0, largest = 0.0;
    bool converged = false, stuck = false;
    int iteration = 0;
    for (;; ++iteration) {
      // Per example, so that curves of different training sets can share an axis.
      context.curve("loss", "train", iteration, at.value / (options_.c * double(n)));
      Eigen::MatrixXd probabilities = at.scores;
      softmax_rows(probabilities);
      const Eigen::MatrixXd gradient = objective.gradient(at.weights, probabilities);
      largest = gradient.cwiseAbs().maxCoeff();
      converged = largest <= options_.tolerance;
      if (converged || stuck || iteration == options_.max_iterations) break;
      const double norm = gradient.norm();
      if (iteration == 0) first_norm = norm;
      // Shrinking residuals make the convergence quadratic in the end.
      const double relative_residual = std::min(0.1, norm / first_norm);
      const Eigen::MatrixXd step =
          newton_step(objective, gradient, probabilities, relative_residual);
      stuck = !advance(objective, gradient, step, at);
    }
    weights_ = at.weights;
    context.note("iterations", iteration);
    context.note("largest_gradient", largest);
    context.note("loss", at.value / (options_.c * double(n)));
    if (!converged)
      context.warn(
          fmt::format("method {}: did not converge in {} iterations (largest derivative {:.3g}, "
                      "tolerance {:.3g})",
                      kSoftmax, iteration, largest, options_.tolerance));
  }

  Predictions predict(const Examples& examples) const override {
    assert(weights_.rows() > 0 && "predict before fit");
    const Eigen::Index n_features = weights_.rows() - 1;
    const Eigen::MatrixXd rows = rows_to_predict(examples, n_features, kSoftmax);
    Eigen::MatrixXd scores = rows * weights_.topRows(n_features);
    scores.rowwise() += weights_.row(n_features);
    return predictions_of_scores(std::move(scores), present_, n_classes_);
  }

  std::optional<MethodCost> cost() const override {
    return MethodCost{.parameters = weights_.size(),
                      .multiply_adds = weights_.size() - weights_.cols()};
  }

 private:
  SoftmaxOptions options_;
  int n_classes_ = 0;
  std::vector<int> present_;  // the class of each column of weights_
  Eigen::MatrixXd weights_;   // (n_features + 1) x present; the last row holds the intercepts
};

}  // namespace

void register_softmax(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = kSoftmax;
  plugin.summary = "Multinomial logistic regression with an L2 penalty, solved to convergence";
  plugin.source =
      "Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., section 4.4; "
      "solver: Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 7.1; checked against "
      "scikit-learn in tests/baselines";
  plugin.options = softmax_options().schema();
  plugin.make = [](const OptionValues& values, std::uint64_t /*seed*/) {
    return std::make_unique<Softmax>(softmax_options().parse(values));
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
