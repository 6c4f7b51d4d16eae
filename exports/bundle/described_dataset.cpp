#include "exports/bundle/described_dataset.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/digest.hpp"
#include "harness/store/query_text.hpp"

namespace genrebench {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> kinds_of(const DescribedDataset& dataset) {
  std::set<std::string> kinds;
  for (const TrackRecord& track : dataset.tracks)
    for (const auto& [kind, name] : track.groups) kinds.insert(kind);
  return {kinds.begin(), kinds.end()};
}

/// The names of Croissant, as its specification lists them.
Json context() {
  Json context = {{"@language", "en"},
                  {"@vocab", "https://schema.org/"},
                  {"citeAs", "cr:citeAs"},
                  {"column", "cr:column"},
                  {"conformsTo", "dct:conformsTo"},
                  {"cr", "http://mlcommons.org/croissant/"},
                  {"rai", "http://mlcommons.org/croissant/RAI/"},
                  {"data", {{"@id", "cr:data"}, {"@type", "@json"}}},
                  {"dataType", {{"@id", "cr:dataType"}, {"@type", "@vocab"}}},
                  {"dct", "http://purl.org/dc/terms/"},
                  {"examples", {{"@id", "cr:examples"}, {"@type", "@json"}}},
                  {"sc", "https://schema.org/"}};
  for (const char* name : {"equivalentProperty",
                           "extract",
                           "field",
                           "fileProperty",
                           "fileObject",
                           "fileSet",
                           "format",
                           "includes",
                           "isLiveDataset",
                           "jsonPath",
                           "key",
                           "md5",
                           "parentField",
                           "path",
                           "recordSet",
                           "references",
                           "regex",
                           "repeated",
                           "replace",
                           "samplingRate",
                           "separator",
                           "source",
                           "subField",
                           "transform"})
    context[name] = fmt::format("cr:{}", name);
  return context;
}

Json field(const std::string& name, const std::string& type, const std::string& description) {
  return {{"@type", "cr:Field"},
          {"@id", "tracks/" + name},
          {"name", name},
          {"description", description},
          {"dataType", type},
          {"source", {{"fileObject", {{"@id", "tracks.csv"}}}, {"extract", {{"column", name}}}}}};
}

Json fields(const DescribedDataset& dataset) {
  Json list = {field("track", "sc:Text", "Id of the track, unique in the dataset."),
               field("genre", "sc:Text", "Name of the track's genre: the label."),
               field("start_s", "sc:Float", "Where the track begins in its file, in seconds."),
               field("duration_s", "sc:Float",
                     "Length of the track in seconds; empty: the whole file, not measured."),
               field("content", "sc:Text",
                     "XXH3-128 of the file's bytes (and of features that come with the dataset), "
                     "by which a copy of the audio can be checked.")};
  for (const std::string& kind : kinds_of(dataset))
    list.push_back(field(
        kind, "sc:Text",
        fmt::format("The {} of the track; tracks of one {} are not independent.", kind, kind)));
  return list;
}

}  // namespace

std::string tracks_csv(const DescribedDataset& dataset) {
  std::vector<std::string> header = {"track", "genre", "start_s", "duration_s", "content"};
  const std::vector<std::string> kinds = kinds_of(dataset);
  header.insert(header.end(), kinds.begin(), kinds.end());
  std::string text = csv_line(header);
  for (const TrackRecord& track : dataset.tracks) {
    const auto genre = static_cast<std::size_t>(track.genre);
    std::vector<std::string> row = {
        track.id, genre < dataset.genres.size() ? dataset.genres[genre] : std::to_string(genre),
        fmt::format("{}", track.start_s),
        track.duration_s ? fmt::format("{}", *track.duration_s) : "", track.content.value_or("")};
    for (const std::string& kind : kinds) {
      const auto group = track.groups.find(kind);
      row.push_back(group == track.groups.end() ? "" : group->second);
    }
    text += csv_line(row);
  }
  return text;
}

std::string croissant_json(const DescribedDataset& dataset, const std::string& csv,
                           const std::string& date) {
  const Json document = {
      {"@context", context()},
      {"@type", "sc:Dataset"},
      {"conformsTo", "http://mlcommons.org/croissant/1.0"},
      {"name", dataset.name},
      {"description",
       fmt::format("The {} tracks of {} in {} genres as genrebench used them: ids, genres and "
                   "groups. The audio is not included; its owners decide about it.",
                   dataset.tracks.size(), dataset.name, dataset.genres.size())},
      {"version", "1.0.0"},
      {"identifier", dataset.fingerprint},
      {"datePublished", date},
      {"distribution",
       {{{"@type", "cr:FileObject"},
         {"@id", "tracks.csv"},
         {"name", "tracks.csv"},
         {"description", "One row per track."},
         {"contentUrl", "tracks.csv"},
         {"contentSize", fmt::format("{} B", csv.size())},
         {"encodingFormat", "text/csv"},
         {"sha256", sha256(csv)}}}},
      {"recordSet",
       {{{"@type", "cr:RecordSet"},
         {"@id", "tracks"},
         {"name", "tracks"},
         {"description", "One record per track."},
         {"key", {{"@id", "tracks/track"}}},
         {"field", fields(dataset)}}}}};
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace genrebench
