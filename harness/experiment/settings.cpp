#include "harness/experiment/settings.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <vector>

#include "base/error.hpp"

namespace genrebench {
namespace {

void expand(const std::string& key, const std::string& where, bool keep_unset, std::string& text) {
  for (std::size_t begin = text.find("${"); begin != std::string::npos;
       begin = text.find("${", begin)) {
    const std::size_t end = text.find('}', begin);
    if (end == std::string::npos)
      throw ConfigError(fmt::format("{}: '{}' has ${{ without }}", where, key));
    const std::string name = text.substr(begin + 2, end - begin - 2);
    const char* value = std::getenv(name.c_str());
    if (value == nullptr && keep_unset) {
      begin = end;
      continue;
    }
    if (value == nullptr)
      throw ConfigError(fmt::format(
          "{}: '{}' needs the environment variable {}, which is not set; set it, or give {}=… on "
          "the command line",
          where, key, name, key));
    text.replace(begin, end + 1 - begin, value);
    begin += std::string_view(value).size();
  }
}

}  // namespace

void add_settings(const YamlNode& node, const std::string& key, Layer layer, Settings& settings) {
  if (!node.is_map()) {
    const Setting setting{to_value(node, node.where), node.where, layer};
    const auto [place, is_new] = settings.emplace(key, setting);
    if (!is_new)
      throw ConfigError(fmt::format("{}: key '{}' is given twice, before in {}", node.where, key,
                                    place->second.where));
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    const std::string& name = key_name(entry.key);
    add_settings(entry.value, key.empty() ? name : key + "." + name, layer, settings);
  }
}

OptionValue value_of_word(const std::string& text, OptionType type, const std::string& where) {
  const std::size_t begin = text.find_first_not_of(' ');
  const bool list = type == OptionType::list && begin != std::string::npos && text[begin] == '[';
  return list ? to_value(parse_yaml(text, where), where) : OptionValue(text);
}

OptionValue check_setting(const OptionSchema& schema, std::string_view name, const Setting& setting,
                          const std::string& where) {
  const OptionInfo* option = schema.find(name);
  if (option == nullptr) schema.refuse(name, where);
  const auto* text = setting.typed ? std::get_if<std::string>(&setting.value) : nullptr;
  return schema.check(*option,
                      text == nullptr
                          ? setting.value
                          : value_of_word(*text, option->type, fmt::format("{}: {}", where, name)),
                      where);
}

void expand_variables(const std::string& key, Setting& setting, bool keep_unset) {
  if (setting.typed) return;
  if (auto* text = std::get_if<std::string>(&setting.value))
    expand(key, setting.where, keep_unset, *text);
  if (auto* words = std::get_if<std::vector<std::string>>(&setting.value))
    for (std::string& word : *words) expand(key, setting.where, keep_unset, word);
}

}  // namespace genrebench
