// A CSV file with one row per track (or piece of a track): features that others computed, and a
// label.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "base/csv.hpp"
#include "datasets/facts/gtzan_facts.hpp"
#include "datasets/folders/answer_columns.hpp"
#include "datasets/folders/audio_folder.hpp"
#include "datasets/folders/listed_dataset.hpp"
#include "datasets/folders/names.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kWhere = "dataset feature_table";
/// "blues.00000"
constexpr std::size_t kGtzanNumberDigits = 5;

enum class GroupsFrom { none, gtzan };

struct FeatureTableOptions {
  std::string root;
  std::string label_column = "label";
  std::string track_column = "filename";
  std::vector<std::string> ignore_columns = {"length"};
  std::vector<std::string> keep_columns;
  std::string artist_column;
  GroupsFrom groups_from = GroupsFrom::none;
};

const OptionTable<FeatureTableOptions>& option_table() {
  static const auto kTable =
      OptionTable<FeatureTableOptions>()
          .path("root", &FeatureTableOptions::root,
                "The CSV file: a header, then one row per track. Every column that no option below "
                "names is a feature.")
          .text("label_column", &FeatureTableOptions::label_column, "Column with the genre.",
                "public GTZAN feature table")
          .text("track_column", &FeatureTableOptions::track_column,
                "Column with the name of the track. Each track occurs once. Its id is the name "
                "without the extension of an audio file.",
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
                       "Sturm 2013; Kereliuk et al. 2015; Foleis");
  return kTable;
}

class FeatureTable final : public ListedDataset {
 public:
  FeatureTable(std::string file, std::vector<std::string> genres, std::vector<NamedTrack> tracks,
               std::vector<std::string> names, std::vector<PublishedSplit> splits,
               std::map<std::string, std::string> spellings)
      : ListedDataset(std::move(genres), std::move(tracks)),
        file_(std::move(file)),
        names_(std::move(names)),
        splits_(std::move(splits)),
        spellings_(std::move(spellings)) {}

  std::vector<std::string> feature_names() const override { return names_; }
  std::vector<PublishedSplit> published_splits() const override { return splits_; }

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems;
    for (const auto& [written, genre] : spellings_)
      problems.push_back({DatasetProblem::Severity::note, "spelling", written,
                          fmt::format("is taken for the genre '{}'", genre)});
    std::map<std::vector<float>, const Track*> seen;
    for (const Track& track : tracks())
      if (const auto [first, is_new] = seen.emplace(track.features, &track); !is_new)
        problems.push_back({DatasetProblem::Severity::note, "duplicate", track.id,
                            fmt::format("has the same features as {}", first->second->id)});
    for (std::size_t column = 0; column < names_.size(); ++column) {
      const bool constant = std::all_of(tracks().begin(), tracks().end(), [&](const Track& t) {
        return t.features[column] == tracks().front().features[column];
      });
      if (constant && tracks().size() > 1)
        problems.push_back({DatasetProblem::Severity::note, "constant", names_[column],
                            "has the same value in every row"});
    }
    return problems;
  }

  std::vector<std::pair<std::string, std::string>> facts() const override {
    return {{"file", file_},
            {"rows", fmt::format("{}", tracks().size())},
            {"features", fmt::format("{}", names_.size())},
            {"genres", fmt::format("{}", fmt::join(genres(), ", "))}};
  }

 private:
  std::string file_;
  std::vector<std::string> names_;
  std::vector<PublishedSplit> splits_;
  std::map<std::string, std::string> spellings_;  ///< of genres, to the one that stands for it
};

float parse_number(const CsvTable& table, const CsvRow& row, std::size_t column) {
  const std::string& cell = row.cells[column];
  const auto refuse = [&](std::string_view expected) {
    throw DataError(fmt::format("{}: column '{}': expected {}, found '{}'", table.where(row),
                                table.columns[column], expected, utf8_name(cell).substr(0, 60)));
  };
  std::string_view text = cell;
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || stop != text.data() + text.size() || error == std::errc::invalid_argument)
    refuse("a number");
  if (error == std::errc::result_out_of_range && text.find("e-") == std::string_view::npos &&
      text.find("E-") == std::string_view::npos)
    refuse("a number within single precision");
  if (!std::isfinite(value)) refuse("a finite number");
  if (std::abs(value) > static_cast<double>(std::numeric_limits<float>::max()))
    refuse("a number within single precision");
  return static_cast<float>(value);
}

