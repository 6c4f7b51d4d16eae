#include "harness/plugin/option_schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "base/closest_name.hpp"
#include "base/decimal.hpp"
#include "base/error.hpp"

namespace genrebench {
namespace {

/// "an integer from 1 to 9, or 'all'".
std::string number_and_range(const OptionInfo& option) {
  std::string text = option.type == OptionType::integer ? "an integer" : "a number";
  const bool low = std::isfinite(option.minimum), high = std::isfinite(option.maximum);
  if (low && high)
    text += fmt::format(" from {:g} to {:g}", option.minimum, option.maximum);
  else if (low)
    text += fmt::format(" of at least {:g}", option.minimum);
  else if (high)
    text += fmt::format(" of at most {:g}", option.maximum);
  for (const std::string& word : option.choices) text += fmt::format(", or '{}'", word);
  return text;
}

std::string type_and_range(const OptionInfo& option) {
  const std::string choices = fmt::format("{}", fmt::join(option.choices, ", "));
  switch (option.type) {
    case OptionType::boolean:
      return "true or false";
    case OptionType::integer:
    case OptionType::number:
      return number_and_range(option);
    case OptionType::text:
      return "text";
    case OptionType::path:
      return "a path";
    case OptionType::choice:
      return "one of " + choices;
    case OptionType::list:
      return option.choices.empty() ? "a list of words" : "a list of any of " + choices;
  }
  return "?";
}

[[noreturn]] void refuse_value(const OptionInfo& option, const OptionValue& value,
                               std::string_view where) {
  const std::string found = to_string(value);
  const bool nothing = std::holds_alternative<std::monostate>(value);
  std::string hint;
  if (option.type == OptionType::choice && std::holds_alternative<std::string>(value))
    if (const auto nearest = nearest_name(found, option.choices))
      hint = fmt::format("; did you mean '{}'?", *nearest);
  throw ConfigError(fmt::format("{}: option '{}' must be {}{}, found {}{}", where, option.name,
                                type_and_range(option), option.automatic ? ", or auto" : "",
                                nothing ? "nothing" : fmt::format("'{}'", found), hint));
}

bool among(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool in_range(const OptionInfo& option, double number) {
  return number >= option.minimum && number <= option.maximum;
}

/// True for words that leave the choice to the plug-in.
bool is_auto(const OptionValue& value) {
  const auto* word = std::get_if<std::string>(&value);
  return std::holds_alternative<std::monostate>(value) ||
         (word != nullptr && among({"auto", "null", "Null", "NULL", "~"}, *word));
}

// Each of these gives the value as the option's type, or nothing if it is not of that type. A word
// is read as that type.

using Checked = std::optional<OptionValue>;

Checked as_boolean(const OptionValue& value) {
  if (std::holds_alternative<bool>(value)) return value;
  if (value == OptionValue(std::string("true"))) return true;
  if (value == OptionValue(std::string("false"))) return false;
  return std::nullopt;
}

std::optional<std::int64_t> integer_of(const OptionValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  const auto* word = std::get_if<std::string>(&value);
  return word == nullptr ? std::nullopt : decimal_integer(*word);
}

Checked as_integer(const OptionInfo& option, const OptionValue& value) {
  if (const auto* word = std::get_if<std::string>(&value); word && among(option.choices, *word))
    return value;
  const auto integer = integer_of(value);
  return integer && in_range(option, static_cast<double>(*integer)) ? Checked(*integer)
                                                                    : std::nullopt;
}

Checked as_number(const OptionInfo& option, const OptionValue& value) {
  double number = std::nan("");
  if (const auto integer = integer_of(value))
    number = static_cast<double>(*integer);
  else if (const auto* real = std::get_if<double>(&value))
    number = *real;
  else if (const auto* word = std::get_if<std::string>(&value))
    number = decimal_number(*word).value_or(number);
  return in_range(option, number) ? Checked(number) : std::nullopt;
}

Checked as_choice(const OptionInfo& option, const OptionValue& value) {
  const auto* word = std::get_if<std::string>(&value);
  return word != nullptr && among(option.choices, *word) ? Checked(value) : std::nullopt;
}

Checked as_text(const OptionValue& value) {
  if (std::holds_alternative<std::vector<std::string>>(value)) return std::nullopt;
  return to_string(value);
}

/// A list of one word or number may be given without brackets, and an empty word is no word.
Checked as_list(const OptionInfo& option, const OptionValue& value) {
  std::vector<std::string> words;
  if (const auto* list = std::get_if<std::vector<std::string>>(&value))
    words = *list;
  else if (const std::string word = to_string(value); !word.empty())
    words = {word};
  const bool fits = option.choices.empty() ||
                    std::all_of(words.begin(), words.end(), [&](const std::string& word) {
                      return among(option.choices, word);
                    });
  return fits ? Checked(words) : std::nullopt;
}

/// @param value  not `auto`
Checked as_type(const OptionInfo& option, const OptionValue& value) {
  switch (option.type) {
    case OptionType::boolean:
      return as_boolean(value);
    case OptionType::integer:
      return as_integer(option, value);
    case OptionType::number:
      return as_number(option, value);
    case OptionType::choice:
      return as_choice(option, value);
    case OptionType::text:
    case OptionType::path:
      return as_text(value);
    case OptionType::list:
      return as_list(option, value);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(OptionType type) {
  switch (type) {
    case OptionType::boolean:
      return "boolean";
    case OptionType::integer:
      return "integer";
    case OptionType::number:
      return "number";
    case OptionType::text:
      return "text";
    case OptionType::choice:
      return "choice";
    case OptionType::list:
      return "list";
    case OptionType::path:
      return "path";
  }
  return "?";
}

OptionSchema::OptionSchema(std::vector<OptionInfo> options, std::vector<Preset> presets,
                           std::string preset_option, std::vector<std::string> alternatives)
    : options_(std::move(options)),
      presets_(std::move(presets)),
      preset_option_(std::move(preset_option)),
      alternatives_(std::move(alternatives)) {
  for (OptionInfo& option : options_) {
    if (find(option.name) != &option)
      throw std::logic_error("option '" + option.name + "' declared twice");
    option.default_value = check(option, option.default_value, "default");
  }
  for (Preset& preset : presets_)
    for (auto& [name, value] : preset.values) {
      const OptionInfo* option = find(name);
      if (option == nullptr)
        throw std::logic_error("preset '" + preset.name + "' sets '" + name +
                               "', which is no option");
      value = check(*option, value, "preset " + preset.name);
    }
}

const OptionInfo* OptionSchema::find(std::string_view name) const& {
  const auto found = std::find_if(options_.begin(), options_.end(),
                                  [&](const OptionInfo& o) { return o.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

void OptionSchema::refuse(std::string_view name, std::string_view where) const {
  std::vector<std::string> known;
  for (const OptionInfo& option : options_) known.push_back(option.name);
  throw ConfigError(unknown_name_message("option", name, where, known));
}

OptionValue OptionSchema::check(const OptionInfo& option, const OptionValue& value,
                                std::string_view where) const {
  if (option.automatic && is_auto(value)) return std::monostate{};
  if (!std::holds_alternative<std::monostate>(value))
    if (Checked checked = as_type(option, value)) return *std::move(checked);
  refuse_value(option, value, where);
}

OptionValue OptionSchema::check(std::string_view name, const OptionValue& value,
                                std::string_view where) const {
  const OptionInfo* option = find(name);
  if (option == nullptr) refuse(name, where);
  return check(*option, value, where);
}

OptionValues OptionSchema::resolve(const OptionValues& given, std::string_view where) const {
  OptionValues resolved = defaults(given, where);
  clear_alternatives(given, where, resolved);
  for (const auto& [name, value] : given) resolved[name] = check(name, value, where);
  return resolved;
}

OptionValues OptionSchema::defaults(const OptionValues& given, std::string_view where) const {
  OptionValues result;
  for (const OptionInfo& option : options_) result[option.name] = option.default_value;
  const auto chosen = given.find(preset_option_);
  if (presets_.empty() || chosen == given.end()) return result;
  const auto name = std::get<std::string>(check(preset_option_, chosen->second, where));
  for (const Preset& preset : presets_)
    if (preset.name == name)
      for (const auto& [option, value] : preset.values) result[option] = value;
  return result;
}

void OptionSchema::clear_alternatives(const OptionValues& given, std::string_view where,
                                      OptionValues& resolved) const {
  const auto n_set =
      std::count_if(alternatives_.begin(), alternatives_.end(), [&](const std::string& name) {
        const auto found = given.find(name);
        return found != given.end() && !std::holds_alternative<std::monostate>(found->second);
      });
  if (n_set > 1)
    throw ConfigError(fmt::format("{}: expected one of {}, found {} of them", where,
                                  fmt::join(alternatives_, ", "), n_set));
  if (n_set == 1)
    for (const std::string& name : alternatives_) resolved[name] = {};
}

}  // namespace genrebench
