#include "datasets/folders/names.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace genrebench {
namespace {

TEST(Names, DifferByLettersAndDigitsAlone) {
  EXPECT_EQ(normalised_name("Rage Against the Machine!"), "rageagainstthemachine");
  EXPECT_EQ(normalised_name("R & B, Vol. 2"), "rbvol2");
  EXPECT_EQ(normalised_name("Opus 1, 11"), "opus1.11") << "numbers stay apart";
  EXPECT_EQ(normalised_name("?!"), "");
}

TEST(Names, AreFoldedAsUnicodeSays) {
  for (const char* spelling :
       {"Beyonc\xC3\xA9", "Beyonce\xCC\x81", "BEYONC\xC3\x89", "beyonce", "Ｂｅｙｏｎｃé"})
    EXPECT_EQ(normalised_name(spelling), "beyonce") << spelling;
  EXPECT_EQ(normalised_name("Die Ärzte"), "diearzte");
  EXPECT_EQ(normalised_name("WEISSES RÖSSL"), normalised_name("Weißes Rößl"));
  EXPECT_EQ(normalised_name("IŞIK"), normalised_name("ışık"))
      << "Turkish has two letters i, and capitals of both";
  EXPECT_EQ(normalised_name("İSTANBUL"), normalised_name("istanbul"));
  EXPECT_EQ(normalised_name("КИНО"), normalised_name("Кино"));
  EXPECT_EQ(normalised_name("Пётр Ильич"), normalised_name("Петр Ильич"));
  EXPECT_EQ(normalised_name("Röyksopp"), normalised_name("Røyksopp"));
  EXPECT_EQ(normalised_name("Σίσυφος"), normalised_name("ΣΊΣΥΦΟΣ"))
      << "the last sigma has a form of its own";
  EXPECT_EQ(normalised_name("ﾎﾞｰｶﾛ"), normalised_name("ボーカロ")) << "half width";
  EXPECT_NE(normalised_name("ガラ"), normalised_name("カラ")) << "voicing marks are no accents";
  EXPECT_NE(normalised_name("มา"), normalised_name("มี")) << "nor are vowel signs";
  EXPECT_EQ(normalised_name("\xFF"), "\xFF") << "not UTF-8";
}

/// Whether two names, alone in a dataset, are one group.
bool join(const std::string& a, const std::string& b) {
  const std::vector<std::string> forth = join_artists({a, b}), back = join_artists({b, a});
  EXPECT_EQ(forth[0] == forth[1], back[0] == back[1]) << a << ", " << b;
  return forth[0] == forth[1];
}

TEST(Artists, SpellingsOfOneArtistAreJoined) {
  const std::pair<const char*, const char*> kPairs[] = {
      {"Rage Against the Machine", "RAGE AGAINST THE MACHINE"},
      {"Andrews Sisters", "The Andrews Sisters"},
      {"Beatles, The", "The Beatles"},
      {"Mambo Rebels (The)", "the mambo rebels"},
      {"Beyoncé", "BEYONCE"},
      {"Marley, Bob", "Bob Marley"},
      {"Hooker, John Lee", "John Lee Hooker"},
      {"Simon & Garfunkel", "Simon and Garfunkel"},
      {"Simon + Garfunkel", "SIMON ＆ GARFUNKEL"},
      {"Guns N' Roses", "Guns n’ Roses"},
      {"Guns N' Roses", "Guns and Roses"},
      {"AC/DC", "AC-DC"},
      {"The The", "the the"},
      {"Mo' Horizons", "Mo'Horizons"},
      {"Sammy Davis, Jr.", "Sammy Davis Jr"},
      {"Кино", "КИНО"},
      {"ＹＭＣＫ", "ymck"},
      {"Sigur Rós", "Sigur Ros"},
      {"Toquinho e Vinicius", "Toquinho & Vinicius"},
      {"Earth, Wind & Fire", "Earth Wind and Fire"},
  };
  for (const auto& [a, b] : kPairs) {
    EXPECT_TRUE(join(a, b)) << a << " | " << b;
    EXPECT_EQ(join_artists({a, b}, ArtistJoins::spellings), (std::vector<std::string>{a, a}))
        << a << " | " << b;
  }
}

TEST(Artists, ThatTakePartAreJoinedWithWhoeverIsCalledThat) {
  const std::pair<const char*, const char*> kPairs[] = {
      {"Santana feat. Rob Thomas", "Rob Thomas"},
      {"Santana (Feat. Rob Thomas)", "Santana"},
      {"Club des Belugas ft Brenda Boykin", "Tape Five featuring Brenda Boykin"},
      {"Swing City Giants vs. 102 Strings", "102 Strings"},
      {"Ella Fitzgerald & Louis Armstrong", "Louis Armstrong"},
      {"Ella Fitzgerald/Louis Armstrong", "Ella Fitzgerald"},
      {"Ella Fitzgerald; Joe Pass", "Joe Pass"},
      {"Caterina Valente with Edmundo Ros", "Edmundo Ros"},
      {"Bob Marley & The Wailers", "The Wailers"},
      {"Prince & The Revolution", "Prince"},
      {"Sonny & Cher", "Cher"},
      {"Jay-Z x Beyoncé", "BEYONCE"},
      {"Aretha Franklin, Celine Dion & Mariah Carey", "Celine Dion"},
      {"Crosby, Stills & Nash", "Crosby, Stills, Nash & Young"},
      {"Emerson, Lake & Palmer", "Emerson, Lake & Powell"},
      {"Percy Faith", "Percy Faith Orchestra"},
      {"Percy Faith & His Orchestra", "Percy Faith"},
      {"Count Basie Big Band", "Count Basie Orchestra"},
      {"Bill Evans Trio", "Bill Evans Quartet"},
      {"Santana Band", "Santana"},
      {"Juan y Los Otros Amigos", "Los Otros Amigos"},
  };
  for (const auto& [a, b] : kPairs) {
    EXPECT_TRUE(join(a, b)) << a << " | " << b;
    EXPECT_EQ(join_artists({a, b}, ArtistJoins::spellings), (std::vector<std::string>{a, b}))
        << a << " | " << b;
  }
}

TEST(Artists, WithNamesThatOnlyLookAlikeAreNotJoined) {
  const std::pair<const char*, const char*> kPairs[] = {
      {"Simon & Garfunkel", "Paul Simon"},
      {"Earth, Wind & Fire", "Fire"},
      {"Peter, Paul & Mary", "Mary"},
      {"Emerson, Lake & Palmer", "Robert Palmer"},
      {"The The", "The"},
      {"Marley, Bob", "Dylan, Bob"},
      {"Hooker, John Lee", "Williams, John Lee"},
      {"Casamucica", "Casa Musica"},
      {"AC/DC", "AC"},
      {"The Band", "The Orchestra"},
      {"London Symphony Orchestra", "Boston Symphony Orchestra"},
      {"Tom & His Band", "Tim & His Band"},
      {"10,000 Maniacs", "10"},
      {"Tina Turner", "Ike Turner"},
      {"Malcolm X", "Malcolm Y"},
      {"Andy", "Y"},
      {"カラ", "ガラ"},
      {"Кино", "Кина"},
      {"Queen", "Queens of the Stone Age"},
      {"Crosby, Stills & Nash", "Nash, Kelly & Moore"},
      {"!!!", "Chk"},
      {"artist 1 11", "artist 11 1"},
      {"a_1_2", "a_12"},
      {"no. 1.5", "no. 15"},
  };
  for (const auto& [a, b] : kPairs) EXPECT_FALSE(join(a, b)) << a << " | " << b;
}

TEST(Artists, AMemberOfOneWordJoinsNobodyWhoIsNotCalledThat) {
  EXPECT_EQ(join_artists({"Sonny & Cher", "Cher & Friends"}),
            (std::vector<std::string>{"Sonny & Cher", "Cher & Friends"}));
  EXPECT_EQ(join_artists({"Sonny & Cher", "Cher & Friends", "Cher"}),
            (std::vector<std::string>(3, "Sonny & Cher")))
      << "here she is";
}

TEST(Artists, AreJoinedInChainsAndNamedByTheFirstSpelling) {
  EXPECT_EQ(join_artists({"b", "Ann Arbor & Bo Diddley", "bo diddley",
                          "BO DIDDLEY feat. Chuck Berry", "Chuck Berry", "", "Various Artists"}),
            (std::vector<std::string>{"b", "Ann Arbor & Bo Diddley", "Ann Arbor & Bo Diddley",
                                      "Ann Arbor & Bo Diddley", "Ann Arbor & Bo Diddley", "", ""}));
  EXPECT_TRUE(join_artists({}).empty());
}

TEST(Artists, OfAnyBytesAreJoinedWithThemselvesOnly) {
  const std::vector<std::string> names = {"\xFF & \xFE", "\xFF & \xFE", "&",
                                          " ,;/ ",       "& and &",     "\xED\xA0\x80",
                                          "feat.",       "()",          std::string("a\0b", 3)};
  const std::vector<std::string> joined = join_artists(names);
  ASSERT_EQ(joined.size(), names.size());
  EXPECT_EQ(joined[0], joined[1]);
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_TRUE(joined[i].empty() || joined[i] == names[i]) << i;
}

TEST(Names, PlaceholdersNameNobody) {
  for (const char* nobody :
       {"", "?", "Various", "Various Artists", "VARIOUS ARTISTS", "Unknown", "unknown artist", " ",
        "[unknown]", "V/A", "V.A.", "Anonymous", "[traditional]", "Artistes divers",
        "VARIOUS ＡＲＴＩＳＴＳ", "-", "nan"})
    EXPECT_FALSE(names_somebody(nobody)) << nobody;
  for (const char* somebody :
       {"Queen", "Various Cruelties", "東京", "41", "!!!", "Traditional Fools", "Van"})
    EXPECT_TRUE(names_somebody(somebody)) << somebody;
}

TEST(Names, AreFoundWhateverTheirSpelling) {
  const std::vector<std::string> names = {"Hip-Hop", "R&B & Soul"};
  EXPECT_EQ(find_name(names, "hip hop"), "Hip-Hop");
  EXPECT_EQ(find_name(names, "R_B_Soul"), "R&B & Soul");
  EXPECT_EQ(find_name(names, "hop"), std::nullopt);
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

}  // namespace
}  // namespace genrebench
