#pragma once
// From the settings of one slot to the plug-in that they choose and its options.

#include <map>
#include <string>
#include <vector>

#include "harness/experiment/settings.hpp"
#include "harness/experiment/slots.hpp"

namespace genrebench {

/// A plug-in as chosen, and for the slot `method` the values to search (RunSpec::tune).
struct SlotChoice {
  PluginChoice plugin;
  std::map<std::string, std::vector<OptionValue>> tune;
};

/// Of several values for an option, a later layer wins; within a layer, `svm: {c: 1}` wins over a
/// `c: 1` that is for every plug-in of the slot. A plug-in that is chosen on the command line
/// leaves behind those options of the file that it does not have: they were for the file's choice.
/// @param settings  those whose key starts with the slot's prefix
/// @throws ConfigError  naming the plug-in or option, where it is given, and what was expected
SlotChoice choose_plugin(const Slot& slot, const Settings& settings, const Registry& registry);

}  // namespace genrebench
