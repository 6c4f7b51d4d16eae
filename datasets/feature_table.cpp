// A CSV file with one row per track (or piece of a track): features that others computed, and a
// label.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "base/closest_name.hpp"
#include "base/csv.hpp"
#include "datasets/facts/gtzan_facts.hpp"
#include "datasets/folders/audio_folder.hpp"
#include "datasets/folders/listed_dataset.hpp"
#include "datasets/folders/names.hpp"
#include "datasets/folders/number_table.hpp"
#include "datasets/folders/suspect_columns.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio_formats.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kFeatureTable = "dataset feature_table";

enum class GroupsFrom { none, gtzan };
enum class Separator { comma, semicolon, tab, pipe };
enum class Decimal { point, comma };

struct FeatureTableOptions {
  std::string root;
  std::string label_column = "label";
  std::string track_column = "filename";
  std::vector<std::string> ignore_columns = {"length"};
  std::vector<std::string> keep_columns;
  std::string artist_column;
  GroupsFrom groups_from = GroupsFrom::none;
  std::optional<Separator> separator;
  Decimal decimal = Decimal::point;
};

const OptionTable<FeatureTableOptions>& feature_table_options() {
  static const auto kTable =
      OptionTable<FeatureTableOptions>()
          .path("root", &FeatureTableOptions::root,
                "The CSV file: a header, then one row per track. Every column that no option below "
                "names is a feature. A column without a name is called as pandas calls it, "
                "'Unnamed: 0' for the first. The file may be compressed by gzip, and be UTF-8 or "
                "UTF-16.")
          .text("label_column", &FeatureTableOptions::label_column,
                "Column with the genre. Genres whose names differ only by case, accents, "
                "punctuation, Unicode form or '&' for 'and' are one, named as the first of them.",
                "public GTZAN feature table")
          .text("track_column", &FeatureTableOptions::track_column,
                "Column with the name of the track. Each track occurs once. Its id is the name "
                "without the extension of an audio file. Empty: the table has no such column; each "
                "row is a track of its own, named by its number.",
                "public GTZAN feature table")
          .list("ignore_columns", &FeatureTableOptions::ignore_columns, {},
                "Columns to leave out: neither features nor named by another option. A column of "
                "the default list may be absent.",
                "public GTZAN feature table")
          .list("keep_columns", &FeatureTableOptions::keep_columns, {},
                "Features to keep although they look like the answer. A column that numbers the "
                "rows or the genres, or whose values each belong to one genre, is refused unless "
                "it is named here or in ignore_columns.")
          .text("artist_column", &FeatureTableOptions::artist_column,
                "Column with the artist, so that a split can keep all tracks of an artist on one "
                "side. Empty: the table has no such column. An empty cell means that the artist is "
                "unknown.")
          .enumeration("groups_from", &FeatureTableOptions::groups_from, {"none", "gtzan"},
                       "gtzan: the tracks are GTZAN's (blues.00000.wav, or blues.00000.3.wav for a "
                       "piece of one), so artists, songs and published splits are known. Without "
                       "it, no split of such a table can keep artists or songs together. none: the "
                       "table says nothing beyond artist_column.",
                       "Sturm 2013; Kereliuk et al. 2015; Foleis")
          .enumeration("separator", &FeatureTableOptions::separator,
                       {"comma", "semicolon", "tab", "pipe"},
                       "What stands between cells. auto: that of these by which the header has "
                       "the column label_column.")
          .enumeration("decimal", &FeatureTableOptions::decimal, {"point", "comma"},
                       "The decimal mark of numbers.");
  return kTable;
}

/// What was seen beside the rows.
struct FeatureTableRemarks {
  std::map<std::string, std::string> spellings;  ///< of genres, to the one that stands for it
  SuspectColumns suspects;
  bool named_as_gtzan = false;  ///< the tracks are, and the options do not say so
};

/// "3 columns have the same value in every row: a, b, c"
std::vector<DatasetProblem> one_line(std::string_view what, const std::vector<std::string>& names,
                                     std::string_view message) {
  constexpr std::size_t kMostLines = 20;
  std::vector<DatasetProblem> problems;
  for (const std::string& name : names)
    problems.push_back(
        {DatasetProblem::Severity::note, std::string(what), name, std::string(message)});
  if (names.size() <= kMostLines) return problems;
  return {{DatasetProblem::Severity::note, std::string(what), fmt::format("{} names", names.size()),
           fmt::format("each {}: {}", message, name_list(names))}};
}

class FeatureTable final : public ListedDataset {
 public:
  FeatureTable(std::string file, std::vector<std::string> genres, std::vector<NamedTrack> tracks,
               std::vector<std::string> names, std::vector<PublishedSplit> splits,
               FeatureTableRemarks remarks)
      : ListedDataset(std::move(genres), std::move(tracks)),
        file_(std::move(file)),
        names_(std::move(names)),
        splits_(std::move(splits)),
        remarks_(std::move(remarks)) {}

