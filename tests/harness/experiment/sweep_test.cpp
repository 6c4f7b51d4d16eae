#include "harness/experiment/sweep.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

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
}

TEST(Seeds, AreAListOrTheirNumber) {
  const auto seeds = [](const std::string& text) {
    return read_seeds(parse_yaml(text, "test"), "file.yaml:1:1");
  };
  EXPECT_EQ(seeds("3"), (std::vector<std::uint64_t>{0, 1, 2}));
  EXPECT_EQ(seeds("[7, 3]"), (std::vector<std::uint64_t>{7, 3}));
  EXPECT_THROW_SAYING(seeds("[1, x]"), ConfigError, "file.yaml:1:1", "whole numbers");
  EXPECT_THROW_SAYING(seeds("0"), ConfigError, "seeds");
  EXPECT_THROW_SAYING(seeds("100001"), ConfigError, "100000", "100001");
}

}  // namespace
}  // namespace genrebench
