#include "harness/experiment/sweep.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace sweep_test {

std::vector<Axis> axes_of(const std::string& text) {
  return read_sweep(parse_yaml(text, "file.yaml"));
}

/// "a=1 b=3" for each combination, in order.
std::vector<std::string> combinations(const std::vector<Axis>& axes) {
  std::vector<std::string> result;
  SweepPosition position(axes);
  do {
    Settings settings;
    position.apply(settings);
    std::string text;
    for (const auto& [key, setting] : settings)
      text += (text.empty() ? "" : " ") + key + "=" + to_string(setting.value);
    result.push_back(text);
  } while (position.advance());
  return result;
}

TEST(Sweep, GoesThroughAllCombinationsWithTheLastAxisInnermost) {
  EXPECT_EQ(combinations(axes_of("grid: {a: [1, 2], b: [3, 4]}")),
            (std::vector<std::string>{"a=1 b=3", "a=1 b=4", "a=2 b=3", "a=2 b=4"}));
}

TEST(Sweep, WithoutAxesHasOneCombinationThatSetsNothing) {
  EXPECT_EQ(combinations({}), std::vector<std::string>{""});
}

TEST(Sweep, NestedKeysAreDotted) {
  EXPECT_EQ(combinations(axes_of("zip: {method: {c: [1, 2], k: [5, 6]}}")),
            (std::vector<std::string>{"method.c=1 method.k=5", "method.c=2 method.k=6"}));
}

TEST(Sweep, AKeyMoreLeavesTheRandomDrawsOfTheOthersAlone) {
  const std::string one = "random: {count: 3, seed: 5, a: {low: 0, high: 1}}";
  const std::string two = "random: {count: 3, seed: 5, b: [x, y], a: {low: 0, high: 1}}";
  const Axis few = axes_of(one).front(), more = axes_of(two).front();
  ASSERT_EQ(more.keys, (std::vector<std::string>{"b", "a"}));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(few.points[i][0], more.points[i][1]);
}

TEST(Sweep, RefusesRangesThatAreNone) {
  const auto range = [](const std::string& text) {
    return axes_of("random: {count: 1, a: " + text + "}");
  };
  EXPECT_THROW_SAYING(range("{low: 2, high: 1}"), ConfigError, "low <= high", "2", "1");
  EXPECT_THROW_SAYING(range("{low: 0, high: 1, scale: log}"), ConfigError, "both positive");
  EXPECT_THROW_SAYING(range("{low: 0, hihg: 1}"), ConfigError, "'hihg'", "'high'");
  EXPECT_THROW_SAYING(range("{low: 0, high: x}"), ConfigError, "must be numbers");
  EXPECT_THROW_SAYING(range("{low: 0, high: 1, scale: square}"), ConfigError, "'square'");
  EXPECT_THROW_SAYING(range("5"), ConfigError, "a list or a range");
  EXPECT_THROW_SAYING(axes_of("random: {count: 0, a: [1]}"), ConfigError, "count", "at least 1");
  EXPECT_THROW_SAYING(axes_of("random: {count: x, a: [1]}"), ConfigError, "whole numbers");
  EXPECT_THROW_SAYING(axes_of("random: {count: 1}"), ConfigError, "names no key");
  for (const std::string bounds :
       {"low: -.inf, high: .inf", "low: 0, high: .nan", "low: 0x1, high: 0x8",
        "low: 1, high: 1e999", "low: -1e308, high: 1e308", "low: [1], high: 2", "low: , high: 2"})
    EXPECT_THROW_SAYING(range("{" + bounds + "}"), ConfigError, "file.yaml:1:", "'a'");
}

/// How often each integer is drawn.
std::map<std::int64_t, int> counts(const std::string& range, int n = 20000) {
  std::map<std::int64_t, int> result;
  const auto axes = axes_of("random: {count: " + std::to_string(n) + ", seed: 3, a: {" + range +
                            ", type: integer}}");
  for (const auto& point : axes.front().points) ++result[std::get<std::int64_t>(point.front())];
  return result;
}

TEST(Sweep, RandomIntegersLieWithinTheirBoundsWithEqualChance) {
  for (const std::string range :
       {"low: 1, high: 4", "low: 0.5, high: 4.5", "low: 0.001, high: 4.999", "low: 1, high: 4.0"}) {
    const auto drawn = counts(range);
    ASSERT_EQ(drawn.size(), 4u) << range;
    EXPECT_EQ(drawn.begin()->first, 1) << range;
    EXPECT_EQ(drawn.rbegin()->first, 4) << range;
    // 5000 are expected of each, with a deviation of 61; the draws are always the same.
    for (const auto& [value, n] : drawn) EXPECT_NEAR(n, 5000, 250) << range << ": " << value;
  }
  EXPECT_EQ(counts("low: -2.5, high: -1.5").size(), 1u);
  EXPECT_EQ(counts("low: -2.5, high: 0.5").size(), 3u) << "-2, -1 and 0";
  EXPECT_EQ(counts("low: 7, high: 7", 10).at(7), 10);
}

