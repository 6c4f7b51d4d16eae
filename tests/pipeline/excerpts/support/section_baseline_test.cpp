#include "pipeline/excerpts/support/section_baseline.hpp"

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace section_baseline_test {

TEST(SectionBaseline, ItsRecipeHasTheVersionsAndTheOptionsOfTheSections) {
  struct Options : LargestClusterOptions {
    double window_s = 0.5;
  };
  OptionTable<Options> table;
  table.number("window_s", &Options::window_s, 0.1, 10.0, "Length.");
  add_largest_cluster_options(table);
  PluginInfo plugin;
  plugin.name = "words";
  plugin.version = 3;
  plugin.options = table.schema();
  plugin.relies_on = {{"decoder", 2}};
  EXPECT_EQ(recipe_of(plugin, table.schema().resolve({{"excerpt_s", 2.0}}, "test")),
            "words 3, decoder 2\nwindow_s=0.5\n");
}

TEST(SectionBaseline, WindowsStartOneAfterTheOther) {
  EXPECT_EQ(window_starts(3, 0.5), (std::vector<double>{0.0, 0.5, 1.0}));
  EXPECT_TRUE(window_starts(0, 0.5).empty());
}

TEST(SectionBaseline, MoreClustersThanWindowsAreRefused) {
  EXPECT_NO_THROW(expect_windows_for(std::nullopt, 2, "song"));
  EXPECT_NO_THROW(expect_windows_for(2, 2, "song"));
  EXPECT_THROW_SAYING(expect_windows_for(3, 2, "song.wav"), DataError, "song.wav", "2 windows",
                      "3 clusters");
}

}  // namespace section_baseline_test
}  // namespace genrebench
