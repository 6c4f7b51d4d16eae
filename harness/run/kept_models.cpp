#include "harness/run/kept_models.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

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
  return document.dump(1) + "\n";
}

Preprocessing read_preprocessing(const fs::path& file) {
  try {
    const auto document = nlohmann::json::parse(read_file_text(file));
    Preprocessing result{.genres = document.at("genres"), .standardiser = {}};
    if (document.contains("standardise"))
      result.standardiser.emplace(to_array(document["standardise"].at("mean")),
                                  to_array(document["standardise"].at("scale")));
    return result;
  } catch (const nlohmann::json::exception& error) {
    throw DataError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace

fs::path KeptModels::checkpoints(const std::string& run_id) const {
  return enabled() ? folder_ / run_id / "checkpoints" : fs::path();
}

fs::path KeptModels::attempt(const Lease& lease) const {
  // Shards of one store share this folder, and each counts its own tokens.
  static const ProcessIdentity here = this_process();
  return folder_ / lease.run_id / fmt::format("attempt_{}_{}_{}", lease.token, here.host, here.pid);
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

void KeptModels::publish(const Lease& lease, const std::vector<ArtifactRecord>& artifacts) const {
  for (const ArtifactRecord& artifact : artifacts) {
    const fs::path file = folder_ / lease.run_id / artifact.name;
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
  fs::remove_all(checkpoints(run_id), ignored);
  for (fs::directory_iterator entry(folder_ / run_id, ignored), end; !ignored && entry != end;
       entry.increment(ignored))
    if (entry->path().filename().string().starts_with("attempt_"))
      fs::remove_all(entry->path(), ignored);
  fs::remove(folder_ / run_id, ignored);  // where nothing else is in it
}

Preprocessing KeptModels::load(const std::string& run_id,
                               const std::vector<ArtifactRecord>& artifacts, Method& method) const {
  for (const ArtifactRecord& artifact : artifacts) {
    const fs::path file = folder_ / run_id / artifact.name;
    if (!fs::exists(file))
      throw DataError(fmt::format("{}: the run's file is gone", file.string()));
    if (const std::string found = sha256_of_file(file); found != artifact.sha256)
      throw DataError(
          fmt::format("{}: not the file that the run left: expected SHA-256 {}, found {}",
                      file.string(), artifact.sha256, found));
  }
  method.load(folder_ / run_id / kModel);
  return read_preprocessing(folder_ / run_id / kPreprocessing);
}

}  // namespace genrebench
