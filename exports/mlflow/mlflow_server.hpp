#pragma once
// MLflow's REST interface, as far as an export needs it.
// Source: https://mlflow.org/docs/latest/rest-api.html

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "exports/mlflow/http_client.hpp"
#include "exports/mlflow/mlflow_run.hpp"

namespace genrebench {

/// A run as a server has it.
struct StoredMlflowRun {
  std::string id, artifact_uri, status;
  std::map<std::string, std::string> tags;
};

class MlflowServer {
 public:
  /// @throws ConfigError  as HttpClient does
  explicit MlflowServer(const std::string& address, const HttpLogin& login = {})
      : client_(address, login) {}

  const std::string& address() const { return client_.address(); }

  // All of these throw DataError, naming the address and what the server said.

  /// The id of the experiment of a name, which is made if there is none.
  std::string experiment(const std::string& name);
  /// The experiment's runs that have one of our tags, by that tag's value. Those that were deleted
  /// are left out. A second run of one value is deleted: an export that was killed may have asked
  /// for it just before the next one looked.
  std::map<std::string, StoredMlflowRun> runs(const std::string& experiment_id,
                                              const std::string& tag);
  /// Makes a run with its tags, so that it is found again whatever happens next.
  StoredMlflowRun create(const std::string& experiment_id, const MlflowRun& run);
  /// Adds points, parameters and tags, in as many requests as it takes.
  void log(const std::string& run_id, const MlflowRun& run);
  /// All points of a metric.
  std::map<std::int64_t, double> history(const std::string& run_id, const std::string& key);
  void set_state(const std::string& run_id, const MlflowRun& run);
  void set_tag(const std::string& run_id, const std::string& key, const std::string& value);
  void remove(const std::string& run_id);
  /// True if the server itself takes the files of this run.
  static bool takes_files(const StoredMlflowRun& run);
  void put_bytes(const StoredMlflowRun& run, const std::string& name, const std::string& bytes);
  void put_file(const StoredMlflowRun& run, const std::string& name,
                const std::filesystem::path& file);

 private:
  void check(const HttpAnswer& answer, const std::string& what) const;
  std::string ask(const HttpAnswer& answer, const std::string& what) const;
  std::string post(const std::string& what, const std::string& body);
  static std::string place_of(const StoredMlflowRun& run, const std::string& name);

  HttpClient client_;
};

}  // namespace genrebench
