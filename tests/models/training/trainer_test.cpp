// Training, its checkpoints and what it refuses, through the methods that it serves.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "base/error.hpp"
#include "base/files.hpp"
#include "models/training_support.hpp"

namespace genrebench {
namespace {

using testing::Data;
using testing::Listener;
using testing::quick;
using testing::same_bits;
using testing::sequences;
using testing::unlabelled;

const std::vector<std::string> kMethods = {"vgg16", "resnet34", "gru", "skip_gru"};

class Training : public ::testing::Test {
 protected:
  Data train_ = sequences(3, 8, 40, 1), valid_ = sequences(3, 3, 40, 2),
       test_ = sequences(3, 5, 40, 3);

  Predictions predictions(const Method& method) const {
    return method.predict(unlabelled(test_.examples));
  }
};

OptionValues epochs(int n) { return {{"epochs", OptionValue(std::int64_t{n})}}; }

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

TEST_F(Training, GoesOnAfterAnInterruptionToTheSameBits) {
  for (const std::string& name : kMethods)
    for (const std::string optimiser : {"adam", "sgd", "adamw"}) {
      OptionValues options = epochs(4);
      options["optimiser"] = optimiser;
      options["dropout"] = 0.3;
      const auto undisturbed = quick(name, options);
      Listener quiet;
      undisturbed->fit(train_.examples, valid_.examples, quiet);

      const testing::TemporaryFolder folder;
      for (const int batches : {2, 5, 9}) {  // within the first epoch, and in later ones
        Listener context(folder.path());
        context.stop_after = batches;
        EXPECT_THROW(quick(name, options)->fit(train_.examples, valid_.examples, context),
                     Interrupted)
            << name;
      }
      Listener context(folder.path());
      const auto resumed = quick(name, options);
      resumed->fit(train_.examples, valid_.examples, context);
      EXPECT_TRUE(
          same_bits(predictions(*resumed).probabilities, predictions(*undisturbed).probabilities))
          << name << " " << optimiser;
      for (const char* curve : {"train/loss", "train/accuracy", "valid/loss", "valid/accuracy",
                                "train/learning_rate", "train/gradient_norm"})
        EXPECT_EQ(context.curves[curve], quiet.curves[curve])
            << name << " " << optimiser << " " << curve;
      EXPECT_EQ(context.notes["best_epoch"], quiet.notes["best_epoch"]);
    }
}

TEST_F(Training, TakesNoCheckpointOfAnotherConfiguration) {
  const testing::TemporaryFolder folder;
  Listener first(folder.path());
  quick("gru", epochs(3))->fit(train_.examples, valid_.examples, first);
  Listener second(folder.path());
  const auto method = quick("gru", epochs(4));
  method->fit(train_.examples, valid_.examples, second);
  ASSERT_EQ(second.warnings.size(), 1u);
  EXPECT_NE(second.warnings.front().find("another configuration"), std::string::npos);
  Listener quiet;
  const auto undisturbed = quick("gru", epochs(4));
  undisturbed->fit(train_.examples, valid_.examples, quiet);
  EXPECT_TRUE(
      same_bits(predictions(*method).probabilities, predictions(*undisturbed).probabilities));
}

TEST_F(Training, SaysThatACheckpointIsDamaged) {
  const testing::TemporaryFolder folder;
  Listener first(folder.path());
  quick("gru", epochs(2))->fit(train_.examples, valid_.examples, first);
  const auto file = folder.path() / "checkpoint.pt";
  const std::string bytes = read_file_text(file);
  write_file_atomically(file, bytes.substr(0, bytes.size() / 2));
  Listener second(folder.path());
  EXPECT_THROW_SAYING(quick("gru", epochs(2))->fit(train_.examples, valid_.examples, second),
                      DataError, "checkpoint.pt", "damaged");
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

TEST_F(Training, RefusesASkipAsLongAsTheSequence) {
  Listener context;
  EXPECT_THROW_SAYING(quick("skip_gru", {{"length", OptionValue(std::int64_t{40})}})
                          ->fit(train_.examples, {}, context),
                      ConfigError, "length is 40", "40 steps");
  EXPECT_NO_THROW(quick("skip_gru", {{"length", OptionValue(std::int64_t{39})},
                                     {"epochs", OptionValue(std::int64_t{1})}})
                      ->fit(train_.examples, {}, context));
}

TEST_F(Training, RefusesToFreezeALayerThatIsNotThere) {
  Listener context;
  EXPECT_THROW_SAYING(quick("vgg16", {{"freeze_up_to", OptionValue(std::string("block9_conv1"))}})
                          ->fit(train_.examples, {}, context),
                      ConfigError, "block9_conv1", "features.0 (block1_conv1)");
}

TEST_F(Training, WarnsOfAClassWithoutExamplesAndNeverPredictsIt) {
  Data two = sequences(2, 8, 40, 5);
  two.examples.n_classes = 3;
  Listener context;
  const auto method = quick("gru");
  method->fit(two.examples, {}, context);
  ASSERT_EQ(context.warnings.size(), 1u);
  EXPECT_NE(context.warnings.front().find("1 of 3 classes"), std::string::npos);
  EXPECT_EQ(predictions(*method).probabilities.col(2).maxCoeff(), 0.0);
}

TEST_F(Training, SavedMethodsPredictTheSameBits) {
  for (const std::string& name : kMethods) {
    const testing::TemporaryFolder folder;
    Listener context;
    const auto method = quick(name, epochs(2));
    method->fit(train_.examples, valid_.examples, context);
    ASSERT_TRUE(method->save(folder.path() / "model"));
    const auto again = quick(name, epochs(2), 99);
    again->load(folder.path() / "model");
    EXPECT_TRUE(same_bits(predictions(*again).probabilities, predictions(*method).probabilities))
        << name;
  }
}

TEST_F(Training, RefusesTheFileOfAnotherMethod) {
  const testing::TemporaryFolder folder;
  Listener context;
  const auto method = quick("gru", epochs(1));
  method->fit(train_.examples, {}, context);
  method->save(folder.path() / "model");
  EXPECT_THROW_SAYING(quick("skip_gru")->load(folder.path() / "model"), DataError,
                      "expected a model of the method skip_gru", "gru");
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

TEST_F(Training, TakesExcerptsOfAnyLength) {
  Data uneven = sequences(3, 4, 47, 7);  // the longest below: cutting leaves no cell without a
                                         // value
  for (std::size_t i = 0; i < uneven.features.size(); ++i)
    uneven.features[i].conservativeResize(Eigen::NoChange, 3 + static_cast<Eigen::Index>(i) * 4);
  for (const std::string& name : kMethods) {
    Listener context;
    const auto method = quick(name, epochs(1));
    method->fit(uneven.examples, {}, context);
    EXPECT_TRUE(method->predict(unlabelled(uneven.examples)).probabilities.allFinite()) << name;
  }
}

TEST_F(Training, RefusesFeaturesOfAnotherSizeThanInTraining) {
  Listener context;
  const auto method = quick("gru", epochs(1));
  method->fit(train_.examples, {}, context);
  const Data wide = sequences(3, 1, 40, 8, 3.0, 7);
  EXPECT_THROW_SAYING(method->predict(unlabelled(wide.examples)), ConfigError, "6 rows", "7 x 40");
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

}  // namespace
}  // namespace genrebench
