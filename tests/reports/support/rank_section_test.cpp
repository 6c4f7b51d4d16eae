#include "reports/support/rank_section.hpp"

#include <gtest/gtest.h>

#include "reports/several_datasets.hpp"

namespace genrebench {
namespace rank_section_test {

struct Section {
  explicit Section(const MemoryStore& store, const AcrossOptions& options = {},
                   std::optional<std::size_t> reference = {})
      : runs(store.runs("")), scores(store) {
    const DatasetMatrices found = dataset_matrices(scores, runs, options.level);
    add_rank_section({.scores = scores,
                      .matrix = found.matrices.at(0),
                      .options = options,
                      .id = "across",
                      .reference = reference},
                     document, data);
  }

  const Table& pairs() const { return *find_table(document, "across-pairs"); }

  std::vector<RunRecord> runs;
  Scores scores;
  Document document;
  RankData data;
};

TEST(RankSection, TheBestMethodStandsFirstInEveryPair) {
  const Section section(testing::six_datasets());
  ASSERT_EQ(section.pairs().rows.size(), 3u);
  EXPECT_EQ(section.pairs().rows[0][0].text, "svm");
  EXPECT_TRUE(section.pairs().rows[0][4].strong);
  EXPECT_FALSE(section.pairs().rows[2][4].strong);
  for (const auto& row : section.data.pairs.rows)
    EXPECT_LE(std::stod(row[4].text), 0.0) << "difference of mean ranks";
}

TEST(RankSection, ReferencesShowTheirPairsAlone) {
  const Section section(testing::six_datasets(), {}, 1);
  EXPECT_EQ(section.pairs().rows.size(), 2u);
  EXPECT_TRUE(has_note(section.pairs(), "Pairs with knn alone"));
  EXPECT_EQ(section.data.pairs.rows.size(), 3u);
}

TEST(RankSection, AllDatasetsThatRankAlikeMakeFInfinite) {
  MemoryStore store;
  testing::add_accuracies(store, "svm", {0.8, 0.7, 0.9, 0.6, 0.7});
  testing::add_accuracies(store, "knn", {0.7, 0.6, 0.8, 0.5, 0.6});
  const Section section(store);
  EXPECT_TRUE(contains(testing::paragraphs(section.document), "F is infinite"));
  EXPECT_EQ(section.data.tests.rows.at(0)[6].text, "");
  EXPECT_EQ(section.data.tests.rows.at(0)[9].text, "0.0625") << "1 / 2^4";
}

TEST(RankSection, EqualMethodsAreNotToldApart) {
  MemoryStore store;
  testing::add_accuracies(store, "svm", {0.8, 0.7, 0.9, 0.6, 0.7});
  testing::add_accuracies(store, "mlp", {0.8, 0.7, 0.9, 0.6, 0.7});
  const Section section(store);
  EXPECT_TRUE(contains(testing::paragraphs(section.document), "p = 1.000"));
  EXPECT_EQ(section.pairs().rows.at(0)[4].text, "1.000");
  EXPECT_EQ(section.pairs().rows.at(0)[6].text, "1.000") << "equivalent";
}

TEST(FormatP, SaysWhenItIsSmall) {
  EXPECT_EQ(format_p(0.0314), "0.031");
  EXPECT_EQ(format_p(0.0004), "< 0.001");
  EXPECT_EQ(format_p(1.0), "1.000");
}

}  // namespace rank_section_test
}  // namespace genrebench
