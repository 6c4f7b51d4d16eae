#include "baselines/program/program_answers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <span>

#include "base/error.hpp"
#include "base/npy.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace program_answers_test {

using testing::TemporaryFolder;

class Answers : public ::testing::Test {
 protected:
  void write(const std::vector<double>& values, std::size_t rows, std::size_t columns) const {
    const std::vector<std::size_t> shape = {rows, columns};
    write_npy(folder_ / "predictions.npy", std::span<const double>(values), shape);
  }
  Predictions read(const AnswerRows& rows = {.train = 1, .valid = 0, .test = 2}) const {
    return read_program_answers(folder_.path(), rows, 2, "method x");
  }

  TemporaryFolder folder_;
  std::vector<double> good_ = {0.25, 0.75, 1, 0, 0.5, 0.5};
};

TEST_F(Answers, AreProbabilitiesAndTheMostProbableClasses) {
  write(good_, 3, 2);
  const Predictions read = this->read();
  EXPECT_EQ(read.labels, (std::vector<int>{1, 0, 0}));
  EXPECT_EQ(read.probabilities(0, 1), 0.75);
  EXPECT_EQ(read.probabilities(2, 0), 0.5);
}

TEST_F(Answers, MayBeOfAnyTypeAndMissASumOfOneByRounding) {
  const std::vector<std::uint8_t> bytes = {0, 1, 1, 0, 1, 0};
  const std::vector<std::size_t> shape = {3, 2};
  write_npy(folder_ / "predictions.npy", std::span<const std::uint8_t>(bytes), shape);
  EXPECT_EQ(read().labels, (std::vector<int>{1, 0, 0}));
  write({0.2505, 0.75, 1, -1e-9, 0.5, 0.4995}, 3, 2);
  const Predictions rounded = read();
  EXPECT_NEAR(rounded.probabilities.row(0).sum(), 1.0, 1e-15);
  EXPECT_EQ(rounded.probabilities.minCoeff(), 0.0);
}

TEST_F(Answers, MayNameOtherClassesThanTheMostProbable) {
  write(good_, 3, 2);
  const std::vector<std::int64_t> labels = {0, 1, 1};
  const std::vector<std::size_t> shape = {3};
  write_npy(folder_ / "labels.npy", std::span<const std::int64_t>(labels), shape);
  EXPECT_EQ(read().labels, (std::vector<int>{0, 1, 1}));
}

TEST_F(Answers, ThatAreMissingDamagedOrOfAnotherShapeAreRefused) {
  EXPECT_THROW_SAYING(read(), DataError, "method x", "without writing predictions.npy",
                      "2 probabilities", "3 examples");
  folder_.write("predictions.npy", "no array");
  EXPECT_THROW_SAYING(read(), DataError, "method x: predictions.npy");
  write(good_, 2, 3);
  EXPECT_THROW_SAYING(read(), DataError, "expected 3 x 2 probabilities", "1 of the training",
                      "2 of the test part", "found 2 x 3");
  write({1, 0}, 1, 2);
  EXPECT_THROW_SAYING(read(), DataError, "found 1 x 2");
}

TEST_F(Answers, ThatAreNoProbabilitiesAreRefusedWithTheirPlace) {
  good_[5] = std::nan("");
  write(good_, 3, 2);
  EXPECT_THROW_SAYING(read(), NotFinite, "row 1 of the test part", "finite");
  write({0.25, 0.75, 1, 0, 0.5, 0.6}, 3, 2);
  EXPECT_THROW_SAYING(read(), DataError, "row 1 of the test part", "a sum of 1.1");
  write({2, -1, 1, 0, 0.5, 0.5}, 3, 2);
  EXPECT_THROW_SAYING(read(), DataError, "row 0 of the training part", "at least 0, found -1",
                      "softmax");
}

TEST_F(Answers, LabelsThatAreNoClassesAreRefused) {
  write(good_, 3, 2);
  const std::vector<std::size_t> shape = {3};
  const std::vector<std::int64_t> too_large = {0, 1, 2};
  write_npy(folder_ / "labels.npy", std::span<const std::int64_t>(too_large), shape);
  EXPECT_THROW_SAYING(read(), DataError, "labels.npy", "row 1 of the test part", "from 0 to 1",
                      "found 2");
  const std::vector<double> reals = {0, 1, 1};
  write_npy(folder_ / "labels.npy", std::span<const double>(reals), shape);
  EXPECT_THROW_SAYING(read(), DataError, "whole numbers", "float64");
}

}  // namespace program_answers_test
}  // namespace genrebench
