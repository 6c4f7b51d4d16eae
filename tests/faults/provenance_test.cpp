// What the program says of runs that another build or an earlier version has made.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "faults/fault_support.hpp"
#include "support/store_sql.hpp"

namespace genrebench {
namespace provenance_test {

using namespace testing;

class OtherPrograms : public ::testing::Test {
 protected:
  void SetUp() override {
    experiment = bench.experiment("study");
    ASSERT_EQ(bench.run(experiment).exit_code, 0);
  }

  ProgramResult ask(std::vector<std::string> words) const {
    words.insert(words.end(), {"--db", bench.database.string()});
    return run_program(words);
  }

  /// Changes what is recorded of the environments.
  void record(const std::string& key, const std::string& value, const std::string& of = "") const {
    execute_sql(bench.database,
                add_text(key) + add_text(value) +
                    "INSERT OR REPLACE INTO environment (run, name, value) SELECT key, " +
                    key_of(key) + ", " + key_of(value) + " FROM runs" + of);
  }

  Workbench bench;
  std::filesystem::path experiment;
};

const std::string kOne = " WHERE id = (SELECT min(id) FROM runs)";

TEST_F(OtherPrograms, ThisOneIsNotMentioned) {
  EXPECT_EQ(bench.run(experiment).out.find("commit"), std::string::npos);
  EXPECT_EQ(run_program(bench.arguments("plan", experiment)).out.find("commit"), std::string::npos);
  EXPECT_EQ(ask({"report", experiment.string()}).out.find("commit"), std::string::npos);
}

TEST_F(OtherPrograms, PlanRunAndReportSayByWhichCommitRunsWereDone) {
  record("genrebench.commit", "deadbeef0000");
  expect_says(run_program(bench.arguments("plan", experiment)).out,
              {"2 done, by commit deadbeef0000; this is ", "0 to run"});
  expect_says(
      bench.run(experiment).out,
      {"study: 2 runs, all done already, by commit deadbeef0000; this is ", "; nothing to do"});
  expect_says(ask({"report", experiment.string()}).out,
              {"2 runs by commit deadbeef0000; this is "});
  expect_says(bench.run(experiment, {"seeds=[0, 1, 2]"}).out,
              {"1 done, 2 done before (by commit deadbeef0000; this is "});
}

TEST_F(OtherPrograms, SomeRunsAreCountedBySomeCommits) {
  record("genrebench.commit", "deadbeef0000", kOne);
  expect_says(run_program(bench.arguments("plan", experiment)).out,
              {"2 done, 1 by commit deadbeef0000; this is "});
  expect_says(bench.run(experiment).out, {"all done already, 1 by commit deadbeef0000; this is "});
  expect_says(ask({"report", experiment.string()}).out,
              {"were made with different things", "deadbeef0000 (1 run)"});
}

TEST_F(OtherPrograms, EveryReportNamesWhatRunsWereMadeWithWhereItDiffers) {
  record("cpu", "Processor 1", kOne);
  record("library.libsvm", "999", kOne);
  for (const char* report : {"summary", "confusion"}) {
    const ProgramResult result = ask({"report", experiment.string(), "--report", report, "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto document = nlohmann::json::parse(result.out);
    const std::string last = document["body"].back()["text"];
    expect_says(last, {"Processor 1 (1 run)", "libsvm: ", "999 (1 run)"});
  }
}

TEST_F(OtherPrograms, IdsOfAnEarlierVersionAreSaidToBeThat) {
  execute_sql(bench.database, "UPDATE runs SET identity_version = 1" + kOne);
  const std::string one =
      "1 run of 'study' has an id of version 1, made by an earlier genrebench; it is not reused";
  expect_says(run_program(bench.arguments("plan", experiment)).out, {one});
  expect_says(bench.run(experiment).err, {one});
  expect_says(ask({"runs"}).out,
              {"1 run has an id of version 1, made by an earlier genrebench; it is not reused"});
  expect_says(ask({"show", bench.store()->runs().front().id}).out, {"status done"});
  execute_sql(bench.database, "UPDATE runs SET identity_version = 1");
  expect_says(bench.run(experiment).err, {"2 runs of 'study' have ids of version 1, made by an "
                                          "earlier genrebench; they are not reused"});
  expect_says(ask({"show", bench.store()->runs().front().id}).out,
              {"(an id of version 1, made by an earlier genrebench; the run is not reused)"});
  EXPECT_EQ(nlohmann::json::parse(ask({"runs", "--json"}).out)[0]["identity_version"], 1);
}

TEST_F(OtherPrograms, VersionsOfPluginsAreRecordedShownAndComparedByReproduce) {
  const std::string id = bench.store()->runs().front().id;
  const auto versions = nlohmann::json::parse(bench.store()->environment(id).at("versions"));
  for (const char* part : {"evaluation ", "dataset folder ", "excerpt full ", "split stratified ",
                           "features mfcc_statistics ", "method knn "})
    EXPECT_TRUE(std::any_of(versions.begin(), versions.end(), [&](const auto& one) {
      return one.template get<std::string>().starts_with(part);
    })) << part;
  expect_says(ask({"show", id}).out, {"versions", "method knn "});
  expect_says(run_program(bench.arguments("reproduce", id)).out,
              {"versions of plug-ins", "identical: "});
  record("versions", R"(["method knn 99"])");
  const auto document =
      nlohmann::json::parse(run_program(bench.arguments("reproduce", id, {"--json"})).out);
  for (const auto& row : document["circumstances"])
    if (row["what"] == "versions of plug-ins") {
      EXPECT_EQ(row["same"], false);
    }
}

}  // namespace provenance_test
}  // namespace genrebench
