#include "datasets/folders/names.hpp"

namespace genrebench {
namespace {

/// What equal spellings share; a name of symbols only is itself.
std::string key_of(std::string_view name) {
  std::string key = normalised_name(name);
  return key.empty() ? std::string(name) : key;
}

}  // namespace

std::optional<std::string> find_name(const std::vector<std::string>& names,
                                     std::string_view written) {
  const std::string wanted = key_of(written);
  for (const std::string& name : names)
    if (key_of(name) == wanted) return name;
  return std::nullopt;
}

const std::string& Spellings::operator()(const std::string& name) {
  return by_normalised_.try_emplace(key_of(name), name).first->second;
}

std::string song_name(std::string_view artist, std::string_view title) {
  if (artist.empty() || title.empty()) return {};
  return key_of(artist) + "/" + key_of(title);
}

}  // namespace genrebench
