#include "cli/run_listing.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "cli/usual_run_table.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::cli {
namespace run_listing_test {

using testing::ExampleStore;
using testing::fill;
using testing::TemporaryFolder;
using Rows = std::vector<std::vector<std::string>>;

/// The store of fill(): aa (svm, 75 %) and bb (svm, 50 %) are done, kk (knn) failed, dd is planned.
class RunListing : public ::testing::Test {
 protected:
  RunListing() : store_(folder_ / "runs.db") { fill(store_); }

  Listing list(const ListingRequest& request) const { return make_listing(store_.file(), request); }
  /// The first characters of the ids.
  std::string ids(ListingRequest request) const {
    request.columns = {"run"};
    std::string text;
    for (const auto& row : list(request).rows)
      text += (text.empty() ? "" : " ") + row[0].substr(0, 2);
    return text;
  }

  TemporaryFolder folder_;
  ExampleStore store_;
};

TEST_F(RunListing, ConditionsAndStatusMustAllHold) {
  EXPECT_EQ(ids({.where = {"method.name=svm"}, .sort = {"run"}}), "aa bb dd");
  EXPECT_EQ(ids({.where = {"method.name=svm test.accuracy>0.6"}}), "aa");
  EXPECT_EQ(ids({.where = {"method.name=svm", "test.accuracy>0.4"}, .sort = {"run"}}), "aa bb");
  EXPECT_EQ(ids({.where = {"test.accuracy=''"}, .sort = {"run"}}), "dd f6");
  EXPECT_EQ(ids({.status = "failed"}), "f6");
  EXPECT_EQ(ids({.experiment = "table2", .where = {"message~WRONG"}}), "f6");
  const Listing none = list({.where = {"test.accuracy>2"}});
  EXPECT_TRUE(none.rows.empty());
  EXPECT_EQ(none.n_of, 4u);
}

TEST_F(RunListing, SortsNumbersAsNumbersAndWhatIsMissingLast) {
  store_.plan("many", {"a1f"_run, "a9f"_run, "acf"_run});
  store_.done("a9f"_run, 0.9);
  store_.done("a1f"_run, 0.1);
  store_.done("acf"_run, 1.0);
  const ListingRequest many{.experiment = "many"};
  ListingRequest sorted = many;
  sorted.columns = {"test.accuracy"};
  sorted.sort = {"test.accuracy"};
  EXPECT_EQ(list(sorted).rows, (Rows{{"0.1"}, {"0.9"}, {"1"}}));
  sorted.sort = {"test.accuracy:desc"};
  EXPECT_EQ(list(sorted).rows, (Rows{{"1"}, {"0.9"}, {"0.1"}}));
  EXPECT_EQ(ids({.sort = {"test.accuracy:desc,run"}}), "ac a9 aa bb a1 dd f6")
      << "no accuracy: last";
  EXPECT_EQ(ids({.experiment = "table2", .sort = {"method.name", "test.accuracy"}}), "f6 bb aa dd");
}

TEST_F(RunListing, ShowsTheColumnsThatAreAskedForAndTheFirstRows) {
  const Listing listing =
      list({.columns = {"run,method.name", "test.accuracy,host"}, .sort = {"run"}, .limit = 2});
  ASSERT_EQ(listing.columns.size(), 4u);
  EXPECT_EQ(listing.rows,
            (Rows{{"aa"_run, "svm", "0.75", "here"}, {"bb"_run, "svm", "0.5", "here"}}));
  EXPECT_EQ(listing.n_rows, 4u);
  const Table table = listing_table(listing);
  EXPECT_EQ(table.rows[0][0].text, "aa000000") << "ids are short for readers";
  EXPECT_EQ(table.rows[0][2].text, "75.0 %");
  EXPECT_TRUE(table.rows[0][2].numeric);
}

TEST_F(RunListing, GroupsHaveMeansAndDeviationsOfNumbersAndCommonValues) {
  const Listing listing = list({.columns = {"test.accuracy,host,status"},
                                .sort = {"method.name:desc"},
                                .group = {"method.name"}});
  std::vector<std::string> names;
  for (const ListingColumn& column : listing.columns) names.push_back(column.name);
  EXPECT_EQ(names, (std::vector<std::string>{"method.name", "runs", "done", "test.accuracy.mean",
                                             "test.accuracy.sd", "host", "status"}));
  ASSERT_EQ(listing.rows.size(), 2u);
  // statistics.mean([0.75, 0.5]) and statistics.stdev([0.75, 0.5]) of Python.
  EXPECT_EQ(listing.rows[0],
            (std::vector<std::string>{"svm", "3", "2", "0.625", "0.1767766952966369", "2 values",
                                      "2 values"}));
  EXPECT_EQ(listing.rows[1], (std::vector<std::string>{"knn", "1", "0", "", "", "here", "failed"}));
  EXPECT_EQ(list({.sort = {"test.accuracy"}, .group = {"method.name"}}).rows[0][0], "svm")
      << "by the mean; a group without one is last";
}

TEST_F(RunListing, IsWrittenInFullAsCsvAndJson) {
  const ListingRequest request{.columns = {"run,seed,method.name,test.accuracy"}, .sort = {"run"}};
  const Listing listing = list(request);
  const std::string csv = listing_csv(listing);
  EXPECT_TRUE(csv.starts_with("run,seed,method.name,test.accuracy\r\n" + "aa"_run +
                              ",64,svm,0.75\r\n" + "bb"_run + ",64,svm,0.5\r\n"))
      << csv;
  const auto json = listing_json(listing);
  EXPECT_EQ(json[0],
            (nlohmann::ordered_json{
                {"run", "aa"_run}, {"seed", 64}, {"method.name", "svm"}, {"test.accuracy", 0.75}}));
  EXPECT_TRUE(json[2]["test.accuracy"].is_null());
}

TEST_F(RunListing, MistakesNameTheOptionAndTheNearest) {
  const auto refuse = [&](const ListingRequest& request, const char* option, const char* part) {
    EXPECT_THROW_SAYING(list(request), ConfigError, option, part);
  };
  refuse({.where = {"method.nam=svm"}}, "--where", "did you mean 'method.name'?");
  refuse({.where = {"svm"}}, "--where", "found 'svm'");
  refuse({.columns = {"test.acuracy"}}, "--columns", "did you mean 'test.accuracy'?");
  refuse({.columns = {"run,,seed"}}, "--columns", "found 'run,,seed'");
  refuse({.columns = {""}}, "--columns", "expected keys");
  refuse({.sort = {"sed"}}, "--sort", "did you mean 'seed'?");
  refuse({.sort = {"seed:down"}}, "--sort", "seed:down");
  refuse({.group = {"metod.name"}}, "--group", "did you mean 'method.name'?");
  refuse({.sort = {"seed"}, .group = {"method.name"}}, "--sort of groups", "'seed'");
  refuse({.status = "don"}, "--status", "did you mean 'done'?");
}

TEST_F(RunListing, TheUsualTableLeavesColumnsOutUntilItFits) {
  const Listing listing = list({.sort = {"run"}});
  const Table whole = usual_run_table(listing, 0);
  EXPECT_EQ(whole.columns.size(), 12u);
  EXPECT_TRUE(whole.notes.empty());
  const Table narrow = usual_run_table(listing, 60);
  EXPECT_LT(narrow.columns.size(), whole.columns.size());
  EXPECT_EQ(narrow.columns.front(), "run");
  EXPECT_EQ(narrow.rows[0].size(), narrow.columns.size());
  ASSERT_EQ(narrow.notes.size(), 1u);
  EXPECT_NE(narrow.notes[0].find("--columns"), std::string::npos);
  const Table fine = usual_run_table(list({.status = "done"}), 0);
  EXPECT_EQ(fine.columns.back(), "started") << "no run has a message";
}

}  // namespace run_listing_test
}  // namespace genrebench::cli
