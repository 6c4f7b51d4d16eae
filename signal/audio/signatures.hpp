#pragma once
// The bytes that files of known kinds begin with: of sound, and of what else lies in folders of
// sound.

#include <cstddef>
#include <span>
#include <string_view>

namespace genrebench {

/// A format that ffmpeg decodes and neither libsndfile nor libmpg123 does.
struct ExtraFormat {
  std::string_view name;     ///< for people: "MPEG-4"
  std::string_view demuxer;  ///< ffmpeg's name of the container; empty: none
  bool states_duration;      ///< the container says how long it is; otherwise ffmpeg estimates
};

struct Signature {
  std::size_t offset;       ///< in bytes from where the content begins
  std::string_view bytes;   ///< what stands there
  std::string_view phrase;  ///< follows "found": "a Git LFS pointer"
  ExtraFormat extra = {};   ///< for what ffmpeg alone decodes
};

/// Bytes that signature_of() wants to see.
inline constexpr std::size_t kSignatureBytes = 512;

/// All of them, in the order in which they are tried: an AVI video before a RIFF file.
std::span<const Signature> signatures();

/// The first that fits the beginning of a file, behind any ID3v2 tag; null: none does.
const Signature* signature_of(std::string_view begin);

}  // namespace genrebench
