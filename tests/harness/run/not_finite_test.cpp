// Methods whose answers are none: their runs fail with the reason, and tuning does not choose them.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <ostream>

#include "harness/experiment/load_experiment.hpp"
#include "harness/workers/sweep.hpp"
#include "support/memory_dataset.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace not_finite_test {

using testing::MemoryDataset;
using testing::SilentProgress;
using testing::TemporaryFolder;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct FaultyOptions {
  std::string fault = "none";
  double rate = 1.0;
};

const OptionTable<FaultyOptions>& faulty_table() {
  static const auto table =
      OptionTable<FaultyOptions>()
          .text("fault", &FaultyOptions::fault, "What is wrong with its answers.")
          .number("rate", &FaultyOptions::rate, 0, 1e9, "Above 10 it diverges.");
  return table;
}

/// Knows the class by the sign of the only feature, and spoils its answer as it is told.
class Faulty final : public Method {
 public:
  explicit Faulty(FaultyOptions options) : options_(std::move(options)) {}

  void fit(const Examples&, const Examples&, FitContext& context) override {
    const std::string& fault = options_.fault;
    for (std::int64_t epoch = 1; epoch <= 5; ++epoch) {
      context.curve("loss", "train", epoch,
                    fault == "train loss is NaN" && epoch >= 3 ? kNaN : 1.0);
      context.curve("loss", "valid", epoch,
                    fault == "valid loss is infinite" && epoch >= 2 ? kInfinity : 1.0);
      context.curve("samples_per_second", "train", epoch,
                    fault == "speed is infinite" ? kInfinity : 1.0);
    }
    if (options_.rate > 10.0) context.curve("loss", "train", 6, kNaN);
  }

  Predictions predict(const Examples& examples) const override {
    const std::string& fault = options_.fault;
    const auto n = static_cast<Eigen::Index>(examples.size());
    Predictions result;
    result.probabilities = Eigen::MatrixXd::Zero(n, 2);
    for (Eigen::Index i = 0; i < n; ++i)
      result.probabilities(
          i, (*examples.features[static_cast<std::size_t>(i)])(0, 0) < 0.0f ? 1 : 0) = 1.0;
    result.labels = most_probable(result.probabilities);
    if (n == 0) return result;
    if (fault == "all are NaN") result.probabilities.setConstant(kNaN);
    if (fault == "one is NaN") result.probabilities.row(n - 1).setConstant(kNaN);
    if (fault == "one is infinite") result.probabilities(0, 0) = kInfinity;
    if (fault == "one is minus infinity") result.probabilities(0, 1) = -kInfinity;
    if (fault == "negative") result.probabilities.row(0) << 1.5, -0.5;
    if (fault == "scores") result.probabilities *= 3.0;
    if (fault == "zero") result.probabilities.row(1).setZero();
    if (fault == "label too high") result.labels[0] = 2;
    if (fault == "label too low") result.labels[0] = -1;
    if (fault == "label is missing") result.labels.pop_back();
    if (fault == "row is missing") result.probabilities.conservativeResize(n - 1, 2);
    if (fault == "column is missing") result.probabilities.conservativeResize(n, 1);
    return result;
  }

 private:
  FaultyOptions options_;
};

class NotFiniteRuns : public ::testing::Test {
 protected:
  NotFiniteRuns() {
    register_all_pipeline(registry_);
    registry_.datasets.add(
        {{.name = "signs", .summary = "For tests."}, [](const OptionValues&, const Registry&) {
           auto dataset =
               std::make_unique<MemoryDataset>(std::vector<std::string>{"minus", "plus"});
           for (int t = 0; t < 20; ++t)
             dataset->add("track" + std::to_string(100 + t), t % 2, "artist" + std::to_string(t),
                          {t % 2 == 0 ? 1.0f : -1.0f});
           return dataset;
         }});
    registry_.methods.add(
        {{.name = "faulty", .summary = "For tests.", .options = faulty_table().schema()},
         false,
         [](const OptionValues& values, std::uint64_t) {
           return std::make_unique<Faulty>(faulty_table().parse(values));
         }});
    registry_.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
  }

  RunRecord run(const std::string& method) {
    const auto file = folder_.write("experiment.yaml",
                                    "dataset: {name: signs}\nfeatures: {name: table}\nsplit: "
                                    "{train_fraction: 0.5, valid_fraction: 0.2}\n"
                                    "method: " +
                                        method + "\n");
    const Plan plan =
        make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_);
    store_ = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
    execute(plan, *store_, registry_, hashes_, {}, progress_);
    return store_->run(plan.runs.front().id).value();
  }

  TemporaryFolder folder_;
  Registry registry_;
  FileHashes hashes_{{}};
  SilentProgress progress_;
  std::unique_ptr<RunStore> store_;
};

