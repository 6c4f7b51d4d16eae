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

}  // namespace

void RunStore::add_tracks(const std::vector<DatasetRecord>& datasets) {
  connection_->write([&] {
    for (const DatasetRecord& record : datasets) {
      const std::int64_t dataset = connection_->shared().key_of_dataset(record.fingerprint);
      if (!knows(*connection_, dataset, record)) write_tracks(*connection_, dataset, record.tracks);
    }
  });
}

}  // namespace genrebench
