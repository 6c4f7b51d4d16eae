#pragma once
// What a classification method is: it fits on labelled examples and gives class probabilities for
// others.

#include <Eigen/Core>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace genrebench {

/// Features of one excerpt: n_features x n_frames. A feature vector has one column.
using FeatureMatrix = Eigen::MatrixXf;

/// Examples as a method sees them: one entry an excerpt (a whole track, or one of its chunks).
/// Views: the caller keeps the features alive. What a method predicts from carries no labels.
struct Examples {
  std::vector<const FeatureMatrix*> features;
  std::vector<int> labels;  ///< class indices, as many as features; empty when predicting
  std::vector<int> tracks;  ///< for each excerpt the index of its track: excerpts of a track belong
                            ///< together
  int n_classes = 0;

  std::size_t size() const { return features.size(); }
};

/// Examples whose features are single columns, as one matrix: size() x n_features, double
/// precision.
/// @throws ConfigError  if the examples are sequences or differ in length
Eigen::MatrixXd to_rows(const Examples& examples);

/// Leaves fit() where the user asked to stop; what resuming needs is in the checkpoint folder.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

/// Leaves fit() from within FitContext::progress() where the run is not worth going on with; what()
/// says why.
class Pruned : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Receives what a method reports while it fits, and tells it what it may use.
class FitContext {
 public:
  virtual ~FitContext() = default;

  /// One point of a curve ("loss" on "train" at an epoch or iteration). Stored as metrics of the
  /// run.
  virtual void curve(const std::string& metric, const std::string& split, std::int64_t step,
                     double value) = 0;

  /// A fact about the fit worth keeping: "iterations", "n_support_vectors", "gamma".
  virtual void note(const std::string& name, double value) = 0;

  /// The same for a word: "weights.sha256".
  virtual void fact(const std::string& /*name*/, const std::string& /*text*/) {}

  /// A warning for the user, shown once and recorded with the run ("did not converge in 1000
  /// iterations").
  virtual void warn(const std::string& message) = 0;

  /// Where long work is: so many of `total` epochs are done, and in words. Curves reported so far
  /// become visible to others.
  virtual void progress(std::size_t /*done*/, std::size_t /*total*/, const std::string& /*now*/) {}

  /// How many threads the method may use. Results may differ in the last bits between numbers of
  /// threads.
  virtual int threads() const { return 1; }

  /// A folder that outlives a fit that was interrupted or killed, made by the method when it first
  /// writes there; empty: nothing is kept. The harness removes it once the run's results are
  /// stored.
  virtual std::filesystem::path checkpoint_folder() const { return {}; }

  /// To be asked between steps of long work; true: save what resuming needs and throw Interrupted.
  virtual bool interrupted() const { return false; }
};

/// What a method says of some examples.
struct Predictions {
  Eigen::MatrixXd probabilities;  ///< size() x n_classes, rows sum to one
  std::vector<int> labels;  ///< the predicted classes; usually but not always the most probable one
                            ///< (libsvm's votes and its calibrated probabilities may disagree)
};

/// The most probable class of each row; the lowest index wins ties.
std::vector<int> most_probable(const Eigen::MatrixXd& probabilities);

/// One classifier. Same examples, options and seed give the same bits. Not shared between threads.
class Method {
 public:
  virtual ~Method() = default;

  /// Trains from nothing, or goes on from what an interrupted fit of the same examples, options and
  /// seed left in the context's checkpoint folder: with the same result. Every class in [0,
  /// n_classes) may be absent from `train`; an absent class gets probability zero. `valid` may be
  /// empty; it serves model selection and early stopping only.
  virtual void fit(const Examples& train, const Examples& valid, FitContext& context) = 0;

  /// Ignores `examples.labels` and `examples.tracks`.
  virtual Predictions predict(const Examples& examples) const = 0;

  /// Writes what predict() needs to one file, atomically.
  /// @return  false: the method keeps no file, and is fitted again where it is needed
  /// @throws DataError  if the file cannot be written
  virtual bool save(const std::filesystem::path& /*file*/) const { return false; }

  /// Becomes the method that save() wrote, made with the same options.
  /// @throws DataError  if the file is damaged or of another method
  virtual void load(const std::filesystem::path& /*file*/) {
    throw std::logic_error("this method keeps no file");
  }
};

/// A method that learns by gradient steps, so that its learning rate can be tried out.
class GradientMethod : public Method {
 public:
  struct RangeTest {
    double low = 1e-6;
    double high = 1.0;
    int steps = 100;
  };
  struct RangePoint {
    double learning_rate = 0.0;
    double loss = 0.0;           ///< of the step's batch
    double smoothed_loss = 0.0;  ///< exponential mean, corrected for its start
  };

  /// Trains while the learning rate grows exponentially from `low` to `high`, until the loss
  /// diverges (over four times its smallest). Source: Smith, Cyclical Learning Rates for Training
  /// Neural Networks, WACV 2017, section 3.3
  virtual std::vector<RangePoint> learning_rate_range(const Examples& train, const RangeTest& test,
                                                      FitContext& context) = 0;
};

}  // namespace genrebench
