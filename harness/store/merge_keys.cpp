#include "harness/store/merge_keys.hpp"

#include <fmt/format.h>

#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/store/run_tables.hpp"

namespace genrebench {
namespace {

/// The tables that translate keys.
constexpr const char* kKeyTables[] = {"dataset_keys", "text_keys", "track_keys", "list_keys"};

constexpr const char* kComingLists =
    "SELECT key, n, tracks FROM source.track_lists WHERE key IN (SELECT source FROM list_keys) "
    "ORDER BY key";

}  // namespace

MergeKeys::MergeKeys(const Connection& connection) : connection_(connection) {
  execute("CREATE TEMP TABLE coming (source INTEGER PRIMARY KEY)");
  for (const char* table : kKeyTables)
    execute(
        fmt::format("CREATE TEMP TABLE {} (source INTEGER PRIMARY KEY, target INTEGER)", table));
}

void MergeKeys::find_or_add() {
  for (const char* table : kKeyTables) execute(fmt::format("DELETE FROM {}", table));
  collect_tracks();
  add_texts();
  add_datasets();
  add_tracks();
  add_lists();
}

/// Lists that the coming runs refer to, the scored tracks in them, and the datasets of both.
void MergeKeys::collect_tracks() {
  execute(
      "INSERT OR IGNORE INTO list_keys (source) SELECT tracks FROM source.predictions WHERE run IN "
      "(SELECT source FROM coming)");
  {
    const Query lists = connection_.query(kComingLists);
    const Query add = connection_.query("INSERT OR IGNORE INTO track_keys (source) VALUES (?)");
    while (lists.next())
      if (const auto keys = track_keys_in(lists, 1, 2))
        for (const std::int64_t key : *keys) add.run(key);
  }
  execute(
      "INSERT OR IGNORE INTO dataset_keys (source) SELECT dataset FROM source.runs WHERE key IN "
      "(SELECT source FROM coming);"
      "INSERT OR IGNORE INTO dataset_keys (source) SELECT dataset FROM source.scored_tracks WHERE "
      "key IN (SELECT source FROM track_keys);");
}

void MergeKeys::add_texts() {
  const auto need = [&](const std::string& select) {
    execute("INSERT OR IGNORE INTO text_keys (source) " + select);
  };
  for (const RunTable& table : run_tables())
    for (const RunColumn& column : table.columns)
      if (column.to == Refers::text)
        need(fmt::format("SELECT {} FROM source.{} WHERE run IN (SELECT source FROM coming)",
                         column.name, table.name));
  for (const char* column : {"track", "cluster"})
    need(fmt::format(
        "SELECT {} FROM source.scored_tracks WHERE key IN (SELECT source FROM track_keys)",
        column));
  const std::string of_dataset = " WHERE dataset IN (SELECT source FROM dataset_keys)";
  need("SELECT id FROM source.tracks" + of_dataset);
  for (const char* column : {"kind", "name"})
    need(fmt::format("SELECT {} FROM source.track_groups{}", column, of_dataset));
  // A hash that the source gives is not believed.
  const std::string same = "t.hash = coalesce(text_hash(s.text), 0) AND t.text = s.text";
  execute(fmt::format(
      "INSERT INTO main.texts (hash, text) SELECT coalesce(text_hash(s.text), 0), s.text FROM "
      "text_keys k JOIN source.texts s ON s.key = k.source WHERE NOT EXISTS (SELECT 1 FROM "
      "main.texts t WHERE {}) ORDER BY s.key",
      same));
  execute(fmt::format(
      "UPDATE text_keys SET target = (SELECT min(t.key) FROM source.texts s JOIN main.texts t ON "
      "{} WHERE s.key = text_keys.source)",
      same));
}

/// Tracks of a dataset come if the target does not know any.
void MergeKeys::add_datasets() {
  const std::string unknown =
      "JOIN dataset_keys d ON d.source = s.dataset WHERE NOT EXISTS (SELECT 1 FROM main.{} t WHERE "
      "t.dataset = d.target)";
  execute(
      "INSERT OR IGNORE INTO main.datasets (fingerprint) SELECT fingerprint FROM source.datasets "
      "WHERE key IN (SELECT source FROM dataset_keys) ORDER BY key;"
      "UPDATE dataset_keys SET target = (SELECT t.key FROM source.datasets s JOIN main.datasets t "
      "USING (fingerprint) WHERE s.key = dataset_keys.source);"
      "DELETE FROM dataset_keys WHERE target IS NULL;");
  // Groups first: a dataset is known once it has tracks.
  execute("PRAGMA defer_foreign_keys = ON");
  execute(fmt::format(
      "INSERT OR IGNORE INTO main.track_groups SELECT d.target, i.target, k.target, n.target FROM "
      "source.track_groups s JOIN text_keys i ON i.source = s.track JOIN text_keys k ON k.source = "
      "s.kind JOIN text_keys n ON n.source = s.name {}",
      fmt::format(fmt::runtime(unknown), "tracks")));
  execute(fmt::format(
      "INSERT OR IGNORE INTO main.tracks SELECT d.target, i.target, genre, start_s, duration_s, "
      "content, audio FROM source.tracks s JOIN text_keys i ON i.source = s.id {}",
      fmt::format(fmt::runtime(unknown), "tracks")));
}

void MergeKeys::add_tracks() {
  const std::string tracks =
      "source.scored_tracks s JOIN dataset_keys d ON d.source = s.dataset JOIN text_keys i ON "
      "i.source = s.track JOIN text_keys c ON c.source = s.cluster";
  execute(fmt::format(
      "INSERT OR IGNORE INTO main.scored_tracks (dataset, track, truth, cluster) SELECT d.target, "
      "i.target, s.truth, c.target FROM {} WHERE s.key IN (SELECT source FROM track_keys) ORDER BY "
      "s.key",
      tracks));
  execute(fmt::format(
      "UPDATE track_keys SET target = (SELECT t.key FROM {} JOIN main.scored_tracks t ON t.dataset "
      "= d.target AND t.track = i.target AND t.truth = s.truth AND t.cluster = c.target WHERE "
      "s.key = track_keys.source)",
      tracks));
}

void MergeKeys::add_lists() {
  std::unordered_map<std::int64_t, std::int64_t> targets;
  {
    const Query keys = connection_.query("SELECT source, target FROM track_keys");
    while (keys.next())
      if (!keys[1].isNull()) targets.emplace(keys[0].getInt64(), keys[1].getInt64());
  }
  SharedRows& shared = connection_.shared();
  const Query lists = connection_.query(kComingLists);
  const Query put = connection_.query("UPDATE list_keys SET target = ? WHERE source = ?");
  while (lists.next()) {
    std::vector<std::int64_t> keys;
    // What cannot be read in a source that is not checked cannot be read in the target either.
    for (const std::int64_t key :
         track_keys_in(lists, 1, 2).value_or(std::vector<std::int64_t>{0})) {
      const auto target = targets.find(key);
      keys.push_back(target == targets.end() ? 0 : target->second);
    }
    put.run(shared.key_of_list(keys), lists[0].getInt64());
  }
}

}  // namespace genrebench
