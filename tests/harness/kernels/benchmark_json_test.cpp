#include "harness/kernels/benchmark_json.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace benchmark_json_test {

/// What genrebench_fingerprint_benchmark wrote with Google Benchmark 1.7.1 and
/// --benchmark_format=json --benchmark_min_time=0.001 --benchmark_repetitions=2
/// --benchmark_enable_random_interleaving=true
/// --benchmark_context=genrebench_commit=0123456789ab-dirty, with another host and folder.
std::string real_output() {
  std::ifstream file(GENREBENCH_SOURCE_DIR "/tests/golden/benchmark_json/fingerprint.json");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

double value(const BenchmarkOutput& output, const std::string& benchmark,
             const std::string& measure, const std::string& unit, std::int64_t repetition) {
  return output.values.at({.program = "", .benchmark = benchmark, .measure = measure, .unit = unit})
      .at(repetition);
}

/// A file with one benchmark, of which keys are replaced.
std::string with(const std::string& changes) {
  nlohmann::json one = {{"name", "fft/512"},     {"run_name", "fft/512"}, {"run_type", "iteration"},
                        {"repetition_index", 0}, {"iterations", 10},      {"real_time", 2.5},
                        {"cpu_time", 2.0},       {"time_unit", "us"}};
  one.update(nlohmann::json::parse(changes));
  return nlohmann::json{{"context", {{"num_cpus", 2}}}, {"benchmarks", {one}}}.dump();
}

TEST(BenchmarkJson, RealOutputIsReadWithEveryRepetition) {
  const std::string text = real_output();
  const BenchmarkOutput output = read_benchmark_json(text, "file.json");
  EXPECT_EQ(output.host, "somewhere");
  EXPECT_EQ(output.executable, "genrebench_fingerprint_benchmark");
  EXPECT_EQ(output.cpus, 2);
  EXPECT_GT(output.load, 0.0);
  EXPECT_EQ(output.date.size(), 20u);
  EXPECT_EQ(output.date.back(), 'Z');
  EXPECT_EQ(output.context,
            (std::map<std::string, std::string>{{"genrebench_commit", "0123456789ab-dirty"}}));
  EXPECT_EQ(output.repetitions, 2);
  EXPECT_TRUE(output.errors.empty());
  // Every time of the file is there.
  std::size_t n = 0;
  const nlohmann::json document = nlohmann::json::parse(text);
  for (const nlohmann::json& one : document["benchmarks"]) {
    if (one["run_type"] != "iteration") continue;
    ++n;
    const double factor = one["time_unit"] == "ms" ? 1e6 : 1.0;
    for (const char* measure : {"real_time", "cpu_time"})
      EXPECT_EQ(value(output, one["run_name"], measure, "ns", one["repetition_index"]),
                one[measure].get<double>() * factor);
    EXPECT_EQ(value(output, one["run_name"], "iterations", "", one["repetition_index"]),
              one["iterations"].get<double>());
  }
  EXPECT_EQ(n, 12u);
}

TEST(BenchmarkJson, FitsOfComplexityAreKept) {
  const BenchmarkOutput output = read_benchmark_json(real_output(), "file.json");
  EXPECT_GT(value(output, "near_duplicates", "complexity/cpu_coefficient", "N^2", 0), 0.0);
  EXPECT_GT(value(output, "near_duplicates", "complexity/real_coefficient", "N^2", 0), 0.0);
  EXPECT_GT(value(output, "near_duplicates", "complexity/rms", "N^2", 0), 0.0);
}

TEST(BenchmarkJson, UnitsCountersAndInstructions) {
  const BenchmarkOutput output =
      read_benchmark_json(with(R"({"items_per_second": 7.5, "INSTRUCTIONS": 1234})"), "file.json");
  EXPECT_EQ(value(output, "fft/512", "real_time", "ns", 0), 2500.0);
  EXPECT_EQ(value(output, "fft/512", "cpu_time", "ns", 0), 2000.0);
  EXPECT_EQ(value(output, "fft/512", "counter/items_per_second", "", 0), 7.5);
  EXPECT_EQ(value(output, "fft/512", "instructions", "", 0), 1234.0);
}

TEST(BenchmarkJson, OldVersionsDoNotNumberRepetitions) {
  const std::string one =
      R"({"name": "a", "iterations": 1, "real_time": 3, "cpu_time": 3, "time_unit": "ns"})";
  const BenchmarkOutput output =
      read_benchmark_json("{\"benchmarks\": [" + one + ", " + one + "]}", "old.json");
  EXPECT_EQ(output.repetitions, 2);
}

TEST(BenchmarkJson, BenchmarksWithErrorsAreNamed) {
  const BenchmarkOutput output = read_benchmark_json(
      with(R"({"error_occurred": true, "error_message": "no audio"})"), "file.json");
  EXPECT_TRUE(output.values.empty());
  EXPECT_EQ(output.errors, (std::vector<std::string>{"file.json: fft/512: no audio"}));
}

TEST(BenchmarkJson, DatesBecomeUtc) {
  const auto date = [](const std::string& text) {
    const std::string file =
        R"({"context": {"date": ")" + text +
        R"("}, "benchmarks": [{"name": "a", "iterations": 1, "real_time": 3, "cpu_time": 3}]})";
    return read_benchmark_json(file, "file.json").date;
  };
  EXPECT_EQ(date("2026-11-30T00:30:05+01:00"), "2026-11-29T23:30:05Z");
  EXPECT_EQ(date("2026-11-30T00:30:05-01:30"), "2026-11-30T02:00:05Z");
  EXPECT_EQ(date("2015/03/17-18:40:25"), "");
}

