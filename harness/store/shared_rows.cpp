#include "harness/store/shared_rows.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <charconv>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/packed_predictions.hpp"

namespace genrebench {
namespace {

/// Texts up to this length are kept in memory. Longer ones, such as the example of a segmentation,
/// are hardly ever used twice.
constexpr std::size_t kLongestKept = 300;

/// SQLite's side of text_hash(). Anything but text has no hash.
void sql_text_hash(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) != SQLITE_TEXT) return sqlite3_result_null(context);
  const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
  const auto n = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
  sqlite3_result_int64(context, text_hash({text, n}));
}

std::optional<std::int64_t> first_key(const Query& query) {
  return query.next() ? std::optional(query[0].getInt64()) : std::nullopt;
}

}  // namespace

std::int64_t text_hash(std::string_view bytes) {
  const std::string digits = content_hash(bytes);
  std::uint64_t hash = 0;
  std::from_chars(digits.data(), digits.data() + 16, hash, 16);
  return static_cast<std::int64_t>(hash);
}

void add_text_hash(const Connection& connection) {
  sqlite3_create_function(connection.database().getHandle(), "text_hash", 1,
                          SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr,
                          sql_text_hash, nullptr, nullptr);
}

std::optional<std::vector<std::int64_t>> track_keys_in(const Query& row, int n, int tracks) {
  const SQLite::Column number = row[n], blob = row[tracks];
  if (!number.isInteger() || number.getInt64() < 0 || !blob.isBlob()) return std::nullopt;
  return unpacked_keys(
      {static_cast<const char*>(blob.getBlob()), static_cast<std::size_t>(blob.getBytes())},
      static_cast<std::size_t>(number.getInt64()));
}

std::size_t SharedRows::Hash::operator()(const TrackIdentity& identity) const {
  const auto [dataset, track, truth, cluster] = identity;
  std::uint64_t hash = 0;
  for (const std::int64_t part : {dataset, track, std::int64_t{truth}, cluster})
    hash = (hash ^ static_cast<std::uint64_t>(part)) * 0x9E3779B97F4A7C15u;
  return static_cast<std::size_t>(hash ^ hash >> 32);
}

const std::string* SharedRows::text(std::int64_t key) {
  if (const auto found = texts_.find(key); found != texts_.end()) return &found->second;
  const Query query =
      connection_.query(fmt::format("SELECT text FROM {}.texts WHERE key = ?", schema_));
  if (!query.with(key).next() || !query[0].isText()) return nullptr;
  long_text_ = query[0].getString();
  if (long_text_.find('\0') != std::string::npos) return nullptr;
  if (long_text_.size() > kLongestKept) return &long_text_;
  return &texts_.emplace(key, long_text_).first->second;
}

const ScoredTrack* SharedRows::scored_track(std::int64_t key) {
  if (const auto found = tracks_.find(key); found != tracks_.end()) return &found->second;
  const Query query = connection_.query(
      fmt::format("SELECT track, truth, cluster FROM {}.scored_tracks WHERE key = ?", schema_));
  if (!query.with(key).next()) return nullptr;
  for (int column = 0; column < 3; ++column)
    if (!query[column].isInteger()) return nullptr;
  const std::int64_t truth = query[1].getInt64();
  if (truth < 0 || truth >= static_cast<std::int64_t>(kMostGenres)) return nullptr;
  ScoredTrack track{.track = {}, .truth = static_cast<int>(truth), .cluster = {}};
  for (const auto& [column, part] : {std::pair(0, &track.track), std::pair(2, &track.cluster)}) {
    const std::string* const found = text(query[column].getInt64());
    if (found == nullptr) return nullptr;
    *part = *found;
  }
  return &tracks_.emplace(key, std::move(track)).first->second;
}

std::int64_t SharedRows::key_of_text(const std::string& text) {
  if (const auto known = text_keys_.find(text); known != text_keys_.end()) return known->second;
  const std::int64_t hash = text_hash(text);
  const Query find = connection_.query("SELECT key FROM texts WHERE hash = ? AND text = ?");
  std::int64_t key = 0;
  if (const auto found = first_key(find.with(hash, text))) {
    key = *found;
  } else {
    connection_.query("INSERT INTO texts (hash, text) VALUES (?, ?)").run(hash, text);
    key = connection_.database().getLastInsertRowid();
  }
  if (text.size() <= kLongestKept) text_keys_.emplace(text, key);
  return key;
}

std::int64_t SharedRows::key_of_dataset(const std::string& fingerprint) {
  const Query find = connection_.query("SELECT key FROM datasets WHERE fingerprint = ?");
  if (const auto found = first_key(find.with(fingerprint))) return *found;
  connection_.query("INSERT INTO datasets (fingerprint) VALUES (?)").run(fingerprint);
  return connection_.database().getLastInsertRowid();
}

std::int64_t SharedRows::key_of_track(std::int64_t dataset, const ScoredTrack& track) {
  const std::int64_t id = key_of_text(track.track), cluster = key_of_text(track.cluster);
  const TrackIdentity identity{dataset, id, track.truth, cluster};
  if (const auto known = track_keys_.find(identity); known != track_keys_.end())
    return known->second;
  const Query find = connection_.query(
      "SELECT key FROM scored_tracks WHERE dataset = ? AND track = ? AND truth = ? AND cluster = "
      "?");
  std::int64_t key = 0;
  if (const auto found = first_key(find.with(dataset, id, track.truth, cluster))) {
    key = *found;
  } else {
    connection_
        .query("INSERT INTO scored_tracks (dataset, track, truth, cluster) VALUES (?, ?, ?, ?)")
        .run(dataset, id, track.truth, cluster);
    key = connection_.database().getLastInsertRowid();
  }
  track_keys_.emplace(identity, key);
  return key;
}

std::int64_t SharedRows::key_of_list(const std::vector<std::int64_t>& tracks) {
  const std::string bytes = packed_keys(tracks);
  const std::int64_t hash = text_hash(bytes);
  const auto n = static_cast<std::int64_t>(tracks.size());
  const Query find =
      connection_.query("SELECT key FROM track_lists WHERE hash = ?1 AND n = ?2 AND tracks = ?3");
  find.with(hash, n);
  find->bind(3, bytes.data(), static_cast<int>(bytes.size()));
  if (const auto found = first_key(find)) return *found;
  const Query add =
      connection_.query("INSERT INTO track_lists (hash, n, tracks) VALUES (?1, ?2, ?3)");
  add.with(hash, n);
  add->bind(3, bytes.data(), static_cast<int>(bytes.size()));
  add->exec();
  return connection_.database().getLastInsertRowid();
}

void SharedRows::forget_what_changed() {
  const Query query = connection_.query("PRAGMA data_version");
  query.next();
  const std::int64_t now = query[0].getInt64();
  if (data_version_ != now) forget();
  data_version_ = now;
}

void SharedRows::forget() {
  texts_.clear();
  tracks_.clear();
  text_keys_.clear();
  track_keys_.clear();
}

}  // namespace genrebench
