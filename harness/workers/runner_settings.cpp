#include "harness/workers/runner_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/error.hpp"
#include "harness/workers/json_text.hpp"

namespace genrebench {
namespace {

using nlohmann::json;

/// What text_to_json() wrote.
std::string text_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  const auto bytes = value.get<std::vector<unsigned char>>();
  return {bytes.begin(), bytes.end()};
}

json to_json_value(const std::filesystem::path& path) { return text_to_json(path.string()); }
json to_json_value(RunOrder order) {
  for (const auto& [name, value] : run_orders())
    if (value == order) return name;
  throw std::logic_error("an order without a name");
}
template <typename Number>
json to_json_value(Number number) {
  return number;
}

void read_value(const json& value, std::filesystem::path& path) { path = text_of(value); }
void read_value(const json& value, RunOrder& order) {
  const std::string wanted = value.get<std::string>();
  const auto found = std::find_if(run_orders().begin(), run_orders().end(),
                                  [&](const auto& entry) { return entry.first == wanted; });
  if (found == run_orders().end()) throw std::invalid_argument("unknown order '" + wanted + "'");
  order = found->second;
}
template <typename Number>
void read_value(const json& value, Number& number) {
  number = value.get<Number>();
}

}  // namespace

std::string to_json_text(const PoolWorkerSettings& settings) {
  json runner;
  visit_fields(settings.runner,
               [&](const char* name, const auto& field) { runner[name] = to_json_value(field); });
  json experiments = json::array();
  for (const std::string& name : settings.experiments) experiments.push_back(text_to_json(name));
  return json{{"experiments", experiments},
              {"database", to_json_value(settings.database)},
              {"pool_pid", settings.pool_pid},
              {"runner", runner}}
      .dump();
}

PoolWorkerSettings parse_pool_worker_settings(const std::string& text) {
  try {
    const json document = json::parse(text);
    PoolWorkerSettings settings;
    for (const json& name : document.at("experiments"))
      settings.experiments.push_back(text_of(name));
    read_value(document.at("database"), settings.database);
    read_value(document.at("pool_pid"), settings.pool_pid);
    const json& runner = document.at("runner");
    visit_fields(settings.runner,
                 [&](const char* name, auto& field) { read_value(runner.at(name), field); });
    return settings;
  } catch (const std::exception& error) {
    throw ConfigError(
        fmt::format("these are not a pool's settings for a worker: {}", error.what()));
  }
}

}  // namespace genrebench
