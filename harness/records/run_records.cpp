#include "harness/records/run_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench {
namespace {

constexpr std::array kStatusNames = {"planned", "running", "done",  "failed",
                                     "skipped", "lost",    "pruned"};

std::string value_or(const std::map<std::string, std::string>& values, const std::string& key,
                     const std::string& fallback) {
  const auto found = values.find(key);
  return found == values.end() ? fallback : found->second;
}

}  // namespace

std::string to_string(RunStatus status) {
  return kStatusNames.at(static_cast<std::size_t>(status));
}

RunStatus run_status_from(const std::string& name) {
  for (std::size_t i = 0; i < kStatusNames.size(); ++i)
    if (name == kStatusNames[i]) return static_cast<RunStatus>(i);
  throw DataError(fmt::format("the run store holds the unknown status '{}'", name));
}

std::vector<std::string> run_status_names() { return {kStatusNames.begin(), kStatusNames.end()}; }

std::string RunRecord::parameter(const std::string& key, const std::string& fallback) const {
  return value_or(parameters, key, fallback);
}

std::string RunRecord::fact(const std::string& key, const std::string& fallback) const {
  return value_or(facts, key, fallback);
}

std::vector<std::string> RunRecord::fact_list(const std::string& key) const {
  const auto found = facts.find(key);
  if (found == facts.end()) return {};
  const auto list = nlohmann::json::parse(found->second, nullptr, /*allow_exceptions=*/false);
  if (!list.is_array() ||
      !std::all_of(list.begin(), list.end(), [](const auto& item) { return item.is_string(); }))
    throw DataError(fmt::format("run {}: its fact {} should be a list, found: {}",
                                short_id(id, kLongerId), key, found->second));
  return list.get<std::vector<std::string>>();
}

std::string list_text(const std::vector<std::string>& values) {
  return nlohmann::json(values).dump(-1, ' ', /*ensure_ascii=*/false,
                                     nlohmann::json::error_handler_t::replace);
}

}  // namespace genrebench
