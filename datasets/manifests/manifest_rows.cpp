#include "datasets/manifests/manifest_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/facts/gtzan_facts.hpp"
#include "datasets/manifests/manifest_cells.hpp"
#include "harness/grouping/folded_names.hpp"
#include "signal/audio/audio_formats.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kShown = 100;  ///< bytes of a name in a message

/// A file's path as an id: without the extension of an audio file.
std::string id_of_path(const std::string& path) {
  const fs::path file(path);
  return utf8_name(sound_name(file) == SoundName::none
                       ? path
                       : (file.parent_path() / file.stem()).generic_string());
}

/// The name of GTZAN's track or of a piece of it, from an id or a path.
std::string name_of_gtzan(const std::string& text) {
  const fs::path file(text);
  return (sound_name(file) == SoundName::none ? file.filename() : file.stem()).native();
}

bool is_same(const Track& a, const Track& b) {
  return a.audio == b.audio && a.groups == b.groups && a.features == b.features &&
         a.published_md5 == b.published_md5 && a.start_s == b.start_s && a.end_s == b.end_s;
}

bool is_part(const std::string& word) {
  return word == "train" || word == "valid" || word == "test";
}

}  // namespace

ManifestRows::ManifestRows(const ManifestOptions& options, fs::path audio_root)
    : options_(options), audio_root_(std::move(audio_root)) {
  content_.counts.first_taken = options_.several_genres == SeveralGenres::first;
  // The genres that the options name are the first spellings.
  for (const std::string& genre : options_.genres) spelling_(genre);
}

void ManifestRows::add(const RecordTable& table, const ListedFile& file) {
  const ManifestColumns columns = find_manifest_columns(options_, table);
  std::vector<std::string> features;
  for (const ManifestColumns::Named& feature : columns.features) features.push_back(feature.name);
  if (!std::exchange(begun_, true)) content_.features = features;
  if (features != content_.features)
    throw DataError(fmt::format("{}: expected the features {} as in the list before it, found {}",
                                table.name,
                                content_.features.empty() ? "none" : name_list(content_.features),
                                features.empty() ? "none" : name_list(features)));
  for (const ManifestColumns::Named& one : columns.further)
    if (further_places_.try_emplace(one.name, content_.further.size()).second)
      content_.further.push_back(one.name);
  for (const Record& record : table.records) add_record(table, record, columns, file);
}

void ManifestRows::add_record(const RecordTable& table, const Record& record,
                              const ManifestColumns& columns, const ListedFile& file) {
  ++content_.counts.rows;
  if (!is_selected(record, columns)) {
    ++content_.counts.not_selected;
    return;
  }
  const std::string genre = genre_of(table, record, columns);
  if (genre.empty()) return;
  NamedTrack named{.genre = genre, .track = read_track(table, record, columns)};
  const std::string id = named.track.id;
  const auto [place, is_new] = places_.try_emplace(id);
  if (is_new) {
    place->second = {content_.tracks.size(), table.where(record), {}};
    keep_further_cells(id, record, columns);
    if (columns.sources && !is_blank(record.cells[*columns.sources]))
      content_.sources[id] = cell_items(utf8_name(record.cells[*columns.sources]), '|');
    content_.genres.insert(genre);
    content_.tracks.push_back(std::move(named));
  } else {
    const NamedTrack& first = content_.tracks[place->second.index];
    if (file.list.empty() || place->second.lists.empty() || place->second.lists.contains(file.list))
      throw DataError(fmt::format("{}: expected each track once, found '{}' as in {}",
                                  table.where(record), id.substr(0, kShown), place->second.where));
    if (first.genre != genre || !is_same(first.track, named.track))
      throw DataError(
          fmt::format("{}: the track '{}' has another genre, file or group in {}: the lists are of "
                      "different versions",
                      table.where(record), id.substr(0, kShown), place->second.where));
  }
  if (!file.list.empty()) {
    place->second.lists.insert(file.list);
    parts_of_files_[file.list].insert(file.part);
    split_called(file.list, "by the lists in which its tracks are", /*folds=*/false).parts[id] =
        file.part;
  }
  add_parts(table, record, columns, id);
}

