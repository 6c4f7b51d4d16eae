#pragma once
// The rule that makes a run's id: whatever decides the result is in it, and nothing else.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/experiment/run_spec.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// The versions of the evaluation and of the plug-ins that a run uses: {"evaluation 1", "method svm
/// 1", …}. They are part of the run's id.
std::vector<std::string> versions_of(const RunSpec& spec, const Registry& registry);

/// Collects what decides a run's result, line by line. kIdentityVersion counts the changes of this
/// rule; a change gives every run another id.
class Identity {
 public:
  /// Starts with the dataset's fingerprint, the seed, RunSpec::identity() and versions_of().
  Identity(const std::string& dataset_fingerprint, const RunSpec& spec, const Registry& registry);

  /// Starts with the dataset's fingerprint, the seed and the version of the evaluation alone, for
  /// runs without plug-ins: those whose predictions are imported.
  Identity(const std::string& dataset_fingerprint, std::uint64_t seed);

  /// Adds one more thing: "division", "sections", or the content of a file.
  void add(const std::string& key, const std::string& value);

  /// The run's id: the SHA-256 of all lines, 64 hex digits.
  std::string id() const;

 private:
  void begin(const std::string& dataset_fingerprint, std::uint64_t seed);

  std::string text_;
};

}  // namespace genrebench
