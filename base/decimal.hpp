#pragma once
// Numbers as people write them: always decimal, whatever a leading 0 or 0x means elsewhere.

#include <cstdint>
#include <optional>
#include <string_view>

namespace genrebench {

/// A whole number: at most one sign, then digits. "010" is ten.
/// @return  nothing if the text is anything else ("0x10", "1e3", "1_000", "1.0", " 1", ""), or the
///          number does not fit
std::optional<std::int64_t> decimal_integer(std::string_view text);

/// The same without a minus sign.
std::optional<std::uint64_t> decimal_unsigned(std::string_view text);

/// A finite number: "0.5", "-3", ".5", "1e-3".
/// @return  nothing if the text is anything else ("inf", "nan", "0x1p3", "1,5"), or the number is
///          beyond what a double holds
std::optional<double> decimal_number(std::string_view text);

}  // namespace genrebench
