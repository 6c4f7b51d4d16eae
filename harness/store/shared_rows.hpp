#pragma once
// Rows that many others refer to by an integer key: texts, datasets, tracks as they were scored,
// lists of these. What they hold never changes, so equal content has one row, and what was read
// once is kept.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace genrebench {

class Connection;
class Query;

/// A track with the genre and the cluster by which runs scored it.
struct ScoredTrack {
  std::string track;
  int truth = 0;
  std::string cluster;  ///< empty: not known
};

/// The number by which equal texts are found: the first 64 bits of content_hash().
std::int64_t text_hash(std::string_view bytes);

/// Makes `text_hash(X)` known to the statements of a connection.
void add_text_hash(const Connection& connection);

/// The keys of scored tracks in a row of track_lists; nothing if the row is not what it should be.
/// @param n, tracks  the columns of these names
std::optional<std::vector<std::int64_t>> track_keys_in(const Query& row, int n, int tracks);

class SharedRows {
 public:
  /// @param schema  "main", or the name of an attached store, which is only read
  explicit SharedRows(const Connection& connection, std::string schema = "main")
      : connection_(connection), schema_(std::move(schema)) {}

  /// The text of a key; null if there is none, or if its value is no text without null characters.
  /// The pointer holds until the next call.
  const std::string* text(std::int64_t key);
  /// The scored track of a key; null if there is none or its values are not what they should be.
  /// The pointer holds until forget().
  const ScoredTrack* scored_track(std::int64_t key);

  // Inside a transaction: the key of a row with this content, which is added if need be.

  std::int64_t key_of_text(const std::string& text);
  std::int64_t key_of_dataset(const std::string& fingerprint);
  std::int64_t key_of_track(std::int64_t dataset, const ScoredTrack& track);
  /// @param tracks  keys of scored tracks, in order of their ids
  std::int64_t key_of_list(const std::vector<std::int64_t>& tracks);

  /// Drops what was read if another connection has changed the store.
  void forget_what_changed();
  void forget();

 private:
  using TrackIdentity = std::tuple<std::int64_t, std::int64_t, int, std::int64_t>;
  struct Hash {
    std::size_t operator()(const TrackIdentity& identity) const;
  };

  const Connection& connection_;
  std::string schema_;
  std::optional<std::int64_t> data_version_;
  std::unordered_map<std::int64_t, std::string> texts_;
  std::string long_text_;  ///< the last one that was too long to be kept
  std::unordered_map<std::int64_t, ScoredTrack> tracks_;
  std::unordered_map<std::string, std::int64_t> text_keys_;
  std::unordered_map<TrackIdentity, std::int64_t, Hash> track_keys_;
};

}  // namespace genrebench