std::string track_id(const std::string& cell) {
  const fs::path file(cell);
  return utf8_name(is_audio_file(file) ? (file.parent_path() / file.stem()).generic_string()
                                       : cell);
}

/// "blues.00000" of "blues.00000" and of the piece "blues.00000.3"; null where it is none of
/// GTZAN's.
const GtzanTrack* gtzan_track_of(const std::string& id) {
  const std::size_t dot = id.find('.');
  if (dot == std::string::npos) return nullptr;
  const std::size_t end = std::min(id.size(), dot + 1 + kGtzanNumberDigits);
  if (end < id.size() && id[end] != '.') return nullptr;
  const auto found = gtzan_tracks().find(id.substr(0, end));
  return found == gtzan_tracks().end() ? nullptr : &found->second;
}

/// The splits with each part moved from GTZAN's tracks to the rows that come from them.
std::vector<PublishedSplit> splits_of_rows(const std::map<std::string, std::string>& gtzan_by_id) {
  std::vector<PublishedSplit> splits = gtzan_published_splits();
  for (PublishedSplit& split : splits) {
    std::map<std::string, std::string> parts;
    for (const auto& [id, gtzan] : gtzan_by_id)
      if (const auto part = split.parts.find(gtzan); part != split.parts.end())
        parts.emplace(id, part->second);
    split.parts = std::move(parts);
  }
  return splits;
}

/// @throws DataError  if a feature tells the genre and keep_columns does not name it
void refuse_answers(const FeatureTableOptions& options, const CsvTable& table,
                    const std::vector<std::size_t>& columns,
                    const std::vector<NamedTrack>& tracks) {
  std::set<std::size_t> kept;
  for (const std::string& name : options.keep_columns) kept.insert(table.column(name));
  std::map<std::string, int> number;
  std::vector<int> genre;
  for (const NamedTrack& named : tracks)
    genre.push_back(number.try_emplace(named.genre, static_cast<int>(number.size())).first->second);
  std::vector<std::string> reasons, names;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (kept.contains(columns[i])) continue;
    std::vector<float> values;
    for (const NamedTrack& named : tracks) values.push_back(named.track.features[i]);
    const auto reason = why_it_tells_the_genre(values, genre);
    if (!reason) continue;
    names.push_back(table.columns[columns[i]]);
    reasons.push_back(fmt::format("column '{}' {}", utf8_name(names.back()), *reason));
  }
  if (names.empty()) return;
  const auto list = [](const std::vector<std::string>& columns_named) {
    return fmt::format("[\"{}\"]", fmt::join(columns_named, "\", \""));
  };
  std::vector<std::string> ignored = names;
  for (const std::string& name : options.ignore_columns)
    if (std::ranges::find(table.columns, name) != table.columns.end()) ignored.push_back(name);
  throw DataError(
      fmt::format("{}: {}, which tells the answer and is no feature; set dataset.ignore_columns to "
                  "{}, or dataset.keep_columns to {} if {} a feature all the same",
                  table.name, fmt::join(reasons, ", "), list(ignored), list(names),
                  names.size() == 1 ? "it is" : "each is"));
}

/// What the columns of the table are.
struct Columns {
  std::size_t genre = 0;  ///< the option label_column
  std::size_t track = 0;
  std::optional<std::size_t> artist = {};
  std::vector<std::size_t> features = {};
};

/// @throws DataError  a column that an option names is absent, or no column is left for features
Columns find_columns(const FeatureTableOptions& options, const CsvTable& table) {
  Columns columns{.genre = table.column(options.label_column),
                  .track = table.column(options.track_column)};
  std::vector<bool> is_feature(table.columns.size(), true);
  is_feature[columns.genre] = is_feature[columns.track] = false;
  if (!options.artist_column.empty()) {
    columns.artist = table.column(options.artist_column);
    is_feature[*columns.artist] = false;
  }
  const bool default_ignored = options.ignore_columns == FeatureTableOptions{}.ignore_columns;
  for (const std::string& ignored : options.ignore_columns) {
    if (default_ignored && std::ranges::find(table.columns, ignored) == table.columns.end())
      continue;
    is_feature[table.column(ignored)] = false;
  }
  for (std::size_t i = 0; i < is_feature.size(); ++i)
    if (is_feature[i]) columns.features.push_back(i);
  if (columns.features.empty())
    throw DataError(fmt::format("{}: no feature columns: all of {} are named by options of {}",
                                table.name, fmt::join(table.columns, ", "), kWhere));
  return columns;
}

