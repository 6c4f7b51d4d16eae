#include "harness/experiment/report_entries.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace report_entries_test {

struct PlotOptions {
  double level = 0.95;
  std::string key;
};

std::vector<ReportChoice> read(const std::string& text) {
  static const auto table = OptionTable<PlotOptions>()
                                .number("level", &PlotOptions::level, 0.5, 0.999, "Level.")
                                .text("key", &PlotOptions::key, "Key.");
  Registry registry;
  registry.reports.add(
      {{.name = "plot", .summary = "For tests.", .options = table.schema()}, nullptr});
  registry.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
  return check_report_entries(read_report_entries(parse_yaml(text, "file.yaml"), Layer::file),
                              registry, /*keep_unset_in_paths=*/false);
}

TEST(ReportEntries, AreNamesOrMapsOfOneNameToItsOptions) {
  EXPECT_EQ(read("summary"), std::vector<ReportChoice>{{"summary"}});
  const ReportChoice plot{"plot", {{"key", std::string("split.unit")}, {"level", 0.5}}};
  EXPECT_EQ(read("[summary, {plot: {key: split.unit, level: 0.5}}]"),
            (std::vector<ReportChoice>{{"summary"}, plot}));
  EXPECT_EQ(read("[{plot: {}}]"), std::vector<ReportChoice>{{"plot"}});
  EXPECT_EQ(read("[{plot: }]"), std::vector<ReportChoice>{{"plot"}});
  EXPECT_TRUE(read("[]").empty());
}

TEST(ReportEntries, UnknownNamesAndOptionsAreRefusedWithTheirPlace) {
  EXPECT_THROW_SAYING(read("[summary, plto]"), ConfigError, "file.yaml:1:11",
                      "unknown report 'plto'", "did you mean 'plot'");
  EXPECT_THROW_SAYING(read("[{plot: {kee: x}}]"), ConfigError, "file.yaml:1:15", "report plot",
                      "unknown option 'kee'", "did you mean 'key'");
  EXPECT_THROW_SAYING(read("[{plot: {level: 7}}]"), ConfigError, "file.yaml:1:17", "report plot",
                      "'level'", "0.5 to 0.999", "'7'");
}

TEST(ReportEntries, OptionsThatAreNotIndentedBelowTheNameAreRefused) {
  EXPECT_THROW_SAYING(read("- plot:\n  key: x\n"), ConfigError, "file.yaml:1:3",
                      "a map of one name to its options");
  EXPECT_THROW_SAYING(read("{plot: {key: x}}"), ConfigError, "expected a list of reports");
  EXPECT_THROW_SAYING(read("[{plot: x}]"), ConfigError, "report plot", "a map of options");
}

TEST(ReportEntries, AReportTwiceMustHaveTheSameOptions) {
  EXPECT_EQ(read("[summary, summary]"), std::vector<ReportChoice>{{"summary"}});
  EXPECT_THROW_SAYING(read("[plot, {plot: {key: x}}]"), ConfigError, "file.yaml:1:", "'plot'",
                      "twice");
}

TEST(ReportEntries, EnvironmentVariablesAreFilledIn) {
  ::setenv("GENREBENCH_TEST_KEY", "method.c", 1);
  EXPECT_EQ(to_string(read("[{plot: {key: \"${GENREBENCH_TEST_KEY}\"}}]")[0].options.at("key")),
            "method.c");
  ::unsetenv("GENREBENCH_TEST_KEY");
  EXPECT_THROW_SAYING(read("[{plot: {key: \"${GENREBENCH_TEST_KEY}\"}}]"), ConfigError,
                      "GENREBENCH_TEST_KEY");
}

}  // namespace report_entries_test
}  // namespace genrebench
