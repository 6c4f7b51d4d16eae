#include "harness/grouping/artist_names.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace artist_names_test {

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

}  // namespace artist_names_test
}  // namespace genrebench
