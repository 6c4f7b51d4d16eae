#include "base/closest_name.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace genrebench {
namespace {

/// Restricted edit distance (insert, delete, replace, swap of neighbours).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] =
          std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

/// The name, cut within its characters where it is very long.
std::string shortened(const std::string& written) {
  const std::string name = single_line(written);
  constexpr std::size_t kLongest = 100;  // bytes
  if (name.size() <= kLongest) return name;
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return name.substr(0, end) + "…";
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view word,
                                        const std::vector<std::string>& known) {
  constexpr std::size_t kLongest = 100;  // nobody mistypes a longer name, and a distance costs n *
                                         // m
  std::optional<std::string> best;
  if (word.size() > kLongest) return best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 2);
  for (const std::string& name : known) {
    // Each letter more or less is one step at least.
    if (std::max(name.size(), word.size()) - std::min(name.size(), word.size()) > best_distance)
      continue;
    const std::size_t distance = edit_distance(word, name);
    if (distance < best_distance || (distance == best_distance && !best)) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

std::string unknown_name_message(std::string_view kind, std::string_view word,
                                 std::string_view where, const std::vector<std::string>& known) {
  std::string message =
      fmt::format("{}: unknown {} '{}'", where, kind, shortened(std::string(word)));
  if (const auto nearest = nearest_name(word, known))
    message += fmt::format("; did you mean '{}'?", shortened(*nearest));
  message += known.empty() ? " (there are none)" : fmt::format(" (known: {})", name_list(known));
  return message;
}

std::string name_list(std::span<const std::string> names) {
  constexpr std::size_t kMostNames = 20;
  std::string list;
  for (const std::string& name : names.first(std::min(kMostNames, names.size())))
    list += (list.empty() ? "" : ", ") + shortened(name);
  if (names.size() > kMostNames) list += fmt::format(" and {} more", names.size() - kMostNames);
  return list;
}

}  // namespace genrebench
