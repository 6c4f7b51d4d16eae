#include "harness/experiment/stored_run_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "harness/experiment/option_words.hpp"
#include "harness/experiment/resolver.hpp"
#include "harness/experiment/slots.hpp"

namespace genrebench {
namespace {

using Parameters = std::map<std::string, std::string>;

/// The schema of the plug-in that stored parameters choose for a slot; null if there is none.
const OptionSchema* stored_schema(const Slot& slot, const Parameters& parameters,
                                  const Registry& registry) {
  const auto name = parameters.find(slot.selecting_key);
  return name == parameters.end() ? nullptr : slot.find(registry, name->second);
}

/// The option that a stored key is about; null if it is none of a plug-in.
const OptionInfo* stored_option(const std::string& key, const Parameters& parameters,
                                const Registry& registry) {
  for (const Slot& slot : slots()) {
    if (!key.starts_with(slot.prefix)) continue;
    if (const OptionSchema* schema = stored_schema(slot, parameters, registry))
      return schema->find(std::string_view(key).substr(slot.prefix.size()));
  }
  return nullptr;
}

/// Reads a value that RunSpec::parameters() wrote.
OptionValue stored_value(const std::string& key, const std::string& text,
                         const Parameters& parameters, const Registry& registry) {
  const OptionInfo* option = stored_option(key, parameters, registry);
  const bool list =
      option == nullptr ? key.starts_with("method.tune.") : option->type == OptionType::list;
  if (!list) return text;
  if (auto words = parse_list(text)) return *std::move(words);
  throw ConfigError(fmt::format("{}: expected a list in brackets, found '{}'", key, text));
}

}  // namespace

struct StoredRunReader::State {
  explicit State(const Registry& registry)
      : resolve(registry,
                [&registry](const std::string& key, const std::string& text, const auto& all) {
                  return Setting{stored_value(key, text, all, registry), "the store", Layer::file};
                }) {}

  Resolver<std::string> resolve;
};

StoredRunReader::StoredRunReader(const Registry& registry)
    : state_(std::make_unique<State>(registry)) {}
StoredRunReader::~StoredRunReader() = default;

RunSpec StoredRunReader::operator()(const Parameters& parameters, std::uint64_t seed) {
  try {
    RunSpec spec = state_->resolve(parameters);
    spec.seed = seed;
    return spec;
  } catch (const ConfigError& error) {
    throw DataError(fmt::format(
        "the store's configuration of the run does not fit this version of genrebench: {}",
        error.what()));
  }
}

RunSpec RunSpec::from_parameters(const Parameters& parameters, std::uint64_t seed,
                                 const Registry& registry) {
  return StoredRunReader(registry)(parameters, seed);
}

Parameters with_words(Parameters parameters, const std::vector<std::string>& words,
                      const Registry& registry) {
  std::vector<std::string> free;
  for (const Slot& slot : slots())
    if (const OptionSchema* schema = stored_schema(slot, parameters, registry))
      for (const OptionInfo& option : schema->options())
        if (!option.identity) free.push_back(slot.prefix + option.name);
  for (const std::string& word : words) {
    const auto [key, text] = key_and_text(word);
    if (std::find(free.begin(), free.end(), key) == free.end())
      throw ConfigError(fmt::format(
          "command line: '{}' cannot be changed, because it decides the result of the run; what "
          "can be changed: {}",
          key, free.empty() ? "nothing" : fmt::format("{}", fmt::join(free, ", "))));
    const OptionInfo* option = stored_option(key, parameters, registry);
    parameters[key] = to_string(value_of_word(text, option->type, "command line: " + key));
  }
  return parameters;
}

}  // namespace genrebench
