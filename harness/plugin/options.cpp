#include "harness/plugin/options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "base/closest_name.hpp"

namespace genrebench {
namespace {

std::string type_and_range(const OptionInfo& option) {
  const auto bound = [](double value) { return fmt::format("{:g}", value); };
  std::string text;
  switch (option.type) {
    case OptionType::boolean:
      text = "true or false";
      break;
    case OptionType::integer:
    case OptionType::number: {
      text = option.type == OptionType::integer ? "an integer" : "a number";
      const bool low = std::isfinite(option.minimum), high = std::isfinite(option.maximum);
      if (low && high)
        text += fmt::format(" from {} to {}", bound(option.minimum), bound(option.maximum));
      else if (low)
        text += fmt::format(" of at least {}", bound(option.minimum));
      else if (high)
        text += fmt::format(" of at most {}", bound(option.maximum));
      for (const std::string& word : option.choices) text += fmt::format(", or '{}'", word);
      break;
    }
    case OptionType::text:
      text = "text";
      break;
    case OptionType::path:
      text = "a path";
      break;
    case OptionType::choice:
      text = fmt::format("one of {}", fmt::join(option.choices, ", "));
      break;
    case OptionType::list:
      text = option.choices.empty()
                 ? std::string("a list of words")
                 : fmt::format("a list of any of {}", fmt::join(option.choices, ", "));
      break;
  }
  if (option.automatic) text += ", or auto";
  return text;
}

[[noreturn]] void refuse(const OptionInfo& option, const OptionValue& value,
                         std::string_view where) {
  const std::string found = to_string(value);
  std::string hint;
  if (option.type == OptionType::choice && std::holds_alternative<std::string>(value))
    if (const auto nearest = nearest_name(found, option.choices))
      hint = fmt::format("; did you mean '{}'?", *nearest);
  throw ConfigError(fmt::format("{}: option '{}' must be {}, found '{}'{}", where, option.name,
                                type_and_range(option), found, hint));
}

/// A word of a list as YAML reads it back: quoted unless it is plainly a word.
std::string list_word(const std::string& word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '/' || c == '-';
  };
  static const std::set<std::string> kYamlWords = {"null", "true", "false", "auto", "~", "-"};
  if (!word.empty() && word.front() != '-' && std::all_of(word.begin(), word.end(), plain) &&
      !kYamlWords.contains(word))
    return word;
  std::string quoted = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\n')
      quoted += "\\n";
    else if (c == '\r')
      quoted += "\\r";
    else if (c == '\t')
      quoted += "\\t";
    else
      quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string to_string(const OptionValue& value) {
  struct Writer {
    std::string operator()(std::monostate) const { return "auto"; }
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const { return std::to_string(v); }
    std::string operator()(double v) const { return fmt::format("{}", v); }
    std::string operator()(const std::string& v) const { return v; }
    std::string operator()(const std::vector<std::string>& v) const {
      std::vector<std::string> words(v.size());
      std::transform(v.begin(), v.end(), words.begin(), list_word);
      return fmt::format("[{}]", fmt::join(words, ", "));
    }
  };
  return std::visit(Writer{}, value);
}

OptionValue parse_option_value(std::string_view text) {
  if (text.empty()) return std::string();
  if (text == "auto" || text == "null" || text == "~") return std::monostate{};
  if (text == "true") return true;
  if (text == "false") return false;
  const char* const end = text.data() + text.size();
  const char* const begin = text.data() + (text.front() == '+' ? 1 : 0);
  std::int64_t integer = 0;
  if (const auto [stop, error] = std::from_chars(begin, end, integer);
      error == std::errc() && stop == end)
    return integer;
  double number = 0.0;
  if (const auto [stop, error] = std::from_chars(begin, end, number);
      error == std::errc() && stop == end && std::isfinite(number))
    return number;
  return std::string(text);
}

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
  for (std::size_t i = 0; i < options_.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      if (options_[i].name == options_[j].name)
        throw std::logic_error("option '" + options_[i].name + "' declared twice");
    options_[i].default_value = check(options_[i], options_[i].default_value, "default");
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

OptionValue OptionSchema::check(const OptionInfo& option, const OptionValue& value,
                                std::string_view where) const {
  if (std::holds_alternative<std::monostate>(value)) {
    if (!option.automatic) refuse(option, value, where);
    return value;
  }
  const auto in_range = [&](double v) { return v >= option.minimum && v <= option.maximum; };
  switch (option.type) {
    case OptionType::boolean:
      if (std::holds_alternative<bool>(value)) return value;
      break;
    case OptionType::integer:
      if (const auto* v = std::get_if<std::int64_t>(&value);
          v != nullptr && in_range(static_cast<double>(*v)))
        return value;
      if (const auto* word = std::get_if<std::string>(&value);
          word != nullptr &&
          std::find(option.choices.begin(), option.choices.end(), *word) != option.choices.end())
        return value;
      break;
    case OptionType::number: {
      double number = std::nan("");
      if (const auto* v = std::get_if<std::int64_t>(&value)) number = static_cast<double>(*v);
      if (const auto* v = std::get_if<double>(&value)) number = *v;
      if (in_range(number)) return number;
      break;
    }
    case OptionType::choice:
      if (const auto* v = std::get_if<std::string>(&value);
          v != nullptr &&
          std::find(option.choices.begin(), option.choices.end(), *v) != option.choices.end())
        return value;
      break;
    case OptionType::text:
    case OptionType::path:
      // A folder named 2024 or an artist called true is text all the same.
      if (!std::holds_alternative<std::vector<std::string>>(value)) return to_string(value);
      break;
    case OptionType::list: {
      std::vector<std::string> words;
      if (const auto* v = std::get_if<std::vector<std::string>>(&value))
        words = *v;
      else if (const auto* one = std::get_if<std::string>(&value); one != nullptr && !one->empty())
        words = {*one};
      else if (std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value))
        words = {to_string(value)};  // a list of one number
      else if (one == nullptr)
        break;
      for (const std::string& word : words)
        if (!option.choices.empty() &&
            std::find(option.choices.begin(), option.choices.end(), word) == option.choices.end())
          refuse(option, value, where);
      return words;
    }
  }
  refuse(option, value, where);
}

OptionValues OptionSchema::resolve(const OptionValues& given, std::string_view where) const {
  OptionValues resolved;
  for (const OptionInfo& option : options_) resolved[option.name] = option.default_value;
  if (const auto chosen = given.find(preset_option_); chosen != given.end() && !presets_.empty()) {
    const std::string preset =
        std::get<std::string>(check(*find(preset_option_), chosen->second, where));
    for (const Preset& p : presets_)
      if (p.name == preset)
        for (const auto& [name, value] : p.values) resolved[name] = value;
  }
  const auto is_set = [&](const std::string& name) {
    const auto found = given.find(name);
    return found != given.end() && !std::holds_alternative<std::monostate>(found->second);
  };
  if (const auto n_set = std::count_if(alternatives_.begin(), alternatives_.end(), is_set);
      n_set > 1)
    throw ConfigError(fmt::format("{}: expected one of {}, found {} of them", where,
                                  fmt::join(alternatives_, ", "), n_set));
  else if (n_set == 1)
    for (const std::string& name : alternatives_) resolved[name] = {};
  for (const auto& [name, value] : given) {
    const OptionInfo* option = find(name);
    if (option == nullptr) {
      std::vector<std::string> known;
      for (const OptionInfo& o : options_) known.push_back(o.name);
      throw ConfigError(unknown_name_message("option", name, where, known));
    }
    resolved[name] = check(*option, value, where);
  }
  return resolved;
}

}  // namespace genrebench
