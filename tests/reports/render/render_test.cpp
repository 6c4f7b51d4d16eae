#include "reports/render/render.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

class Folder : public ::testing::Test {
 protected:
  ~Folder() override { fs::permissions(folder_, fs::perms::owner_all); }

  std::string content(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  std::size_t n_files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }

  testing::TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
};

/// One table with everything that needs care.
Document example() {
  Table table{.id = "tricky",
              .title = "R&B | 100 % <of> a_b",
              .columns = {"name", "value, %"},
              .rows = {{{.text = "Björk"}, {.text = "1.5", .numeric = true}},
                       {{.text = "a & b | c_d < e, \"f\"\ng"},
                        {.text = "45.7 ± 3.2", .numeric = true, .caution = true}},
                       {{.text = "[x] *"}, {.text = "99.0", .numeric = true, .strong = true}}},
              .notes = {"† A note: $x^2$ #1."}};
  Table data{.id = "tricky_data",
             .title = "All",
             .columns = {"run", "accuracy"},
             .rows = {{{.text = "0123"}, {.text = "0.25", .numeric = true}},
                      {{.text = "4567"}, {.text = "", .numeric = true}}},
             .notes = {}};
  Figure figure{.id = "curve",
                .title = "Loss",
                .svg =
                    "<?xml version=\"1.0\"?>\n<!DOCTYPE svg>\n<svg "
                    "xmlns=\"http://www.w3.org/2000/svg\"><path/></svg>",
                .notes = {}};
  return {.name = "example",
          .title = "An example",
          .body = {Paragraph{"First, <text>."}, table, figure},
          .data = {data}};
}

Document without_figure() {
  Document document = example();
  document.body.pop_back();
  return document;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Terminal, ColumnsAreAlignedByWidthAndNumbersToTheRight) {
  const Document document{
      .name = "t",
      .title = "",
      .body = {Table{.id = "t",
                     .title = "T",
                     .columns = {"name", "n"},
                     .rows = {{{.text = "Björk"}, {.text = "1", .numeric = true}},
                              {{.text = "ab"}, {.text = "20 ± 3", .numeric = true}},
                              {{.text = "音楽"}, {.text = "7", .numeric = true}}},
                     .notes = {"a note"}}},
      .data = {}};
  EXPECT_EQ(render_terminal(document),
            "T\n"
            "-\n"
            "name        n\n"
            "-----  ------\n"
            "Björk       1\n"
            "ab     20 ± 3\n"
            "音楽        7\n"
            "- a note\n");
}

/// Names that would break a table or become equal in it.
const std::vector<std::string>& awkward_names() {
  static const std::vector<std::string> names = {"a\nb",     "a b",  "a\r\nb|c", " a",  "a ",
                                                 "\"a\", b", "a\\b", "<a>&amp;", "a\tb"};
  return names;
}

Document with_awkward_names() {
  Table table{.id = "t", .title = "T", .columns = {"name"}, .rows = {}, .notes = {}};
  for (const std::string& name : awkward_names()) {
    table.columns.push_back(name);
    table.rows.push_back({{.text = name}});
    for (std::size_t i = 0; i < awkward_names().size(); ++i)
      table.rows.back().push_back({.text = "1", .numeric = true});
  }
  return {.name = "t", .title = "", .body = {table}, .data = {table}};
}

std::size_t n_lines_with(const std::string& text, const std::string& part) {
  std::istringstream lines(text);
  std::size_t n = 0;
  for (std::string line; std::getline(lines, line);)
    n += line.find(part) != std::string::npos ? 1 : 0;
  return n;
}

