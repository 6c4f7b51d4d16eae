// Learning rates and momenta of every step, against PyTorch's one-cycle schedule and by hand.
#include "models/training/schedules.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "support/shared_data.hpp"

namespace genrebench {
namespace schedules_test {

using Kind = ScheduleOptions::Kind;
using Anneal = ScheduleOptions::Anneal;

TEST(Schedules, OneCycleIsThatOfPyTorch) {
  GENREBENCH_REQUIRE_SHARED(shared);
  for (const Anneal anneal : {Anneal::cos, Anneal::linear})
    for (const bool three : {false, true}) {
      const std::string name = std::string("one_cycle_") +
                               (anneal == Anneal::cos ? "cos" : "linear") +
                               (three ? "_three_phase" : "") + ".txt";
      std::ifstream oracle(shared / "oracles" / "models" / name);
      const ScheduleOptions options{
          .kind = Kind::one_cycle, .anneal = anneal, .three_phases = three};
      int n = 0;
      double step = 0.0, rate = 0.0, momentum = 0.0;
      for (; oracle >> step >> rate >> momentum; ++n) {
        const Rates rates = rates_at(options, 0.01, 0.9, n, 100, 10);
        EXPECT_NEAR(rates.learning_rate, rate, 1e-9) << name << " step " << n;
        EXPECT_NEAR(rates.momentum, momentum, 1e-9) << name << " step " << n;
      }
      EXPECT_EQ(n, 100) << name;
    }
}

TEST(Schedules, OneCycleOfAFewStepsStaysBetweenItsRates) {
  for (const bool three : {false, true})
    for (const double warm_up : {0.001, 0.3, 0.499, 0.999})
      for (int n = 1; n <= 6; ++n)
        for (int step = 0; step < n; ++step) {
          const Rates rates =
              rates_at({.kind = Kind::one_cycle, .warm_up = warm_up, .three_phases = three}, 1.0,
                       0.9, step, n, 1);
          EXPECT_GE(rates.learning_rate, 0.0) << n << " " << step;
          EXPECT_LE(rates.learning_rate, 1.0 + 1e-12) << n << " " << step;
        }
}

TEST(Schedules, ConstantNeverMoves) {
  for (const int step : {0, 7, 99}) {
    const Rates rates = rates_at({}, 0.5, 0.9, step, 100, 10);
    EXPECT_EQ(rates.learning_rate, 0.5);
  }
}

TEST(Schedules, StepDropsEveryFewEpochs) {
  const ScheduleOptions options{.kind = Kind::step, .step_epochs = 2, .step_factor = 0.1};
  EXPECT_DOUBLE_EQ(rates_at(options, 1.0, 0.9, 19, 100, 10).learning_rate, 1.0);
  EXPECT_DOUBLE_EQ(rates_at(options, 1.0, 0.9, 20, 100, 10).learning_rate, 0.1);
  EXPECT_DOUBLE_EQ(rates_at(options, 1.0, 0.9, 59, 100, 10).learning_rate, 0.01);
}

TEST(Schedules, CyclicalIsATriangle) {
  const ScheduleOptions options{.kind = Kind::cyclical, .cycle_epochs = 2.0, .base_fraction = 0.2};
  const auto rate = [&](int step) {
    return rates_at(options, 1.0, 0.9, step, 100, 4).learning_rate;
  };
  EXPECT_DOUBLE_EQ(rate(0), 0.2);
  EXPECT_DOUBLE_EQ(rate(2), 0.6);
  EXPECT_DOUBLE_EQ(rate(4), 1.0);
  EXPECT_DOUBLE_EQ(rate(6), 0.6);
  EXPECT_DOUBLE_EQ(rate(8), 0.2);
  EXPECT_DOUBLE_EQ(rates_at(options, 1.0, 0.9, 4, 100, 4).momentum, options.base_momentum);
  EXPECT_DOUBLE_EQ(rates_at(options, 1.0, 0.9, 0, 100, 4).momentum, options.max_momentum);
}

TEST(Schedules, MomentumStaysWhereItIsNotCycled) {
  for (const Kind kind : {Kind::constant, Kind::step, Kind::cyclical, Kind::one_cycle}) {
    const ScheduleOptions options{.kind = kind, .cycle_momentum = false};
    EXPECT_EQ(rates_at(options, 1.0, 0.7, 13, 100, 10).momentum, 0.7);
  }
}

}  // namespace schedules_test
}  // namespace genrebench
