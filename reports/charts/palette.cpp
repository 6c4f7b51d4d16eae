#include <fmt/format.h>

#include <array>

#include "reports/charts/charts.hpp"

namespace genrebench {
namespace {

/// Okabe and Ito's, without yellow, which cannot be seen on white, and with a grey for their black.
constexpr std::array<std::array<int, 3>, 8> kColours = {{{0x00, 0x72, 0xB2},
                                                         {0xD5, 0x5E, 0x00},
                                                         {0x00, 0x9E, 0x73},
                                                         {0xCC, 0x79, 0xA7},
                                                         {0xE6, 0x9F, 0x00},
                                                         {0x56, 0xB4, 0xE9},
                                                         {0x55, 0x55, 0x55},
                                                         {0x9A, 0x63, 0x24}}};

}  // namespace

std::string cluster_colour(int cluster) {
  const std::array<int, 3>& colour = kColours[static_cast<std::size_t>(cluster) % kColours.size()];
  const std::size_t turn = static_cast<std::size_t>(cluster) / kColours.size() % 3;
  std::string result = "#";
  for (const int part : colour)
    result += fmt::format("{:02x}", turn == 0   ? part
                                    : turn == 1 ? (part + 255) / 2
                                                : part * 55 / 100);
  return result;
}

}  // namespace genrebench
