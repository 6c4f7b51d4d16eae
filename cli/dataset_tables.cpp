#include "cli/dataset_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/experiment/option_words.hpp"
#include "harness/grouping/grouping.hpp"
#include "harness/plan/plan.hpp"

namespace genrebench::cli {
namespace {

/// Tracks that were counted together: a genre, or all.
struct GenreCount {
  std::string name;
  std::size_t n_tracks = 0;
  double duration_s = 0.0, shortest_s = 0.0, longest_s = 0.0;
  std::map<std::string, std::size_t> n_groups;  ///< by kind
  std::optional<PublishedCount> published;
};

/// What is counted in a dataset, and what the paper prints of it.
struct GenreCounts {
  std::vector<std::string> kinds;  ///< of groups
  bool published = false;          ///< the paper prints counts
  std::vector<GenreCount> rows;    ///< the last is of all genres
};

GenreCount count_tracks(const Dataset& dataset, const std::vector<FileFacts>& files,
                        const std::map<std::string, std::vector<std::string>>& group_names_of,
                        const std::function<bool(const Track&)>& included) {
  GenreCount count;
  std::map<std::string, std::set<std::string>> groups;
  for (std::size_t t = 0; t < files.size(); ++t) {
    if (!included(dataset.tracks()[t])) continue;
    for (const auto& [kind, names] : group_names_of)
      if (!names[t].empty()) groups[kind].insert(names[t]);
    const double duration_s = files[t].duration_s;
    count.duration_s += duration_s;
    count.shortest_s = count.n_tracks == 0 ? duration_s : std::min(count.shortest_s, duration_s);
    count.longest_s = std::max(count.longest_s, duration_s);
    ++count.n_tracks;
  }
  for (const auto& [kind, names] : groups) count.n_groups[kind] = names.size();
  return count;
}

GenreCounts count_genres(const Dataset& dataset, const std::vector<FileFacts>& files) {
  GenreCounts counts{.kinds = known_kinds(dataset), .rows = {}};
  std::map<std::string, std::vector<std::string>> names;
  for (const std::string& kind : counts.kinds) names[kind] = group_names(dataset, kind);
  std::map<std::string, PublishedCount> published;
  PublishedCount all{.genre = "all", .printed_name = "Total", .n_tracks = 0};
  for (const PublishedCount& count : dataset.published_counts()) {
    published[count.genre] = count;
    all.n_tracks += count.n_tracks;
  }
  counts.published = !published.empty();
  if (counts.published) published["all"] = all;
  const auto add = [&](const std::string& name, const std::function<bool(const Track&)>& included) {
    GenreCount count = count_tracks(dataset, files, names, included);
    count.name = name;
    if (const auto found = published.find(name); found != published.end())
      count.published = found->second;
    counts.rows.push_back(std::move(count));
  };
  for (std::size_t g = 0; g < dataset.genres().size(); ++g)
    add(dataset.genres()[g],
        [g](const Track& track) { return track.genre == static_cast<int>(g); });
  add("all", [](const Track&) { return true; });
  return counts;
}

std::size_t n_groups(const GenreCount& count, const std::string& kind) {
  const auto found = count.n_groups.find(kind);
  return found == count.n_groups.end() ? 0 : found->second;
}

std::vector<Cell> cells(const GenreCount& count, const GenreCounts& counts) {
  std::vector<Cell> cells = {{.text = count.name},
                             {.text = std::to_string(count.n_tracks), .numeric = true}};
  if (counts.published) {
    const int expected = count.published ? count.published->n_tracks : 0;
    cells.push_back({.text = count.published ? std::to_string(expected) : "",
                     .numeric = true,
                     .caution = expected != static_cast<int>(count.n_tracks)});
    cells.push_back({.text = count.published ? count.published->printed_name : ""});
  }
  for (const std::string& kind : counts.kinds)
    cells.push_back({.text = std::to_string(n_groups(count, kind)), .numeric = true});
  const bool audio = count.duration_s > 0.0;
  const auto add = [&](const char* format, double value) {
    cells.push_back(
        {.text = audio ? fmt::format(fmt::runtime(format), value) : "", .numeric = true});
  };
  add("{:.1f}", count.duration_s / 60.0);
  add("{:.2f}", count.shortest_s);
  add("{:.2f}", count.longest_s);
  return cells;
}

}  // namespace

void DatasetArguments::declare(Arguments& arguments, Context& context) {
  arguments.add({.name = "NAME", .help = "The dataset", .required = true}, name);
  arguments.add({.name = "--root",
                 .value = "FOLDER",
                 .help = "Folder (or file) that holds the dataset: short for root=FOLDER",
                 .completes = Completion::folder},
                root);
  add_options(arguments, words, "Options of the dataset");
  add_work(arguments, context);
  add_json(arguments, context);
}

bool has_audio(const Dataset& dataset) {
  return !dataset.tracks().empty() && !dataset.tracks().front().audio.empty();
}

ExaminedDataset examine_dataset(Context& context, const DatasetArguments& arguments, bool decode) {
  const DatasetPlugin& plugin = context.registry.datasets.get(arguments.name, "dataset");
  std::vector<std::string> words = arguments.words;
  if (!arguments.root.empty()) words.push_back("root=" + arguments.root.string());
  const PluginChoice choice{arguments.name,
                            parse_options(words, plugin.options, "dataset " + arguments.name)};
  Progress& progress = context.progress();
  ExaminedDataset result{.data = open_dataset(choice, context.registry, context.cache_folder,
                                              context.hashes(), progress),
                         .files = {}};
  const Dataset& dataset = *result.data->dataset;
  if (has_audio(dataset))
    progress.begin(decode ? "decoding" : "reading headers", dataset.tracks().size());
  result.files = examine_files(dataset, context.hashes(), decode, context.threads,
                               [&](std::size_t done, std::size_t) {
                                 if (has_audio(dataset)) progress.advance(done);
                               });
  progress.end();
  // A file that changed meanwhile would give facts of other data than the fingerprint.
  for (std::size_t t = 0; t < result.files.size(); ++t)
    if (FileFacts& file = result.files[t];
        file.error.empty() && file.hash != result.data->files[t].hash)
      file.error =
          fmt::format("{}: the file changed while the dataset was examined; run the command again",
                      dataset.tracks()[t].audio.string());
  return result;
}

Table genre_table(const Dataset& dataset, const std::vector<FileFacts>& files) {
  const GenreCounts counts = count_genres(dataset, files);
  Table table{.columns = {"genre", "tracks"}};
  if (counts.published) table.columns.insert(table.columns.end(), {"Table 1", "name in Table 1"});
  for (const std::string& kind : counts.kinds) table.columns.push_back(kind + "s");
  table.columns.insert(table.columns.end(), {"minutes", "shortest s", "longest s"});
  for (const GenreCount& count : counts.rows) table.rows.push_back(cells(count, counts));
  return table;
}

nlohmann::ordered_json genre_json(const Dataset& dataset, const std::vector<FileFacts>& files) {
  const GenreCounts counts = count_genres(dataset, files);
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const GenreCount& count : counts.rows) {
    nlohmann::ordered_json row = {{"genre", count.name}, {"tracks", count.n_tracks}};
    if (count.published)
      row.update({{"table_1", count.published->n_tracks},
                  {"table_1_name", count.published->printed_name}});
    for (const std::string& kind : counts.kinds) row[kind + "s"] = n_groups(count, kind);
    if (count.duration_s > 0.0)
      row.update({{"duration_s", count.duration_s},
                  {"shortest_s", count.shortest_s},
                  {"longest_s", count.longest_s}});
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> formats_of(const std::vector<FileFacts>& files) {
  std::map<std::string, std::size_t> counts;
  for (const FileFacts& file : files)
    if (file.sample_rate_hz > 0.0)
      ++counts[fmt::format("{}, {:g} Hz, {}", file.format, file.sample_rate_hz,
                           channels_text(file.channels))];
  std::vector<std::string> lines;
  for (const auto& [format, n] : counts)
    lines.push_back(fmt::format("{}: {}", format, counted(n, "file")));
  return lines;
}

nlohmann::ordered_json files_json(const Dataset& dataset, const std::vector<FileFacts>& files) {
  auto all = nlohmann::ordered_json::array();
  for (std::size_t t = 0; t < files.size(); ++t) {
    const Track& track = dataset.tracks()[t];
    const FileFacts& file = files[t];
    if (track.audio.empty()) continue;
    nlohmann::ordered_json json = {{"track", track.id},
                                   {"genre", dataset.genre_name(track.genre)},
                                   {"groups", track.groups},
                                   {"file", track.audio.string()}};
    const auto add = [&json](const char* key, const std::string& text) {
      if (!text.empty()) json[key] = text;
    };
    add("error", file.error);
    add("xxh3", file.hash);
    add("md5", file.md5);
    add("published_md5", track.published_md5);
    if (file.sample_rate_hz > 0.0)
      json.update({{"format", file.format},
                   {"sample_rate_hz", file.sample_rate_hz},
                   {"channels", file.channels},
                   {"duration_s", file.duration_s}});
    if (!file.audio_hash.empty()) {
      json.update({{"samples_xxh3", file.audio_hash},
                   {"silent", file.silent},
                   {"longest_silence_s", file.longest_silence_s},
                   {"spectral_peaks", file.fingerprint.peaks.size()}});
    }
    all.push_back(std::move(json));
  }
  return all;
}

}  // namespace genrebench::cli
