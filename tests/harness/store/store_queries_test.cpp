#include "harness/store/store_queries.hpp"

#include <gtest/gtest.h>

#include "harness/plugin/method.hpp"
#include "harness/store/query_text.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace store_queries_test {

using namespace testing;
using testing::TemporaryFolder;
using Lines = std::vector<std::string>;

class StoreQueriesTest : public ::testing::Test {
 protected:
  StoreQueriesTest() : store(folder / "runs.db") { fill(store); }

  /// The header and the rows as CSV.
  static Lines ask(StoreQueries& queries, const std::string& sql) {
    Lines lines;
    queries.run(
        sql, {.columns = [&](const Lines& names) { lines.push_back(csv_line(names)); },
              .row = [&](const std::vector<QueryValue>& row) { lines.push_back(csv_line(row)); }});
    return lines;
  }
  Lines ask(const std::string& sql) const {
    StoreQueries queries(store.file(), [] { return false; });
    return ask(queries, sql);
  }

  TemporaryFolder folder;
  ExampleStore store;
};

TEST_F(StoreQueriesTest, GiveColumnsAndRows) {
  EXPECT_EQ(ask("SELECT method, count(*) AS n, NULL, avg(seed) FROM v_runs GROUP BY 1 ORDER BY 1;"),
            (Lines{"method,n,NULL,avg(seed)\n", "knn,1,,64\n", "svm,3,,64\n"}));
  EXPECT_EQ(ask("SELECT genre, predicted_genre, probabilities FROM v_predictions WHERE run_id = '" +
                "aa"_run + "' ORDER BY track"),
            (Lines{"genre,predicted_genre,probabilities\n", "polka,rock,\"[0.25,0.75]\"\n",
                   "rock,rock,\"[0.5,0.5]\"\n"}));
}

TEST_F(StoreQueriesTest, HaveAColumnPerParameter) {
  EXPECT_EQ(ask("SELECT run_id, \"method.name\", \"dataset.name\" FROM v_parameters_wide WHERE "
                "\"method.name\" = 'knn'"),
            (Lines{"run_id,method.name,dataset.name\n", "kk"_run + ",knn,synthetic\n"}));
  EXPECT_EQ(ask("SELECT count(*) AS n FROM V_Parameters_Wide").back(), "4\n");
}

TEST_F(StoreQueriesTest, SeeOneStateOfTheStore) {
  StoreQueries queries(store.file(), [] { return false; });
  const std::string sql = "SELECT count(*) FROM v_runs WHERE status = 'done'";
  EXPECT_EQ(ask(queries, sql).back(), "2\n");
  store.done("dd"_run);  // a writer is not held up
  EXPECT_EQ(ask(queries, sql).back(), "2\n");
  EXPECT_EQ(ask(sql).back(), "3\n");
}

TEST_F(StoreQueriesTest, OnlyRead) {
  const std::string before = dump(store.file());
  for (const char* sql :
       {"DELETE FROM runs", "UPDATE runs SET seed = 1", "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)", "DROP VIEW v_runs", "PRAGMA user_version = 9",
        "PRAGMA journal_mode = DELETE", "ATTACH 'other.db' AS other", "VACUUM INTO 'copy.db'",
        "BEGIN", "COMMIT", "ANALYZE", "PRAGMA writable_schema = 1", "SELECT load_extension('x')"})
    EXPECT_THROW(ask(sql), ConfigError) << sql;
  EXPECT_EQ(dump(store.file()), before);
  EXPECT_EQ(ask("PRAGMA user_version").size(), 2u);
  EXPECT_EQ(ask("SELECT value FROM json_each('[1, 2]')").size(), 3u);
  EXPECT_GT(ask("SELECT name FROM pragma_table_info('v_runs')").size(), 10u);
  EXPECT_GT(ask("PRAGMA table_info(v_runs)").size(), 10u);
  EXPECT_GT(ask("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) "
                "SELECT i FROM n")
                .size(),
            9u);
}

TEST_F(StoreQueriesTest, SayWhatIsWrongInOneLine) {
  EXPECT_THROW_SAYING(ask("SELECT acuracy FROM v_metrics"), ConfigError, "acuracy");
  EXPECT_THROW_SAYING(ask("SELECT * FROM v_run"), ConfigError, "v_run", "v_runs");
  EXPECT_THROW_SAYING(ask("SELEC 1"), ConfigError, "SELEC", "syntax");
  EXPECT_THROW_SAYING(ask("SELECT 1;\nSELECT 2"), ConfigError, "several", "SELECT 2");
  EXPECT_THROW_SAYING(ask("  -- nothing"), ConfigError, "empty");
  EXPECT_THROW_SAYING(ask("SELECT ?"), ConfigError, "placeholder");
  EXPECT_EQ(ask("SELECT 1 AS a; -- and a remark\n ;").size(), 2u);
}

TEST_F(StoreQueriesTest, EndWhenAskedTo) {
  int looks = 0;
  StoreQueries queries(store.file(), [&] { return ++looks > 3; });
  EXPECT_THROW(ask(queries,
                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT "
                   "max(i) FROM n"),
               Interrupted);
}

TEST_F(StoreQueriesTest, QuoteText) { EXPECT_EQ(sql_literal("it's"), "'it''s'"); }

}  // namespace store_queries_test
}  // namespace genrebench
