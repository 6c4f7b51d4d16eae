#pragma once
// Numbers that are no numbers.

#include "base/error.hpp"

namespace genrebench {

/// A method's losses or probabilities are not finite: its fit diverged, or it started from values
/// that cannot be computed with. Where options are tuned, such a combination is not chosen; else
/// the run fails.
class NotFinite : public DataError {
 public:
  using DataError::DataError;
};

}  // namespace genrebench
