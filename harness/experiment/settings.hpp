#pragma once
// Values by dotted key, as an experiment file and the command line give them: not yet checked
// against any plug-in.

#include <map>
#include <string>
#include <string_view>

#include "harness/experiment/yaml_tree.hpp"
#include "harness/plugin/option_schema.hpp"

namespace genrebench {

/// Who set a value. A later layer wins over an earlier one.
enum class Layer { file, sweep, command_line };

/// One value and where it comes from.
struct Setting {
  /// A word as it was written, a list of words, nothing, or a number that a sweep drew.
  OptionValue value;
  std::string where;  ///< "file.yaml:3:5", "command line" or "the store"
  Layer layer = Layer::file;
  /// The value is the whole text behind `=` of the command line, in which an option of type list
  /// finds its list.
  bool typed = false;

  bool operator==(const Setting&) const = default;
};

/// Settings by dotted key: "method.svm.c".
using Settings = std::map<std::string, Setting>;

/// Adds every value of a tree.
/// @param key  of the tree itself; the keys of nested maps are appended with dots
/// @throws ConfigError  if a key is there already, be it written `a.b: 1` or `a: {b: 1}`
void add_settings(const YamlNode& node, const std::string& key, Layer layer, Settings& settings);

/// The text behind `=` as a value of this type: a list is written in brackets, as in YAML; text and
/// everything else is taken as it stands.
/// @param where  for messages: "command line: KEY"
/// @throws ConfigError  if a list is not YAML
OptionValue value_of_word(const std::string& text, OptionType type, const std::string& where);

/// The setting as a value of the option that it is for.
/// @param where  what the option belongs to, for messages: "command line: method knn"
/// @throws ConfigError  as OptionSchema::check()
OptionValue check_setting(const OptionSchema& schema, std::string_view name, const Setting& setting,
                          const std::string& where);

/// Replaces every `${NAME}` in a text, or in the words of a list, by the environment variable. Does
/// nothing to what was typed on the command line: there the shell does it.
/// @param key         of the setting, for messages
/// @param keep_unset  leave `${NAME}` as it is where there is no such variable
/// @throws ConfigError  if a variable is not set (unless keep_unset), or a `}` is missing
void expand_variables(const std::string& key, Setting& setting, bool keep_unset);

}  // namespace genrebench
