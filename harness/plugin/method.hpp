#pragma once
// What a classification method is: it fits on labelled examples and gives class probabilities for
// others.

#include <Eigen/Core>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace genrebench {

/// Features of one excerpt: n_features x n_frames, or one column for a feature vector.
using FeatureMatrix = Eigen::MatrixXf;

/// Examples as a method sees them, one entry per excerpt. Views: the caller keeps the features
/// alive.
struct Examples {
  std::vector<const FeatureMatrix*> features;
  std::vector<int> labels;  ///< class of each excerpt, in [0, n_classes); empty when predicting
  /// The track of each excerpt, as an index: excerpts of one track belong together.
  std::vector<int> tracks;
  int n_classes = 0;
  /// The sound file of each excerpt, where the feature is `audio_files`; otherwise empty. The
  /// features then hold nothing.
  std::vector<std::filesystem::path> files = {};

  std::size_t size() const { return features.size(); }
};

/// Examples whose features are vectors, as one matrix.
/// @return  size() x n_features, double precision
/// @throws ConfigError  if the examples are sequences or differ in length
Eigen::MatrixXd to_rows(const Examples& examples);

/// Thrown by Method::fit() after FitContext::interrupted() said so, once everything that resuming
/// needs is in the checkpoint folder.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

/// Thrown by FitContext::progress() if the run is not worth continuing; what() says why. A method
/// lets it pass.
class Pruned : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The harness as a method sees it during fit(): it receives what the method reports, and says what
/// the method may use.
class FitContext {
 public:
  virtual ~FitContext() = default;

  /// Reports one point of a curve, which is stored as a metric of the run.
  /// @param metric  "loss", "accuracy"
  /// @param split   "train" or "valid"
  /// @param step    epoch or iteration, from 1
  virtual void curve(const std::string& metric, const std::string& split, std::int64_t step,
                     double value) = 0;

  /// Reports a number about the fit that is worth keeping: "iterations", "n_support_vectors".
  virtual void note(const std::string& name, double value) = 0;

  /// Reports a word that is worth keeping: "weights.sha256".
  virtual void fact(const std::string& /*name*/, const std::string& /*text*/) {}

  /// Warns the user. The message is shown once and recorded with the run: "did not converge in 1000
  /// iterations".
  virtual void warn(const std::string& message) = 0;

  /// Reports that `done` of `total` epochs are done, and in words what is going on. Curves that
  /// were reported so far become visible to other processes.
  /// @throws Pruned
  virtual void progress(std::size_t /*done*/, std::size_t /*total*/, const std::string& /*now*/) {}

  /// Number of threads that the method may use. Results may differ in the last bits between numbers
  /// of threads.
  virtual int threads() const { return 1; }

  /// A folder for checkpoints, which stays if the fit is interrupted or killed. The method makes it
  /// when it first writes there; the harness removes it once the run's results are stored. Empty:
  /// keep no checkpoints.
  virtual std::filesystem::path checkpoint_folder() const { return {}; }

  /// A file for what another program prints, to which it is added; it is kept with the run. Empty:
  /// it is not kept.
  virtual std::filesystem::path log_file() const { return {}; }

  /// Names of the genres, in class order; empty where they are not known.
  virtual std::vector<std::string> genres() const { return {}; }

  /// True if the user asked to stop. Ask between steps of long work; if true, save what resuming
  /// needs and throw Interrupted.
  virtual bool interrupted() const { return false; }
};

/// What a method says of some examples.
struct Predictions {
  Eigen::MatrixXd probabilities;  ///< size() x n_classes, finite, each row sums to one
  /// The predicted class of each example. It is usually the most probable one, but need not be:
  /// libsvm's votes and its calibrated probabilities may disagree.
  std::vector<int> labels;
};

/// What a fitted method takes, counted from its shapes: the same on every machine.
struct MethodCost {
  /// Numbers that predict() reads and fit() found: weights and biases, the question of a node,
  /// support vectors and their coefficients, stored examples and their labels.
  std::int64_t parameters = 0;
  /// Multiplications with an addition that predict() makes for one example, by its formulas: one
  /// for each term of an inner product, a convolution or a squared distance. Comparisons,
  /// exponentials, pooling and what is done once for all examples do not count.
  std::int64_t multiply_adds = 0;
};

/// The most probable class of each row; the lowest index wins ties.
std::vector<int> most_probable(const Eigen::MatrixXd& probabilities);

/// Where a method may keep what it computes from its inputs alone, for other runs and later
/// processes.
struct MethodCache {
  /// Any number of processes may fill it at once, and it may vanish at any time. Empty: keep
  /// nothing.
  std::filesystem::path folder = {};
  /// Tells the user of a file that is damaged or cannot be written. It is not recorded with the
  /// run, whose results are the same.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

/// One classifier. The same examples, options and seed give the same results to the bit. Not shared
/// between threads.
class Method {
 public:
  virtual ~Method() = default;

  /// Called before fit() and load(), if at all. Results do not depend on it, to the bit.
  virtual void use_cache(const MethodCache& /*cache*/) {}

  /// Trains from nothing, or continues from what an interrupted fit of the same examples, options
  /// and seed left in the checkpoint folder; the result is the same.
  /// @param train  any class in [0, n_classes) may be absent; it then gets probability zero
  /// @param valid  for model selection and early stopping only; may be empty
  /// @throws ConfigError  if the options do not fit the examples
  /// @throws Interrupted, Pruned
  virtual void fit(const Examples& train, const Examples& valid, FitContext& context) = 0;

  /// The classes of examples; `labels` and `tracks` are ignored.
  virtual Predictions predict(const Examples& examples) const = 0;

  /// Writes everything that predict() needs to one file, atomically.
  /// @return  false if the method keeps no file; it is then fitted again when it is needed
  /// @throws DataError  if the file cannot be written
  virtual bool save(const std::filesystem::path& /*file*/) const { return false; }

  /// Restores what save() wrote. The method was made with the same options.
  /// @throws DataError  if the file is damaged or was written by another method
  virtual void load(const std::filesystem::path& /*file*/) {
    throw std::logic_error("this method keeps no file");
  }

  /// What the fitted method takes; nothing if it cannot tell, such as another program.
  virtual std::optional<MethodCost> cost() const { return std::nullopt; }
};

/// A method that is another program, which fits and predicts in one go.
class ProgramMethod : public Method {
 public:
  /// Names the examples that predict() will be asked for after the next fit(), besides those of
  /// that fit, so that the program is started once. For others it is started again.
  /// @param later  labels are ignored; the caller keeps the features alive until fit() returns
  virtual void expect(const Examples& later) = 0;
};

/// A method that learns by gradient steps, so that `genrebench lr-range` can try out its learning
/// rate.
class GradientMethod : public Method {
 public:
  struct RangeTest {
    double low = 1e-6;  ///< learning rate of the first step
    double high = 1.0;  ///< learning rate of the last step
    int steps = 100;    ///< number of gradient steps
  };
  struct RangePoint {
    double learning_rate = 0.0;
    double loss = 0.0;           ///< of the step's batch
    double smoothed_loss = 0.0;  ///< exponential mean, corrected for its start
  };

  /// Trains while the learning rate grows exponentially from `low` to `high`, until the loss
  /// diverges: until it exceeds four times its smallest value.
  /// @return  one point per step
  /// Source: Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.3
  virtual std::vector<RangePoint> learning_rate_range(const Examples& train, const RangeTest& test,
                                                      FitContext& context) = 0;
};

}  // namespace genrebench
