#include <gtest/gtest.h>

#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace csv_test {

using namespace genrebench::testing;

TEST(Csv, CellsWithCommasQuotesAndLineEndsAreQuoted) {
  EXPECT_EQ(render_csv(std::get<Table>(example().body[1])),
            "name,\"value, %\"\r\n"
            "Björk,1.5\r\n"
            "\"a & b | c_d < e, \"\"f\"\"\ng\",45.7 ± 3.2\r\n"
            "[x] *,99.0\r\n");
}

TEST(Csv, TextThatASpreadsheetWouldComputeGetsAnApostrophe) {
  const auto text = [](const std::string& cell) {
    return render_csv({.columns = {"x"}, .rows = {{{.text = cell}}}}).substr(3);
  };
  EXPECT_EQ(text("=cmd|' calc'!A0"), "'=cmd|' calc'!A0\r\n");
  EXPECT_EQ(text("+1+cmd|'/C calc'!A0"), "'+1+cmd|'/C calc'!A0\r\n");
  EXPECT_EQ(text("-2+3"), "'-2+3\r\n");
  EXPECT_EQ(text("@SUM(A1:A9)"), "'@SUM(A1:A9)\r\n");
  EXPECT_EQ(text("\t=1"), "'\t=1\r\n");
  EXPECT_EQ(text("\r=1"), "\"'\r=1\"\r\n");
  EXPECT_EQ(text("  =HYPERLINK(\"x\")"), "\"'  =HYPERLINK(\"\"x\"\")\"\r\n");
  EXPECT_EQ(text("＝1"), "'＝1\r\n");
  for (const char* plain : {"a=1", "1-2", "-3.5", "+7", "-1e-5", "− 3 points", "Rock & Roll", ""})
    EXPECT_EQ(text(plain), std::string(plain) + "\r\n") << plain;
  EXPECT_EQ(render_csv({.columns = {"=genre", "n"},
                        .rows = {{{.text = "x"}, {.text = "+9.5 ± 21.1 points", .numeric = true}},
                                 {{.text = "y"}, {.text = "-1+cmd|'/C'!A0", .numeric = true}}}}),
            "'=genre,n\r\nx,+9.5 ± 21.1 points\r\ny,'-1+cmd|'/C'!A0\r\n")
      << "numbers stay as they are, and what is only marked as one does not";
}

TEST(Csv, ShownTablesAndDataTablesHaveOneFileEach) {
  const auto files = render_csv_files(example());
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files.at("tricky_data.csv"), "run,accuracy\r\n0123,0.25\r\n4567,\r\n");
}

}  // namespace csv_test
}  // namespace genrebench
