#include "models/training/batch_plan.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace batch_plan_test {

TrainingOptions options(int batch_size, std::vector<std::string> sizes = {}) {
  TrainingOptions o;
  o.epochs = 10;
  o.batch_size = batch_size;
  o.batch_sizes = std::move(sizes);
  return o;
}

TEST(BatchPlan, CountsTheStepsOfPhases) {
  const TrainingOptions o = options(10, {"7:50", "4:20"});
  const BatchPlan plan("gru", o, 100);
  EXPECT_EQ(plan.batch_size(1), 10u);
  EXPECT_EQ(plan.batch_size(3), 10u);
  EXPECT_EQ(plan.batch_size(4), 20u);
  EXPECT_EQ(plan.batch_size(7), 50u);
  EXPECT_EQ(plan.batch_size(99), 50u);
  const std::int64_t expected[] = {10, 10, 10, 5, 5, 5, 2, 2, 2, 2};
  std::int64_t before = 0;
  for (std::int64_t epoch = 1; epoch <= 10; ++epoch) {
    EXPECT_EQ(plan.steps(epoch), expected[epoch - 1]) << epoch;
    EXPECT_EQ(plan.steps_before(epoch), before) << epoch;
    before += expected[epoch - 1];
  }
  EXPECT_EQ(plan.steps_before(11), before);
}

TEST(BatchPlan, ALastBatchMayBeSmaller) {
  const TrainingOptions o = options(30);
  EXPECT_EQ(BatchPlan("gru", o, 91).steps(1), 4);
  EXPECT_EQ(BatchPlan("gru", o, 90).steps(1), 3);
}

TEST(BatchPlan, WithoutPhasesRatesAreThoseOfTheSchedule) {
  for (const auto kind : {ScheduleOptions::Kind::constant, ScheduleOptions::Kind::step,
                          ScheduleOptions::Kind::cyclical, ScheduleOptions::Kind::one_cycle}) {
    TrainingOptions o = options(10);
    o.kind = kind;
    o.step_epochs = 3;
    const BatchPlan plan("gru", o, 45);
    for (std::int64_t epoch = 1; epoch <= 10; ++epoch)
      for (std::int64_t position = 0; position < 5; ++position) {
        const Rates expected =
            rates_at(o, o.learning_rate, o.momentum, (epoch - 1) * 5 + position, o.epochs * 5, 5);
        EXPECT_EQ(plan.rates(epoch, position).learning_rate, expected.learning_rate);
        EXPECT_EQ(plan.rates(epoch, position).momentum, expected.momentum);
      }
  }
}

TEST(BatchPlan, OneCycleRunsOverAllStepsOfAllPhasesOnce) {
  TrainingOptions o = options(10, {"6:50"});
  o.kind = ScheduleOptions::Kind::one_cycle;
  const BatchPlan plan("gru", o, 100);
  std::int64_t step = 0;  // 5 epochs of 10 steps and 5 of 2
  for (std::int64_t epoch = 1; epoch <= 10; ++epoch)
    for (std::int64_t position = 0; position < plan.steps(epoch); ++position, ++step)
      EXPECT_EQ(plan.rates(epoch, position).learning_rate,
                rates_at(o, o.learning_rate, o.momentum, step, 60, 10).learning_rate);
  EXPECT_EQ(step, 60);
}

TEST(BatchPlan, TheScheduleBeginsWithItsEpoch) {
  TrainingOptions o = options(10, {"4:25"});
  o.kind = ScheduleOptions::Kind::cyclical;
  o.cycle_epochs = 2.0;
  o.schedule_epoch = 4;
  const BatchPlan plan("gru", o, 100);
  EXPECT_EQ(plan.rates(3, 9).learning_rate, o.learning_rate);
  EXPECT_EQ(plan.rates(3, 9).momentum, o.momentum);
  // A triangle of two epochs of four steps: the lowest rate, the highest after one epoch.
  EXPECT_DOUBLE_EQ(plan.rates(4, 0).learning_rate, 0.1 * o.learning_rate);
  EXPECT_DOUBLE_EQ(plan.rates(4, 2).learning_rate, 0.55 * o.learning_rate);
  EXPECT_DOUBLE_EQ(plan.rates(5, 0).learning_rate, o.learning_rate);
  EXPECT_DOUBLE_EQ(plan.rates(6, 0).learning_rate, 0.1 * o.learning_rate);
}

TEST(BatchPlan, RefusesEntriesThatAreNotEpochAndSize) {
  for (const std::string entry : {"11", "1:20", "0:20", "x:20", "11:", ":20", "11:0", "11:x",
                                  "11:20 ", "11:20:3", "", "-3:4"})
    EXPECT_THROW_SAYING(parse_batch_sizes("vgg16", {entry}), ConfigError, "method vgg16",
                        "epoch:size", "'" + entry + "'");
  EXPECT_THROW_SAYING(parse_batch_sizes("vgg16", {"3:4", "3:5"}), ConfigError,
                      "epoch 3 is given twice");
}

TEST(BatchPlan, RefusesABatchLargerThanAnEpoch) {
  const TrainingOptions large = options(31), later = options(10, {"5:31"});
  EXPECT_THROW_SAYING(BatchPlan("gru", large, 30), ConfigError, "batch_size is 31",
                      "30 training examples");
  EXPECT_THROW_SAYING(BatchPlan("gru", later, 30), ConfigError, "from epoch 5 on is 31",
                      "30 training examples");
}

}  // namespace batch_plan_test
}  // namespace genrebench
