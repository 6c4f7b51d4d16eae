// `genrebench dataset make|verify|describe`.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/example_spectrograms.hpp"
#include "cli/json_output.hpp"
#include "harness/data/dataset_check.hpp"
#include "harness/experiment/option_words.hpp"
#include "harness/grouping/grouping.hpp"
#include "harness/plan/plan.hpp"
#include "reports/render/render.hpp"

namespace genrebench::cli {
namespace {

struct Opened {
  std::shared_ptr<const OpenDataset> data;
  std::vector<FileFacts> files;
};

bool has_audio(const Dataset& dataset) {
  return !dataset.tracks().empty() && !dataset.tracks().front().audio.empty();
}

Opened open(const Registry& registry, const CommonOptions& common, const std::string& name,
            const std::vector<std::string>& words, bool decode, Progress& progress) {
  const DatasetPlugin& plugin = registry.datasets.get(name, "dataset");
  FileHashes hashes(common.cache_folder.empty() ? std::filesystem::path()
                                                : common.cache_folder / "content_hashes.tsv");
  const PluginChoice choice{name, parse_options(words, plugin.options, "dataset " + name)};
  Opened result{.data = open_dataset(choice, registry, common.cache_folder, hashes, progress),
                .files = {}};
  const Dataset& dataset = *result.data->dataset;
  if (has_audio(dataset))
    progress.begin(decode ? "decoding" : "reading headers", dataset.tracks().size());
  result.files =
      examine_files(dataset, hashes, decode, common.threads, [&](std::size_t done, std::size_t) {
        if (has_audio(dataset)) progress.advance(done);
      });
  progress.end();
  for (std::size_t t = 0; t < result.files.size(); ++t) {
    FileFacts& file = result.files[t];
    if (file.error.empty() && file.hash != result.data->files[t].hash)  // then the fingerprint is
                                                                        // of other data than the
                                                                        // rest
      file.error =
          fmt::format("{}: the file changed while the dataset was examined; run the command again",
                      dataset.tracks()[t].audio.string());
  }
  return result;
}

/// Tracks, groups and durations of each genre, and of all; beside them what the paper prints.
Table genre_table(const Dataset& dataset, const std::vector<FileFacts>& files,
                  nlohmann::ordered_json& rows) {
  const std::vector<std::string> kinds = known_kinds(dataset);
  std::map<std::string, std::vector<std::string>> names;
  for (const std::string& kind : kinds) names[kind] = group_names(dataset, kind);
  std::map<std::string, PublishedCount> published;
  PublishedCount all{.genre = "all", .printed_name = "Total", .n_tracks = 0};
  for (const PublishedCount& count : dataset.published_counts()) {
    published[count.genre] = count;
    all.n_tracks += count.n_tracks;
  }
  if (!published.empty()) published["all"] = all;
  Table table{.columns = {"genre", "tracks"}};
  if (!published.empty()) table.columns.insert(table.columns.end(), {"Table 1", "name in Table 1"});
  for (const std::string& kind : kinds) table.columns.push_back(kind + "s");
  table.columns.insert(table.columns.end(), {"minutes", "shortest s", "longest s"});
  const auto row_of = [&](const std::string& name, const auto& included) {
    std::size_t n = 0;
    double total = 0.0, shortest = 0.0, longest = 0.0;
    std::map<std::string, std::set<std::string>> values;
    for (std::size_t t = 0; t < files.size(); ++t) {
      const Track& track = dataset.tracks()[t];
      if (!included(track)) continue;
      for (const std::string& kind : kinds)
        if (!names[kind][t].empty()) values[kind].insert(names[kind][t]);
      const double duration = files[t].duration_s;
      total += duration;
      shortest = n == 0 ? duration : std::min(shortest, duration);
      longest = std::max(longest, duration);
      ++n;
    }
    std::vector<Cell> cells = {{.text = name}, {.text = std::to_string(n), .numeric = true}};
    nlohmann::ordered_json json = {{"genre", name}, {"tracks", n}};
    if (!published.empty()) {
      const auto printed = published.find(name);
      const bool known = printed != published.end();
      const int expected = known ? printed->second.n_tracks : 0;
      cells.push_back({.text = known ? std::to_string(expected) : "",
                       .numeric = true,
                       .caution = expected != static_cast<int>(n)});
      cells.push_back({.text = known ? printed->second.printed_name : ""});
      if (known)
        json.update({{"table_1", expected}, {"table_1_name", printed->second.printed_name}});
    }
    for (const std::string& kind : kinds) {
      cells.push_back({.text = std::to_string(values[kind].size()), .numeric = true});
      json[kind + "s"] = values[kind].size();
    }
    const bool audio = total > 0.0;
    cells.push_back({.text = audio ? fmt::format("{:.1f}", total / 60.0) : "", .numeric = true});
    cells.push_back({.text = audio ? fmt::format("{:.2f}", shortest) : "", .numeric = true});
    cells.push_back({.text = audio ? fmt::format("{:.2f}", longest) : "", .numeric = true});
    if (audio)
      json.update({{"duration_s", total}, {"shortest_s", shortest}, {"longest_s", longest}});
    rows.push_back(std::move(json));
    table.rows.push_back(std::move(cells));
  };
  for (std::size_t g = 0; g < dataset.genres().size(); ++g)
    row_of(dataset.genres()[g],
           [&](const Track& track) { return track.genre == static_cast<int>(g); });
  row_of("all", [](const Track&) { return true; });
  return table;
}

/// "22050 Hz, mono: 100 files"
std::vector<std::string> formats_of(const std::vector<FileFacts>& files) {
  std::map<std::string, std::size_t> counts;
  for (const FileFacts& file : files)
    if (file.sample_rate_hz > 0.0)
      ++counts[fmt::format("{}, {:g} Hz, {}", file.format, file.sample_rate_hz,
                           channels_text(file.channels))];
  std::vector<std::string> lines;
  for (const auto& [format, n] : counts)
    lines.push_back(fmt::format("{}: {}", format, count_of(n, "file")));
  return lines;
}

/// What was found in every file; what is not known of a file is left out.
nlohmann::ordered_json files_json(const Dataset& dataset, const std::vector<FileFacts>& files) {
  auto all = nlohmann::ordered_json::array();
  for (std::size_t t = 0; t < files.size(); ++t) {
    const Track& track = dataset.tracks()[t];
    const FileFacts& file = files[t];
    if (track.audio.empty()) continue;
    nlohmann::ordered_json json = {
        {"track", track.id},
        {"genre", dataset.genres()[static_cast<std::size_t>(track.genre)]},
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

}  // namespace

int dataset_make(const Registry& registry, const std::string& name,
                 const std::filesystem::path& out, const std::vector<std::string>& words) {
  const DatasetPlugin& plugin = registry.datasets.get(name, "dataset");
  if (!plugin.write)
    throw ConfigError(fmt::format(
        "dataset {}: cannot be made, only obtained; `genrebench dataset describe {}` says where",
        name, name));
  std::error_code error;
  if (std::filesystem::exists(out, error) && !std::filesystem::is_empty(out, error))
    throw ConfigError(fmt::format("--out {}: expected a new or empty folder", out.string()));
  const OptionValues options = parse_options(words, plugin.options, "dataset " + name);
  std::filesystem::create_directories(out, error);
  if (error)
    throw DataError(fmt::format("{}: cannot make the folder: {}", out.string(), error.message()));
  const auto progress = console_progress(/*quiet=*/false);
  bool begun = false;
  std::size_t n = 0;
  plugin.write(options, registry, out, [&](std::size_t done, std::size_t total) {
    if (!begun) progress->begin("making " + name, total);
    begun = true;
    n = total;
    progress->advance(done);
  });
  progress->end();
  fmt::print("{}: {} in {}\n", name, count_of(n, "track"), out.string());
  return 0;
}

int dataset_verify(const Registry& registry, const CommonOptions& common, const std::string& name,
                   const std::vector<std::string>& words) {
  const auto progress = console_progress(common.quiet);
  const Opened opened = open(registry, common, name, words, /*decode=*/true, *progress);
  const Dataset& dataset = *opened.data->dataset;
  if (has_audio(dataset)) progress->begin("comparing", opened.files.size());
  std::vector<DatasetProblem> problems =
      general_problems(dataset, opened.files, common.threads,
                       [&](std::size_t done, std::size_t) { progress->advance(done); });
  progress->end();
  for (DatasetProblem& problem : dataset.verify()) problems.push_back(std::move(problem));
  const auto first_note = std::stable_partition(
      problems.begin(), problems.end(),
      [](const DatasetProblem& p) { return p.severity == DatasetProblem::Severity::error; });
  const auto n_errors = static_cast<std::size_t>(first_note - problems.begin());
  nlohmann::ordered_json document = {{"dataset", name},
                                     {"fingerprint", opened.data->fingerprint},
                                     {"errors", n_errors},
                                     {"genres", nlohmann::ordered_json::array()},
                                     {"problems", nlohmann::ordered_json::array()},
                                     {"files", files_json(dataset, opened.files)}};
  Table genres = genre_table(dataset, opened.files, document["genres"]);
  genres.notes = formats_of(opened.files);
  Table table{.title = "Findings", .columns = {"severity", "what", "where", "message"}};
  for (const DatasetProblem& problem : problems) {
    const bool error = problem.severity == DatasetProblem::Severity::error;
    table.rows.push_back({{.text = error ? "error" : "note", .caution = error},
                          {.text = problem.what},
                          {.text = problem.where},
                          {.text = problem.message}});
    document["problems"].push_back({{"severity", error ? "error" : "note"},
                                    {"what", problem.what},
                                    {"where", problem.where},
                                    {"message", problem.message}});
  }
  if (common.json) {
    print_json(document);
  } else {
    print_table(genres);
    if (!table.rows.empty()) print_table(table);
    fmt::print("{}: {}\n", name, n_errors == 0 ? "no errors" : count_of(n_errors, "error"));
  }
  return n_errors == 0 ? 0 : 1;
}

int dataset_describe(const Registry& registry, const CommonOptions& common, const std::string& name,
                     const std::vector<std::string>& words, const std::filesystem::path& out) {
  const auto progress = console_progress(common.quiet);
  const Opened opened = open(registry, common, name, words, /*decode=*/false, *progress);
  const Dataset& dataset = *opened.data->dataset;
  nlohmann::ordered_json document = {{"dataset", name},
                                     {"fingerprint", opened.data->fingerprint},
                                     {"genres", nlohmann::ordered_json::array()},
                                     {"features", dataset.feature_names()},
                                     {"splits", nlohmann::ordered_json::array()},
                                     {"facts", nlohmann::ordered_json::object()}};
  Table genres = genre_table(dataset, opened.files, document["genres"]);
  genres.title = name;
  if (!dataset.feature_names().empty())
    genres.notes.push_back(count_of(dataset.feature_names().size(), "feature"));
  Table splits{.title = "Published splits", .columns = {"name", "what it is", "of these tracks"}};
  for (const PublishedSplit& split : dataset.published_splits()) {
    std::map<std::string, std::size_t> counts;
    for (const Track& track : dataset.tracks())
      if (const auto part = split.parts.find(track.id); part != split.parts.end())
        ++counts[part->second];
    std::vector<std::string> words_of_counts;
    for (const auto& [part, n] : counts)
      words_of_counts.push_back(fmt::format("{} {}", split.folds ? "fold " + part + ":" : part, n));
    splits.rows.push_back({{.text = split.name},
                           {.text = split.description},
                           {.text = fmt::format("{}", fmt::join(words_of_counts, ", "))}});
    document["splits"].push_back(
        {{"name", split.name}, {"description", split.description}, {"counts", counts}});
  }
  Table facts{.title = "Facts", .columns = {"what", "value"}};
  for (const auto& [what, value] : dataset.facts()) {
    facts.rows.push_back({{.text = what}, {.text = value}});
    document["facts"][what] = value;
  }
  if (common.json) {
    print_json(document);
  } else {
    print_table(genres);
    if (!splits.rows.empty()) print_table(splits);
    if (!facts.rows.empty()) print_table(facts);
  }
  if (out.empty()) return 0;
  genres.id = "table1";
  splits.id = "published_splits";
  facts.id = "facts";
  Document page{.name = "dataset_" + name,
                .title = "The dataset " + name,
                .body = {std::move(genres)},
                .data = {}};
  if (auto figure = example_spectrograms(dataset)) page.body.emplace_back(*std::move(figure));
  if (!splits.rows.empty()) page.body.emplace_back(std::move(splits));
  if (!facts.rows.empty()) page.body.emplace_back(std::move(facts));
  for (const std::filesystem::path& file : write_document(page, out, all_formats()))
    fmt::print(stderr, "wrote {}\n", file.string());
  return 0;
}

}  // namespace genrebench::cli
