#pragma once
// What a classification method is: it fits on labelled examples and gives class probabilities for others.

#include <Eigen/Core>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace genrebench {

/// Features of one excerpt: n_features x n_frames. A feature vector has one column.
using FeatureMatrix = Eigen::MatrixXf;

/// Examples as a method sees them: one entry an excerpt (a whole track, or one of its chunks). Views: the
/// caller keeps the features alive. What a method predicts from carries no labels.
struct Examples {
  std::vector<const FeatureMatrix*> features;
  std::vector<int> labels;  ///< class indices, as many as features; empty when predicting
  std::vector<int> tracks;  ///< for each excerpt the index of its track: excerpts of a track belong together
  int n_classes = 0;

  std::size_t size() const { return features.size(); }
};

/// Examples whose features are single columns, as one matrix: size() x n_features, double precision.
/// @throws ConfigError  if the examples are sequences or differ in length
Eigen::MatrixXd to_rows(const Examples& examples);

/// Receives what a method reports while it fits.
class FitContext {
 public:
  virtual ~FitContext() = default;

  /// One point of a curve ("loss" on "train" at an epoch or iteration). Stored as metrics of the run.
  virtual void curve(const std::string& metric, const std::string& split, std::int64_t step, double value) = 0;

  /// A fact about the fit worth keeping: "iterations", "n_support_vectors", "gamma".
  virtual void note(const std::string& name, double value) = 0;

  /// A warning for the user, shown once and recorded with the run ("did not converge in 1000 iterations").
  virtual void warn(const std::string& message) = 0;
};

/// What a method says of some examples.
struct Predictions {
  Eigen::MatrixXd probabilities;  ///< size() x n_classes, rows sum to one
  std::vector<int> labels;        ///< the predicted classes; usually but not always the most probable one
                                  ///< (libsvm's votes and its calibrated probabilities may disagree)
};

/// The most probable class of each row; the lowest index wins ties.
std::vector<int> most_probable(const Eigen::MatrixXd& probabilities);

/// One classifier. Same examples, options and seed give the same bits. Not shared between threads.
class Method {
 public:
  virtual ~Method() = default;

  /// Trains from nothing. Every class in [0, n_classes) may be absent from `train`; an absent class gets
  /// probability zero. `valid` may be empty; it serves model selection and early stopping only.
  virtual void fit(const Examples& train, const Examples& valid, FitContext& context) = 0;

  /// Ignores `examples.labels` and `examples.tracks`.
  virtual Predictions predict(const Examples& examples) const = 0;
};

}  // namespace genrebench
