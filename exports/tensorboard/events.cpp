#include "exports/tensorboard/events.hpp"

#include <fmt/format.h>

#include "base/decimal.hpp"
#include "base/error.hpp"
#include "exports/tensorboard/protobuf.hpp"

namespace genrebench {
namespace {

// Numbers of fields, as TensorBoard's .proto files give them.
namespace event_field {
constexpr std::uint32_t kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7;
}
namespace value_field {  // of Summary.Value
constexpr std::uint32_t kTag = 1, kSimpleValue = 2, kImage = 4, kTensor = 8, kMetadata = 9;
}
namespace hparams_field {  // of HParamsPluginData
constexpr std::uint32_t kSessionStart = 3, kSessionEnd = 4;
}
constexpr std::int64_t kFloatType = 1, kStringType = 7;  // DataType in types.proto

ProtobufMessage event(double wall_time, std::int64_t step) {
  ProtobufMessage message;
  if (wall_time != 0.0) message.real64(event_field::kWallTime, wall_time);
  if (step != 0) message.integer(event_field::kStep, step);
  return message;
}

/// An event with a summary of one value.
std::string summary_event(double wall_time, std::int64_t step, const ProtobufMessage& value) {
  ProtobufMessage summary;
  summary.message(1, value);
  return event(wall_time, step).message(event_field::kSummary, summary).text();
}

ProtobufMessage metadata_of(const std::string& plugin, const std::string& content) {
  ProtobufMessage data, metadata;
  data.bytes(1, plugin);
  if (!content.empty()) data.bytes(2, content);
  metadata.message(1, data);
  return metadata;
}

/// A value of the hyper-parameter dashboard. Its tensor is a placeholder, which TensorBoard's own
/// writer adds because values without one are skipped by some readers.
std::string hparams_event(double wall_time, const std::string& tag, std::uint32_t field,
                          const ProtobufMessage& data) {
  ProtobufMessage content, value, placeholder, shape, no_elements;
  content.message(field, data);
  shape.message(2, no_elements);
  placeholder.integer(1, kFloatType).message(2, shape);
  value.bytes(value_field::kTag, tag)
      .message(value_field::kTensor, placeholder)
      .message(value_field::kMetadata, metadata_of("hparams", content.text()));
  return summary_event(wall_time, 0, value);
}

/// A google.protobuf.Value.
ProtobufMessage typed_value(const std::string& text) {
  ProtobufMessage value;
  if (const auto number = decimal_number(text))
    value.real64(2, *number);
  else if (text == "true" || text == "false")
    value.integer(4, text == "true" ? 1 : 0);
  else
    value.bytes(3, text);
  return value;
}

std::uint32_t big_endian_32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

}  // namespace

std::string file_version_event(double wall_time) {
  return event(wall_time, 0).bytes(event_field::kFileVersion, "brain.Event:2").text();
}

std::string restart_event(double wall_time) {
  constexpr std::int64_t kStart = 1;  // SessionLog.START
  ProtobufMessage log;
  log.integer(1, kStart);
  return event(wall_time, 0).message(event_field::kSessionLog, log).text();
}

std::string scalar_event(double wall_time, std::int64_t step, const std::string& tag,
                         double value) {
  ProtobufMessage point;
  point.bytes(value_field::kTag, tag).real32(value_field::kSimpleValue, static_cast<float>(value));
  return summary_event(wall_time, step, point);
}

std::string text_event(double wall_time, std::int64_t step, const std::string& tag,
                       const std::string& text) {
  ProtobufMessage tensor, shape, dimension, value;
  dimension.integer(1, 1);
  shape.message(2, dimension);
  tensor.integer(1, kStringType).message(2, shape).bytes(8, text);
  value.bytes(value_field::kTag, tag)
      .message(value_field::kTensor, tensor)
      .message(value_field::kMetadata, metadata_of("text", {}));
  return summary_event(wall_time, step, value);
}

std::string png_event(double wall_time, std::int64_t step, const std::string& tag,
                      const std::string& png) {
  // The width and the height stand in the first chunk, behind the signature, its length and name.
  // Source: PNG specification, section 11.2.2
  constexpr std::size_t kWidth = 16, kHeight = 20, kEnd = 24;
  constexpr std::int64_t kRgb = 3;
  if (png.size() < kEnd || !png.starts_with("\x89PNG\r\n\x1a\n"))
    throw DataError(fmt::format("the figure {} is no PNG file", tag));
  ProtobufMessage image, value;
  image.integer(1, big_endian_32(std::string_view(png).substr(kHeight)))
      .integer(2, big_endian_32(std::string_view(png).substr(kWidth)))
      .integer(3, kRgb)
      .bytes(4, png);
  value.bytes(value_field::kTag, tag).message(value_field::kImage, image);
  return summary_event(wall_time, step, value);
}

std::string session_start_event(double wall_time, const HparamsSession& session) {
  ProtobufMessage start;
  for (const auto& [name, text] : session.parameters) {
    ProtobufMessage entry;
    entry.bytes(1, name).message(2, typed_value(text));
    start.message(1, entry);
  }
  if (!session.group.empty()) start.bytes(4, session.group);
  if (session.start_time != 0.0) start.real64(5, session.start_time);
  return hparams_event(wall_time, "_hparams_/session_start_info", hparams_field::kSessionStart,
                       start);
}

std::string session_end_event(double wall_time, SessionStatus status, double end_time) {
  ProtobufMessage end;
  end.integer(1, static_cast<std::int64_t>(status));
  if (end_time != 0.0) end.real64(2, end_time);
  return hparams_event(wall_time, "_hparams_/session_end_info", hparams_field::kSessionEnd, end);
}

}  // namespace genrebench
