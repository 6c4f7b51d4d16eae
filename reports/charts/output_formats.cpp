#include "reports/charts/output_formats.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench::charts {
namespace {

/// What browsers use without it; Verdana has nearly its widths.
constexpr std::string_view kFontFamily = "DejaVu Sans, Verdana, Geneva, sans-serif";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// Characters that DejaVu Sans 2.37 has, to the extent that names of music need. Cairo draws
/// others, where no font of the machine has them, as boxes of any size across the whole picture.
constexpr std::array<std::pair<char32_t, char32_t>, 36> kGlyphs = {
    {{0x0A, 0x0A},     {0x20, 0x7E},     {0xA0, 0x2E9},    {0x2EC, 0x2EE},   {0x300, 0x34F},
     {0x370, 0x377},   {0x37A, 0x37E},   {0x384, 0x38A},   {0x38C, 0x38C},   {0x38E, 0x3A1},
     {0x3A3, 0x525},   {0x531, 0x556},   {0x559, 0x55F},   {0x561, 0x587},   {0x5B0, 0x5C3},
     {0x5D0, 0x5EA},   {0x621, 0x63A},   {0x640, 0x655},   {0x660, 0x670},   {0x679, 0x6BF},
     {0x10D0, 0x10FC}, {0x1E00, 0x1EFB}, {0x1F00, 0x1F15}, {0x2000, 0x2064}, {0x2074, 0x208E},
     {0x20A0, 0x20B5}, {0x2100, 0x2109}, {0x210B, 0x2149}, {0x2150, 0x2185}, {0x2190, 0x2311},
     {0x2460, 0x2469}, {0x2500, 0x269C}, {0x269E, 0x26B8}, {0x270C, 0x2727}, {0xFB00, 0xFB06},
     {0xFFFD, 0xFFFD}}};

}  // namespace

std::string escape_xml(std::string_view text) {
  return replace_each(text, [](char c) -> std::string_view {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      default:
        return {};
    }
  });
}

std::string without_noncharacters(std::string text) {
  replace_all(text, "\xEF\xBF\xBE", "\uFFFD");
  replace_all(text, "\xEF\xBF\xBF", "\uFFFD");
  return text;
}

std::string without_missing_glyphs(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t n_bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t code = n_bytes == 1 ? lead : lead & (0xFFu >> (n_bytes + 1));
    for (std::size_t i = 1; i < n_bytes; ++i)
      code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
    const bool drawn = std::any_of(kGlyphs.begin(), kGlyphs.end(), [code](const auto& range) {
      return code >= range.first && code <= range.second;
    });
    result += drawn ? text.substr(0, n_bytes) : std::string_view("□");
    text.remove_prefix(n_bytes);
  }
  return result;
}

std::string finish_svg(std::string svg, const std::string& title, const std::string& id) {
  static constexpr std::string_view kEnd = "</desc>\n";
  const std::size_t begin = svg.find("<title>Gnuplot</title>");
  const std::size_t end = svg.find(kEnd);
  if (begin != std::string::npos && end != std::string::npos && begin < end)
    svg.replace(begin, end + kEnd.size() - begin,
                title.empty() ? "" : "<title>" + escape_xml(title) + "</title>\n");
  replace_all(svg, "]]>", "]]&gt;");
  replace_all(svg, "font-family=\"" + std::string(kFont) + "\"",
              "font-family=\"" + std::string(kFontFamily) + "\"");

  // Only within tags: a user's text may look like an attribute.
  const std::string prefix = (id.empty() ? "chart-" + short_id(sha256(svg), kLongerId) : id) + "-";
  std::string result;
  result.reserve(svg.size() + svg.size() / 4);
  for (std::size_t at = 0; at < svg.size();) {
    const std::size_t open = std::min(svg.find('<', at), svg.size());
    const std::size_t close = std::min(svg.find('>', open), svg.size() - 1) + 1;
    result.append(svg, at, open - at);
    std::string tag = svg.substr(open, close - open);
    for (const std::string_view start :
         {" id='", " id=\"", "xlink:href='#", "xlink:href=\"#", "url(#"})
      replace_all(tag, start, std::string(start) + prefix);
    result += tag;
    at = close;
  }
  return result;
}

std::string without_time(std::string pdf) {
  static constexpr std::string_view kKey = "/CreationDate (D:";
  static constexpr std::string_view kStart = "19700101000000";
  if (const std::size_t at = pdf.find(kKey);
      at != std::string::npos && at + kKey.size() + kStart.size() <= pdf.size())
    pdf.replace(at + kKey.size(), kStart.size(), kStart);
  return pdf;
}

}  // namespace genrebench::charts
