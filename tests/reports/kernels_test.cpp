#include <gtest/gtest.h>

#include <algorithm>
#include <variant>

#include "base/error.hpp"
#include "reports/example_runs.hpp"
#include "reports/measured_kernels.hpp"
#include "reports/support/provenance.hpp"

namespace genrebench {

void register_kernels(Registry& registry);

namespace kernels_test {

using testing::measured_kernels;

std::size_t n_figures(const Document& document) {
  return static_cast<std::size_t>(std::ranges::count_if(
      document.body, [](const auto& part) { return std::holds_alternative<Figure>(part); }));
}

TEST(Kernels, ShowWhatMovedOnTheMachineOfTheNewestCommit) {
  const MemoryStore store = measured_kernels();
  const Document document = render_report(register_kernels, store);
  EXPECT_EQ(document.name, "kernels");
  EXPECT_EQ(n_figures(document), 2u);
  const auto& changes = std::get<Table>(document.body[1]);
  ASSERT_EQ(changes.rows.size(), 1u);
  EXPECT_EQ(changes.rows[0].back().text, "exact lags");
  EXPECT_TRUE(std::get<Paragraph>(document.body[0]).text.find("19 sessions on somewhere") !=
              std::string::npos)
      << std::get<Paragraph>(document.body[0]).text;
}

TEST(Kernels, OptionsSayWhatIsMarkedAndDrawn) {
  const MemoryStore store = measured_kernels();
  const Document document =
      render_report(register_kernels, store, {}, {{"magnitude", 0.9}, {"figures", 1}});
  EXPECT_EQ(n_figures(document), 1u);
  EXPECT_TRUE(std::get<Table>(document.body[1]).rows.empty());
}

TEST(Kernels, SayNothingOfTheRunsOfTheirStore) {
  MemoryStore store = measured_kernels();
  Registry registry;
  register_kernels(registry);
  const ReportPlugin& plugin = *registry.reports.begin();
  const auto rendered = [&] {
    return render_report(plugin, plugin.options.resolve({}, "a test"), store, {});
  };
  const std::size_t n_parts = rendered().body.size();
  // A run that reports of runs warn of: it was made by another program.
  add_run(store, {.accuracy = 0.5, .commit = "aaa"});
  EXPECT_EQ(rendered().body.size(), n_parts);
}

TEST(Kernels, AStoreWithoutMeasurementsIsAnErrorThatSaysHowToMeasure) {
  EXPECT_THROW_SAYING(render_report(register_kernels, MemoryStore()), ConfigError,
                      "no measurements of kernels", "genrebench kernels run");
}

}  // namespace kernels_test
}  // namespace genrebench
