#include "harness/experiment/option_words.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "harness/experiment/settings.hpp"

namespace genrebench {

KeyValue key_and_text(const std::string& word) {
  if (auto pair = split_key_value(word)) return *std::move(pair);
  throw ConfigError(fmt::format("command line: expected key=value, found '{}'", word));
}

YamlNode yaml_of_word(const std::string& text, const std::string& where) {
  if (text.empty()) return {.kind = YamlNode::Kind::scalar, .entries = {}, .where = where};
  return parse_yaml(text, where);
}

OptionValues parse_options(const std::vector<std::string>& words, const OptionSchema& schema,
                           std::string_view where) {
  Settings settings;
  for (const std::string& word : words) {
    const auto [key, text] = key_and_text(word);
    add_settings(yaml_of_word(text, "command line: " + key), key, Layer::command_line, settings);
  }
  OptionValues values;
  for (const auto& [name, setting] : settings) values[name] = setting.value;
  return schema.resolve(values, where);
}

}  // namespace genrebench
