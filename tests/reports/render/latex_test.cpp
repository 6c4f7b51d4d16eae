#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace latex_test {

using namespace genrebench::testing;

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

/// Letters of other scripts where reports show names: a title, a heading, cells, a note.
Document foreign() {
  return {.name = "foreign",
          .title = "",
          .body = {Table{.id = "foreign",
                         .title = "Songs of Σωκράτης Μάλαμας, ≈ 3",
                         .columns = {"исполнитель", "Ångström, Dvořák, Łódź", "n"},
                         .rows = {{{.text = "Кино"}, {.text = "坂本 龍一"}, {.text = "1"}}},
                         .notes = {"e\u0301 is in two pieces; “quoted” – ŧ"}}},
          .data = {}};
}

TEST(Latex, PdflatexShowsLettersThatItLacksByTheirNumbers) {
  const std::string text = render_latex(foreign());
  EXPECT_TRUE(
      contains(text, "\\ifdefined\\Umathchar 坂本\\else{[}U+5742 U+672C{]}\\fi{} \\ifdefined"));
  EXPECT_TRUE(contains(text, ", $\\approx$ 3}"));
  EXPECT_TRUE(contains(text,
                       "e\\ifdefined\\Umathchar \u0301\\else{[}U+0301{]}\\fi{} is in two "
                       "pieces; “quoted” -- \\ifdefined\\Umathchar ŧ\\else{[}U+0167{]}"));
  EXPECT_TRUE(contains(text, "Ångström")) << "it has these";
  EXPECT_FALSE(contains(render_latex(example()), "Umathchar"));
}

TEST_F(Folder, LatexCompilesWithinADocument) {
  if (std::system("command -v pdflatex > /dev/null 2>&1") != 0)
    GTEST_SKIP() << "pdflatex is not installed";
  for (const Document& document : {example(), foreign()})
    write_document(document, folder_, {Format::latex});
  // Twice: the second time it reads the captions that the first has written.
  std::ofstream(folder_ / "main.tex")
      << "\\documentclass{article}\n\\usepackage{booktabs,graphicx}\n\\begin{document}\n"
         "\\listoftables\n\\input{example}\n\\input{foreign}\n\\end{document}\n";
  const std::string once = "pdflatex -interaction=nonstopmode -halt-on-error main.tex > log.txt";
  const std::string command = "cd '" + folder_.string() + "' && " + once + " && " + once;
  EXPECT_EQ(std::system(command.c_str()), 0) << content("log.txt");
}

}  // namespace latex_test
}  // namespace genrebench
