// Support vector classification by libsvm, one machine per pair of classes. No other file includes
// libsvm.

#include <svm.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "base/random.hpp"
#include "baselines/rows.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

namespace {

constexpr std::string_view kName = "svm";

enum class Kernel { linear, rbf };
enum class ProbabilityMethod { platt, votes };

struct SvmOptions {
  /// How two examples are compared.
  Kernel kernel = Kernel::rbf;
  /// Penalty of a training example on the wrong side of the margin.
  double c = 1.0;
  /// Inverse squared reach of one example in the rbf kernel; auto: 1 / n_features.
  std::optional<double> gamma;
  /// libsvm's stopping tolerance on the optimality conditions.
  double tolerance = 1e-3;
  /// Memory in which libsvm may keep kernel values, in megabytes.
  int cache_mb = 200;
  /// How the probabilities are computed.
  ProbabilityMethod probabilities = ProbabilityMethod::platt;
};

const OptionTable<SvmOptions>& option_table() {
  static const OptionTable<SvmOptions> table =
      OptionTable<SvmOptions>()
          .enumeration("kernel", &SvmOptions::kernel, {"linear", "rbf"},
                       "How two examples are compared. rbf: exp(-gamma |x - y|^2). linear: the "
                       "inner product; choose it if there are more features than examples.",
                       "scikit-learn, SVC(kernel='rbf'); libsvm, -t 2")
          .number("c", &SvmOptions::c, 1e-9, 1e9,
                  "Penalty of a training example on the wrong side of the margin. No unit. Lower "
                  "it if labels are noisy; search it in powers of ten.",
                  "scikit-learn, SVC(C=1.0); libsvm, -c 1")
          .number("gamma", &SvmOptions::gamma, 1e-12, 1e9,
                  "Inverse squared reach of one example in the rbf kernel, in inverse squared "
                  "units of the features. auto: 1 / n_features, which suits standardised features. "
                  "Search it in powers of ten around that.",
                  "libsvm, -g 1/num_features; scikit-learn, SVC(gamma='auto')")
          .number("tolerance", &SvmOptions::tolerance, 1e-12, 1.0,
                  "Largest violation of the optimality conditions at which the solver stops. Lower "
                  "it to compare solvers; raise it (0.01) if training is slow.",
                  "scikit-learn, SVC(tol=1e-3); libsvm, -e 0.001")
          .integer("cache_mb", &SvmOptions::cache_mb, 1, 1'000'000,
                   "Memory for kernel values, in megabytes. Raise it if training is slow; the "
                   "result is the same.",
                   "scikit-learn, SVC(cache_size=200)")
          .without_identity()
          .enumeration(
              "probabilities", &SvmOptions::probabilities, {"platt", "votes"},
              "How probabilities are computed. platt: each pair's decision value is calibrated by "
              "a sigmoid fitted in 5-fold cross-validation, and the pairs are coupled; training "
              "takes six times as long. votes: the fraction of pairs that a class wins; fast and "
              "coarse. The predicted labels are the same.",
              "libsvm, -b 1");
  return table;
}

struct FreeModel {
  void operator()(svm_model* model) const { svm_free_and_destroy_model(&model); }
};
using Model = std::unique_ptr<svm_model, FreeModel>;

// libsvm reports progress through one function for the whole process. Ours only keeps the number of
// iterations, for the thread that trains.
thread_local int largest_n_iterations = 0;
constexpr int kIterationLimit = 10'000'000;  // libsvm's own: at least this many

void listen(const char* text) {
  int n_iterations = 0;
  if (std::sscanf(text, " optimization finished, #iter = %d", &n_iterations) == 1)
    largest_n_iterations = std::max(largest_n_iterations, n_iterations);
}

void silence_libsvm() {
  static const bool once = [] {
    svm_set_print_string_function(listen);
    return true;
  }();
  (void)once;
}

/// Rows as libsvm reads them. Its models point into these.
class NodeRows {
 public:
  explicit NodeRows(const Eigen::MatrixXd& rows)
      : stride_(static_cast<std::size_t>(rows.cols()) + 1),
        nodes_(static_cast<std::size_t>(rows.rows()) * stride_) {
    svm_node* node = nodes_.data();
    for (Eigen::Index r = 0; r < rows.rows(); ++r) {
      for (Eigen::Index c = 0; c < rows.cols(); ++c)
        *node++ = {.index = static_cast<int>(c) + 1, .value = rows(r, c)};
      *node++ = {.index = -1, .value = 0.0};
    }
  }

  svm_node* row(std::size_t i) { return nodes_.data() + i * stride_; }
  const svm_node* row(std::size_t i) const { return nodes_.data() + i * stride_; }

