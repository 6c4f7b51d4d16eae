#include "reports/render/terminal_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <numeric>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "reports/render/headings.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kGap = 2;          ///< between columns
constexpr std::size_t kMostLines = 4;    ///< of a cell
constexpr std::size_t kNarrowText = 12;  ///< text is not broken into narrower columns
constexpr std::size_t kNarrowest = 20;   ///< a terminal that claims less is not believed

std::vector<std::string> lines_of(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  const std::string wrapped = display_width(text) <= width ? text : wrap_text(text, width);
  for (std::size_t begin = 0; begin <= wrapped.size();) {
    const std::size_t end = std::min(wrapped.find('\n', begin), wrapped.size());
    lines.push_back(wrapped.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::size_t longest_word(const std::string& text) {
  std::size_t longest = 0;
  for (const std::string& word : lines_of(text, 1))
    longest = std::max(longest, display_width(word));
  return longest;
}

struct Column {
  std::string heading;             ///< right above the column
  std::string name;                ///< which says what the column is where it stands alone
  std::string group;               ///< heading above that of the column, which neighbours share
  std::vector<std::string> texts;  ///< one per row
  std::vector<Cell> looks;         ///< of them
  bool numeric = false;
  std::size_t width = 0;

  std::size_t widest_text() const {
    std::size_t widest = 0;
    for (const std::string& text : texts) widest = std::max(widest, display_width(text));
    return widest;
  }
  std::size_t natural_width() const { return std::max(display_width(heading), widest_text()); }
  /// The width that it needs if headings and text may be broken.
  std::size_t least_width() const {
    if (numeric) return std::max(longest_word(heading), widest_text());
    std::size_t least = std::min(natural_width(), kNarrowText);
    least = std::max(least, longest_word(heading));
    for (const std::string& text : texts) least = std::max(least, longest_word(text));
    return least;
  }
  bool is_empty() const {
    return std::all_of(texts.begin(), texts.end(), [](const auto& text) { return text.empty(); });
  }
  /// True if it is text that says the same in every row.
  bool is_constant() const {
    return !numeric && texts.size() > 1 &&
           std::all_of(texts.begin(), texts.end(), [&](const auto& t) { return t == texts[0]; }) &&
           std::none_of(looks.begin(), looks.end(),
                        [](const Cell& cell) { return cell.strong || cell.caution; });
  }
};

using Columns = std::vector<Column>;

Columns columns_of(const Table& table) {
  const std::vector<bool> numeric = numeric_columns(table);
  Columns columns;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    Column& column = columns.emplace_back();
    column.name = visible_line(table.columns[c]);
    column.heading = visible_line(lower_heading(table, c));
    column.numeric = numeric[c];
    for (const std::vector<Cell>& row : table.rows) {
      assert(row.size() <= table.columns.size());
      column.looks.push_back(c < row.size() ? row[c] : Cell{});
      column.texts.push_back(visible_line(column.looks.back().text));
    }
    column.width = column.natural_width();
  }
  for (const HeadingGroup& group : heading_groups(table)) {
    std::size_t width = kGap * (group.n_columns - 1);
    for (std::size_t c = group.first; c < group.first + group.n_columns; ++c) {
      columns[c].group = visible_line(group.title);
      width += columns[c].width;
    }
    Column& last = columns[group.first + group.n_columns - 1];
    last.width += std::max(display_width(last.group), width) - width;
  }
  return columns;
}

std::size_t width_of(const Columns& columns) {
  std::size_t width = columns.empty() ? 0 : kGap * (columns.size() - 1);
  for (const Column& column : columns) width += column.width;
  return width;
}

/// Makes the widest columns narrower until all fit. @return  false if they cannot
bool make_fit(Columns& columns, std::size_t limit) {
  std::vector<std::size_t> least;
  for (const Column& column : columns) least.push_back(column.least_width());
  for (std::size_t width = width_of(columns); width > limit; --width) {
    std::size_t widest = columns.size();
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (columns[c].width > least[c] &&
          (widest == columns.size() || columns[c].width > columns[widest].width))
        widest = c;
    if (widest == columns.size()) return false;
    --columns[widest].width;
  }
  return true;
}

bool has_tall_cells(const Columns& columns) {
  return std::any_of(columns.begin(), columns.end(), [](const Column& column) {
    return std::any_of(column.texts.begin(), column.texts.end(), [&](const std::string& text) {
      return lines_of(text, column.width).size() > kMostLines;
    });
  });
}

void append_line(std::string& result, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  result += line + "\n";
}

class TableWriter {
 public:
  explicit TableWriter(const TerminalOptions& options) : options_(options) {}

  std::string result;

  /// Headings, a rule, and the rows, in columns of their widths.
  void grid(const Columns& columns) {
    if (columns.empty()) return;
    groups(columns);
    std::vector<std::string> headings;
    for (const Column& column : columns) headings.push_back(column.heading);
    row(columns, headings, nullptr);
    std::string rule;
    for (const Column& column : columns)
      rule += std::string(rule.empty() ? 0 : kGap, ' ') + std::string(column.width, '-');
    append_line(result, rule);
    for (std::size_t r = 0; r < columns[0].texts.size(); ++r) {
      std::vector<std::string> texts;
      std::vector<Cell> looks;
      for (const Column& column : columns) {
        texts.push_back(column.texts[r]);
        looks.push_back(column.looks[r]);
      }
      row(columns, texts, &looks);
    }
  }

  /// Columns of numbers, as many side by side as fit beside the first column.
  void divided(const Columns& columns, std::size_t limit) {
    for (std::size_t next = 1; next < columns.size();) {
      Columns part = {columns[0]};
      do part.push_back(columns[next++]);
      while (next < columns.size() && width_of(part) + kGap + columns[next].width <= limit);
      if (!result.empty()) result += "\n";
      grid(part);
    }
  }

  /// One line per cell, or more: the heading, and the text beside it.
  void blocks(const Columns& columns, std::size_t limit) {
    std::size_t width = 0;
    for (const Column& column : columns) width = std::max(width, display_width(column.name));
    for (std::size_t r = 0; r < columns[0].texts.size(); ++r) {
      if (!result.empty()) result += "\n";
      for (const Column& column : columns)
        if (!column.texts[r].empty())
          entry(column.name, width, column.texts[r], column.looks[r], limit);
    }
  }

  /// Two columns: the second begins on a line of its own where it does not fit beside the first.
  void pairs(const Columns& columns, std::size_t limit) {
    std::size_t width = columns[0].natural_width();
    width = std::min(width, limit / 2);
    for (std::size_t r = 0; r < columns[0].texts.size(); ++r)
      entry(columns[0].texts[r], width, columns[1].texts[r], columns[1].looks[r], limit);
  }

 private:
  /// The headings that neighbouring columns share, each in the middle above a rule.
  void groups(const Columns& columns) {
    if (std::all_of(columns.begin(), columns.end(),
                    [](const Column& column) { return column.group.empty(); }))
      return;
    std::vector<std::string> lines(1);
    std::string rules;
    for (std::size_t c = 0; c < columns.size();) {
      const std::string& group = columns[c].group;
      const std::size_t begin = c;
      std::size_t width = 0;
      for (; c < columns.size() && columns[c].group == group; ++c)
        width += columns[c].width + (c > begin ? kGap : 0);
      const std::vector<std::string> texts = lines_of(group, width);
      // A title may need more lines than those before it.
      if (texts.size() > lines.size())
        lines.resize(texts.size(), std::string(display_width(rules), ' '));
      for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string text = i < texts.size() ? texts[i] : "";
        const std::size_t free = width - std::min(width, display_width(text));
        lines[i] += std::string(begin > 0 ? kGap : 0, ' ') + std::string(free / 2, ' ') + text +
                    std::string(free - free / 2, ' ');
      }
      rules +=
          std::string(begin > 0 ? kGap : 0, ' ') + std::string(width, group.empty() ? ' ' : '-');
    }
    for (std::string& line : lines) append_line(result, std::move(line));
    append_line(result, std::move(rules));
  }

  void row(const Columns& columns, const std::vector<std::string>& texts,
           const std::vector<Cell>* looks) {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 0;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      cells.push_back(lines_of(texts[c], columns[c].width));
      height = std::max(height, cells.back().size());
    }
    for (std::size_t i = 0; i < height; ++i) {
      std::string line;
      for (std::size_t c = 0; c < columns.size(); ++c) {
        if (c > 0) line.append(kGap, ' ');
        const std::string text = i < cells[c].size() ? cells[c][i] : std::string();
        const std::string space(columns[c].width - std::min(columns[c].width, display_width(text)),
                                ' ');
        const std::string shown = looks ? emphasised(text, (*looks)[c], options_) : text;
        line += columns[c].numeric ? space + shown : shown + space;
      }
      append_line(result, std::move(line));
    }
  }

  void entry(const std::string& key, std::size_t key_width, const std::string& text,
             const Cell& look, std::size_t limit) {
    std::string line = key;
    std::size_t indent = key_width + kGap;
    if (display_width(key) > key_width || indent + longest_word(text) > limit) {
      append_line(result, std::move(line));
      line.clear();
      indent = kGap;
    }
    for (const std::string& part : lines_of(text, limit > indent ? limit - indent : 1)) {
      line.append(indent - std::min(indent, display_width(line)), ' ');
      append_line(result, line + emphasised(part, look, options_));
      line.clear();
    }
  }

  const TerminalOptions& options_;
};

