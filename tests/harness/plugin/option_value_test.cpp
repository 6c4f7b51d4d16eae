#include "harness/plugin/option_value.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace genrebench {
namespace option_value_test {

using Words = std::vector<std::string>;

TEST(OptionValue, WordsOfAListAreQuotedUnlessTheyArePlain) {
  const Words words = {"rms", "2", "true", "", "a, b", "say \"x\"", "-", "\x04"};
  EXPECT_EQ(to_string(OptionValue(words)),
            R"([rms, 2, "true", "", "a, b", "say \"x\"", "-", "\u0004"])");
}

TEST(OptionValue, AListOfAnyWordsIsReadBackAsItWas) {
  for (const Words& words :
       {Words{}, Words{""}, Words{"", ""}, Words{"rms", "2", "1.10", "007", "1e3"},
        Words{"Folk, World, & Country", "#core", "a: b", "[x]", "]", "-", "- a", "'", "\"", "\\"},
        Words{"null", "~", "true", "auto", "*x", "&y", "!t", "{x}", "%", "@a", "`"},
        Words{" leading", "trailing ", "two\nlines", "\r\n", "\t", "\x01\x7F", "Zouk/Ragga"},
        Words{"Müsik", "音楽", "🎵", "latin \xE9", "\\u0041", "\\\"", "a\\"}})
    EXPECT_EQ(parse_list(to_string(OptionValue(words))), words) << to_string(OptionValue(words));
}

TEST(OptionValue, ListsOfEarlierVersionsHaveNoQuotes) {
  EXPECT_EQ(parse_list("[hip hop, R&B , 0.5]"), (Words{"hip hop", "R&B", "0.5"}));
  EXPECT_EQ(parse_list(" [ a,b ] "), (Words{"a", "b"}));
}

TEST(OptionValue, WhatIsNoListIsNone) {
  for (const std::string text : {"", "a", "[", "[a", "a]", R"(["a)", R"(["a" b])", R"(["\q"])",
                                 R"(["\u00"])", R"(["\u00e9"])", R"(["\)"})
    EXPECT_EQ(parse_list(text), std::nullopt) << text;
}

}  // namespace option_value_test
}  // namespace genrebench