 private:
  std::size_t stride_ = 1;
  std::vector<svm_node> nodes_;
};

/// A training problem: rows of `nodes`, which must outlive the model, and their targets.
Model train_model(NodeRows& nodes, const std::vector<std::size_t>& rows,
                  std::vector<double> targets, const svm_parameter& parameter) {
  std::vector<svm_node*> pointers;
  pointers.reserve(rows.size());
  for (const std::size_t row : rows) pointers.push_back(nodes.row(row));
  const svm_problem problem{
      .l = static_cast<int>(rows.size()), .y = targets.data(), .x = pointers.data()};
  if (const char* message = svm_check_parameter(&problem, &parameter))
    throw ConfigError(fmt::format("method {}: libsvm refuses the options: {}", kName, message));
  return Model(svm_train(&problem, &parameter));
}

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
/// Source: Lin, Lin & Weng, A note on Platt's probabilistic outputs for support vector machines,
/// Machine Learning 68(3), 2007, appendix: Newton's method with backtracking; libsvm has the same
/// constants.
SigmoidFit fit_sigmoid(const std::vector<double>& values, const std::vector<bool>& first) {
  const double n_first = double(std::count(first.begin(), first.end(), true));
  const double n_second = double(first.size()) - n_first;
  const double high = (n_first + 1.0) / (n_first + 2.0);
  const double low = 1.0 / (n_second + 2.0);
  const auto objective = [&](const Sigmoid& s) {
    double sum = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double z = values[i] * s.a + s.b;
      const double target = first[i] ? high : low;
      sum += z >= 0.0 ? target * z + std::log1p(std::exp(-z))
                      : (target - 1.0) * z + std::log1p(std::exp(z));
    }
    return sum;
  };

  Sigmoid s{.a = 0.0, .b = std::log((n_second + 1.0) / (n_first + 1.0))};
  double value = objective(s);
  for (int iteration = 0; iteration < 100; ++iteration) {
    double h11 = 1e-12, h22 = 1e-12, h21 = 0.0, g1 = 0.0, g2 = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double p = s(values[i]);
      const double d2 = p * (1.0 - p);
      const double d1 = (first[i] ? high : low) - p;
      h11 += values[i] * values[i] * d2;
      h22 += d2;
      h21 += values[i] * d2;
      g1 += values[i] * d1;
      g2 += d1;
    }
    if (std::abs(g1) < 1e-5 && std::abs(g2) < 1e-5) return {.sigmoid = s, .converged = true};
    const double determinant = h11 * h22 - h21 * h21;
    const double da = -(h22 * g1 - h21 * g2) / determinant;
    const double db = -(-h21 * g1 + h11 * g2) / determinant;
    const double slope = g1 * da + g2 * db;
    double length = 1.0;
    for (; length >= 1e-10; length /= 2.0) {
      const Sigmoid next{.a = s.a + length * da, .b = s.b + length * db};
      const double next_value = objective(next);
      if (next_value < value + 1e-4 * length * slope) {
        s = next;
        value = next_value;
        break;
      }
    }
    if (length < 1e-10) return {.sigmoid = s, .converged = false};
  }
  return {.sigmoid = s, .converged = false};
}

/// Class probabilities p that agree best with the pairwise ones: minimises sum over pairs of
/// (r_ji p_i - r_ij p_j)^2 subject to sum p = 1.
/// Source: Wu, Lin & Weng, Probability estimates for multi-class classification by pairwise
/// coupling, JMLR 5, 2004, second approach, equation 21, solved directly where libsvm iterates to
/// 0.005 / k.
/// @param pairwise  k x k, r(i, j) = P(i | i or j) in (0, 1), r(i, j) + r(j, i) = 1
Eigen::VectorXd couple(const Eigen::MatrixXd& pairwise) {
  const Eigen::Index k = pairwise.rows();
  Eigen::MatrixXd system = Eigen::MatrixXd::Zero(k + 1, k + 1);
  for (Eigen::Index i = 0; i < k; ++i)
    for (Eigen::Index j = 0; j < k; ++j)
      if (i != j) {
        system(i, i) += pairwise(j, i) * pairwise(j, i);
        system(i, j) = -pairwise(j, i) * pairwise(i, j);
      }
  system.row(k).head(k).setOnes();
  system.col(k).head(k).setOnes();
  Eigen::VectorXd right = Eigen::VectorXd::Zero(k + 1);
  right(k) = 1.0;
  Eigen::VectorXd p = system.partialPivLu().solve(right).head(k).cwiseMax(0.0);  // below zero by
                                                                                 // rounding only
  return p / p.sum();
}

