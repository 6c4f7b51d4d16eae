#pragma once
// The examples of one run: extracted features, standardised by its training part, in the parts of
// its split.

#include <optional>
#include <string>
#include <vector>

#include "harness/data/extraction.hpp"
#include "harness/plan/plan.hpp"
#include "harness/run/evaluation.hpp"

namespace genrebench {

/// One part of a split, as a method sees it, with what only the harness may see.
struct PartData {
  Examples examples;       ///< labels empty for test
  std::vector<int> truth;  ///< class of each track, by index of track
};

/// What a run's data are besides the features of its tracks.
struct RunDataSources {
  /// Of deformed copies of the training tracks, which are examples as well; null: there are none.
  const ExtractedTracks* copies = nullptr;
  /// How a run that uses the model of another standardises; null: by its own training part.
  const std::optional<Standardiser>* standardiser = nullptr;
};

/// The examples of a run that is planned. With `sanity.permute_labels` the genres are those of
/// permuted_genres(); the division, also of excerpts, is that of the true ones.
class RunData {
 public:
  /// Keeps references to all.
  /// @throws DataError  if a track is bad and the run's rule is to fail
  RunData(const PlannedRun& run, const ExtractedTracks& tracks, const RunDataSources& sources = {});

  /// @throws DataError  if the part is train or test and has no usable track
  PartData part(Part which) const;

  const std::vector<BadTrackRecord>& bad_tracks() const { return bad_tracks_; }

  /// Nothing if the run does not standardise.
  const std::optional<Standardiser>& standardiser() const { return standardiser_; }

 private:
  bool used(std::size_t track) const;
  Part part_of(std::size_t track, std::size_t excerpt) const;
  void divide_tracks();
  /// All examples to learn from, before they are standardised.
  std::vector<const FeatureMatrix*> training_features() const;
  void use(const ExtractedTracks& tracks, std::vector<std::vector<FeatureMatrix>>& standardised,
           std::vector<std::vector<const FeatureMatrix*>>& features) const;

  const PlannedRun& run_;
  const ExtractedTracks& tracks_;
  const ExtractedTracks* copies_;  ///< null: there are none
  std::vector<BadTrackRecord> bad_tracks_;
  std::vector<int> genres_;                       ///< of each track, for the method and its scores
  std::vector<std::vector<Part>> excerpt_parts_;  ///< empty if the split divides tracks
  std::optional<Standardiser> standardiser_;
  std::vector<std::vector<FeatureMatrix>> standardised_;
  std::vector<std::vector<const FeatureMatrix*>> features_;
  std::vector<std::vector<FeatureMatrix>> standardised_copies_;
  std::vector<std::vector<const FeatureMatrix*>> copied_features_;
};

/// Tracks of a run's split that cannot be used, and training tracks whose copies cannot.
/// @param copies  may be null
std::vector<BadTrackRecord> bad_tracks_of(const PlannedRun& run, const ExtractedTracks& tracks,
                                          const ExtractedTracks* copies = nullptr);

}  // namespace genrebench
