#pragma once
// Internal. The only place that reads through libsndfile.

#include <memory>

#include "signal/audio/containers.hpp"
#include "signal/audio/decoder.hpp"

namespace genrebench {

/// Decodes the streams of a layout one after the other.
/// @throws DataError  libsndfile does not decode a stream, or the streams' rates or channels differ
std::unique_ptr<Decoder> open_sndfile(std::unique_ptr<FileBytes> bytes, AudioLayout layout);

/// Whether this libsndfile decodes Opus in Ogg.
bool sndfile_has_opus();

}  // namespace genrebench
