#pragma once
// Several segmentations of one track, from one decoding.

#include <optional>
#include <span>
#include <string>

#include "base/file_hashes.hpp"
#include "harness/data/section_cache.hpp"
#include "harness/plugin/dataset.hpp"

namespace genrebench {

/// Sections that somebody will ask a cache for.
struct WantedSections {
  SectionCache& cache;
  std::optional<int> clusters;  ///< as SectionCache::operator() takes it
};

/// Finds those that the caches do not know yet, as far as their plug-ins can be given samples. What
/// cannot be found here is left to whoever asks for it, who is told why.
/// @param hash  content_hash() of the track's file
void find_sections_together(const Track& track, const std::string& hash,
                            std::span<const WantedSections> wanted, FileHashes& hashes);

}  // namespace genrebench
