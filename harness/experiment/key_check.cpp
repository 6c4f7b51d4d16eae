#include "harness/experiment/key_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "harness/experiment/experiment_options.hpp"
#include "harness/experiment/pruning.hpp"
#include "harness/experiment/run_options.hpp"
#include "harness/experiment/slots.hpp"

namespace genrebench {
namespace {

/// A key at its first dot: "method.svm.c" is the head "method" and the rest "svm.c".
struct SplitKey {
  explicit SplitKey(const std::string& key)
      : head(key.substr(0, key.find('.'))),
        nested(head.size() < key.size()),
        rest(nested ? key.substr(head.size() + 1) : std::string()) {}

  std::string head;
  bool nested;
  std::string rest;  ///< empty if the key is not nested
};

/// Keys whose values are read apart from the settings.
const std::vector<std::string> kOtherKeys = {"extends", "reports", "seeds", "sweep"};

[[noreturn]] void refuse_key(const std::string& head, const Setting& setting) {
  if (std::count(kOtherKeys.begin(), kOtherKeys.end(), head) > 0)
    throw ConfigError(fmt::format(
        "{}: '{}' is no option of a run, so it can be neither swept nor followed by a dot{}",
        setting.where, head,
        head == "seeds" ? "; every point of a sweep runs with every seed of seeds: [0, 1]" : ""));
  std::vector<std::string> known = kOtherKeys;
  known.push_back("prune");
  for (const Slot& slot : slots()) known.push_back(slot.key);
  for (const OptionSchema* schema : {&experiment_option_schema(), &run_option_schema()})
    for (const OptionInfo& option : schema->options()) known.push_back(option.name);
  std::sort(known.begin(), known.end());
  throw ConfigError(unknown_name_message("key", head, setting.where, known));
}

[[noreturn]] void refuse_value(const std::string& key, const std::string& selector,
                               const Setting& setting) {
  throw ConfigError(fmt::format("{}: '{}' must be a map with the key '{}', found '{}'",
                                setting.where, key, selector, to_string(setting.value)));
}

[[noreturn]] void refuse_slot_key(const Slot& slot, const std::string& word, const Schemas& plugins,
                                  const Setting& setting) {
  std::set<std::string> known = {slot.selector};
  for (const auto& [name, schema] : plugins) {
    known.insert(name);
    for (const OptionInfo& option : schema->options()) known.insert(option.name);
  }
  throw ConfigError(unknown_name_message("key", word, setting.where + ": " + slot.key,
                                         {known.begin(), known.end()}));
}

/// Keys below `sanity` are options of a run whose names have a dot.
[[noreturn]] void refuse_sanity_key(const std::string& key, const Setting& setting) {
  static const std::vector<std::string> known = {std::string(kPermuteLabels)};
  throw ConfigError(unknown_name_message("key", key, setting.where, known));
}

void check_prune_key(const SplitKey& key, const Setting& setting) {
  if (!key.nested) refuse_value("prune", "kind", setting);
  if (prune_option_schema().find(key.rest) == nullptr)
    prune_option_schema().refuse(key.rest, setting.where + ": prune");
}

bool has_option(const Schemas& plugins, std::string_view name) {
  return std::any_of(plugins.begin(), plugins.end(),
                     [&](const auto& plugin) { return plugin.second->find(name) != nullptr; });
}

/// Whether the name of some option begins with this word and a dot.
bool has_option_below(const Schemas& plugins, const std::string& word) {
  return std::any_of(plugins.begin(), plugins.end(), [&](const auto& plugin) {
    return std::ranges::any_of(plugin.second->options(), [&](const OptionInfo& option) {
      return option.name.starts_with(word + ".");
    });
  });
}

/// @param key  without the slot's name: "name", "c", "tune.c", "svm.c" or "svm.tune.c"
void check_slot_key(const Slot& slot, const std::string& key, const Setting& setting,
                    const Registry& registry) {
  const bool may_tune = slot.key == "method";
  if (key == slot.selector || (may_tune && key.starts_with("tune."))) return;
  const SplitKey parts(key);
  const Schemas plugins = slot.all(registry);
  if (const auto plugin = plugins.find(parts.head); plugin != plugins.end() && parts.nested) {
    if (may_tune && parts.rest.starts_with("tune.")) return;
    check_setting(*plugin->second, parts.rest, setting,
                  fmt::format("{}: {} {}", setting.where, slot.key, parts.head));
    return;
  }
  if (has_option(plugins, key)) return;  // of an option whose name has a dot
  if (has_option_below(plugins, parts.head)) refuse_slot_key(slot, key, plugins, setting);
  if (!has_option(plugins, parts.head)) refuse_slot_key(slot, parts.head, plugins, setting);
  if (parts.nested)
    throw ConfigError(fmt::format(
        "{}: '{}{}' takes one value, found a map; text that begins with {{ needs quotes",
        setting.where, slot.prefix, parts.head));
}

/// The options that a key can be about. Which of them, only the chosen plug-in tells.
std::vector<const OptionInfo*> options_of(const std::string& key, const Registry& registry) {
  std::vector<const OptionInfo*> result;
  const auto add = [&](const OptionSchema& schema, std::string_view name) {
    if (const OptionInfo* option = schema.find(name)) result.push_back(option);
  };
  add(experiment_option_schema(), key);
  add(run_option_schema(), key);
  if (key.starts_with(kPrunePrefix)) add(prune_option_schema(), key.substr(kPrunePrefix.size()));
  for (const Slot& slot : slots()) {
    if (!key.starts_with(slot.prefix)) continue;
    const std::string rest = key.substr(slot.prefix.size());
    for (const auto& [name, schema] : slot.all(registry)) {
      add(*schema, rest);
      if (rest.starts_with(name + ".")) add(*schema, rest.substr(name.size() + 1));
    }
  }
  return result;
}

}  // namespace

void check_key(const std::string& key, const Setting& setting, const Registry& registry) {
  const SplitKey parts(key);
  if (experiment_option_schema().find(key) != nullptr || run_option_schema().find(key) != nullptr)
    return;
  if (parts.head == "prune") return check_prune_key(parts, setting);
  if (parts.head == "sanity") refuse_sanity_key(key, setting);
  for (const Slot& slot : slots()) {
    if (parts.head != slot.key) continue;
    if (!parts.nested) refuse_value(key, slot.selector, setting);
    return check_slot_key(slot, parts.rest, setting, registry);
  }
  refuse_key(parts.head, setting);
}

bool is_path_key(const std::string& key, const Registry& registry) {
  const auto options = options_of(key, registry);
  return std::any_of(options.begin(), options.end(),
                     [](const OptionInfo* option) { return option->type == OptionType::path; });
}

bool is_value_key(const std::string& key, const Registry& registry) {
  return !options_of(key, registry).empty() ||
         std::any_of(slots().begin(), slots().end(),
                     [&](const Slot& slot) { return key == slot.selecting_key; });
}

}  // namespace genrebench
