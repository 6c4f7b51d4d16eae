#include <limits>

#include "base/error.hpp"
#include "baselines/support.hpp"

namespace genrebench::testing {
namespace mlp_test {

/// Options for trainings as small as these.
OptionValues quick(OptionValues more = {}) {
  more.emplace("preset", std::string("quick"));
  return more;
}

/// Examples of 3 overlapping classes, for training and for validation.
struct TwoParts {
  TwoParts() : TwoParts(clouds(90, 4, 3, 2.0, 1), clouds(60, 4, 3, 2.0, 2)) {}

  ExampleSet train, valid;

 private:
  using Clouds = std::pair<Eigen::MatrixXd, std::vector<int>>;
  TwoParts(const Clouds& a, const Clouds& b)
      : train(a.first, a.second, 3), valid(b.first, b.second, 3) {}
};

TEST(Mlp, LearnsWhatALineCannotSeparate) {
  // The exclusive or of two signs.
  Random random(5);
  Eigen::MatrixXd x(200, 2);
  std::vector<int> y;
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    x(i, 0) = random.uniform(-1.0, 1.0);
    x(i, 1) = random.uniform(-1.0, 1.0);
    y.push_back(x(i, 0) * x(i, 1) > 0.0 ? 1 : 0);
  }
  const ExampleSet data(x, y, 2);
  EXPECT_GE(accuracy(answer("mlp", quick({{"epochs", std::int64_t{60}}}), data, data).labels, y),
            0.95);
  EXPECT_LE(
      accuracy(
          answer("mlp", quick({{"hidden_layers", std::int64_t{0}}, {"epochs", std::int64_t{60}}}),
                 data, data)
              .labels,
          y),
      0.75);
}

TEST(Mlp, WithoutAHiddenLayerComesNearSoftmaxRegression) {
  const auto [x, y] = clouds(120, 4, 3, 1.5, 3);
  const ExampleSet data(x, y, 3);
  const Predictions linear = answer("mlp",
                                    {{"preset", std::string("linear")},
                                     {"epochs", std::int64_t{400}},
                                     {"learning_rate", 0.02},
                                     {"batch_size", std::int64_t{120}}},
                                    data, data);
  const Predictions exact = answer("softmax", {{"c", 1e4}}, data, data);
  EXPECT_LT((linear.probabilities - exact.probabilities).cwiseAbs().maxCoeff(), 0.05);
}

TEST(Mlp, KeepsTheEpochOfTheBestValidationAccuracyAndStopsAfterItsPatience) {
  const TwoParts parts;
  const auto method =
      make_method("mlp", quick({{"epochs", std::int64_t{200}}, {"patience", std::int64_t{5}}}));
  RecordingContext context;
  method->fit(parts.train.examples(), parts.valid.examples(), context);
  const std::vector<double>& curve = context.curves.at("accuracy/valid");
  const auto best = std::max_element(curve.begin(), curve.end());
  EXPECT_LT(curve.size(), 200u);
  EXPECT_EQ(context.notes.at("epochs"), static_cast<double>(curve.size()));
  EXPECT_EQ(curve[static_cast<std::size_t>(context.notes.at("best_epoch")) - 1], *best);
  EXPECT_EQ(context.notes.at("epochs"), context.notes.at("best_epoch") + 5.0);
  Examples unlabelled = parts.valid.examples();
  const std::vector<int> truth = std::exchange(unlabelled.labels, {});
  EXPECT_DOUBLE_EQ(accuracy(method->predict(unlabelled).labels, truth), *best)
      << "the weights of that epoch predict";
}

TEST(Mlp, KeepsTheLastEpochWithoutAValidationPartOrWhereToldTo) {
  const TwoParts parts;
  RecordingContext without, told;
  make_method("mlp", quick())->fit(parts.train.examples(), {}, without);
  EXPECT_EQ(without.notes.at("best_epoch"), 30.0);
  EXPECT_FALSE(without.curves.contains("loss/valid"));
  make_method("mlp", quick({{"select", std::string("last")}, {"patience", std::int64_t{1}}}))
      ->fit(parts.train.examples(), parts.valid.examples(), told);
  EXPECT_EQ(told.notes.at("best_epoch"), 30.0);
  EXPECT_EQ(told.curves.at("loss/valid").size(), 30u);
}

TEST(Mlp, HalvesTheLearningRateOnAPlateau) {
  const TwoParts parts;
  RecordingContext context;
  make_method("mlp", quick({{"epochs", std::int64_t{60}},
                            {"patience", std::monostate{}},
                            {"plateau", std::int64_t{3}}}))
      ->fit(parts.train.examples(), parts.valid.examples(), context);
  const std::vector<double>& rates = context.curves.at("learning_rate/train");
  EXPECT_EQ(rates.front(), 0.01);
  EXPECT_LT(rates.back(), 0.01);
  for (std::size_t i = 1; i < rates.size(); ++i)
    EXPECT_TRUE(rates[i] == rates[i - 1] || rates[i] == rates[i - 1] / 2.0) << i;
}

TEST(Mlp, ValidationExamplesOfUntrainedClassesCountAsWrong) {
  const auto [x, y] = clouds(40, 3, 2, 8.0, 6);
  const ExampleSet train(x, y, 3);
  std::vector<int> other = y;
  for (std::size_t i = 0; i < 10; ++i) other[i] = 2;  // no training example has this class
  const ExampleSet valid(x, other, 3);
  RecordingContext context;
  make_method("mlp", quick())->fit(train.examples(), valid.examples(), context);
  const std::vector<double>& curve = context.curves.at("accuracy/valid");
  EXPECT_NEAR(*std::max_element(curve.begin(), curve.end()), 0.75, 1e-12);
  for (const double loss : context.curves.at("loss/valid")) EXPECT_TRUE(std::isfinite(loss));
}

TEST(Mlp, TheSeedDecides) {
  const TwoParts parts;
  const auto probabilities = [&](std::uint64_t seed) {
    return answer("mlp", quick({{"dropout", 0.3}}), parts.train, parts.valid, seed).probabilities;
  };
  EXPECT_TRUE(same_bits(probabilities(1), probabilities(1)));
  EXPECT_FALSE(same_bits(probabilities(1), probabilities(2)));
}

TEST(Mlp, ABatchMayBeLargerThanTheTrainingPart) {
  const TwoParts parts;
  expect_distributions(
      answer("mlp", quick({{"batch_size", std::int64_t{100000}}}), parts.train, parts.valid), 60,
      3);
}

TEST(Mlp, FurtherLayersTaper) {
  const TwoParts parts;
  expect_distributions(
      answer(
          "mlp",
          quick({{"hidden_layers", std::int64_t{3}}, {"units", std::int64_t{2}}, {"taper", 0.01}}),
          parts.train, parts.valid),
      60, 3);
}

TEST(Mlp, RefusesOptionsOutOfRangeAndSaysWhatIsExpected) {
  for (const auto& [name, value, expected] :
       std::vector<std::tuple<std::string, OptionValue, std::string>>{
           {"hidden_layers", std::int64_t{4}, "from 0 to 3"},
           {"dropout", 1.0, "from 0 to 0.95"},
           {"select", std::string("best"), "valid_accuracy"},
           {"patience", std::int64_t{0}, "from 1"}})
    expect_contains(message_of<ConfigError>([&] {
                      make_method("mlp", {{name, value}});
                    }),
                    {"mlp", name, expected});
}

TEST(Mlp, RefusesValidationFeaturesThatAreNotFinite) {
  auto [x, y] = clouds(30, 4, 3, 1.0, 13);
  const ExampleSet train(x, y, 3);
  x(2, 1) = std::numeric_limits<double>::quiet_NaN();
  const ExampleSet valid(x, y, 3);
  RecordingContext context;
  const auto method = make_method("mlp", quick());
  expect_contains(
      message_of<DataError>([&] { method->fit(train.examples(), valid.examples(), context); }),
      {"mlp", "validation part", "row 2, column 1"});
}

/// Asks to stop after some epochs.
struct Impatient final : FitContext {
  void curve(const std::string& metric, const std::string& split, std::int64_t step,
             double) override {
    if (metric == "loss" && split == "train") epoch = step;
  }
  void note(const std::string&, double) override {}
  void warn(const std::string&) override {}
  bool interrupted() const override { return epoch >= 2; }

  std::int64_t epoch = 0;
};

TEST(Mlp, StopsWhenItIsInterrupted) {
  const TwoParts parts;
  Impatient context;
  EXPECT_THROW(make_method("mlp", quick())->fit(parts.train.examples(), {}, context), Interrupted);
  EXPECT_EQ(context.epoch, 2);
}

}  // namespace mlp_test
}  // namespace genrebench::testing
