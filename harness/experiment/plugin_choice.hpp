#pragma once
// A plug-in that an experiment chooses, with its options.

#include <compare>
#include <string>

#include "harness/plugin/options.hpp"

namespace genrebench {

/// A plug-in by name, with every option resolved.
struct PluginChoice {
  std::string name;  ///< empty: the run uses no plug-in of this kind
  OptionValues options;

  auto operator<=>(const PluginChoice&) const = default;
};

}  // namespace genrebench
