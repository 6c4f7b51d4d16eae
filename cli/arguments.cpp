#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <type_traits>

#include "base/decimal.hpp"

namespace genrebench::cli {
namespace {

template <typename T>
std::string default_text_of(const T& target) {
  if constexpr (std::is_same_v<T, std::filesystem::path>)
    return target.string();
  else if constexpr (std::is_same_v<T, std::vector<std::string>>)
    return fmt::format("{}", fmt::join(target, " "));
  else
    return fmt::format("{}", target);
}

/// CLI11 takes 010 for eight, 0x10 for sixteen, and nan for a number in any range.
template <typename T>
void read_decimal(CLI::Option& option) {
  if constexpr (std::is_arithmetic_v<T>)
    option.transform(CLI::Validator(
        [](std::string& text) -> std::string {
          if constexpr (std::is_floating_point_v<T>) {
            return decimal_number(text) ? "" : fmt::format("expected a number, found '{}'", text);
          } else {
            const auto number = decimal_integer(text);
            if (!number) return fmt::format("expected a whole number, found '{}'", text);
            text = std::to_string(*number);
            return "";
          }
        },
        ""));
}

/// A path that is empty is a mistake, such as a variable of the shell that is not set. Only the
/// cache may be none.
template <typename T>
void check_path(CLI::Option& option, const ArgumentInfo& info) {
  if constexpr (std::is_same_v<T, std::filesystem::path>)
    if (info.name != "--cache")
      option.check(CLI::Validator(
          [](const std::string& text) {
            return text.empty() ? "expected a path, found an empty text" : std::string();
          },
          ""));
}

template <typename T>
void check_range(CLI::Option& option, const ArgumentInfo& info) {
  if constexpr (std::is_arithmetic_v<T>) {
    if (!std::isfinite(info.minimum) || !std::isfinite(info.maximum)) return;
    if constexpr (std::is_floating_point_v<T>)
      option.check(CLI::Range(info.minimum, info.maximum));
    else
      option.check(CLI::Range(static_cast<std::int64_t>(info.minimum),
                              static_cast<std::int64_t>(info.maximum)));
  }
}

}  // namespace

std::vector<std::string> Argument::names() const {
  std::vector<std::string> result;
  if (positional()) return result;
  std::size_t begin = 0;
  while (true) {
    const std::size_t comma = info_.name.find(',', begin);
    result.push_back(info_.name.substr(begin, comma - begin));
    if (comma == std::string::npos) return result;
    begin = comma + 1;
  }
}

bool Argument::given() const { return option_->count() > 0; }

template <typename T>
Argument& Arguments::add(ArgumentInfo info, T& target) {
  CLI::Option* option = app_.add_option(info.name, target, info.help);
  if (!info.any_words) refuse_options_as_values(*option);
  check_range<T>(*option, info);
  check_path<T>(*option, info);
  read_decimal<T>(*option);  // the last is called first
  if (!info.choices.empty()) option->check(CLI::IsMember(info.choices));
  if (info.required) option->required();
  if (info.one_per_use) option->allow_extra_args(false);
  std::string default_text = info.hide_default ? std::string() : default_text_of(target);
  return keep(std::move(info), option, std::move(default_text));
}

template Argument& Arguments::add(ArgumentInfo, int&);
template Argument& Arguments::add(ArgumentInfo, std::size_t&);
template Argument& Arguments::add(ArgumentInfo, std::int64_t&);
template Argument& Arguments::add(ArgumentInfo, double&);
template Argument& Arguments::add(ArgumentInfo, std::string&);
template Argument& Arguments::add(ArgumentInfo, std::filesystem::path&);
template Argument& Arguments::add(ArgumentInfo, std::vector<std::string>&);

Argument& Arguments::add_flag(ArgumentInfo info, bool& target) {
  CLI::Option* option = app_.add_flag(info.name, target, info.help);
  Argument& argument = keep(std::move(info), option, {});
  argument.flag_ = true;
  return argument;
}

Argument& Arguments::add_flag(ArgumentInfo info, std::function<void()> when_given) {
  CLI::Option* option = app_.add_flag_callback(info.name, std::move(when_given), info.help);
  Argument& argument = keep(std::move(info), option, {});
  argument.flag_ = true;
  return argument;
}

Argument& Arguments::add_text(ArgumentInfo info, const std::string& default_text,
                              std::function<void(const std::string&)> set) {
  CLI::Option* option = app_.add_option_function<std::string>(info.name, std::move(set), info.help);
  option->check(CLI::IsMember(info.choices));
  return keep(std::move(info), option, default_text);
}

/// `--db --out o` is not meant to use a store called "--out".
void Arguments::refuse_options_as_values(CLI::Option& option) const {
  option.check(CLI::Validator(
      [this](const std::string& text) -> std::string {
        for (const Argument& argument : all_)
          for (const std::string& name : argument.names())
            if (name == text) return "expected a value, found the option " + text;
        return {};
      },
      ""));
}

void Arguments::exclude(const Argument& one, const Argument& other) {
  one.option_->excludes(other.option_);
}

Argument& Arguments::keep(ArgumentInfo info, CLI::Option* option, std::string default_text) {
  Argument& argument = all_.emplace_back(std::move(info), option);
  argument.default_text_ = std::move(default_text);
  return argument;
}

}  // namespace genrebench::cli
