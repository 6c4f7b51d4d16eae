#include "pipeline/excerpts/support/pieces.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"

namespace genrebench {

std::vector<Region> Pieces::choose(const TrackAudio& track) const {
  const auto samples = [&](double seconds) { return std::llround(seconds * track.sample_rate_hz); };
  const double hop_s = options_.hop_s.value_or(options_.length_s);
  const std::int64_t length = samples(options_.length_s), hop = samples(hop_s);
  if (length < 1 || hop < 1)
    throw ConfigError(fmt::format(
        "excerpt {}: a length of {} s and a hop of {} s are less than one sample at {} Hz", plugin_,
        options_.length_s, hop_s, track.sample_rate_hz));
  std::vector<Region> regions;
  for (std::int64_t begin = 0; begin + length <= track.n_samples; begin += hop)
    regions.push_back({{begin, begin + length}});
  if (!regions.empty()) return regions;
  if (options_.short_tracks == PieceOptions::Short::keep) return {{{0, kEndOfTrack}}};
  // Rounded down, so that it does not read as if it were long enough.
  const double hundredths =
      std::floor(100.0 * static_cast<double>(track.n_samples) / track.sample_rate_hz);
  throw DataError(fmt::format("{}: {:.2f} s long, too short for {} of {} s; {}",
                              track.file.string(), hundredths / 100.0, plugin_, options_.length_s,
                              advice_));
}

}  // namespace genrebench
