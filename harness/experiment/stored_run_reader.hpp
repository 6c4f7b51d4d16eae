#pragma once
// From the parameters that the store keeps of a run back to the run.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/experiment/run_spec.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// RunSpec::from_parameters() for many runs. What a run shares with the run before it is not parsed
/// again.
class StoredRunReader {
 public:
  /// Keeps a reference.
  explicit StoredRunReader(const Registry& registry);
  ~StoredRunReader();

  /// @throws DataError  as RunSpec::from_parameters()
  RunSpec operator()(const std::map<std::string, std::string>& parameters, std::uint64_t seed);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Replaces stored parameters by those given as `key=value` words, for commands that repeat a run
/// elsewhere. Only options that do not decide the result can be replaced, such as the folder of the
/// dataset.
/// @throws ConfigError  if a word names no such option of the run's plug-ins
std::map<std::string, std::string> with_words(std::map<std::string, std::string> parameters,
                                              const std::vector<std::string>& words,
                                              const Registry& registry);

}  // namespace genrebench
