#include "harness/data/section_scores.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace section_scores_test {

const std::filesystem::path kGolden = GENREBENCH_SOURCE_DIR "/tests/golden/structure";
const std::vector<Section> kTruth = {{0.0, 10.0, "A"}, {10.0, 20.0, "B"}};

/// What make.py writes, in its order. Those of full agreement are 1, but for the mutual
/// information (the 19th) and the last two.
std::vector<double> as_list(const SectionScores& s) {
  return {s.adjusted_rand,
          s.normalised_mutual_information,
          s.pairwise_precision,
          s.pairwise_recall,
          s.pairwise_f,
          s.over_segmentation,
          s.under_segmentation,
          s.boundary_05.precision,
          s.boundary_05.recall,
          s.boundary_05.f,
          s.boundary_3.precision,
          s.boundary_3.recall,
          s.boundary_3.f,
          s.nce_f,
          s.v_precision,
          s.v_recall,
          s.v_measure,
          s.rand,
          s.mutual_information,
          s.adjusted_mutual_information,
          s.trimmed_05.precision,
          s.trimmed_05.recall,
          s.trimmed_05.f,
          s.trimmed_3.precision,
          s.trimmed_3.recall,
          s.trimmed_3.f,
          s.truth_deviation_s,
          s.estimate_deviation_s};
}

/// Scores by the names of mir_eval.segment.evaluate.
std::map<std::string, double> by_mir_eval_names(const SectionScores& s) {
  return {{"Precision@0.5", s.boundary_05.precision},
          {"Recall@0.5", s.boundary_05.recall},
          {"F-measure@0.5", s.boundary_05.f},
          {"Precision@3.0", s.boundary_3.precision},
          {"Recall@3.0", s.boundary_3.recall},
          {"F-measure@3.0", s.boundary_3.f},
          {"Ref-to-est deviation", s.truth_deviation_s},
          {"Est-to-ref deviation", s.estimate_deviation_s},
          {"Pairwise Precision", s.pairwise_precision},
          {"Pairwise Recall", s.pairwise_recall},
          {"Pairwise F-measure", s.pairwise_f},
          {"Rand Index", s.rand},
          {"Adjusted Rand Index", s.adjusted_rand},
          {"Mutual Information", s.mutual_information},
          {"Adjusted Mutual Information", s.adjusted_mutual_information},
          {"Normalized Mutual Information", s.normalised_mutual_information},
          {"NCE Over", s.over_segmentation},
          {"NCE Under", s.under_segmentation},
          {"NCE F-measure", s.nce_f},
          {"V Precision", s.v_precision},
          {"V Recall", s.v_recall},
          {"V-measure", s.v_measure}};
}

/// The sections of a .lab file; labels may hold blanks, lines that are no section are comments.
std::vector<Section> lab_sections(const std::filesystem::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  std::vector<Section> sections;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    Section section;
    if (!(words >> section.start_s >> section.end_s)) continue;
    std::getline(words >> std::ws, section.label);
    sections.push_back(section);
  }
  EXPECT_FALSE(sections.empty()) << file;
  return sections;
}

TEST(SectionScores, AreThoseOfMirEval) {
  // Both sides compute in double precision from the same counts; 1e-9 leaves room for the order of
  // the operations.
  std::ifstream in(kGolden / "segmentations.txt");
  ASSERT_TRUE(in);
  int cases = 0;
  std::string word;
  for (std::size_t n_truth = 0, n_estimate = 0; in >> word >> n_truth >> n_estimate; ++cases) {
    std::vector<Section> truth(n_truth);
    std::vector<Section> estimate(n_estimate);
    for (std::vector<Section>* sections : {&truth, &estimate}) {
      for (Section& section : *sections) in >> section.start_s >> section.end_s >> section.label;
    }
    const std::vector<double> scores = as_list(score_sections(truth, estimate));
    for (std::size_t i = 0; i < scores.size(); ++i) {
      double expected = 0.0;
      ASSERT_TRUE(in >> expected);
      EXPECT_NEAR(scores[i], expected, 1e-9) << "case " << cases << ", score " << i;
    }
  }
  EXPECT_EQ(cases, 76);
}

