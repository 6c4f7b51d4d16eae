#include "harness/store/query_text.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace query_text_test {

using Row = std::vector<QueryValue>;

TEST(QueryText, HasEveryDigitThatCounts) {
  EXPECT_EQ(query_text(0.1), "0.1");
  EXPECT_EQ(query_text(1.0 / 3.0), "0.3333333333333333");
  EXPECT_EQ(query_text(std::int64_t{-7}), "-7");
  EXPECT_EQ(query_text(Blob{std::string("\x00\xffz", 3)}), "00ff7a");
  EXPECT_EQ(query_text(std::monostate()), "");
}

TEST(QueryText, TellsNullFromAnEmptyTextInCsv) {
  EXPECT_EQ(csv_line(Row{std::monostate(), std::string(), std::string("a,\"b\"\n")}),
            ",\"\",\"a,\"\"b\"\"\n\"\n");
  EXPECT_EQ(csv_line(Row{std::monostate()}), "\"\"\n") << "a blank line would be skipped";
  EXPECT_EQ(csv_line(std::vector<std::string>{"a", "b c"}), "a,b c\n");
}

}  // namespace query_text_test
}  // namespace genrebench
