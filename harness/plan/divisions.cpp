#include "harness/plan/divisions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "base/csv.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kDivisionDigits = 12;

/// @throws ConfigError  if a run's predictions cannot be made elsewhere
void require_divided_tracks(const Plan& plan, const PlannedRun& run) {
  const std::string& file = plan.experiment.source_file;
  if (run.spec.segmentation() || !run.split)
    throw ConfigError(fmt::format("{}: runs of task segmentation have no split", file));
  if (run.spec.options.permute_labels)
    throw ConfigError(fmt::format("{}: {} is true, so the genres mean nothing; set it to false",
                                  file, kPermuteLabels));
  if (run.split->excerpts)
    throw ConfigError(
        fmt::format("{}: split.unit is excerpt, so parts of one track are on several sides; only a "
                    "division of tracks can be written; set split.unit=track",
                    file));
  if (run.data->fingerprint != plan.runs.front().data->fingerprint)
    throw ConfigError(
        fmt::format("{}: has runs of several datasets; name one of them after the file, such as "
                    "dataset.name={}",
                    file, run.spec.dataset.name));
}

std::string absolute_path(const std::filesystem::path& file) {
  if (file.empty()) return {};
  std::error_code error;
  const std::filesystem::path result = std::filesystem::absolute(file, error);
  return error ? file.string() : result.lexically_normal().string();
}

bool has_spans(const std::vector<PlannedDivision>& divisions) {
  return std::ranges::any_of(divisions, [](const PlannedDivision& division) {
    const std::vector<Track>& tracks = division.run().data->dataset->tracks();
    return !std::ranges::all_of(tracks, [](const Track& track) { return track.is_whole_file(); });
  });
}

void add_line(const std::vector<std::string>& cells, std::string& text) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += ',';
    text += csv_cell(cells[i]);
  }
  text += '\n';
}

}  // namespace

std::size_t PlannedDivision::count(Part part) const {
  const std::vector<Part>& parts = run().split->parts;
  return static_cast<std::size_t>(std::count(parts.begin(), parts.end(), part));
}

std::string division_name(const std::string& fingerprint, const std::string& division) {
  return sha256(fmt::format("{}\n{}", fingerprint, division)).substr(0, kDivisionDigits);
}

std::vector<PlannedDivision> divisions_of(const Plan& plan) {
  std::vector<PlannedDivision> result;
  std::map<const Split*, std::string> names;  // runs of one seed share a split
  std::map<std::pair<std::string, std::uint64_t>, std::size_t> places;
  for (const PlannedRun& run : plan.runs) {
    require_divided_tracks(plan, run);
    std::string& name = names[run.split.get()];
    if (name.empty()) name = division_name(run.data->fingerprint, division_hash(*run.split));
    const auto [place, is_new] = places.try_emplace({name, run.spec.seed}, result.size());
    if (is_new) result.push_back({.name = name, .seed = run.spec.seed, .runs = {}});
    result[place->second].runs.push_back(&run);
  }
  return result;
}

std::vector<std::string> division_columns(bool with_spans) {
  std::vector<std::string> columns = {"id", "path", "part", "artist", "genre", "seed", "split"};
  if (with_spans) columns.insert(columns.end(), {"start_s", "end_s"});
  return columns;
}

std::string division_table(const std::vector<PlannedDivision>& divisions, bool with_test_labels) {
  std::string text;
  const bool with_spans = has_spans(divisions);
  add_line(division_columns(with_spans), text);
  for (const PlannedDivision& division : divisions) {
    const Dataset& dataset = *division.run().data->dataset;
    const std::vector<Part>& parts = division.run().split->parts;
    for (std::size_t t = 0; t < parts.size(); ++t) {
      if (parts[t] == Part::none) continue;
      const Track& track = dataset.tracks()[t];
      const auto artist = track.groups.find("artist");
      const bool labelled = parts[t] != Part::test || with_test_labels;
      std::vector<std::string> cells = {
          track.id,
          absolute_path(track.audio),
          to_string(parts[t]),
          artist == track.groups.end() ? std::string() : artist->second,
          labelled ? dataset.genre_name(track.genre) : std::string(),
          std::to_string(division.seed),
          division.name};
      if (with_spans)
        cells.insert(cells.end(), {fmt::format("{}", track.start_s),
                                   track.end_s == 0.0 ? "" : fmt::format("{}", track.end_s)});
      add_line(cells, text);
    }
  }
  return text;
}

}  // namespace genrebench
