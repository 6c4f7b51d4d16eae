#pragma once
// Draws the pictures that a format of a document shows, several at the same time.

#include <set>
#include <vector>

#include "harness/plugin/document.hpp"

namespace genrebench {

/// Draws what is not drawn yet: most of the time of a picture goes to starting the program that
/// draws it.
/// @throws DataError  if a picture cannot be drawn, saying why
void draw_pictures(const std::vector<const Document*>& documents,
                   const std::set<PictureFormat>& formats);

}  // namespace genrebench
