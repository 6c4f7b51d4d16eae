#include "harness/experiment/slot_choice.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/experiment/load_experiment.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace slot_choice_test {

using testing::TemporaryFolder;

OptionValues excerpt_of(const std::string& excerpt, const std::vector<std::string>& overrides) {
  static const Registry registry = [] {
    Registry r;
    register_all_pipeline(r);
    r.datasets.add({{.name = "tiny", .summary = "For tests."}, nullptr});
    r.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
    return r;
  }();
  const TemporaryFolder folder;
  const auto file = folder.write(
      "experiment.yaml",
      "task: segmentation\ndataset: {name: tiny}\nexcerpt: {name: sem" + excerpt + "}\n");
  return load_experiment(file, overrides, registry).runs.at(0).excerpt.options;
}

TEST(Layers, TheCommandLinesAlternativeTakesThePlaceOfTheFiles) {
  const OptionValues values = excerpt_of(", window_s: 2", {"excerpt.windows=30"});
  EXPECT_EQ(to_string(values.at("windows")), "30");
  EXPECT_EQ(to_string(values.at("window_s")), "auto");
  const OptionValues back = excerpt_of(", windows: 40", {"excerpt.sem.window_s=2"});
  EXPECT_EQ(to_string(back.at("windows")), "auto");
  EXPECT_EQ(to_string(back.at("window_s")), "2");
}

TEST(Layers, BothInOneLayerAreRefused) {
  EXPECT_THROW_SAYING(excerpt_of(", window_s: 2, windows: 30", {}), ConfigError, "experiment.yaml",
                      "excerpt sem", "one of windows, window_s");
  EXPECT_THROW_SAYING(excerpt_of("", {"excerpt.window_s=2", "excerpt.windows=30"}), ConfigError,
                      "one of windows, window_s");
}

TEST(Layers, AutoOnTheCommandLineLeavesTheFilesAlternative) {
  EXPECT_EQ(to_string(excerpt_of(", window_s: 2", {"excerpt.windows=auto"}).at("window_s")), "2");
}

TEST(Layers, ASweepsAlternativeTakesThePlaceOfTheFiles) {
  const OptionValues values = excerpt_of(", window_s: 2", {"sweep.grid.excerpt.windows=[30]"});
  EXPECT_EQ(to_string(values.at("windows")), "30");
  EXPECT_EQ(to_string(values.at("window_s")), "auto");
}

TEST(Layers, APresetOfTheCommandLineLeavesWhatTheFileGives) {
  const OptionValues values = excerpt_of(", ar_order: 33", {"excerpt.preset=authors"});
  EXPECT_EQ(to_string(values.at("ar_order")), "33");
  EXPECT_EQ(to_string(values.at("decimate")), "10");
  EXPECT_EQ(to_string(excerpt_of("", {"excerpt.preset=paper"}).at("windows")), "30");
  EXPECT_EQ(to_string(excerpt_of(", preset: paper", {"excerpt.window_s=1"}).at("windows")), "auto");
  EXPECT_THROW_SAYING(excerpt_of(", preset: papre", {}), ConfigError,
                      "experiment.yaml:3:", "did you mean 'paper'?");
}

}  // namespace slot_choice_test
}  // namespace genrebench
