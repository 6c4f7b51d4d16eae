#pragma once
// The plug-ins of a registry and their options as text.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/plugin/registry.hpp"

namespace genrebench::cli {

struct PluginKind {
  std::string name;  ///< "datasets"
  std::vector<const PluginInfo*> plugins;
};

std::vector<PluginKind> plugin_kinds(const Registry& registry);

/// "1 to 10", "at least 0", "linear, rbf"; empty: any value.
std::string range_text(const OptionInfo& option);
std::string default_text(const OptionInfo& option);
/// "the paper's text: decimate=10, clusters=5"
std::string preset_text(const Preset& preset);

nlohmann::ordered_json to_json(const PluginInfo& plugin);

/// The reference of docs/: the keys of an experiment file, and every plug-in with its options.
std::string reference_markdown(const std::vector<PluginKind>& kinds);

}  // namespace genrebench::cli
