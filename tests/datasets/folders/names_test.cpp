#include "datasets/folders/names.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace names_test {

/// Whether all are one genre to a dataset, whichever comes first.
bool are_one_genre(const std::vector<std::string>& names) {
  for (std::size_t first = 0; first < names.size(); ++first) {
    GenreSpellings spelling;
    spelling(names[first]);
    for (const std::string& name : names)
      if (spelling(name) != names[first]) return false;
    if (find_genre({"Something Else", names[first]}, names.front()) != names[first]) return false;
  }
  return true;
}

TEST(Genres, OfOneNameInManySpellingsAreOne) {
  const std::vector<std::string> kGenres[] = {
      {"Hip-Hop", "hip hop", "HIPHOP", "Hip_Hop", " Hip–Hop ", "hip\u00A0hop", "ＨＩＰ　ＨＯＰ"},
      {"Forr\xC3\xB3", "Forro\xCC\x81", "FORRÓ", "forro"},
      {"R&B", "R & B", "R and B", "RnB", "r'n'b", "R’n’B", "R n B", "R&amp;B", "R＆B", "R+B"},
      {"Rock & Roll", "Rock and Roll", "Rock'n'Roll", "Rock 'n' Roll", "RockNRoll", "rocknroll",
       "ROCKANDROLL", "rock_and_roll", "Rock und Roll"},
      {"Drum & Bass", "drum and bass", "Drum'n'Bass", "DrumnBass", "drum+bass"},
      {"D&B", "DnB", "d and b"},
      {"Rock/Pop", "Rock & Pop", "rock-pop", "Rock und Pop", "RockPop"},
      {"Стиль И Ритм", "стиль & ритм"},
  };
  for (const auto& names : kGenres) EXPECT_TRUE(are_one_genre(names)) << names.front();
}

TEST(Genres, OfOtherNamesAreOthers) {
  const std::pair<const char*, const char*> kPairs[] = {
      {"Rock", "Rockabilly"}, {"Dance", "Dub"},   {"Band", "B"},           {"Indian", "Indi"},
      {"Trance", "Tra-Ce"},   {"Funk", "Fuk"},    {"!!!", "???"},          {"R&B", "R&D"},
      {"Rock", "Rock & Pop"}, {"2 Step", "Step"}, {"Pop 1 11", "Pop 11 1"}};
  for (const auto& [a, b] : kPairs) {
    GenreSpellings spelling;
    EXPECT_EQ(spelling(a), a);
    EXPECT_EQ(spelling(b), b) << a;
    EXPECT_TRUE(spelling.others().empty());
  }
}

TEST(Genres, AreNotedWhereTheyAreTakenForOthers) {
  GenreSpellings spelling;
  for (const char* genre : {"Rock", "rock", "Jazz", "ROCK"}) spelling(genre);
  EXPECT_EQ(spelling_note(spelling.others()),
            "2 genres are taken for spellings of another: ROCK for Rock, rock for Rock");
  EXPECT_EQ(spelling_problems(spelling.others()).size(), 2U);
  EXPECT_EQ(spelling_note({}), "");
}

TEST(Genres, AreFoundWhateverTheirSpelling) {
  const std::vector<std::string> names = {"Hip-Hop", "R&B & Soul", "Soundtracks & More"};
  EXPECT_EQ(find_genre(names, "hip hop"), "Hip-Hop");
  EXPECT_EQ(find_genre(names, "R_B_Soul"), "R&B & Soul");
  EXPECT_EQ(find_genre(names, "RnB and Soul"), "R&B & Soul");
  EXPECT_EQ(find_genre(names, "soundtracks and more"), "Soundtracks & More");
  EXPECT_EQ(find_genre(names, "hop"), std::nullopt);
}

TEST(Names, TheFirstSpellingStandsForAll) {
  Spellings spelling;
  EXPECT_EQ(spelling("AC/DC"), "AC/DC");
  EXPECT_EQ(spelling("acdc"), "AC/DC");
  EXPECT_EQ(spelling("Queen"), "Queen");
}

TEST(Names, ASongIsAnArtistsTitle) {
  EXPECT_EQ(song_name("Beyonc\xC3\xA9", "D\xC3\xA9j\xC3\xA0 Vu"),
            song_name("BEYONCE", "Deja\xCC\x80 vu"));
  EXPECT_NE(song_name("A", "?"), song_name("A", "!"));
  EXPECT_EQ(song_name("Joe Cocker", "With A Little Help"), "joecocker/withalittlehelp");
  EXPECT_EQ(song_name("", "With A Little Help"), "");
  EXPECT_EQ(song_name("Joe Cocker", ""), "");
}

}  // namespace names_test
}  // namespace genrebench
