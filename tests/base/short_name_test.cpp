#include "base/short_name.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace genrebench {
namespace short_name_test {

TEST(ShortName, OfAShortNameIsTheName) {
  EXPECT_EQ(shortened_name("", 30), "");
  EXPECT_EQ(shortened_name(std::string(30, 'x'), 30), std::string(30, 'x'));
}

TEST(ShortName, OfALongNameIsItsBeginningAndAHash) {
  const std::string name = shortened_name(std::string(300, 'x'), 30);
  EXPECT_EQ(name.size(), 30U);
  EXPECT_EQ(name.find_first_not_of('x'), 17U);
  EXPECT_EQ(name[17], '-');
}

TEST(ShortName, LongNamesThatBeginAlikeStayTwo) {
  const std::string begin(260, 'x');
  EXPECT_NE(shortened_name(begin + "a", 150), shortened_name(begin + "b", 150));
  EXPECT_EQ(shortened_name(begin + "a", 150), shortened_name(begin + "a", 150));
  EXPECT_NE(shortened_name(begin, 150, "A"), shortened_name(begin, 150, "a"));
}

TEST(ShortName, IsCutBetweenCharacters) {
  for (const char* character : {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x8E\xB5"}) {
    std::string name(1, 'n');
    while (name.size() < 400) name += character;
    const std::string result = shortened_name(name, 100);
    EXPECT_LE(result.size(), 100U);
    EXPECT_GT(result.size(), 90U);
    EXPECT_NO_THROW(nlohmann::json(result).dump()) << "this refuses what is not UTF-8";
  }
}

}  // namespace short_name_test
}  // namespace genrebench
