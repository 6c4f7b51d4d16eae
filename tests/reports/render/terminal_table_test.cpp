// Tables that fit the terminal.
#include "reports/render/terminal_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "base/text.hpp"

namespace genrebench {
namespace terminal_table_test {

std::string text_of(const Table& table, std::size_t width) {
  return terminal_table(table, {.table_width = width});
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, display_width(line));
  return widest;
}

Cell number(const std::string& text) { return {.text = text, .numeric = true}; }

/// Runs as `genrebench runs` lists them.
Table runs(std::size_t n) {
  Table table{.columns = {"run", "method", "features", "dataset", "test accuracy", "message"}};
  for (std::size_t i = 0; i < n; ++i)
    table.rows.push_back({{.text = "run" + std::to_string(i)},
                          {.text = i % 2 == 0 ? "svm" : "decision_tree"},
                          {.text = "mfcc_statistics"},
                          {.text = "gtzan"},
                          number(std::to_string(40 + i) + ".0 %"),
                          {.text = "no usable track of polka is left in the test part"}});
  return table;
}

TEST(TerminalTable, IsAsWideAsItIsWhereNothingLimitsIt) {
  EXPECT_GT(widest_line(text_of(runs(3), 0)), 100u);
  EXPECT_EQ(text_of(runs(3), 0), text_of(runs(3), 1000));
}

TEST(TerminalTable, WhatEveryRowSaysIsSaidOnceWhereTheTableIsTooWide) {
  const std::string text = text_of(runs(3), 80);
  EXPECT_EQ(text,
            "every row: features: mfcc_statistics; dataset: gtzan; message: no usable track\n"
            "  of polka is left in the test part\n"
            "\n"
            "run   method         test accuracy\n"
            "----  -------------  -------------\n"
            "run0  svm                   40.0 %\n"
            "run1  decision_tree         41.0 %\n"
            "run2  svm                   42.0 %\n");
}

TEST(TerminalTable, TextAndHeadingsAreBrokenAtBlanks) {
  Table table{.columns = {"track", "number of windows", "why"}};
  table.rows = {{{.text = "a"}, number("12"), {.text = "shorter than the excerpt"}},
                {{.text = "b"}, number("7"), {.text = "silent"}}};
  EXPECT_EQ(text_of(table, 32),
            "track    number of  why\n"
            "           windows\n"
            "-----  -----------  ------------\n"
            "a               12  shorter than\n"
            "                    the excerpt\n"
            "b                7  silent\n");
}

TEST(TerminalTable, EachRowBecomesABlockWhereColumnsWouldBeTooNarrow) {
  Table table{.columns = {"experiment", "queue", "folder", "note"}};
  table.rows = {
      {{.text = "table2"}, {.text = "14 pending"}, {.text = "/scratch/music/runs.db"}, {}},
      {{.text = "table3"},
       {.text = "ended"},
       {.text = "/scratch/music/other"},
       {.text = "merged"}}};
  EXPECT_EQ(text_of(table, 40),
            "experiment  table2\n"
            "queue       14 pending\n"
            "folder      /scratch/music/runs.db\n"
            "\n"
            "experiment  table3\n"
            "queue       ended\n"
            "folder      /scratch/music/other\n"
            "note        merged\n");
}

TEST(TerminalTable, AValueThatDoesNotFitBesideItsKeyStandsBelowIt) {
  const std::string hash(30, 'f');
  Table table{.columns = {"key", "value"}};
  table.rows = {{{.text = "dataset.root"}, {.text = hash}}, {{.text = "method.c"}, {.text = "10"}}};
  EXPECT_EQ(text_of(table, 32),
            "dataset.root\n"
            "  " +
                hash +
                "\n"
                "method.c      10\n");
}

TEST(TerminalTable, AMatrixOfNumbersIsDividedByColumns) {
  Table table{.columns = {"", "blues", "classical", "country", "hiphop"}};
  for (const char* genre : {"blues", "classical"})
    table.rows.push_back({{.text = genre}, number("9"), number("0"), number("1"), number("0")});
  EXPECT_EQ(text_of(table, 30),
            "           blues  classical\n"
            "---------  -----  ---------\n"
            "blues          9          0\n"
            "classical      9          0\n"
            "\n"
            "           country  hiphop\n"
            "---------  -------  ------\n"
            "blues            1       0\n"
            "classical        1       0\n");
}

TEST(TerminalTable, FitsAnyTerminalIfItsWordsDo) {
  for (const std::size_t n : {1u, 2u, 30u})
    for (std::size_t width = 30; width <= 160; width += 7)
      EXPECT_LE(widest_line(text_of(runs(n), width)), width) << n << " rows\n"
                                                             << text_of(runs(n), width);
}

TEST(TerminalTable, WideCharactersCountDouble) {
  Table table{.columns = {"genre", "track"}};
  table.rows = {{{.text = "演歌"}, {.text = "津軽海峡 冬景色 津軽海峡 冬景色"}}};
  EXPECT_LE(widest_line(text_of(table, 24)), 24u);
}

TEST(TerminalTable, AnEmptyOneHasItsHeadings) {
  const Table table{.columns = {"run", "status"}};
  EXPECT_EQ(text_of(table, 20), "run  status\n---  ------\n");
  EXPECT_EQ(text_of(Table{}, 20), "");
}

TEST(TerminalTable, EmphasisDoesNotCountAsWidth) {
  Table table{.columns = {"method", "accuracy"}};
  table.rows = {
      {{.text = "svm", .strong = true}, {.text = "81.0 %", .numeric = true, .caution = true}}};
  EXPECT_EQ(terminal_table(table, {.colours = true, .table_width = 80}),
            "method  accuracy\n"
            "------  --------\n"
            "\033[1msvm\033[0m       \033[33m81.0 %\033[0m\n");
}

}  // namespace terminal_table_test
}  // namespace genrebench
