#include "harness/store/run_conditions.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace run_conditions_test {

/// "key comparison value|value; ...", with the comparison as a number.
std::string read(const std::string& text) {
  std::string result;
  for (const Condition& one : parse_run_conditions(text, "--where")) {
    result += (result.empty() ? "" : "; ") + one.key + " " +
              std::to_string(static_cast<int>(one.comparison)) + " ";
    for (std::size_t i = 0; i < one.values.size(); ++i)
      result += (i == 0 ? "" : "|") + one.values[i];
  }
  return result;
}

TEST(RunConditions, AreReadWithAnyBlanksQuotesAndAlternatives) {
  EXPECT_EQ(read("method.name=svm test.accuracy>0.7"), "method.name 0 svm; test.accuracy 5 0.7");
  EXPECT_EQ(read("  a == 1 and b != x|y\tand c~'hip hop' "), "a 0 1; b 1 x|y; c 2 hip hop");
  EXPECT_EQ(read("a<1 b<=2 c>3 d>=4"), "a 3 1; b 4 2; c 5 3; d 6 4");
  EXPECT_EQ(read("\"test.recall/hip hop\">=.5"), "test.recall/hip hop 6 .5");
  EXPECT_EQ(read("message~'it''s' a=\"say \"\"x|y\"\"\""), "message 2 it's; a 0 say \"x|y\"");
  EXPECT_EQ(read("a='' and=b"), "a 0 ; and 0 b") << "only a word of its own is an and";
  EXPECT_EQ(read("path=/a=b"), "path 0 /a=b");
  EXPECT_EQ(read("started>=2026-11"), "started 6 2026-11");
}

TEST(RunConditions, WhatIsNoneIsRefusedNamingIt) {
  const auto refuse = [](const std::string& text, const std::string& part) {
    EXPECT_THROW_SAYING(parse_run_conditions(text, "--where"), ConfigError, "--where", part);
  };
  refuse("", "found nothing");
  refuse("   ", "found nothing");
  refuse("svm", "found 'svm'");
  refuse("a=1 svm b=2", "found 'svm'");
  refuse("=svm", "found '=svm'");
  refuse("a=", "no value of a");
  refuse("a= ", "no value of a");
  refuse("a=x|", "no value of a");
  refuse("a='x", "no second '");
  refuse("a='x'y", "right after the value of a");
  refuse("a>1|2", "alternatives");
  refuse("test.accuracy>high", "expected a number to compare test.accuracy with, found 'high'");
  refuse("a>nan", "expected a number");
  refuse("a!b", "found 'a!b'");
  refuse("a\x1b[31m", "found 'a\xEF\xBF\xBD[31m'");
}

bool fulfils(const std::string& condition, const std::string& value) {
  return holds(parse_run_conditions(condition, "--where").at(0), value);
}

TEST(RunConditions, EqualAreTextsOrNumbers) {
  EXPECT_TRUE(fulfils("a=svm", "svm"));
  EXPECT_FALSE(fulfils("a=svm", "SVM"));
  EXPECT_TRUE(fulfils("a=0.10", "0.1"));
  EXPECT_TRUE(fulfils("a=1e1", "10"));
  EXPECT_FALSE(fulfils("a=0x10", "16"));
  EXPECT_TRUE(fulfils("a=x|svm", "svm"));
  EXPECT_FALSE(fulfils("a!=x|svm", "svm"));
  EXPECT_TRUE(fulfils("a!=x|y", "svm"));
  EXPECT_TRUE(fulfils("a~NAN", "curves are nan"));
  EXPECT_FALSE(fulfils("a~inf|zero", "curves are nan"));
}

TEST(RunConditions, OrdersAreOfNumbersAndDates) {
  EXPECT_TRUE(fulfils("a<10", "9"));
  EXPECT_FALSE(fulfils("a<9", "9"));
  EXPECT_TRUE(fulfils("a<=9", "9.0"));
  EXPECT_TRUE(fulfils("a>=-1", "-1"));
  EXPECT_FALSE(fulfils("a>0", "many")) << "a text has no place among numbers";
  EXPECT_TRUE(fulfils("started>=2026-11", "2026-11-30T10:00:00Z"));
  EXPECT_FALSE(fulfils("started>2027", "2026-11-30T10:00:00Z"));
}

TEST(RunConditions, AMissingValueIsEmpty) {
  EXPECT_TRUE(fulfils("a=''", ""));
  EXPECT_TRUE(fulfils("a!=svm", ""));
  EXPECT_FALSE(fulfils("a!=''", ""));
  EXPECT_FALSE(fulfils("a<5", ""));
  EXPECT_FALSE(fulfils("started<2027", ""));
}

}  // namespace run_conditions_test
}  // namespace genrebench
