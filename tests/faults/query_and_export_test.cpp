// `query` and `export …` as commands: what they print, and how they refuse.
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "base/csv.hpp"
#include "base/files.hpp"
#include "faults/fault_support.hpp"
#include "support/example_store.hpp"

namespace genrebench {
namespace query_and_export_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

class QueryAndExport : public ::testing::Test {
 protected:
  QueryAndExport() : store(folder / "runs.db") { fill(store); }

  ProgramResult program(std::vector<std::string> words) const {
    words.insert(words.end(), {"--db", store.file().string()});
    return run_program(words, {.folder = folder.path()});
  }

  TemporaryFolder folder;
  ExampleStore store;
};

TEST_F(QueryAndExport, QueriesPrintTablesCsvAndJson) {
  const std::string sql =
      "SELECT method, count(*) AS runs, NULL AS empty FROM v_runs GROUP BY 1 ORDER BY 1";
  expect_says(program({"query", sql}).out, {"method", "runs", "knn", "svm", "2 rows"});
  EXPECT_EQ(program({"query", sql, "--csv"}).out, "method,runs,empty\nknn,1,\nsvm,3,\n");
  EXPECT_EQ(program({"query", sql, "--json"}).out,
            "[\n{\"method\":\"knn\",\"runs\":1,\"empty\":null},\n"
            "{\"method\":\"svm\",\"runs\":3,\"empty\":null}\n]\n");
  EXPECT_EQ(program({"query", "SELECT 1 WHERE 0", "--json"}).out, "[]\n");
}

TEST_F(QueryAndExport, QueriesRefuseInOneLine) {
  expect_refused(program({"query", "SELECT acuracy FROM v_metrics"}), 2, {"acuracy"});
  expect_refused(program({"query", "DELETE FROM runs"}), 2, {"only read"});
  expect_refused(program({"query", "SELECT 1 AS a, 2 AS a", "--json"}), 2, {"'a'", "AS"});
  expect_refused(run_program({"query", "SELECT 1", "--db", folder / "none.db"}), 1, {"none.db"});
  EXPECT_EQ(program({"query", "SELECT 1", "--json", "--csv"}).exit_code, 2);
  EXPECT_EQ(program({"query"}).exit_code, 2);
}

TEST_F(QueryAndExport, CtrlCEndsAQuery) {
  RunningProgram query({"query",
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT "
                        "max(i) FROM n",
                        "--db", store.file()});
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  query.send(SIGINT);
  const ProgramResult result = query.wait();
  // A slow machine may not have come as far as to catch the signal.
  EXPECT_TRUE(result.exit_code == 130 || result.signal == SIGINT) << result.err;
}

TEST_F(QueryAndExport, ExportsSayWhatTheyDidAndWhatTheyLeftOut) {
  const ProgramResult csv = program({"export", "csv", "--out", "csv"});
  EXPECT_EQ(csv.out, "3 runs in 11 files in csv\n");
  expect_says(csv.err, {"1 run not started yet"});
  EXPECT_EQ(read_csv(folder / "csv" / "runs.csv").rows.size(), 3u);
  const std::vector<std::string> words = {"export", "tensorboard", "table2",
                                          "--out",  "logs",        "--no-figures"};
  expect_says(program(words).out, {"3 runs: 3 new", "tensorboard --logdir logs"});
  expect_says(program(words).out, {"3 as before"});
}

TEST_F(QueryAndExport, BundlesAreMadeFromTheStoreAlone) {
  const ProgramResult result =
      program({"export", "bundle", "--out", "bundle", "--report", "summary"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.out, {"bundle: 3 runs in", "checklist.md"});
  expect_says(result.err, {"no experiment file", "no licence"});
  EXPECT_TRUE(fs::exists(folder / "bundle" / "ro-crate-metadata.json"));
  EXPECT_TRUE(fs::exists(folder / "bundle" / "report" / "summary.html"));
}

TEST_F(QueryAndExport, ExportsRefuseWhatCannotWork) {
  expect_refused(program({"export", "csv", "tabel2", "--out", "csv"}), 2, {"tabel2", "table2"});
  expect_refused(program({"export", "csv", "method.c=1", "--out", "csv"}), 2, {"method.c=1"});
  EXPECT_EQ(program({"export", "csv"}).exit_code, 2);
  EXPECT_EQ(program({"export"}).exit_code, 2);
  expect_says(program({"export", "mlflow"}).err, {"--to", "MLFLOW_TRACKING_URI"});
  expect_refused(program({"export", "mlflow", "--to", "ftp://there"}), 2, {"ftp://there"});
  const ProgramResult login = program({"export", "mlflow", "--to", "http://me:secret@there"});
  EXPECT_EQ(login.exit_code, 2);
  EXPECT_EQ(login.err.find("secret"), std::string::npos) << login.err;
  const ProgramResult nobody = program({"export", "mlflow", "--to", "http://127.0.0.1:1", "-q"});
  EXPECT_EQ(nobody.exit_code, 1);
  expect_says(nobody.err, {"genrebench: http://127.0.0.1:1: no connection"});
  folder.write("full/letter.txt", "mine");
  EXPECT_EQ(program({"export", "bundle", "--out", "full", "--report", "summary"}).exit_code, 2);
  EXPECT_EQ(read_file_text(folder / "full" / "letter.txt"), "mine");
}

}  // namespace query_and_export_test
}  // namespace genrebench
