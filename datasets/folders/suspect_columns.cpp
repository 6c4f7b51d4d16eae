#include "datasets/folders/suspect_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/folders/answer_columns.hpp"

namespace genrebench {
namespace {

/// Whether the values number the rows, in any order.
bool numbers_rows(const std::vector<float>& values) {
  std::set<float> seen;
  return std::ranges::all_of(
      values, [&](float value) { return value == std::round(value) && seen.insert(value).second; });
}

/// Why a column may not be a feature; nothing if it may.
std::optional<std::string> why_no_feature(const std::string& column,
                                          const std::vector<float>& values,
                                          const std::vector<int>& genre) {
  if (auto reason = why_it_tells_the_genre(values, genre)) return reason;
  if (is_nameless(column) && values.size() > 1 && numbers_rows(values))
    return "numbers the rows, as the index of a table";
  return std::nullopt;
}

/// Each genre as a number.
std::vector<int> numbers_of_genres(const std::vector<NamedTrack>& tracks) {
  std::map<std::string, int> number;
  std::vector<int> genre;
  for (const NamedTrack& named : tracks)
    genre.push_back(number.try_emplace(named.genre, static_cast<int>(number.size())).first->second);
  return genre;
}

/// `["a", "b"]`, as the value of an option.
std::string option_list(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(fmt::format("\"{}\"", name));
  return fmt::format("[{}]", name_list(quoted));
}

}  // namespace

bool is_nameless(std::string_view column) { return column.starts_with("Unnamed: "); }

SuspectColumns find_suspect_columns(const CsvTable& table, const std::vector<std::size_t>& columns,
                                    const std::vector<NamedTrack>& tracks, ColumnChoice choice) {
  constexpr double kNearlyAll = 0.95;
  std::set<std::size_t> kept;
  for (const std::string& name : choice.kept) kept.insert(table.column(name));
  const std::vector<int> genre = numbers_of_genres(tracks);
  SuspectColumns result;
  std::vector<std::string> reasons, names;
  std::vector<float> values(tracks.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t t = 0; t < tracks.size(); ++t) values[t] = tracks[t].track.features[i];
    const std::string name = utf8_name(table.columns[columns[i]]);
    const auto reason = why_no_feature(name, values, genre);
    if (reason && !kept.contains(columns[i])) {
      names.push_back(name);
      reasons.push_back(fmt::format("column '{}' {}", name, *reason));
    } else if (reason) {
      result.telling.push_back(fmt::format("'{}' {}", name, *reason));
    } else if (const auto share = share_told_alone(values, genre); share && *share >= kNearlyAll) {
      result.telling.push_back(fmt::format("'{}' ({:.0f} %)", name, 100.0 * *share));
    } else if (counts_rows(values)) {
      result.counting.push_back(name);
    }
  }
  if (names.empty()) return result;
  std::vector<std::string> ignored = names;
  for (const std::string& name : choice.ignored)
    if (table.find(name)) ignored.push_back(name);
  throw DataError(
      fmt::format("{}: {}, which tells the answer and is no feature; set dataset.ignore_columns to "
                  "{}, or dataset.keep_columns to {} if {} a feature all the same",
                  table.name, name_list(reasons), option_list(ignored), option_list(names),
                  names.size() == 1 ? "it is" : "each is"));
}

std::vector<std::string> notes_of(const SuspectColumns& columns) {
  std::vector<std::string> notes;
  if (const std::size_t n = columns.telling.size(); n > 0)
    notes.push_back(fmt::format(
        "{} the genre of nearly all rows ({}): {}, or the answer",
        n == 1 ? "1 column alone tells" : fmt::format("{} columns each alone tell", n),
        name_list(columns.telling), n == 1 ? "a very good feature" : "very good features"));
  if (const std::size_t n = columns.counting.size(); n > 0)
    notes.push_back(
        fmt::format("{} the rows ({}): an index is no feature; leave it out by "
                    "dataset.ignore_columns",
                    n == 1 ? "1 column counts" : fmt::format("{} columns count", n),
                    name_list(columns.counting)));
  return notes;
}

}  // namespace genrebench
