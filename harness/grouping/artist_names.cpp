#include "harness/grouping/artist_names.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/union_find.hpp"

namespace genrebench {
namespace {

using Codepoints = std::vector<utf8proc_int32_t>;

/// Accents of scripts that can be read without them. Others, such as the voicing marks of Japanese
/// and the vowel signs of Thai, make another letter.
bool is_accent(utf8proc_int32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0591 && c <= 0x05C7) ||
         (c >= 0x064B && c <= 0x065F) || c == 0x0670 || (c >= 0x1AB0 && c <= 0x1AFF) ||
         (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF);
}

/// Letters whose stroke or ligature Unicode does not decompose, in lower case.
std::string_view plain_letters(utf8proc_int32_t c) {
  static constexpr std::array<std::pair<utf8proc_int32_t, std::string_view>, 10> kPlain = {
      {{0xE6, "ae"},
       {0xF0, "d"},
       {0xF8, "o"},
       {0xFE, "th"},
       {0x111, "d"},
       {0x127, "h"},
       {0x131, "i"},
       {0x142, "l"},
       {0x153, "oe"},
       {0x167, "t"}}};
  const auto found =
      std::ranges::find(kPlain, c, &std::pair<utf8proc_int32_t, std::string_view>::first);
  return found == kPlain.end() ? std::string_view() : found->second;
}

/// A text in NFKC, case folded, without accents; nothing where it is not UTF-8.
std::optional<std::string> folded(std::string_view text) {
  constexpr auto kDecompose = static_cast<utf8proc_option_t>(
      UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  constexpr auto kCompose = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  const utf8proc_ssize_t needed = utf8proc_decompose(bytes, size, nullptr, 0, kDecompose);
  if (needed < 0) return std::nullopt;
  Codepoints decomposed(static_cast<std::size_t>(needed));
  utf8proc_decompose(bytes, size, decomposed.data(), needed, kDecompose);
  Codepoints kept;
  for (const utf8proc_int32_t c : decomposed) {
    if (is_accent(c)) continue;
    if (const std::string_view plain = plain_letters(c); !plain.empty())
      kept.insert(kept.end(), plain.begin(), plain.end());
    else
      kept.push_back(c);
  }
  const auto n = static_cast<utf8proc_ssize_t>(kept.size());
  kept.push_back(0);  // utf8proc writes its result, UTF-8 with a final zero, over the codepoints
  const utf8proc_ssize_t length = utf8proc_reencode(kept.data(), n, kCompose);
  if (length < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(kept.data()), static_cast<std::size_t>(length));
}

/// The same for any bytes.
std::string folded_or_plain(std::string_view text) {
  if (auto result = folded(text)) return *std::move(result);
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

bool is_letter_or_digit(utf8proc_int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Joins two words. Numbers stay apart: "1 11" is not "11 1".
void append(std::string& text, std::string_view more) {
  if (!text.empty() && !more.empty() && is_digit(text.back()) && is_digit(more.front()))
    text += '.';
  text += more;
}

/// What is left of folded text without blanks, punctuation and symbols. Numbers stay apart.
std::string letters_and_digits(std::string_view text) {
  std::string result, word;
  while (!text.empty()) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &c);
    const std::size_t n = length < 1 ? 1 : static_cast<std::size_t>(length);
    if (length < 1 || is_letter_or_digit(c)) {
      word += text.substr(0, n);
    } else {
      append(result, word);
      word.clear();
    }
    text.remove_prefix(n);
  }
  append(result, word);
  return result;
}

/// What folded names of artists are made of.
struct Item {
  enum class Kind {
    word,
    joint,
    comma,
    artists
  };  ///< a word; "&", "and"; ","; "feat.", what only separates artists
  Kind kind = Kind::word;
  std::string text = {};  ///< of a word: its letters and digits
};

using Words = std::vector<std::string>;

template <std::size_t n>
bool is_one_of(std::string_view word, const std::array<std::string_view, n>& list) {
  return std::ranges::find(list, word) != list.end();
}

/// The kind of a word between blanks or brackets, that stands between others.
/// @param letters  its letters and digits
Item::Kind kind_of(std::string_view word, std::string_view letters) {
  static constexpr std::array<std::string_view, 8> kArtists = {
      "feat", "feat.", "ft", "ft.", "featuring", "vs", "vs.", "versus"};
  static constexpr std::array<std::string_view, 15> kJoints = {
      "and", "with", "w/", "meets", "presents", "pres.", "x", "×",
      "und", "mit",  "et", "y",     "e",        "и",     "+"};
  if (is_one_of(word, kArtists)) return Item::Kind::artists;
  if (is_one_of(word, kJoints) || (letters == "n" && word != "n."))
    return Item::Kind::joint;  // "Guns N' Roses"
  return Item::Kind::word;
}

/// Puts blanks around what separates names whether or not blanks stand there, so that words can be
/// taken one by one.
std::string spaced(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool in_number =
        i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1]);
    if (c == '&' || c == ';' || c == '|' || (c == ',' && !in_number)) {
      result += {' ', c, ' '};
    } else if (c == '(' || c == ')' || c == '[' || c == ']' || c == '{' || c == '}') {
      result += ' ';
    } else if (c == '/' && i > 0 && text[i - 1] != ' ' &&
               text.substr(0, i).find(' ') != std::string_view::npos &&
               text.substr(i).find(' ') != std::string_view::npos &&
               text.substr(i - 1, 2) != "w/") {
      // As tags write two artists: "Ella Fitzgerald/Louis Armstrong". In "AC/DC" it is part of the
      // name.
      result += " / ";
    } else if (text.substr(i, 3) == "、") {
      result += " , ";
      i += 2;
    } else {
      result += c;
    }
  }
  return result;
}

