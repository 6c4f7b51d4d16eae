#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/run_store.hpp"
#include "harness/store/shared_rows.hpp"

namespace genrebench {
namespace {

template <typename Value>
void bind_optional(const Query& query, int index, const std::optional<Value>& value) {
  if (value)
    query->bind(index, *value);
  else
    query->bind(index);
}

/// True if the store has these tracks, with their files where they are now. The content of a
/// dataset's tracks is part of its fingerprint, so only the paths may differ.
bool knows(const Connection& connection, std::int64_t dataset, const DatasetRecord& record) {
  {
    const Query count = connection.query("SELECT count(*) FROM tracks WHERE dataset = ?");
    count.with(dataset).next();
    if (count[0].getInt64() != static_cast<std::int64_t>(record.tracks.size())) return false;
  }
  if (record.tracks.empty()) return true;
  const TrackRecord& first = record.tracks.front();
  const Query audio =
      connection.query("SELECT audio IS ? FROM tracks WHERE dataset = ? AND id = ?");
  const std::int64_t id = connection.shared().key_of_text(first.id);
  bind_optional(audio, 1, first.audio);
  audio->bind(2, dataset);
  audio->bind(3, id);
  return audio.next() && audio[0].getInt() != 0;
}

void write_tracks(const Connection& connection, std::int64_t dataset,
                  const std::vector<TrackRecord>& tracks) {
  SharedRows& shared = connection.shared();
  connection.query("DELETE FROM tracks WHERE dataset = ?").run(dataset);
  const Query add = connection.query("INSERT OR IGNORE INTO tracks VALUES (?, ?, ?, ?, ?, ?, ?)");
  const Query add_group =
      connection.query("INSERT OR IGNORE INTO track_groups VALUES (?, ?, ?, ?)");
  for (const TrackRecord& track : tracks) {
    const std::int64_t id = shared.key_of_text(track.id);
    add->reset();
    add.with(dataset, id, track.genre, track.start_s);
    bind_optional(add, 5, track.duration_s);
    bind_optional(add, 6, track.content);
    bind_optional(add, 7, track.audio);
    add->exec();
    for (const auto& [kind, name] : track.groups)
      add_group.run(dataset, id, shared.key_of_text(kind), shared.key_of_text(name));
  }
}

/// Groups of the tracks of a dataset, by the key of the track's id.
std::map<std::int64_t, std::map<std::string, std::string>> groups_of(const Connection& connection,
                                                                     std::int64_t dataset) {
  std::map<std::int64_t, std::map<std::string, std::string>> result;
  const Query query =
      connection.query("SELECT dataset, track, kind, name FROM track_groups WHERE dataset = ?");
  query.with(dataset);
  const CheckedRow row(connection, query, "track_groups");
  while (query.next()) {
    std::string kind = row.shared_text(2);
    result[row.integer(1)].insert_or_assign(std::move(kind), row.shared_text(3));
  }
  return result;
}

}  // namespace

std::vector<TrackRecord> RunStore::tracks(const std::string& dataset_fingerprint) const {
  return connection_->guard([&] {
    const ReadSnapshot snapshot(*connection_);
    std::vector<TrackRecord> result;
    const Query find = connection_->query("SELECT key FROM datasets WHERE fingerprint = ?");
    if (!find.with(dataset_fingerprint).next()) return result;
    const std::int64_t dataset = find[0].getInt64();
    auto groups = groups_of(*connection_, dataset);
    const Query query =
        connection_->query(fmt::format("SELECT {} FROM tracks WHERE dataset = ?", kTrackColumns));
    query.with(dataset);
    const CheckedRow row(*connection_, query, "tracks");
    while (query.next()) {
      result.push_back(track_of(row));
      if (const auto own = groups.find(row.integer(1)); own != groups.end())
        result.back().groups = std::move(own->second);
    }
    std::sort(result.begin(), result.end(),
              [](const TrackRecord& a, const TrackRecord& b) { return a.id < b.id; });
    return result;
  });
}

void RunStore::add_tracks(const std::vector<DatasetRecord>& datasets) {
  connection_->write([&] {
    for (const DatasetRecord& record : datasets) {
      const std::int64_t dataset = connection_->shared().key_of_dataset(record.fingerprint);
      if (!knows(*connection_, dataset, record)) write_tracks(*connection_, dataset, record.tracks);
    }
  });
}

}  // namespace genrebench
