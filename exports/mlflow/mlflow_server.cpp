#include "exports/mlflow/mlflow_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "exports/url_part.hpp"

namespace genrebench {
namespace {

using MlflowJson = nlohmann::json;

constexpr const char* kApi = "/api/2.0/mlflow/";

// What a request of log-batch may hold. Source: mlflow/utils/validation.py
constexpr std::size_t kMostMetrics = 1000, kMostParams = 100, kMostTags = 100;

MlflowJson pairs(const std::map<std::string, std::string>& values) {
  MlflowJson list = MlflowJson::array();
  for (const auto& [key, value] : values) list.push_back({{"key", key}, {"value", value}});
  return list;
}

/// JSON has no number that is not finite; MLflow reads these as texts.
MlflowJson number(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

double number_from(const MlflowJson& value) {
  if (value.is_number()) return value.get<double>();
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::numeric_limits<double>::quiet_NaN();
}

/// Numbers of 64 bits may come as texts: protocol buffers write them so in JSON.
std::int64_t step_from(const MlflowJson& step) {
  if (!step.is_string()) return step.get<std::int64_t>();
  const std::string text = step.get<std::string>();
  const std::optional<std::int64_t> number = decimal_integer(text);
  if (!number)
    throw DataError(fmt::format("MLflow: expected a step of a metric, found '{}'", text));
  return *number;
}

StoredMlflowRun stored_run(const MlflowJson& run) {
  const MlflowJson& info = run.at("info");
  StoredMlflowRun stored{.id = info.at("run_id").get<std::string>(),
                         .artifact_uri = info.value("artifact_uri", ""),
                         .status = info.value("status", ""),
                         .tags = {}};
  if (!run.contains("data") || !run["data"].contains("tags")) return stored;
  for (const MlflowJson& tag : run["data"]["tags"])
    stored.tags[tag.at("key").get<std::string>()] = tag.value("value", "");
  return stored;
}

/// A part of a list that goes into one request.
MlflowJson slice(const MlflowJson& list, std::size_t begin, std::size_t most) {
  const std::size_t end = std::min(list.size(), begin + most);
  return begin >= end ? MlflowJson::array()
                      : MlflowJson(list.begin() + static_cast<std::ptrdiff_t>(begin),
                                   list.begin() + static_cast<std::ptrdiff_t>(end));
}

std::string text_of(const MlflowJson& json) {
  return json.dump(-1, ' ', false, MlflowJson::error_handler_t::replace);
}

}  // namespace

/// The body of an answer, which is JSON if it is a good one.
std::string MlflowServer::ask(const HttpAnswer& answer, const std::string& what) const {
  check(answer, what);
  if (MlflowJson::accept(answer.body)) return answer.body;
  throw DataError(
      fmt::format("{}: {}: expected JSON as MLflow answers; is another server at that address?",
                  address(), what));
}

void MlflowServer::check(const HttpAnswer& answer, const std::string& what) const {
  if (answer.status == 200) return;
  const MlflowJson body = MlflowJson::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  const std::string said =
      body.is_object() ? body.value("message", answer.body) : answer.body.substr(0, 200);
  const std::string login =
      answer.status == 401 || answer.status == 403
          ? "; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
          : "";
  throw DataError(fmt::format("{}: {}: status {}: {}{}", address(), what, answer.status,
                              single_line(said), login));
}

std::string MlflowServer::post(const std::string& what, const std::string& body) {
  return ask(client_.post_json(kApi + what, body), what);
}

std::string MlflowServer::experiment(const std::string& name) {
  const HttpAnswer found =
      client_.get(std::string(kApi) + "experiments/get-by-name", {{"experiment_name", name}});
  if (found.status == 404 && found.body.find("RESOURCE_DOES_NOT_EXIST") != std::string::npos) {
    const MlflowJson made =
        MlflowJson::parse(post("experiments/create", text_of({{"name", name}})));
    return made.at("experiment_id").get<std::string>();
  }
  const MlflowJson experiment =
      MlflowJson::parse(ask(found, "experiments/get-by-name")).at("experiment");
  if (experiment.value("lifecycle_stage", "") == "deleted")
    throw DataError(
        fmt::format("{}: the experiment '{}' is deleted there: restore it (`mlflow experiments "
                    "restore`), or choose another name with --prefix",
                    address(), name));
  return experiment.at("experiment_id").get<std::string>();
}

std::map<std::string, StoredMlflowRun> MlflowServer::runs(const std::string& experiment_id,
                                                          const std::string& tag) {
  std::map<std::string, StoredMlflowRun> found;
  std::vector<std::string> twice;
  std::string page;
  do {
    MlflowJson request = {{"experiment_ids", {experiment_id}},
                          {"filter", fmt::format("tags.`{}` LIKE '%'", tag)},
                          {"run_view_type", "ACTIVE_ONLY"},
                          {"max_results", 1000}};
    if (!page.empty()) request["page_token"] = page;
    const MlflowJson answer = MlflowJson::parse(post("runs/search", text_of(request)));
    for (const MlflowJson& run : answer.value("runs", MlflowJson::array())) {
      StoredMlflowRun stored = stored_run(run);
      const std::string value = stored.tags[tag], id = stored.id;
      if (!found.emplace(value, std::move(stored)).second) twice.push_back(id);
    }
    page = answer.value("next_page_token", "");
  } while (!page.empty());
  for (const std::string& id : twice) remove(id);
  return found;
}

StoredMlflowRun MlflowServer::create(const std::string& experiment_id, const MlflowRun& run) {
  return stored_run(MlflowJson::parse(post("runs/create", text_of({{"experiment_id", experiment_id},
                                                                   {"start_time", run.start_ms},
                                                                   {"run_name", run.name},
                                                                   {"tags", pairs(run.tags)}})))
                        .at("run"));
}

void MlflowServer::log(const std::string& run_id, const MlflowRun& run) {
  MlflowJson metrics = MlflowJson::array();
  for (const MlflowPoint& point : run.points)
    metrics.push_back({{"key", point.key},
                       {"value", number(point.value)},
                       {"timestamp", point.time_ms},
                       {"step", point.step}});
  const MlflowJson params = pairs(run.params), tags = pairs(run.tags);
  for (std::size_t i = 0; i < std::max(params.size(), tags.size()); i += kMostParams)
    post("runs/log-batch", text_of({{"run_id", run_id},
                                    {"params", slice(params, i, kMostParams)},
                                    {"tags", slice(tags, i, kMostTags)}}));
  for (std::size_t i = 0; i < metrics.size(); i += kMostMetrics)
    post("runs/log-batch",
         text_of({{"run_id", run_id}, {"metrics", slice(metrics, i, kMostMetrics)}}));
}

std::map<std::int64_t, double> MlflowServer::history(const std::string& run_id,
                                                     const std::string& key) {
  std::map<std::int64_t, double> points;
  std::string page;
  do {
    std::map<std::string, std::string> query = {
        {"run_id", run_id}, {"metric_key", key}, {"max_results", "10000"}};
    if (!page.empty()) query["page_token"] = page;
    const HttpAnswer answer = client_.get(std::string(kApi) + "metrics/get-history", query);
    const MlflowJson body = MlflowJson::parse(ask(answer, "metrics/get-history"));
    for (const MlflowJson& point : body.value("metrics", MlflowJson::array()))
      points[step_from(point.value("step", MlflowJson(0)))] =
          number_from(point.value("value", MlflowJson(0.0)));
    page = body.value("next_page_token", "");
  } while (!page.empty());
  return points;
}

void MlflowServer::set_state(const std::string& run_id, const MlflowRun& run) {
  MlflowJson request = {{"run_id", run_id}, {"status", run.status}, {"run_name", run.name}};
  if (run.end_ms != 0) request["end_time"] = run.end_ms;
  post("runs/update", text_of(request));
}

void MlflowServer::set_tag(const std::string& run_id, const std::string& key,
                           const std::string& value) {
  post("runs/set-tag", text_of({{"run_id", run_id}, {"key", key}, {"value", value}}));
}

void MlflowServer::remove(const std::string& run_id) {
  post("runs/delete", text_of({{"run_id", run_id}}));
}

bool MlflowServer::takes_files(const StoredMlflowRun& run) {
  return run.artifact_uri.starts_with("mlflow-artifacts:");
}

/// "mlflow-artifacts:/1/RUN/artifacts", or "mlflow-artifacts://HOST/1/RUN/artifacts", is served
/// below /api/2.0/mlflow-artifacts/artifacts/.
std::string MlflowServer::place_of(const StoredMlflowRun& run, const std::string& name) {
  std::string path = run.artifact_uri.substr(run.artifact_uri.find(':') + 1);
  if (path.starts_with("//")) path = path.substr(std::min(path.find('/', 2), path.size()));
  std::string place = "/api/2.0/mlflow-artifacts/artifacts";
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) place += "/" + url_part(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return place + "/" + url_part(name);
}

void MlflowServer::put_bytes(const StoredMlflowRun& run, const std::string& name,
                             const std::string& bytes) {
  check(client_.put_bytes(place_of(run, name), bytes), "artifact " + name);
}

void MlflowServer::put_file(const StoredMlflowRun& run, const std::string& name,
                            const std::filesystem::path& file) {
  check(client_.put_file(place_of(run, name), file), "artifact " + name);
}

}  // namespace genrebench
