#pragma once
// Writes messages in the wire format of protocol buffers, field by field. TensorBoard's messages
// are few and flat, so their definitions are not compiled: events.cpp names the numbers of their
// fields.
// Source: https://protobuf.dev/programming-guides/encoding/

#include <cstdint>
#include <string>
#include <string_view>

namespace genrebench {

/// A message under way. Fields are written in the order of the calls; by convention that of their
/// numbers.
class ProtobufMessage {
 public:
  /// A field of type int32, int64, uint64, bool or enum. Negative numbers take ten bytes, as there.
  ProtobufMessage& integer(std::uint32_t field, std::int64_t value);
  ProtobufMessage& real64(std::uint32_t field, double value);
  ProtobufMessage& real32(std::uint32_t field, float value);
  /// A field of type string, bytes or of a message.
  ProtobufMessage& bytes(std::uint32_t field, std::string_view value);
  ProtobufMessage& message(std::uint32_t field, const ProtobufMessage& value) {
    return bytes(field, value.text());
  }

  const std::string& text() const { return text_; }

 private:
  void tag(std::uint32_t field, std::uint32_t wire_type);
  void varint(std::uint64_t value);

  std::string text_;
};

}  // namespace genrebench
