#pragma once
// Names that stand where a name is not known: "Various Artists", "[unknown]", "Track 01".

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "harness/plugin/dataset.hpp"

namespace genrebench {

/// Whether a name says who it is. Names of nobody are, in any spelling:
///
/// - "Unknown", "Various", "V.A.", "N/A", "none", "Compilation" and the like, in the languages that
///   programs for music write them in;
/// - what these make with a word for artists: "Unknown Artist", "Interpret unbekannt", "Various
///   Performers", "no artist", "Various Artists 2";
/// - names that number tracks, albums or discs: "Track 01", "CD 1", "AudioTrack 07";
/// - blanks, dashes, question marks, dots and brackets alone.
///
/// A name of which every part between ";", "/", "|" and "," is such a name is one too.
bool names_somebody(std::string_view name);

/// How many tracks have each placeholder, by its spelling.
using PlaceholderCounts = std::map<std::string, std::size_t>;

/// The placeholders among the artists of these tracks.
PlaceholderCounts count_placeholders(std::span<const Track> tracks);

/// "12 of 60 tracks have a placeholder for an artist ('Various Artists' 8, 'VA' 4), which names
/// nobody"; empty if none has one.
std::string placeholder_text(const PlaceholderCounts& counts, std::size_t n_tracks);

/// The same for the artists of these tracks.
std::string placeholder_text(std::span<const Track> tracks);

}  // namespace genrebench