bool ManifestRows::is_selected(const Record& record, const ManifestColumns& columns) const {
  return std::ranges::all_of(columns.conditions, [&](const ManifestColumns::Condition& condition) {
    return std::ranges::find(condition.values, record.cells[condition.place]) !=
           condition.values.end();
  });
}

std::string ManifestRows::genre_of(const RecordTable& table, const Record& record,
                                   const ManifestColumns& columns) {
  const CellPlace cell{table, record, columns.genre};
  const char separator =
      options_.genre_separator ? sign_of(*options_.genre_separator) : sign_of(CellSeparator::tab);
  std::vector<std::string> genres;
  for (const std::string& item : cell_items(cell.text(), separator))
    if (item.size() > options_.genre_prefix.size() && item.starts_with(options_.genre_prefix))
      genres.push_back(utf8_name(item.substr(options_.genre_prefix.size())));
  if (genres.empty()) {
    if (options_.no_genre == OddRows::fail)
      cell.refuse(options_.genre_prefix.empty()
                      ? std::string("a genre (or dataset.no_genre: skip)")
                      : fmt::format("a genre that begins with '{}' (or dataset.no_genre: skip)",
                                    options_.genre_prefix));
    ++content_.counts.no_genre;
    return {};
  }
  if (genres.size() > 1) {
    if (options_.several_genres == SeveralGenres::fail)
      cell.refuse("one genre (or dataset.several_genres: skip or first)");
    ++content_.counts.several_genres;
    if (options_.several_genres == SeveralGenres::skip) return {};
  }
  const std::string& genre = spelling_(genres.front());
  if (!options_.genres.empty() &&
      std::ranges::find(options_.genres, genre) == options_.genres.end()) {
    ++content_.counts.other_genres;
    return {};
  }
  return genre;
}

Track ManifestRows::read_track(const RecordTable& table, const Record& record,
                               const ManifestColumns& columns) {
  const auto cell = [&](std::size_t column) { return CellPlace{table, record, column}; };
  Track track;
  std::string path;
  if (columns.path) {
    path = (*columns.path)(table, record);
    if (is_blank(path))
      throw DataError(
          fmt::format("{}: expected the path of an audio file, found nothing; set dataset.path to "
                      "nothing ('') if no track has audio",
                      table.where(record)));
    track.audio = audio_root_ / path;  // an absolute path stays what it is
  }
  if (columns.start) track.start_s = seconds_in(cell(*columns.start));
  if (columns.end) track.end_s = seconds_in(cell(*columns.end));
  if (track.end_s > 0.0 && track.end_s <= track.start_s)
    cell(*columns.end).refuse(fmt::format("an end after the start at {} s", track.start_s));
  const bool gtzan = options_.facts_from == FactsFrom::gtzan;
  if (columns.id && !is_blank(record.cells[*columns.id]))
    track.id = utf8_name(record.cells[*columns.id]);
  else if (columns.path)
    track.id = gtzan ? name_of_gtzan(path) : id_of_path(path);
  else
    cell(*columns.id).refuse("the id of a track");
  if ((!columns.id || is_blank(record.cells[*columns.id])) && !track.is_whole_file())
    track.id += fmt::format("@{}", track.start_s);
  for (const ManifestColumns::Named& group : columns.groups)
    if (!is_blank(record.cells[group.place]))
      track.groups[group.name] = utf8_name(record.cells[group.place]);
  if (columns.title && !is_blank(record.cells[*columns.title]) && track.groups.contains("artist") &&
      !track.groups.contains("song"))
    track.groups["song"] =
        song_name(track.groups["artist"], utf8_name(record.cells[*columns.title]));
  for (const ManifestColumns::Named& feature : columns.features)
    track.features.push_back(feature_in(cell(feature.place)));
  if (columns.md5) track.published_md5 = md5_in(cell(*columns.md5));
  if (gtzan) add_gtzan_facts(table, record, columns.path ? path : track.id, track);
  return track;
}

