#include "reports/support/effect_section.hpp"

#include <gtest/gtest.h>

#include "reports/several_datasets.hpp"

namespace genrebench {
namespace effect_section_test {

struct Section {
  explicit Section(const MemoryStore& store, const AcrossOptions& options = {})
      : runs(store.runs("")), scores(store) {
    const DatasetMatrices found = dataset_matrices(scores, runs, options.level);
    add_effect_section(
        {.scores = scores, .matrix = found.matrices.at(0), .options = options, .id = "across"},
        document, data);
  }

  std::vector<RunRecord> runs;
  Scores scores;
  Document document;
  EffectData data;
};

TEST(EffectSection, CombinesTheDifferencesOfTheDatasets) {
  const Section section(testing::three_datasets());
  ASSERT_EQ(section.data.effects.rows.size(), 4u);
  const std::vector<Cell>& combined = section.data.effects.rows.back();
  EXPECT_EQ(combined[3].text, "");
  EXPECT_NEAR(std::stod(combined[4].text), -0.083, 0.01) << "knn against svm, the reference";
  EXPECT_EQ(combined[8].text, "hartung_knapp");
  double weights = 0.0;
  for (std::size_t d = 0; d < 3; ++d) weights += std::stod(section.data.effects.rows[d][11].text);
  EXPECT_NEAR(weights, 1.0, 1e-12);
}

TEST(EffectSection, TheReferenceIsTheBestOnTheValidationParts) {
  MemoryStore store;
  testing::add_accuracies(store, "svm", {0.80, 0.75}, {.valid_accuracy = 0.5});
  testing::add_accuracies(store, "knn", {0.70, 0.66}, {.valid_accuracy = 0.6});
  const Section by_validation(store);
  EXPECT_TRUE(has_note(*find_table(by_validation.document, "across-effects"),
                       "Reference: knn. It has the best mean accuracy on the validation parts."));
  const Section by_test(testing::three_datasets());
  EXPECT_TRUE(has_note(*find_table(by_test.document, "across-effects"), "that favours it"));
}

TEST(EffectSection, IdenticalMethodsAreNotToldApart) {
  MemoryStore store;
  testing::add_accuracies(store, "svm", {0.80, 0.75, 0.7});
  testing::add_accuracies(store, "mlp", {0.80, 0.75, 0.7});
  const Section section(store);
  EXPECT_EQ(section.data.effects.rows.size(), 3u) << "no interval, so nothing to combine";
  EXPECT_TRUE(contains(testing::paragraphs(section.document), "no combined effect"));
  EXPECT_TRUE(has_note(*find_table(section.document, "across-effects"), "no interval is known"));
}

TEST(StandardError, IsThatOfTheInterval) {
  Estimate estimate{.mean = 0.1, .interval = Interval{0.1 - 4.302653, 0.1 + 4.302653}};
  estimate.degrees_of_freedom = 2.0;
  EXPECT_NEAR(*standard_error(estimate, 0.95), 1.0, 1e-6);
  estimate.interval->low = 0.0;  // cut off
  EXPECT_NEAR(*standard_error(estimate, 0.95), 1.0, 1e-6);
  estimate = {.mean = 0.1, .interval = Interval{0.0, 2.0 * 1.959964}};
  EXPECT_NEAR(*standard_error(estimate, 0.95), 1.0, 1e-6) << "of a bootstrap";
  estimate.interval.reset();
  EXPECT_FALSE(standard_error(estimate, 0.95));
}

}  // namespace effect_section_test
}  // namespace genrebench