std::vector<Item> items_of(std::string_view name) {
  std::string plain = folded_or_plain(name);
  if (plain.ends_with("(the)")) plain.replace(plain.size() - 5, 5, ", the");
  const std::string text = spaced(plain);
  std::vector<Item> items;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = text.find_first_not_of(' ', i);
    if (begin == std::string::npos) break;
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = std::string_view(text).substr(begin, end - begin);
    i = end;
    if (word == "&")
      items.push_back({Item::Kind::joint});
    else if (word == ",")
      items.push_back({Item::Kind::comma});
    else if (word == ";" || word == "/" || word == "|")
      items.push_back({Item::Kind::artists});
    else if (std::string letters = letters_and_digits(word);
             !letters.empty() || word == "+" || word == "×")
      items.push_back({kind_of(word, letters), letters});
  }
  // A separator with nothing before or behind it is a word: "Malcolm X", "And Also the Trees",
  // "Sheila E & Prince".
  bool begun = false;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool ends = i + 1 == items.size() || items[i + 1].kind != Item::Kind::word;
    if (!items[i].text.empty() && (!begun || ends)) items[i].kind = Item::Kind::word;
    begun = begun || items[i].kind == Item::Kind::word;
  }
  return items;
}

std::string concatenated(const Words& words) {
  std::string result;
  for (const std::string& word : words) append(result, word);
  return result;
}

/// Takes off a leading "the", but for "The The".
Words without_article(Words words) {
  if (words.size() > 1 && words[0] == "the" && (words.size() > 2 || words[1] != "the"))
    words.erase(words.begin());
  return words;
}

/// What people call those that play with them, and what lists end with.
bool is_company(const Words& words) {
  static constexpr std::array<std::string_view, 16> kCompany = {
      "orchestra", "orch",   "band", "trio",   "chorus", "choir",   "strings", "singers",
      "friends",   "guests", "sons", "others", "co",     "company", "family",  "more"};
  static constexpr std::array<std::string_view, 4> kTheir = {"his", "her", "their", "sus"};
  return is_one_of(words.front(), kTheir) ||
         (words.size() == 1 && is_one_of(words.front(), kCompany));
}

/// "Percy Faith" of "Percy Faith Orchestra"; empty where a name does not end so.
Words leader_of(Words words) {
  static constexpr std::array<std::string_view, 18> kBands = {
      "orchestra", "orch",    "orchester", "orchestre", "orquesta", "band",
      "trio",      "quartet", "quintet",   "sextet",    "septet",   "octet",
      "ensemble",  "combo",   "group",     "singers",   "chorus",   "choir"};
  if (words.size() < 2 || !is_one_of(words.back(), kBands)) return {};
  words.pop_back();
  if (words.size() > 1 && words.back() == "big") words.pop_back();
  return words;
}

/// What joins a name with others.
struct Keys {
  std::vector<std::string> names;    ///< equal ones join
  std::vector<std::string> members;  ///< join with whoever has that among his `names`

  void add(const Words& words, bool as_name) {
    const std::string text = concatenated(words);
    if (names_somebody(text)) (as_name ? names : members).push_back(text);
  }
};

