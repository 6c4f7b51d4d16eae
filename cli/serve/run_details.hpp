#pragma once
// One run as JSON for its page, and the curves of several.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/serve/track_audio.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench::cli {

/// Everything that the store holds of a run but its curves: {"id", "status", "origin", "message",
/// "seed", "dataset_fingerprint", "started_at", "wall_s", "parameters", "facts", "environment",
/// "metrics": [{"split", "name", "value"}], "genres", "predictions": [{"track", "truth",
/// "predicted", "p_truth", "p_predicted", "cluster", "audio", "start_s", "duration_s"}],
/// "n_predictions", "bad_tracks", "artifacts"}. Predictions are those of the test part.
std::string run_details(const RunStore& store, TrackAudio& audio, const RunRecord& run);

/// Predictions of a run beyond this number are not sent.
inline constexpr std::size_t kMostPredictions = 20000;

/// The points of curves behind a step: {ID: {"valid/accuracy": [[step, ...], [value, ...]]}}.
std::string run_curves(const RunStore& store, const std::vector<std::string>& ids,
                       std::int64_t behind_step);

/// What was printed during a run: of the attempt under way, else of the one that gave the result,
/// else of the last that failed. At most the last 256 KiB.
/// @param database  the store; logs lie beside it
/// @param claims    how often the run was claimed
/// @throws DataError  if there is none, or a link or something else lies in its place
std::string run_log(const std::filesystem::path& database, const std::string& run_id,
                    std::int64_t claims);

}  // namespace genrebench::cli
