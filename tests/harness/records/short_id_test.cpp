#include "harness/records/short_id.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace short_id_test {

TEST(ShortId, IsTheBeginningOfTheId) {
  EXPECT_EQ(short_id("0123456789abcdef"), "01234567");
  EXPECT_EQ(short_id("0123456789abcdef", kLongerId), "0123456789ab");
  EXPECT_EQ(short_id("0123"), "0123");
  EXPECT_EQ(short_id(""), "");
}

}  // namespace short_id_test
}  // namespace genrebench
