#pragma once
// From the rows of lists to the tracks of a dataset.

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "datasets/folders/listed_dataset.hpp"
#include "datasets/folders/names.hpp"
#include "datasets/manifests/manifest_columns.hpp"
#include "datasets/manifests/manifest_options.hpp"

namespace genrebench {

/// Rows that are no tracks, and genres that were taken for others.
struct ManifestCounts {
  std::size_t rows = 0;            ///< of all lists
  std::size_t not_selected = 0;    ///< by the option `where`
  std::size_t no_genre = 0;        ///< left out
  std::size_t several_genres = 0;  ///< left out, unless `first_taken`
  bool first_taken = false;        ///< by the option `several_genres`
  std::size_t other_genres = 0;    ///< than those of the option `genres`
};

/// What lists say of tracks.
struct ManifestContent {
  std::vector<NamedTrack> tracks;
  std::set<std::string> genres;                             ///< of the tracks
  std::map<std::string, std::vector<std::string>> sources;  ///< by track id
  std::vector<PublishedSplit> splits;
  std::vector<std::string> features;  ///< names
  std::vector<std::string> further;   ///< names of columns that nothing uses
  std::map<std::string, std::vector<std::string>> further_cells;  ///< by track id; may be shorter
  std::map<std::string, std::string> spellings;                   ///< of genres, to the first one
  ManifestCounts counts;
};

/// Collects the tracks of one or several lists.
class ManifestRows {
 public:
  /// @param audio_root  where relative paths begin
  ManifestRows(const ManifestOptions& options, std::filesystem::path audio_root);

  /// Adds the rows of a list. @param file  says whether it is a part of a published split
  /// @throws DataError    naming the file and the line or record: a cell is not what its column
  ///                      asks for, a track is there twice
  /// @throws ConfigError  as find_manifest_columns()
  void add(const RecordTable& table, const ListedFile& file);

  /// @throws DataError    there is no track
  /// @throws ConfigError  two published splits have one name, or one has parts and folds
  ManifestContent finish();

 private:
  void add_record(const RecordTable& table, const Record& record, const ManifestColumns& columns,
                  const ListedFile& file);
  bool is_selected(const Record& record, const ManifestColumns& columns) const;
  std::string genre_of(const RecordTable& table, const Record& record,
                       const ManifestColumns& columns);
  Track read_track(const RecordTable& table, const Record& record, const ManifestColumns& columns);
  void add_gtzan_facts(const RecordTable& table, const Record& record, const std::string& name,
                       Track& track);
  void keep_further_cells(const std::string& id, const Record& record,
                          const ManifestColumns& columns);
  void add_parts(const RecordTable& table, const Record& record, const ManifestColumns& columns,
                 const std::string& id);
  PublishedSplit& split_called(const std::string& name, const std::string& description, bool folds);

  /// Where a track was first met.
  struct Place {
    std::size_t index = 0;        ///< of the track
    std::string where;            ///< file and line
    std::set<std::string> lists;  ///< of the option `files`, in which it has a part
  };

  const ManifestOptions& options_;
  std::filesystem::path audio_root_;
  GenreSpellings spelling_;
  bool begun_ = false;  ///< a list was added
  ManifestContent content_;
  std::map<std::string, Place> places_;  ///< by track id
  std::map<std::string, std::size_t> split_places_;
  std::map<std::string, std::set<std::string>> parts_of_files_;  ///< by list
  std::map<std::string, std::size_t> further_places_;
  std::map<std::string, std::string> gtzan_by_id_;
};

}  // namespace genrebench
