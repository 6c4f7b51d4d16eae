#pragma once
// Tracks whose audio a plug-in deforms before features are computed from it.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/experiment/plugin_choice.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/deformation.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// Deforms tracks, each with a seed of its own. Threads may share one.
class TrackDeformer {
 public:
  /// @param contents  the content_hash() of the files that the plug-in reads (noises, impulse
  ///                  responses), by the name of the option and their place in it
  TrackDeformer(const PluginChoice& choice, const std::map<std::string, std::string>& contents,
                const Registry& registry);

  const Deformation& deformation() const { return *deformation_; }

  /// What the deformed audio depends on besides the track: the plug-in with its version, options
  /// and files. It follows the recipe of the features in keys of the cache.
  const std::string& recipe() const { return recipe_; }

  /// Deforms a whole track at the rate of its file, and resamples the result as AudioReader does.
  /// @param samples         of the track, as TrackReader gives them at the rate of the file
  /// @param file_rate_hz    that rate
  /// @param content         of the track's file, as content_hash(); with the span of the track it
  ///                        decides the seed, so that a file that moves is deformed as before
  /// @param sample_rate_hz  of the result
  /// @throws DataError  if the track cannot be deformed so
  std::vector<float> operator()(std::vector<float> samples, double file_rate_hz, const Track& track,
                                const std::string& content, double sample_rate_hz) const;

 private:
  std::unique_ptr<const Deformation> deformation_;
  std::string recipe_;
};

/// The seed of a track's deformation.
std::uint64_t deformation_seed(const Track& track, const std::string& content);

}  // namespace genrebench
