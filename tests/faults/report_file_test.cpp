// `report FILE`: the runs that the file plans now, whatever was run last under its name.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "faults/fault_support.hpp"
#include "support/store_sql.hpp"

namespace genrebench {
namespace report_file_test {

using namespace testing;
using Ids = std::set<std::string>;

class ReportFile : public ::testing::Test {
 protected:
  ReportFile() { write_table("t.csv", 0); }

  /// A table of two features for two genres.
  void write_table(const std::string& name, int shift) const {
    std::string text = "filename,x,y,label\n";
    for (int i = 0; i < 24; ++i)
      text += fmt::format("{}.wav,{},{},{}\n", i, i % 2 * 2 + i * 37 % 24 * 0.13 + shift, i % 5,
                          i % 2 == 0 ? "polka" : "rock");
    bench.folder.write(name, text);
  }

  /// Writes an experiment file.
  std::filesystem::path file(const std::string& file_name, const std::string& name,
                             const std::string& method, const std::string& more = "seeds: [0, 1]\n",
                             const std::string& root = "") const {
    return bench.folder.write(file_name,
                              "name: " + name + "\ndataset: {name: feature_table, root: \"" +
                                  (root.empty() ? (bench.folder / "t.csv").string() : root) +
                                  "\"}\nfeatures: {name: table}\nmethod: " + method + "\n" + more);
  }

  void run(const std::filesystem::path& experiment, const std::vector<std::string>& words = {},
           const Surroundings& surroundings = {}) const {
    const ProgramResult result = bench.run(experiment, words, surroundings);
    ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
  }

