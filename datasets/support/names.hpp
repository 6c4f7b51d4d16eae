#pragma once
// Names as people write them: two spellings of one artist are one artist.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

/// Letters and digits, A to Z in lower case, so that spellings that differ by case, spaces and punctuation agree.
/// Characters beyond ASCII stay as they are.
std::string normalised_name(std::string_view text);

/// Whether a name says who it is: "Various Artists", "Unknown" and "?" do not.
bool names_somebody(std::string_view name);

/// The one of `names` that `written` spells, whatever its case, spaces and punctuation.
std::optional<std::string> find_name(const std::vector<std::string>& names, std::string_view written);

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