TEST(SectionScores, OfRealSongsAreThoseThatMirEvalShipsWith) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const std::filesystem::path folder = shared / "data" / "structure" / "mir_eval";
  for (int i = 0; i < 10; ++i) {
    const std::string number = "0" + std::to_string(i);
    const auto scores =
        by_mir_eval_names(score_sections(lab_sections(folder / ("ref" + number + ".lab")),
                                         lab_sections(folder / ("est" + number + ".lab"))));
    std::ifstream in(folder / ("output" + number + ".json"));
    const auto expected = nlohmann::json::parse(in);
    EXPECT_EQ(scores.size(), expected.size());
    for (const auto& [name, value] : scores)
      EXPECT_NEAR(value, expected.at(name).get<double>(), 1e-6) << name << " of " << number;
  }
}

TEST(SectionScores, OfLabelsAreThoseOfScikitLearn) {
  std::ifstream in(kGolden / "labels.txt");
  ASSERT_TRUE(in);
  int cases = 0;
  double rand = 0.0;
  double information = 0.0;
  double adjusted = 0.0;
  for (std::size_t n = 0; in >> n >> rand >> information >> adjusted; ++cases) {
    std::vector<int> a(n);
    std::vector<int> b(n);
    for (int& label : a) in >> label;
    for (int& label : b) in >> label;
    EXPECT_NEAR(adjusted_rand_index(a, b), rand, 1e-12) << "case " << cases;
    EXPECT_NEAR(normalised_mutual_information(a, b), information, 1e-12) << "case " << cases;
    EXPECT_NEAR(adjusted_mutual_information(a, b), adjusted, 1e-9) << "case " << cases;
  }
  EXPECT_EQ(cases, 42);
}

TEST(SectionScores, OfSixThingsAreThoseWorkedByHand) {
  // Pairs: 2 together in both; 6 in a, 3 in b, of 15. By chance 6 * 3 / 15 = 1.2.
  EXPECT_NEAR(adjusted_rand_index({0, 0, 0, 1, 1, 1}, {0, 0, 1, 2, 3, 3}),
              (2.0 - 2.0 * 6.0 / 15.0) / (4.0 - 2.0 * 6.0 / 15.0), 1e-15);
  // Each label of b is of one label of a: the information is log 2; the entropies are log 2 and
  // log 4.
  EXPECT_NEAR(normalised_mutual_information({0, 0, 1, 1}, {0, 1, 2, 3}), std::sqrt(0.5), 1e-15);
}

TEST(SectionScores, OfTheTruthAreOnes) {
  for (const char* first : {"A", "x"}) {
    const SectionScores scores = score_sections(kTruth, {{0.0, 10.0, first}, {10.0, 20.0, "B"}});
    std::vector<double> ones = as_list(scores);
    ones.resize(ones.size() - 2);
    ones.erase(ones.begin() + 18);
    for (const double score : ones) EXPECT_NEAR(score, 1.0, 1e-14);
    EXPECT_NEAR(scores.mutual_information, std::log(2.0), 1e-4) << "one frame more in a half";
    EXPECT_EQ(scores.truth_deviation_s, 0.0);
    EXPECT_EQ(scores.estimate_deviation_s, 0.0);
  }
}

TEST(SectionScores, AreNothingWhereOnlyTheEndsOfTheSongAreBoundaries) {
  const SectionScores scores = score_sections(kTruth, {{0.0, 20.0, "all"}});
  EXPECT_EQ(scores.boundary_05.precision, 1.0);
  EXPECT_EQ(scores.trimmed_05.precision, 0.0);
  EXPECT_EQ(scores.trimmed_3.f, 0.0);
  EXPECT_EQ(scores.adjusted_mutual_information, 0.0);
  EXPECT_EQ(scores.v_measure, 0.0);
  // True boundaries 0, 10, 20 are 0, 10 and 0 s from those at 0 and 20 s.
  EXPECT_EQ(scores.truth_deviation_s, 0.0);
  EXPECT_EQ(scores.estimate_deviation_s, 0.0);
}

