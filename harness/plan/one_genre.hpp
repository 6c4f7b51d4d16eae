#pragma once
// Refusing data of one genre, of which every classifier is right.

#include "harness/experiment/plugin_choice.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// @throws ConfigError  if fewer than two genres have tracks. It names the genre and, where the
/// dataset is a folder, the folder
///                      above or below whose folders look like genres.
void refuse_one_genre(const Dataset& dataset, const PluginChoice& choice);

/// @throws ConfigError  if fewer than two genres are trained
void refuse_one_trained_genre(const Dataset& dataset, const Split& split);

}  // namespace genrebench
