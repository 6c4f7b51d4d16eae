#pragma once
// Looking names up whatever their spelling. What makes two spellings one name stands in
// harness/grouping/artist_names.hpp.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/grouping/artist_names.hpp"

namespace genrebench {

/// The one of `names` that `written` spells, whatever its case, accents, spaces and punctuation.
std::optional<std::string> find_name(const std::vector<std::string>& names,
                                     std::string_view written);

/// Gives all spellings of a name the one that it met first.
class Spellings {
 public:
  const std::string& operator()(const std::string& name);

 private:
  std::map<std::string, std::string> by_normalised_;
};

/// The song that an artist's title names, however both are spelled; empty where either is unknown.
std::string song_name(std::string_view artist, std::string_view title);

}  // namespace genrebench