TEST(Sweep, RandomIntegersOnALogarithmicScaleHaveEqualChancePerOctave) {
  const auto drawn = counts("low: 0.6, high: 4.2, scale: log");
  ASSERT_EQ(drawn.size(), 4u);
  const double all = std::log(4.5 / 0.5);
  for (const auto& [value, n] : drawn) {
    const double k = static_cast<double>(value);
    EXPECT_NEAR(n, 20000 * std::log((k + 0.5) / (k - 0.5)) / all, 250) << value;
  }
}

TEST(Sweep, IntegersThatADoubleDoesNotHoldAreRefused) {
  const auto range = [](const std::string& text) { return counts(text, 3); };
  EXPECT_THROW_SAYING(range("low: 0, high: 1.8446744073709552e19"), ConfigError, "2^53");
  EXPECT_THROW_SAYING(range("low: -9e18, high: 9.3e18"), ConfigError, "'a'", "2^53");
  EXPECT_THROW_SAYING(range("low: 0, high: 9007199254740994"), ConfigError, "2^53");
  EXPECT_THROW_SAYING(range("low: 0.2, high: 0.8"), ConfigError, "no integer lies between");
  EXPECT_EQ(range("low: -9007199254740992, high: 9007199254740992").size(), 3u);
}

TEST(Sweep, TheNumberOfRunsHasALimit) {
  EXPECT_THROW_SAYING(axes_of("random: {count: 2000000000, a: [1]}"), ConfigError,
                      "sweep.random.count", "100000", "2000000000");
  EXPECT_THROW_SAYING(axes_of("random: {count: 99999999999999999999, a: [1]}"), ConfigError,
                      "count");
  EXPECT_THROW_SAYING(axes_of("random: {count: 0x10, a: [1]}"), ConfigError, "count");
  std::string keys;
  for (int i = 0; i < 11; ++i) keys += ", k" + std::to_string(i) + ": [1]";
  EXPECT_THROW_SAYING(axes_of("random: {count: 100000" + keys + "}"), ConfigError, "1000000 values",
                      "11 keys");
  std::vector<Axis> axes;
  for (const std::string key : {"a", "b", "c"})
    axes.push_back({.keys = {key},
                    .points = std::vector<std::vector<OptionValue>>(40, {OptionValue()}),
                    .where = "file.yaml:9:1"});
  EXPECT_NO_THROW(check_number_of_runs(axes, 1));
  EXPECT_THROW_SAYING(check_number_of_runs(axes, 2), ConfigError, "file.yaml:9:1", "100000 runs",
                      "128000", "a: 40, b: 40, c: 40", "seeds: 2");
  for (int i = 0; i < 60; ++i) axes.push_back(axes.front());
  EXPECT_THROW_SAYING(check_number_of_runs(axes, 1), ConfigError, "100000 runs");
}

TEST(Seeds, AreAListOrTheirNumber) {
  const auto seeds = [](const std::string& text) {
    return read_seeds(parse_yaml(text, "test"), "file.yaml:1:1");
  };
  EXPECT_EQ(seeds("3"), (std::vector<std::uint64_t>{0, 1, 2}));
  EXPECT_EQ(seeds("[7, 3]"), (std::vector<std::uint64_t>{7, 3}));
  EXPECT_EQ(seeds("010").size(), 10u) << "decimal";
  EXPECT_EQ(seeds("[010, \"8\"]"), (std::vector<std::uint64_t>{10, 8}));
  for (const std::string text :
       {"0x10", "1_000", "1e2", "-1", "2.0", "[0o7]", "~", "[[1]]", "{a: 1}"})
    EXPECT_THROW_SAYING(seeds(text), ConfigError, "file.yaml:1:1", "seeds");
  EXPECT_THROW_SAYING(seeds("[1, x]"), ConfigError, "file.yaml:1:1", "whole numbers");
  EXPECT_THROW_SAYING(seeds("0"), ConfigError, "seeds");
  EXPECT_THROW_SAYING(seeds("100001"), ConfigError, "100000", "100001");
}

}  // namespace sweep_test
}  // namespace genrebench
