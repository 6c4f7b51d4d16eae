#include "models/training/history.hpp"

#include <gtest/gtest.h>

#include "models/training_support.hpp"

namespace genrebench {
namespace history_test {

using testing::Listener;
using Select = TrainingOptions::Select;

Epoch with_valid(double loss, double accuracy) {
  return {.train = {}, .valid = {.loss = loss, .accuracy = accuracy}};
}

TEST(History, TheHighestAccuracyIsBetterAndOfEqualOnesTheLowerLoss) {
  const Epoch best = with_valid(1.0, 0.5);
  EXPECT_TRUE(is_better(with_valid(2.0, 0.6), best, Select::valid_accuracy));
  EXPECT_FALSE(is_better(with_valid(0.1, 0.4), best, Select::valid_accuracy));
  EXPECT_TRUE(is_better(with_valid(0.9, 0.5), best, Select::valid_accuracy));
  EXPECT_FALSE(is_better(best, best, Select::valid_accuracy)) << "the first of equal epochs stays";
}

TEST(History, TheLossAloneDecidesIfItIsToldTo) {
  const Epoch best = with_valid(1.0, 0.5);
  EXPECT_TRUE(is_better(with_valid(0.9, 0.1), best, Select::valid_loss));
  EXPECT_FALSE(is_better(with_valid(1.0, 0.9), best, Select::valid_loss));
  EXPECT_TRUE(is_better(with_valid(9.0, 0.0), best, Select::last));
}

TEST(History, AnEpochIsAPointOfEachCurve) {
  Listener context;
  report_epoch(context, 3, with_valid(1.0, 0.5), /*has_valid=*/true);
  EXPECT_EQ(context.curves.at("valid/loss").at(3), 1.0);
  EXPECT_EQ(context.curves.size(), 9u);
  Listener without;
  report_epoch(without, 3, with_valid(1.0, 0.5), /*has_valid=*/false);
  EXPECT_FALSE(without.curves.contains("valid/loss") || without.curves.contains("valid/accuracy"));
  EXPECT_EQ(without.curves.size(), 7u);
}

}  // namespace history_test
}  // namespace genrebench
