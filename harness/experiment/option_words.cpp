#include "harness/experiment/option_words.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"

namespace genrebench {

KeyValue key_and_text(const std::string& word) {
  if (auto pair = split_key_value(word)) return *std::move(pair);
  throw ConfigError(fmt::format("command line: expected key=value, found '{}'", word));
}

YamlNode yaml_of_word(const std::string& text, const std::string& where) {
  if (text.empty()) return {.kind = YamlNode::Kind::scalar, .entries = {}, .where = where};
  return parse_yaml(text, where);
}

Setting typed_setting(std::string text) {
  return {.value = std::move(text),
          .where = "command line",
          .layer = Layer::command_line,
          .typed = true};
}

OptionValues parse_options(const std::vector<std::string>& words, const OptionSchema& schema,
                           std::string_view where) {
  OptionValues values;
  for (const std::string& word : words) {
    auto [key, text] = key_and_text(word);
    values[key] = check_setting(schema, key, typed_setting(std::move(text)), std::string(where));
  }
  return schema.resolve(values, where);
}

}  // namespace genrebench
