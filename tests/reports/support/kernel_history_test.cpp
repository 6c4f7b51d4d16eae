#include "reports/support/kernel_history.hpp"

#include <gtest/gtest.h>

#include <variant>

#include "reports/measured_kernels.hpp"

namespace genrebench {
namespace kernel_history_test {

using testing::twenty_sessions;

template <typename Part>
std::vector<Part> parts(const Document& document) {
  std::vector<Part> result;
  for (const auto& part : document.body)
    if (const auto* one = std::get_if<Part>(&part)) result.push_back(*one);
  return result;
}

TEST(KernelHistory, WhatMovedComesFirstWithItsCommitsAndNote) {
  const std::vector<KernelSession> sessions = twenty_sessions();
  const std::string commit = sessions[14].setting.commit;
  const Document document =
      kernel_history(sessions, gate_histories(sessions), {{commit, "exact lags, meant"}});
  const std::vector<Table> tables = parts<Table>(document);
  ASSERT_EQ(tables.size(), 2u);
  ASSERT_EQ(tables[0].rows.size(), 1u);
  const std::vector<Cell>& row = tables[0].rows[0];
  EXPECT_EQ(row[0].text, "15");
  EXPECT_EQ(row[2].text, "sem/fast");
  EXPECT_EQ(row[4].text.substr(0, 2), "+1");
  EXPECT_TRUE(row[4].caution);
  EXPECT_EQ(row[6].text,
            short_commit(sessions[13].setting) + " .. " + short_commit(sessions[14].setting));
  EXPECT_EQ(row[7].text, "exact lags, meant");
  const std::vector<Figure> figures = parts<Figure>(document);
  ASSERT_EQ(figures.size(), 2u);
  EXPECT_NE(figures[0].title.find("sem/fast"), std::string::npos);
  ASSERT_EQ(figures[0].notes.size(), 1u);
  EXPECT_NE(figures[0].notes[0].find("exact lags, meant"), std::string::npos);
  EXPECT_NE(figures[0].picture.svg().find("change point"), std::string::npos);
  EXPECT_EQ(figures[1].picture.svg().find("change point"), std::string::npos);
  EXPECT_EQ(tables[1].rows.size(), 20u);
}

TEST(KernelHistory, TheDataHoldEveryRepetition) {
  const std::vector<KernelSession> sessions = twenty_sessions();
  const Document document =
      kernel_history(sessions, gate_histories(sessions), {}, {.most_figures = 1});
  ASSERT_EQ(document.data.size(), 1u);
  EXPECT_EQ(document.data[0].rows.size(), 2u * 20u * 5u);
  EXPECT_EQ(parts<Figure>(document).size(), 1u);
  EXPECT_NE(parts<Paragraph>(document).back().text.find("1 of 2"), std::string::npos);
}

TEST(KernelHistory, NothingMovedIsSaid) {
  std::vector<KernelSession> sessions = twenty_sessions();
  sessions.resize(10);
  const Document document = kernel_history(sessions, gate_histories(sessions), {});
  EXPECT_TRUE(parts<Table>(document)[0].rows.empty());
  EXPECT_EQ(parts<Table>(document)[0].notes, (std::vector<std::string>{"Nothing moved."}));
}

}  // namespace kernel_history_test
}  // namespace genrebench
