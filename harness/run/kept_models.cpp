#include "harness/run/kept_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "harness/records/run_profile.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/failed_log.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kModel = "model";
constexpr const char* kPreprocessing = "preprocessing.json";

std::vector<double> to_vector(const Eigen::ArrayXd& values) {
  return {values.begin(), values.end()};
}
Eigen::ArrayXd to_array(const std::vector<double>& values) {
  return Eigen::Map<const Eigen::ArrayXd>(values.data(), std::ssize(values));
}

std::string to_text(const Preprocessing& preprocessing) {
  nlohmann::ordered_json document = {{"genres", preprocessing.genres}};
  if (preprocessing.standardiser)
    document["standardise"] = {{"mean", to_vector(preprocessing.standardiser->mean())},
                               {"scale", to_vector(preprocessing.standardiser->scale())}};
  if (preprocessing.temperature) document["temperature"] = *preprocessing.temperature;
  return document.dump(1) + "\n";
}

/// @throws DataError  unless there are as many deviations as means, all finite, and no deviation is
/// 0
void check_standardiser(const std::vector<double>& mean, const std::vector<double>& scale,
                        const fs::path& file) {
  const auto finite = [](double value) { return std::isfinite(value); };
  if (mean.size() != scale.size() || !std::all_of(mean.begin(), mean.end(), finite) ||
      !std::all_of(scale.begin(), scale.end(), [](double s) { return std::isfinite(s) && s > 0; }))
    throw DataError(fmt::format(
        "{}: expected as many finite means as positive deviations, found {} and {}", file.string(),
        counted(mean.size(), "mean"), counted(scale.size(), "deviation")));
}

/// @throws DataError  unless it is positive and finite
void check_temperature(double temperature, const fs::path& file) {
  if (!std::isfinite(temperature) || temperature <= 0.0)
    throw DataError(
        fmt::format("{}: expected a positive temperature, found {}", file.string(), temperature));
}

Preprocessing read_preprocessing(const fs::path& file) {
  try {
    const auto document = nlohmann::json::parse(read_file_text(file));
    Preprocessing result{.genres = document.at("genres"), .standardiser = {}};
    if (result.genres.empty())
      throw DataError(fmt::format("{}: expected genres, found none", file.string()));
    if (document.contains("standardise")) {
      const std::vector<double> mean = document["standardise"].at("mean"),
                                scale = document["standardise"].at("scale");
      check_standardiser(mean, scale, file);
      result.standardiser.emplace(to_array(mean), to_array(scale));
    }
    if (document.contains("temperature")) {
      result.temperature = document["temperature"].get<double>();
      check_temperature(*result.temperature, file);
    }
    return result;
  } catch (const nlohmann::json::exception&) {
    throw DataError(
        fmt::format("{}: damaged: expected the genres and the means and scales of a model's "
                    "features, as JSON, found something else",
                    file.string()));
  }
}

}  // namespace

bool has_model(const std::vector<ArtifactRecord>& artifacts) {
  return std::any_of(artifacts.begin(), artifacts.end(),
                     [](const ArtifactRecord& artifact) { return is_result_file(artifact.name); });
}

fs::path KeptModels::checkpoints(const std::string& run_id) const {
  return enabled() ? files_.of_run(run_id) / "checkpoints" : fs::path();
}

fs::path KeptModels::attempt(const Lease& lease) const {
  // Shards of one store share this folder, and each counts its own tokens.
  static const ProcessIdentity here = this_process();
  return files_.of_run(lease.run_id) /
         fmt::format("attempt_{}_{}_{}", lease.token, here.host, here.pid);
}

std::vector<ArtifactRecord> KeptModels::keep(const Lease& lease, const Method& method,
                                             const Preprocessing& preprocessing) const {
  std::vector<ArtifactRecord> records;
  const fs::path folder = attempt(lease);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw DataError(
        fmt::format("{}: cannot make the folder: {}", folder.string(), error.message()));
  if (!method.save(folder / kModel)) {
    fs::remove(folder, error);
    fs::remove(folder.parent_path(), error);
    return records;
  }
  write_file_atomically(folder / kPreprocessing, to_text(preprocessing));
  for (const char* name : {kModel, kPreprocessing})
    records.push_back({name, sha256_of_file(folder / name),
                       static_cast<std::int64_t>(fs::file_size(folder / name))});
  return records;
}

fs::path KeptModels::log_of(const Lease& lease) const {
  return enabled() ? attempt(lease) / kLogName : fs::path();
}

ArtifactRecord KeptModels::keep_profile(const Lease& lease, const Profile& profile) const {
  const fs::path file = attempt(lease) / kProfileName;
  const std::string text = profile_text(profile);
  write_file_atomically(file, text);
  return {kProfileName, sha256(text), std::ssize(text)};
}

std::optional<ArtifactRecord> KeptModels::log_record(const Lease& lease) const {
  const fs::path log = log_of(lease);
  std::error_code error;
  if (log.empty() || !fs::exists(log, error)) return std::nullopt;
  return ArtifactRecord{kLogName, sha256_of_file(log),
                        static_cast<std::int64_t>(fs::file_size(log))};
}

fs::path KeptModels::failed_log(const Lease& lease) const {
  std::error_code error;
  if (const fs::path log = log_of(lease); log.empty() || !fs::exists(log, error)) return {};
  return files_.of_run(lease.run_id) / kFailedLogName;
}

void KeptModels::keep_failed_log(const Lease& lease) const {
  const fs::path to = failed_log(lease);
  if (to.empty()) return;
  std::error_code ignored;
  fs::rename(log_of(lease), to, ignored);
  fs::remove(attempt(lease), ignored);  // where nothing else is in it
}

void KeptModels::publish(const Lease& lease, const std::vector<ArtifactRecord>& artifacts) const {
  for (const ArtifactRecord& artifact : artifacts) {
    const fs::path file = files_.artifact(lease.run_id, artifact.name);
    std::error_code error;
    fs::rename(attempt(lease) / artifact.name, file, error);
    if (error)
      throw DataError(
          fmt::format("{}: cannot be put in its place: {}", file.string(), error.message()));
  }
}

void KeptModels::clean(const std::string& run_id) const {
  if (!enabled()) return;
  std::error_code ignored;
  const fs::path folder = files_.of_run(run_id);
  fs::remove_all(checkpoints(run_id), ignored);
  fs::remove(folder / kFailedLogName, ignored);
  for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end;
       entry.increment(ignored))
    if (entry->path().filename().string().starts_with("attempt_"))
      fs::remove_all(entry->path(), ignored);
  fs::remove(folder, ignored);  // where nothing else is in it
}

Preprocessing KeptModels::load(const std::string& run_id,
                               const std::vector<ArtifactRecord>& artifacts, Method& method) const {
  bool has_model = false, has_preprocessing = false;
  for (const ArtifactRecord& artifact : artifacts) {
    if (const std::string problem = files_.problem_of(run_id, artifact); !problem.empty())
      throw DataError(
          fmt::format("{}: {}", files_.artifact(run_id, artifact.name).string(), problem));
    if (artifact.name == kModel) has_model = true;
    if (artifact.name == kPreprocessing) has_preprocessing = true;
  }
  // A file that the store does not know has not been looked at.
  if (!has_model || !has_preprocessing)
    throw DataError(fmt::format("run {}: expected the files {} and {} of a fitted method, found {}",
                                short_id(run_id, kLongerId), kModel, kPreprocessing,
                                counted(artifacts.size(), "file")));
  method.load(files_.artifact(run_id, kModel));
  return read_preprocessing(files_.artifact(run_id, kPreprocessing));
}

}  // namespace genrebench
