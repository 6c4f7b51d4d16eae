#include "harness/experiment/report_choices.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace report_choices_test {

struct PlotOptions {
  double level = 0.95;
  std::string key;
};

const Registry& registry() {
  static const Registry all = [] {
    static const auto table = OptionTable<PlotOptions>()
                                  .number("level", &PlotOptions::level, 0.5, 0.999, "Level.")
                                  .text("key", &PlotOptions::key, "Key.");
    Registry r;
    r.reports.add({{.name = "plot", .summary = "For tests.", .options = table.schema()}, nullptr});
    r.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
    return r;
  }();
  return all;
}

using Words = std::vector<std::string>;

ReportChoices choices(const Words& names = {}, const Words& options = {}) {
  return ReportChoices(registry(), names, options);
}

ReportChoice plot(const std::string& key) { return {"plot", {{"key", key}}}; }

Words names_of(const ReportChoices& choices) {
  Words names;
  for (const PluginChoice& choice : choices.all()) names.push_back(choice.name);
  return names;
}

std::string key_of(const ReportChoices& choices) {
  for (const PluginChoice& choice : choices.all())
    if (choice.name == "plot") return to_string(choice.options.at("key"));
  return "(no plot)";
}

TEST(ReportChoices, AreTheSummaryWhereNobodyAsksForAnything) {
  EXPECT_EQ(names_of(choices()), Words{"summary"});
  ReportChoices of_store = choices();
  EXPECT_EQ(of_store.add("a", {}), Words{"summary"});
  EXPECT_EQ(names_of(of_store), Words{"summary"});
}

TEST(ReportChoices, AreThoseOfTheFileWithItsOptionsAndTheDefaultsOfTheOthers) {
  ReportChoices reports = choices();
  EXPECT_EQ(reports.add("a", {{"summary"}, plot("method.c")}), (Words{"summary", "plot"}));
  EXPECT_EQ(names_of(reports), (Words{"summary", "plot"}));
  EXPECT_EQ(key_of(reports), "method.c");
  EXPECT_EQ(reports.all()[1].options.at("level"), OptionValue(0.95));
}

TEST(ReportChoices, NamesOfTheCommandLineReplaceThoseOfTheFileAndKeepItsOptions) {
  ReportChoices reports = choices({"plot"});
  EXPECT_EQ(reports.add("a", {{"summary"}, plot("method.c")}), Words{"plot"});
  EXPECT_EQ(key_of(reports), "method.c");
}

TEST(ReportChoices, OptionsOfTheCommandLineWin) {
  ReportChoices reports = choices({}, {"plot.key=split.unit", "plot.level=0.5"});
  reports.add("a", {plot("method.c")});
  EXPECT_EQ(key_of(reports), "split.unit");
  EXPECT_EQ(reports.all()[0].options.at("level"), OptionValue(0.5));
  EXPECT_EQ(key_of(choices({"plot"}, {"plot.key=split.unit"})), "split.unit")
      << "without any experiment named";
}

TEST(ReportChoices, ExperimentsMustAgreeOnTheOptionsOfAReport) {
  ReportChoices reports = choices();
  reports.add("stored", {});
  reports.add("a", {plot("method.c")});
  reports.add("b", {plot("method.c")});
  EXPECT_THROW_SAYING(reports.add("c", {plot("split.unit")}), ConfigError, "plot", "a", "c",
                      "--report-option");
  ReportChoices settled = choices({}, {"plot.key=seed"});
  settled.add("a", {plot("method.c")});
  settled.add("c", {plot("split.unit")});
  EXPECT_EQ(key_of(settled), "seed") << "the command line settles it";
}

TEST(ReportChoices, AnExperimentOfTheStoreTakesTheOptionsThatAFileGives) {
  ReportChoices reports = choices({"plot"});
  reports.add("stored", {});
  EXPECT_EQ(key_of(reports), "");
  reports.add("a", {plot("method.c")});
  EXPECT_EQ(key_of(reports), "method.c");
  reports.add("stored as well", {});
  EXPECT_EQ(key_of(reports), "method.c");
}

TEST(ReportChoices, UnknownReportsAndOptionsAreRefused) {
  EXPECT_THROW_SAYING(choices({"plto"}), ConfigError, "unknown report 'plto'", "'plot'");
  EXPECT_THROW_SAYING(choices({}, {"plto.key=x"}), ConfigError, "--report-option plto.key",
                      "'plot'");
  EXPECT_THROW_SAYING(choices({}, {"plot.kee=x"}), ConfigError, "unknown option 'kee'", "'key'");
  EXPECT_THROW_SAYING(choices({}, {"plot.level=2"}), ConfigError, "'level'", "0.5 to 0.999");
  EXPECT_THROW_SAYING(choices({}, {"plot=2"}), ConfigError, "REPORT.OPTION=VALUE");
  EXPECT_THROW_SAYING(choices({}, {"plot.key"}), ConfigError, "key=value");
}

TEST(ReportChoices, AnOptionOfAReportThatIsNotAskedForIsRefused) {
  ReportChoices reports = choices({}, {"plot.key=seed"});
  reports.add("a", {{"summary"}});
  EXPECT_THROW_SAYING(reports.all(), ConfigError, "plot.key", "not asked for", "summary");
}

}  // namespace report_choices_test
}  // namespace genrebench
