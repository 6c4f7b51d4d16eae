#pragma once
// Severities: named sets of the values that say how strong a deformation is.

#include <utility>
#include <vector>

#include "harness/plugin/options.hpp"

namespace genrebench {

/// Adds the option `severity`: 0 leaves the audio as it is, 1 is mild, 2 is moderate, what the
/// defaults are, 3 is strong. Options that are given win over it.
template <typename Struct>
void add_severity(OptionTable<Struct>& table, OptionValues none, OptionValues mild,
                  OptionValues strong) {
  table.presets("severity",
                {{.name = "2", .help = "moderate", .values = {}},
                 {.name = "0", .help = "leaves the audio as it is", .values = std::move(none)},
                 {.name = "1", .help = "mild", .values = std::move(mild)},
                 {.name = "3", .help = "strong", .values = std::move(strong)}},
                "How strong: the values below, unless they are given. 0: the audio stays as it is. "
                "1: mild. 2: moderate, the defaults. 3: strong.");
}

}  // namespace genrebench
