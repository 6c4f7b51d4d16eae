#include "harness/run/run_data.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/profile.hpp"
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

std::vector<BadTrackRecord> bad_tracks_of(const PlannedRun& run, const ExtractedTracks& tracks,
                                          const ExtractedTracks* copies) {
  std::vector<BadTrackRecord> bad;
  for (std::size_t t = 0; t < tracks.errors.size(); ++t) {
    const std::string& id = run.data->dataset->tracks()[t].id;
    if (run.split->parts[t] != Part::none && !tracks.errors[t].empty())
      bad.push_back({id, tracks.errors[t]});
    else if (copies != nullptr && run.split->parts[t] == Part::train && !copies->errors[t].empty())
      bad.push_back({id, copies->errors[t]});
  }
  return bad;
}

RunData::RunData(const PlannedRun& run, const ExtractedTracks& tracks,
                 const RunDataSources& sources)
    : run_(run),
      tracks_(tracks),
      copies_(sources.copies),
      bad_tracks_(bad_tracks_of(run, tracks, sources.copies)),
      genres_(genres_of(run)) {
  if (run.spec.options.on_bad_track == OnBadTrack::fail && !bad_tracks_.empty())
    throw DataError(fmt::format("{} (and on_bad_track is fail; {} in all)",
                                bad_tracks_.front().message, bad_tracks_.size()));
  const ProfileSpan span("standardisation");
  divide_tracks();
  if (sources.standardiser != nullptr) {
    standardiser_ = *sources.standardiser;
  } else if (run.spec.options.standardise) {
    const std::vector<const FeatureMatrix*> train = training_features();
    if (!train.empty()) standardiser_.emplace(train);
  }
  use(tracks, standardised_, features_);
  if (copies_ != nullptr) use(*copies_, standardised_copies_, copied_features_);
}

void RunData::divide_tracks() {
  if (!run_.split->excerpts) return;
  std::vector<int> genres;
  std::vector<std::size_t> n_excerpts;
  for (std::size_t t = 0; t < tracks_.features.size(); ++t) {
    genres.push_back(run_.data->dataset->tracks()[t].genre);
    n_excerpts.push_back(used(t) ? tracks_.features[t].size() : 0);
  }
  excerpt_parts_ = divide_excerpts(*run_.split->excerpts, genres, n_excerpts);
}

std::vector<const FeatureMatrix*> RunData::training_features() const {
  std::vector<const FeatureMatrix*> train;
  for (std::size_t t = 0; t < tracks_.features.size(); ++t) {
    if (!used(t)) continue;
    for (std::size_t e = 0; e < tracks_.features[t].size(); ++e)
      if (part_of(t, e) == Part::train) train.push_back(&tracks_.features[t][e]);
    if (copies_ != nullptr && run_.split->parts[t] == Part::train)
      for (const FeatureMatrix& feature : copies_->features[t]) train.push_back(&feature);
  }
  return train;
}

void RunData::use(const ExtractedTracks& tracks,
                  std::vector<std::vector<FeatureMatrix>>& standardised,
                  std::vector<std::vector<const FeatureMatrix*>>& features) const {
  features.resize(tracks.features.size());
  standardised.resize(standardiser_ ? tracks.features.size() : 0);
  for (std::size_t t = 0; t < features.size(); ++t) {
    if (!used(t)) continue;
    if (standardiser_) standardised[t].reserve(tracks.features[t].size());
    for (const FeatureMatrix& feature : tracks.features[t])
      features[t].push_back(standardiser_ ? &standardised[t].emplace_back((*standardiser_)(feature))
                                          : &feature);
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
  const auto add = [&](std::size_t t, const FeatureMatrix* feature) {
    data.truth[t] = genres_[t];
    data.examples.features.push_back(feature);
    data.examples.tracks.push_back(static_cast<int>(t));
    if (tracks_.files) data.examples.files.push_back(dataset.tracks()[t].audio);
    if (which != Part::test) data.examples.labels.push_back(data.truth[t]);
  };
  for (std::size_t t = 0; t < features_.size(); ++t) {
    if (!used(t)) continue;
    for (std::size_t e = 0; e < features_[t].size(); ++e)
      if (part_of(t, e) == which) add(t, features_[t][e]);
    if (which == Part::train && run_.split->parts[t] == Part::train && copies_ != nullptr)
      for (const FeatureMatrix* feature : copied_features_[t]) add(t, feature);
  }
  if (data.examples.size() == 0 && which != Part::valid)
    throw DataError(fmt::format("no usable track is left in the {} part ({} bad tracks)",
                                to_string(which), bad_tracks_.size()));
  return data;
}

}  // namespace genrebench
