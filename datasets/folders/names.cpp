#include "datasets/folders/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/closest_name.hpp"

namespace genrebench {
namespace {

/// What equal spellings share; a name of symbols only is itself.
std::string key_of(std::string_view name) {
  std::string key = normalised_name(name);
  return key.empty() ? std::string(name) : key;
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

/// "&", "and" and what other languages and bands have for it.
bool joins_words(const std::string& word) {
  static constexpr std::array<std::string_view, 12> kJoints = {"&",  "+", "and", "n",  "und", "et",
                                                               "en", "y", "e",   "og", "och", "и"};
  return std::ranges::find(kJoints, word) != kJoints.end();
}

/// "rnb", "dnb"
bool is_joined_initials(const std::string& word) {
  constexpr std::string_view kVowels = "aeiou";
  return word.size() == 3 && word[1] == 'n' && is_lower(word[0]) && is_lower(word[2]) &&
         kVowels.find(word[0]) == std::string_view::npos &&
         kVowels.find(word[2]) == std::string_view::npos;
}

/// What is left of a genre's name without case, accents, blanks, punctuation and what joins words.
std::string genre_key(std::string_view name) {
  std::string text = folded_name(name);
  constexpr std::string_view kEntity = "&amp;";  // of web pages
  for (std::size_t at = text.find(kEntity); at != std::string::npos; at = text.find(kEntity))
    text.erase(at + 1, kEntity.size() - 1);
  const std::vector<std::string> all = words_of(text, "&+");
  std::vector<std::string> words;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool between = i > 0 && i + 1 < all.size();
    if (all[i] == "&" || all[i] == "+" || (between && joins_words(all[i]))) continue;
    words.push_back(is_joined_initials(all[i]) ? std::string{all[i][0], all[i][2]} : all[i]);
  }
  std::string key = concatenated(words);
  return key.empty() ? std::string(name) : key;
}

/// The key, and what is left of it if "and" or "n" within it joins two words: "rocknroll" may be
/// "rockroll", which is the key of "Rock & Roll".
std::vector<std::string> possible_keys(const std::string& key) {
  constexpr std::size_t kShortestWord = 3;
  std::vector<std::string> keys = {key};
  for (const std::string_view joint : {std::string_view("and"), std::string_view("n")})
    for (std::size_t at = key.find(joint, kShortestWord);
         at != std::string::npos && at + joint.size() + kShortestWord <= key.size();
         at = key.find(joint, at + 1))
      keys.push_back(key.substr(0, at) + key.substr(at + joint.size()));
  return keys;
}

}  // namespace

const std::string& GenreSpellings::operator()(const std::string& genre) {
  const std::vector<std::string> keys = possible_keys(genre_key(genre));
  for (const std::string& key : keys)
    if (const auto first = first_by_key_.find(key); first != first_by_key_.end()) {
      if (first->second != genre) others_.emplace(genre, first->second);
      return first->second;
    }
  for (const std::string& key : keys) first_by_key_.emplace(key, genre);
  return first_by_key_.find(keys.front())->second;
}

std::optional<std::string> find_genre(const std::vector<std::string>& genres,
                                      std::string_view written) {
  if (std::ranges::find(genres, written) != genres.end()) return std::string(written);
  GenreSpellings spelling;
  for (const std::string& genre : genres) spelling(genre);
  const std::string name(written), found = spelling(name);
  return found == name ? std::nullopt : std::optional(found);
}

std::string spelling_note(const std::map<std::string, std::string>& others) {
  if (others.empty()) return {};
  std::vector<std::string> pairs;
  for (const auto& [written, genre] : others)
    pairs.push_back(fmt::format("{} for {}", written, genre));
  return fmt::format(
      "{} taken for spellings of another: {}",
      others.size() == 1 ? "1 genre is" : fmt::format("{} genres are", others.size()),
      name_list(pairs));
}

std::vector<DatasetProblem> spelling_problems(const std::map<std::string, std::string>& others) {
  std::vector<DatasetProblem> problems;
  for (const auto& [written, genre] : others)
    problems.push_back({DatasetProblem::Severity::note, "spelling", written,
                        fmt::format("is taken for the genre '{}'", genre)});
  return problems;
}

const std::string& Spellings::operator()(const std::string& name) {
  return by_normalised_.try_emplace(key_of(name), name).first->second;
}

std::string song_name(std::string_view artist, std::string_view title) {
  if (artist.empty() || title.empty()) return {};
  return key_of(artist) + "/" + key_of(title);
}

std::vector<DatasetProblem> placeholder_problems(const PlaceholderCounts& counts,
                                                 std::size_t n_tracks) {
  if (counts.empty()) return {};
  return {
      {DatasetProblem::Severity::note, "placeholder", "all genres",
       placeholder_text(counts, n_tracks) +
           ": these artists are unknown (split.unknown_groups says what becomes of the tracks)"}};
}

}  // namespace genrebench
