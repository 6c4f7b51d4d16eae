#include "datasets/support/names.hpp"

#include <algorithm>
#include <array>

namespace genrebench {

std::string normalised_name(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') result += static_cast<char>(c - 'A' + 'a');
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0) result += c;
  }
  return result;
}

bool names_somebody(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kNobody = {"",        "unknown",       "unknownartist",  "various",
                                                              "artist", "variousartist", "variousartists"};
  return std::ranges::find(kNobody, normalised_name(name)) == kNobody.end();
}

std::optional<std::string> find_name(const std::vector<std::string>& names, std::string_view written) {
  const std::string wanted = normalised_name(written);
  for (const std::string& name : names)
    if (normalised_name(name) == wanted) return name;
  return std::nullopt;
}

const std::string& Spellings::operator()(const std::string& name) {
  return by_normalised_.try_emplace(normalised_name(name), name).first->second;
}

std::string song_name(std::string_view artist, std::string_view title) {
  if (artist.empty() || title.empty()) return {};
  return normalised_name(artist) + "/" + normalised_name(title);
}

}  // namespace genrebench
