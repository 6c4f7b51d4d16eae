#include "reports/support/kernel_measures.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace genrebench {
namespace {

constexpr std::string_view kBefore = "plain_", kBehind = "_dense";

std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts(1);
  for (const char c : name) {
    if (c == '/')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

/// True if a part of a reference's name stands for this part of another one's.
bool stands_for(const std::string& reference, const std::string& other) {
  if (reference == other) return true;
  if (reference == "plain" || reference == "direct") return true;
  if (reference.starts_with(kBefore)) return reference.substr(kBefore.size()) == other;
  if (reference.ends_with(kBehind))
    return reference.substr(0, reference.size() - kBehind.size()) == other;
  return false;
}

using Repetitions = std::map<std::int64_t, double>;

/// The times of each benchmark of a program, by repetition, in ns.
std::map<std::string, std::map<std::string, Repetitions>> times_of(const KernelSession& session) {
  std::map<std::string, std::map<std::string, Repetitions>> times;
  for (const auto& [series, values] : session.values) {
    const char* const measure = series.benchmark.ends_with("/real_time") ? "real_time" : "cpu_time";
    if (series.measure == measure) times[series.program][series.benchmark] = values;
  }
  return times;
}

std::vector<double> ratios(const Repetitions& times, const Repetitions& reference) {
  std::vector<double> result;
  for (const auto& [repetition, time] : times) {
    const auto found = reference.find(repetition);
    if (found != reference.end() && found->second > 0.0) result.push_back(time / found->second);
  }
  return result;
}

std::vector<double> only_values(const Repetitions& repetitions) {
  std::vector<double> result;
  for (const auto& [repetition, value] : repetitions) result.push_back(value);
  return result;
}

}  // namespace

std::string to_string(KernelMeasure measure) {
  switch (measure) {
    case KernelMeasure::ratio:
      return "ratio";
    case KernelMeasure::instructions:
      return "instructions";
    case KernelMeasure::time:
      return "time";
  }
  return {};
}

bool is_plain_reference(const std::string& benchmark) {
  const std::vector<std::string> parts = parts_of(benchmark);
  return std::any_of(parts.begin(), parts.end(), [](const std::string& part) {
    return part == "plain" || part == "direct" || part.starts_with(kBefore) ||
           part.ends_with(kBehind);
  });
}

std::optional<std::string> plain_reference(const std::string& benchmark,
                                           const std::vector<std::string>& all) {
  if (is_plain_reference(benchmark)) return std::nullopt;
  const std::vector<std::string> parts = parts_of(benchmark);
  for (const std::string& other : all) {
    if (!is_plain_reference(other)) continue;
    const std::vector<std::string> reference = parts_of(other);
    if (reference.size() == parts.size() &&
        std::equal(reference.begin(), reference.end(), parts.begin(), stands_for))
      return other;
  }
  return std::nullopt;
}

std::vector<KernelValues> kernel_values(const KernelSession& session, KernelMeasure measure) {
  std::vector<KernelValues> result;
  if (measure == KernelMeasure::instructions) {
    for (const auto& [series, values] : session.values)
      if (series.measure == "instructions")
        result.push_back({.program = series.program,
                          .benchmark = series.benchmark,
                          .reference = {},
                          .values = only_values(values)});
    return result;
  }
  for (const auto& [program, benchmarks] : times_of(session)) {
    std::vector<std::string> names;
    for (const auto& [name, times] : benchmarks) names.push_back(name);
    for (const auto& [name, times] : benchmarks) {
      KernelValues one{.program = program, .benchmark = name, .reference = {}, .values = {}};
      if (measure == KernelMeasure::time) {
        one.values = only_values(times);
      } else if (const auto reference = plain_reference(name, names)) {
        one.reference = *reference;
        one.values = ratios(times, benchmarks.at(*reference));
      }
      if (!one.values.empty()) result.push_back(std::move(one));
    }
  }
  return result;
}

}  // namespace genrebench
