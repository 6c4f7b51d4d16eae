// Support vector classification, one machine per pair of classes.

#include <algorithm>
#include <numeric>

#include "base/random.hpp"
#include "baselines/rows.hpp"
#include "baselines/svm/pair_machine.hpp"
#include "baselines/svm/pair_probabilities.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

namespace {

constexpr std::string_view kSvm = "svm";

enum class ProbabilityMethod { platt, votes };

struct SvmOptions {
  /// How two examples are compared.
  Kernel::Shape kernel = Kernel::Shape::rbf;
  /// Penalty of a training example on the wrong side of the margin.
  double c = 1.0;
  /// Inverse squared reach of one example in the rbf kernel; auto: 1 / n_features.
  std::optional<double> gamma;
  /// libsvm's stopping tolerance on the optimality conditions.
  double tolerance = 1e-3;
  /// Memory for kernel values, in megabytes.
  int cache_mb = 200;
  /// How the probabilities are computed.
  ProbabilityMethod probabilities = ProbabilityMethod::platt;
};

const OptionTable<SvmOptions>& svm_options() {
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

// libsvm's own calibration is not used: it draws from the C library's rand(), one sequence for the
// whole process, and its folds would divide a track's excerpts between training and calibration.
// Ours draws from the method's seed, keeps tracks whole, and otherwise does the same.
class Svm final : public Method {
 public:
  Svm(const SvmOptions& options, std::uint64_t seed) : options_(options), seed_(seed) {}

  void fit(const Examples& train, const Examples& /*valid*/, FitContext& context) override {
    const TrainingRows data = training_rows(train, kSvm);
    machines_.clear();
    sigmoids_.clear();
    n_classes_ = data.n_classes;
    n_features_ = data.rows.cols();
    present_ = data.present;
    kernel_ = {.shape = options_.kernel,
               .gamma = options_.gamma.value_or(1.0 / double(n_features_))};
    const PairMachineOptions options{.kernel = kernel_,
                                     .c = options_.c,
                                     .tolerance = options_.tolerance,
                                     .cache_mb = options_.cache_mb};
    const std::vector<std::vector<std::size_t>> rows_of = rows_of_classes(data);

    Calibration calibration{.random = Random(derive_seed(seed_, "svm calibration"))};
    int n_iterations = 0;
    bool gave_up = false;
    const auto watch = [&](const PairMachine& machine) {
      n_iterations = std::max(n_iterations, machine.n_iterations);
      gave_up = gave_up || machine.gave_up();
    };
    for (std::size_t a = 0; a < present_.size(); ++a)
      for (std::size_t b = a + 1; b < present_.size(); ++b) {
        std::vector<std::size_t> rows = rows_of[a];
        rows.insert(rows.end(), rows_of[b].begin(), rows_of[b].end());
        const PairTrainer trainer(data.rows, std::move(rows), rows_of[a].size(), options);
        machines_.push_back(trainer.train(all_places(trainer)));
        watch(machines_.back());
        if (options_.probabilities == ProbabilityMethod::platt)
          sigmoids_.push_back(calibrate(trainer, train.tracks, calibration, watch));
      }
    keep_support_vectors(data.rows);
    if (machines_.empty()) return;  // one class: nothing to separate

    context.note("n_support_vectors", double(support_vectors_.rows()));
    if (kernel_.shape == Kernel::Shape::rbf) context.note("gamma", kernel_.gamma);
    if (calibration.n_failed > 0)
      context.warn(
          fmt::format("method {}: the sigmoids of {} of {} class pairs did not converge; their "
                      "probabilities are rough",
                      kSvm, calibration.n_failed, sigmoids_.size()));
    if (gave_up)
      context.warn(
          fmt::format("method {}: libsvm stopped at its limit of {} iterations before reaching the "
                      "tolerance {:g}; lower c, raise tolerance or standardise the features",
                      kSvm, n_iterations, options_.tolerance));
  }

  Predictions predict(const Examples& examples) const override {
    assert(n_classes_ > 0 && "predict before fit");
    const Eigen::MatrixXd rows = rows_to_predict(examples, n_features_, kSvm);
    Predictions result;
    result.probabilities = Eigen::MatrixXd::Zero(rows.rows(), n_classes_);
    result.labels.assign(static_cast<std::size_t>(rows.rows()), present_.front());
    if (machines_.empty()) {
      result.probabilities.col(present_.front()).setOnes();
      return result;
    }
    const KernelRows support_vectors(support_vectors_);
    constexpr Eigen::Index kBlock = 64;  // bounds the memory
    for (Eigen::Index first = 0; first < rows.rows(); first += kBlock) {
      const Eigen::Index n = std::min(kBlock, rows.rows() - first);
      const std::vector<double> values =
          prediction_values(KernelRows(rows.middleRows(first, n)), support_vectors, kernel_);
      for (Eigen::Index r = 0; r < n; ++r)
        predict_one(std::span(values).subspan(static_cast<std::size_t>(r) * support_vectors.size(),
                                              support_vectors.size()),
                    first + r, result);
    }
    return result;
  }

  /// An example is compared with each support vector once; each machine weighs those of its own.
  std::optional<MethodCost> cost() const override {
    std::int64_t n_weights = 0;
    for (const PairMachine& machine : machines_) n_weights += std::ssize(machine.coefficients);
    return MethodCost{.parameters = support_vectors_.size() + n_weights + std::ssize(machines_) +
                                    2 * std::ssize(sigmoids_),
                      .multiply_adds = support_vectors_.size() + n_weights};
  }

 private:
  static constexpr int kFolds = 5;                   // libsvm's
  static constexpr double kLeastProbability = 1e-7;  // libsvm's, of one class against another

  struct Calibration {
    Random random;
    int n_failed = 0;  // sigmoids that did not converge
  };

  /// The rows of each class that is present.
  static std::vector<std::vector<std::size_t>> rows_of_classes(const TrainingRows& data) {
    std::vector<std::vector<std::size_t>> result(data.present.size());
    for (std::size_t row = 0; row < data.places.size(); ++row)
      result[static_cast<std::size_t>(data.places[row])].push_back(row);
    return result;
  }

  static std::vector<std::size_t> all_places(const PairTrainer& trainer) {
    std::vector<std::size_t> places(trainer.rows().size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
  }

  /// A sigmoid fitted to the decision values of examples that are left out of training.
  template <typename Watch>
  static Sigmoid calibrate(const PairTrainer& trainer, const std::vector<int>& tracks,
                           Calibration& calibration, const Watch& watch) {
    const std::vector<int> fold_of = folds(trainer.rows(), tracks, calibration.random);
    std::vector<double> values(fold_of.size());
    std::vector<bool> first;
    for (std::size_t place = 0; place < fold_of.size(); ++place)
      first.push_back(trainer.is_first(place));
    for (int fold = 0; fold < kFolds; ++fold) {
      std::vector<std::size_t> kept, left_out;
      for (std::size_t place = 0; place < fold_of.size(); ++place)
        (fold_of[place] == fold ? left_out : kept).push_back(place);
      // Of one class alone, libsvm takes that class for certain.
      std::vector<double> decisions(left_out.size(), kept.empty()          ? 0.0
                                                     : first[kept.front()] ? 1.0
                                                                           : -1.0);
      if (!kept.empty() && first[kept.front()] && !first[kept.back()]) {
        const PairMachine machine = trainer.train(kept);
        watch(machine);
        decisions = trainer.decide(machine, left_out);
      }
      for (std::size_t i = 0; i < left_out.size(); ++i) values[left_out[i]] = decisions[i];
    }
    const SigmoidFit fit = fit_sigmoid(values, first);
    calibration.n_failed += !fit.converged;
    return fit.sigmoid;
  }

  /// Copies the rows that the machines need, and notes where each finds its own.
  void keep_support_vectors(const Eigen::MatrixXd& rows) {
    std::vector<std::size_t> kept;
    for (const PairMachine& machine : machines_)
      kept.insert(kept.end(), machine.support_vectors.begin(), machine.support_vectors.end());
    std::sort(kept.begin(), kept.end());
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    support_vectors_.resize(Eigen::Index(kept.size()), rows.cols());
    for (std::size_t i = 0; i < kept.size(); ++i)
      support_vectors_.row(Eigen::Index(i)) = rows.row(Eigen::Index(kept[i]));
    places_.clear();
    for (const PairMachine& machine : machines_) {
      std::vector<std::size_t>& places = places_.emplace_back();
      for (const std::size_t row : machine.support_vectors)
        places.push_back(static_cast<std::size_t>(std::lower_bound(kept.begin(), kept.end(), row) -
                                                  kept.begin()));
    }
  }

  /// @param values  the kernel of the example with each support vector
  void predict_one(std::span<const double> values, Eigen::Index row, Predictions& result) const {
    std::vector<double> decisions;
    for (std::size_t pair = 0; pair < machines_.size(); ++pair)
      decisions.push_back(machines_[pair].decide(places_[pair], values));
    const Eigen::VectorXd won = votes(decisions);
    // Of equal votes the lowest class, as in libsvm.
    const auto most = std::max_element(won.begin(), won.end()) - won.begin();
    result.labels[static_cast<std::size_t>(row)] = present_[static_cast<std::size_t>(most)];
    const Eigen::VectorXd shares = sigmoids_.empty() ? won : calibrated(decisions);
    for (std::size_t c = 0; c < present_.size(); ++c)
      result.probabilities(row, present_[c]) = shares(Eigen::Index(c));
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
  Kernel kernel_;
  std::vector<int> present_;                      // the classes of the model, ascending
  std::vector<PairMachine> machines_;             // of classes (0, 1), (0, 2), ..., (1, 2), ...
  std::vector<Sigmoid> sigmoids_;                 // one a machine; empty for votes
  Eigen::MatrixXd support_vectors_;               // of all machines together, x features
  std::vector<std::vector<std::size_t>> places_;  // of each machine's support vectors among them
};

}  // namespace

void register_svm(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = kSvm;
  plugin.summary =
      "Support vector machine, one for each pair of classes, with calibrated probabilities";
  plugin.source =
      "Chang & Lin, LIBSVM: a library for support vector machines, ACM TIST 2(3), 2011; checked "
      "against scikit-learn in tests/baselines";
  plugin.options = svm_options().schema();
  plugin.make = [](const OptionValues& values, std::uint64_t seed) {
    return std::make_unique<Svm>(svm_options().parse(values), seed);
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