  std::vector<std::string> feature_names() const override { return names_; }
  std::vector<PublishedSplit> published_splits() const override { return splits_; }

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems = spelling_problems(remarks_.spellings);
    const auto add = [&problems](std::vector<DatasetProblem> more) {
      std::ranges::move(more, std::back_inserter(problems));
    };
    add(placeholder_problems(count_placeholders(tracks()), tracks().size()));
    add(one_line("answer", remarks_.suspects.telling,
                 "alone tells the genre of nearly all rows: a very good feature, or the answer"));
    add(one_line("index", remarks_.suspects.counting,
                 "counts the rows: an index is no feature; leave it out by ignore_columns"));
    if (remarks_.named_as_gtzan)
      add({{DatasetProblem::Severity::note, "groups", "all genres", text_of_gtzan()}});
    std::map<std::vector<float>, const Track*> seen;
    for (const Track& track : tracks())
      if (const auto [first, is_new] = seen.emplace(track.features, &track); !is_new)
        add({{DatasetProblem::Severity::note, "duplicate", track.id,
              fmt::format("has the same features as {}", first->second->id)}});
    std::vector<std::string> constant;
    for (std::size_t column = 0; column < names_.size() && tracks().size() > 1; ++column)
      if (std::ranges::all_of(tracks(), [&](const Track& t) {
            return t.features[column] == tracks().front().features[column];
          }))
        constant.push_back(names_[column]);
    add(one_line("constant", constant, "has the same value in every row"));
    return problems;
  }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes;
    if (!remarks_.spellings.empty()) notes.push_back(spelling_note(remarks_.spellings));
    for (std::string& note : notes_of(remarks_.suspects)) notes.push_back(std::move(note));
    if (remarks_.named_as_gtzan) notes.push_back(text_of_gtzan());
    return notes;
  }

  std::vector<std::pair<std::string, std::string>> facts() const override {
    return {{"file", file_},
            {"rows", fmt::format("{}", tracks().size())},
            {"features", fmt::format("{}", names_.size())},
            {"genres", fmt::format("{}", fmt::join(genres(), ", "))}};
  }

 private:
  static std::string text_of_gtzan() {
    return "the tracks are named as GTZAN's; without dataset.groups_from: gtzan, pieces of one "
           "track and songs of one artist may be in training and test at once";
  }

  std::string file_;
  std::vector<std::string> names_;
  std::vector<PublishedSplit> splits_;
  FeatureTableRemarks remarks_;
};

std::string track_id(const std::string& cell) {
  const fs::path file(cell);
  return utf8_name(sound_name(file) != SoundName::none
                       ? (file.parent_path() / file.stem()).generic_string()
                       : cell);
}

/// What the columns of the table are.
struct Columns {
  std::size_t genre = 0;  ///< the option label_column
  std::optional<std::size_t> track = {};
  std::optional<std::size_t> artist = {};
  std::vector<std::size_t> features = {};
};

/// The column that names tracks, if the options name one.
std::optional<std::size_t> find_track_column(const FeatureTableOptions& options,
                                             const CsvTable& table) {
  if (options.track_column.empty()) return std::nullopt;
  try {
    return table.column(options.track_column);
  } catch (const DataError& error) {
    throw DataError(
        fmt::format("{}; set dataset.track_column to the column that names the tracks, "
                    "or to nothing ('') if none does: each row is then a track of its "
                    "own",
                    error.what()));
  }
}

/// Whether no row has anything in a column, as where lines end in a separator.
bool is_empty(const CsvTable& table, std::size_t column) {
  return std::ranges::all_of(table.rows,
                             [&](const CsvRow& row) { return row.cells[column].empty(); });
}

/// @throws DataError  a column that an option names is absent, or no column is left for features
Columns find_columns(const FeatureTableOptions& options, const CsvTable& table) {
  Columns columns{.genre = table.column(options.label_column),
                  .track = find_track_column(options, table)};
  std::vector<bool> is_feature(table.columns.size(), true);
  is_feature[columns.genre] = false;
  if (columns.track) is_feature[*columns.track] = false;
  if (!options.artist_column.empty()) {
    columns.artist = table.column(options.artist_column);
    is_feature[*columns.artist] = false;
  }
  const bool default_ignored = options.ignore_columns == FeatureTableOptions{}.ignore_columns;
  for (const std::string& ignored : options.ignore_columns) {
    if (default_ignored && !table.find(ignored)) continue;
    is_feature[table.column(ignored)] = false;
  }
  for (std::size_t i = 0; i < is_feature.size(); ++i)
    if (is_feature[i] && !(is_nameless(table.columns[i]) && is_empty(table, i)))
      columns.features.push_back(i);
  if (columns.features.empty())
    throw DataError(fmt::format("{}: no feature columns: all of {} are named by options of {}",
                                table.name, name_list(table.columns), kFeatureTable));
  return columns;
}

bool is_blank(std::string_view cell) {
  return cell.find_first_not_of(" \t") == std::string_view::npos;
}

