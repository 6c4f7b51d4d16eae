#include "harness/data/section_scoring.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "harness/data/section_scores.hpp"
#include "harness/data/track_claims.hpp"
#include "harness/data/track_sections.hpp"
#include "harness/plugin/segmentation_example.hpp"

namespace genrebench {
namespace {

using Scores = std::vector<std::pair<std::string, double>>;

Scores scores_of(const std::vector<Section>& truth, const std::vector<Section>& estimate) {
  std::set<std::string> labels;
  for (const Section& section : estimate) labels.insert(section.label);
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
          {"n_clusters", static_cast<double>(labels.size())},
          {"nce_f", s.nce_f},
          {"v_measure", s.v_measure},
          {"v_precision", s.v_precision},
          {"v_recall", s.v_recall},
          {"adjusted_mutual_information", s.adjusted_mutual_information},
          {"boundary_precision_0.5", s.boundary_05.precision},
          {"boundary_recall_0.5", s.boundary_05.recall},
          {"boundary_precision_3", s.boundary_3.precision},
          {"boundary_recall_3", s.boundary_3.recall},
          {"trimmed_f_0.5", s.trimmed_05.f},
          {"trimmed_precision_0.5", s.trimmed_05.precision},
          {"trimmed_recall_0.5", s.trimmed_05.recall},
          {"trimmed_f_3", s.trimmed_3.f},
          {"trimmed_precision_3", s.trimmed_3.precision},
          {"trimmed_recall_3", s.trimmed_3.recall},
          {"truth_deviation_s", s.truth_deviation_s},
          {"estimate_deviation_s", s.estimate_deviation_s}};
}

std::vector<Section> labelled(const std::vector<ClusterSpan>& found) {
  std::vector<Section> sections;
  for (const ClusterSpan& section : found)
    sections.push_back({section.start_s, section.end_s, std::to_string(section.label)});
  return sections;
}

void add_to_sums(const Scores& scores, Scores& sums) {
  if (sums.empty()) {
    sums = scores;
    return;
  }
  for (std::size_t s = 0; s < sums.size(); ++s) sums[s].second += scores[s].second;
}

Scores mean_of(const std::vector<Scores>& all) {
  Scores result;
  for (const Scores& scores : all) add_to_sums(scores, result);
  for (auto& [name, value] : result) value /= static_cast<double>(all.size());
  return result;
}

/// The scores of each annotator by each other one: what a segmentation can reach.
Scores agreement_of(const std::vector<std::vector<Section>>& annotations) {
  std::vector<Scores> all;
  for (std::size_t a = 0; a < annotations.size(); ++a)
    for (std::size_t b = 0; b < annotations.size(); ++b)
      if (a != b) all.push_back(scores_of(annotations[a], annotations[b]));
  return mean_of(all);
}

/// Adds the scores of tracks, and their mean over the tracks, as metrics.
void add_track_scores(const std::string& split, const std::vector<std::optional<Scores>>& of_tracks,
                      std::vector<MetricRecord>& metrics) {
  Scores sums;
  std::size_t n_tracks = 0;
  for (std::size_t t = 0; t < of_tracks.size(); ++t) {
    if (!of_tracks[t]) continue;
    ++n_tracks;
    add_to_sums(*of_tracks[t], sums);
    for (const auto& [name, value] : *of_tracks[t])
      metrics.push_back({split, name, static_cast<std::int64_t>(t), value});
  }
  for (const auto& [name, sum] : sums)
    metrics.push_back({split, name, -1, sum / static_cast<double>(n_tracks)});
}

/// The scores of a dataset's tracks, and why others have none. Threads may share one.
class Scoring {
 public:
  Scoring(const OpenDataset& data, SectionCache& found, bool known_clusters,
          const std::function<std::vector<LaterSections>()>& later)
      : data_(data),
        dataset_(*data.dataset),
        found_(found),
        known_clusters_(known_clusters),
        ask_later_(later),
        claims_(found.folder()),
        scores_(dataset_.tracks().size()),
        agreements_(dataset_.tracks().size()),
        by_annotator_(dataset_.tracks().size()),
        errors_(dataset_.tracks().size()) {}

  /// @return  false: another thread or process is at the track, which is to be tried again
  /// @throws FileChanged, FileUnreadable
  bool score(std::size_t t, IfTaken if_taken) {
    const Track& track = dataset_.tracks()[t];
    const std::vector<std::vector<Section>> truths = dataset_.annotations(track);
    if (truths.empty()) return true;
    const FileContent& content = data_.files.at(t);
    if (content.hash.empty()) {
      errors_[t] = content.error;
      return true;
    }
    if (!find(track, content.hash, truths, if_taken)) return false;
    try {
      std::vector<Scores> by_annotator;
      for (const std::vector<Section>& truth : truths)
        by_annotator.push_back(scores_of(
            truth,
            labelled(found_(track.audio, content.hash, clusters_of(truth, known_clusters_)))));
      scores_[t] = mean_of(by_annotator);
      if (truths.size() > 1) {
        agreements_[t] = agreement_of(truths);
        by_annotator_[t] = std::move(by_annotator);
      }
    } catch (const FileChanged&) {
      throw;
    } catch (const FileUnreadable&) {
      throw;
    } catch (const DataError& error) {
      errors_[t] = error.what();
    }
    return true;
  }

