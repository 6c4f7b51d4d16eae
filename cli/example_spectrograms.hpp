#pragma once
// The paper's Figure 1: a spectrogram of each genre.

#include <optional>

#include "harness/plugin/dataset.hpp"
#include "harness/plugin/document.hpp"

namespace genrebench::cli {

/// Log-mel spectrograms with the paper's parameters (22050 Hz, frames of 2048 samples every 1024,
/// 128 bands) of the first 30 s of each genre's first track that can be read.
/// @return  nothing for a dataset without audio
/// @throws DataError  if gnuplot is missing
std::optional<Figure> example_spectrograms(const Dataset& dataset);

}  // namespace genrebench::cli
