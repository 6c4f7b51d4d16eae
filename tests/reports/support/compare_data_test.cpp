#include "reports/support/compare_data.hpp"

#include <gtest/gtest.h>

#include "reports/support/compare_example.hpp"

namespace genrebench::compare {
namespace compare_data_test {

using namespace genrebench::testing;

TEST(CompareData, HasARowPerMethodAndScorePairAndRun) {
  MemoryStore store;
  add_three_methods(store);
  const Scores scores(store);
  const std::vector<RunRecord> runs = store.runs("");
  const CompareOptions options;
  const std::vector<Family> families = make_families(scores, runs, options.level);
  const Outcome outcome =
      compare_family(families.at(0), best_method(families[0], options.metric), options);
  const Subject subject{.scores = scores, .family = families[0], .outcome = outcome, .id = "x"};
  Data data;
  add_data(subject, options, data);
  EXPECT_EQ(data.methods.rows.size(), 6u) << "accuracy and macro F1 of three methods";
  EXPECT_EQ(data.pairs.rows.size(), 7u) << "two rivals by two scores, and three pairs";
  EXPECT_EQ(data.runs.rows.size(), 3u);
  for (const Table* table : {&data.methods, &data.pairs, &data.runs})
    for (const auto& row : table->rows) EXPECT_EQ(row.size(), table->columns.size()) << table->id;
  const auto in = [&](const Table& table, const char* name) {
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      if (table.columns[c] == name) return column(table, c);
    return std::vector<std::string>();
  };
  EXPECT_EQ(in(data.pairs, "minus_run_ids")[0], runs[1].id) << "traceable to the reference's run";
  EXPECT_EQ(in(data.pairs, "ci_method")[0], "bootstrap_artists");
  EXPECT_EQ(in(data.pairs, "n_artists")[0], "40");
  EXPECT_EQ(in(data.runs, "run_id")[0], runs[0].id);
  EXPECT_EQ(subject.letters(0), "b");
}

}  // namespace compare_data_test
}  // namespace genrebench::compare
