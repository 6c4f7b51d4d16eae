#pragma once
// Refuses data of a single genre, on which every classifier is right.

#include "harness/experiment/plugin_choice.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// Checks that at least two genres have tracks.
/// @throws ConfigError  naming the genre and, if the dataset is a folder, a folder above or below
///                      it whose subfolders look like genres
void refuse_one_genre(const Dataset& dataset, const PluginChoice& choice);

/// Checks that at least two genres have training tracks.
/// @throws ConfigError
void refuse_one_trained_genre(const Dataset& dataset, const Split& split);

}  // namespace genrebench
