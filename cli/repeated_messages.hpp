#pragma once
// One message per reason: the first few of each are shown, the others counted.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/progress.hpp"

namespace genrebench::cli {

/// What makes two reasons alike: the text without numbers, ids and names with digits.
std::string without_numbers(const std::string& reason);

class RepeatedMessages {
 public:
  /// Counts it. @return  true if it is to be shown: one of the first few of its reason
  bool add(const Incident& incident);

  /// One line per reason of which more happened than was shown since the last call.
  std::vector<std::string> counts();

 private:
  struct Reason {
    std::string kind, text;
    std::size_t n = 0, n_shown = 0;
    bool counted = true;  ///< the last count that was told is the present one
  };

  std::map<std::string, Reason> reasons_;       ///< by kind and text without numbers
  std::map<std::string, std::size_t> n_shown_;  ///< by kind
};

}  // namespace genrebench::cli
