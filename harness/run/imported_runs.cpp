#include "harness/run/imported_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "harness/plan/identity.hpp"
#include "harness/records/facts.hpp"
#include "harness/run/fitting.hpp"
#include "harness/run/predictions_table.hpp"
#include "harness/run/preparation.hpp"
#include "harness/run/run_results.hpp"

namespace genrebench {
namespace {

/// A part of a division as a run has it, with some of its tracks.
/// @param tracks  of each prediction
PartData part_of_division(const PlannedRun& run, std::vector<int> tracks) {
  const Dataset& dataset = *run.data->dataset;
  PartData data;
  data.examples.n_classes = static_cast<int>(dataset.genres().size());
  data.examples.features.resize(tracks.size());  // nobody looks at them
  data.truth.resize(dataset.tracks().size(), -1);
  for (const int t : tracks)
    data.truth[static_cast<std::size_t>(t)] = dataset.tracks()[static_cast<std::size_t>(t)].genre;
  data.examples.tracks = std::move(tracks);
  return data;
}

std::vector<int> tracks_of_part(const PlannedRun& run, Part part) {
  std::vector<int> result;
  for (std::size_t t = 0; t < run.split->parts.size(); ++t)
    if (run.split->parts[t] == part) result.push_back(static_cast<int>(t));
  return result;
}

/// The rows of one part.
struct PartPredictions {
  Predictions predictions;
  std::vector<int> tracks;
};

PartPredictions predictions_of(const DivisionPredictions& all, Part part) {
  const std::vector<std::size_t> rows = all.rows_of(part);
  PartPredictions result;
  result.predictions.probabilities.resize(static_cast<Eigen::Index>(rows.size()),
                                          all.predictions.probabilities.cols());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result.predictions.probabilities.row(static_cast<Eigen::Index>(i)) =
        all.predictions.probabilities.row(static_cast<Eigen::Index>(rows[i]));
    result.predictions.labels.push_back(all.predictions.labels[rows[i]]);
    result.tracks.push_back(all.tracks[rows[i]]);
  }
  return result;
}

/// True if a track has several rows, so that the vote decides.
bool votes(const DivisionPredictions& all) {
  return std::set(all.tracks.begin(), all.tracks.end()).size() < all.tracks.size();
}

Vote vote_of(const DivisionPredictions& all, const std::string& source) {
  const std::vector<const PlannedRun*>& runs = all.division->runs;
  const Vote vote = runs.front()->spec.options.vote;
  const bool agree = std::all_of(runs.begin(), runs.end(), [&](const PlannedRun* run) {
    return run->spec.options.vote == vote;
  });
  if (!agree && votes(all))
    throw ConfigError(
        fmt::format("{}: tracks have several predictions, and the runs of the experiment differ in "
                    "their vote; name one after the file: vote=majority or vote=mean_probability",
                    source));
  return vote;
}

/// The predictions as text, in an order that does not depend on that of the rows.
std::string content_of(const DivisionPredictions& all) {
  const Dataset& dataset = *all.division->run().data->dataset;
  std::vector<std::string> lines;
  for (std::size_t r = 0; r < all.tracks.size(); ++r) {
    const auto row = all.predictions.probabilities.row(static_cast<Eigen::Index>(r));
    std::vector<std::string> words = {dataset.tracks()[static_cast<std::size_t>(all.tracks[r])].id,
                                      dataset.genre_name(all.predictions.labels[r])};
    for (Eigen::Index c = 0; c < row.size(); ++c) words.push_back(fmt::format("{}", row[c]));
    lines.push_back(list_text(words));
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text.append(line).append(1, '\n');
  return text;
}

RunRecord record_of(const DivisionPredictions& all, Vote vote, const std::string& name,
                    const Registry& registry) {
  const PlannedRun& run = all.division->run();
  RunRecord record;
  record.seed = run.spec.seed;
  record.dataset_fingerprint = run.data->fingerprint;
  record.status = RunStatus::done;
  record.origin = RunOrigin::imported;
  for (const auto& [key, value] : run.spec.parameters(registry))
    if (key.starts_with("dataset.") || key.starts_with("split.")) record.parameters[key] = value;
  record.parameters["method.name"] = name;
  record.parameters["vote"] = to_string(vote);
  Identity identity(run.data->fingerprint, run.spec.seed);
  identity.add("origin", to_string(record.origin));
  identity.add("division", division_hash(*run.split));
  identity.add("method.name", name);
  for (const auto& [key, value] : run.spec.identity(registry))
    if (key.starts_with("split.")) identity.add(key, value);
  if (votes(all)) identity.add("vote", to_string(vote));
  identity.add("predictions", content_of(all));
  record.id = identity.id();
  return record;
}

}  // namespace

std::vector<BadTrackRecord> PredictionImport::missing_tracks(const PlannedDivision& division,
                                                             Part part,
                                                             const std::vector<int>& predicted,
                                                             const std::string& file) const {
  const Dataset& dataset = *division.run().data->dataset;
  const std::set<int> there(predicted.begin(), predicted.end());
  std::set<std::string> missing;
  for (const int t : tracks_of_part(division.run(), part))
    if (!there.contains(t)) missing.insert(dataset.tracks()[static_cast<std::size_t>(t)].id);
  if (missing.empty()) return {};
  std::set<std::string> asked;  // runs that use the same features
  for (const PlannedRun* run : division.runs) {
    if (!run->not_applicable.empty() || !asked.insert(preparation_key(*run)).second) continue;
    std::vector<BadTrackRecord> bad = unusable_(*run);
    std::erase_if(bad, [&](const BadTrackRecord& one) { return !missing.contains(one.track); });
    if (bad.size() == missing.size()) return bad;
  }
  throw DataError(fmt::format(
      "{}: {} of {} tracks of the {} part of split {} (seed {}) have no prediction: {}; leave out "
      "only tracks that the experiment's own runs cannot use",
      file, missing.size(), division.count(part), to_string(part), division.name, division.seed,
      name_list(std::vector<std::string>(missing.begin(), missing.end()))));
}

std::vector<ImportedRun> PredictionImport::operator()(const std::vector<PlannedDivision>& divisions,
                                                      const PredictionFile& file,
                                                      const std::string& name) const {
  if (registry_.methods.find(name) != nullptr)
    throw ConfigError(
        fmt::format("'{}' is a method of genrebench; give the imported predictions another name, "
                    "by which reports tell them from its runs",
                    name));
  std::vector<ImportedRun> result;
  for (const DivisionPredictions& all : read_predictions(file.table, divisions, source_)) {
    const PlannedRun& run = all.division->run();
    const Vote vote = vote_of(all, source_);
    ImportedRun imported{
        .run = record_of(all, vote, name, registry_), .result = {}, .environment = {}};
    std::vector<PartData> parts;
    parts.reserve(2);
    for (const Part part : {Part::valid, Part::test}) {
      PartPredictions own = predictions_of(all, part);
      const PartData& data = parts.emplace_back(part_of_division(run, own.tracks));
      if (part == Part::valid && own.tracks.empty()) continue;
      if (own.tracks.empty())
        throw DataError(
            fmt::format("{}: no track of the test part of split {} (seed {}) has a prediction",
                        file.table.name, all.division->name, all.division->seed));
      for (BadTrackRecord& bad : missing_tracks(*all.division, part, own.tracks, file.table.name))
        imported.result.bad_tracks.push_back(std::move(bad));
      const TrackPredictions decided =
          decide_tracks(own.predictions, data.examples, vote,
                        fmt::format("{}, {} part", file.table.name, to_string(part)));
      add_part_result(run, part, data, decided, imported.result);
    }
    if (!all.has_probabilities)
      for (PredictionRecord& one : imported.result.predictions) one.probabilities.clear();
    RunFacts& facts = imported.result.facts;
    const PartData train = part_of_division(run, tracks_of_part(run, Part::train));
    record_data(run, {.train = train, .valid = parts[0], .test = parts[1]}, facts);
    facts::kImportedFile.record(facts, file.file_name);
    facts::kImportedContent.record(facts, file.sha256);
    facts::kImportedRows.record(facts, all.tracks.size());
    result.push_back(std::move(imported));
  }
  return result;
}

}  // namespace genrebench
