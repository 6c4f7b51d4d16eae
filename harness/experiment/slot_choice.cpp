#include "harness/experiment/slot_choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "base/build_info.hpp"
#include "base/closest_name.hpp"
#include "base/error.hpp"

namespace genrebench {
namespace {

const std::string kTunePrefix = "tune.";

/// The name behind "tune."; empty if the option is not to be tuned.
std::optional<std::string> tuned_option(const std::string& option) {
  if (!option.starts_with(kTunePrefix)) return std::nullopt;
  return option.substr(kTunePrefix.size());
}

[[noreturn]] void refuse_plugin(const Slot& slot, const std::string& name, const Setting* selected,
                                const Registry& registry) {
  std::vector<std::string> names;
  for (const auto& [known, schema] : slot.all(registry)) names.push_back(known);
  if (name.empty())
    throw ConfigError(
        fmt::format("'{}' is not given (known: {})", slot.selecting_key, fmt::join(names, ", ")));
  const std::string kind = slot.key == "features" ? "feature" : slot.key;
  const std::string where = selected == nullptr ? "default" : selected->where;
  throw ConfigError(
      unknown_name_message(kind, name, where + ": " + slot.selecting_key, names) +
      (slot.key == "method" && !kWithTorch
           ? "; this genrebench was built without the deep methods (GENREBENCH_WITH_TORCH=OFF)"
           : ""));
}

/// The name of the plug-in; empty if none is written.
std::string word_of(const Setting& selected) {
  return std::holds_alternative<std::monostate>(selected.value) ? std::string()
                                                                : to_string(selected.value);
}

/// One setting as it applies to the chosen plug-in.
struct Given {
  Layer layer;
  bool for_this_plugin;  ///< below the plug-in's name, so stronger than what is for all
  std::string option;    ///< "c" or "tune.c"
  const Setting* setting;

  auto strength() const { return std::tuple(layer, for_this_plugin, option); }
};

/// The settings that apply to the chosen plug-in, from the weakest to the strongest.
std::vector<Given> settings_for(const Slot& slot, const Settings& settings,
                                const std::string& plugin, const OptionSchema& schema,
                                const Registry& registry) {
  const auto selected = settings.find(slot.selecting_key);
  const bool chosen_by_command_line =
      selected != settings.end() && selected->second.layer == Layer::command_line;
  // Names of options may have a dot: "train_size.per_genre".
  const Schemas plugins = slot.all(registry);
  const auto is_option = [&](const std::string& name) {
    return std::ranges::any_of(plugins,
                               [&](const auto& any) { return any.second->find(name) != nullptr; });
  };
  std::vector<Given> result;
  for (const auto& [key, setting] : settings) {
    if (key == slot.selecting_key) continue;
    const std::string option = key.substr(slot.prefix.size());
    const auto tuned = tuned_option(option);
    const std::size_t dot = option.find('.');
    if (dot == std::string::npos || tuned || is_option(option)) {
      const bool left_behind = chosen_by_command_line && setting.layer != Layer::command_line &&
                               schema.find(tuned.value_or(option)) == nullptr;
      if (!left_behind) result.push_back({setting.layer, false, option, &setting});
    } else if (option.substr(0, dot) == plugin) {
      result.push_back({setting.layer, true, option.substr(dot + 1), &setting});
    }
  }
  std::sort(result.begin(), result.end(),
            [](const Given& a, const Given& b) { return a.strength() < b.strength(); });
  return result;
}

/// The values to try of an option that is tuned.
std::vector<OptionValue> candidates_of(const std::string& name, const Setting& setting,
                                       const OptionSchema& schema, const std::string& where) {
  if (schema.find(name) == nullptr) schema.refuse(name, where + " tune");
  const auto* words = std::get_if<std::vector<std::string>>(&setting.value);
  if (words == nullptr || words->empty())
    throw ConfigError(fmt::format("{}: tune.{} must be a list of values to try", where, name));
  std::vector<OptionValue> candidates;
  for (const std::string& word : *words) candidates.push_back(schema.check(name, word, where));
  return candidates;
}

/// Collects option values from the weakest to the strongest.
class StrongestValues {
 public:
  explicit StrongestValues(const OptionSchema& schema) : schema_(schema) {}

  void set(const std::string& option, OptionValue value, Layer layer) {
    const bool automatic = std::holds_alternative<std::monostate>(value);
    values_[option] = std::move(value);
    layers_[option] = layer;
    if (!automatic) drop_weaker_alternatives(option);
  }

  const OptionValues& all() const { return values_; }

 private:
  /// An option of a later layer replaces its alternatives of earlier ones. Two of one layer stay,
  /// and are refused.
  void drop_weaker_alternatives(const std::string& option) {
    const auto& alternatives = schema_.alternatives();
    if (std::find(alternatives.begin(), alternatives.end(), option) == alternatives.end()) return;
    for (const std::string& other : alternatives)
      if (const auto weaker = layers_.find(other);
          weaker != layers_.end() && weaker->second < layers_.at(option))
        values_.erase(other);
  }

  const OptionSchema& schema_;
  OptionValues values_;
  std::map<std::string, Layer> layers_;
};

}  // namespace

SlotChoice choose_plugin(const Slot& slot, const Settings& settings, const Registry& registry) {
  const auto selected = settings.find(slot.selecting_key);
  SlotChoice result;
  PluginChoice& plugin = result.plugin;
  plugin.name = selected == settings.end() ? slot.fallback : word_of(selected->second);
  if (slot.optional && (settings.empty() || plugin.name == kNoPlugin)) return {};
  const OptionSchema* schema = slot.find(registry, plugin.name);
  if (schema == nullptr)
    refuse_plugin(slot, plugin.name, selected == settings.end() ? nullptr : &selected->second,
                  registry);
  const std::string where = slot.key + " " + plugin.name;
  StrongestValues values(*schema);
  for (const Given& given : settings_for(slot, settings, plugin.name, *schema, registry)) {
    const std::string here = given.setting->where + ": " + where;
    if (const auto tuned = tuned_option(given.option)) {
      result.tune[*tuned] = candidates_of(*tuned, *given.setting, *schema, here);
    } else {
      values.set(given.option, check_setting(*schema, given.option, *given.setting, here),
                 given.layer);
    }
  }
  plugin.options = schema->resolve(values.all(), where);
  return result;
}

}  // namespace genrebench
