#pragma once
// Which runs the report `compare` compares, and with which of them.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reports/support/comparison.hpp"

namespace genrebench::compare {

/// A configuration that is compared with others.
struct Method : RunGroup {
  std::string name = {};  ///< the title without the protocol's mark: "svm"
  Tally counts = {};
  std::optional<double> valid = {}, valid_macro_f1 = {};  ///< means of the validation part
  Measured accuracy = {}, macro_f1 = {};
  std::vector<ScoredRun> scored = {};  ///< on the genres that every method tests; empty: nothing
                                       ///< to compare

  const Measured& score(ScoreKind kind) const {
    return kind == ScoreKind::accuracy ? accuracy : macro_f1;
  }
};

/// "svm", "svm, features.name=mfcc": the title of a group that has one, without the protocol's mark
/// and without the key of the method's name.
std::string name_of(const RunGroup& group);

/// Methods that can be compared: their runs are on the same data under the same split, or share a
/// division of the tracks.
struct Family {
  std::string title = {};                  ///< "GTZAN, grouped by artist"
  std::string id = {};                     ///< the title as a part of ids
  std::string units = {};                  ///< what clusters of test tracks are: "artists"
  std::vector<Method> methods = {};        ///< with something to compare, in the plan's order
  std::vector<std::string> left_out = {};  ///< names of those without a stored answer
  std::vector<std::string> notes = {};     ///< of Comparison
  std::set<int> genres = {};               ///< that are compared; empty: all
};

/// The families of two methods and more. Runs of permuted genres are never compared.
std::vector<Family> make_families(const Scores& scores, const std::vector<RunRecord>& runs,
                                  double level);

/// How the method that others are compared with was chosen.
enum class Choice {
  named,       ///< by the option `reference`
  validation,  ///< the best on the validation part
  test         ///< the best on the test part, for want of a validation part
};

struct Reference {
  std::size_t method = 0;
  Choice choice = Choice::named;
  std::vector<std::string> not_validated = {};  ///< methods that had no validation part to be
                                                ///< chosen by
};

/// The place of the method that a word names: its title or name, the name of its plug-in where one
/// method has it, or the first letters of the id of one of its runs; nothing where none has it.
/// @throws ConfigError  where several have it
std::optional<std::size_t> find_method(const Family& family, const std::string& word);

/// The best by validation. Guesses (`majority`) are chosen like any other.
Reference best_method(const Family& family, ScoreKind kind);

}  // namespace genrebench::compare
