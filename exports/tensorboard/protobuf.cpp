#include "exports/tensorboard/protobuf.hpp"

#include <bit>

namespace genrebench {
namespace {

constexpr std::uint32_t kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5;

/// Little-endian, whatever this machine is.
template <typename Unsigned>
void append_fixed(std::string& text, Unsigned value) {
  for (std::size_t i = 0; i < sizeof value; ++i)
    text += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
}

}  // namespace

ProtobufMessage& ProtobufMessage::integer(std::uint32_t field, std::int64_t value) {
  tag(field, kVarint);
  varint(static_cast<std::uint64_t>(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::real64(std::uint32_t field, double value) {
  tag(field, kFixed64);
  append_fixed(text_, std::bit_cast<std::uint64_t>(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::real32(std::uint32_t field, float value) {
  tag(field, kFixed32);
  append_fixed(text_, std::bit_cast<std::uint32_t>(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::bytes(std::uint32_t field, std::string_view value) {
  tag(field, kLengthDelimited);
  varint(value.size());
  text_ += value;
  return *this;
}

void ProtobufMessage::tag(std::uint32_t field, std::uint32_t wire_type) {
  varint(std::uint64_t{field} << 3 | wire_type);
}

void ProtobufMessage::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    text_ += static_cast<char>(static_cast<unsigned char>(value | 0x80));
  text_ += static_cast<char>(static_cast<unsigned char>(value));
}

}  // namespace genrebench