  ProgramResult report(const std::vector<std::string>& words) const {
    std::vector<std::string> arguments = {"report"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    for (const std::string& word :
         {std::string("--db"), bench.database.string(), std::string("--json")})
      arguments.push_back(word);
    return run_program(arguments);
  }

  /// The runs that a report's data tables name.
  Ids shown(const std::vector<std::string>& words) const {
    const ProgramResult result = report(words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    Ids ids;
    const auto document = nlohmann::json::parse(result.out);
    for (const auto& table : document["data"])
      for (const auto& record : table["records"])
        if (record.contains("run_id")) ids.insert(record["run_id"].get<std::string>());
    return ids;
  }

  /// All that the report says in paragraphs.
  std::string said(const std::vector<std::string>& words) const {
    std::string text;
    const ProgramResult result = report(words);
    const auto document = nlohmann::json::parse(result.out);
    for (const auto& part : document["body"])
      if (part["type"] == "paragraph") text += part["text"].get<std::string>() + "\n";
    return text;
  }

  /// The store's runs of a method, with a parameter of that value.
  Ids stored(const std::string& method, const std::string& key = "",
             const std::string& value = "") const {
    Ids ids;
    for (const RunRecord& record : bench.store()->runs())
      if (record.parameter("method.name") == method &&
          (key.empty() || record.parameter(key) == value))
        ids.insert(record.id);
    return ids;
  }

  Workbench bench;
};

TEST_F(ReportFile, ShowsItsOwnRunsWhereAnotherFileHasTheSameName) {
  const auto svm = file("svm.yaml", "study", "{name: svm}"),
             bayes = file("naive_bayes.yaml", "study", "{name: naive_bayes}");
  run(svm);
  run(bayes);
  EXPECT_EQ(shown({svm}), stored("svm"));
  EXPECT_EQ(shown({bayes}), stored("naive_bayes"));
  EXPECT_EQ(shown({"study"}), stored("naive_bayes")) << "a name means the latest plan";
  expect_says(said({svm}), {"2 other runs of 'study' are not of", "svm.yaml as it is now",
                            "`genrebench report study`"});
  EXPECT_EQ(said({bayes}).find("other run"), std::string::npos);
  Ids both = stored("svm");
  both.merge(stored("naive_bayes"));
  EXPECT_EQ(shown({svm, bayes}), both);
  EXPECT_EQ(shown({svm, "study"}), both);
}

TEST_F(ReportFile, IsNotMisledByOverridesOfTheLastRun) {
  const auto knn = file("k.yaml", "knn", "{name: knn}");
  run(knn);
  run(knn, {"method.neighbours=7", "seeds=[7]"});
  EXPECT_EQ(shown({knn}), stored("knn", "method.neighbours", "5"));
  EXPECT_EQ(shown({knn}).size(), 2u);
  EXPECT_EQ(shown({knn, "method.neighbours=7", "seeds=[7]"}),
            stored("knn", "method.neighbours", "7"));
  EXPECT_EQ(shown({"seeds=[7]", knn, "method.neighbours=7"}).size(), 1u)
      << "in any order, as run takes them";
  EXPECT_EQ(shown({"knn"}), stored("knn", "method.neighbours", "7"));
  expect_refused(report({knn, "method.neighbours=9"}), 2,
                 {"holds no run of", "k.yaml as it is now",
                  "1 run of 'knn' is of another configuration", "genrebench run"});
  expect_refused(report({knn, "method.neighbors=7"}), 2, {"neighbors", "neighbours"});
  expect_refused(report({"method.neighbours=7"}), 2, {"no file is named"});
  expect_refused(report({"knn", "method.neighbours=7"}), 2, {"no file is named"});
}

TEST_F(ReportFile, NeedsNoDataAndNoVariablesThatSayWhereTheyLie) {
  const auto elsewhere =
      file("e.yaml", "elsewhere", "{name: knn}", "seeds: [0, 1]\n", "${H4_TEST_TABLES}/t.csv");
  const Surroundings set{.environment = {{"H4_TEST_TABLES", bench.folder.path().string()}}};
  run(elsewhere, {}, set);
  run(elsewhere, {"method.neighbours=3"}, set);
  std::filesystem::remove(bench.folder / "t.csv");
  EXPECT_EQ(shown({elsewhere}), stored("knn", "method.neighbours", "5"));
  EXPECT_EQ(shown({elsewhere}).size(), 2u);
  expect_refused(bench.run(elsewhere), 2, {"H4_TEST_TABLES", "is not set"});
  // A variable that decides the result is needed.
  const auto decided =
      file("d.yaml", "elsewhere", "{name: knn, distance: \"${H4_TEST_DISTANCE}\"}");
  expect_refused(report({decided}), 2, {"H4_TEST_DISTANCE", "is not set"});
}

TEST_F(ReportFile, CountsRunsThatAreNotThereYet) {
  const auto knn = file("k.yaml", "knn", "{name: knn}");
  expect_refused(report({knn}), 1, {"runs.db"});
  run(file("other.yaml", "other", "{name: svm}"));
  expect_refused(report({knn}), 2, {"holds no run of", "k.yaml as it is now", "does its 2 runs"});
  run(knn);
  file("k.yaml", "knn", "{name: knn}", "seeds: [0, 1, 2, 3]\n");
  expect_says(said({knn}), {"2 of 4 runs of", "are not in", "genrebench run"});
  expect_says(report({knn}).out, {"2/4"});
  file("k.yaml", "renamed", "{name: knn}");
  EXPECT_EQ(shown({knn}), stored("knn")) << "another name does not make other runs";
}

TEST_F(ReportFile, ShowsTheDataThatWereUsedLastAndCountsTheOthers) {
  const auto knn = file("k.yaml", "knn", "{name: knn}");
  run(knn);
  const Ids before = stored("knn");
  execute_sql(bench.database, "UPDATE runs SET started_at = '2020-01-01T00:00:00Z'");  // times are
                                                                                       // of whole
                                                                                       // seconds
  write_table("t.csv", 3);
  run(knn);
  Ids after = stored("knn");
  for (const std::string& id : before) after.erase(id);
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(shown({knn}), after);
  expect_says(said({knn}), {"2 runs of the same configuration on other data are not shown"});
  run(knn, {"method.neighbours=3"});  // the latest plan is another one now
  EXPECT_EQ(shown({knn}), after);
  // Where the words say which data are meant, these count.
  write_table("u.csv", 8);
  run(knn, {"dataset.root=" + (bench.folder / "u.csv").string()});
  EXPECT_EQ(shown({knn}), after);
  const Ids moved = shown({knn, "dataset.root=" + (bench.folder / "u.csv").string()});
  EXPECT_EQ(moved, stored("knn", "dataset.root", (bench.folder / "u.csv").string()));
  EXPECT_EQ(moved.size(), 2u);
}

TEST_F(ReportFile, TakesSweepsFilesThatExtendOthersAndWhatBelongsBesideThem) {
  run(file("beside.yaml", "beside", "{name: svm}"));
  file("base.yaml", "base", "{name: knn}",
       "seeds: [0]\nsweep: {grid: {method.neighbours: [1, 3, 5]}}\ncompare_with: [beside, "
       "nothing]\n");
  const auto extending =
      bench.folder.write("x.yaml", "extends: base.yaml\nname: extending\nstandardise: false\n");
  run(extending);
  run(extending, {"standardise=true"});
  Ids expected = stored("knn", "standardise", "false");
  ASSERT_EQ(expected.size(), 3u);
  expected.merge(stored("svm"));
  EXPECT_EQ(shown({extending}), expected);
  expect_says(report({extending}).err, {"nothing is listed in compare_with of extending"});
  EXPECT_EQ(shown({extending, "method.neighbours=3", "compare_with=[]"}).size(), 1u);
}

TEST_F(ReportFile, ReadsStoresWithRunsThatThisVersionCannotRead) {
  const auto knn = file("k.yaml", "knn", "{name: knn}");
  run(knn);
  execute_sql(bench.database, add_text("method.neighbors") +
                                  "UPDATE parameters SET name = " + key_of("method.neighbors") +
                                  " WHERE name = " + key_of("method.neighbours") +
                                  " AND run = (SELECT key FROM runs ORDER BY id LIMIT 1)");
  EXPECT_EQ(shown({knn}).size(), 2u)
      << "the run that can be read, and the other one as not run yet";
  expect_says(said({knn}), {"1 of 2 runs of"});
}

}  // namespace report_file_test
}  // namespace genrebench
