#include "harness/experiment/settings.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <set>
#include <string_view>

#include "base/error.hpp"

namespace genrebench {

void add_settings(const YamlNode& node, const std::string& key, Layer layer, Settings& settings) {
  if (!node.is_map()) {
    settings[key] = {to_value(node, node.where), node.where, layer};
    return;
  }
  std::set<std::string> seen;
  for (const YamlEntry& entry : node.entries) {
    const std::string& name = key_name(entry.key);
    if (!seen.insert(name).second)
      throw ConfigError(fmt::format("{}: key '{}' is given twice", entry.key.where, name));
    add_settings(entry.value, key.empty() ? name : key + "." + name, layer, settings);
  }
}

void expand_variables(const std::string& key, Setting& setting, bool keep_unset) {
  auto* text = std::get_if<std::string>(&setting.value);
  if (text == nullptr) return;
  for (std::size_t begin = text->find("${"); begin != std::string::npos;
       begin = text->find("${", begin)) {
    const std::size_t end = text->find('}', begin);
    if (end == std::string::npos)
      throw ConfigError(fmt::format("{}: '{}' has ${{ without }}", setting.where, key));
    const std::string name = text->substr(begin + 2, end - begin - 2);
    const char* value = std::getenv(name.c_str());
    if (value == nullptr && keep_unset) {
      begin = end;
      continue;
    }
    if (value == nullptr)
      throw ConfigError(fmt::format(
          "{}: '{}' needs the environment variable {}, which is not set; set it, or give {}=… on "
          "the command line",
          setting.where, key, name, key));
    text->replace(begin, end + 1 - begin, value);
    begin += std::string_view(value).size();
  }
}

}  // namespace genrebench
