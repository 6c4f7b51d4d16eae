// A list of tracks in one or several files: CSV, TSV, JSON Lines or JSON, of anybody's making.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <system_error>

#include "base/closest_name.hpp"
#include "base/text.hpp"
#include "datasets/folders/answer_columns.hpp"
#include "datasets/folders/listed_dataset.hpp"
#include "datasets/folders/names.hpp"
#include "datasets/manifests/manifest_options.hpp"
#include "datasets/manifests/manifest_rows.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

using Severity = DatasetProblem::Severity;

/// What manifests say beside their tracks.
struct ManifestFacts {
  std::string root;
  std::vector<std::string> usual_groups;
  std::vector<std::string> where;
  std::vector<std::string> notes;  ///< on features and files
};

class Manifest final : public ListedDataset {
 public:
  /// @param content  without its tracks
  Manifest(std::vector<std::string> genres, std::vector<NamedTrack> tracks, ManifestContent content,
           ManifestFacts facts)
      : ListedDataset(std::move(genres), std::move(tracks)),
        content_(std::move(content)),
        facts_(std::move(facts)) {
    add_notes(left_out());
    add_notes(facts_.notes);
  }

  std::vector<std::string> usual_groups() const override { return facts_.usual_groups; }
  std::vector<PublishedSplit> published_splits() const override { return content_.splits; }
  std::vector<std::string> feature_names() const override { return content_.features; }

  std::vector<std::string> sources(const Track& track) const override {
    const auto found = content_.sources.find(track.id);
    return found == content_.sources.end() ? std::vector<std::string>() : found->second;
  }

  std::vector<std::pair<std::string, std::vector<std::string>>> further_columns() const override {
    std::vector<std::pair<std::string, std::vector<std::string>>> columns;
    for (std::size_t i = 0; i < content_.further.size(); ++i) {
      auto& [name, cells] = columns.emplace_back(content_.further[i], std::vector<std::string>());
      for (const Track& track : tracks()) {
        const auto found = content_.further_cells.find(track.id);
        const bool known = found != content_.further_cells.end() && i < found->second.size();
        cells.push_back(known ? found->second[i] : std::string());
      }
    }
    return columns;
  }

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems = spelling_problems(content_.spellings);
    std::ranges::move(placeholder_problems(count_placeholders(tracks()), tracks().size()),
                      std::back_inserter(problems));
    std::ranges::move(left_out_problems(), std::back_inserter(problems));
    return problems;
  }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes = ListedDataset::notes();
    if (!content_.spellings.empty()) notes.push_back(spelling_note(content_.spellings));
    return notes;
  }

  std::vector<std::pair<std::string, std::string>> facts() const override {
    std::vector<std::pair<std::string, std::string>> facts = {
        {"list", facts_.root},
        {"rows", fmt::format("{}, of which {} are tracks", content_.counts.rows, tracks().size())}};
    if (content_.counts.not_selected > 0)
      facts.emplace_back("left out by dataset.where",
                         fmt::format("{}: {}", counted(content_.counts.not_selected, "row"),
                                     name_list(facts_.where)));
    if (std::string known = sections_text(); !known.empty())
      facts.emplace_back("sections marked by people", std::move(known));
    const auto n_spans =
        std::ranges::count_if(tracks(), [](const Track& track) { return !track.is_whole_file(); });
    if (n_spans > 0)
      facts.emplace_back("spans", fmt::format("{} of {} tracks are spans of longer files", n_spans,
                                              tracks().size()));
    return facts;
  }

 private:
  std::vector<std::string> left_out() const {
    const ManifestCounts& counts = content_.counts;
    std::vector<std::string> notes;
    const auto add = [&](std::size_t n, std::string_view what) {
      if (n > 0)
        notes.push_back(fmt::format("{} of {} {} {}", n, counted(counts.rows, "row"),
                                    n == 1 ? "has" : "have", what));
    };
    add(counts.no_genre, "no genre: left out (dataset.no_genre)");
    add(counts.several_genres, counts.first_taken
                                   ? "several genres: the first is taken (dataset.several_genres)"
                                   : "several genres: left out (dataset.several_genres)");
    add(counts.other_genres, "other genres than dataset.genres: left out");
    std::vector<std::size_t> n_tracks(genres().size());
    for (const Track& track : tracks()) ++n_tracks[static_cast<std::size_t>(track.genre)];
    std::vector<std::string> without;
    for (std::size_t g = 0; g < n_tracks.size(); ++g)
      if (n_tracks[g] == 0) without.push_back(genres()[g]);
    if (!without.empty())
      notes.push_back(fmt::format("no track is of {} {}, which dataset.genres names",
                                  without.size() == 1 ? "the genre" : "the genres",
                                  name_list(without)));
    return notes;
  }

  ManifestContent content_;
  ManifestFacts facts_;
};

/// Where the paths of a list begin.
fs::path audio_root_of(const ManifestOptions& options) {
  if (!options.audio_root.empty()) return options.audio_root;
  const fs::path root = options.root;
  return options.files.empty() ? root.parent_path() : root;
}

