#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace genrebench {
namespace base64_test {

// RFC 4648, section 10
TEST(Base64, IsAsInTheRfc) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

TEST(BytesOfHex, AreThoseOfThePairs) {
  EXPECT_EQ(bytes_of_hex("00ff41"), std::string("\0\xff"
                                                "A",
                                                3));
  EXPECT_EQ(bytes_of_hex(""), "");
  EXPECT_THROW(bytes_of_hex("0"), std::logic_error);
  EXPECT_THROW(bytes_of_hex("0g"), std::logic_error);
}

}  // namespace base64_test
}  // namespace genrebench