TEST(Formats, NamesWithLineEndsAndSpecialCharactersHaveOneRowAndStayApart) {
  const Document document = with_awkward_names();
  const std::size_t n = awkward_names().size();
  const std::string terminal = render_terminal(document);
  EXPECT_EQ(n_lines_with(terminal, "  1"), n);
  EXPECT_TRUE(contains(terminal, "a↵b ")) << terminal;
  EXPECT_TRUE(contains(terminal, "a↵b|c ")) << terminal;
  const std::string markdown = render_markdown(document);
  EXPECT_EQ(n_lines_with(markdown, " 1 |"), n);
  EXPECT_TRUE(contains(markdown, "| &#32;a |") && contains(markdown, "| a&#32; |") &&
              contains(markdown, "| a<br>b\\|c |"))
      << markdown;
  const std::string latex = render_latex(document);
  EXPECT_EQ(n_lines_with(latex, "& 1 "), n);
  EXPECT_TRUE(contains(latex, "a$\\hookleftarrow$b")) << latex;
  const auto json = nlohmann::json::parse(render_json(document));
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_EQ(json["body"][0]["rows"][i][0]["text"], awkward_names()[i]);
    EXPECT_EQ(json["body"][0]["columns"][i + 1], awkward_names()[i]);
    EXPECT_EQ(json["data"][0]["records"][i]["name"], awkward_names()[i]);
    EXPECT_EQ(json["data"][0]["records"][0][awkward_names()[i]], 1);
  }
}

TEST(Terminal, ColoursAppearOnlyWhenAskedFor) {
  EXPECT_FALSE(contains(render_terminal(example()), "\033"));
  const std::string colourful = render_terminal(example(), {.colours = true});
  EXPECT_TRUE(contains(colourful, "\033[1m99.0\033[0m"));
  EXPECT_TRUE(contains(colourful, "\033[33m45.7 ± 3.2\033[0m"));
}

TEST(Terminal, AMessageCannotSteerTheTerminal) {
  const Document document{
      .name = "t", .title = "", .body = {Paragraph{"\033]0;title\007"}}, .data = {}};
  EXPECT_EQ(render_terminal(document), "\uFFFD]0;title\uFFFD\n");
}

TEST(Terminal, AnEmptyDocumentIsEmptyText) { EXPECT_EQ(render_terminal({}), ""); }

TEST(Markdown, SpecialCharactersAreEscapedAndCellsStayOnOneLine) {
  const std::string text = render_markdown(example());
  EXPECT_TRUE(contains(
      text, "# An example\n\nFirst, &lt;text&gt;.\n\n## R&amp;B \\| 100 % &lt;of&gt; a\\_b\n\n"));
  EXPECT_TRUE(contains(text, "| name | value, % |\n| :--- | ---: |\n| Björk | 1.5 |\n"));
  EXPECT_TRUE(contains(text, "| a &amp; b \\| c\\_d &lt; e, \"f\"<br>g | *45.7 ± 3.2* |\n"));
  EXPECT_TRUE(contains(text, "| \\[x\\] \\* | **99.0** |\n"));
  EXPECT_TRUE(contains(text, "\n- † A note: \\$x^2\\$ \\#1.\n"));
  EXPECT_TRUE(contains(text, "![Loss](curve.svg)"));
}

TEST(Latex, SpecialCharactersAreEscaped) {
  const std::string text = render_latex(example());
  EXPECT_TRUE(contains(text,
                       "\\caption{R\\&B \\textbar{} 100 \\% \\textless{}of\\textgreater{} "
                       "a\\_b}\n\\label{tab:tricky}\n"));
  EXPECT_TRUE(
      contains(text, "\\begin{tabular}{lr}\n\\toprule\nname & value, \\% \\\\\n\\midrule\n"));
  EXPECT_TRUE(contains(text,
                       "a \\& b \\textbar{} c\\_d \\textless{} e, \"f\"$\\hookleftarrow$g & "
                       "\\textit{45.7 $\\pm$ 3.2} \\\\\n"));
  EXPECT_TRUE(contains(text, "\n{[}x{]} {*} & \\textbf{99.0} \\\\\n"));
  EXPECT_TRUE(contains(text, "$\\dagger$ A note: \\$x\\textasciicircum{}2\\$ \\#1.\\par\n"));
}

TEST(Latex, LongHeadingsAreBrokenSoThatColumnsStayNarrow) {
  const Document document{.name = "t",
                          .title = "",
                          .body = {Table{.id = "t",
                                         .title = "T",
                                         .columns = {"Algorithm", "segmented songs: a_b"},
                                         .rows = {{{.text = "x"}, {.text = "1", .numeric = true}}},
                                         .notes = {}}},
                          .data = {}};
  EXPECT_TRUE(contains(render_latex(document),
                       "Algorithm & \\shortstack[r]{segmented\\\\songs: a\\_b} \\\\\n"));
}

