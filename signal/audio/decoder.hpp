#pragma once
// Internal. What AudioReader needs of a decoder.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "signal/audio/audio.hpp"

namespace genrebench {

/// Decodes one file from its beginning to its end.
class Decoder {
 public:
  virtual ~Decoder() = default;

  /// The file's own rate and channels, and how many frames read() gives in all.
  virtual const AudioInfo& info() const = 0;

  /// False for integer samples: they need no look for NaN and for values beyond all measure.
  virtual bool may_exceed_full_scale() const { return true; }

  /// Decodes the next frames, interleaved.
  /// @param out  room for whole frames
  /// @return     frames decoded; fewer than there is room for at the end alone
  /// @throws DataError  the rest of the file is damaged
  virtual std::int64_t read(std::span<float> out) = 0;

  /// Empty where a tag is absent.
  virtual AudioTags tags() = 0;
};

/// Looks the file over (containers.hpp) and opens the decoder for it.
/// @throws DataError  missing, not readable, not audio (the message says what it is), cut short or
///                    damaged as far as its container shows it
std::unique_ptr<Decoder> open_decoder(const std::filesystem::path& file);

}  // namespace genrebench
