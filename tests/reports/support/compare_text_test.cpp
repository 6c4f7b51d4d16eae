#include "reports/support/compare_text.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "reports/support/compare_example.hpp"

namespace genrebench::compare {
namespace compare_text_test {

using namespace genrebench::testing;

std::string paragraph_of(const MemoryStore& store, const CompareOptions& options = {}) {
  const Scores scores(store);
  const std::vector<RunRecord> runs = store.runs("");
  const std::vector<Family> families = make_families(scores, runs, options.level);
  const Reference reference = best_method(families.at(0), options.metric);
  return paragraph(families[0], compare_family(families[0], reference, options), options);
}

TEST(CompareText, NumbersAsText) {
  EXPECT_EQ(p_text(0.0004), "< 0.001");
  EXPECT_EQ(p_text(0.0042), "0.0042");
  EXPECT_EQ(p_text(0.0344), "0.034");
  EXPECT_EQ(p_text(1.0), "1");
  EXPECT_EQ(p_text(std::nullopt), "–");
  EXPECT_EQ(about(1432.0), "1500");
  EXPECT_EQ(about(97.2), "98");
  EXPECT_EQ(about(std::nullopt), "–");
  EXPECT_EQ(ratio_text({12, 10}), "12 : 10");
  EXPECT_EQ(signed_points(-0.0814), "−8.1");
  EXPECT_EQ(signed_points(0.0), "0.0");
  EXPECT_EQ(signed_points(std::numeric_limits<double>::quiet_NaN()), "–");
}

TEST(CompareText, TheParagraphStatesTestCorrectionAndSizes) {
  MemoryStore store;
  add_three_methods(store);
  const std::string text = paragraph_of(store);
  for (const char* part :
       {"On GTZAN, grouped by artist (120 test tracks of 40 artists, one division of the tracks)",
        "the accuracy of 2 methods was compared with that of svm, the best by validation accuracy",
        "a paired bootstrap over artists within genres (2000 resamples",
        "corrected by Holm's method for 2 comparisons (level 0.05)",
        "svm is better than knn (−40.0 [", "No difference was found between svm and mlp (0.0 [",
        "does not show that they are equally", "A difference of 5 points would need about ",
        "power of 80 % (here 120)"})
    EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
  EXPECT_FALSE(contains(text, "corrected resampled")) << "one division";
}

TEST(CompareText, SeveralDivisionsNameTheCorrectedT) {
  MemoryStore store;
  for (const char* division : {"0", "1", "2"}) {
    add_method(store, "svm", said_of_artists(10 + division[0] - '0'), 0.9, division);
    add_method(store, "knn", said_of_artists(2), 0.5, division);
  }
  const std::string text = paragraph_of(store);
  EXPECT_TRUE(contains(text, "3 divisions of the tracks")) << text;
  EXPECT_TRUE(contains(text, "the corrected resampled paired t-test over divisions")) << text;
}

TEST(CompareText, IdenticalAnswersAreSaidToBeSo) {
  MemoryStore store;
  add_method(store, "svm", said_of_artists(10), 0.9);
  add_method(store, "mlp", said_of_artists(10), 0.8);
  EXPECT_TRUE(
      contains(paragraph_of(store), "mlp (the same answer for every one of 120 tracks, p = 1)"));
}

TEST(CompareText, AReferenceThatTheTestPartChoseIsSaidToBeSo) {
  MemoryStore store;
  add_method(store, "svm", said_of_artists(10));
  add_method(store, "mlp", said_of_artists(10, 1));
  add_method(store, "knn", said_of_artists(2));
  const std::string text = paragraph_of(store);
  EXPECT_TRUE(contains(text, "for want of a validation part")) << text;
  EXPECT_TRUE(contains(text, "for all 3 pairs of methods")) << text;
}

}  // namespace compare_text_test
}  // namespace genrebench::compare
