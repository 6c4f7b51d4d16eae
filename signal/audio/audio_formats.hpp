#pragma once
// Which files are sound files, by their names and by their first bytes.

#include <filesystem>

#include "signal/audio/signatures.hpp"

namespace genrebench {

/// Who decodes files of some name.
enum class SoundName {
  /// It is not the name of a sound file.
  none,
  /// libsndfile or libmpg123: wav, rf64, bw64, w64, caf, au, snd, aif, aiff, aifc, flac, ogg, oga,
  /// mp1, mp2, mp3, mpga, and opus where libsndfile has it.
  library,
  /// ffmpeg alone: m4a, mp4, aac, wma, webm, ape, wv, … (signal/audio/external_decoder.hpp).
  extra,
};

/// What the name of a file says, whatever its case. The file itself is not looked at.
SoundName sound_name(const std::filesystem::path& file);

/// Whether files of this name are decoded on this machine: names of libsndfile's formats, and of
/// ffmpeg's where ffmpeg is installed. The file itself is not looked at.
bool is_audio_file(const std::filesystem::path& file);

/// The format that a file's first bytes show (after ID3v2 tags); null: none that ffmpeg alone
/// decodes, or the file cannot be read.
const ExtraFormat* extra_format(const std::filesystem::path& file);

}  // namespace genrebench
