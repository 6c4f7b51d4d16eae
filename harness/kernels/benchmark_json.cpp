#include "harness/kernels/benchmark_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

using nlohmann::json;

constexpr std::size_t kDeepest = 16;        ///< levels of nesting
constexpr std::size_t kLongestName = 1000;  ///< bytes
constexpr std::int64_t kMostRepetitions = 1000000;

/// Keys of a benchmark that are no counters.
const std::set<std::string_view> kOwnKeys = {"name",
                                             "family_index",
                                             "per_family_instance_index",
                                             "run_name",
                                             "run_type",
                                             "repetitions",
                                             "repetition_index",
                                             "threads",
                                             "iterations",
                                             "real_time",
                                             "cpu_time",
                                             "time_unit",
                                             "aggregate_name",
                                             "aggregate_unit",
                                             "label",
                                             "error_occurred",
                                             "error_message",
                                             "skipped",
                                             "skip_message",
                                             "big_o",
                                             "rms",
                                             "cpu_coefficient",
                                             "real_coefficient"};

/// Keys of the context that Google Benchmark writes.
const std::set<std::string_view> kOwnContext = {
    "date",        "host_name",    "executable",          "num_cpus",
    "mhz_per_cpu", "caches",       "cpu_scaling_enabled", "library_build_type",
    "load_avg",    "aslr_enabled", "library_version",     "json_schema_version"};