void ManifestRows::add_gtzan_facts(const RecordTable& table, const Record& record,
                                   const std::string& name, Track& track) {
  const std::string stem = name_of_gtzan(name);
  const GtzanTrack* gtzan = gtzan_track_of(stem);
  if (gtzan == nullptr)
    throw DataError(
        fmt::format("{}: facts_from is gtzan, so expected one of its tracks as blues.00000.wav, "
                    "found '{}'",
                    table.where(record), utf8_name(name).substr(0, 60)));
  for (const auto& [kind, group] : gtzan->groups) track.groups.try_emplace(kind, group);
  // Pieces of one track belong together even if the index does not know its song.
  if (gtzan->id != stem) track.groups.try_emplace("song", gtzan->id);
  if (track.published_md5.empty() && gtzan->id == stem &&
      normalised_name(track.audio.extension().native()) == "wav")
    track.published_md5 = gtzan->md5_wav;
  gtzan_by_id_.emplace(track.id, gtzan->id);
}

void ManifestRows::keep_further_cells(const std::string& id, const Record& record,
                                      const ManifestColumns& columns) {
  if (columns.further.empty()) return;
  std::vector<std::string>& cells = content_.further_cells[id];
  cells.resize(content_.further.size());
  for (const ManifestColumns::Named& one : columns.further)
    cells[further_places_.at(one.name)] = record.cells[one.place];
}

PublishedSplit& ManifestRows::split_called(const std::string& name, const std::string& description,
                                           bool folds) {
  const auto [place, is_new] = split_places_.try_emplace(name, content_.splits.size());
  if (is_new)
    content_.splits.push_back(
        {.name = name, .description = description, .parts = {}, .folds = folds});
  PublishedSplit& split = content_.splits[place->second];
  if (split.description != description || split.folds != folds)
    throw ConfigError(fmt::format("{}: two published splits are called '{}': {}, and {}",
                                  kManifestWhere, name.substr(0, kShown), split.description,
                                  description));
  return split;
}

void ManifestRows::add_parts(const RecordTable& table, const Record& record,
                             const ManifestColumns& columns, const std::string& id) {
  const auto described = [&](const ManifestColumns::Named& one) {
    return fmt::format("by the column '{}'", utf8_name(table.columns[one.place]).substr(0, kShown));
  };
  for (const ManifestColumns::Named& one : columns.splits) {
    PublishedSplit& split = split_called(one.name, described(one), /*folds=*/false);
    if (const std::string part = part_in({table, record, one.place}); !part.empty())
      split.parts[id] = part;
  }
  for (const ManifestColumns::Named& one : columns.folds) {
    PublishedSplit& split = split_called(one.name, described(one), /*folds=*/true);
    if (!is_blank(record.cells[one.place])) split.parts[id] = utf8_name(record.cells[one.place]);
  }
}

ManifestContent ManifestRows::finish() {
  if (content_.tracks.empty())
    throw DataError(fmt::format(
        "{}: no track in {}: {} left out by dataset.where, {} without a genre, {} of several "
        "genres, {} of other genres than dataset.genres",
        kManifestWhere, counted(content_.counts.rows, "row"), content_.counts.not_selected,
        content_.counts.no_genre, content_.counts.several_genres, content_.counts.other_genres));
  for (const auto& [list, parts] : parts_of_files_) {
    const auto n = std::ranges::count_if(parts, is_part);
    if (n > 0 && static_cast<std::size_t>(n) < parts.size())
      throw ConfigError(
          fmt::format("{}: option 'files': expected parts (train, valid, test) or folds of '{}', "
                      "found both: {}",
                      kManifestWhere, list, fmt::join(parts, ", ")));
    content_.splits[split_places_.at(list)].folds = n == 0;
  }
  if (options_.facts_from == FactsFrom::gtzan)
    for (PublishedSplit& split : gtzan_splits_of(gtzan_by_id_))
      if (!split_places_.contains(split.name)) content_.splits.push_back(std::move(split));
  content_.spellings = spelling_.others();
  return std::move(content_);
}

}  // namespace genrebench