struct Case {
  std::string fault;
  std::vector<std::string> said;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.fault; }

class EveryFault : public NotFiniteRuns, public ::testing::WithParamInterface<Case> {};

INSTANTIATE_TEST_SUITE_P(
    NotFinite, EveryFault,
    ::testing::Values(Case{"all are NaN", {"train part", "10 of 10 tracks are not finite"}},
                      Case{"one is NaN", {"train part", "1 of 10 tracks are not finite"}},
                      Case{"one is infinite", {"1 of 10 tracks are not finite"}},
                      Case{"one is minus infinity", {"1 of 10 tracks are not finite"}},
                      Case{"negative", {"1 of 10 tracks are negative or do not sum to one"}},
                      Case{"scores", {"10 of 10 tracks are negative or do not sum to one"}},
                      Case{"zero", {"1 of 10 tracks are negative or do not sum to one"}},
                      Case{"label too high", {"expected labels from 0 to 1, found 2"}},
                      Case{"label too low", {"expected labels from 0 to 1, found -1"}},
                      Case{"label is missing",
                           {"expected 10 x 2 probabilities and 10 labels, found 10 x 2 and 9"}},
                      Case{"row is missing",
                           {"expected 10 x 2 probabilities and 10 labels, found 9 x 2 and 10"}},
                      Case{"column is missing", {"expected 10 x 2 probabilities", "found 10 x 1"}},
                      Case{"train loss is NaN",
                           {"the loss of the train part is not a finite number (nan) at epoch 3"}},
                      Case{"valid loss is infinite",
                           {"the loss of the valid part is not a finite number (inf) at epoch 2"}}),
    [](const auto& test) {
      std::string name = test.param.fault;
      std::replace(name.begin(), name.end(), ' ', '_');
      return name;
    });

TEST_P(EveryFault, FailsTheRunWithTheReasonAndLeavesNoPrediction) {
  const RunRecord record = run("{name: faulty, fault: \"" + GetParam().fault + "\"}");
  EXPECT_EQ(record.status, RunStatus::failed);
  EXPECT_NE(record.message.find("method faulty"), std::string::npos) << record.message;
  for (const std::string& part : GetParam().said)
    EXPECT_NE(record.message.find(part), std::string::npos) << record.message;
  EXPECT_TRUE(store_->predictions(record.id, "test").empty());
  EXPECT_FALSE(store_->metric(record.id, "test", "accuracy").has_value());
}

TEST_F(NotFiniteRuns, ASoundAnswerIsRecorded) {
  const RunRecord record = run("{name: faulty}");
  EXPECT_EQ(record.status, RunStatus::done) << record.message;
  EXPECT_EQ(store_->metric(record.id, "test", "accuracy"), 1.0);
}

TEST_F(NotFiniteRuns, HowLongAnEpochTookMayBeAnything) {
  EXPECT_EQ(run("{name: faulty, fault: speed is infinite}").status, RunStatus::done)
      << "a clock that stands still is no fault of the method";
}

TEST_F(NotFiniteRuns, ACombinationThatDivergesIsNotChosenAndTheRunSaysSo) {
  for (const std::string order : {"[100, 1, 50]", "[1, 100, 50]", "[50, 100, 1]"}) {
    const RunRecord record = run("{name: faulty, tune: {rate: " + order + "}}");
    ASSERT_EQ(record.status, RunStatus::done) << order << ": " << record.message;
    EXPECT_EQ(record.fact("tuned.rate"), "1") << order;
    const std::vector<std::string> warnings = record.fact_list("fit.warnings");
    ASSERT_EQ(warnings.size(), 2u) << order;
    for (const std::string& warning : warnings)
      EXPECT_NE(warning.find("could not be chosen: method faulty: the loss of the train part is "
                             "not a finite number (nan) at epoch 6"),
                std::string::npos)
          << warning;
    EXPECT_FALSE(store_->metric(record.id, "valid", "tune/rate=100").has_value());
  }
}

TEST_F(NotFiniteRuns, WhereEveryCombinationDivergesTheRunFails) {
  const RunRecord record = run("{name: faulty, tune: {rate: [100, 50]}}");
  EXPECT_EQ(record.status, RunStatus::failed);
  EXPECT_NE(record.message.find(
                "none of the 2 combinations of options to try can be chosen; the first: rate=100"),
            std::string::npos)
      << record.message;
}

TEST_F(NotFiniteRuns, ACombinationThatBreaksTheContractFailsTheRun) {
  const RunRecord record = run("{name: faulty, fault: label too high, tune: {rate: [1, 2]}}");
  EXPECT_EQ(record.status, RunStatus::failed) << "that is no question of options";
  EXPECT_NE(record.message.find("valid part: expected labels from 0 to 1, found 2"),
            std::string::npos)
      << record.message;
}

}  // namespace not_finite_test
}  // namespace genrebench
