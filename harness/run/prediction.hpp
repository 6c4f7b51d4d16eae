#pragma once
// Predicts the genres of files with the method of a stored run.

#include <Eigen/Core>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "base/progress.hpp"
#include "harness/experiment/run_spec.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/run/kept_models.hpp"
#include "harness/run/run_once.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// The prediction for one file.
struct FilePrediction {
  std::filesystem::path file;
  std::string error = {};  ///< why the file has no genre; empty: it has one
  int label = -1;  ///< class that the run's rule decides for: the method's own labels per excerpt,
                   ///< then the vote
  Eigen::VectorXd probabilities = {};  ///< per class, the mean over the excerpts

  /// The class of the highest mean probability, which may be another one than `label`.
  int most_probable() const;
};

/// The fitted method of a stored run, with the run's excerpts, features, standardiser, vote and
/// temperature. It predicts what the run would have recorded for a file.
class StoredClassifier {
 public:
  /// Reads the run's model, or fits the method again if the run kept none.
  /// @param settings  its threads are for features; a fit takes as many as the run recorded
  /// @throws ConfigError  if the run is not done, has no method, or learned from a table of
  /// features
  /// @throws DataError    if the model's files are gone or damaged; if there are none, and the data
  ///                      or this version of the program are not those of the run
  StoredClassifier(const RunStore& store, const RunRecord& run, const Registry& registry,
                   FileHashes& hashes, const PreparationSettings& settings, Progress& progress);
  ~StoredClassifier();

  /// Genres in class order.
  const std::vector<std::string>& genres() const { return preprocessing_.genres; }

  const RunSpec& spec() const { return spec_; }

  /// Sentences on how these predictions differ from what the run recorded; usually none.
  const std::vector<std::string>& notes() const { return notes_; }

  /// One entry per file, in their order. A file that cannot be used is an entry with an error.
  std::vector<FilePrediction> operator()(const std::vector<std::filesystem::path>& files) const;

 private:
  MethodCache method_cache() const;
  void fit_again(const RunRecord& run, int threads);
  std::vector<FilePrediction> predict_block(const std::vector<std::filesystem::path>& files) const;
  /// @throws DataError  if one of the files changes meanwhile, or the method has no answer for one
  std::vector<FilePrediction> predict_together(
      const std::vector<std::filesystem::path>& files) const;

  const Registry& registry_;
  FileHashes& hashes_;
  PreparationSettings settings_;
  Progress& progress_;
  RunSpec spec_;
  std::unique_ptr<Method> method_;
  Preprocessing preprocessing_;
  std::vector<std::string> notes_;
};

}  // namespace genrebench