// libsvm's own calibration is not used: it draws from the C library's rand(), one sequence for the
// whole process, and its folds would divide a track's excerpts between training and calibration.
// Ours draws from the method's seed, keeps tracks whole, and otherwise does the same.
class Svm final : public Method {
 public:
  Svm(const SvmOptions& options, std::uint64_t seed) : options_(options), seed_(seed) {}

  void fit(const Examples& train, const Examples& /*valid*/, FitContext& context) override {
    const TrainingRows data = training_rows(train, kName);
    silence_libsvm();
    largest_n_iterations = 0;
    model_.reset();
    sigmoids_.clear();
    n_classes_ = data.n_classes;
    n_features_ = data.rows.cols();
    present_ = data.present;
    if (present_.size() == 1) return;  // nothing to separate

    // In the order of their classes, so that libsvm, which numbers classes as they come, settles
    // equal votes for the lowest class.
    std::vector<std::size_t> order(data.labels.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return data.labels[a] < data.labels[b]; });

    svm_parameter parameter{};
    parameter.svm_type = C_SVC;
    parameter.kernel_type = options_.kernel == Kernel::linear ? LINEAR : RBF;
    parameter.gamma = options_.gamma.value_or(1.0 / double(n_features_));
    parameter.C = options_.c;
    parameter.eps = options_.tolerance;
    parameter.cache_size = options_.cache_mb;
    parameter.shrinking = 1;

