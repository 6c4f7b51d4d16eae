#pragma once

namespace genrebench {

/// What a skip-GRU makes of the last state and the one k steps back.
enum class Combine {
  add,   ///< their sum
  mean,  ///< their mean
  gate,  ///< a mixture whose weights are learned
};

}  // namespace genrebench
