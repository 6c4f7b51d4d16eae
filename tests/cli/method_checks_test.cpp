#include "cli/method_checks.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"

namespace genrebench::cli {
namespace method_checks_test {

/// Ways in which a method can be wrong.
struct Faults {
  bool fails = false;          ///< does not answer at all
  bool swaps_columns = false;  ///< the genres come in another order
  bool forgets_seed = false;   ///< answers change from fit to fit
  bool looks_around = false;   ///< answers depend on the other examples
  bool needs_validation = false;
  bool predicts_all = false;  ///< also genres without training examples
};

int n_fits = 0;

/// The nearest mean of the first frames, with faults.
class Faulty final : public Method {
 public:
  explicit Faulty(const Faults& faults) : faults_(faults) {}

  void fit(const Examples& train, const Examples& valid, FitContext& context) override {
    if (faults_.fails) throw DataError("it does not work");
    if (faults_.needs_validation && valid.size() == 0) throw DataError("no validation part");
    ++n_fits;
    means_ = Eigen::MatrixXd::Zero(train.n_classes, train.features.front()->rows());
    counts_ = Eigen::VectorXd::Zero(train.n_classes);
    for (std::size_t i = 0; i < train.size(); ++i) {
      means_.row(train.labels[i]) += train.features[i]->col(0).cast<double>().transpose();
      ++counts_[train.labels[i]];
    }
    for (Eigen::Index c = 0; c < counts_.size(); ++c) means_.row(c) /= std::max(1.0, counts_[c]);
    context.curve("loss", "train", 1, 0.5);
  }

  Predictions predict(const Examples& examples) const override {
    Predictions result;
    result.probabilities.resize(static_cast<Eigen::Index>(examples.size()), means_.rows());
    for (std::size_t i = 0; i < examples.size(); ++i)
      for (Eigen::Index c = 0; c < means_.rows(); ++c) {
        const Eigen::RowVectorXd row = examples.features[i]->col(0).cast<double>().transpose();
        const bool known = counts_[c] > 0.0;
        result.probabilities(static_cast<Eigen::Index>(i), c) =
            known                  ? std::exp(-(row - means_.row(c)).norm())
            : faults_.predicts_all ? 1.0
                                   : 0.0;
      }
    if (faults_.forgets_seed) result.probabilities.array() += 1e-6 * n_fits;
    if (faults_.looks_around)
      result.probabilities.array() += 0.01 * static_cast<double>(examples.size());
    if (faults_.swaps_columns)
      result.probabilities = result.probabilities.rowwise().reverse().eval();
    for (Eigen::Index i = 0; i < result.probabilities.rows(); ++i)
      result.probabilities.row(i) /= result.probabilities.row(i).sum();
    result.labels = most_probable(result.probabilities);
    return result;
  }

 private:
  Faults faults_;
  Eigen::MatrixXd means_;
  Eigen::VectorXd counts_;
};

std::vector<MethodCheck> checks_of(const Faults& faults, bool sequences = false) {
  std::vector<std::string> told;
  const auto checks =
      check_method({.make = [&](std::uint64_t) { return std::make_unique<Faulty>(faults); },
                    .sequences = sequences},
                   [&](const std::string& promise) { told.push_back(promise); });
  EXPECT_EQ(told.size(), checks.size());
  return checks;
}

/// The promises that are broken.
std::vector<std::string> broken(const Faults& faults) {
  std::vector<std::string> result;
  for (const MethodCheck& check : checks_of(faults))
    if (!check.kept) {
      result.push_back(check.promise);
      EXPECT_NE(check.message, "");
      EXPECT_EQ(check.message.find('\n'), std::string::npos) << check.message;
    }
  return result;
}

using Promises = std::vector<std::string>;

TEST(MethodChecks, AreAllKeptByAGoodMethod) {
  EXPECT_EQ(broken({}), Promises{});
  EXPECT_EQ(checks_of({}).size(), 8u);
  EXPECT_EQ(checks_of({}).front().message, "it prints 1 point");
  for (const MethodCheck& check : checks_of({}, /*sequences=*/true))
    EXPECT_TRUE(check.kept) << check.promise << ": " << check.message;
}

TEST(MethodChecks, StopIfTheMethodDoesNotAnswer) {
  const auto checks = checks_of({.fails = true});
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_FALSE(checks.front().kept);
  EXPECT_EQ(checks.front().message, "it does not work");
}

TEST(MethodChecks, FindEachFault) {
  EXPECT_EQ(broken({.swaps_columns = true}).front(), "tells separable genres apart");
  EXPECT_EQ(broken({.forgets_seed = true}), Promises{"gives the same answers for the same seed"});
  EXPECT_EQ(broken({.looks_around = true}).front(), "answers for an example alone as among others");
  EXPECT_EQ(broken({.needs_validation = true}).front(), "works without a validation part");
  EXPECT_EQ(broken({.predicts_all = true}),
            Promises{"never predicts a genre without training examples"});
}

TEST(MethodChecks, EndWhenInterrupted) {
  class Stopped final : public Method {
    void fit(const Examples&, const Examples&, FitContext& context) override {
      if (context.interrupted()) throw Interrupted();
    }
    Predictions predict(const Examples&) const override { return {}; }
  };
  EXPECT_THROW(check_method({.make = [](std::uint64_t) { return std::make_unique<Stopped>(); },
                             .interrupted = [] { return true; }},
                            [](const std::string&) {}),
               Interrupted);
}

}  // namespace method_checks_test
}  // namespace genrebench::cli
