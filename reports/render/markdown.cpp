#include <cassert>

#include "base/text.hpp"
#include "reports/render/headings.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace {

/// Text that Markdown shows as it is, on one line.
std::string escape(std::string_view text, std::string_view line_break) {
  return replace_each(clean_text(text), [line_break](char c) -> std::string_view {
    switch (c) {
      case '\\':
        return "\\\\";
      case '`':
        return "\\`";
      case '*':
        return "\\*";
      case '_':
        return "\\_";
      case '[':
        return "\\[";
      case ']':
        return "\\]";
      case '#':
        return "\\#";
      case '~':
        return "\\~";
      case '$':
        return "\\$";
      case '|':
        return "\\|";
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '\n':
        return line_break;
      default:
        return {};
    }
  });
}

/// Spaces at either end, which Markdown would drop, as references.
std::string with_outer_spaces(std::string text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (text.empty() || first == std::string::npos) return text;
  std::string result;
  for (std::size_t i = 0; i < first; ++i) result += "&#32;";
  const std::size_t last = text.find_last_not_of(' ');
  result += text.substr(first, last - first + 1);
  for (std::size_t i = last + 1; i < text.size(); ++i) result += "&#32;";
  return result;
}

std::string cell_text(const Cell& cell) {
  const std::string text = with_outer_spaces(escape(cell.text, "<br>"));
  if (text.empty()) return text;
  const std::string mark = cell.strong && cell.caution ? "***"
                           : cell.strong               ? "**"
                           : cell.caution              ? "*"
                                                       : "";
  return mark + text + mark;
}

class MarkdownWriter {
 public:
  std::string result;

  void notes(const std::vector<std::string>& notes) {
    if (!notes.empty()) result += "\n";
    for (const std::string& note : notes) result += "- " + escape(note, " ") + "\n";
  }

  void operator()(const Paragraph& paragraph) { result += escape(paragraph.text, "  \n") + "\n"; }

  void operator()(const Figure& figure) {
    result += "![" + escape(figure.title, " ") + "](" + figure.id + ".svg)\n";
    notes(figure.notes);
  }

  void operator()(const Table& table) {
    if (!table.title.empty()) result += "## " + escape(table.title, " ") + "\n\n";
    const std::vector<HeadingGroup> groups = heading_groups(table);
    result += "|";
    // Pipe tables have one row of headings, and no cell over several columns: the upper level
    // stands in the first column of its group, the lower one in the next row.
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      result += " " + heading(groups.empty() ? table.columns[c] : upper(groups, c)) + " |";
    result += "\n|";
    for (const bool numeric : numeric_columns(table)) result += numeric ? " ---: |" : " :--- |";
    result += "\n";
    if (!groups.empty()) {
      result += "|";
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const std::string text = heading(lower_heading(table, c));
        result += text.empty() ? "  |" : " **" + text + "** |";
      }
      result += "\n";
    }
    for (const std::vector<Cell>& row : table.rows) {
      assert(row.size() <= table.columns.size());
      result += "|";
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        result += " " + (c < row.size() ? cell_text(row[c]) : std::string()) + " |";
      result += "\n";
    }
    notes(table.notes);
  }

 private:
  static std::string heading(const std::string& text) {
    return with_outer_spaces(escape(text, "<br>"));
  }

  /// The heading of the group that begins with a column.
  static std::string upper(const std::vector<HeadingGroup>& groups, std::size_t column) {
    for (const HeadingGroup& group : groups)
      if (group.first == column) return group.title;
    return {};
  }
};

}  // namespace

std::string render_markdown(const Document& document) {
  MarkdownWriter writer;
  if (!document.title.empty()) writer.result += "# " + escape(document.title, " ") + "\n";
  for (const auto& part : document.body) {
    if (!writer.result.empty()) writer.result += "\n";
    std::visit(writer, part);
  }
  return std::move(writer.result);
}

}  // namespace genrebench
