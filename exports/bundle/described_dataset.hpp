#pragma once
// A dataset without its audio: a list of its tracks, and a description of that list for machines.

#include <map>
#include <string>
#include <vector>

#include "harness/records/run_records.hpp"

namespace genrebench {

struct DescribedDataset {
  std::string name;         ///< of the plug-in: "gtzan"
  std::string fingerprint;  ///< the dataset's id
  std::vector<std::string> genres;
  std::vector<TrackRecord> tracks;
};

/// The tracks as CSV: track, genre (its name), start_s, duration_s, content (the hash of file and
/// features, by which a track is recognised), and a column for each kind of group, such as artist.
std::string tracks_csv(const DescribedDataset& dataset);

/// The description in the vocabulary of Croissant 1.0, as JSON.
/// @param csv   what tracks_csv() returned, which lies beside the description as tracks.csv
/// @param date  of publication, "2026-11-30"
/// Source: https://docs.mlcommons.org/croissant/docs/croissant-spec.html
std::string croissant_json(const DescribedDataset& dataset, const std::string& csv,
                           const std::string& date);

}  // namespace genrebench
