#include "harness/grouping/folded_names.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace folded_names_test {

TEST(FoldedNames, DifferByLettersAndDigitsAlone) {
  EXPECT_EQ(normalised_name("Rage Against the Machine!"), "rageagainstthemachine");
  EXPECT_EQ(normalised_name("R & B, Vol. 2"), "rbvol2");
  EXPECT_EQ(normalised_name("Opus 1, 11"), "opus1.11") << "numbers stay apart";
  EXPECT_EQ(normalised_name("?!"), "");
}

TEST(FoldedNames, AreFoldedAsUnicodeSays) {
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
  EXPECT_EQ(normalised_name("BEYONC\xC9"), "beyonce") << "not UTF-8: Windows-1252";
  EXPECT_EQ(normalised_name("\xC3(\x9E"), normalised_name(normalised_name("\xC3(\x9E")))
      << "bytes that are apart make no character together";
}

TEST(FoldedNames, WordsAreBetweenAllOtherCharactersAndSymbolsMayBeWords) {
  const std::string text = folded_name("Drum’n’Bass & R_B—Soul");
  EXPECT_EQ(words_of(text), (std::vector<std::string>{"drum", "n", "bass", "r", "b", "soul"}));
  EXPECT_EQ(words_of(text, "&"),
            (std::vector<std::string>{"drum", "n", "bass", "&", "r", "b", "soul"}));
  EXPECT_TRUE(words_of(" -- ").empty());
  EXPECT_EQ(concatenated({"opus", "1", "11"}), "opus1.11");
}

}  // namespace folded_names_test
}  // namespace genrebench
