#include "reports/page/page.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "reports/example_runs.hpp"

namespace genrebench {
namespace page_test {

Document report_of(const std::string& name, const std::string& text) {
  return {.name = name, .title = "Report " + name, .body = {Paragraph{text}}, .data = {}};
}

class Page : public ::testing::Test {
 protected:
  Page() { add_seeds(store_, {.experiment = "e", .method = "svm"}, {0.5, 0.6}); }

  std::string render(const std::vector<Document>& reports, const std::string& title = "e") const {
    return render_page({.title = title, .reports = reports, .commands = {"genrebench report e"}},
                       store_, {});
  }

  /// The page without its script.
  static std::string content(const std::string& page) {
    const std::size_t script = page.rfind("<script>");
    return page.substr(0, script);
  }

  MemoryStore store_;
};

TEST_F(Page, HasTheAnswerFirstAndSectionsInTheOrderOfAReadersQuestions) {
  const std::string page =
      render({report_of("ablation", "A"), report_of("table2", "T"), report_of("own", "O"),
              report_of("kernels", "K"), report_of("errors", "E"), report_of("summary", "S")});
  std::size_t last = 0;
  for (const char* id : {"run", "answer", "paper", "errors", "ablations", "kernels", "more",
                         "failed", "environment", "reproduce", "runs"}) {
    const std::size_t place = page.find(std::string("<section id=\"") + id + "\"");
    ASSERT_NE(place, std::string::npos) << id;
    EXPECT_GT(place, last) << id;
    EXPECT_TRUE(contains(page, std::string("<a href=\"#") + id + "\">")) << "in the contents";
    last = place;
  }
  EXPECT_FALSE(contains(page, "id=\"confusion\"")) << "no report, no section";
}

TEST_F(Page, AsksForNothingAndRunsNoScriptButItsOwn) {
  const std::string page = render({report_of("summary", "S")});
  EXPECT_TRUE(contains(page, "default-src 'none'"));
  for (const char* external : {"http:", "https:", "src=", "<link", "@import", "url("})
    EXPECT_FALSE(contains(content(page), external)) << external;
  const std::size_t begin = page.rfind("<script>") + 8, end = page.rfind("</script>");
  const std::string hash = base64(bytes_of_hex(sha256(page.substr(begin, end - begin))));
  EXPECT_TRUE(contains(page, "script-src 'sha256-" + hash + "';"));
  EXPECT_EQ(page.find("<script>"), page.rfind("<script>"));
}

TEST_F(Page, NamesAreEscapedEverywhere) {
  MemoryStore store;
  const std::string evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
  add_run(store, {.experiment = evil,
                  .method = evil,
                  .accuracy = 0.5,
                  .parameters = {{"method." + evil, evil}},
                  .environment = {{evil, evil}}});
  add_run(store, {.experiment = evil,
                  .method = "svm",
                  .status = RunStatus::failed,
                  .message = evil,
                  .bad_tracks = {{.track = evil, .message = evil}}});
  store.plan(evil).description = evil;
  store.plan(evil).source_file = evil;
  const std::string page = render_page(
      {.title = evil, .reports = {report_of("summary", evil)}, .commands = {evil}}, store, {});
  EXPECT_FALSE(contains(content(page), "<script>alert"));
  EXPECT_FALSE(contains(content(page), "<img"));
  EXPECT_TRUE(contains(page, "<h1>&quot;&gt;&lt;script&gt;alert(1)"));
}

TEST_F(Page, ReportsLinkToTheDetailsOfRuns) {
  const RunRecord run = store_.runs("e").front();
  Document report = report_of("summary", "S");
  report.body.emplace_back(Table{
      .id = "t", .title = "T", .columns = {"run"}, .rows = {{{.text = run.id.substr(0, 8)}}}});
  EXPECT_TRUE(contains(render({report}), "<a href=\"#run-" + run.id.substr(0, 12) + "\">"));
}

TEST_F(Page, FoldsTheFiguresOfADocumentThatHasMany) {
  const auto report_with = [](int n_figures) {
    Document report{.name = "confusion", .title = "C", .body = {}, .data = {}};
    for (int i = 0; i < n_figures; ++i) {
      report.body.emplace_back(Figure{
          .id = fmt::format("f{}", i), .title = "<F>", .picture = Picture::of_svg("<svg/>")});
      report.body.emplace_back(Table{.id = fmt::format("t{}", i), .title = "T", .columns = {"c"}});
    }
    report.body.emplace_back(Paragraph{"last words"});
    return report;
  };
  EXPECT_FALSE(contains(render({report_with(8)}), "<summary>&lt;F&gt;"));
  const std::string page = render({report_with(9)});
  const std::size_t first = page.find("<summary>&lt;F&gt;");
  ASSERT_NE(first, std::string::npos);
  EXPECT_LT(page.find("id=\"f1\""), first) << "two stay open";
  EXPECT_GT(page.find("id=\"f2\""), first);
  EXPECT_GT(page.find("<p>last words"), page.find("</details>", page.find("id=\"t8\"")));
}

TEST_F(Page, WhatIsFoldedIsTextToABrowserWithScripts) {
  Document report{.name = "confusion", .title = "C", .body = {}, .data = {}};
  for (int i = 0; i < 9; ++i)
    report.body.emplace_back(Figure{.id = fmt::format("f{}", i),
                                    .title = "</noscript><b>",
                                    .picture = Picture::of_svg("<svg/>"),
                                    .chart = "{\"name\": \"</noscript><b>\"}"});
  const std::string page = content(render({report}));
  // The figures from the third on, the table of plug-ins, the details of each run.
  const std::size_t n_folded = 7 + 1 + store_.runs("e").size();
  std::size_t n = 0, end = 0;
  for (std::size_t begin = page.find("<noscript>"); begin != std::string::npos;
       begin = page.find("<noscript>", end), ++n) {
    EXPECT_EQ(page.rfind("</summary>", begin), begin - std::string("</summary>\n").size());
    end = page.find("</noscript>", begin);
    ASSERT_NE(end, std::string::npos);
    EXPECT_EQ(page.find("</details>", end), end + std::string("</noscript>").size());
  }
  EXPECT_EQ(n, n_folded);
  EXPECT_FALSE(contains(page, "<b>"));
}

TEST_F(Page, IsEqualForEqualStores) {
  EXPECT_EQ(render({report_of("summary", "S")}), render({report_of("summary", "S")}));
}

TEST_F(Page, OfAThousandRunsIsSmall) {
  MemoryStore store;
  for (int configuration = 0; configuration < 200; ++configuration)
    add_seeds(store,
              {.experiment = "e",
               .method = "svm",
               .parameters = {{"method.c", fmt::format("{}", configuration)}},
               .environment = {{"cpu", "A processor of some name"}}},
              {0.5, 0.6, 0.7, 0.8, 0.9});
  const std::string page = render_page({.title = "e"}, store, {});
  EXPECT_LT(page.size(), 5'000'000u);
  EXPECT_EQ(n_configurations(store, {}), 200u);
  EXPECT_EQ(page_reports(store, {}), (std::vector<std::string>{"summary", "kernels"}));
}

}  // namespace page_test
}  // namespace genrebench
