#pragma once
// From settings by dotted key to a run with every option resolved.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "harness/experiment/pruning.hpp"
#include "harness/experiment/run_options.hpp"
#include "harness/experiment/run_spec.hpp"
#include "harness/experiment/settings.hpp"
#include "harness/experiment/slot_choice.hpp"
#include "harness/experiment/slots.hpp"

namespace genrebench {

/// Resolves one run after the other. A run often repeats what the run before it says of a slot;
/// then the plug-in and its options are taken from that run.
/// @tparam Value  what a key has: a Setting, or the text that the store keeps
template <typename Value>
class Resolver {
 public:
  using Values = std::map<std::string, Value>;
  /// Makes a setting of one of the values.
  using Read =
      std::function<Setting(const std::string& key, const Value& value, const Values& all)>;

  /// Keeps a reference to the registry.
  Resolver(const Registry& registry, Read read)
      : registry_(registry), read_(std::move(read)), last_(slots().size()) {}

  /// @return  the run, of seed 0
  /// @throws ConfigError
  RunSpec operator()(const Values& given) {
    RunSpec spec;
    spec.options = run_option_table().parse(
        run_option_schema().resolve(values_of(run_option_schema(), {}, given, spec), "experiment"));
    spec.prune = prune_option_table().parse(prune_option_schema().resolve(
        values_of(prune_option_schema(), std::string(kPrunePrefix), given, spec), "prune"));
    if (!spec.prune.on())
      std::erase_if(spec.handling,
                    [](const auto& one) { return one.first.starts_with(kPrunePrefix); });
    for (std::size_t i = 0; i < slots().size(); ++i) {
      const Slot& slot = slots()[i];
      if (spec.segmentation() && slot.key != "dataset" && slot.key != "excerpt") {
        if (slot.optional && !resolve(i, given).plugin.name.empty())
          throw ConfigError(fmt::format(
              "{}: a run of task segmentation deforms nothing; leave it out", slot.key));
        continue;
      }
      const SlotChoice& choice = resolve(i, given);
      spec.*slot.choice = choice.plugin;
      spec.tune.insert(choice.tune.begin(), choice.tune.end());
    }
    return spec;
  }

 private:
  struct Last {
    Values given;
    std::optional<SlotChoice> choice;
  };

  /// What is given of options that belong to no plug-in.
  OptionValues values_of(const OptionSchema& schema, const std::string& prefix, const Values& given,
                         RunSpec& spec) const {
    OptionValues values;
    for (const OptionInfo& option : schema.options()) {
      const auto found = given.find(prefix + option.name);
      if (found == given.end()) continue;
      const Setting setting = read_(found->first, found->second, given);
      values[option.name] = check_setting(schema, option.name, setting,
                                          setting.where + (prefix.empty() ? "" : ": prune"));
      if (!option.identity && values[option.name] != option.default_value)
        spec.handling[found->first] = to_string(values[option.name]);
    }
    return values;
  }

  const SlotChoice& resolve(std::size_t i, const Values& given) {
    const Slot& slot = slots()[i];
    Last& last = last_[i];
    const auto begin = given.lower_bound(slot.prefix);
    auto end = begin;
    while (end != given.end() && end->first.starts_with(slot.prefix)) ++end;
    if (last.choice && std::equal(begin, end, last.given.begin(), last.given.end()))
      return *last.choice;
    last.choice.reset();
    last.given = Values(begin, end);
    Settings settings;
    for (const auto& [key, value] : last.given)
      settings.emplace_hint(settings.end(), key, read_(key, value, given));
    return last.choice.emplace(choose_plugin(slot, settings, registry_));
  }

  const Registry& registry_;
  Read read_;
  std::vector<Last> last_;  ///< one per slot
};

}  // namespace genrebench
