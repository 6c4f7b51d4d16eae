#include <algorithm>
#include <cassert>

#include "base/text.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace {

constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kYellow = "\033[33m";
constexpr std::string_view kPlain = "\033[0m";

void append_padded(std::string& line, const std::string& text, std::size_t width, bool right,
                   std::string_view colour) {
  const std::size_t own = display_width(text);
  const std::string space(width - own, ' ');
  if (right) line += space;
  if (!colour.empty()) line += colour;
  line += text;
  if (!colour.empty()) line += kPlain;
  if (!right) line += space;
}

void append_line(std::string& result, std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
  result += line + "\n";
  line.clear();
}

class TerminalWriter {
 public:
  explicit TerminalWriter(const TerminalOptions& options) : options_(options) {}

  std::string result;

  void title(std::string_view text, char underline) {
    const std::string line = single_line(text);
    if (line.empty()) return;
    result += options_.colours ? std::string(kBold) + line + std::string(kPlain) : line;
    result += "\n" + std::string(display_width(line), underline) + "\n";
  }

  void notes(const std::vector<std::string>& notes) {
    const std::size_t width = std::max<std::size_t>(options_.width, 24);  // narrower than this,
                                                                          // wrapping helps nobody
    for (const std::string& note : notes)
      result += wrap_text("- " + clean_text(note), width, "  ") + "\n";
  }

  void operator()(const Paragraph& paragraph) {
    result += wrap_text(clean_text(paragraph.text), options_.width) + "\n";
  }

  void operator()(const Figure& figure) {
    result += "[figure " + single_line(figure.id) + "] " + single_line(figure.title) + "\n";
    notes(figure.notes);
  }

  void operator()(const Table& table) {
    title(table.title, '-');
    const std::size_t n_columns = table.columns.size();
    const std::vector<bool> numeric = numeric_columns(table);
    std::vector<std::vector<std::string>> texts(1);
    for (const std::string& column : table.columns) texts[0].push_back(visible_line(column));
    for (const std::vector<Cell>& row : table.rows) {
      assert(row.size() <= n_columns);
      std::vector<std::string>& line = texts.emplace_back(n_columns);
      for (std::size_t c = 0; c < row.size(); ++c) line[c] = visible_line(row[c].text);
    }
    std::vector<std::size_t> widths(n_columns, 0);
    for (const auto& line : texts)
      for (std::size_t c = 0; c < n_columns; ++c)
        widths[c] = std::max(widths[c], display_width(line[c]));

    std::string line;
    for (std::size_t r = 0; r < texts.size(); ++r) {
      for (std::size_t c = 0; c < n_columns; ++c) {
        if (c > 0) line += "  ";
        append_padded(line, texts[r][c], widths[c], numeric[c],
                      r == 0 ? "" : colour_of(table.rows[r - 1], c));
      }
      append_line(result, line);
      if (r > 0) continue;
      for (std::size_t c = 0; c < n_columns; ++c)
        line += (c > 0 ? "  " : "") + std::string(widths[c], '-');
      append_line(result, line);
    }
    notes(table.notes);
  }

 private:
  std::string_view colour_of(const std::vector<Cell>& row, std::size_t column) const {
    if (!options_.colours || column >= row.size()) return {};
    return row[column].caution ? kYellow : row[column].strong ? kBold : std::string_view();
  }

  TerminalOptions options_;
};

}  // namespace

std::vector<bool> numeric_columns(const Table& table) {
  std::vector<bool> result(table.columns.size(), false);
  for (const std::vector<Cell>& row : table.rows)
    for (std::size_t c = 0; c < std::min(row.size(), result.size()); ++c)
      if (row[c].numeric) result[c] = true;
  return result;
}

std::string render_terminal(const Document& document, const TerminalOptions& options) {
  TerminalWriter writer(options);
  writer.title(document.title, '=');
  for (const auto& part : document.body) {
    if (!writer.result.empty()) writer.result += "\n";
    std::visit(writer, part);
  }
  return std::move(writer.result);
}

}  // namespace genrebench
