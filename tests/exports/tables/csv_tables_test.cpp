#include "exports/tables/csv_tables.hpp"

#include <gtest/gtest.h>

#include "base/csv.hpp"
#include "base/files.hpp"
#include "exports/exporting.hpp"
#include "harness/plugin/method.hpp"

namespace genrebench {
namespace csv_tables_test {

using namespace testing;
using testing::TemporaryFolder;

TEST(CsvTables, HoldTheRunsThatWereAskedFor) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const CsvTables tables = write_csv_tables(store.file(), folder / "csv", {"aa"_run, "kk"_run}, {});
  EXPECT_EQ(tables.files.size(), 11u);
  EXPECT_EQ(read_csv(folder / "csv" / "runs.csv").rows.size(), 2u);
  EXPECT_EQ(read_csv(folder / "csv" / "experiments.csv").rows.size(), 2u);
  const CsvTable metrics = read_csv(folder / "csv" / "metrics.csv");
  ASSERT_EQ(metrics.rows.size(), 1u);
  EXPECT_EQ(metrics.rows[0].cells,
            (std::vector<std::string>{"aa"_run, "test", "accuracy", "0.75"}));
  const CsvTable predictions = read_csv(folder / "csv" / "predictions.csv");
  ASSERT_EQ(predictions.rows.size(), 2u);
  EXPECT_EQ(predictions.rows[0].cells[predictions.column("probabilities")], "[0.25,0.75]");
  const CsvTable wide = read_csv(folder / "csv" / "parameters_wide.csv");
  EXPECT_EQ(wide.columns, (std::vector<std::string>{"run_id", "dataset.name", "method.name"}));
  EXPECT_EQ(wide.rows.size(), 2u);
}

TEST(CsvTables, AreTheSameWhenTheyAreWrittenAgain) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const auto first = write_csv_tables(store.file(), folder / "a", {"aa"_run}, {}).files,
             second = write_csv_tables(store.file(), folder / "b", {"aa"_run}, {}).files;
  for (std::size_t i = 0; i < first.size(); ++i)
    EXPECT_EQ(read_file_text(first[i]), read_file_text(second[i])) << first[i];
  EXPECT_THROW(write_csv_tables(store.file(), folder / "csv", {"aa"_run}, [] { return true; }),
               Interrupted);
}

}  // namespace csv_tables_test
}  // namespace genrebench
