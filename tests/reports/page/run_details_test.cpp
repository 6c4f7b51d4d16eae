#include "reports/page/run_details.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench {
namespace run_details_test {

class RunDetails : public ::testing::Test {
 protected:
  RunDetails() {
    id_ = add_run(store_, {.method = "svm", .accuracy = 0.5});
    add_run(store_, {.method = "knn", .accuracy = 0.25});
    add_run(store_, {.method = "knn",
                     .seed = 1,
                     .status = RunStatus::failed,
                     .message = "<b>broken</b>\nsecond line"});
    scope_ = load_scope(store_, {});
  }

  MemoryStore store_;
  std::string id_;
  Scope scope_;
};

TEST_F(RunDetails, EveryShortIdLeadsToTheAnchorOfItsDetails) {
  const auto links = run_links(scope_);
  const std::string html = run_details(store_, scope_);
  EXPECT_EQ(links.at(id_.substr(0, 8)), run_anchor(id_));
  EXPECT_EQ(links.at(id_.substr(0, 12)), run_anchor(id_));
  for (const RunRecord& run : scope_.runs)
    EXPECT_TRUE(contains(html, "<details id=\"" + run_anchor(run.id) + "\"")) << run.id;
}

TEST_F(RunDetails, HaveTheWholeIdResultsAndCommands) {
  const std::string html = run_details(store_, scope_);
  EXPECT_TRUE(contains(html, "<dd>" + id_ + "</dd>"));
  EXPECT_TRUE(contains(html, "test accuracy 0.5"));
  EXPECT_TRUE(contains(html, "genrebench reproduce " + id_.substr(0, 12)));
  EXPECT_TRUE(contains(html, "method.name = svm"));
}

TEST_F(RunDetails, WhatAllRunsShareIsSaidOnce) {
  EXPECT_TRUE(contains(shared_configuration(scope_), "<dt>dataset.name</dt><dd>gtzan</dd>"));
  EXPECT_FALSE(contains(run_details(store_, scope_), "dataset.name"));
  EXPECT_FALSE(contains(shared_configuration(scope_), "method.name"));
}

TEST_F(RunDetails, MessagesAreEscaped) {
  const std::string html = run_details(store_, scope_);
  EXPECT_TRUE(contains(html, "&lt;b&gt;broken&lt;/b&gt;<br>second line"));
  EXPECT_FALSE(contains(html, "<b>"));
}

TEST_F(RunDetails, TheTableHasOneRowPerRun) {
  const Table table = runs_table(store_, scope_);
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(text_at(table, id_.substr(0, 8), "test accuracy"), "50.0 %");
  EXPECT_EQ(column(table, 3), (std::vector<std::string>{"done", "done", "failed"}));
}

}  // namespace run_details_test
}  // namespace genrebench
