#pragma once
// The dataset whose tracks medleys are cut from.

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/file_hashes.hpp"
#include "datasets/music/medley_recipe.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench::medley {

struct SourceTrack {
  std::string id, genre;
  std::filesystem::path audio;
  std::string hash = {};      ///< of the file's content
  std::size_t n_samples = 0;  ///< at the medleys' sample rate
  std::string fault = {};     ///< why the track cannot be used; empty if it can
};

/// What the cache names a set of medleys after.
/// @throws ConfigError  the options name no dataset that can be a source
SourceDataset source_of(const OptionValues& values, const Registry& registry);

/// Opens the source. A generated source without a root is made in `temporary` first.
/// @param description  receives the options of a source that was made
/// @throws ConfigError  the options name no dataset of audio that can be a source
std::unique_ptr<Dataset> open_source(const Recipe& recipe, const Registry& registry,
                                     const std::filesystem::path& temporary,
                                     nlohmann::ordered_json& description);

/// Marks the tracks of the first half: half of each genre's tracks in the order of their ids, as
/// nearly as whole artists allow. All tracks of an artist are in one half, so that parameters
/// chosen on one half are tested on music by other artists.
std::vector<bool> first_half(const Dataset& source);

/// The tracks of the half that is used, in the order of genre and id. Each file is decoded to find
/// its length and its faults; of files with the same content, all but the first get a fault.
std::vector<SourceTrack> usable_tracks(const Dataset& source, const Recipe& recipe,
                                       FileHashes& hashes);

/// The tracks that medleys are drawn from, by the genre of the medley.
struct Pool {
  std::vector<SourceTrack> tracks;
  /// Indices into `tracks`, for genres with enough tracks for the longest pieces.
  std::map<std::string, std::vector<std::size_t>> by_genre;
  /// The other genres, with their number of tracks that are long enough.
  std::map<std::string, std::size_t> left_out;

  /// The tracks of a genre with at least `n_samples` samples.
  std::vector<std::size_t> with_length(const std::string& genre, std::size_t n_samples) const;
};

/// @throws ConfigError  too few tracks are long enough
Pool make_pool(std::vector<SourceTrack> tracks, const Recipe& recipe);

}  // namespace genrebench::medley