  ScoredSections result() const {
    ScoredSections result;
    for (std::size_t t = 0; t < scores_.size(); ++t) {
      const Track& track = dataset_.tracks()[t];
      if (!errors_[t].empty()) result.bad_tracks.push_back({track.id, errors_[t]});
      if (!scores_[t]) continue;
      if (result.n_tracks++ == 0) result.example = example(t);
      result.sources.push_back(dataset_.sources(track));
    }
    add_track_scores("structure", scores_, result.metrics);
    add_track_scores("annotators", agreements_, result.metrics);
    add_scores_by_annotator(result.metrics);
    if (std::all_of(result.sources.begin(), result.sources.end(),
                    [](const auto& names) { return names.empty(); }))
      result.sources.clear();
    return result;
  }

 private:
  /// Finds the sections of a track, if they are not known yet, and those that are needed later.
  /// @return  as score()
  bool find(const Track& track, const std::string& hash,
            const std::vector<std::vector<Section>>& truths, IfTaken if_taken) {
    std::vector<WantedSections> wanted;
    const auto add = [&](SectionCache& cache, bool known_clusters) {
      for (const std::vector<Section>& truth : truths)
        wanted.push_back({cache, clusters_of(truth, known_clusters)});
    };
    add(found_, known_clusters_);
    const auto all_known = [&] {
      return std::all_of(wanted.begin(), wanted.end(), [&](const WantedSections& one) {
        return one.cache.known(track.audio, hash, one.clusters).has_value();
      });
    };
    if (found_.by_samples() == nullptr || all_known()) return true;
    const auto claim = claims_.take(hash);
    if (!claim && if_taken == IfTaken::try_again) return false;
    if (all_known()) return true;
    std::call_once(later_is_asked_, [&] {
      if (ask_later_) later_ = ask_later_();
    });
    for (const LaterSections& one : later_) add(one.cache, one.known_clusters);
    find_sections_together(track, hash, wanted, found_.hashes());
    return true;
  }

  /// How many different sections there are, if the plug-in is to be told.
  static std::optional<int> clusters_of(const std::vector<Section>& truth, bool known_clusters) {
    if (!known_clusters) return std::nullopt;
    std::set<std::string> labels;
    for (const Section& section : truth) labels.insert(section.label);
    return static_cast<int>(labels.size());
  }

  void add_scores_by_annotator(std::vector<MetricRecord>& metrics) const {
    std::size_t most = 0;
    for (const std::vector<Scores>& scores : by_annotator_) most = std::max(most, scores.size());
    for (std::size_t a = 0; a < most; ++a) {
      std::vector<std::optional<Scores>> of_tracks(by_annotator_.size());
      for (std::size_t t = 0; t < of_tracks.size(); ++t)
        if (a < by_annotator_[t].size()) of_tracks[t] = by_annotator_[t][a];
      add_track_scores("annotator_" + std::to_string(a + 1), of_tracks, metrics);
    }
  }

  std::string example(std::size_t t) const {
    const Track& track = dataset_.tracks()[t];
    SegmentationExample example = found_.example(
        track.audio, data_.files[t].hash, clusters_of(dataset_.sections(track), known_clusters_));
    example.track = track.id;
    return to_json(example);
  }

  const OpenDataset& data_;
  const Dataset& dataset_;
  SectionCache& found_;
  const bool known_clusters_;
  const std::function<std::vector<LaterSections>()>& ask_later_;
  std::once_flag later_is_asked_;
  std::vector<LaterSections> later_;
  TrackClaims claims_;
  std::vector<std::optional<Scores>> scores_;      ///< each track writes to its own place
  std::vector<std::optional<Scores>> agreements_;  ///< of tracks with several annotators
  std::vector<std::vector<Scores>> by_annotator_;  ///< likewise, by each in turn
  std::vector<std::string> errors_;
};

}  // namespace

bool knows_sections(const Dataset& dataset) {
  return std::any_of(dataset.tracks().begin(), dataset.tracks().end(),
                     [&](const Track& track) { return !dataset.sections(track).empty(); });
}

ScoredSections score_dataset(const OpenDataset& data, SectionCache& found, bool known_clusters,
                             const TrackLoop& loop,
                             const std::function<std::vector<LaterSections>()>& later) {
  Scoring scoring(data, found, known_clusters, later);
  for_each_free_track(data.dataset->tracks().size(), loop,
                      [&](std::size_t t, IfTaken if_taken) { return scoring.score(t, if_taken); });
  return scoring.result();
}

}  // namespace genrebench