    nodes_ = std::make_unique<NodeRows>(data.rows);
    std::vector<double> targets;
    for (const std::size_t row : order) targets.push_back(data.labels[row]);
    model_ = train_model(*nodes_, order, std::move(targets), parameter);
    assert(svm_get_nr_class(model_.get()) == static_cast<int>(present_.size()));
    context.note("n_support_vectors", svm_get_nr_sv(model_.get()));
    if (parameter.kernel_type == RBF) context.note("gamma", parameter.gamma);
    if (options_.probabilities == ProbabilityMethod::platt)
      calibrate(data, train.tracks, order, parameter, context);
    if (largest_n_iterations >= kIterationLimit)
      context.warn(
          fmt::format("method {}: libsvm stopped at its limit of {} iterations before reaching the "
                      "tolerance {:g}; lower c, raise tolerance or standardise the features",
                      kName, largest_n_iterations, options_.tolerance));
  }

  Predictions predict(const Examples& examples) const override {
    assert(n_classes_ > 0 && "predict before fit");
    const Eigen::MatrixXd rows = rows_to_predict(examples, n_features_, kName);
    Predictions result;
    result.probabilities = Eigen::MatrixXd::Zero(rows.rows(), n_classes_);
    result.labels.assign(static_cast<std::size_t>(rows.rows()), present_.front());
    if (!model_) {
      result.probabilities.col(present_.front()).setOnes();
      return result;
    }
    const auto k = Eigen::Index(present_.size());
    const NodeRows nodes(rows);
    std::vector<double> decisions(static_cast<std::size_t>(k * (k - 1) / 2));
    for (Eigen::Index r = 0; r < rows.rows(); ++r) {
      const auto i = static_cast<std::size_t>(r);
      result.labels[i] =
          static_cast<int>(svm_predict_values(model_.get(), nodes.row(i), decisions.data()));
      const Eigen::VectorXd shares = sigmoids_.empty() ? votes(decisions) : calibrated(decisions);
      for (Eigen::Index c = 0; c < k; ++c)
        result.probabilities(r, present_[static_cast<std::size_t>(c)]) = shares(c);
    }
    return result;
  }

 private:
  static constexpr int kFolds = 5;                   // libsvm's
  static constexpr double kLeastProbability = 1e-7;  // libsvm's, of one class against another

  /// The examples of two classes.
  struct ClassPair {
    std::vector<std::size_t> rows;
    std::vector<bool> first;   // whether each example is of the first class
    std::vector<int> fold_of;  // of each example
  };

  /// Fits one sigmoid per pair of classes to the decision values of examples left out of training.
  void calibrate(const TrainingRows& data, const std::vector<int>& tracks,
                 const std::vector<std::size_t>& order, svm_parameter parameter,
                 FitContext& context) {
    Random random(derive_seed(seed_, "svm calibration"));
    int n_failed = 0;
    for (std::size_t a = 0; a < present_.size(); ++a)
      for (std::size_t b = a + 1; b < present_.size(); ++b) {
        ClassPair pair;
        for (const std::size_t row : order)
          if (data.labels[row] == present_[a] || data.labels[row] == present_[b]) {
            pair.rows.push_back(row);
            pair.first.push_back(data.labels[row] == present_[a]);
          }
        pair.fold_of = folds(pair.rows, tracks, random);
        std::vector<double> values(pair.rows.size());
        for (int fold = 0; fold < kFolds; ++fold) decide_fold(pair, fold, parameter, values);
        const SigmoidFit fit = fit_sigmoid(values, pair.first);
        n_failed += !fit.converged;
        sigmoids_.push_back(fit.sigmoid);
      }
    if (n_failed > 0)
      context.warn(
          fmt::format("method {}: the sigmoids of {} of {} class pairs did not converge; their "
                      "probabilities are rough",
                      kName, n_failed, sigmoids_.size()));
  }

  /// Sets the decision values of the examples of one fold, by a machine trained on the others.
  void decide_fold(const ClassPair& pair, int fold, const svm_parameter& parameter,
                   std::vector<double>& values) const {
    std::vector<std::size_t> kept;
    std::vector<double> targets;
    for (std::size_t i = 0; i < pair.rows.size(); ++i) {
      if (pair.fold_of[i] == fold) continue;
      kept.push_back(pair.rows[i]);
      targets.push_back(pair.first[i] ? 1.0 : -1.0);
    }
    const auto n_first = std::count(targets.begin(), targets.end(), 1.0);
    const bool both = n_first > 0 && n_first < std::ptrdiff_t(targets.size());
    const Model model = both ? train_model(*nodes_, kept, std::move(targets), parameter) : nullptr;
    for (std::size_t i = 0; i < pair.rows.size(); ++i) {
      if (pair.fold_of[i] != fold) continue;
      // If one class is missing from the rest, libsvm takes the other for certain.
      if (model)
        svm_predict_values(model.get(), nodes_->row(pair.rows[i]), &values[i]);
      else
        values[i] = kept.empty() ? 0.0 : n_first > 0 ? 1.0 : -1.0;
    }
  }

  /// The fold of each row; all excerpts of a track are in the same fold.
  static std::vector<int> folds(const std::vector<std::size_t>& rows,
                                const std::vector<int>& tracks, Random& random) {
    // Each row's group: its track, or the row itself if the tracks are not known.
    std::vector<int> groups(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
      groups[i] = tracks.empty() ? static_cast<int>(i) : tracks[rows[i]];
    std::vector<int> distinct = groups;
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    std::vector<std::size_t> place(distinct.size());
    std::iota(place.begin(), place.end(), std::size_t{0});
    random.shuffle(std::span<std::size_t>(place));

    std::vector<int> result(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto group =
          std::lower_bound(distinct.begin(), distinct.end(), groups[i]) - distinct.begin();
      result[i] =
          static_cast<int>(place[static_cast<std::size_t>(group)] * kFolds / distinct.size());
    }
    return result;
  }

  /// @param decisions  of the pairs (0, 1), (0, 2), ..., (1, 2), ...; positive: the first class
  /// wins
  Eigen::VectorXd votes(const std::vector<double>& decisions) const {
    const auto k = Eigen::Index(present_.size());
    Eigen::VectorXd result = Eigen::VectorXd::Zero(k);
    std::size_t pair = 0;
    for (Eigen::Index a = 0; a < k; ++a)
      for (Eigen::Index b = a + 1; b < k; ++b) result(decisions[pair++] > 0.0 ? a : b) += 1.0;
    return result / double(decisions.size());
  }

  Eigen::VectorXd calibrated(const std::vector<double>& decisions) const {
    const auto k = Eigen::Index(present_.size());
    Eigen::MatrixXd pairwise = Eigen::MatrixXd::Zero(k, k);
    std::size_t pair = 0;
    for (Eigen::Index a = 0; a < k; ++a)
      for (Eigen::Index b = a + 1; b < k; ++b, ++pair) {
        const double p = std::clamp(sigmoids_[pair](decisions[pair]), kLeastProbability,
                                    1.0 - kLeastProbability);
        pairwise(a, b) = p;
        pairwise(b, a) = 1.0 - p;
      }
    return couple(pairwise);
  }

  SvmOptions options_;
  std::uint64_t seed_;
  int n_classes_ = 0;
  Eigen::Index n_features_ = 0;
  std::vector<int> present_;         // the classes of the model, ascending
  std::unique_ptr<NodeRows> nodes_;  // the model's support vectors point into these
  Model model_;                      // none where there is one class only
  std::vector<Sigmoid> sigmoids_;    // one a pair; empty for votes
};

}  // namespace

void register_svm(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = kName;
  plugin.summary =
      "Support vector machine, one for each pair of classes, with calibrated probabilities";
  plugin.source =
      "Chang & Lin, LIBSVM: a library for support vector machines, ACM TIST 2(3), 2011; checked "
      "against scikit-learn in tests/baselines";
  plugin.options = option_table().schema();
  plugin.make = [](const OptionValues& values, std::uint64_t seed) {
    return std::make_unique<Svm>(option_table().parse(values), seed);
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
