#include "cli/serve/run_details.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "cli/serve/json_text.hpp"
#include "cli/stored_runs.hpp"
#include "harness/records/short_id.hpp"
#include "harness/records/timings.hpp"
#include "harness/run/failed_log.hpp"
#include "harness/run/kept_models.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr off_t kLongestLog = 256 << 10;

std::string text_of(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json probability(const PredictionRecord& prediction, int genre) {
  const auto place = static_cast<std::size_t>(genre);
  if (place >= prediction.probabilities.size()) return nullptr;
  return prediction.probabilities[place];
}

Json predictions_json(const std::vector<PredictionRecord>& predictions, const TracksById& tracks) {
  Json rows = Json::array();
  for (const PredictionRecord& p : predictions) {
    if (rows.size() == kMostPredictions) break;
    Json row = {{"track", p.track},
                {"truth", p.truth},
                {"predicted", p.predicted},
                {"p_truth", probability(p, p.truth)},
                {"p_predicted", probability(p, p.predicted)},
                {"cluster", p.cluster}};
    if (const auto track = tracks.find(p.track); track != tracks.end()) {
      row["audio"] = has_audio(track->second);
      row["start_s"] = track->second.start_s;
      if (track->second.duration_s) row["duration_s"] = *track->second.duration_s;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// A log that is there and is a file; nothing else is opened.
std::optional<std::string> end_of_log(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return std::nullopt;
  struct stat status {};
  std::optional<std::string> text;
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
    const off_t begin = std::max<off_t>(0, status.st_size - kLongestLog);
    text.emplace(static_cast<std::size_t>(status.st_size - begin), '\0');
    const ssize_t n = ::pread(descriptor, text->data(), text->size(), begin);
    text->resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    if (begin > 0) text->insert(0, "(the beginning is left out)\n");
  }
  ::close(descriptor);
  return text;
}

}  // namespace

std::string run_details(const RunStore& store, TrackAudio& audio, const RunRecord& run) {
  const std::vector<PredictionRecord> predictions = store.predictions(run.id, "test");
  Json document = run_json(store, run);
  document["genres"] = genres_of(run);
  for (const char* list : {"metrics", "bad_tracks", "artifacts"}) document[list] = Json::array();
  for (const MetricRecord& m : store.metrics(run.id))
    if (m.step == -1)
      document["metrics"].push_back({{"split", m.split}, {"name", m.name}, {"value", m.value}});
  document["predictions"] = predictions_json(predictions, *audio.tracks(store, run));
  document["n_predictions"] = predictions.size();
  for (const BadTrackRecord& b : store.bad_tracks(run.id))
    document["bad_tracks"].push_back({{"track", b.track}, {"message", b.message}});
  for (const ArtifactRecord& a : store.artifacts(run.id))
    document["artifacts"].push_back({{"name", a.name}, {"bytes", a.bytes}, {"sha256", a.sha256}});
  return text_of(document);
}

std::string run_curves(const RunStore& store, const std::vector<std::string>& ids,
                       std::int64_t behind_step) {
  Json document = Json::object();
  for (const std::string& id : ids) {
    Json& curves = document[id] = Json::object();
    for (const MetricRecord& m : store.metrics(id)) {
      if (m.step < 0 || m.step <= behind_step || is_timing_metric(m.name)) continue;
      Json& curve = curves[m.split + "/" + m.name];
      if (curve.is_null()) curve = Json::array({Json::array(), Json::array()});
      curve[0].push_back(m.step);
      curve[1].push_back(m.value);
    }
  }
  return text_of(document);
}

std::string run_log(const std::filesystem::path& database, const std::string& run_id,
                    std::int64_t claims) {
  const std::filesystem::path folder = files_folder_of(database);
  const KeptModels kept(folder);
  const RunFiles files(folder);
  for (const std::filesystem::path& path :
       {kept.log_of({.run_id = run_id, .token = claims}), files.artifact(run_id, kLogName),
        files.artifact(run_id, kFailedLogName)})
    if (std::optional<std::string> text = end_of_log(path)) return *std::move(text);
  throw DataError(fmt::format("run {} has no log", short_id(run_id, kLongerId)));
}

}  // namespace genrebench::cli
