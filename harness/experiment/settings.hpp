#pragma once
// Values by dotted key, as an experiment file and the command line give them: not yet checked
// against any plug-in.

#include <map>
#include <string>

#include "harness/experiment/yaml_tree.hpp"
#include "harness/plugin/options.hpp"

namespace genrebench {

/// Who set a value. A later layer wins over an earlier one.
enum class Layer { file, sweep, command_line };

/// One value and where it comes from.
struct Setting {
  OptionValue value;
  std::string where;  ///< "file.yaml:3:5", "command line" or "the store"
  Layer layer = Layer::file;

  bool operator==(const Setting&) const = default;
};

/// Settings by dotted key: "method.svm.c".
using Settings = std::map<std::string, Setting>;

/// Adds every value of a tree, in place of earlier ones of the same key.
/// @param key  of the tree itself; the keys of nested maps are appended with dots
/// @throws ConfigError  if a map has a key twice
void add_settings(const YamlNode& node, const std::string& key, Layer layer, Settings& settings);

/// Replaces every `${NAME}` in a text by the environment variable.
/// @param key         of the setting, for messages
/// @param keep_unset  leave `${NAME}` as it is where there is no such variable
/// @throws ConfigError  if a variable is not set (unless keep_unset), or a `}` is missing
void expand_variables(const std::string& key, Setting& setting, bool keep_unset);

}  // namespace genrebench
