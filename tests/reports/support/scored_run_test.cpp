#include "reports/support/scored_run.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace scored_run_test {

TEST(AnswerSource, ReadsOnceForAllCopies) {
  int n_read = 0;
  const AnswerSource source = [&n_read] {
    ++n_read;
    return Answers{{.track = 3, .truth = 1, .predicted = 2}};
  };
  EXPECT_TRUE(source);
  EXPECT_EQ(n_read, 0) << "until something asks for them";
  const AnswerSource copy = source;
  ASSERT_EQ(source().size(), 1u);
  EXPECT_EQ(source()[0].track, 3);
  EXPECT_EQ(&copy(), &source());
  EXPECT_EQ(n_read, 1);
}

TEST(AnswerSource, ReferencesAreNotCopied) {
  const Answers answers = {{.track = 1}, {.track = 2}};
  const AnswerSource source = [&answers]() -> const Answers& { return answers; };
  EXPECT_EQ(&source(), &answers);
}

TEST(AnswerSource, MayBeEmpty) { EXPECT_FALSE(ScoredRun().answers); }

TEST(NumberedDivision, IsOrderedAsTheNumbersAre) {
  EXPECT_LT(numbered_division(9), numbered_division(10));
  EXPECT_LT(numbered_division(99999), numbered_division(100000));
  EXPECT_EQ(numbered_division(7), numbered_division(7));
}

}  // namespace scored_run_test
}  // namespace genrebench
