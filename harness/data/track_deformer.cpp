#include "harness/data/track_deformer.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "harness/data/track_reader.hpp"
#include "signal/audio/resampler.hpp"

namespace genrebench {

std::uint64_t deformation_seed(const Track& track, const std::string& content) {
  return derive_seed(0, "deformation of " + content + span_text(track));
}

TrackDeformer::TrackDeformer(const PluginChoice& choice,
                             const std::map<std::string, std::string>& contents,
                             const Registry& registry) {
  const DeformationPlugin& plugin = registry.deformations.get(choice.name, "deform");
  deformation_ = plugin.make(choice.options);
  recipe_ = "deformation " + version_text(plugin) + "\n";
  for (const auto& [name, value] : choice.options) {
    const OptionInfo& option = *plugin.options.find(name);
    if (option.identity && name != plugin.options.preset_option())
      recipe_ += fmt::format("{}={}\n", name, to_string(value));
  }
  for (const auto& [name, hash] : contents) recipe_ += fmt::format("{} content {}\n", name, hash);
}

std::vector<float> TrackDeformer::operator()(std::vector<float> samples, double file_rate_hz,
                                             const Track& track, const std::string& content,
                                             double sample_rate_hz) const {
  samples = deformation_->apply(std::move(samples), file_rate_hz, deformation_seed(track, content));
  if (samples.empty())
    throw DataError(fmt::format("{}: nothing is left of the track after the deformation ({})",
                                track.audio.string(), deformation_->level()));
  return resampled(std::move(samples), file_rate_hz, sample_rate_hz);
}

}  // namespace genrebench
