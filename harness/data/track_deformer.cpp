#include "harness/data/track_deformer.hpp"

#include <fmt/format.h>

#include <span>

#include "base/error.hpp"
#include "base/random.hpp"
#include "harness/data/track_reader.hpp"
#include "signal/audio/resampler.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kBlock = 1 << 16;  // samples decoded at a time

/// All samples of a track at the rate of its file, which `rate_hz` receives.
std::vector<float> samples_of_file(const Track& track, double& rate_hz) {
  TrackReader reader(track, /*sample_rate_hz=*/0.0);
  rate_hz = reader.sample_rate_hz();
  std::vector<float> samples;
  samples.reserve(static_cast<std::size_t>(reader.expected_samples()));
  std::vector<float> block(kBlock);
  while (const std::size_t n = reader.read(block))
    samples.insert(samples.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(n));
  return samples;
}

}  // namespace

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

std::vector<float> TrackDeformer::operator()(const Track& track, const std::string& content,
                                             double sample_rate_hz) const {
  double rate_hz = 0.0;
  std::vector<float> samples = samples_of_file(track, rate_hz);
  samples = deformation_->apply(std::move(samples), rate_hz, deformation_seed(track, content));
  if (samples.empty())
    throw DataError(fmt::format("{}: nothing is left of the track after the deformation ({})",
                                track.audio.string(), deformation_->level()));
  return resampled(std::move(samples), rate_hz, sample_rate_hz);
}

}  // namespace genrebench
