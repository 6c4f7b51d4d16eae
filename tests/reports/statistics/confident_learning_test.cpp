#include "reports/statistics/confident_learning.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace genrebench {
namespace confident_learning_test {

/// All numbers of a file of cleanlab's values: tests/golden/label_errors/make.py made them.
std::vector<double> golden(const std::string& name) {
  std::ifstream file(std::filesystem::path(GENREBENCH_SOURCE_DIR) / "tests/golden/label_errors" /
                     (name + ".txt"));
  std::vector<double> result;
  for (double value = 0.0; file >> value;) result.push_back(value);
  EXPECT_FALSE(result.empty()) << name;
  return result;
}

struct Examples {
  std::vector<int> labels = {};
  std::vector<double> probabilities = {};
};

Examples golden_examples() {
  Examples result;
  const std::vector<double> numbers = golden("examples");
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (i % 6 == 0)
      result.labels.push_back(static_cast<int>(numbers[i]));
    else
      result.probabilities.push_back(numbers[i]);
  return result;
}

TEST(ConfidentLearning, AgreesWithCleanlab) {
  const Examples examples = golden_examples();
  const ConfidentLearning found =
      confident_learning(examples.labels, examples.probabilities, /*n_classes=*/5);
  const std::vector<double> expected = golden("expected"), joint = golden("joint"),
                            thresholds = golden("thresholds");
  ASSERT_EQ(found.confident_class.size(), 300u);
  // Both compute in double precision from the same decimals; the files keep 12 digits.
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_EQ(found.confident_class[i], static_cast<int>(expected[3 * i])) << i;
    EXPECT_NEAR(found.self_confidence[i], expected[3 * i + 1], 1e-11) << i;
    EXPECT_NEAR(found.normalized_margin[i], expected[3 * i + 2], 1e-11) << i;
  }
  ASSERT_EQ(found.joint.size(), 25u);
  for (std::size_t i = 0; i < 25; ++i)
    EXPECT_EQ(found.joint[i], static_cast<std::size_t>(joint[i])) << i;
  ASSERT_EQ(found.thresholds.size(), 5u);
  for (std::size_t k = 0; k < 5; ++k) EXPECT_NEAR(found.thresholds[k], thresholds[k], 1e-11) << k;
  EXPECT_NEAR(found.n_errors, golden("n_errors").front(), 1e-8);
}

TEST(ConfidentLearning, OneLabelThatAllProbabilitiesContradictIsTheOneError) {
  const std::vector<int> labels = {0, 0, 0, 1, 1, 1};
  const std::vector<double> probabilities = {0.9, 0.1, 0.8, 0.2, 0.1, 0.9,
                                             0.2, 0.8, 0.3, 0.7, 0.1, 0.9};
  const ConfidentLearning found = confident_learning(labels, probabilities, 2);
  EXPECT_EQ(found.confident_class, (std::vector<int>{0, 0, 1, 1, -1, 1}))
      << "class 0 is reached from 0.6 on, class 1 from 0.8";
  EXPECT_EQ(found.joint, (std::vector<std::size_t>{2, 1, 0, 2}));
  EXPECT_NEAR(found.n_errors, 1.0, 1e-12);
  EXPECT_NEAR(found.normalized_margin[2], 0.1, 1e-12);
}

TEST(ConfidentLearning, AClassWithoutLabelsIsNeverConfident) {
  const std::vector<int> labels = {0, 0};
  const ConfidentLearning found = confident_learning(labels, std::vector{0.1, 0.9, 0.2, 0.8}, 2);
  EXPECT_EQ(found.thresholds[1], 2.0);
  EXPECT_EQ(found.confident_class, (std::vector<int>{-1, 0}));
  EXPECT_EQ(found.n_errors, 0.0);
}

TEST(ConfidentLearning, NothingAndASingleClassAreNoErrors) {
  EXPECT_EQ(confident_learning({}, {}, 3).n_errors, 0.0);
  const std::vector<int> labels = {0};
  const ConfidentLearning found = confident_learning(labels, std::vector{1.0}, 1);
  EXPECT_EQ(found.normalized_margin, std::vector{1.0});
}

}  // namespace confident_learning_test
}  // namespace genrebench
