#pragma once
// A report that is asked for.

#include <string>

#include "harness/plugin/option_value.hpp"

namespace genrebench {

/// A report plug-in by name, with those of its options that are given. They are checked; their
/// defaults are not filled in, so that the command line can add others.
struct ReportChoice {
  std::string name;
  OptionValues options = {};

  bool operator==(const ReportChoice&) const = default;
};

}  // namespace genrebench
