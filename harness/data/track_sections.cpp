#include "harness/data/track_sections.hpp"

#include <cstddef>
#include <exception>
#include <vector>

#include "base/error.hpp"
#include "base/profile.hpp"
#include "harness/data/track_reader.hpp"

namespace genrebench {
namespace {

/// Sections that are to be found, and the rate of the samples that are needed for them.
struct Missing {
  WantedSections wanted;
  std::optional<std::size_t> rate = {};  ///< nothing: there is no such rate
};

void find_in(TrackDecoding& decoding, const std::string& hash, std::vector<Missing>& missing) {
  const double file_rate_hz = decoding.info().sample_rate_hz;
  for (Missing& one : missing) {
    try {
      one.rate = decoding.add_rate(
          one.wanted.cache.by_samples()->segmentation_rate_hz(file_rate_hz), /*whole=*/true);
    } catch (const ConfigError&) {  // whoever asks for the sections is told
    }
  }
  while (decoding.next()) {
  }
  const std::filesystem::path& file = decoding.track().audio;
  for (const auto& [wanted, rate] : missing) {
    // Another of these may have been the same.
    if (!rate || wanted.cache.known(file, hash, wanted.clusters)) continue;
    const ProfileSpan span("segmentation");
    try {
      wanted.cache.in_samples({.samples = decoding.all_samples(*rate),
                               .file_rate_hz = file_rate_hz,
                               .decoding_s = decoding.seconds()},
                              file, hash, wanted.clusters);
    } catch (const std::exception&) {  // likewise
    }
  }
}

}  // namespace

void find_sections_together(const Track& track, const std::string& hash,
                            std::span<const WantedSections> wanted, FileHashes& hashes) {
  std::vector<Missing> missing;
  for (const WantedSections& one : wanted)
    if (one.cache.by_samples() != nullptr && !one.cache.known(track.audio, hash, one.clusters))
      missing.push_back({.wanted = one});
  if (missing.empty()) return;
  try {
    read_content(track.audio, hash, hashes, [&] {
      TrackDecoding decoding(track);
      find_in(decoding, hash, missing);
      return true;
    });
  } catch (const std::runtime_error&) {  // likewise
  }
}

}  // namespace genrebench