/// Turns rows into tracks, and collects what they say about the dataset.
class RowReader {
 public:
  RowReader(const FeatureTableOptions& options, const CsvTable& table, const Columns& columns)
      : options_(options), table_(table), columns_(columns) {}

  /// @throws DataError  a cell is empty or not a number, a track occurs twice or is not GTZAN's
  void read(const CsvRow& row) {
    const std::string& genre = row.cells[columns_.genre];
    if (is_blank(genre))
      refuse(row, options_.label_column, "expected a genre, found an empty cell");
    NamedTrack named;
    named.genre = spelling(utf8_name(genre));
    named.track.id = id_of(row);
    if (const auto [first, is_new] = line_of_.emplace(named.track.id, row.line); !is_new)
      refuse(row, options_.track_column,
             fmt::format("expected each track once, found '{}' as in line {}", named.track.id,
                         first->second));
    for (const std::size_t column : columns_.features)
      named.track.features.push_back(
          parse_number(table_, row, column, options_.decimal == Decimal::comma));
    if (options_.groups_from == GroupsFrom::gtzan) add_gtzan_groups(row, named.track);
    n_named_as_gtzan += gtzan_track_of(named.track.id) != nullptr;
    if (columns_.artist)
      if (const std::string& artist = row.cells[*columns_.artist]; !is_blank(artist))
        named.track.groups["artist"] = utf8_name(artist);
    genres.insert(named.genre);
    tracks.push_back(std::move(named));
  }

  std::set<std::string> genres;
  std::vector<NamedTrack> tracks;
  GenreSpellings spelling;
  std::size_t n_named_as_gtzan = 0;
  std::map<std::string, std::string> gtzan_by_id;  ///< GTZAN's track by the row's

 private:
  [[noreturn]] void refuse(const CsvRow& row, std::string_view column,
                           std::string_view what) const {
    throw DataError(fmt::format("{}: column '{}': {}", table_.where(row), column, what));
  }

  std::string id_of(const CsvRow& row) const {
    if (!columns_.track) return fmt::format("row {:06}", tracks.size() + 1);
    const std::string& name = row.cells[*columns_.track];
    if (name.empty())
      refuse(row, options_.track_column, "expected the name of a track, found an empty cell");
    return track_id(name);
  }

  void add_gtzan_groups(const CsvRow& row, Track& track) {
    const GtzanTrack* gtzan = gtzan_track_of(track.id);
    if (gtzan == nullptr)
      refuse(row, options_.track_column,
             fmt::format("groups_from is gtzan, so expected one of its tracks as blues.00000.wav, "
                         "found '{}'",
                         track.id));
    track.groups = gtzan->groups;
    // Pieces of one track belong together even if the index does not know its song.
    if (gtzan->id != track.id) track.groups.try_emplace("song", gtzan->id);
    gtzan_by_id.emplace(track.id, gtzan->id);
  }

  const FeatureTableOptions& options_;
  const CsvTable& table_;
  const Columns& columns_;
  std::map<std::string, std::size_t> line_of_;
};

std::unique_ptr<Dataset> make_feature_table(const FeatureTableOptions& options) {
  if (options.root.empty())
    throw ConfigError(fmt::format(
        "{}: option 'root' is empty; expected a CSV file with one row per track", kFeatureTable));
  constexpr std::array kSeparators = {',', ';', '\t', '|'};
  const CsvTable table =
      read_table(options.root,
                 options.separator
                     ? std::optional(kSeparators.at(static_cast<std::size_t>(*options.separator)))
                     : std::nullopt,
                 options.label_column);
  const Columns columns = find_columns(options, table);
  if (table.rows.empty()) throw DataError(fmt::format("{}: no rows below the header", table.name));
  RowReader rows(options, table, columns);
  for (const CsvRow& row : table.rows) rows.read(row);
  FeatureTableRemarks remarks{
      .spellings = rows.spelling.others(),
      .suspects = find_suspect_columns(table, columns.features, rows.tracks,
                                       {options.keep_columns, options.ignore_columns}),
      .named_as_gtzan =
          options.groups_from == GroupsFrom::none && rows.n_named_as_gtzan == rows.tracks.size()};
  std::vector<std::string> feature_names;
  for (const std::size_t column : columns.features)
    feature_names.push_back(utf8_name(table.columns[column]));
  std::vector<PublishedSplit> splits;
  if (options.groups_from == GroupsFrom::gtzan) splits = gtzan_splits_of(rows.gtzan_by_id);
  return std::make_unique<FeatureTable>(
      table.name, std::vector<std::string>(rows.genres.begin(), rows.genres.end()),
      std::move(rows.tracks), std::move(feature_names), std::move(splits), std::move(remarks));
}

}  // namespace

void register_feature_table(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "feature_table";
  plugin.summary = "a CSV file of features that others computed, one row per track";
  plugin.options = feature_table_options().schema();
  plugin.make = [](const OptionValues& values, const Registry&) {
    return make_feature_table(feature_table_options().parse(values));
  };
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
