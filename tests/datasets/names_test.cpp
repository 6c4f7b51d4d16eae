#include "datasets/support/names.hpp"

#include <gtest/gtest.h>

#include "datasets/support/utf8.hpp"

namespace genrebench {
namespace {

TEST(Names, DifferByLettersAndDigitsAlone) {
  EXPECT_EQ(normalised_name("Rage Against the Machine!"), "rageagainstthemachine");
  EXPECT_EQ(normalised_name("R & B, Vol. 2"), "rbvol2");
  EXPECT_EQ(normalised_name("Björk"), "björk");
  EXPECT_EQ(normalised_name("?!"), "");
}

TEST(Names, PlaceholdersNameNobody) {
  for (const char* nobody : {"", "?", "Various", "Various Artists", "VARIOUS ARTISTS", "Unknown", "unknown artist", " "})
    EXPECT_FALSE(names_somebody(nobody)) << nobody;
  for (const char* somebody : {"Queen", "Various Cruelties", "東京", "41"}) EXPECT_TRUE(names_somebody(somebody)) << somebody;
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
  EXPECT_EQ(song_name("Joe Cocker", "With A Little Help"), "joecocker/withalittlehelp");
  EXPECT_EQ(song_name("", "With A Little Help"), "");
  EXPECT_EQ(song_name("Joe Cocker", ""), "");
}

TEST(TagText, IsUtf8OnOneLineWithoutBlanksAround) {
  EXPECT_EQ(tag_text("  Queen \n"), "Queen");
  EXPECT_EQ(tag_text(" \t "), "");
  EXPECT_EQ(tag_text("Bj\xC3\xB6rk"), "Björk");
  EXPECT_EQ(tag_text("Bj\xF6rk"), "Björk") << "Latin-1";
  EXPECT_EQ(tag_text("a\nb"), "a\\x0Ab");
}

}  // namespace
}  // namespace genrebench
