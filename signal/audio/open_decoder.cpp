#include <fmt/format.h>

#include <filesystem>

#include "base/error.hpp"
#include "signal/audio/containers.hpp"
#include "signal/audio/decoder.hpp"
#include "signal/audio/decoder_watch.hpp"
#include "signal/audio/external_decoder.hpp"
#include "signal/audio/file_kind.hpp"
#include "signal/audio/mpeg_decoder.hpp"
#include "signal/audio/sndfile_decoder.hpp"

namespace genrebench {
namespace {

void check_there(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status))
    throw DataError(fmt::format("{}: expected an audio file, found nothing there", file.string()));
  if (std::filesystem::is_directory(status))
    throw DataError(fmt::format("{}: expected an audio file, found a folder", file.string()));
}

}  // namespace

std::unique_ptr<Decoder> open_decoder(const std::filesystem::path& file) {
  check_there(file);
  if (needs_external_decoder(file)) return std::make_unique<ExternalDecoder>(file);
  const DecoderCall call(file);
  auto bytes = std::make_unique<FileBytes>(file);
  const auto layout = read_container(*bytes);
  if (!layout) {
    throw DataError(fmt::format(
        "{}: expected audio, found {}{}", file.string(), describe_content(file),
        extra_format(file) != nullptr ? "; ffmpeg may read it if its name has the extension of that"
                                      : ""));
  }
  if (layout->mpeg) return open_mpeg(std::move(bytes), *layout);
  return open_sndfile(std::move(bytes), *layout);
}

}  // namespace genrebench
