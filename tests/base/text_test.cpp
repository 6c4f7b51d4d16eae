#include "base/text.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace text_test {

TEST(Text, WidthCountsWhatATerminalShows) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("Björk ± †"), 9u);
  EXPECT_EQ(display_width("e\u0301"), 1u);  // a letter and a combining accent
  EXPECT_EQ(display_width("音楽"), 4u);
}

TEST(Text, InvalidBytesAndControlCharactersAreReplaced) {
  EXPECT_EQ(clean_text("a\xFF"
                       "b"),
            "a\uFFFDb");
  EXPECT_EQ(clean_text("\xC3"), "\uFFFD");                      // cut off
  EXPECT_EQ(clean_text("\xC0\xAF"), "\uFFFD\uFFFD");            // overlong "/"
  EXPECT_EQ(clean_text("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(clean_text("\033[31mred"), "\uFFFD[31mred");
  EXPECT_EQ(clean_text("a\tb\r\nc\rd"), "a b\nc\nd");
  EXPECT_EQ(clean_text("Björk ± 音"), "Björk ± 音");
  EXPECT_EQ(single_line("a\nb"), "a b");
  EXPECT_EQ(visible_line("a\nb\r\nc\rd\te"), "a↵b↵c↵d e");
}

TEST(Text, LongLinesAreBrokenAtSpaces) {
  EXPECT_EQ(wrap_text("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrap_text("one two three", 9, "  "), "one two\n  three");
  EXPECT_EQ(wrap_text("extraordinarily so", 4), "extraordinarily\nso");
  EXPECT_EQ(wrap_text("a\nb", 10), "a\nb");
  EXPECT_EQ(wrap_text("", 10), "");
}

TEST(TagText, IsUtf8OnOneLineWithoutBlanksAround) {
  EXPECT_EQ(tag_text("  Queen \n"), "Queen");
  EXPECT_EQ(tag_text(" \t "), "");
  EXPECT_EQ(tag_text("Bj\xC3\xB6rk"), "Björk");
  EXPECT_EQ(tag_text("Bj\xF6rk \x96 It\x92s"), "Björk – It’s") << "Windows-1252";
  EXPECT_EQ(tag_text("a\x81"), "a\\xC2\\x81") << "which it does not have";
  EXPECT_EQ(tag_text("a\nb"), "a\\x0Ab");
}

TEST(FileNames, KeepUtf8AndShowTheBytesOfAllElse) {
  EXPECT_EQ(utf8_name("Björk/音.wav"), "Björk/音.wav");
  EXPECT_EQ(utf8_name("a\xFF\n\x7F"), "a\\xFF\\x0A\\x7F");
  EXPECT_EQ(utf8_name("a\xC2\x9B\x62"), "a\\xC2\\x9Bb") << "a terminal takes it for ESC [";
  EXPECT_EQ(utf8_name("\xED\xA0\x80"), "\\xED\\xA0\\x80") << "a surrogate";
  EXPECT_EQ(utf8_name(""), "");
}

TEST(AsciiLower, LeavesAllButAsciiLettersAsTheyAre) {
  EXPECT_EQ(ascii_lower("A-Z [MP3] 09"), "a-z [mp3] 09");
  EXPECT_EQ(ascii_lower("ÉcoLE \xC4"), "École \xC4");
  EXPECT_EQ(ascii_lower(""), "");
}

TEST(Counted, HasTheNounInSingularOrPlural) {
  EXPECT_EQ(counted(0, "track"), "0 tracks");
  EXPECT_EQ(counted(1, "track"), "1 track");
  EXPECT_EQ(counted(2, "track"), "2 tracks");
}

TEST(KeyValue, IsSplitAtTheFirstEqualsSign) {
  const auto pair = split_key_value("method.name=a=b");
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->key, "method.name");
  EXPECT_EQ(pair->value, "a=b");
  EXPECT_EQ(split_key_value("key=")->value, "");
  EXPECT_FALSE(split_key_value("=value"));
  EXPECT_FALSE(split_key_value("word"));
  EXPECT_FALSE(split_key_value(""));
}

}  // namespace text_test
}  // namespace genrebench
