#include "cli/full_rate.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

#include "signal/audio/audio.hpp"

namespace genrebench::cli {
namespace {

constexpr std::int64_t kEnvelopeColumns = 1600;

/// Adds the samples of a block that begins at `position` to columns of this length.
void add_to_envelope(FullRate& result, std::span<const float> block, std::int64_t position,
                     std::int64_t column) {
  for (std::size_t i = 0; i < block.size(); ++i) {
    if ((position + static_cast<std::int64_t>(i)) % column == 0) {
      result.minimum.push_back(block[i]);
      result.maximum.push_back(block[i]);
    }
    result.minimum.back() = std::min(result.minimum.back(), block[i]);
    result.maximum.back() = std::max(result.maximum.back(), block[i]);
  }
}

/// Adds those samples of a block that lie in a region.
void add_to_excerpt(std::vector<float>& excerpt, const Region& region, std::span<const float> block,
                    std::int64_t position) {
  const std::int64_t end = position + static_cast<std::int64_t>(block.size());
  for (const SampleRange& range : region) {
    const std::int64_t from = std::max(range.begin, position), to = std::min(range.end, end);
    if (from < to)
      excerpt.insert(excerpt.end(), block.begin() + (from - position),
                     block.begin() + (to - position));
  }
}

}  // namespace

FullRate read_full_rate(const std::filesystem::path& file, const std::vector<Region>& regions) {
  AudioReader reader(file, 0.0);
  const std::int64_t column = std::max<std::int64_t>(
      1, (reader.expected_samples() + kEnvelopeColumns - 1) / kEnvelopeColumns);
  FullRate result;
  result.excerpts.resize(regions.size());
  std::vector<float> buffer(1 << 16);
  std::int64_t position = 0;
  while (const std::size_t n = reader.read(buffer)) {
    const std::span<const float> block = std::span(buffer).first(n);
    add_to_envelope(result, block, position, column);
    for (std::size_t r = 0; r < regions.size(); ++r)
      add_to_excerpt(result.excerpts[r], regions[r], block, position);
    position += static_cast<std::int64_t>(n);
  }
  return result;
}

}  // namespace genrebench::cli
