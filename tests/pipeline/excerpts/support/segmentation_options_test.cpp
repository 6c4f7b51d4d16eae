#include "pipeline/excerpts/support/segmentation_options.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace genrebench {
namespace segmentation_options_test {

OptionValue word(const char* text) { return std::string(text); }

OptionValues segmentation_values(const OptionValues& given) {
  return segmentation_table().schema().resolve(given, "segment");
}
SegmentationOptions segmentation(const OptionValues& given) {
  return segmentation_table().parse(segmentation_values(given));
}

void expect_equal(const SegmentationOptions& a, const SegmentationOptions& b) {
  EXPECT_EQ(a.rate_hz, b.rate_hz);
  EXPECT_EQ(a.decimate, b.decimate);
  EXPECT_EQ(a.windows, b.windows);
  EXPECT_EQ(a.window_s, b.window_s);
  EXPECT_EQ(a.overlap, b.overlap);
  EXPECT_EQ(a.max_windows, b.max_windows);
  EXPECT_EQ(a.taper, b.taper);
  EXPECT_EQ(a.ar_order, b.ar_order);
  EXPECT_EQ(a.ar_method, b.ar_method);
  EXPECT_EQ(a.residual, b.residual);
  EXPECT_EQ(a.lags, b.lags);
  EXPECT_EQ(a.implementation, b.implementation);
  EXPECT_EQ(a.variance, b.variance);
  EXPECT_EQ(a.variance_weight, b.variance_weight);
  EXPECT_EQ(a.symmetrise, b.symmetrise);
  EXPECT_EQ(a.scale, b.scale);
  EXPECT_EQ(a.neighbour, b.neighbour);
  EXPECT_EQ(a.nearest, b.nearest);
  EXPECT_EQ(a.exclude, b.exclude);
  EXPECT_EQ(a.path, b.path);
  EXPECT_EQ(a.clusters, b.clusters);
  EXPECT_EQ(a.choose, b.choose);
  EXPECT_EQ(a.max_clusters, b.max_clusters);
  EXPECT_EQ(a.restarts, b.restarts);
  EXPECT_EQ(a.seed, b.seed);
}

TEST(SegmentationTable, DefaultsAreThoseOfTheStructAndOfThePresetTuned) {
  expect_equal(segmentation({}), SegmentationOptions{});
  EXPECT_EQ(segmentation_values({}), segmentation_values({{"preset", word("tuned")}}));
}

TEST(SegmentationTable, PresetsAreWhatThePaperAndItsAuthorsSay) {
  SegmentationOptions paper;
  paper.rate_hz = std::nullopt;
  paper.windows = 30;
  paper.window_s = std::nullopt;
  paper.ar_order = 12;
  paper.lags = std::nullopt;
  paper.variance = VarianceTerm::power;
  paper.variance_weight = 1.0;
  paper.symmetrise = Symmetrisation::mean;
  paper.scale = AffinityScale::literal;
  paper.nearest = 0.0;
  paper.exclude = 0;
  paper.path = 0.0;
  paper.choose = ClusterRule::eigengap;
  expect_equal(segmentation({{"preset", word("paper")}}), paper);
  SegmentationOptions authors = paper;
  authors.rate_hz = 44100.0;  // the rate of the authors' files: 4410 Hz after decimation, whatever
                              // the rate of ours
  authors.decimate = 10;
  authors.windows = std::nullopt;
  authors.window_s = 3.0;
  authors.ar_order = 100;
  authors.ar_method = ArMethod::forward_backward;
  authors.scale = AffinityScale::median;
  authors.clusters = 5;
  expect_equal(segmentation({{"preset", word("authors")}}), authors);
}

TEST(SegmentationTable, EveryOptionReachesItsMember) {
  // Each of them changed from its default, and one member with it.
  const std::map<std::string, std::pair<OptionValue, void (*)(SegmentationOptions&)>> changes = {
      {"rate_hz", {16000.0, [](auto& o) { o.rate_hz = 16000.0; }}},
      {"decimate", {std::int64_t{4}, [](auto& o) { o.decimate = 4; }}},
      {"windows",
       {std::int64_t{30},
        [](auto& o) {
          o.windows = 30;
          o.window_s = std::nullopt;
        }}},
      {"window_s", {1.0, [](auto& o) { o.window_s = 1.0; }}},
      {"overlap", {0.5, [](auto& o) { o.overlap = 0.5; }}},
      {"max_windows", {std::int64_t{9}, [](auto& o) { o.max_windows = 9; }}},
      {"taper", {word("hamming"), [](auto& o) { o.taper = Taper::hamming; }}},
      {"ar_order", {std::int64_t{5}, [](auto& o) { o.ar_order = 5; }}},
      {"ar_method", {word("burg"), [](auto& o) { o.ar_method = ArMethod::burg; }}},
      {"lags", {word("window"), [](auto& o) { o.lags = std::nullopt; }}},
      {"residual", {word("full"), [](auto& o) { o.residual = Residual::full; }}},
      {"implementation",
       {word("direct"), [](auto& o) { o.implementation = SemImplementation::direct; }}},
      {"variance", {word("power"), [](auto& o) { o.variance = VarianceTerm::power; }}},
      {"variance_weight", {2.0, [](auto& o) { o.variance_weight = 2.0; }}},
      {"symmetrise", {word("mean"), [](auto& o) { o.symmetrise = Symmetrisation::mean; }}},
      {"scale", {word("literal"), [](auto& o) { o.scale = AffinityScale::literal; }}},
      {"neighbour", {std::int64_t{4}, [](auto& o) { o.neighbour = 4; }}},
      {"nearest", {0.0, [](auto& o) { o.nearest = 0.0; }}},
      {"exclude", {std::int64_t{0}, [](auto& o) { o.exclude = 0; }}},
      {"path", {0.0, [](auto& o) { o.path = 0.0; }}},
      {"clusters", {std::int64_t{4}, [](auto& o) { o.clusters = 4; }}},
      {"choose", {word("eigengap"), [](auto& o) { o.choose = ClusterRule::eigengap; }}},
      {"max_clusters", {std::int64_t{4}, [](auto& o) { o.max_clusters = 4; }}},
      {"restarts", {std::int64_t{4}, [](auto& o) { o.restarts = 4; }}},
      {"seed", {std::int64_t{4}, [](auto& o) { o.seed = 4; }}}};
  for (const OptionInfo& option : segmentation_table().schema().options()) {
    if (option.name == "preset") continue;
    ASSERT_TRUE(changes.contains(option.name)) << option.name << " is new: add it here";
    const auto& [value, change] = changes.at(option.name);
    SegmentationOptions expected;
    change(expected);
    SCOPED_TRACE(option.name);
    EXPECT_NE(value, option.default_value);
    expect_equal(segmentation({{option.name, value}}), expected);
  }
}

}  // namespace segmentation_options_test
}  // namespace genrebench