/// Takes out columns that say nothing, and those that say the same in every row.
/// @return  what the latter say
std::string take_constants(Columns& columns) {
  std::string said;
  for (auto column = columns.begin() + 1; column != columns.end();) {
    const bool empty = column->is_empty();
    if (!empty && !column->is_constant()) {
      ++column;
      continue;
    }
    if (!empty)
      said += fmt::format("{}{}: {}", said.empty() ? "" : "; ", column->name, column->texts[0]);
    column = columns.erase(column);
  }
  return said;
}

bool all_numbers_but_the_first(const Columns& columns) {
  return columns.size() > 2 && std::all_of(columns.begin() + 1, columns.end(),
                                           [](const Column& column) { return column.numeric; });
}

}  // namespace

std::string emphasised(const std::string& text, const Cell& cell, const TerminalOptions& options) {
  if (!options.colours || text.empty() || (!cell.caution && !cell.strong)) return text;
  return (cell.caution ? "\033[33m" : "\033[1m") + text + "\033[0m";
}

std::string terminal_table(const Table& table, const TerminalOptions& options) {
  TableWriter writer(options);
  Columns columns = columns_of(table);
  const std::size_t limit = std::max(options.table_width, kNarrowest);
  if (options.table_width == 0 || width_of(columns) <= limit) {
    writer.grid(columns);
    return std::move(writer.result);
  }
  std::string above;
  if (columns.size() > 2) {
    above = take_constants(columns);
    if (!above.empty()) above = wrap_text("every row: " + above, limit, "  ") + "\n\n";
  }
  Columns narrow = columns;
  const bool fits = make_fit(narrow, limit);
  if (fits && (!has_tall_cells(narrow) || columns.size() <= 2))
    writer.grid(narrow);
  else if (all_numbers_but_the_first(columns))
    writer.divided(narrow, limit);
  else if (columns.size() == 2)
    writer.pairs(columns, limit);
  else
    writer.blocks(columns, limit);
  return above + writer.result;
}

}  // namespace genrebench