TEST(BenchmarkJson, WhatIsNoOutputIsRefusedWithALine) {
  const auto expect = [](const std::string& text, const std::string& says) {
    EXPECT_THROW_SAYING(read_benchmark_json(text, "bad.json"), DataError, "bad.json", says);
  };
  expect("", "not the JSON");
  expect("name,iterations\n", "not the JSON");
  expect("{\"benchmarks\": [", "not the JSON");
  expect("[]", "list 'benchmarks'");
  expect("{\"benchmarks\": 3}", "list 'benchmarks'");
  expect("{\"benchmarks\": []}", "no benchmark");
  expect("{\"benchmarks\": [3]}", "benchmarks[0]: expected an object");
  expect("{\"benchmarks\": [{}]}", "name");
  expect("{\"benchmarks\": [{\"name\": \"a\", \"real_time\": NaN}]}", "not the JSON");
  expect(std::string(100000, '['), "nested deeper");
  expect("{\"context\": 3, \"benchmarks\": []}", "context: expected an object");
}

TEST(BenchmarkJson, ValuesThatAreNoneAreRefusedWithTheirName) {
  const auto expect = [](const std::string& changes, const std::string& key,
                         const std::string& says) {
    EXPECT_THROW_SAYING(read_benchmark_json(with(changes), "bad.json"), DataError,
                        "bad.json: benchmarks[0]", key, says);
  };
  expect(R"({"real_time": "2"})", "real_time", "a number");
  expect(R"({"real_time": null})", "real_time", "a number");
  expect(R"({"cpu_time": -1})", "cpu_time", "not less than 0");
  expect(R"({"time_unit": "weeks"})", "time_unit", "ns, us, ms or s");
  expect(R"({"repetition_index": -1})", "repetition_index", "whole number");
  expect(R"({"repetition_index": 0.5})", "repetition_index", "whole number");
  expect(R"({"repetition_index": 1e300})", "repetition_index", "whole number");
  expect(R"({"run_type": "magic"})", "run_type", "iteration or aggregate");
  expect(R"({"name": ""})", "name", "characters on one line");
  expect(R"({"run_name": "a\nb"})", "run_name", "characters on one line");
  const std::string twice = with("{}");
  nlohmann::json document = nlohmann::json::parse(twice);
  document["benchmarks"].push_back(document["benchmarks"][0]);
  EXPECT_THROW_SAYING(read_benchmark_json(document.dump(), "bad.json"), DataError, "found two");
}

TEST(BenchmarkJson, SummariesAloneAreRefused) {
  EXPECT_THROW_SAYING(
      read_benchmark_json(with(R"({"run_type": "aggregate", "aggregate_name": "mean"})"),
                          "bad.json"),
      DataError, "only summaries", "--benchmark_report_aggregates_only");
}

TEST(BenchmarkJson, NamesOfProgramsAreShort) {
  EXPECT_EQ(benchmark_program_name("genrebench_sem_benchmark"), "sem");
  EXPECT_EQ(benchmark_program_name("genrebench_log_mel_benchmark"), "log_mel");
  EXPECT_EQ(benchmark_program_name("fftw_benchmark"), "fftw_benchmark");
  EXPECT_EQ(benchmark_program_name("genrebench_benchmark"), "genrebench_benchmark");
}

}  // namespace benchmark_json_test
}  // namespace genrebench
