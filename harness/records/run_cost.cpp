#include "harness/records/run_cost.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace genrebench {
namespace {

constexpr const char* kFeatures = "resources.features";
constexpr const char* kSections = "resources.sections";
constexpr const char* kPredict = "resources.predict";
constexpr const char* kFit = "resources.fit_s";
constexpr const char* kParameters = "resources.parameters";
constexpr const char* kMultiplyAdds = "resources.multiply_adds";
constexpr const char* kPredicted = "resources.predicted_tracks";

using Environment = std::map<std::string, std::string>;

std::optional<double> number_in(const Environment& environment, const std::string& key) {
  const auto found = environment.find(key);
  if (found == environment.end()) return std::nullopt;
  double value = 0.0;
  const char* const end = found->second.data() + found->second.size();
  const auto [rest, error] = std::from_chars(found->second.data(), end, value);
  if (error != std::errc() || rest != end || !std::isfinite(value) || value < 0.0)
    return std::nullopt;
  return value;
}

std::size_t count_in(const Environment& environment, const std::string& key) {
  constexpr double kMost = 1e15;
  const std::optional<double> value = number_in(environment, key);
  return value && *value <= kMost ? static_cast<std::size_t>(*value) : 0;
}

/// "resources.features_s", "resources.features_n" and "resources.features_cached"
void record_work(const TimedWork& work, const std::string& key, Environment& resources) {
  if (work.n > 0) {
    resources[key + "_s"] = fmt::format("{:.9g}", work.seconds);
    resources[key + "_n"] = fmt::format("{}", work.n);
  }
  if (work.n_cached > 0) resources[key + "_cached"] = fmt::format("{}", work.n_cached);
}

TimedWork work_in(const Environment& environment, const std::string& key) {
  TimedWork work{.n_cached = count_in(environment, key + "_cached")};
  if (const std::optional<double> seconds = number_in(environment, key + "_s")) {
    work.seconds = *seconds;
    work.n = count_in(environment, key + "_n");
  }
  return work;
}

}  // namespace

std::optional<double> TimedWork::seconds_each() const {
  if (n == 0) return std::nullopt;
  return seconds / static_cast<double>(n);
}

std::optional<double> RunCost::features_s_per_track() const {
  const std::optional<double> own = features.seconds_each();
  const bool segmented = sections.n > 0 || sections.n_cached > 0;
  if (!own || !segmented) return own;
  const std::optional<double> segmentation = sections.seconds_each();
  return segmentation ? std::optional(*own + *segmentation) : std::nullopt;
}

std::optional<double> RunCost::multiply_adds_per_track() const {
  if (!multiply_adds || n_predicted == 0) return std::nullopt;
  return *multiply_adds / static_cast<double>(n_predicted);
}

void record_cost(const RunCost& cost, Environment& resources) {
  record_work(cost.features, kFeatures, resources);
  record_work(cost.sections, kSections, resources);
  record_work(cost.predict, kPredict, resources);
  if (cost.fit_s) resources[kFit] = fmt::format("{:.9g}", *cost.fit_s);
  if (cost.parameters) resources[kParameters] = fmt::format("{:.0f}", *cost.parameters);
  if (!cost.multiply_adds) return;
  resources[kMultiplyAdds] = fmt::format("{:.0f}", *cost.multiply_adds);
  resources[kPredicted] = fmt::format("{}", cost.n_predicted);
}

RunCost cost_of(const Environment& environment) {
  return {.features = work_in(environment, kFeatures),
          .sections = work_in(environment, kSections),
          .predict = work_in(environment, kPredict),
          .fit_s = number_in(environment, kFit),
          .cpu_s = number_in(environment, "resources.cpu_s"),
          .peak_memory_bytes = number_in(environment, "resources.peak_memory_bytes"),
          .gpu_memory_bytes = number_in(environment, "resources.gpu_memory_bytes"),
          .parameters = number_in(environment, kParameters),
          .multiply_adds = number_in(environment, kMultiplyAdds),
          .n_predicted = count_in(environment, kPredicted)};
}

}  // namespace genrebench
