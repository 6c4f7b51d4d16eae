#include <gtest/gtest.h>

#include "reports/render/example_document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace {

using namespace genrebench::testing;

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

}  // namespace
}  // namespace genrebench
