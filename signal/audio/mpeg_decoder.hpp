#pragma once
// Internal. The only place that knows libmpg123. libsndfile decodes MPEG through it too, but
// believes the first header about the length, stops where the channels change, and takes no free
// format.

#include <memory>

#include "signal/audio/containers.hpp"
#include "signal/audio/decoder.hpp"

namespace genrebench {

/// @param layout  with its `mpeg` set
/// @throws DataError  libmpg123 cannot decode it
std::unique_ptr<Decoder> open_mpeg(std::unique_ptr<FileBytes> bytes, AudioLayout layout);

}  // namespace genrebench
