#include "base/decimal.hpp"

#include <gtest/gtest.h>

#include <string>

namespace genrebench {
namespace decimal_test {

TEST(Decimal, WholeNumbersAreDecimalWhateverTheyBeginWith) {
  EXPECT_EQ(decimal_integer("0"), 0);
  EXPECT_EQ(decimal_integer("010"), 10);
  EXPECT_EQ(decimal_integer("-08"), -8);
  EXPECT_EQ(decimal_integer("+5"), 5);
  EXPECT_EQ(decimal_integer("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(decimal_unsigned("18446744073709551615"), UINT64_MAX);
  for (const std::string text : {"", "+", "-", "+-5", "--5", "0x10", "0o10", "0b1", "1_000",
                                 "1'000", "1e2", "1.0", " 1", "1 ", "٣", "9223372036854775808"})
    EXPECT_FALSE(decimal_integer(text)) << text;
  for (const std::string text : {"-1", "-0", "18446744073709551616"})
    EXPECT_FALSE(decimal_unsigned(text)) << text;
}

TEST(Decimal, NumbersAreFiniteAndDecimal) {
  EXPECT_EQ(decimal_number("0.5"), 0.5);
  EXPECT_EQ(decimal_number("-.5"), -0.5);
  EXPECT_EQ(decimal_number("+1e-3"), 1e-3);
  EXPECT_EQ(decimal_number("010"), 10.0);
  for (const std::string text : {"", ".", "inf", "-inf", ".inf", "nan", "infinity", "0x1p3", "1,5",
                                 "1e", "1e999", "1 000", "1d0"})
    EXPECT_FALSE(decimal_number(text)) << text;
}

}  // namespace decimal_test
}  // namespace genrebench
