#pragma once
// What the tests of the baselines share: examples from a matrix, a context that remembers, methods
// by name.

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
void register_decision_tree(Registry& registry);
void register_knn(Registry& registry);
void register_majority(Registry& registry);
void register_mlp(Registry& registry);
void register_naive_bayes(Registry& registry);
void register_softmax(Registry& registry);
void register_stratified_random(Registry& registry);
void register_svm(Registry& registry);
}  // namespace genrebench

namespace genrebench::testing {

/// Keeps features alive beside the examples that look at them.
class ExampleSet {
 public:
  ExampleSet(const Eigen::MatrixXd& rows, std::vector<int> labels, int n_classes) {
    for (Eigen::Index i = 0; i < rows.rows(); ++i)
      features_.emplace_back(rows.row(i).transpose().cast<float>());
    examples_.labels = std::move(labels);
    for (std::size_t i = 0; i < features_.size(); ++i) {
      examples_.features.push_back(&features_[i]);
      examples_.tracks.push_back(static_cast<int>(i));
    }
    examples_.n_classes = n_classes;
  }
  ExampleSet(const ExampleSet&) = delete;
  ExampleSet& operator=(const ExampleSet&) = delete;

  const Examples& examples() const { return examples_; }
  Examples& examples() { return examples_; }

 private:
  std::vector<FeatureMatrix> features_;
  Examples examples_;
};

struct RecordingContext final : FitContext {
  void curve(const std::string& metric, const std::string& split, std::int64_t step,
             double value) override {
    std::vector<double>& points = curves[metric + "/" + split];
    // Iterations count from 0, epochs from 1.
    const std::int64_t first = step_of_first_.try_emplace(metric + "/" + split, step).first->second;
    EXPECT_TRUE(first == 0 || first == 1) << first;
    EXPECT_EQ(step, first + static_cast<std::int64_t>(points.size()));
    points.push_back(value);
  }
  void note(const std::string& name, double value) override { notes[name] = value; }
  void warn(const std::string& message) override { warnings.push_back(message); }

  std::map<std::string, std::vector<double>> curves;
  std::map<std::string, double> notes;
  std::vector<std::string> warnings;

 private:
  std::map<std::string, std::int64_t> step_of_first_;
};

inline const Registry& baselines() {
  static const Registry registry = [] {
    Registry r;
    register_decision_tree(r);
    register_knn(r);
    register_majority(r);
    register_mlp(r);
    register_naive_bayes(r);
    register_softmax(r);
    register_stratified_random(r);
    register_svm(r);
    return r;
  }();
  return registry;
}

inline std::unique_ptr<Method> make_method(const std::string& name,
                                           const OptionValues& options = {},
                                           std::uint64_t seed = 1) {
  const MethodPlugin& plugin = baselines().methods.get(name, "test");
  return plugin.make(plugin.options.resolve(options, "method " + name), seed);
}

/// Fits and predicts in one go.
inline Predictions answer(const std::string& name, const OptionValues& options,
                          const ExampleSet& train, const ExampleSet& test, std::uint64_t seed = 1) {
  const std::unique_ptr<Method> method = make_method(name, options, seed);
  RecordingContext context;
  method->fit(train.examples(), {}, context);
  return method->predict(test.examples());
}

inline Eigen::MatrixXd matrix(std::initializer_list<std::initializer_list<double>> rows) {
  Eigen::MatrixXd result(Eigen::Index(rows.size()), Eigen::Index(rows.begin()->size()));
  Eigen::Index r = 0;
  for (const auto& row : rows) {
    Eigen::Index c = 0;
    for (const double value : row) result(r, c++) = value;
    ++r;
  }
  return result;
}

/// Normal clouds, one a class, `apart` between neighbouring centres in every feature; classes take
/// turns.
inline std::pair<Eigen::MatrixXd, std::vector<int>> clouds(int n, int n_features, int n_classes,
                                                           double apart, std::uint64_t seed) {
  Random random(seed);
  Eigen::MatrixXd rows(n, n_features);
  std::vector<int> labels;
  for (int i = 0; i < n; ++i) {
    labels.push_back(i % n_classes);
    for (int f = 0; f < n_features; ++f) {
      // Classes differ in which features are raised, so that none lies between two others.
      const double centre = f % n_classes == labels.back() ? apart : 0.0;
      rows(i, f) = centre + random.normal();
    }
  }
  return {rows, labels};
}

inline double accuracy(const std::vector<int>& predicted, const std::vector<int>& truth) {
  int right = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) right += predicted[i] == truth[i];
  return double(right) / double(truth.size());
}

inline int n_equal(const std::vector<int>& a, const std::vector<int>& b) {
  EXPECT_EQ(a.size(), b.size());
  int n = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) n += a[i] == b[i];
  return n;
}

inline bool same_bits(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())) == 0;
}

inline void expect_distributions(const Predictions& predictions, Eigen::Index n,
                                 Eigen::Index n_classes) {
  ASSERT_EQ(predictions.probabilities.rows(), n);
  ASSERT_EQ(predictions.probabilities.cols(), n_classes);
  ASSERT_EQ(Eigen::Index(predictions.labels.size()), n);
  EXPECT_TRUE(predictions.probabilities.allFinite());
  for (Eigen::Index i = 0; i < n; ++i) {
    EXPECT_NEAR(predictions.probabilities.row(i).sum(), 1.0, 1e-12);
    EXPECT_GE(predictions.probabilities.row(i).minCoeff(), 0.0);
    EXPECT_GE(predictions.labels[static_cast<std::size_t>(i)], 0);
    EXPECT_LT(predictions.labels[static_cast<std::size_t>(i)], n_classes);
  }
}

/// The message of the Error that `action` throws; a failure where it throws none.
template <typename Error, typename Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing of the expected type was thrown";
  return {};
}

inline void expect_contains(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    EXPECT_NE(text.find(part), std::string::npos) << part << " in: " << text;
}

}  // namespace genrebench::testing
