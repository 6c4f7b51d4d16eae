#pragma once
// Internal. What a container claims, compared with what the file holds, before a decoder sees it.
// Headers and indices may say less or more than there is; decoders mostly believe them.

#include <cstdint>
#include <optional>
#include <vector>

#include "signal/audio/audio_view.hpp"
#include "signal/audio/file_bytes.hpp"

namespace genrebench {

/// MPEG audio as a walk over its frames finds it.
struct MpegStream {
  int layer = 0;  ///< 1 to 3
  int rate_hz = 0;
  int channels = 0;       ///< 2 if any frame is stereo
  bool is_mixed = false;  ///< some frames are mono, others stereo
  int frame_samples = 0;
  int free_frame_bytes = 0;     ///< of frames in free format, without padding; 0: none is
  std::int64_t n_frames = 0;    ///< without a Xing, Info or VBRI frame
  std::int64_t skip = 0;        ///< samples of encoder delay to drop at the beginning
  std::int64_t drop_begin = 0;  ///< samples of padding to drop, counted before the skip
  std::int64_t drop_end = 0;
  std::int64_t n_samples() const {
    return n_frames * frame_samples - skip - (drop_end - drop_begin);
  }
};

/// How a file is decoded: its streams one after the other.
struct AudioLayout {
  std::vector<AudioView> streams;
  std::optional<MpegStream> mpeg;  ///< if set, the one stream is MPEG frames
};

/// Readers of one family of containers each. The container begins at `start`, after any ID3v2 tag,
/// with the bytes of its family.
/// @throws DataError       cut short, damaged, or claims that contradict what is there
/// @throws FileUnreadable
AudioLayout read_riff(FileBytes& bytes, std::int64_t start);  ///< WAVE in RIFF, RIFX, RF64, BW64
AudioLayout read_w64(FileBytes& bytes, std::int64_t start);   ///< Sony Wave64
AudioLayout read_aiff(FileBytes& bytes, std::int64_t start);  ///< AIFF and AIFC
AudioLayout read_caf(FileBytes& bytes, std::int64_t start);   ///< Core Audio Format
AudioLayout read_au(FileBytes& bytes, std::int64_t start);    ///< AU or SND, of both byte orders
AudioLayout read_flac(FileBytes& bytes, std::int64_t start);
AudioLayout read_ogg(FileBytes& bytes, std::int64_t start);  ///< Vorbis, Opus or FLAC; also chained

/// Frames of MPEG-1, 2 and 2.5, layers I to III, with ID3, APE and Lyrics3 tags around and between
/// them. @return  none where no several consistent frames follow one another
std::optional<AudioLayout> read_mpeg(FileBytes& bytes);

/// The reader that the first bytes of the file ask for. @return  none: no container of these
/// @throws DataError, FileUnreadable
std::optional<AudioLayout> read_container(FileBytes& bytes);

}  // namespace genrebench
