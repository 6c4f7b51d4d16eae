#include "reports/render/headings.hpp"

#include <algorithm>
#include <cassert>

namespace genrebench {

std::vector<HeadingGroup> heading_groups(const Table& table) {
  std::vector<HeadingGroup> groups;
  assert(table.headings.empty() || table.headings.size() == table.columns.size());
  if (std::all_of(table.headings.begin(), table.headings.end(),
                  [](const Heading& heading) { return heading.group.empty(); }))
    return groups;
  for (std::size_t c = 0; c < table.headings.size(); ++c) {
    if (groups.empty() || groups.back().title != table.headings[c].group)
      groups.push_back({.title = table.headings[c].group, .first = c});
    ++groups.back().n_columns;
  }
  return groups;
}

std::string lower_heading(const Table& table, std::size_t column) {
  return table.headings.empty() ? table.columns[column] : table.headings[column].name;
}

}  // namespace genrebench
