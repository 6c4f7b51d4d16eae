#include "harness/store/result_comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/records/timings.hpp"

namespace genrebench {
namespace {

std::string_view bytes_of(const SQLite::Column& value) {
  return {static_cast<const char*>(value.getBlob()), static_cast<std::size_t>(value.getBytes())};
}

bool same_value(const SQLite::Column& a, const SQLite::Column& b) {
  if (a.getType() != b.getType()) return false;
  if (a.isInteger()) return a.getInt64() == b.getInt64();
  if (a.isFloat())
    return std::bit_cast<std::uint64_t>(a.getDouble()) ==
           std::bit_cast<std::uint64_t>(b.getDouble());
  return a.isNull() || bytes_of(a) == bytes_of(b);
}

bool same_columns(const Query& a, const Query& b, std::initializer_list<int> columns) {
  return std::all_of(columns.begin(), columns.end(),
                     [&](int column) { return same_value(a[column], b[column]); });
}

/// Reads the rows of two queries side by side. @return  whether there are as many, and all are
/// alike
template <typename Alike>
bool same_rows(const Query& a, const Query& b, const Alike& alike) {
  while (true) {
    const bool more = a.next();
    if (b.next() != more) return false;
    if (!more) return true;
    if (!alike()) return false;
  }
}

}  // namespace

bool ResultComparison::same(std::int64_t source, std::int64_t target) {
  return same_metrics(source, target) && same_predictions(source, target);
}

bool ResultComparison::same_metrics(std::int64_t source, std::int64_t target) {
  const auto query = [&](const char* schema) {
    return connection_.query(fmt::format(
        "SELECT s.text, n.text, step, value FROM {0}.metrics LEFT JOIN {0}.texts s ON s.key = "
        "split LEFT JOIN {0}.texts n ON n.key = name WHERE run = ? AND n.text NOT IN ('{1}') ORDER "
        "BY 1, 2, 3",
        schema, fmt::join(timing_metric_names(), "', '")));
  };
  const Query theirs = query("source"), ours = query("main");
  theirs.with(source);
  ours.with(target);
  return same_rows(theirs, ours, [&] { return same_columns(theirs, ours, {0, 1, 2, 3}); });
}

bool ResultComparison::same_predictions(std::int64_t source, std::int64_t target) {
  const auto query = [&](const char* schema) {
    return connection_.query(fmt::format(
        "SELECT s.text, predicted, probabilities, p.tracks, l.n, l.tracks FROM {0}.predictions p "
        "LEFT JOIN {0}.texts s ON s.key = p.split LEFT JOIN {0}.track_lists l ON l.key = p.tracks "
        "WHERE run = ? ORDER BY 1",
        schema));
  };
  const Query theirs = query("source"), ours = query("main");
  theirs.with(source);
  ours.with(target);
  return same_rows(theirs, ours, [&] {
    return same_columns(theirs, ours, {0, 1, 2}) && same_lists(theirs, ours);
  });
}

bool ResultComparison::same_lists(const Query& source, const Query& target) {
  const std::pair key(source[3].getInt64(), target[3].getInt64());
  if (const auto known = lists_.find(key); known != lists_.end()) return known->second;
  const auto theirs = track_keys_in(source, 4, 5), ours = track_keys_in(target, 4, 5);
  const auto same_track = [&](std::int64_t a, std::int64_t b) {
    const ScoredTrack* const their = source_rows_.scored_track(a);
    const ScoredTrack* const our = connection_.shared().scored_track(b);
    return their != nullptr && our != nullptr && their->track == our->track &&
           their->truth == our->truth && their->cluster == our->cluster;
  };
  const bool same =
      theirs && ours &&
      std::equal(theirs->begin(), theirs->end(), ours->begin(), ours->end(), same_track);
  lists_.emplace(key, same);
  return same;
}

}  // namespace genrebench
