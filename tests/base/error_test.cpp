#include "base/error.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace error_test {

TEST(Error, MessagesAreOneLineThatATerminalCanShow) {
  EXPECT_STREQ(DataError("a.csv: “é” is fine").what(), "a.csv: “é” is fine");
  EXPECT_STREQ(ConfigError("option 'x\ny': \x1b[2J").what(), "option 'x↵y': \uFFFD[2J");
  EXPECT_STREQ(NotFinite("bad \xFF byte\r\n").what(), "bad \uFFFD byte↵");
}

TEST(Error, OfALongMessageBeginningAndEndAreKept) {
  const std::string message =
      DataError("file.xml:2: found '" + std::string(100000, 'x') + "'; remove it").what();
  EXPECT_LE(message.size(), 4000u);
  EXPECT_TRUE(message.starts_with("file.xml:2: found 'xxx"));
  EXPECT_TRUE(message.ends_with("xxx'; remove it"));
  EXPECT_NE(message.find(" … "), std::string::npos);
}

}  // namespace error_test
}  // namespace genrebench
