#include "harness/experiment/run_parameters.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "harness/experiment/pruning.hpp"
#include "harness/experiment/run_options.hpp"
#include "harness/experiment/slots.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

const std::string kNoPrefix;

constexpr char kPlaceMark = '#';  // no name of an option has it

/// Which values for_each_value() visits.
enum class Values {
  all,
  /// Those that decide the result. Presets are left out, as their values are there, and so are
  /// values that are the defaults: an option that is new then changes no id. A default that changes
  /// raises its plug-in's version.
  identifying
};

template <typename Take>
void visit_slots(const RunSpec& spec, const Registry& registry, Values which, const Take& take) {
  for (const Slot& slot : slots()) {
    const PluginChoice& choice = spec.*slot.choice;
    if (choice.name.empty()) continue;
    const OptionSchema& schema = *slot.find(registry, choice.name);
    take(slot.prefix, slot.selector, choice.name);
    for (const auto& [name, value] : choice.options) {
      const OptionInfo& option = *schema.find(name);
      const bool identifies =
          option.identity && name != schema.preset_option() && value != option.default_value;
      if (which == Values::all || identifies) take(slot.prefix, name, to_string(value));
    }
  }
}

template <typename Take>
void visit_tune(const RunSpec& spec, const Take& take) {
  static const std::string kTune = "method.tune.";
  for (const auto& [name, values] : spec.tune) {
    std::vector<std::string> words;
    for (const OptionValue& value : values) words.push_back(to_string(value));
    take(kTune, name, to_string(OptionValue(words)));
  }
}

template <typename Take>
void visit_run_options(const RunOptions& options, Values which, const Take& take) {
  static const RunOptions kDefaults;
  const bool all = which == Values::all;
  if (options.known_clusters) take(kNoPrefix, "known_clusters", "true");
  if (options.task == Task::segmentation) {
    take(kNoPrefix, "task", to_string(options.task));
  } else {
    if (all || options.standardise != kDefaults.standardise)
      take(kNoPrefix, "standardise", options.standardise ? "true" : "false");
    if (all || options.vote != kDefaults.vote) take(kNoPrefix, "vote", to_string(options.vote));
    if (options.calibrate != kDefaults.calibrate)
      take(kNoPrefix, "calibrate", to_string(options.calibrate));
    if (options.permute_labels) take(kNoPrefix, std::string(kPermuteLabels), "true");
  }
  if (all || options.on_bad_track != kDefaults.on_bad_track)
    take(kNoPrefix, "on_bad_track", to_string(options.on_bad_track));
}

/// Calls `take(prefix, name, text)` for every resolved value; its key is the prefix and the name.
template <typename Take>
void for_each_value(const RunSpec& spec, const Registry& registry, Values which, const Take& take) {
  visit_slots(spec, registry, which, take);
  visit_tune(spec, take);
  visit_run_options(spec.options, which, take);
  if (which == Values::all)
    for (const auto& [name, text] : spec.handling) take(kNoPrefix, name, text);
}

std::map<std::string, std::string> values_of(const RunSpec& spec, const Registry& registry,
                                             Values which) {
  std::map<std::string, std::string> result;
  for_each_value(spec, registry, which,
                 [&](const std::string& prefix, const std::string& name, std::string text) {
                   result.emplace(prefix + name, std::move(text));
                 });
  return result;
}

}  // namespace

std::map<std::string, std::string> RunSpec::parameters(const Registry& registry) const {
  return values_of(*this, registry, Values::all);
}

std::map<std::string, std::string> RunSpec::identity(const Registry& registry) const {
  return values_of(*this, registry, Values::identifying);
}

std::map<std::string, fs::path> RunSpec::content_files(const Registry& registry) const {
  std::map<std::string, fs::path> result;
  for (const Slot& slot : slots()) {
    const PluginChoice& choice = this->*slot.choice;
    if (choice.name.empty()) continue;
    for (const OptionInfo& option : slot.find(registry, choice.name)->options()) {
      if (!option.content) continue;
      const OptionValue& value = choice.options.at(option.name);
      const std::string key = slot.prefix + option.name;
      if (const auto* file = std::get_if<std::string>(&value); file != nullptr && !file->empty())
        result[key] = *file;
      if (const auto* files = std::get_if<std::vector<std::string>>(&value))
        for (std::size_t i = 0; i < files->size(); ++i)
          result[fmt::format("{}{}{:03}", key, kPlaceMark, i)] = (*files)[i];
    }
  }
  return result;
}

std::string option_of_content(const std::string& key) {
  return key.substr(0, key.find(kPlaceMark));
}

std::string parameters_text(const RunSpec& spec, const Registry& registry) {
  std::string all;
  for_each_value(spec, registry, Values::all,
                 [&](const std::string& prefix, const std::string& name, const std::string& text) {
                   all.append(prefix).append(name).append(1, '\0').append(text).append(1, '\0');
                 });
  return all;
}

bool is_handling(std::string_view key) {
  const OptionInfo* option = key.starts_with(kPrunePrefix)
                                 ? prune_option_schema().find(key.substr(kPrunePrefix.size()))
                                 : run_option_schema().find(key);
  return option != nullptr && !option->identity;
}

}  // namespace genrebench