/// Tracks whose audio lies in one file are cut from one recording.
/// @param audio_root  which the names of recordings do not have, so that they are the same
/// everywhere
void add_common_files(const fs::path& audio_root, ManifestContent& content) {
  std::map<fs::path, std::vector<std::string>> ids;
  for (const NamedTrack& named : content.tracks)
    if (!named.track.audio.empty()) ids[named.track.audio].push_back(named.track.id);
  for (const auto& [file, of_file] : ids)
    if (of_file.size() > 1) {
      const fs::path name = file.lexically_relative(audio_root);
      const std::string source = utf8_name((name.empty() ? file.filename() : name).native());
      for (const std::string& id : of_file)
        content.sources.try_emplace(id, std::vector<std::string>{source});
    }
}

/// Looks for the files of all tracks.
/// @return            a note if some are absent; those become bad tracks
/// @throws DataError  if all are
std::vector<std::string> look_for_files(const std::vector<NamedTrack>& tracks) {
  std::size_t n_files = 0, n_absent = 0;
  std::string example;
  for (const NamedTrack& named : tracks) {
    const fs::path& file = named.track.audio;
    if (file.empty()) continue;
    ++n_files;
    std::error_code ignored;
    if (fs::exists(file, ignored)) continue;
    if (++n_absent == 1) example = utf8_name(file.native()).substr(0, 300);
  }
  if (n_absent == 0) return {};
  if (n_absent == n_files)
    throw DataError(
        fmt::format("{}: none of the {} audio files is there, such as {}; set dataset.audio_root "
                    "to the folder that paths are relative to, or dataset.path to nothing ('') for "
                    "features that need no audio",
                    kManifestWhere, n_files, example));
  return {fmt::format("{} of {} audio files {} not there, such as {}", n_absent, n_files,
                      n_absent == 1 ? "is" : "are", example)};
}

/// A note on each feature that tells the genre.
std::vector<std::string> notes_on_answers(const ManifestContent& content) {
  std::map<std::string, int> number;
  std::vector<int> genre;
  for (const NamedTrack& named : content.tracks)
    genre.push_back(number.try_emplace(named.genre, static_cast<int>(number.size())).first->second);
  std::vector<std::string> notes;
  std::vector<float> values(content.tracks.size());
  for (std::size_t i = 0; i < content.features.size(); ++i) {
    for (std::size_t t = 0; t < values.size(); ++t) values[t] = content.tracks[t].track.features[i];
    if (const auto reason = why_it_tells_the_genre(values, genre))
      notes.push_back(fmt::format("the feature '{}' {}, which tells the answer",
                                  content.features[i].substr(0, 100), *reason));
  }
  return notes;
}

/// Reads the list, or those of the option `files`.
ManifestContent read_lists(const ManifestOptions& options) {
  if (options.root.empty())
    throw ConfigError(fmt::format(
        "{}: option 'root' is empty; expected a list of tracks (CSV, TSV, JSON Lines or JSON), or "
        "the folder of the lists that option 'files' names",
        kManifestWhere));
  const fs::path root = options.root;
  const RecordOptions format{
      .format = options.format,
      .separator = options.separator ? std::optional(sign_of(*options.separator)) : std::nullopt,
      .header_rows = options.header_rows,
      .rest_in_last = options.rest_in_last,
      .wanted = options.genre_column};
  std::error_code ignored;
  const bool is_folder = fs::is_directory(root, ignored);
  if (is_folder && options.files.empty())
    throw DataError(
        fmt::format("{}: {} is a folder; expected the list of tracks, or the lists in "
                    "the folder in option 'files'",
                    kManifestWhere, utf8_name(root.native())));
  if (!is_folder && !options.files.empty())
    throw DataError(
        fmt::format("{}: {} is no folder; expected the folder of the lists that option "
                    "'files' names",
                    kManifestWhere, utf8_name(root.native())));
  ManifestRows rows(options, audio_root_of(options));
  if (options.files.empty()) rows.add(read_records(root, format), {});
  for (const ListedFile& file : parse_files(options.files))
    rows.add(read_records(root / file.file, format), file);
  return rows.finish();
}

std::unique_ptr<Dataset> make_manifest(const ManifestOptions& options) {
  ManifestContent content = read_lists(options);
  ManifestFacts facts{.root = utf8_name(options.root),
                      .usual_groups = options.usual_groups,
                      .where = options.where,
                      .notes = look_for_files(content.tracks)};
  for (std::string& note : notes_on_answers(content)) facts.notes.push_back(std::move(note));
  add_common_files(audio_root_of(options), content);
  std::vector<std::string> genres = options.genres;
  if (genres.empty()) genres.assign(content.genres.begin(), content.genres.end());
  std::ranges::sort(genres);
  genres.erase(std::unique(genres.begin(), genres.end()), genres.end());
  std::vector<NamedTrack> tracks = std::move(content.tracks);
  auto dataset = std::make_unique<Manifest>(std::move(genres), std::move(tracks),
                                            std::move(content), std::move(facts));
  dataset->set_sections(find_sections(options, dataset->tracks(), kManifestWhere));
  return dataset;
}

}  // namespace

void register_manifest(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "manifest";
  plugin.summary =
      "a list of tracks (CSV, TSV, JSON Lines, JSON) with columns of your choice, and published "
      "lists of others: FMA, MTG-Jamendo, MARBLE, HEAR";
  plugin.options = manifest_option_table().schema();
  plugin.make = [](const OptionValues& values, const Registry&) {
    return make_manifest(manifest_option_table().parse(values));
  };
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
