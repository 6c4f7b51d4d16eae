#pragma once
// What fuzz targets share: the contract that every parser keeps, and ways to take values and files
// out of an input.
//
// A target is one file FOLDER/NAME.cpp, FOLDER being the library that it needs. It defines
// `void genrebench::fuzz::fuzz_NAME(std::string_view input)`, which returns for every input; what
// breaks the contract ends the program.

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace genrebench::fuzz {

/// Says what is wrong and ends the program, which libFuzzer and the replay report with the input.
[[noreturn]] void broken(std::string_view what);

/// @param what  what should hold
inline void require(bool holds, std::string_view what) {
  if (!holds) broken(what);
}

/// That a message is one line that a terminal can show.
void check_message(std::string_view message);

/// Runs `work`, which may refuse the input with one of the two documented errors. Every other
/// exception ends the program.
/// @return  whether the input was accepted
template <typename Work>
bool accepts(const Work& work) {
  try {
    work();
    return true;
  } catch (const ConfigError& error) {
    check_message(error.what());
  } catch (const DataError& error) {
    check_message(error.what());
  }
  return false;
}

/// True if two blocks of floats are equal bit by bit, NaN included.
bool same_bits(std::span<const float> a, std::span<const float> b);

/// A folder of this process, which is removed when it ends.
const std::filesystem::path& scratch_folder();

/// Writes a file below the scratch folder.
std::filesystem::path scratch_file(const std::filesystem::path& name, std::string_view content);

/// Takes values out of an input, front to back. Behind its end everything is zero.
class Values {
 public:
  explicit Values(std::string_view input) : left_(input) {}

  bool empty() const { return left_.empty(); }
  std::string_view rest() const { return left_; }

  std::string_view bytes(std::size_t n) {
    const std::string_view taken = left_.substr(0, n);
    left_.remove_prefix(taken.size());
    return taken;
  }

  /// Up to the next line feed or the end.
  std::string_view line() {
    const std::string_view taken = left_.substr(0, left_.find('\n'));
    left_.remove_prefix(std::min(left_.size(), taken.size() + 1));
    return taken;
  }

  template <typename T>
  requires std::integral<T> || std::floating_point<T> T raw() {
    T value{};
    const std::string_view taken = bytes(sizeof value);
    std::memcpy(&value, taken.data(), taken.size());
    return value;
  }

  bool flag() { return (raw<std::uint8_t>() & 1) != 0; }

  /// A number from `low` to `high`, both included.
  template <std::integral T>
  T within(T low, T high) {
    const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    const std::uint64_t drawn = span < 256     ? raw<std::uint8_t>()
                                : span < 65536 ? raw<std::uint16_t>()
                                               : raw<std::uint64_t>();
    return static_cast<T>(static_cast<std::uint64_t>(low) +
                          (span == UINT64_MAX ? drawn : drawn % (span + 1)));
  }

  /// A number, sometimes one that no range includes.
  double real(double low, double high) {
    const auto kind = raw<std::uint8_t>();
    if (kind < 8) return raw<double>();
    if (kind < 16) {
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      constexpr double kOdd[] = {0.0,    -1.0, 1e-310,    1e300,
                                 -1e300, 1e-3, kInfinity, std::numeric_limits<double>::quiet_NaN()};
      return kOdd[kind - 8];
    }
    return low + (high - low) * (raw<std::uint16_t>() / 65535.0);
  }

  template <typename T>
  T one_of(std::initializer_list<T> choices) {
    return choices.begin()[within<std::size_t>(0, choices.size() - 1)];
  }

 private:
  std::string_view left_;
};

}  // namespace genrebench::fuzz