TEST(Latex, HyphensAndBackslashesStayAsTheyAre) {
  const Document document{
      .name = "t", .title = "", .body = {Paragraph{"--json ---x a\\b ~{}"}}, .data = {}};
  EXPECT_TRUE(contains(render_latex(document),
                       "-{}-json -{}-{}-x a\\textbackslash{}b \\textasciitilde{}\\{\\}\\par\n"));
}

TEST_F(Folder, LatexCompilesWithinADocument) {
  if (std::system("command -v pdflatex > /dev/null 2>&1") != 0)
    GTEST_SKIP() << "pdflatex is not installed";
  write_document(example(), folder_, {Format::latex});
  std::ofstream(folder_ / "main.tex")
      << "\\documentclass{article}\n\\usepackage{booktabs,graphicx}\n\\begin{document}\n"
         "\\input{example}\n\\end{document}\n";
  const std::string command =
      "cd '" + folder_.string() +
      "' && pdflatex -interaction=nonstopmode -halt-on-error main.tex > log.txt";
  EXPECT_EQ(std::system(command.c_str()), 0) << content("log.txt");
}

TEST(Html, SpecialCharactersAreEscapedAndFiguresAreWithin) {
  const std::string text = render_html(example());
  EXPECT_TRUE(contains(text, "<caption>R&amp;B | 100 % &lt;of&gt; a_b</caption>"));
  EXPECT_TRUE(contains(text, "<th scope=\"row\">a &amp; b | c_d &lt; e, &quot;f&quot;<br>g</th>"));
  EXPECT_TRUE(contains(text, "<td class=\"number caution\">45.7 ± 3.2</td>"));
  EXPECT_TRUE(contains(text, "<td class=\"number strong\">99.0</td>"));
  EXPECT_TRUE(contains(text, "<svg xmlns=\"http://www.w3.org/2000/svg\"><path/></svg>"));
  EXPECT_FALSE(contains(text, "<?xml"));
  EXPECT_FALSE(contains(text, "<!DOCTYPE svg"));
}

TEST(Html, ThePageNeedsNothingElse) {
  const std::string text = render_html(without_figure());
  for (const char* external : {"http", "src=", "<link", "<script", "@import", "url("})
    EXPECT_FALSE(contains(text, external)) << external;
  EXPECT_TRUE(text.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
}

TEST(Csv, CellsWithCommasQuotesAndLineEndsAreQuoted) {
  EXPECT_EQ(render_csv(std::get<Table>(example().body[1])),
            "name,\"value, %\"\r\n"
            "Björk,1.5\r\n"
            "\"a & b | c_d < e, \"\"f\"\"\ng\",45.7 ± 3.2\r\n"
            "[x] *,99.0\r\n");
}

TEST(Csv, ShownTablesAndDataTablesHaveOneFileEach) {
  const auto files = render_csv_files(example());
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files.at("tricky_data.csv"), "run,accuracy\r\n0123,0.25\r\n4567,\r\n");
}

TEST(Json, DataAreNumbersAndEmptyCellsAreNull) {
  const auto json = nlohmann::json::parse(render_json(example()));
  EXPECT_EQ(json["name"], "example");
  EXPECT_EQ(json["body"][0], (nlohmann::json{{"type", "paragraph"}, {"text", "First, <text>."}}));
  EXPECT_EQ(json["body"][1]["rows"][1][0]["text"], "a & b | c_d < e, \"f\"\ng");
  EXPECT_EQ(json["body"][1]["rows"][1][1]["caution"], true);
  const auto& records = json["data"][0]["records"];
  EXPECT_EQ(records[0]["run"], "0123");  // an id is no number
  EXPECT_EQ(records[0]["accuracy"], 0.25);
  EXPECT_TRUE(records[1]["accuracy"].is_null());
}

TEST(Json, InvalidUtf8DoesNotStopAReport) {
  const Document document{.name = "t", .title = "bad \xFF", .body = {}, .data = {}};
  EXPECT_EQ(nlohmann::json::parse(render_json(document))["title"], "bad \uFFFD");
}

