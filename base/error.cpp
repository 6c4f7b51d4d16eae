#include "base/error.hpp"

#include <algorithm>
#include <cstddef>

#include "base/text.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kMostBytes = 4000;
constexpr std::size_t kLastBytes = 800;  // of a longer message: what to do stands at its end

}  // namespace

std::string message_line(std::string text) {
  if (text.size() > kMostBytes)
    text =
        text.substr(0, kMostBytes - kLastBytes - 8) + " … " + text.substr(text.size() - kLastBytes);
  const bool plain = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  return plain ? text : visible_line(text);
}

}  // namespace genrebench
