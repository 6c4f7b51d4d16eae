#include "harness/plugin/option_value.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace genrebench {
namespace {

TEST(OptionValue, WordsOfTheCommandLineBecomeTheTypeTheyLookLike) {
  EXPECT_EQ(parse_option_value("12"), OptionValue(std::int64_t{12}));
  EXPECT_EQ(parse_option_value("1e-3"), OptionValue(1e-3));
  EXPECT_EQ(parse_option_value("true"), OptionValue(true));
  EXPECT_EQ(parse_option_value("auto"), OptionValue());
  EXPECT_EQ(parse_option_value("12 apples"), OptionValue(std::string("12 apples")));
}

TEST(OptionValue, TextOfANumberIsThatNumberAgain) {
  for (const double number : {0.1, 1e-3, 22050.0, 1.0 / 3.0})
    EXPECT_EQ(std::get<double>(parse_option_value(to_string(OptionValue(number)) + "e0")), number);
}

TEST(OptionValue, WordsOfAListAreQuotedWhereYamlWouldReadSomethingElse) {
  const std::vector<std::string> words = {"rms", "2", "true", "", "a, b", "say \"x\"", "-"};
  EXPECT_EQ(to_string(OptionValue(words)), R"([rms, 2, "true", "", "a, b", "say \"x\"", "-"])");
}

}  // namespace
}  // namespace genrebench
