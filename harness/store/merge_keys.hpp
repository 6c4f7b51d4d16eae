#pragma once
// Rows that are shared within a store, such as texts, have other keys in another store. This finds
// or adds in the target what the rows of the source refer to, and remembers the keys.

#include <string>

#include "harness/store/connection.hpp"
#include "harness/store/shared_rows.hpp"

namespace genrebench {

/// For a connection to the target with the source attached as `source`. The runs whose rows come
/// are in the table `temp.coming (source INTEGER PRIMARY KEY)`, by their keys in the source.
class MergeKeys {
 public:
  /// Makes the temporary tables. @param connection  outlives this object
  explicit MergeKeys(const Connection& connection);

  /// Finds or adds datasets with their tracks, texts, scored tracks and lists of these. To be
  /// called inside the transaction, before any row is copied. Afterwards the temporary tables
  /// `dataset_keys`, `text_keys` and `list_keys` have the columns `source` and `target`.
  void find_or_add();

 private:
  void execute(const std::string& sql) { connection_.database().exec(sql); }

  void add_datasets();
  void collect_tracks();
  void add_texts();
  void add_tracks();
  void add_lists();

  const Connection& connection_;
};

}  // namespace genrebench
