#include "reports/render/html_parts.hpp"

#include <fmt/format.h>

#include <cassert>
#include <iterator>

#include "base/text.hpp"
#include "reports/render/headings.hpp"
#include "reports/render/render.hpp"

namespace genrebench::html {
namespace {

std::string attributes(const Cell& cell, bool numeric) {
  std::string classes;
  const auto add = [&](std::string_view name) {
    classes += classes.empty() ? "" : " ";
    classes += name;
  };
  constexpr std::size_t kLong = 25;
  if (numeric) add("number");
  if (!numeric && cell.text.size() > kLong && cell.text.find(' ') != std::string::npos) add("long");
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

/// The svg element alone: an XML declaration or a document type may not stand within HTML.
std::string_view svg_element(std::string_view svg) {
  const std::size_t begin = svg.find("<svg");
  return begin == std::string_view::npos ? std::string_view() : svg.substr(begin);
}

/// A cell's text; that of a path may be broken behind each slash, so that it does not take the
/// width of others.
std::string breakable(std::string_view text) {
  constexpr std::size_t kShort = 20;
  if (text.size() <= kShort) return escape_lines(text);
  return replace_each(escape_lines(text), [](char c) {
    return c == '/' ? std::string_view("/<wbr>") : std::string_view();
  });
}

/// Reports begin what may be wrong with all of a study so (reports/support/alarms.hpp).
bool is_alarm(const Paragraph& paragraph) { return paragraph.text.starts_with("ALARM"); }

}  // namespace

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

std::string script_json(std::string_view json) {
  return replace_each(
      json, [](char c) { return c == '<' ? std::string_view("\\u003c") : std::string_view(); });
}

std::string player(std::string_view path, std::string_view label) {
  if (path.empty() || path.front() != '/') return {};
  return fmt::format(R"(<audio controls preload="none" src="{}" aria-label="{}"></audio>)",
                     file_url(path), escape(single_line(label)));
}

void Parts::operator()(const Paragraph& paragraph) {
  if (!is_alarm(paragraph)) {
    result += "<p>" + escape_lines(paragraph.text) + "</p>\n";
    return;
  }
  // Reports of one page may have the same alarm, which lists configurations: each in a line.
  if (!alarms_.insert(paragraph.text).second) return;
  std::string text = paragraph.text;
  for (std::size_t at = text.find("; "); at != std::string::npos; at = text.find("; ", at))
    text.replace(at, 2, ";\n");
  result += "<p class=\"alarm\">" + escape_lines(text) + "</p>\n";
}

void Parts::operator()(const Figure& figure) {
  const std::string id = unique_id(figure.id);
  result += fmt::format("<figure id=\"{}\">\n<figcaption>{}</figcaption>\n", escape(id),
                        escape_lines(figure.title));
  still_picture(figure);
  if (with_charts_ && !figure.chart.empty())
    result += "<script type=\"application/json\">" + script_json(figure.chart) + "</script>\n";
  if (const std::string sound = player(figure.audio, figure.title); !sound.empty())
    result += fmt::format("<div class=\"sound\" data-start=\"{}\">{}</div>\n", figure.audio_start_s,
                          sound);
  notes(figure.notes, id, figure.title);
  result += "</figure>\n";
}

void Parts::still_picture(const Figure& figure) {
  const std::string_view svg = svg_element(figure.picture.svg());
  const bool left_out =
      with_charts_ && !figure.chart.empty() && still_bytes_ + svg.size() > kMostStillBytes;
  if (left_out) {
    result += fmt::format(
        "<div class=\"still\"><p>This page has more pictures than it can hold without scripts. "
        "This one is {}.svg of the Markdown format.</p></div>\n",
        escape(figure.id));
    return;
  }
  still_bytes_ += svg.size();
  result += fmt::format("<div class=\"scroll still\" role=\"img\" aria-label=\"{}\">\n",
                        escape(figure.title));
  result += svg;
  result += "\n</div>\n";
}

void Parts::operator()(const Table& table) {
  const std::string id = unique_id(table.id);
  const std::vector<bool> numeric = numeric_columns(table);
  // A box that scrolls must be reachable from the keyboard, and named.
  result += fmt::format(
      "<section id=\"{}\" class=\"table\">\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
      "aria-label=\"{}\">\n<table>\n<caption>{}</caption>\n<thead>",
      escape(id), escape(table.title), escape_lines(table.title));
  headings(table, numeric);
  result += "</thead>\n<tbody>\n";
  for (const std::vector<Cell>& row : table.rows) {
    assert(row.size() <= table.columns.size());
    result += "<tr>";
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const Cell& shown = c < row.size() ? row[c] : Cell();
      cell(shown, /*heading=*/c == 0 && !shown.numeric, numeric[c]);
    }
    result += "</tr>\n";
  }
  result += "</tbody>\n</table>\n</div>\n";
  notes(table.notes, id, table.title);
  result += "</section>\n";
}

std::string Parts::unique_id(const std::string& id) {
  std::string result_id = id;
  for (int n = 2; !ids_.insert(result_id).second; ++n) result_id = fmt::format("{}-{}", id, n);
  return result_id;
}

void Parts::headings(const Table& table, const std::vector<bool>& numeric) {
  const auto name = [&](std::size_t c, const char* more) {
    return fmt::format("<th scope=\"col\"{}{}>{}</th>", numeric[c] ? " class=\"number\"" : "", more,
                       escape_lines(lower_heading(table, c)));
  };
  const std::vector<HeadingGroup> groups = heading_groups(table);
  std::string upper, lower;
  for (const HeadingGroup& group : groups) {
    if (group.title.empty())
      for (std::size_t c = group.first; c < group.first + group.n_columns; ++c)
        upper += name(c, " rowspan=\"2\"");
    else
      upper += fmt::format("<th scope=\"colgroup\" class=\"group\" colspan=\"{}\">{}</th>",
                           group.n_columns, escape_lines(group.title));
    if (!group.title.empty())
      for (std::size_t c = group.first; c < group.first + group.n_columns; ++c)
        lower += name(c, "");
  }
  if (groups.empty())
    for (std::size_t c = 0; c < table.columns.size(); ++c) upper += name(c, "");
  result += "<tr>" + upper + "</tr>";
  if (!lower.empty()) result += "\n<tr>" + lower + "</tr>";
}

void Parts::cell(const Cell& cell, bool heading, bool numeric) {
  const auto link = links_.find(cell.text);
  const std::string text =
      link == links_.end()
          ? breakable(cell.text)
          : fmt::format("<a href=\"#{}\">{}</a>", escape(link->second), breakable(cell.text));
  result += (heading ? "<th scope=\"row\"" : "<td") + attributes(cell, numeric) + ">" + text +
            player(cell.audio, cell.text) + (heading ? "</th>" : "</td>");
}

void Parts::notes(const std::vector<std::string>& notes, const std::string& id,
                  const std::string& title) {
  std::string items;
  const Place* earlier = nullptr;
  for (const std::string& note : notes) {
    const auto [place, is_new] = first_with_note_.try_emplace(note, Place{id, title});
    if (is_new || place->second.id == id)
      items += "<li>" + escape_lines(note) + "</li>\n";
    else
      earlier = &place->second;
  }
  if (earlier != nullptr)
    items += fmt::format("<li>Notes of <a href=\"#{}\">{}</a> apply here too.</li>\n",
                         escape(earlier->id), escape(single_line(earlier->title)));
  if (!items.empty()) result += "<ul class=\"notes\">\n" + items + "</ul>\n";
}

}  // namespace genrebench::html