TEST(Formats, NamesAreReadBack) {
  for (const Format format : all_formats()) EXPECT_EQ(parse_format(to_string(format)), format);
}

TEST(Formats, AnUnknownFormatNamesTheNearest) {
  try {
    parse_format("htlm");
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_TRUE(contains(error.what(), "'htlm'")) << error.what();
    EXPECT_TRUE(contains(error.what(), "html")) << error.what();
  }
}

TEST_F(Folder, ADocumentIsWrittenInEveryFormat) {
  const std::vector<fs::path> files = write_document(example(), folder_ / "new" / "folder");
  std::vector<std::string> names;
  for (const fs::path& file : files) {
    names.push_back(file.filename().string());
    EXPECT_TRUE(fs::is_regular_file(file)) << file;
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"example.md", "example.tex", "example.html", "example.json",
                                      "tricky.csv", "tricky_data.csv", "curve.svg"}));
  EXPECT_EQ(static_cast<std::size_t>(
                std::distance(fs::directory_iterator(folder_ / "new" / "folder"), {})),
            7u)
      << "a temporary file was left";
}

TEST_F(Folder, OnlyTheFormatsAskedForAreWritten) {
  EXPECT_EQ(write_document(example(), folder_, {Format::html}),
            (std::vector<fs::path>{folder_ / "example.html"}));
  EXPECT_EQ(n_files(), 1u);
}

TEST_F(Folder, AFileThatExistsIsReplaced) {
  std::ofstream(folder_ / "example.md") << "old and longer than nothing";
  write_document(without_figure(), folder_, {Format::markdown});
  EXPECT_EQ(content("example.md"), render_markdown(without_figure()));
}

TEST_F(Folder, AFolderThatCannotBeMadeIsNamed) {
  std::ofstream(folder_ / "file") << "x";
  try {
    write_document(example(), folder_ / "file" / "below");
    FAIL();
  } catch (const DataError& error) {
    EXPECT_TRUE(contains(error.what(), (folder_ / "file" / "below").string())) << error.what();
  }
}

TEST_F(Folder, AFileThatCannotBeWrittenIsNamed) {
  fs::create_directory(folder_ / "example.md");  // a folder has the name: renaming onto it fails,
                                                 // for root too
  try {
    write_document(example(), folder_, {Format::markdown});
    FAIL();
  } catch (const DataError& error) {
    EXPECT_TRUE(contains(error.what(), (folder_ / "example.md").string())) << error.what();
  }
  EXPECT_EQ(n_files(), 1u) << "a temporary file was left";
}

TEST_F(Folder, AFolderWithoutPermissionIsAnError) {
  if (::geteuid() == 0) GTEST_SKIP() << "permissions do not stop root";
  fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THROW(write_document(example(), folder_, {Format::markdown}), DataError);
}

TEST_F(Folder, AFullDiskLeavesTheOldFileAndNamesIt) {
  std::ofstream(folder_ / "example.md") << "old";
  Document document = without_figure();
  document.body.emplace_back(Paragraph{std::string(10000, 'x')});
  // A limit on file sizes fails a write in its middle, as a full disk does.
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit small = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  std::string message;
  try {
    write_document(document, folder_, {Format::markdown});
  } catch (const DataError& error) {
    message = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_TRUE(contains(message, (folder_ / "example.md").string())) << message;
  EXPECT_EQ(content("example.md"), "old");
  EXPECT_EQ(n_files(), 1u) << "a temporary file was left";
}

TEST_F(Folder, TwoTablesOfOneIdAreABug) {
  Document document = example();
  document.data.push_back(document.data.front());
  EXPECT_THROW(write_document(document, folder_), std::logic_error);
  EXPECT_EQ(n_files(), 0u);
}

TEST_F(Folder, AnIdThatIsNoFileNameIsABug) {
  for (const char* id : {"", "../up", "a b", ".hidden"}) {
    Document document = example();
    document.data.front().id = id;
    EXPECT_THROW(write_document(document, folder_), std::logic_error) << id;
  }
}

}  // namespace
}  // namespace genrebench