/// Turns rows into tracks, and collects what they say about the dataset.
class RowReader {
 public:
  RowReader(const FeatureTableOptions& options, const CsvTable& table, const Columns& columns)
      : options_(options), table_(table), columns_(columns) {}

  /// @throws DataError  a cell is empty or not a number, a track occurs twice or is not GTZAN's
  void read(const CsvRow& row) {
    const std::string& genre = row.cells[columns_.genre];
    const std::string& name = row.cells[columns_.track];
    if (genre.empty()) refuse(row, options_.label_column, "expected a genre, found an empty cell");
    if (name.empty())
      refuse(row, options_.track_column, "expected the name of a track, found an empty cell");
    NamedTrack named;
    const std::string written = utf8_name(genre);
    named.genre = spelling_(written);
    if (named.genre != written) spellings.insert({written, named.genre});
    named.track.id = track_id(name);
    if (const auto [first, is_new] = line_of_.emplace(named.track.id, row.line); !is_new)
      refuse(row, options_.track_column,
             fmt::format("expected each track once, found '{}' as in line {}", named.track.id,
                         first->second));
    for (const std::size_t column : columns_.features)
      named.track.features.push_back(parse_number(table_, row, column));
    if (options_.groups_from == GroupsFrom::gtzan) add_gtzan_groups(row, named.track);
    if (columns_.artist && !row.cells[*columns_.artist].empty())
      named.track.groups["artist"] = utf8_name(row.cells[*columns_.artist]);
    genres.insert(named.genre);
    tracks.push_back(std::move(named));
  }

  std::set<std::string> genres;
  std::vector<NamedTrack> tracks;
  std::map<std::string, std::string> spellings;    ///< of genres, to the one that stands for it
  std::map<std::string, std::string> gtzan_by_id;  ///< GTZAN's track by the row's

 private:
  [[noreturn]] void refuse(const CsvRow& row, std::string_view column,
                           std::string_view what) const {
    throw DataError(fmt::format("{}: column '{}': {}", table_.where(row), column, what));
  }

  void add_gtzan_groups(const CsvRow& row, Track& track) {
    const GtzanTrack* gtzan = gtzan_track_of(track.id);
    if (gtzan == nullptr)
      refuse(row, options_.track_column,
             fmt::format("groups_from is gtzan, so expected one of its tracks as blues.00000.wav, "
                         "found '{}'",
                         utf8_name(row.cells[columns_.track])));
    track.groups = gtzan->groups;
    // Pieces of one track belong together even if the index does not know its song.
    if (gtzan->id != track.id) track.groups.try_emplace("song", gtzan->id);
    gtzan_by_id.emplace(track.id, gtzan->id);
  }

  const FeatureTableOptions& options_;
  const CsvTable& table_;
  const Columns& columns_;
  Spellings spelling_;
  std::map<std::string, std::size_t> line_of_;
};

std::unique_ptr<Dataset> make_feature_table(const FeatureTableOptions& options) {
  if (options.root.empty())
    throw ConfigError(fmt::format(
        "{}: option 'root' is empty; expected a CSV file with one row per track", kWhere));
  const CsvTable table = read_csv(options.root);
  const Columns columns = find_columns(options, table);
  if (table.rows.empty()) throw DataError(fmt::format("{}: no rows below the header", table.name));
  RowReader rows(options, table, columns);
  for (const CsvRow& row : table.rows) rows.read(row);
  refuse_answers(options, table, columns.features, rows.tracks);
  std::vector<std::string> feature_names;
  for (const std::size_t column : columns.features)
    feature_names.push_back(utf8_name(table.columns[column]));
  std::vector<PublishedSplit> splits;
  if (options.groups_from == GroupsFrom::gtzan) splits = splits_of_rows(rows.gtzan_by_id);
  return std::make_unique<FeatureTable>(
      table.name, std::vector<std::string>(rows.genres.begin(), rows.genres.end()),
      std::move(rows.tracks), std::move(feature_names), std::move(splits),
      std::move(rows.spellings));
}

}  // namespace

void register_feature_table(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "feature_table";
  plugin.summary = "a CSV file of features that others computed, one row per track";
  plugin.options = option_table().schema();
  plugin.make = [](const OptionValues& values, const Registry&) {
    return make_feature_table(option_table().parse(values));
  };
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
