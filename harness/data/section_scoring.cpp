#include "harness/data/section_scoring.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "harness/data/extraction.hpp"
#include "harness/data/section_scores.hpp"
#include "harness/plugin/segmentation_example.hpp"

namespace genrebench {
namespace {

using Scores = std::vector<std::pair<std::string, double>>;

Scores scores_of(const std::vector<Section>& truth, const std::vector<FoundSection>& found) {
  std::vector<Section> estimate;
  std::set<int> clusters;
  for (const FoundSection& section : found) {
    estimate.push_back({.label = std::to_string(section.cluster),
                        .start_s = section.start_s,
                        .end_s = section.end_s});
    clusters.insert(section.cluster);
  }
  const StructureScores s = score_structure(truth, estimate);
  return {{"adjusted_rand", s.adjusted_rand},
          {"normalised_mutual_information", s.normalised_mutual_information},
          {"pairwise_f", s.pairwise_f},
          {"pairwise_precision", s.pairwise_precision},
          {"pairwise_recall", s.pairwise_recall},
          {"boundary_f_0.5", s.boundary_05.f},
          {"boundary_f_3", s.boundary_3.f},
          {"over_segmentation", s.over_segmentation},
          {"under_segmentation", s.under_segmentation},
          {"n_clusters", static_cast<double>(clusters.size())}};
}

std::optional<int> clusters_of(const std::vector<Section>& truth,
                               const StructureSettings& settings) {
  if (!settings.known_clusters) return std::nullopt;
  std::set<std::string> labels;
  for (const Section& section : truth) labels.insert(section.label);
  return static_cast<int>(labels.size());
}

}  // namespace

bool knows_sections(const Dataset& dataset) {
  return std::any_of(dataset.tracks().begin(), dataset.tracks().end(),
                     [&](const Track& track) { return !dataset.sections(track).empty(); });
}

DatasetStructure score_dataset(const OpenDataset& data, FoundSections& found,
                               const StructureSettings& settings) {
  const Dataset& dataset = *data.dataset;
  const std::vector<Track>& tracks = dataset.tracks();
  std::vector<std::optional<Scores>> scores(tracks.size());
  std::vector<std::string> errors(tracks.size());
  std::mutex report;
  std::size_t done = 0;
  const std::vector<std::size_t> order = order_of_tracks(tracks.size(), settings.track_order);
  parallel_for(tracks.size(), {.threads = settings.threads}, [&] {
    return [&](std::size_t i) {
      const std::size_t t = order[i];
      if (settings.interrupted && settings.interrupted()) return;
      if (const std::vector<Section> truth = dataset.sections(tracks[t]); !truth.empty()) {
        const FileContent& content = data.files.at(t);
        try {
          if (content.hash.empty())
            errors[t] = content.error;
          else
            scores[t] = scores_of(
                truth, found(tracks[t].audio, content.hash, clusters_of(truth, settings)));
        } catch (const FileChanged&) {
          throw;
        } catch (const FileUnreadable&) {
          throw;
        } catch (const DataError& error) {
          errors[t] = error.what();
        }
      }
      const std::lock_guard lock(report);
      if (settings.progress) settings.progress(++done, tracks.size());
    };
  });

  DatasetStructure result;
  Scores sums;
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    if (!errors[t].empty()) result.bad_tracks.push_back({tracks[t].id, errors[t]});
    if (!scores[t]) continue;
    ++result.n_tracks;
    result.sources.push_back(dataset.sources(tracks[t]));
    if (sums.empty())
      sums = Scores(*scores[t]);
    else
      for (std::size_t s = 0; s < sums.size(); ++s) sums[s].second += (*scores[t])[s].second;
    for (const auto& [name, value] : *scores[t])
      result.metrics.push_back({"structure", name, static_cast<std::int64_t>(t), value});
  }
  for (const auto& [name, sum] : sums)
    result.metrics.push_back({"structure", name, -1, sum / static_cast<double>(result.n_tracks)});
  if (std::all_of(result.sources.begin(), result.sources.end(),
                  [](const auto& names) { return names.empty(); }))
    result.sources.clear();
  const auto first =
      std::find_if(scores.begin(), scores.end(), [](const auto& s) { return s.has_value(); });
  if (first != scores.end()) {
    const auto t = static_cast<std::size_t>(first - scores.begin());
    const Track& track = tracks[t];
    SegmentationExample example = found.example(track.audio, data.files[t].hash,
                                                clusters_of(dataset.sections(track), settings));
    example.track = track.id;
    result.example = to_json(example);
  }
  return result;
}

}  // namespace genrebench
