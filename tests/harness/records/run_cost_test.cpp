#include "harness/records/run_cost.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace run_cost_test {

RunCost example() {
  return {.features = {.seconds = 12.5, .n = 100, .n_cached = 3},
          .sections = {},
          .predict = {.seconds = 0.5, .n = 25},
          .fit_s = 3.25,
          .parameters = 1234.0,
          .multiply_adds = 15346630656.0 * 25,
          .n_predicted = 25};
}

TEST(RunCost, ReadsWhatItRecorded) {
  std::map<std::string, std::string> resources = {{"resources.cpu_s", "1.5"},
                                                  {"resources.peak_memory_bytes", "1048576"}};
  record_cost(example(), resources);
  const RunCost cost = cost_of(resources);
  EXPECT_EQ(cost.features_s_per_track(), 0.125);
  EXPECT_EQ(cost.features.n_cached, 3u);
  EXPECT_EQ(cost.predict.seconds_each(), 0.02);
  EXPECT_EQ(cost.fit_s, 3.25);
  EXPECT_EQ(cost.parameters, 1234.0);
  EXPECT_EQ(cost.multiply_adds_per_track(), 15346630656.0);
  EXPECT_EQ(cost.cpu_s, 1.5);
  EXPECT_EQ(cost.peak_memory_bytes, 1048576.0);
  EXPECT_FALSE(cost.gpu_memory_bytes.has_value());
  EXPECT_FALSE(resources.contains("resources.sections_s"));
}

TEST(RunCost, AWarmCacheSaysNothingOfTheTimeThatFeaturesTake) {
  std::map<std::string, std::string> resources;
  record_cost({.features = {.n_cached = 100}}, resources);
  EXPECT_FALSE(resources.contains("resources.features_s")) << "never 0 s";
  EXPECT_EQ(cost_of(resources).features_s_per_track(), std::nullopt);
}

TEST(RunCost, FeaturesOfSegmentsTakeTheSegmentationToo) {
  RunCost cost{.features = {.seconds = 10.0, .n = 10}};
  cost.sections = {.seconds = 40.0, .n = 10};
  EXPECT_EQ(cost.features_s_per_track(), 5.0);
  cost.sections = {.n_cached = 10};
  EXPECT_EQ(cost.features_s_per_track(), std::nullopt) << "the sections came from a cache";
}

TEST(RunCost, NumbersThatAreNoneCountAsAbsent) {
  for (const char* text : {"", "x", "-1", "nan", "inf", "1e999", "1 "}) {
    const RunCost cost = cost_of({{"resources.fit_s", text}, {"resources.parameters", text}});
    EXPECT_FALSE(cost.fit_s.has_value()) << text;
    EXPECT_FALSE(cost.parameters.has_value()) << text;
  }
  EXPECT_EQ(cost_of({{"resources.features_s", "5"}}).features_s_per_track(), std::nullopt)
      << "of how many tracks is not said";
  EXPECT_EQ(cost_of({}).predict.seconds_each(), std::nullopt);
}

}  // namespace run_cost_test
}  // namespace genrebench
