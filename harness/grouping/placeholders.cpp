#include "harness/grouping/placeholders.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "harness/grouping/folded_names.hpp"

namespace genrebench {
namespace {

/// Words that name nobody, alone or with a word for artists.
constexpr std::string_view kNobody[] = {
    "unknown",      "various",      "va",           "vvaa",        "aavv",         "compilation",
    "compilations", "soundtrack",   "soundtracks",  "diverse",     "verschiedene", "unbekannt",
    "unbekannte",   "unbekannter",  "unbekanntes",  "inconnu",     "inconnue",     "inconnus",
    "divers",       "varios",       "varias",       "vários",      "várias",       "desconocido",
    "desconocida",  "desconhecido", "desconhecida", "sconosciuto", "sconosciuta",  "diversi",
    "vari",         "onbekend",     "onbekende",    "okänd",       "okända",       "ukendt",
    "ukjent",       "ukjente",      "tuntematon",   "nieznany",    "nieznani",     "neznámý",
    "neznámí",      "ismeretlen",   "bilinmeyen",   "çeşitli",     "necunoscut",   "непознат",
    "неизвестный",  "неизвестен",   "неизвестно",   "невідомий",   "разные",       "різні",
    "сборник",      "άγνωστος",     "διάφοροι"};

/// Words that name nobody alone, or with nothing but themselves.
constexpr std::string_view kAlone[] = {"none",
                                       "null",
                                       "nil",
                                       "nan",
                                       "na",
                                       "n.a.",
                                       "undefined",
                                       "missing",
                                       "untitled",
                                       "anonymous",
                                       "anonyme",
                                       "anónimo",
                                       "anônimo",
                                       "anonimo",
                                       "anonym",
                                       "anon",
                                       "traditional",
                                       "trad",
                                       "traditionnel",
                                       "tradicional",
                                       "traditionell",
                                       "misc",
                                       "miscellaneous",
                                       "no name given",
                                       "not available",
                                       "not specified",
                                       "unknown band",
                                       "unknown group",
                                       "original soundtrack",
                                       "ost",
                                       "original motion picture soundtrack",
                                       "original cast",
                                       "dialogue",
                                       "nature sounds",
                                       "blandade artister",
                                       "olika artister",
                                       "eri esittäjiä",
                                       "useita esittäjiä",
                                       "różni wykonawcy",
                                       "různí interpreti",
                                       "různí umělci",
                                       "rôzni interpreti",
                                       "különböző előadók",
                                       "válogatás",
                                       "razni izvođači",
                                       "diverși artiști",
                                       "群星",
                                       "佚名",
                                       "未知",
                                       "未知艺术家",
                                       "未知藝術家",
                                       "未知歌手",
                                       "未知艺人",
                                       "合辑",
                                       "合輯",
                                       "不明",
                                       "不明なアーティスト",
                                       "アーティスト不明",
                                       "不明アーティスト",
                                       "ヴァリアス・アーティスト",
                                       "ヴァリアス・アーティスツ",
                                       "ヴァリアスアーティスト",
                                       "オムニバス",
                                       "알 수 없는 아티스트",
                                       "알 수 없음",
                                       "여러 아티스트"};

/// Words that name nobody with a word for artists.
constexpr std::string_view kNoneOfThem[] = {
    "no",       "multiple", "mixed",        "several",     "different", "other",         "many",
    "assorted", "unnamed",  "unidentified", "unspecified", "misc",      "miscellaneous", "div",
    "kein",     "aucun",    "sin",          "missing"};

/// Words for artists, and for what stands where one should.
constexpr std::string_view kArtists[] = {
    "artist",      "artists",     "performer",   "performers", "interpret",   "interpreten",
    "interprete",  "interpretes", "interpreter", "interpreti", "singer",      "singers",
    "composer",    "composers",   "musician",    "musicians",  "author",      "authors",
    "künstler",    "artiste",     "artistes",    "artista",    "artistas",    "artisti",
    "artiest",     "artiesten",   "artister",    "kunstner",   "kunstnere",   "esittäjä",
    "esittäjiä",   "wykonawca",   "wykonawcy",   "umělec",     "umělci",      "előadó",
    "előadók",     "sanatçı",     "sanatçılar",  "autor",      "autores",     "autori",
    "исполнитель", "исполнители", "виконавець",  "виконавці",  "καλλιτέχνης", "καλλιτέχνες",
    "izvođač",     "izvođači"};

/// Words that a number makes the name of a track, an album or a disc.
constexpr std::string_view kNumbered[] = {"track",    "audio",   "audiotrack", "titel",  "piste",
                                          "pista",    "traccia", "faixa",      "spur",   "nummer",
                                          "cd",       "disc",    "disk",       "disque", "album",
                                          "トラック", "дорожка", "трек",       "音轨",   "曲目"};

/// Folded forms of all these words, and of what pairs of them make without a blank.
class Vocabulary {
 public:
  static const Vocabulary& get() {
    static const Vocabulary vocabulary;
    return vocabulary;
  }

