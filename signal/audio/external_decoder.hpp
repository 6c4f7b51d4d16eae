#pragma once
// Decodes what libsndfile does not: AAC, WMA, WebM and others, by the program ffmpeg, where it is
// installed. The only place that knows ffmpeg.
//
// ffmpeg and ffprobe are started without a shell, may read this one file and nothing else, are told
// the container that the file's first bytes show, and stop at the first error.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "signal/audio/audio_formats.hpp"
#include "signal/audio/decoder.hpp"

namespace genrebench {

/// The ffmpeg in PATH: "ffmpeg 5.1.6-0+deb12u1"; empty: it or ffprobe is not installed. Looked for
/// once per process.
const std::string& external_decoder();

/// Whether AudioReader leaves a file to ffmpeg: it has a name of ffmpeg's formats
/// (SoundName::extra), and its first bytes are of one (extra_format()).
bool needs_external_decoder(const std::filesystem::path& file);

/// What decides the samples of a file besides its content: external_decoder() for a file that needs
/// it; empty for all that libsndfile decodes.
std::string decoder_of(const std::filesystem::path& file);

/// One file, decoded by ffmpeg to the last sample. The first audio stream of the file counts.
class ExternalDecoder final : public Decoder {
 public:
  /// Decodes the file once to count its samples, because containers give its length roughly or not
  /// at all. Short files are kept in memory (16 MiB); others are decoded again by read().
  /// @throws DataError  ffmpeg is not installed, does not decode the file, finds an error anywhere
  ///                    in it, or decodes less than the container says
  explicit ExternalDecoder(std::filesystem::path file);
  ~ExternalDecoder() override;

  const AudioInfo& info() const override;

  /// Reads the next frames, interleaved.
  /// @param out  a multiple of the number of channels
  /// @return     number of frames; fewer than asked for at the end only
  /// @throws DataError  ffmpeg fails, or gives another number of samples than before
  std::int64_t read(std::span<float> out) override;

  AudioTags tags() override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The tags of a file that needs ffmpeg, UTF-8. The file is not decoded.
/// @throws DataError  ffmpeg is not installed or does not know the file
AudioTags read_external_tags(const std::filesystem::path& file);

}  // namespace genrebench
