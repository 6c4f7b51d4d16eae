#include <fmt/format.h>

#include <cassert>
#include <iterator>

#include "base/text.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace {

constexpr std::string_view kStyle =
    R"(
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff;)"
    R"( max-width: 75rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
section, figure { margin: 2rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; border-top: 2px solid #1a1a1a;)"
    R"( border-bottom: 2px solid #1a1a1a; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .5rem; }
thead th { border-bottom: 1px solid #1a1a1a; vertical-align: bottom; }
th, td { padding: .3rem .75rem; text-align: left; }
tbody th { font-weight: 400; }
tbody tr:nth-child(even) { background: #f4f5f7; }
.number { text-align: right; }
td.number { white-space: nowrap; }
.caution { background: #fff3d6; font-style: italic; }
.strong { font-weight: 700; }
.notes { font-size: .875rem; color: #3c3c3c; max-width: 60rem; padding-left: 1.25rem; }
svg { max-width: 100%; height: auto; }
audio { display: block; width: 14rem; height: 2rem; }
)";

std::string escape(std::string_view text) {
  return replace_each(clean_text(text), [](char c) -> std::string_view {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&quot;";
      case '\'':
        return "&#39;";
      default:
        return {};
    }
  });
}

std::string escape_lines(std::string_view text) {
  return replace_each(escape(text), [](char c) {
    return c == '\n' ? std::string_view("<br>") : std::string_view();
  });
}

std::string attributes(const Cell& cell, bool numeric) {
  std::string classes;
  const auto add = [&](std::string_view name) {
    classes += classes.empty() ? "" : " ";
    classes += name;
  };
  if (numeric) add("number");
  if (cell.strong) add("strong");
  if (cell.caution) add("caution");
  return classes.empty() ? "" : " class=\"" + classes + "\"";
}

/// The URL of a file on this machine. All bytes but those that need no care in a URL are written as
/// their numbers, so that no name ends the attribute, the path, or names another place.
/// Source: RFC 8089, RFC 3986 (2.1 and 2.3)
std::string file_url(std::string_view path) {
  std::string result = "file://";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain)
      result += c;
    else
      fmt::format_to(std::back_inserter(result), "%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

/// What plays the sound file of a cell; nothing where it has none. The file is not loaded before
/// the reader asks for it: a page may have hundreds.
std::string player(const Cell& cell) {
  if (cell.audio.empty() || cell.audio.front() != '/') return {};
  return fmt::format(R"(<audio controls preload="none" src="{}" aria-label="{}"></audio>)",
                     file_url(cell.audio), escape(single_line(cell.text)));
}

/// The svg element alone: an XML declaration or a document type may not stand within HTML.
std::string_view svg_element(std::string_view svg) {
  const std::size_t begin = svg.find("<svg");
  return begin == std::string_view::npos ? std::string_view() : svg.substr(begin);
}

class HtmlWriter {
 public:
  std::string result;

  void notes(const std::vector<std::string>& notes) {
    if (notes.empty()) return;
    result += "<ul class=\"notes\">\n";
    for (const std::string& note : notes) result += "<li>" + escape_lines(note) + "</li>\n";
    result += "</ul>\n";
  }

  void operator()(const Paragraph& paragraph) {
    result += "<p>" + escape_lines(paragraph.text) + "</p>\n";
  }

  void operator()(const Figure& figure) {
    result += "<figure id=\"" + escape(figure.id) +
              "\">\n<div class=\"scroll\" role=\"img\" aria-label=\"" + escape(figure.title) +
              "\">\n";
    result += svg_element(figure.svg);
    result += "\n</div>\n<figcaption>" + escape_lines(figure.title) + "</figcaption>\n";
    notes(figure.notes);
    result += "</figure>\n";
  }

  void operator()(const Table& table) {
    const std::vector<bool> numeric = numeric_columns(table);
    // A box that scrolls must be reachable from the keyboard, and named.
    result += "<section id=\"" + escape(table.id) +
              "\">\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" +
              escape(table.title) + "\">\n<table>\n<caption>" + escape_lines(table.title) +
              "</caption>\n<thead><tr>";
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      result += std::string("<th scope=\"col\"") + (numeric[c] ? " class=\"number\"" : "") + ">" +
                escape_lines(table.columns[c]) + "</th>";
    result += "</tr></thead>\n<tbody>\n";
    for (const std::vector<Cell>& row : table.rows) {
      assert(row.size() <= table.columns.size());
      result += "<tr>";
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const Cell cell = c < row.size() ? row[c] : Cell();
        const bool heading = c == 0 && !cell.numeric;
        result += (heading ? "<th scope=\"row\"" : "<td") + attributes(cell, numeric[c]) + ">" +
                  escape_lines(cell.text) + player(cell) + (heading ? "</th>" : "</td>");
      }
      result += "</tr>\n";
    }
    result += "</tbody>\n</table>\n</div>\n";
    notes(table.notes);
    result += "</section>\n";
  }
};

}  // namespace

std::string render_html(const Document& document) {
  HtmlWriter writer;
  const std::string title = escape(single_line(document.title));
  writer.result =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      title + "</title>\n<style>" + std::string(kStyle) +
      "</style>\n</head>\n<body>\n<main>\n<h1>" + title + "</h1>\n";
  for (const auto& part : document.body) std::visit(writer, part);
  writer.result += "</main>\n</body>\n</html>\n";
  return std::move(writer.result);
}

}  // namespace genrebench
