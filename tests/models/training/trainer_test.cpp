// Training and what it refuses, through the methods that it serves.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "base/error.hpp"
#include "base/files.hpp"
#include "models/training_support.hpp"

namespace genrebench {
namespace trainer_test {

using testing::Data;
using testing::epochs;
using testing::kMethods;
using testing::Listener;
using testing::quick;
using testing::same_bits;
using testing::sequences;
using testing::Training;
using testing::unlabelled;

TEST_F(Training, LowersTheLossAndReportsEveryEpoch) {
  for (const std::string& name : kMethods) {
    Listener context;
    quick(name)->fit(train_.examples, valid_.examples, context);
    const auto& loss = context.curves["train/loss"];
    ASSERT_GE(loss.size(), 5u) << name;
    EXPECT_EQ(loss.begin()->first, 1) << name;
    EXPECT_LT(loss.rbegin()->second, 0.8 * loss.begin()->second) << name;
    for (const char* curve :
         {"train/accuracy", "valid/loss", "valid/accuracy", "train/learning_rate",
          "train/gradient_norm", "train/seconds", "train/samples_per_second", "train/data_wait_s"})
      EXPECT_EQ(context.curves[curve].size(), loss.size()) << name << " " << curve;
    EXPECT_EQ(context.notes["epochs"], static_cast<double>(loss.size())) << name;
  }
}

TEST_F(Training, KeepsTheEpochOfTheHighestValidationAccuracyAndOfThoseTheLowestLoss) {
  Listener context;
  const auto method = quick("gru");
  method->fit(train_.examples, valid_.examples, context);
  std::int64_t best = 1;
  for (const auto& [epoch, accuracy] : context.curves["valid/accuracy"])
    if (accuracy > context.curves["valid/accuracy"][best] ||
        (accuracy == context.curves["valid/accuracy"][best] &&
         context.curves["valid/loss"][epoch] < context.curves["valid/loss"][best]))
      best = epoch;
  EXPECT_EQ(context.notes["best_epoch"], static_cast<double>(best));
  // The method that is left is that of the best epoch.
  const Predictions of_valid = method->predict(unlabelled(valid_.examples));
  double loss = 0.0;
  for (std::size_t i = 0; i < valid_.examples.size(); ++i)
    loss -= std::log(of_valid.probabilities(Eigen::Index(i), valid_.examples.labels[i]));
  EXPECT_NEAR(loss / static_cast<double>(valid_.examples.size()),
              context.curves["valid/loss"][best], 1e-5);
}

TEST_F(Training, KeepsTheLastEpochWhereItIsToldToOrHasNoValidationPart) {
  Listener told, without;
  OptionValues options = epochs(6);
  options["select"] = std::string("last");
  quick("gru", options)->fit(train_.examples, valid_.examples, told);
  quick("gru", epochs(6))->fit(train_.examples, {}, without);
  EXPECT_EQ(told.notes["best_epoch"], 6.0);
  EXPECT_EQ(without.notes["best_epoch"], 6.0);
  EXPECT_FALSE(without.curves.contains("valid/loss"));
}

TEST_F(Training, StopsAfterSoManyEpochsWithoutABetterOne) {
  for (int& label : valid_.examples.labels)
    label = (label + 1) % 3;  // the more is learned, the worse
  Listener context;
  OptionValues options = epochs(200);
  options["patience"] = std::int64_t{3};
  quick("gru", options)->fit(train_.examples, valid_.examples, context);
  EXPECT_LT(context.notes["epochs"], 200.0);
  EXPECT_EQ(context.notes["epochs"], context.notes["best_epoch"] + 3.0);
}

TEST_F(Training, FailsWithTheEpochWhereTheLossIsNoLongerFiniteAndKeepsTheCheckpoint) {
  const testing::TemporaryFolder folder;
  OptionValues options = epochs(50);
  options["optimiser"] = std::string("sgd");
  options["learning_rate"] = 500.0;
  options["momentum"] = 0.99;
  Listener context(folder.path());
  EXPECT_THROW_SAYING(quick("vgg16", options)->fit(train_.examples, valid_.examples, context),
                      DataError, "method vgg16", "epoch", "learning rate");
}

TEST_F(Training, RefusesABatchLargerThanTheExamples) {
  Listener context;
  EXPECT_THROW_SAYING(quick("gru", {{"batch_size", OptionValue(std::int64_t{25})}})
                          ->fit(train_.examples, {}, context),
                      ConfigError, "batch_size is 25", "24 training examples");
}

TEST_F(Training, SmoothedLabelsAreThoseOfTheDefinitionInTrainingAlone) {
  // A rate that changes nothing that float32 shows: losses are those of the first weights.
  OptionValues plain = epochs(1), smoothed = epochs(1);
  plain["learning_rate"] = smoothed["learning_rate"] = 1e-12;
  smoothed["label_smoothing"] = 0.25;
  const auto fit = [&](const OptionValues& options, Listener& context) {
    auto method = quick("gru", options);
    method->fit(train_.examples, valid_.examples, context);
    return method;
  };
  Listener of_plain, of_smoothed;
  const auto method = fit(plain, of_plain);
  fit(smoothed, of_smoothed);
  const Eigen::MatrixXd p = method->predict(unlabelled(train_.examples)).probabilities;
  // (1 - s) of the label's loss and s of the mean loss over all classes.
  double expected = 0.0;
  for (Eigen::Index i = 0; i < p.rows(); ++i)
    expected -= 0.75 * std::log(p(i, train_.examples.labels[std::size_t(i)])) +
                0.25 * p.row(i).array().log().mean();
  EXPECT_NEAR(of_smoothed.curves["train/loss"][1], expected / double(p.rows()), 1e-5);
  EXPECT_NE(of_smoothed.curves["train/loss"][1], of_plain.curves["train/loss"][1]);
  EXPECT_NEAR(of_smoothed.curves["valid/loss"][1], of_plain.curves["valid/loss"][1], 1e-6);
}

TEST_F(Training, AnAverageOfWeightsIsWhatIsValidatedKeptAndPredictedWith) {
  OptionValues options = epochs(12);
  options["weight_average"] = 0.99;
  options["select"] = std::string("last");
  Listener context, plain;
  const auto method = quick("gru", options);
  method->fit(train_.examples, valid_.examples, context);
  options.erase("weight_average");
  const auto without = quick("gru", options);
  without->fit(train_.examples, valid_.examples, plain);
  EXPECT_EQ(context.curves["train/loss"], plain.curves["train/loss"]) << "training is the same";
  const Predictions of_valid = method->predict(unlabelled(valid_.examples));
  double loss = 0.0;
  for (std::size_t i = 0; i < valid_.examples.size(); ++i)
    loss -= std::log(of_valid.probabilities(Eigen::Index(i), valid_.examples.labels[i]));
  EXPECT_NEAR(loss / static_cast<double>(valid_.examples.size()), context.curves["valid/loss"][12],
              1e-5);
  EXPECT_FALSE(same_bits(predictions(*method).probabilities, predictions(*without).probabilities));
}

TEST_F(Training, ValidationAveragesCropsAsPredictionDoes) {
  OptionValues options = epochs(3);
  options["frames"] = std::int64_t{10};
  options["test_crops"] = std::int64_t{4};
  options["select"] = std::string("last");
  Listener context;
  const auto method = quick("gru", options);
  method->fit(train_.examples, valid_.examples, context);
  const Predictions of_valid = method->predict(unlabelled(valid_.examples));
  double loss = 0.0;
  for (std::size_t i = 0; i < valid_.examples.size(); ++i)
    loss -= std::log(of_valid.probabilities(Eigen::Index(i), valid_.examples.labels[i]));
  EXPECT_NEAR(loss / static_cast<double>(valid_.examples.size()), context.curves["valid/loss"][3],
              1e-5);
  const std::optional<MethodCost> cost = method->cost();
  options["test_crops"] = std::int64_t{1};
  const auto one = quick("gru", options);
  one->fit(train_.examples, valid_.examples, context);
  ASSERT_TRUE(cost && one->cost());
  EXPECT_EQ(cost->multiply_adds, 4 * one->cost()->multiply_adds);
}

TEST_F(Training, EveryChangeOfInputsChangesTheTrainingAndLearns) {
  const std::vector<std::pair<std::string, OptionValue>> changes = {
      {"crop", std::string("random")},
      {"time_shift", std::int64_t{5}},
      {"time_masks", std::int64_t{1}},
      {"frequency_masks", std::int64_t{1}},
      {"mixup", 0.2}};
  Listener plain;
  OptionValues options = epochs(15);
  options["frames"] = std::int64_t{25};
  quick("gru", options)->fit(train_.examples, valid_.examples, plain);
  for (const auto& [name, value] : changes) {
    OptionValues changed = options;
    changed[name] = value;
    if (name == "frequency_masks") changed["frequency_mask_bands"] = std::int64_t{1};
    if (name == "time_masks") changed["time_mask_frames"] = std::int64_t{10};
    Listener context;
    quick("gru", changed)->fit(train_.examples, valid_.examples, context);
    EXPECT_NE(context.curves["train/loss"], plain.curves["train/loss"]) << name;
    EXPECT_GT(context.curves["valid/accuracy"][15], 0.6) << name;
  }
}

TEST_F(Training, SeveralCropsAreSeveralExamplesOfAnEpoch) {
  OptionValues options = epochs(1);
  options["frames"] = std::int64_t{20};
  options["crop"] = std::string("random");
  options["crops_per_epoch"] = std::int64_t{3};
  options["batch_size"] = std::int64_t{72};  // all that an epoch shows, of 24 excerpts
  Listener context;
  EXPECT_NO_THROW(quick("gru", options)->fit(train_.examples, valid_.examples, context));
  options["batch_size"] = std::int64_t{73};
  EXPECT_THROW_SAYING(quick("gru", options)->fit(train_.examples, {}, context), ConfigError,
                      "batch_size is 73", "72 training examples");
}

TEST_F(Training, BatchSizesOfPhasesAreRefusedBeforeTraining) {
  EXPECT_THROW_SAYING(quick("gru", {{"batch_sizes", OptionValue(std::vector<std::string>{"10"})}}),
                      ConfigError, "batch_sizes", "epoch:size", "'10'");
  EXPECT_THROW_SAYING(quick("vgg16", {{"head", OptionValue(std::vector<std::string>{"64", "x"})}}),
                      ConfigError, "method vgg16", "head", "'x'");
  EXPECT_THROW_SAYING(quick("resnet34", {{"head", OptionValue(std::vector<std::string>{"0"})}}),
                      ConfigError, "method resnet34", "head", "'0'");
}

TEST_F(Training, HeadsOfOtherSizesAreTrainedSavedAndLoaded) {
  const testing::TemporaryFolder folder;
  for (const std::string name : {"vgg16", "resnet34"})
    for (const std::vector<std::string>& sizes :
         {std::vector<std::string>{"16"}, std::vector<std::string>{"12", "8"},
          std::vector<std::string>{}}) {
      OptionValues options = epochs(2);
      options["head"] = sizes;
      Listener context;
      const auto method = quick(name, options);
      method->fit(train_.examples, valid_.examples, context);
      ASSERT_TRUE(method->save(folder / "model"));
      const auto loaded = quick(name, options);
      loaded->load(folder / "model");
      EXPECT_TRUE(same_bits(predictions(*loaded).probabilities, predictions(*method).probabilities))
          << name << " " << sizes.size();
      const std::optional<MethodCost> cost = method->cost();
      ASSERT_TRUE(cost);
      EXPECT_GT(cost->parameters, 0);
    }
}

TEST_F(Training, RefusesASkipAsLongAsTheSequence) {
  Listener context;
  EXPECT_THROW_SAYING(quick("skip_gru", {{"length", OptionValue(std::int64_t{40})}})
                          ->fit(train_.examples, {}, context),
                      ConfigError, "length is 40", "40 steps");
  EXPECT_NO_THROW(quick("skip_gru", {{"length", OptionValue(std::int64_t{39})},
                                     {"epochs", OptionValue(std::int64_t{1})}})
                      ->fit(train_.examples, {}, context));
}

TEST_F(Training, AGruIsASkipGruOfLengthZero) {
  Listener context;
  const auto gru = quick("gru"),
             skip = quick("skip_gru", {{"length", OptionValue(std::int64_t{0})}});
  gru->fit(train_.examples, valid_.examples, context);
  skip->fit(train_.examples, valid_.examples, context);
  EXPECT_TRUE(same_bits(predictions(*gru).probabilities, predictions(*skip).probabilities));
}

TEST_F(Training, PrefetchingChangesNoBit) {
  Listener context;
  const auto one = quick("gru", {{"prefetch", OptionValue(std::int64_t{1})}}),
             many = quick("gru", {{"prefetch", OptionValue(std::int64_t{32})}});
  one->fit(train_.examples, valid_.examples, context);
  many->fit(train_.examples, valid_.examples, context);
  EXPECT_TRUE(same_bits(predictions(*one).probabilities, predictions(*many).probabilities));
}

TEST_F(Training, RangeTestRaisesTheRateAndStopsWhereItDiverges) {
  Listener context;
  const auto method = quick("gru");
  auto& gradient = dynamic_cast<GradientMethod&>(*method);
  const auto points = gradient.learning_rate_range(
      train_.examples, {.low = 1e-4, .high = 1.0, .steps = 20}, context);
  ASSERT_GE(points.size(), 5u);
  EXPECT_DOUBLE_EQ(points.front().learning_rate, 1e-4);
  EXPECT_NEAR(points[1].learning_rate / points[0].learning_rate, std::pow(1e4, 1.0 / 19.0), 1e-9);
  EXPECT_EQ(points.front().loss, points.front().smoothed_loss);
  const Data mixed = sequences(3, 8, 40, 4, 0.0);
  const auto wild = gradient.learning_rate_range(mixed.examples,
                                                 {.low = 1e-4, .high = 1e5, .steps = 200}, context);
  EXPECT_LT(wild.size(), 200u);
}

TEST_F(Training, BalancedWeightsHelpTheRareClass) {
  Data skewed = sequences(2, 20, 10, 9, 0.8);
  Examples rare;
  rare.n_classes = 2;
  for (std::size_t i = 0; i < skewed.examples.size(); ++i)
    if (skewed.examples.labels[i] == 0 || i < 8) {
      rare.features.push_back(skewed.examples.features[i]);
      rare.labels.push_back(skewed.examples.labels[i]);
      rare.tracks.push_back(skewed.examples.tracks[i]);
    }
  const auto share = [&](const std::string& weights) {
    Listener context;
    OptionValues options = epochs(3);
    options["class_weights"] = weights;
    const auto method = quick("gru", options);
    method->fit(rare, {}, context);
    return method->predict(unlabelled(skewed.examples)).probabilities.col(1).mean();
  };
  EXPECT_GT(share("balanced"), share("none"));
}

TEST_F(Training, AnInterruptionWithoutACheckpointFolderIsClean) {
  Listener context;
  context.stop_after = 1;
  EXPECT_THROW(quick("gru")->fit(train_.examples, valid_.examples, context), Interrupted);
}

}  // namespace trainer_test
}  // namespace genrebench