/// Adds what one artist's name tells: its own words and, if asked for, its members' and its
/// leader's.
void add_keys(const std::vector<Item>& items, ArtistJoins joins, Keys& keys) {
  std::vector<Words> members(1);
  std::size_t n_commas = 0, n_joints = 0;
  for (const Item& item : items) {
    if (item.kind == Item::Kind::word) {
      members.back().push_back(item.text);
    } else if (!members.back().empty()) {
      ++(item.kind == Item::Kind::comma ? n_commas : n_joints);
      members.emplace_back();
    }
  }
  std::erase_if(members, [](const Words& words) { return words.empty(); });
  if (members.size() > 1 && members.back() == Words{"the"})
    members.pop_back(), --n_commas;  // "Beatles, The"
  if (members.empty()) return;
  Words all;
  for (Words& member : members) {
    member = without_article(std::move(member));
    all.insert(all.end(), member.begin(), member.end());
  }
  keys.add(all, /*as_name=*/true);
  const auto is_single = [](const Words& words) { return words.size() == 1; };
  const bool turned = members.size() == 2 && n_joints == 0 && n_commas == 1 &&
                      std::ranges::any_of(members, is_single);
  if (turned) {
    Words round = members[1];
    round.insert(round.end(), members[0].begin(), members[0].end());
    keys.add(round, /*as_name=*/true);
  }
  if (joins == ArtistJoins::spellings) return;
  const auto add_leader = [&](const Words& words) {
    if (const Words leader = leader_of(words); !leader.empty())
      keys.add(leader, /*as_name=*/leader.size() > 1);
  };
  if (members.size() == 1) return add_leader(members.front());
  if (members.size() > 2 && std::ranges::all_of(members, is_single)) {
    for (std::size_t a = 0; a < members.size(); ++a)
      for (std::size_t b = a + 1; b < members.size(); ++b)
        keys.names.push_back(std::min(members[a][0], members[b][0]) + "&" +
                             std::max(members[a][0], members[b][0]));
    return;
  }
  for (const Words& member : members) {
    if (is_company(member)) continue;
    keys.add(member, /*as_name=*/!turned && !is_single(member));
    add_leader(member);
  }
}

Keys keys_of(std::string_view name, ArtistJoins joins) {
  Keys keys;
  std::vector<Item> artist;
  for (Item& item : items_of(name)) {
    if (item.kind == Item::Kind::artists && joins == ArtistJoins::spellings)
      item.kind = Item::Kind::joint;
    if (item.kind != Item::Kind::artists) {
      artist.push_back(std::move(item));
    } else {
      add_keys(artist, joins, keys);
      artist.clear();
    }
  }
  add_keys(artist, joins, keys);
  return keys;
}

}  // namespace

std::string normalised_name(std::string_view text) {
  return letters_and_digits(folded_or_plain(text));
}

bool names_somebody(std::string_view name) {
  static constexpr std::array<std::string_view, 23> kNobody = {"unknown",
                                                               "unknownartist",
                                                               "unknownartists",
                                                               "various",
                                                               "artist",
                                                               "artists",
                                                               "variousartist",
                                                               "variousartists",
                                                               "va",
                                                               "noartist",
                                                               "none",
                                                               "null",
                                                               "nan",
                                                               "na",
                                                               "anonymous",
                                                               "traditional",
                                                               "unbekannt",
                                                               "unbekannterinterpret",
                                                               "verschiedeneinterpreten",
                                                               "artisteinconnu",
                                                               "artistesdivers",
                                                               "variosartistas",
                                                               "artistidiversi"};
  const std::string letters = normalised_name(name);
  if (letters.empty())
    return name.find_first_not_of(" \t?-._*/\\<>[]()") != std::string_view::npos;  // the band "!!!"
  return !is_one_of(letters, kNobody);
}

std::vector<std::string> join_artists(const std::vector<std::string>& names, ArtistJoins joins) {
  std::map<std::string_view, std::size_t> number;  // of each spelling, in the order in which they
                                                   // are met
  std::vector<std::string_view> spellings;
  for (const std::string& name : names)
    if (names_somebody(name) && number.try_emplace(name, spellings.size()).second)
      spellings.push_back(name);
  std::vector<Keys> keys;
  std::map<std::string, std::size_t> first;
  UnionFind joined(spellings.size());
  for (std::size_t i = 0; i < spellings.size(); ++i) {
    keys.push_back(keys_of(spellings[i], joins));
    if (keys.back().names.empty()) keys.back().names.emplace_back(spellings[i]);  // symbols only
    for (const std::string& key : keys.back().names)
      joined.join(i, first.try_emplace(key, i).first->second);
  }
  for (std::size_t i = 0; i < spellings.size(); ++i)
    for (const std::string& member : keys[i].members)
      if (const auto artist = first.find(member); artist != first.end())
        joined.join(i, artist->second);
  std::vector<std::string> result;
  for (const std::string& name : names) {
    const auto known = number.find(name);
    result.emplace_back(known == number.end() ? std::string_view()
                                              : spellings[joined.find(known->second)]);
  }
  return result;
}

}  // namespace genrebench