  /// @param words  folded
  bool name_nobody(std::vector<std::string> words) const {
    if (alone_.contains(concatenated(words))) return true;
    if (is_number_of_a_track(words)) return true;
    // "Various Artists 2", "VA 2003": not of those that stand alone, such as "Anonymous 4".
    std::erase_if(words, [](const std::string& word) { return is_number(word); });
    if (pairs_.contains(concatenated(words))) return true;
    return std::ranges::any_of(words, [&](const std::string& w) { return nobody_.contains(w); }) &&
           std::ranges::all_of(words, [&](const std::string& word) {
             return nobody_.contains(word) || artists_.contains(word) || word == "album";
           });
  }

 private:
  Vocabulary()
      : nobody_(folded(kNobody)), artists_(folded(kArtists)), numbered_(folded(kNumbered)) {
    alone_ = folded(kAlone);
    alone_.insert(nobody_.begin(), nobody_.end());
    // "Artist" as a placeholder; the other words for artists may be names.
    for (const char* word : {"artist", "artists", "performer", "interpret", "artiste", "artista"})
      alone_.insert(word);
    std::set<std::string> none = folded(kNoneOfThem);
    none.insert(nobody_.begin(), nobody_.end());
    for (const std::string& word : none)
      for (const std::string& artist : artists_) {
        pairs_.insert(word + artist);
        pairs_.insert(artist + word);
      }
    pairs_.insert(nobody_.begin(), nobody_.end());
  }

  static std::set<std::string> folded(std::span<const std::string_view> words) {
    std::set<std::string> result;
    for (const std::string_view word : words) result.insert(normalised_name(word));
    return result;
  }

  static bool is_number(const std::string& word) {
    return word.find_first_not_of("0123456789") == std::string::npos;
  }

  /// "Track 01", "AudioTrack07", "CD 1 Track 3"
  bool is_number_of_a_track(const std::vector<std::string>& words) const {
    bool numbered = false;
    std::string letters;
    for (const std::string& word : words) {
      const std::size_t digits = word.find_last_not_of("0123456789") + 1;
      numbered = numbered || digits < word.size();
      if (digits == 0) continue;
      letters = word.substr(0, digits);
      if (!numbered_.contains(letters)) return false;
    }
    return numbered && !letters.empty();
  }

  std::set<std::string> nobody_, artists_, numbered_, alone_, pairs_;
};

/// Whether a folded text without letters and digits is a sign for nothing. "!!!" is a band.
bool is_sign_for_nothing(std::string text) {
  for (const std::string_view dash : {"‐", "‑", "‒", "–", "—", "―", "−", "“", "”", "‘", "’"})
    for (std::size_t at = text.find(dash); at != std::string::npos; at = text.find(dash))
      text.erase(at, dash.size());
  return text.find_first_not_of(" \t\r\n?-._*/\\<>[](){}'\"~|;:,") == std::string::npos;
}

}  // namespace

bool names_somebody(std::string_view name) {
  const std::string text = folded_name(name);
  const std::vector<std::string> words = words_of(text);
  if (words.empty()) return !is_sign_for_nothing(text);
  if (Vocabulary::get().name_nobody(words)) return false;
  constexpr std::string_view kBetween = ";/|,";
  if (text.find_first_of(kBetween) == std::string::npos) return true;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(kBetween, begin), text.size());
    const std::vector<std::string> part =
        words_of(std::string_view(text).substr(begin, end - begin));
    if (!part.empty() && !Vocabulary::get().name_nobody(part)) return true;
    begin = end + 1;
  }
  return false;
}

PlaceholderCounts count_placeholders(std::span<const Track> tracks) {
  PlaceholderCounts counts;
  for (const Track& track : tracks)
    if (const auto artist = track.groups.find("artist");
        artist != track.groups.end() && !artist->second.empty() && !names_somebody(artist->second))
      ++counts[artist->second];
  return counts;
}

std::string placeholder_text(std::span<const Track> tracks) {
  return placeholder_text(count_placeholders(tracks), tracks.size());
}

std::string placeholder_text(const PlaceholderCounts& counts, std::size_t n_tracks) {
  constexpr std::size_t kMostNames = 5;
  if (counts.empty()) return {};
  std::vector<std::pair<std::size_t, std::string>> by_count;
  std::size_t n = 0;
  for (const auto& [name, count] : counts) {
    by_count.emplace_back(count, fmt::format("'{}' {}", name, count));
    n += count;
  }
  std::ranges::stable_sort(by_count, std::ranges::greater(),
                           &std::pair<std::size_t, std::string>::first);
  std::vector<std::string> names;
  for (const auto& [count, text] : by_count)
    if (names.size() < kMostNames) names.push_back(text);
  if (by_count.size() > kMostNames)
    names.push_back(fmt::format("{} more", by_count.size() - kMostNames));
  return fmt::format("{} of {} a placeholder for an artist ({}), which names nobody", n,
                     counted(n_tracks, "track") + (n_tracks == 1 ? " has" : " have"),
                     fmt::join(names, ", "));
}

}  // namespace genrebench
