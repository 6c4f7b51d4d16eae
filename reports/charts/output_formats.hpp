#pragma once
// What each format of a picture needs beyond gnuplot's output: characters that it can show, and the
// same bytes every time.

#include <string>
#include <string_view>

namespace genrebench::charts {

inline constexpr std::string_view kFont = "DejaVu Sans";

/// Without U+FFFE and U+FFFF, which XML does not allow.
std::string without_noncharacters(std::string text);

/// A text as the content of an element.
std::string escape_xml(std::string_view text);

/// With boxes for characters that the font of PNG and PDF does not have.
/// @param text  valid UTF-8
std::string without_missing_glyphs(std::string_view text);

/// gnuplot's SVG with ids of its own, our title, fonts that every browser has, and no word of
/// gnuplot's version.
/// @param id  what its ids start with; empty: a digest of the picture
std::string finish_svg(std::string svg, const std::string& title, const std::string& id);

/// The PDF as made at the start of 1970, so that it does not depend on the time of day. No byte
/// moves.
std::string without_time(std::string pdf);

}  // namespace genrebench::charts
