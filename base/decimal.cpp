#include "base/decimal.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

namespace genrebench {
namespace {

template <typename Number>
std::optional<Number> parse(std::string_view text) {
  // from_chars takes no plus sign, and would take the minus sign of "+-1".
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> decimal_integer(std::string_view text) {
  return parse<std::int64_t>(text);
}

std::optional<std::uint64_t> decimal_unsigned(std::string_view text) {
  return parse<std::uint64_t>(text);
}

std::optional<double> decimal_number(std::string_view text) {
  const auto number = parse<double>(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

}  // namespace genrebench
