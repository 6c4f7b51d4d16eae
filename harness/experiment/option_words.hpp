#pragma once
// `key=value` words of the command line.

#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "harness/experiment/settings.hpp"
#include "harness/experiment/yaml_tree.hpp"
#include "harness/plugin/option_schema.hpp"

namespace genrebench {

/// Splits a word at its first `=`.
/// @throws ConfigError  if it has none, or no key before it
KeyValue key_and_text(const std::string& word);

/// The text behind `=` as YAML, for keys that take more than one value; no text is an empty word.
/// @param where  for messages: "command line: KEY"
/// @throws ConfigError  if it is not YAML
YamlNode yaml_of_word(const std::string& text, const std::string& where);

/// The text behind `=` for a key that takes one value.
Setting typed_setting(std::string text);

/// Reads `key=value` words as options of one plug-in, for commands that take a plug-in by name.
/// Text is taken as it stands; a list is written in brackets, as in YAML.
/// @param where  what the options belong to, for messages: "dataset gtzan"
/// @return       every option of the schema
/// @throws ConfigError  as OptionSchema::resolve()
OptionValues parse_options(const std::vector<std::string>& words, const OptionSchema& schema,
                           std::string_view where);

}  // namespace genrebench
