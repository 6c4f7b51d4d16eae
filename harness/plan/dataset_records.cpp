#include "harness/plan/dataset_records.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <utility>

namespace genrebench {
namespace {

namespace fs = std::filesystem;

TrackRecord record_of(const Track& track, const std::string& content) {
  TrackRecord record{.id = track.id,
                     .genre = track.genre,
                     .groups = track.groups,
                     .start_s = track.start_s,
                     .duration_s = {},
                     .content = {},
                     .audio = {}};
  if (track.end_s > track.start_s) record.duration_s = track.end_s - track.start_s;
  if (!content.empty()) record.content = content;
  if (!track.audio.empty()) record.audio = fs::absolute(track.audio).lexically_normal().string();
  return record;
}

}  // namespace

std::vector<DatasetRecord> dataset_records(const Plan& plan) {
  std::vector<DatasetRecord> records;
  std::set<std::string> known;
  for (const PlannedRun& run : plan.runs) {
    const OpenDataset& data = *run.data;
    if (!known.insert(data.fingerprint).second) continue;
    DatasetRecord record{.fingerprint = data.fingerprint, .tracks = {}};
    const std::vector<Track>& tracks = data.dataset->tracks();
    for (std::size_t t = 0; t < tracks.size(); ++t)
      record.tracks.push_back(
          record_of(tracks[t], t < data.content.size() ? data.content[t] : std::string()));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace genrebench
