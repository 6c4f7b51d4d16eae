#pragma once
// A small dataset and methods that tell what they were shown, for tests from a plan to the store.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plan/plan.hpp"
#include "harness/workers/sweep.hpp"
#include "support/memory_dataset.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);
}

namespace genrebench::testing {

/// What the methods of these tests were shown.
struct Seen {
  std::vector<Examples> fits;
  std::vector<Examples> predictions;
  std::vector<float> first_training_rows;
};

struct NearestMeanOptions {
  double shrink = 0.0;  ///< 1 makes all means equal: useless on purpose
};

class NearestMean final : public Method {
 public:
  NearestMean(double shrink, Seen& seen) : shrink_(shrink), seen_(seen) {}

  void fit(const Examples& train, const Examples& valid, FitContext& context) override {
    seen_.fits.push_back(train);
    seen_.fits.push_back(valid);
    const Eigen::MatrixXd rows = to_rows(train);
    for (Eigen::Index i = 0; i < rows.rows(); ++i)
      seen_.first_training_rows.push_back(static_cast<float>(rows(i, 0)));
    means_ = Eigen::MatrixXd::Zero(train.n_classes, rows.cols());
    Eigen::VectorXd counts = Eigen::VectorXd::Zero(train.n_classes);
    for (std::size_t i = 0; i < train.size(); ++i) {
      means_.row(train.labels[i]) += rows.row(static_cast<Eigen::Index>(i));
      ++counts[train.labels[i]];
    }
    for (Eigen::Index c = 0; c < counts.size(); ++c)
      means_.row(c) *= (1.0 - shrink_) / std::max(1.0, counts[c]);
    context.curve("loss", "train", 0, 1.0);
    context.note("n", static_cast<double>(train.size()));
  }

  Predictions predict(const Examples& examples) const override {
    seen_.predictions.push_back(examples);
    const Eigen::MatrixXd rows = to_rows(examples);
    Predictions result;
    result.probabilities.resize(rows.rows(), means_.rows());
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
      const Eigen::ArrayXd score =
          (-(means_.rowwise() - rows.row(i)).rowwise().squaredNorm()).array().exp() + 1e-300;
      result.probabilities.row(i) = score / score.sum();
    }
    result.labels = most_probable(result.probabilities);
    return result;
  }

 private:
  double shrink_;
  Seen& seen_;
  Eigen::MatrixXd means_;
};

/// Two genres by two artists each and more, one feature that tells them apart and one of huge
/// scale.
inline std::unique_ptr<Dataset> small_dataset() {
  auto dataset = std::make_unique<MemoryDataset>(std::vector<std::string>{"high", "low"});
  Random random(1);
  for (int t = 0; t < 40; ++t) {
    const int genre = t % 2;
    const std::string number = std::to_string(100 + t);
    dataset->add("track" + number, genre, "artist" + std::to_string(t / 4) + std::to_string(genre),
                 {static_cast<float>((genre == 0 ? 2.0 : -2.0) + random.normal()),
                  static_cast<float>(1e6 * random.normal())});
  }
  return dataset;
}

class Pipeline : public ::testing::Test {
 protected:
  Pipeline() {
    register_all_pipeline(registry_);
    registry_.datasets.add({{.name = "small", .summary = "For tests."},
                            [](const OptionValues&, const Registry&) { return small_dataset(); }});
    static const auto options = OptionTable<NearestMeanOptions>().number(
        "shrink", &NearestMeanOptions::shrink, 0, 1, "How much.");
    registry_.methods.add(
        {{.name = "nearest_mean", .summary = "For tests.", .options = options.schema()},
         false,
         [this](const OptionValues& values, std::uint64_t) {
           return std::make_unique<NearestMean>(options.parse(values).shrink, seen_);
         }});
    registry_.methods.add({{.name = "broken", .summary = "For tests."},
                           false,
                           [](const OptionValues&, std::uint64_t) -> std::unique_ptr<Method> {
                             throw std::runtime_error("it broke");
                           }});
    registry_.methods.add({{.name = "shaky", .summary = "For tests."},
                           false,
                           [this](const OptionValues&, std::uint64_t) -> std::unique_ptr<Method> {
                             if (++n_attempts_ < 3) throw std::runtime_error("it shook");
                             return std::make_unique<NearestMean>(0.0, seen_);
                           }});
    registry_.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
  }

  Plan plan(const std::string& text) {
    const auto file = folder_.write("experiment.yaml",
                                    "dataset: {name: small}\nfeatures: {name: table}\n" + text);
    return make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_);
  }

  RunnerSummary run(const Plan& plan, const std::string& database = "runs.db") {
    const auto store = RunStore::open(folder_ / database, RunStore::Mode::write);
    return execute(plan, *store, registry_, hashes_, {}, progress_);
  }

  std::unique_ptr<RunStore> store(const std::string& database = "runs.db") {
    return RunStore::open(folder_ / database, RunStore::Mode::read);
  }

  TemporaryFolder folder_;
  Registry registry_;
  FileHashes hashes_{{}};
  SilentProgress progress_;
  Seen seen_;
  int n_attempts_ = 0;  ///< of the method shaky
};

}  // namespace genrebench::testing
