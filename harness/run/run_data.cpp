#include "harness/run/run_data.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "harness/run/permuted_genres.hpp"

namespace genrebench {
namespace {

/// The genre of each track as the run's method and its scores have it.
std::vector<int> genres_of(const PlannedRun& run) {
  std::vector<int> genres;
  for (const Track& track : run.data->dataset->tracks()) genres.push_back(track.genre);
  if (!run.spec.options.permute_labels) return genres;
  return permuted_genres(genres, run.data->clusters, *run.split,
                         derive_seed(run.spec.seed, kPermuteLabels));
}

}  // namespace

std::vector<BadTrackRecord> bad_tracks_of(const PlannedRun& run, const ExtractedTracks& tracks) {
  std::vector<BadTrackRecord> bad;
  for (std::size_t t = 0; t < tracks.errors.size(); ++t)
    if (run.split->parts[t] != Part::none && !tracks.errors[t].empty())
      bad.push_back({run.data->dataset->tracks()[t].id, tracks.errors[t]});
  return bad;
}

RunData::RunData(const PlannedRun& run, const ExtractedTracks& tracks)
    : run_(run),
      tracks_(tracks),
      bad_tracks_(bad_tracks_of(run, tracks)),
      genres_(genres_of(run)),
      features_(tracks.features.size()) {
  if (run.spec.options.on_bad_track == OnBadTrack::fail && !bad_tracks_.empty())
    throw DataError(fmt::format("{} (and on_bad_track is fail; {} in all)",
                                bad_tracks_.front().message, bad_tracks_.size()));
  if (run.split->excerpts) {
    std::vector<int> genres;
    std::vector<std::size_t> n_excerpts;
    for (std::size_t t = 0; t < features_.size(); ++t) {
      genres.push_back(run.data->dataset->tracks()[t].genre);
      n_excerpts.push_back(used(t) ? tracks.features[t].size() : 0);
    }
    excerpt_parts_ = divide_excerpts(*run.split->excerpts, genres, n_excerpts);
  }
  std::vector<const FeatureMatrix*> train;
  for (std::size_t t = 0; t < features_.size(); ++t)
    if (used(t))
      for (std::size_t e = 0; e < tracks.features[t].size(); ++e) {
        const FeatureMatrix& feature = tracks.features[t][e];
        if (part_of(t, e) == Part::train) train.push_back(&feature);
        if (!run.spec.options.standardise) features_[t].push_back(&feature);
      }
  if (!run.spec.options.standardise || train.empty()) return;
  standardiser_.emplace(train);
  standardised_.resize(features_.size());
  for (std::size_t t = 0; t < features_.size(); ++t)
    if (used(t)) {
      standardised_[t].reserve(tracks.features[t].size());
      for (const FeatureMatrix& feature : tracks.features[t])
        features_[t].push_back(&standardised_[t].emplace_back((*standardiser_)(feature)));
    }
}

bool RunData::used(std::size_t track) const {
  return run_.split->parts[track] != Part::none && tracks_.errors[track].empty();
}

Part RunData::part_of(std::size_t track, std::size_t excerpt) const {
  return excerpt_parts_.empty() ? run_.split->parts[track] : excerpt_parts_[track][excerpt];
}

PartData RunData::part(Part which) const {
  const Dataset& dataset = *run_.data->dataset;
  PartData data;
  data.examples.n_classes = static_cast<int>(dataset.genres().size());
  data.truth.resize(features_.size(), -1);
  for (std::size_t t = 0; t < features_.size(); ++t) {
    if (!used(t)) continue;
    for (std::size_t e = 0; e < features_[t].size(); ++e) {
      if (part_of(t, e) != which) continue;
      data.truth[t] = genres_[t];
      data.examples.features.push_back(features_[t][e]);
      data.examples.tracks.push_back(static_cast<int>(t));
      if (tracks_.files) data.examples.files.push_back(dataset.tracks()[t].audio);
      if (which != Part::test) data.examples.labels.push_back(data.truth[t]);
    }
  }
  if (data.examples.size() == 0 && which != Part::valid)
    throw DataError(fmt::format("no usable track is left in the {} part ({} bad tracks)",
                                to_string(which), bad_tracks_.size()));
  return data;
}

}  // namespace genrebench
