#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace {

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

}  // namespace
}  // namespace genrebench