/// "2026-11-30T15:52:44+01:00" in UTC; empty for other forms, which old versions write.
std::string in_utc(const std::string& date) {
  std::tm time{};
  int hours = 0, minutes = 0, end = 0;
  char sign = '+';
  if (std::sscanf(date.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%c%2d:%2d%n", &time.tm_year, &time.tm_mon,
                  &time.tm_mday, &time.tm_hour, &time.tm_min, &time.tm_sec, &sign, &hours, &minutes,
                  &end) != 9 ||
      static_cast<std::size_t>(end) != date.size() || (sign != '+' && sign != '-'))
    return {};
  time.tm_year -= 1900;
  time.tm_mon -= 1;
  const std::time_t offset = 60 * (60 * hours + minutes);
  const std::time_t seconds = ::timegm(&time) + (sign == '+' ? -offset : offset);
  std::array<char, 32> text{};
  if (::gmtime_r(&seconds, &time) == nullptr ||
      std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &time) == 0)
    return {};
  return text.data();
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& name) : name_(name) {
    try {
      document_ = json::parse(text, [&](int depth, json::parse_event_t, json&) {
        if (static_cast<std::size_t>(depth) > kDeepest)
          throw DataError(
              fmt::format("{}: nested deeper than {} levels; expected the JSON of a "
                          "Google Benchmark program",
                          name_, kDeepest));
        return true;
      });
    } catch (const json::exception& error) {
      // The parser's message begins with a code of its own: "[json.exception...] ".
      const std::string what = error.what();
      throw DataError(fmt::format("{}: not the JSON of a Google Benchmark program: {}", name_,
                                  single_line(what.substr(what.find("] ") + 2))));
    }
  }

  BenchmarkOutput read() {
    if (!document_.is_object() || !document_.contains("benchmarks") ||
        !document_["benchmarks"].is_array())
      throw DataError(fmt::format(
          "{}: expected the JSON of a Google Benchmark program, an object with the list "
          "'benchmarks'; run the program with --benchmark_format=json",
          name_));
    if (document_.contains("context")) read_context(document_["context"]);
    std::size_t n = 0, summaries = 0;
    for (const json& one : document_["benchmarks"]) {
      where_ = fmt::format("benchmarks[{}]", n++);
      if (!one.is_object()) refuse("", "an object");
      summaries += read_benchmark(one) ? 0 : 1;
    }
    if (output_.values.empty() && output_.errors.empty())
      throw DataError(
          fmt::format("{}: holds {}; run the program {}", name_,
                      summaries > 0 ? "only summaries, and not the repetitions" : "no benchmark",
                      summaries > 0 ? "without --benchmark_report_aggregates_only"
                                    : "with a --benchmark_filter that matches one"));
    return std::move(output_);
  }

 private:
  [[noreturn]] void refuse(const std::string& key, const std::string& expected) const {
    throw DataError(fmt::format("{}: {}{}: expected {}", name_, where_,
                                key.empty() ? "" : ": " + single_line(key.substr(0, 60)),
                                expected));
  }

  std::string text(const json& object, const char* key) const {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) refuse(key, "a text");
    const std::string value = found->get<std::string>();
    if (value.empty() || value.size() > kLongestName || single_line(value) != value)
      refuse(key, fmt::format("1 to {} characters on one line", kLongestName));
    return value;
  }

  std::string text_or_nothing(const json& object, const char* key) const {
    return object.contains(key) ? text(object, key) : std::string();
  }

  double number(const json& object, const char* key) const {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) refuse(key, "a number");
    const auto value = found->get<double>();
    if (!std::isfinite(value)) refuse(key, "a finite number");
    return value;
  }

  std::int64_t whole(const json& object, const char* key, std::int64_t most) const {
    const double value = number(object, key);
    if (value != std::floor(value) || value < 0.0 || value > static_cast<double>(most))
      refuse(key, fmt::format("a whole number from 0 to {}", most));
    return static_cast<std::int64_t>(value);
  }

  void read_context(const json& context) {
    where_ = "context";
    if (!context.is_object()) refuse("", "an object");
    output_.date = in_utc(text_or_nothing(context, "date"));
    output_.host = text_or_nothing(context, "host_name");
    const std::string path = text_or_nothing(context, "executable");
    output_.executable = path.substr(path.find_last_of("/\\") + 1);
    if (context.contains("num_cpus"))
      output_.cpus = static_cast<int>(whole(context, "num_cpus", 1000000));
    if (const auto load = context.find("load_avg");
        load != context.end() && load->is_array() && !load->empty() && load->front().is_number())
      output_.load = std::max(0.0, load->front().get<double>());
    for (const auto& [key, value] : context.items())
      if (!kOwnContext.contains(key) && value.is_string() && key.size() <= kLongestName &&
          single_line(key) == key)
        output_.context[key] = text(context, key.c_str());
  }

  static std::optional<double> nanoseconds(const std::string& unit) {
    static constexpr std::array<std::pair<std::string_view, double>, 4> kUnits = {
        {{"ns", 1.0}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}};
    for (const auto& [name, factor] : kUnits)
      if (name == unit) return factor;
    return std::nullopt;
  }

  double unit_of(const json& one) const {
    const auto factor = nanoseconds(one.contains("time_unit") ? text(one, "time_unit") : "ns");
    if (!factor) refuse("time_unit", "ns, us, ms or s");
    return *factor;
  }

  void put(const std::string& benchmark, const std::string& measure, const std::string& unit,
           std::int64_t repetition, double value) {
    const KernelSeries series{
        .program = "", .benchmark = benchmark, .measure = measure, .unit = unit};
    if (!std::isfinite(value)) refuse(measure, "a finite number");
    if (!output_.values[series].emplace(repetition, value).second)
      refuse(measure,
             fmt::format("one value for repetition {} of '{}', found two", repetition, benchmark));
    output_.repetitions = std::max(output_.repetitions, repetition + 1);
  }

  /// @return  false for a summary
  bool read_benchmark(const json& one) {
    const std::string name = text(one, "name");
    where_ += fmt::format(" ('{}')", name);
    const std::string type =
        one.contains("run_type") ? text(one, "run_type") : std::string("iteration");
    if (type == "aggregate") {
      read_fit(one);
      return false;
    }
    if (type != "iteration") refuse("run_type", "iteration or aggregate");
    const std::string benchmark = one.contains("run_name") ? text(one, "run_name") : name;
    if (failed(one, benchmark)) return true;
    const double factor = unit_of(one);
    // Versions before 1.5.1 do not number them.
    const std::int64_t repetition = one.contains("repetition_index")
                                        ? whole(one, "repetition_index", kMostRepetitions)
                                        : unnumbered_[benchmark]++;
    for (const char* measure : {"real_time", "cpu_time"}) {
      const double time = number(one, measure);
      if (time < 0.0) refuse(measure, "a time, not less than 0");
      put(benchmark, measure, "ns", repetition, time * factor);
    }
    put(benchmark, "iterations", "", repetition, number(one, "iterations"));
    for (const auto& [key, value] : one.items()) {
      if (kOwnKeys.contains(key) || !value.is_number()) continue;
      if (key.empty() || key.size() > kLongestName || single_line(key) != key)
        refuse(key, "a name of one line");
      const bool instructions = key == "INSTRUCTIONS" || key == "instructions";
      put(benchmark, instructions ? "instructions" : "counter/" + key, "", repetition,
          number(one, key.c_str()));
    }
    return true;
  }

  bool failed(const json& one, const std::string& benchmark) {
    for (const auto& [key, message] :
         {std::pair("error_occurred", "error_message"), std::pair("skipped", "skip_message")})
      if (const auto found = one.find(key);
          found != one.end() && found->is_boolean() && found->get<bool>()) {
        output_.errors.push_back(
            fmt::format("{}: {}: {}", name_, benchmark,
                        one.contains(message) ? text(one, message) : "ended with an error"));
        return true;
      }
    return false;
  }

  /// The fit of a complexity: its coefficients, and the error relative to the mean.
  void read_fit(const json& one) {
    const std::string kind = text_or_nothing(one, "aggregate_name");
    const std::string family = text_or_nothing(one, "run_name");
    if (family.empty()) return;
    if (kind == "BigO") {
      const std::string function = text(one, "big_o");
      functions_[family] = function;
      const double factor = unit_of(one);
      for (const char* key : {"cpu_coefficient", "real_coefficient"})
        put(family, fmt::format("complexity/{}", key), function, 0, number(one, key) * factor);
    } else if (kind == "RMS") {
      put(family, "complexity/rms", functions_[family], 0, number(one, "rms"));
    }
  }

  std::string name_, where_;
  json document_;
  BenchmarkOutput output_;
  std::map<std::string, std::int64_t> unnumbered_;
  std::map<std::string, std::string> functions_;  ///< of fits, by family
};

}  // namespace

BenchmarkOutput read_benchmark_json(std::string_view text, const std::string& name) {
  return Reader(text, name).read();
}

std::string benchmark_program_name(std::string_view executable) {
  std::string_view name = executable;
  if (name.ends_with(".exe")) name.remove_suffix(4);
  constexpr std::string_view kBefore = "genrebench_", kAfter = "_benchmark";
  if (name.starts_with(kBefore) && name.ends_with(kAfter) &&
      name.size() > kBefore.size() + kAfter.size())
    name = name.substr(kBefore.size(), name.size() - kBefore.size() - kAfter.size());
  return std::string(name);
}

}  // namespace genrebench
