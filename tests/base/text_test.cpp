#include "base/text.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace {

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

}  // namespace
}  // namespace genrebench
