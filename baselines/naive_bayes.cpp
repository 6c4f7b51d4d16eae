// Gaussian naive Bayes: within a class every feature is normal and independent of the others.

#include <cmath>
#include <numbers>

#include "baselines/rows.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

namespace {

constexpr std::string_view kNaiveBayes = "naive_bayes";

enum class Priors { empirical, uniform };

struct NaiveBayesOptions {
  /// Fraction of the largest feature variance that is added to every variance. Raise it if features
  /// are nearly constant within a class and all probabilities are zeros and ones.
  double var_smoothing = 1e-9;
  /// Class probabilities before any feature is seen.
  Priors priors = Priors::empirical;
};

const OptionTable<NaiveBayesOptions>& naive_bayes_options() {
  static const OptionTable<NaiveBayesOptions> table =
      OptionTable<NaiveBayesOptions>()
          .number("var_smoothing", &NaiveBayesOptions::var_smoothing, 1e-30, 1e6,
                  "Fraction of the largest feature variance that is added to every variance, so "
                  "that none is zero. No unit. Raise it (1e-3 to 1e-1) if features are nearly "
                  "constant within a class.",
                  "scikit-learn, GaussianNB(var_smoothing=1e-9)")
          .enumeration("priors", &NaiveBayesOptions::priors, {"empirical", "uniform"},
                       "Class probabilities before any feature is seen. empirical: the frequencies "
                       "in the training set. uniform: the same for every class in it; choose this "
                       "if the training set's imbalance is an accident of collection.",
                       "scikit-learn, GaussianNB(priors=None)");
  return table;
}

class NaiveBayes final : public Method {
 public:
  explicit NaiveBayes(NaiveBayesOptions options) : options_(std::move(options)) {}

  void fit(const Examples& train, const Examples& /*valid*/, FitContext& context) override {
    const TrainingRows data = training_rows(train, kNaiveBayes);
    const Eigen::Index n = data.rows.rows();
    const Eigen::Index n_features = data.rows.cols();

    const Eigen::RowVectorXd centre = data.rows.colwise().mean();
    const double largest_variance =
        (data.rows.rowwise() - centre).colwise().squaredNorm().maxCoeff() / double(n);
    // If no feature varies, classes differ only by their priors, whatever the floor is.
    const double floor = largest_variance > 0.0 ? options_.var_smoothing * largest_variance : 1.0;

    n_classes_ = data.n_classes;
    present_ = data.present;
    const auto n_present = Eigen::Index(present_.size());
    Eigen::VectorXd counts = Eigen::VectorXd::Zero(n_present);
    means_ = Eigen::MatrixXd::Zero(n_present, n_features);
    variances_ = Eigen::MatrixXd::Zero(n_present, n_features);
    for (Eigen::Index i = 0; i < n; ++i) {
      counts(data.places[i]) += 1.0;
      means_.row(data.places[i]) += data.rows.row(i);
    }
    means_.array().colwise() /= counts.array();
    for (Eigen::Index i = 0; i < n; ++i)
      variances_.row(data.places[i]).array() +=
          (data.rows.row(i) - means_.row(data.places[i])).array().square();
    variances_.array().colwise() /= counts.array();
    variances_.array() += floor;
    log_priors_ = (counts / double(n)).array().log();
    if (options_.priors == Priors::uniform) log_priors_.setConstant(-std::log(double(n_present)));
    context.note("variance_floor", floor);
  }

  Predictions predict(const Examples& examples) const override {
    assert(log_priors_.size() > 0 && "predict before fit");
    const Eigen::MatrixXd rows = rows_to_predict(examples, means_.cols(), kNaiveBayes);
    // log p(c) + sum_f log N(x_f; mean_cf, variance_cf)
    Eigen::MatrixXd scores(rows.rows(), Eigen::Index(present_.size()));
    for (Eigen::Index k = 0; k < scores.cols(); ++k) {
      const Eigen::RowVectorXd precision = variances_.row(k).cwiseInverse();
      const double log_scale = (2.0 * std::numbers::pi * variances_.row(k)).array().log().sum();
      const Eigen::VectorXd distances =
          (rows.rowwise() - means_.row(k)).array().square().matrix() * precision.transpose();
      scores.col(k) = log_priors_(k) - 0.5 * (log_scale + distances.array());
    }
    return predictions_of_scores(std::move(scores), present_, n_classes_);
  }

  /// Of each feature and class the difference is squared, and the square is weighed.
  std::optional<MethodCost> cost() const override {
    return MethodCost{.parameters = means_.size() + variances_.size() + log_priors_.size(),
                      .multiply_adds = 2 * means_.size()};
  }

 private:
  NaiveBayesOptions options_;
  int n_classes_ = 0;
  std::vector<int> present_;    // the classes with examples: the rows below
  Eigen::MatrixXd means_;       // present x n_features
  Eigen::MatrixXd variances_;   // present x n_features, the floor included
  Eigen::VectorXd log_priors_;  // of the classes present
};

}  // namespace

void register_naive_bayes(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = kNaiveBayes;
  plugin.summary = "Gaussian naive Bayes: features independent and normal within a class";
  plugin.source =
      "Duda, Hart & Stork, Pattern Classification, 2nd ed., 2001; the variance floor as in "
      "scikit-learn, checked against it in tests/baselines";
  plugin.options = naive_bayes_options().schema();
  plugin.make = [](const OptionValues& values, std::uint64_t /*seed*/) {
    return std::make_unique<NaiveBayes>(naive_bayes_options().parse(values));
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
