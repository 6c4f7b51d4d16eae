#pragma once
// The folder through which another program gets the task of a method and gives its answers. The
// protocol is described in docs/how-to/methods-in-any-language.md.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/temporary_folder.hpp"
#include "harness/plugin/method.hpp"

namespace genrebench {

/// Raised whenever a program that was written for the protocol would no longer work.
inline constexpr int kProgramProtocol = 1;

/// What a program is told besides the examples.
struct ProgramTask {
  std::uint64_t seed = 0;
  std::vector<std::string> genres = {};  ///< in class order
  int threads = 1;
  std::string device = "cpu";
  std::filesystem::path checkpoint_folder = {};  ///< empty: none
  std::map<std::string, std::string> parameters = {};
};

/// What a program says of the three parts.
struct ProgramAnswers {
  Predictions train, valid, test;
};

/// A folder for one program. Labels are written for the training and the validation part only.
/// Nothing in the folder tells the genre of a test example: the examples are in a random order, the
/// numbers of their tracks count from 0 in that order, and sound files have numbers for names.
class TaskFolder {
 public:
  /// @param method  for messages: "method command"
  /// @throws DataError  if the folder cannot be made
  explicit TaskFolder(std::string method);

  const std::filesystem::path& path() const { return folder_.path(); }

  /// Writes what the program learns from.
  /// @throws ConfigError  if there is no training example, examples differ in their number of
  ///                      features, or some are vectors and others sequences
  /// @throws DataError    if a feature is not finite, or the disk is full
  void write_learning(const Examples& train, const Examples& valid);

  /// Writes the examples of the test part, in the order that the seed gives, and the task itself;
  /// removes earlier answers. Call it after write_learning().
  /// @throws ConfigError, DataError  as write_learning()
  void write_task(const Examples& test, const ProgramTask& task);

  /// Reads what the program has written. @throws NotFinite, DataError  as read_program_answers()
  ProgramAnswers read_answers() const;

 private:
  struct Written {
    std::size_t n = 0;
    std::vector<std::string> files = {};  ///< sound files, where examples are these
  };

  /// @param order   the example of each row
  /// @param labels  whether they are written, and the examples known to the program
  Written write_part(const std::string& part, const Examples& examples,
                     const std::vector<std::size_t>& order, bool labels) const;
  void write_features(const std::string& part, const Examples& examples,
                      const std::vector<std::size_t>& order) const;
  std::vector<std::string> place_sounds(const std::string& part, const Examples& examples,
                                        const std::vector<std::size_t>& order, bool links) const;
  void learn_shape(const Examples& train);
  void check(const FeatureMatrix& feature, const std::string& part, std::size_t row) const;
  std::string task_text(const ProgramTask& task) const;
  std::filesystem::path file(const std::string& name) const { return folder_ / name; }

  TemporaryFolder folder_;
  std::string method_;
  Eigen::Index n_features_ = 0;
  bool sequences_ = false;  ///< examples are sequences of frames
  bool sounds_ = false;     ///< examples are sound files
  int n_classes_ = 0;
  Written train_, valid_, test_;
  std::vector<std::size_t> order_;  ///< the example of each row of the test part
};

}  // namespace genrebench
