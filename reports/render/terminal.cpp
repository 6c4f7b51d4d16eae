#include <algorithm>

#include "base/text.hpp"
#include "reports/render/render.hpp"
#include "reports/render/terminal_table.hpp"

namespace genrebench {
namespace {

class TerminalWriter {
 public:
  explicit TerminalWriter(const TerminalOptions& options) : options_(options) {}

  std::string result;

  void title(std::string_view text, char underline) {
    const std::string line = single_line(text);
    if (line.empty()) return;
    const std::size_t own = display_width(line), limit = options_.table_width;
    const bool wide = limit > 0 && own > limit;
    result += emphasised(wide ? wrap_text(line, limit) : line, {.strong = true}, options_);
    result += "\n" + std::string(wide ? limit : own, underline) + "\n";
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
    const std::string line = "[figure " + single_line(figure.id) + "] " + single_line(figure.title);
    result +=
        (options_.table_width > 0 ? wrap_text(line, options_.table_width, "  ") : line) + "\n";
    notes(figure.notes);
  }

  void operator()(const Table& table) {
    title(table.title, '-');
    result += terminal_table(table, options_);
    notes(table.notes);
  }

 private:
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
