#include "datasets/manifests/manifest_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/manifests/manifest_presets.hpp"

namespace genrebench {
namespace {

using ManifestTable = OptionTable<ManifestOptions>;

const std::vector<std::string> kSeparatorNames = {"comma", "semicolon", "tab", "pipe"};

void add_files(ManifestTable& table) {
  table
      .presets("preset", manifest_presets(),
               "Sets the options for a list that others published. Options that are given beside "
               "it count.")
      .path("root", &ManifestOptions::root,
            "The list of tracks: CSV, TSV, JSON Lines or JSON, compressed by gzip or not. Where "
            "`files` names lists, the folder that holds them.")
      .path("audio_root", &ManifestOptions::audio_root,
            "Folder that the paths of audio files are relative to. Empty: the folder of root.")
      .list("files", &ManifestOptions::files, {},
            "Lists below root, where there are several: 'songs.csv', or 'LIST/PART=FILE' for a "
            "list whose tracks are one part of a published split, such as "
            "'marble/train=GTZAN.train.jsonl'. PART is train, valid or test, or else the number of "
            "a fold; LIST may be left out. A track may be in one file of each LIST.")
      .enumeration("format", &ManifestOptions::format, {"csv", "json_lines", "json"},
                   "How lists are written. auto: as their names say: .jsonl, .ndjson, .json; all "
                   "others are CSV.")
      .enumeration("separator", &ManifestOptions::separator, kSeparatorNames,
                   "What stands between the cells of a CSV. auto: a tab in .tsv, otherwise that "
                   "of these by which the header has the column genre_column.")
      .integer("header_rows", &ManifestOptions::header_rows, 1, 10,
               "Number of lines of a CSV's header. The names of one column are joined by points: "
               "'track.genre_top'.")
      .boolean("rest_in_last", &ManifestOptions::rest_in_last,
               "Rows of a CSV may have more cells than the header: they are all in the last "
               "column, as the tags of MTG-Jamendo.");
}

void add_tracks(ManifestTable& table) {
  table
      .text("id_column", &ManifestOptions::id_column,
            "Column with the id of the track. Empty, or without such a column: the path without "
            "the extension of an audio file, and the start of the span if there is one.")
      .text("path", &ManifestOptions::path,
            "Column with the audio file, or a pattern: {column} is a cell, {column:6} the cell "
            "with zeros before it up to 6 characters, {column:6:3} the first 3 of these, "
            "{column:stem} the cell without a file's extension, {file} the list's own name. Set it "
            "to nothing ('') if the tracks have no audio, for features that need none.")
      .text("start_column", &ManifestOptions::start_column,
            "Column with the second at which the track begins in its file, for tracks that are "
            "spans of longer files. An empty cell is the beginning. Tracks of one file stay on one "
            "side of every split.")
      .text("end_column", &ManifestOptions::end_column,
            "Column with the second at which the track ends in its file. An empty cell is the end "
            "of the file.")
      .text("md5_column", &ManifestOptions::md5_column,
            "Column with the MD5 sum of the file, which `dataset verify` compares.")
      .text("sources_column", &ManifestOptions::sources_column,
            "Column with the recordings that a track was cut from, separated by bars.")
      .list("where", &ManifestOptions::where, {},
            "Conditions that rows must meet to be tracks: 'column=value' or 'column=value|value'. "
            "The other rows are left out; `dataset describe` counts them.")
      .list("feature_columns", &ManifestOptions::feature_columns, {},
            "Columns of numbers that are features of the track, in place of audio (features: "
            "{name: table}), beside columns called 'feature:NAME'. Every other column that no "
            "option names is kept and shown by `dataset describe`, and used by nothing else.");
}

void add_genres(ManifestTable& table) {
  table
      .text("genre_column", &ManifestOptions::genre_column,
            "Column with the genre. Genres whose names differ only by case, accents, punctuation, "
            "Unicode form or '&' for 'and' are one, named as the first of them.")
      .text("genre_prefix", &ManifestOptions::genre_prefix,
            "What genres begin with where the cell has other tags too, such as 'genre---'. It is "
            "taken away; tags without it are no genres.")
      .enumeration("genre_separator", &ManifestOptions::genre_separator, kSeparatorNames,
                   "What stands between several genres of one cell. auto: a tab, as between the "
                   "items of a list of JSON.")
      .enumeration("several_genres", &ManifestOptions::several_genres, {"fail", "skip", "first"},
                   "What becomes of a track of several genres. fail: the list is refused. skip: "
                   "it is left out and counted. first: the first of them is taken.")
      .enumeration("no_genre", &ManifestOptions::no_genre, {"fail", "skip"},
                   "What becomes of a track without a genre. fail: the list is refused. skip: it "
                   "is left out and counted.")
      .list("genres", &ManifestOptions::genres, {},
            "Genres to use. Empty: all that tracks have. Tracks of other genres are left out and "
            "counted; a genre without tracks stays a class.");
}

void add_groups(ManifestTable& table) {
  table
      .text("artist_column", &ManifestOptions::artist_column,
            "Column with the artist, by name or by number, so that a split can keep all tracks of "
            "an artist on one side. An empty cell means that the artist is unknown.")
      .text("album_column", &ManifestOptions::album_column,
            "Column with the album, likewise. Albums of equal names are one.")
      .text("song_column", &ManifestOptions::song_column,
            "Column with the song, likewise: tracks with an equal cell are versions or pieces of "
            "one song.")
      .text("title_column", &ManifestOptions::title_column,
            "Column with the title. Where a track has no song and its artist is known, artist and "
            "title are its song.")
      .list("group_columns", &ManifestOptions::group_columns, {},
            "Columns with groups of further kinds, each as 'kind=column' or 'column', beside "
            "columns called 'group:KIND': [label, producer=made_by].")
      .list("usual_groups", &ManifestOptions::usual_groups, {},
            "Kinds of groups that splits keep together unless their own options name others. "
            "Empty: every kind. Name some where all kinds at once would join nearly all tracks, as "
            "the albums of compilations do.")
      .enumeration("facts_from", &ManifestOptions::facts_from, {"none", "gtzan"},
                   "gtzan: files are named as GTZAN's tracks (blues.00000.wav), so artists, songs, "
                   "MD5 sums and published splits are known where the list has none.",
                   "Sturm 2013; Kereliuk et al. 2015; Foleis")
      .list("split_columns", &ManifestOptions::split_columns, {},
            "Columns with published splits, each as 'name=column' or 'column', beside columns "
            "called 'split:NAME'. Cells are train, valid or test, or words for them; empty: the "
            "split leaves the track out. Use them by split: {name: published, list: NAME}.")
      .list("fold_columns", &ManifestOptions::fold_columns, {},
            "Columns with published folds, likewise, beside columns called 'fold:NAME'. A cell is "
            "the fold in which the track is tested.");
}

}  // namespace

const OptionTable<ManifestOptions>& manifest_option_table() {
  static const ManifestTable kTable = [] {
    ManifestTable table;
    add_files(table);
    add_tracks(table);
    add_genres(table);
    add_groups(table);
    add_section_options(table);
    return table;
  }();
  return kTable;
}

char sign_of(CellSeparator separator) {
  constexpr std::array kSigns = {',', ';', '\t', '|'};
  return kSigns.at(static_cast<std::size_t>(separator));
}

std::pair<std::string, std::string> parse_named_column(const std::string& word,
                                                       std::string_view option) {
  if (word.find('=') == std::string::npos && !word.empty()) return {word, word};
  const auto pair = split_key_value(word);
  if (!pair || pair->value.empty())
    throw ConfigError(fmt::format("{}: option '{}': expected 'name=column' or 'column', found '{}'",
                                  kManifestWhere, option, word));
  return {pair->key, pair->value};
}

std::vector<ListedFile> parse_files(const std::vector<std::string>& words) {
  std::vector<ListedFile> files;
  for (const std::string& word : words) {
    if (word.find('=') == std::string::npos && !word.empty()) {
      files.push_back({.file = word, .list = {}, .part = {}});
      continue;
    }
    const auto pair = split_key_value(word);
    const std::size_t slash = pair ? pair->key.rfind('/') : std::string::npos;
    if (!pair || pair->value.empty() || slash == 0 || slash + 1 == pair->key.size())
      throw ConfigError(fmt::format(
          "{}: option 'files': expected 'file', 'part=file' or 'list/part=file', found '{}'",
          kManifestWhere, word));
    ListedFile file{.file = pair->value, .list = "published", .part = pair->key};
    if (slash != std::string::npos) {
      file.list = pair->key.substr(0, slash);
      file.part = pair->key.substr(slash + 1);
    }
    if (const auto part = part_of_word(file.part)) file.part = *part;
    files.push_back(std::move(file));
  }
  return files;
}

std::vector<RowCondition> parse_conditions(const std::vector<std::string>& words) {
  std::vector<RowCondition> conditions;
  for (const std::string& word : words) {
    const auto pair = split_key_value(word);
    if (!pair)
      throw ConfigError(
          fmt::format("{}: option 'where': expected 'column=value' or 'column=value|value', found "
                      "'{}'",
                      kManifestWhere, word));
    RowCondition condition{.column = pair->key, .values = {}, .text = word};
    for (std::size_t begin = 0; begin <= pair->value.size();) {
      const std::size_t end = std::min(pair->value.find('|', begin), pair->value.size());
      condition.values.push_back(pair->value.substr(begin, end - begin));
      begin = end + 1;
    }
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

std::optional<std::string> part_of_word(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kWords = {
      {{"train", "train"},
       {"training", "train"},
       {"valid", "valid"},
       {"validation", "valid"},
       {"val", "valid"},
       {"dev", "valid"},
       {"development", "valid"},
       {"test", "test"},
       {"testing", "test"},
       {"eval", "test"},
       {"evaluation", "test"}}};
  std::string lower(word);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto found = std::ranges::find(kWords, std::string_view(lower),
                                       &std::pair<std::string_view, std::string_view>::first);
  if (found == kWords.end()) return std::nullopt;
  return std::string(found->second);
}

}  // namespace genrebench