TEST(SectionScores, DeviationsAreMediansOfTheDistancesToTheNearestBoundary) {
  // 0, 10, 20 against 0, 9, 14, 20: distances 0, 1, 0 and 0, 1, 4, 0.
  const SectionScores scores =
      score_sections(kTruth, {{0.0, 9.0, "A"}, {9.0, 14.0, "B"}, {14.0, 20.0, "A"}});
  EXPECT_EQ(scores.truth_deviation_s, 0.0);
  EXPECT_EQ(scores.estimate_deviation_s, 0.5);
  EXPECT_EQ(scores.trimmed_3.precision, 0.5);
  EXPECT_EQ(scores.trimmed_3.recall, 1.0);
}

TEST(SectionScores, DoNotDependOnTheNamesOfTheLabels) {
  const std::vector<int> a = {0, 0, 1, 2, 2, 2, 1};
  const std::vector<int> b = {5, 5, 5, -3, -3, 9, 9};
  const std::vector<int> renamed = {1, 1, 1, 0, 0, 7, 7};
  EXPECT_EQ(adjusted_rand_index(a, b), adjusted_rand_index(a, renamed));
  EXPECT_DOUBLE_EQ(adjusted_rand_index(a, b), adjusted_rand_index(b, a));
  EXPECT_NEAR(normalised_mutual_information(a, b), normalised_mutual_information(b, a), 1e-15);
}

TEST(SectionScores, MatchABoundaryAtMostOnce) {
  // Boundaries 0, 10, 20 against 0, 9.8, 10.2, 20: three of four.
  const BoundaryScores scores =
      score_sections(kTruth, {{0.0, 9.8, "A"}, {9.8, 10.2, "B"}, {10.2, 20.0, "C"}}).boundary_05;
  EXPECT_EQ(scores.precision, 0.75);
  EXPECT_EQ(scores.recall, 1.0);
  EXPECT_NEAR(scores.f, 6.0 / 7.0, 1e-15);
}

TEST(SectionScores, GiveADriftingBoundaryUpBetweenTheWindows) {
  const std::vector<Section> late = {{0.0, 12.0, "A"}, {12.0, 20.0, "B"}};
  EXPECT_NEAR(score_sections(kTruth, late).boundary_05.f, 2.0 / 3.0, 1e-15);
  EXPECT_EQ(score_sections(kTruth, late).boundary_3.f, 1.0);
}

TEST(SectionScores, RefuseWhatIsNoSegmentation) {
  EXPECT_THROW_SAYING(score_sections({}, kTruth), DataError, "known sections");
  EXPECT_THROW_SAYING(score_sections(kTruth, {{3.0, 3.0, "A"}}), DataError, "estimate", "end after",
                      "3 s");
  EXPECT_THROW_SAYING(score_sections({{-1.0, 3.0, "A"}}, kTruth), DataError, "truth", "-1 s");
  EXPECT_THROW_SAYING(score_sections(kTruth, {{0.0, std::numeric_limits<double>::infinity(), "A"}}),
                      DataError, "finite");
  EXPECT_THROW_SAYING(score_sections(kTruth, {{std::nan(""), 1.0, "A"}}), DataError, "finite");
  EXPECT_THROW_SAYING(score_sections(kTruth, {{5.0, 6.0, "A"}, {4.0, 9.0, "B"}}), DataError,
                      "section 1", "above");
  EXPECT_THROW_SAYING(adjusted_rand_index({1}, {}), DataError, "1", "0");
  EXPECT_THROW_SAYING(normalised_mutual_information({1}, {1, 2}), DataError, "1", "2");
  EXPECT_THROW_SAYING(adjusted_mutual_information({1}, {1, 2}), DataError, "1", "2");
}

}  // namespace section_scores_test
}  // namespace genrebench
