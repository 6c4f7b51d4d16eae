#pragma once
// How much memory one input takes.

#include <cstdint>

namespace genrebench::fuzz {

/// More than this at one time, for one input, breaks the contract.
inline constexpr std::int64_t kMostBytes = std::int64_t{300} << 20;

/// Begins to count. In fuzzers every allocation counts and the one that goes too far ends the
/// program; elsewhere the process' peak does, where no sanitizer distorts it.
void begin_to_count_memory();

/// Ends the program if the input took too much. In fuzzers a higher peak than ever counts as new
/// coverage, so that libFuzzer climbs towards inputs that multiply.
void check_memory();

}  // namespace genrebench::fuzz
