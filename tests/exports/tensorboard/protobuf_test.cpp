#include "exports/tensorboard/protobuf.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace protobuf_test {

using namespace std::string_literals;

// The examples of https://protobuf.dev/programming-guides/encoding/.
TEST(Protobuf, WritesTheExamplesOfTheSpecification) {
  EXPECT_EQ(ProtobufMessage().integer(1, 150).text(), "\x08\x96\x01"s);
  EXPECT_EQ(ProtobufMessage().bytes(2, "testing").text(), "\x12\x07testing"s);
  EXPECT_EQ(ProtobufMessage().message(3, ProtobufMessage().integer(1, 150)).text(),
            "\x1a\x03\x08\x96\x01"s);
  EXPECT_EQ(ProtobufMessage().integer(1, -2).text(),
            "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
}

TEST(Protobuf, WritesNumbersLittleEndianAndFieldsBeyondFifteenInTwoBytes) {
  EXPECT_EQ(ProtobufMessage().real64(1, 1.0).text(), "\x09\0\0\0\0\0\0\xf0\x3f"s);
  EXPECT_EQ(ProtobufMessage().real32(2, -2.0f).text(), "\x15\0\0\0\xc0"s);
  EXPECT_EQ(ProtobufMessage().integer(16, 0).text(), "\x80\x01\0"s);
}

}  // namespace protobuf_test
}  // namespace genrebench
