#include "cli/usual_run_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "base/decimal.hpp"
#include "base/text.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench::cli {
namespace {

constexpr std::size_t kGap = 2;       ///< between columns
constexpr std::size_t kMessage = 28;  ///< messages are broken, but not into narrower columns

/// Those that are left out first, by their headings.
constexpr std::array<const char*, 6> kLeastImportant = {"started", "seconds", "features",
                                                        "split",   "dataset", "excerpt"};

/// One row of usual_columns() by their names.
class UsualRow {
 public:
  explicit UsualRow(const std::vector<std::string>& values) : values_(values) {}

  const std::string& operator[](const char* name) const {
    const auto& names = usual_columns();
    return values_[static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                            names.begin())];
  }

 private:
  const std::vector<std::string>& values_;
};

std::string number_text(const std::string& value, double factor, const char* format) {
  const auto number = decimal_number(value);
  return number ? fmt::format(fmt::runtime(format), factor * *number) : std::string();
}

std::vector<Cell> cells_of(const UsualRow& row) {
  const bool leaky = row["split.leaky"] == "true", imported = row["origin"] == "imported";
  return {{.text = short_id(row["run"])},
          {.text = row["status"] + (imported ? ", imported" : "")},
          {.text = row["method.name"]},
          {.text = row["features.name"]},
          {.text = row["excerpt.name"]},
          {.text = row["dataset.name"]},
          {.text = row["split.kind"] + (leaky ? ", leaky" : ""), .caution = leaky},
          {.text = row["seed"], .numeric = true},
          {.text = number_text(row["test.accuracy"], 100.0, "{:.1f} %"), .numeric = true},
          {.text = number_text(row["seconds"], 1.0, "{:.2f}"), .numeric = true},
          {.text = row["started"]},
          {.text = row["message"]}};
}

std::size_t widest_word(const std::string& heading) {
  std::size_t widest = 0;
  for (std::size_t begin = 0; begin <= heading.size();) {
    const std::size_t end = std::min(heading.find(' ', begin), heading.size());
    widest = std::max(widest, display_width(heading.substr(begin, end - begin)));
    begin = end + 1;
  }
  return widest;
}

/// Columns of the terminal that a column of the table needs.
std::size_t width_of(const Table& table, std::size_t column) {
  std::size_t widest = widest_word(table.columns[column]);
  for (const auto& row : table.rows)
    widest = std::max(widest, display_width(visible_line(row[column].text)));
  return table.columns[column] == "message" ? std::min(widest, kMessage) : widest;
}

/// Text that says the same in every row is said once above the table.
bool is_said_once(const Table& table, std::size_t column) {
  const auto& rows = table.rows;
  return rows.size() > 1 && !rows[0][column].numeric &&
         std::all_of(rows.begin(), rows.end(), [&](const auto& row) {
           return row[column].text == rows[0][column].text && !row[column].caution;
         });
}

void leave_out(Table& table, std::size_t column) {
  const auto at = static_cast<std::ptrdiff_t>(column);
  table.columns.erase(table.columns.begin() + at);
  for (auto& row : table.rows) row.erase(row.begin() + at);
}

std::size_t place_of(const Table& table, const std::string& heading) {
  return static_cast<std::size_t>(std::find(table.columns.begin(), table.columns.end(), heading) -
                                  table.columns.begin());
}

/// Leaves columns out until the table fits.
void make_fit(Table& table, std::size_t width) {
  std::size_t needed = 0;
  std::vector<std::size_t> widths;  // 0: said once
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    widths.push_back(is_said_once(table, c) ? 0 : width_of(table, c) + kGap);
    needed += widths.back();
  }
  std::vector<std::string> left_out;
  for (const char* heading : kLeastImportant) {
    if (needed <= width + kGap) break;
    const std::size_t column = place_of(table, heading);
    if (widths[column] == 0) continue;
    needed -= widths[column];
    widths.erase(widths.begin() + static_cast<std::ptrdiff_t>(column));
    leave_out(table, column);
    left_out.emplace_back(heading);
  }
  if (!left_out.empty())
    table.notes.push_back(
        fmt::format("no room for: {}; --columns chooses what is shown", fmt::join(left_out, ", ")));
}

}  // namespace

Table usual_run_table(const Listing& listing, std::size_t width) {
  Table table{.columns = {"run", "status", "method", "features", "excerpt", "dataset", "split",
                          "seed", "test accuracy", "seconds", "started", "message"}};
  for (const std::vector<std::string>& row : listing.rows)
    table.rows.push_back(cells_of(UsualRow(row)));
  const std::size_t message = place_of(table, "message");
  if (std::all_of(table.rows.begin(), table.rows.end(),
                  [&](const auto& row) { return row[message].text.empty(); }))
    leave_out(table, message);
  if (width > 0) make_fit(table, width);
  return table;
}

}  // namespace genrebench::cli
