#pragma once
// Options of the dataset `manifest`, and the lists of others that it knows how to read.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "datasets/folders/known_sections.hpp"
#include "datasets/manifests/record_table.hpp"
#include "harness/plugin/options.hpp"

namespace genrebench {

/// "dataset manifest", for messages.
inline constexpr std::string_view kManifestWhere = "dataset manifest";

// Columns of these beginnings need no option: "group:label" is a group of the kind "label".
inline constexpr std::string_view kGroupPrefix = "group:";
inline constexpr std::string_view kSplitPrefix = "split:";
inline constexpr std::string_view kFoldPrefix = "fold:";
inline constexpr std::string_view kFeaturePrefix = "feature:";

enum class CellSeparator { comma, semicolon, tab, pipe };
enum class OddRows { fail, skip };
enum class SeveralGenres { fail, skip, first };
enum class FactsFrom { none, gtzan };

/// Defaults are the columns that `dataset describe --out` writes. A column of a default name may be
/// absent.
struct ManifestOptions : SectionOptions {
  std::string root;
  std::string audio_root;
  std::vector<std::string> files;
  std::optional<RecordFormat> format;
  std::optional<CellSeparator> separator;
  int header_rows = 1;
  bool rest_in_last = false;
  std::string id_column = "id";
  std::string path = "path";
  std::string genre_column = "genre";
  std::string genre_prefix;
  std::optional<CellSeparator> genre_separator;
  SeveralGenres several_genres = SeveralGenres::fail;
  OddRows no_genre = OddRows::fail;
  std::vector<std::string> genres;
  std::vector<std::string> where;
  std::string artist_column = "artist";
  std::string album_column = "album";
  std::string song_column = "song";
  std::string title_column = "title";
  std::vector<std::string> group_columns;
  std::vector<std::string> usual_groups;
  FactsFrom facts_from = FactsFrom::none;
  std::vector<std::string> split_columns;
  std::vector<std::string> fold_columns;
  std::string start_column = "start_s";
  std::string end_column = "end_s";
  std::string md5_column = "md5";
  std::string sources_column = "sources";
  std::vector<std::string> feature_columns;
};

const OptionTable<ManifestOptions>& manifest_option_table();

/// The sign of a separator.
char sign_of(CellSeparator separator);

/// "name=column" as (name, column); a word without an equals sign is both.
/// @param option  the option's name, for messages
/// @throws ConfigError  nothing before or after the equals sign
std::pair<std::string, std::string> parse_named_column(const std::string& word,
                                                       std::string_view option);

/// One file of the option `files`.
struct ListedFile {
  std::string file;  ///< relative to root
  std::string list;  ///< the published list that it is a part of; empty: none
  std::string part;  ///< "train", "valid" or "test", or the number of a fold
};

/// Reads the option `files`: "train=GTZAN.train.jsonl", "hear/0=fold00.json", "songs.csv".
/// @throws ConfigError  nothing before or after the equals sign
std::vector<ListedFile> parse_files(const std::vector<std::string>& words);

/// One condition of the option `where`.
struct RowCondition {
  std::string column;
  std::vector<std::string> values;  ///< of which the cell is one
  std::string text;                 ///< as it was given
};

/// Reads the option `where`: "set.subset=small|medium". @throws ConfigError
std::vector<RowCondition> parse_conditions(const std::vector<std::string>& words);

/// What a word says of a track's part: "train", "valid" or "test", in any of the usual words
/// ("training", "val", "dev", "eval", …) and any case.
std::optional<std::string> part_of_word(std::string_view word);

}  // namespace genrebench
