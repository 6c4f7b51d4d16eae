// Gaussian naive Bayes: within a class every feature is normal and independent of the others.

#include <cmath>
#include <numbers>

#include "baselines/rows.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

void register_naive_bayes(Registry& registry);

namespace {

constexpr std::string_view kName = "naive_bayes";

struct NaiveBayesOptions {
  /// Share of the largest feature variance that is added to every variance. Raise it where features
  /// are nearly constant within a class and the probabilities come out as all zeros and ones.
  double var_smoothing = 1e-9;
  /// Class probabilities before any feature is seen.
  std::string priors = "empirical";
};

const OptionTable<NaiveBayesOptions>& option_table() {
  static const OptionTable<NaiveBayesOptions> table =
      OptionTable<NaiveBayesOptions>()
          .number("var_smoothing", &NaiveBayesOptions::var_smoothing, 1e-30, 1e6,
                  "Share of the largest feature variance that is added to every variance, so that "
                  "none is zero. No unit. Raise it (1e-3 to 1e-1) where features are nearly "
                  "constant within a class.",
                  "scikit-learn, GaussianNB(var_smoothing=1e-9)")
          .choice("priors", &NaiveBayesOptions::priors, {"empirical", "uniform"},
                  "Class probabilities before any feature is seen: the shares in the training set, "
                  "or the same for every class present. Choose uniform where the training set's "
                  "imbalance is an accident of collection.",
                  "scikit-learn, GaussianNB(priors=None)");
  return table;
}

class NaiveBayes final : public Method {
 public:
  explicit NaiveBayes(NaiveBayesOptions options) : options_(std::move(options)) {}

  void fit(const Examples& train, const Examples& /*valid*/, FitContext& context) override {
    const TrainingRows data = training_rows(train, kName);
    const Eigen::Index n = data.rows.rows();
    const Eigen::Index n_features = data.rows.cols();

    const Eigen::RowVectorXd centre = data.rows.colwise().mean();
    const double largest_variance =
        (data.rows.rowwise() - centre).colwise().squaredNorm().maxCoeff() / double(n);
    // Where no feature varies, all classes are alike but for their priors, whatever the floor.
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
    if (options_.priors == "uniform") log_priors_.setConstant(-std::log(double(n_present)));
    context.note("variance_floor", floor);
  }

  Predictions predict(const Examples& examples) const override {
    assert(log_priors_.size() > 0 && "predict before fit");
    const Eigen::MatrixXd rows = rows_to_predict(examples, means_.cols(), kName);
    Predictions result;
    result.probabilities = Eigen::MatrixXd::Zero(rows.rows(), n_classes_);
    // log p(c) + sum_f log N(x_f; mean_cf, variance_cf)
    Eigen::MatrixXd shares(rows.rows(), Eigen::Index(present_.size()));
    for (Eigen::Index k = 0; k < shares.cols(); ++k) {
      const Eigen::RowVectorXd precision = variances_.row(k).cwiseInverse();
      const double log_scale = (2.0 * std::numbers::pi * variances_.row(k)).array().log().sum();
      const Eigen::VectorXd distances =
          (rows.rowwise() - means_.row(k)).array().square().matrix() * precision.transpose();
      shares.col(k) = log_priors_(k) - 0.5 * (log_scale + distances.array());
    }
    softmax_rows(shares);
    for (std::size_t k = 0; k < present_.size(); ++k)
      result.probabilities.col(present_[k]) = shares.col(Eigen::Index(k));
    result.labels = most_probable(result.probabilities);
    return result;
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
  plugin.name = kName;
  plugin.summary = "Gaussian naive Bayes: features independent and normal within a class";
  plugin.source =
      "Duda, Hart & Stork, Pattern Classification, 2nd ed., 2001; the variance floor as in "
      "scikit-learn, checked against it in tests/baselines";
  plugin.options = option_table().schema();
  plugin.make = [](const OptionValues& values, std::uint64_t /*seed*/) {
    return std::make_unique<NaiveBayes>(option_table().parse(values));
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
