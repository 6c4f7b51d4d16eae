#include "harness/data/section_scoring.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "harness/data/section_scores.hpp"
#include "harness/plugin/segmentation_example.hpp"

namespace genrebench {
namespace {

using Scores = std::vector<std::pair<std::string, double>>;

Scores scores_of(const std::vector<Section>& truth, const std::vector<ClusterSpan>& found) {
  std::vector<Section> estimate;
  std::set<int> clusters;
  for (const ClusterSpan& section : found) {
    estimate.push_back({section.start_s, section.end_s, std::to_string(section.label)});
    clusters.insert(section.label);
  }
  const SectionScores s = score_sections(truth, estimate);
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

/// The scores of a dataset's tracks, and why others have none. Threads may share one.
class Scoring {
 public:
  Scoring(const OpenDataset& data, SectionCache& found, bool known_clusters)
      : data_(data),
        dataset_(*data.dataset),
        found_(found),
        known_clusters_(known_clusters),
        scores_(dataset_.tracks().size()),
        errors_(dataset_.tracks().size()) {}

  /// @throws FileChanged, FileUnreadable
  void score(std::size_t t) {
    const Track& track = dataset_.tracks()[t];
    const std::vector<Section> truth = dataset_.sections(track);
    if (truth.empty()) return;
    const FileContent& content = data_.files.at(t);
    if (content.hash.empty()) {
      errors_[t] = content.error;
      return;
    }
    try {
      scores_[t] = scores_of(truth, found_(track.audio, content.hash, clusters_of(truth)));
    } catch (const FileChanged&) {
      throw;
    } catch (const FileUnreadable&) {
      throw;
    } catch (const DataError& error) {
      errors_[t] = error.what();
    }
  }

  ScoredSections result() const {
    ScoredSections result;
    Scores sums;
    for (std::size_t t = 0; t < scores_.size(); ++t) {
      const Track& track = dataset_.tracks()[t];
      if (!errors_[t].empty()) result.bad_tracks.push_back({track.id, errors_[t]});
      if (!scores_[t]) continue;
      if (result.n_tracks++ == 0) result.example = example(t);
      result.sources.push_back(dataset_.sources(track));
      add(*scores_[t], sums);
      for (const auto& [name, value] : *scores_[t])
        result.metrics.push_back({"structure", name, static_cast<std::int64_t>(t), value});
    }
    for (const auto& [name, sum] : sums)
      result.metrics.push_back({"structure", name, -1, sum / static_cast<double>(result.n_tracks)});
    if (std::all_of(result.sources.begin(), result.sources.end(),
                    [](const auto& names) { return names.empty(); }))
      result.sources.clear();
    return result;
  }

 private:
  static void add(const Scores& scores, Scores& sums) {
    if (sums.empty()) {
      sums = scores;
      return;
    }
    for (std::size_t s = 0; s < sums.size(); ++s) sums[s].second += scores[s].second;
  }

  /// How many different sections there are, if the plug-in is to be told.
  std::optional<int> clusters_of(const std::vector<Section>& truth) const {
    if (!known_clusters_) return std::nullopt;
    std::set<std::string> labels;
    for (const Section& section : truth) labels.insert(section.label);
    return static_cast<int>(labels.size());
  }

  std::string example(std::size_t t) const {
    const Track& track = dataset_.tracks()[t];
    SegmentationExample example =
        found_.example(track.audio, data_.files[t].hash, clusters_of(dataset_.sections(track)));
    example.track = track.id;
    return to_json(example);
  }

  const OpenDataset& data_;
  const Dataset& dataset_;
  SectionCache& found_;
  const bool known_clusters_;
  std::vector<std::optional<Scores>> scores_;  ///< each track writes to its own place
  std::vector<std::string> errors_;
};

}  // namespace

bool knows_sections(const Dataset& dataset) {
  return std::any_of(dataset.tracks().begin(), dataset.tracks().end(),
                     [&](const Track& track) { return !dataset.sections(track).empty(); });
}

ScoredSections score_dataset(const OpenDataset& data, SectionCache& found, bool known_clusters,
                             const TrackLoop& loop) {
  Scoring scoring(data, found, known_clusters);
  for_each_track(data.dataset->tracks().size(), loop, [&](std::size_t t) { scoring.score(t); });
  return scoring.result();
}

}  // namespace genrebench
