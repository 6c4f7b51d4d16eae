#include "datasets/facts/gtzan_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/csv.hpp"
#include "datasets/folders/names.hpp"

namespace genrebench {
namespace embedded {
std::string_view gtzan_tracks_csv();
}

namespace {

constexpr std::size_t kNumberDigits = 5;  ///< of "blues.00000"

struct Facts {
  std::map<std::string, GtzanTrack, std::less<>> tracks;
  std::vector<PublishedSplit> splits = {
      {"fault_filtered",
       "443/197/290 tracks, artists not shared between parts, repetitions and distortions left out "
       "(Kereliuk, Sturm and Larsen 2015)",
       {},
       false},
      {"stratified",
       "500/250/250 tracks, stratified by genre, artists shared between parts (Kereliuk, Sturm and "
       "Larsen 2015)",
       {},
       false},
      {"artist_folds",
       "3 folds of 948 tracks, filtered by artist (Foleis); some artists are in several folds all "
       "the same",
       {},
       true}};

  Facts() {
    const CsvTable table = parse_csv(embedded::gtzan_tracks_csv(), "gtzan_tracks.csv");
    const std::size_t id = table.column("track"), md5 = table.column("md5_wav"),
                      artist = table.column("artist"), title = table.column("title");
    const std::size_t parts[] = {table.column("fault_filtered"), table.column("stratified"),
                                 table.column("artist_fold")};
    std::map<std::string, std::string> song_of_copy;
    for (const CsvRow& row : table.rows) {
      GtzanTrack track{row.cells[id],    row.cells[id].substr(0, row.cells[id].find('.')),
                       row.cells[md5],   row.cells[artist],
                       row.cells[title], {}};
      if (!track.artist.empty()) track.groups["artist"] = track.artist;
      // Exact copies are one song whatever the index calls them.
      const std::string& song =
          song_of_copy.try_emplace(track.md5_wav, song_name(track.artist, track.title))
              .first->second;
      if (!song.empty()) track.groups["song"] = song;
      for (std::size_t i = 0; i < splits.size(); ++i)
        if (!row.cells[parts[i]].empty()) splits[i].parts.emplace(track.id, row.cells[parts[i]]);
      tracks.emplace(track.id, std::move(track));
    }
  }
};

const Facts& facts() {
  static const Facts kFacts;
  return kFacts;
}

}  // namespace

const std::vector<std::string>& gtzan_genres() {
  static const std::vector<std::string> kGenres = {
      "blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock"};
  return kGenres;
}

const std::map<std::string, GtzanTrack, std::less<>>& gtzan_tracks() { return facts().tracks; }

const GtzanTrack* gtzan_track_of(std::string_view id) {
  const std::size_t dot = id.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const std::size_t end = std::min(id.size(), dot + 1 + kNumberDigits);
  if (end < id.size() && id[end] != '.') return nullptr;
  const auto found = gtzan_tracks().find(id.substr(0, end));
  return found == gtzan_tracks().end() ? nullptr : &found->second;
}

const std::vector<PublishedSplit>& gtzan_published_splits() { return facts().splits; }

std::vector<PublishedSplit> gtzan_splits_of(const std::map<std::string, std::string>& gtzan_by_id) {
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

}  // namespace genrebench
