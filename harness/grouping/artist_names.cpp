#include "harness/grouping/artist_names.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/union_find.hpp"
#include "harness/grouping/folded_names.hpp"
#include "harness/grouping/placeholders.hpp"

namespace genrebench {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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
  std::string plain = folded_name(name);
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
    else if (std::string letters = concatenated(words_of(word));
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
