#pragma once
// Looking names up whatever their spelling. What makes two spellings one name stands in
// harness/grouping/folded_names.hpp.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/grouping/folded_names.hpp"
#include "harness/grouping/placeholders.hpp"
#include "harness/plugin/dataset.hpp"

namespace genrebench {

/// The one of `genres` that `written` spells. Case, accents, Unicode form, blanks and punctuation
/// do not matter, nor what joins two words: "R&B", "R and B" and "RnB" are one genre, as are
/// "Rock & Roll", "Rock'n'Roll" and "RockNRoll".
std::optional<std::string> find_genre(const std::vector<std::string>& genres,
                                      std::string_view written);

/// Gives all spellings of a genre the one that it met first; find_genre() says which are one.
class GenreSpellings {
 public:
  const std::string& operator()(const std::string& genre);

  /// Every spelling that was met and is not the first, with the first.
  const std::map<std::string, std::string>& others() const { return others_; }

 private:
  std::map<std::string, std::string> first_by_key_;
  std::map<std::string, std::string> others_;
};

/// "2 genres are taken for spellings of another: Hip Hop for Hip-Hop, rock for Rock"; empty if
/// there is none.
std::string spelling_note(const std::map<std::string, std::string>& others);

/// The same as findings of `dataset verify`.
std::vector<DatasetProblem> spelling_problems(const std::map<std::string, std::string>& others);

/// Gives all spellings of a name, such as an album's, the one that it met first.
class Spellings {
 public:
  const std::string& operator()(const std::string& name);

 private:
  std::map<std::string, std::string> by_normalised_;
};

/// The song that an artist's title names, however both are spelled; empty where either is unknown.
std::string song_name(std::string_view artist, std::string_view title);

/// A note for `dataset verify` on artists that are placeholders; none if none is.
std::vector<DatasetProblem> placeholder_problems(const PlaceholderCounts& counts,
                                                 std::size_t n_tracks);

}  // namespace genrebench
