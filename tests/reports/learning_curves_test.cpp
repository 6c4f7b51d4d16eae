#include <gtest/gtest.h>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_learning_curves(Registry& registry);

namespace learning_curves_test {

Document render(const MemoryStore& store) { return render_report(register_learning_curves, store); }

/// A run of vgg16 of two epochs.
ExampleRun trained(std::uint64_t seed, const std::vector<double>& train_loss,
                   const std::vector<double>& valid_accuracy) {
  ExampleRun run{.method = "vgg16",
                 .seed = seed,
                 .accuracy = 0.5,
                 .facts = {{"fit.best_epoch", "2"}},
                 .train_accuracy = 0.8,
                 .valid_accuracy = 0.6};
  run.metrics = with_curve({}, "train", "loss", train_loss);
  if (!valid_accuracy.empty())
    run.metrics = with_curve(run.metrics, "valid", "accuracy", valid_accuracy);
  return run;
}

/// The text in a column, in the row of the points that is about this metric and epoch.
std::string point(const Document& document, const std::string& metric, const std::string& epoch,
                  const std::string& what) {
  const Table& points = *find_table(document, "learning_curves_points");
  for (const auto& row : points.rows)
    if (row[2].text == metric && row[3].text == epoch)
      for (std::size_t c = 0; c < points.columns.size(); ++c)
        if (points.columns[c] == what) return row[c].text;
  return "(none)";
}

TEST(LearningCurves, APointIsTheMeanOverSeedsWithItsInterval) {
  MemoryStore store;
  add_run(store, trained(0, {2.0, 1.0}, {0.3, 0.5}));
  add_run(store, trained(1, {2.2, 1.4}, {0.3, 0.6}));
  const Document document = render(store);
  // t of one degree of freedom at 97.5 %: 12.7062; deviations sqrt(2) * 0.1 and sqrt(2) * 0.2,
  // times sqrt(1/2 + 300/700).
  EXPECT_NEAR(std::stod(point(document, "loss", "1", "mean")), 2.1, 1e-12);
  EXPECT_NEAR(std::stod(point(document, "loss", "1", "ci_low")), 2.1 - 1.731546, 1e-4);
  EXPECT_NEAR(std::stod(point(document, "loss", "2", "ci_high")), 1.2 + 3.463092, 1e-4);
  EXPECT_NEAR(std::stod(point(document, "accuracy", "2", "mean")), 0.55, 1e-12);
  EXPECT_EQ(point(document, "accuracy", "2", "n_runs"), "2");
}

TEST(LearningCurves, TrainingAndValidationShareAFigureWithTheKeptEpochs) {
  MemoryStore store;
  for (const std::uint64_t seed : {0u, 1u}) {
    const double chance = 0.01 * static_cast<double>(seed);
    ExampleRun run = trained(seed, {2.0 + chance, 1.0, 0.5}, {0.3 + chance, 0.5, 0.4});
    run.metrics = with_curve(run.metrics, "valid", "loss", {2.1, 1.3, 1.6});
    run.metrics = with_curve(run.metrics, "train", "accuracy", {0.2, 0.6, 0.9});
    run.metrics = with_curve(run.metrics, "train", "learning_rate", {0.001, 0.001, 0.001});
    add_run(store, run);
  }
  const Document document = render(store);
  for (const char* id : {"learning_curves-vgg16-loss", "learning_curves-vgg16-accuracy"}) {
    const Figure* figure = find_figure(document, id);
    ASSERT_NE(figure, nullptr) << id;
    EXPECT_FALSE(figure->picture.png().empty() || figure->picture.pdf().empty());
    for (const char* text : {"train", "validation", "kept epochs", "epoch"})
      EXPECT_TRUE(contains(figure->picture.svg(), ">" + std::string(text) + "<")) << text;
    EXPECT_TRUE(has_note(*figure, "Means over 2 runs."));
    EXPECT_TRUE(has_note(*figure, "Bands are 95 % intervals of the mean over divisions"));
  }
  EXPECT_EQ(find_figure(document, "learning_curves-vgg16-loss")->title, "Loss of vgg16");
  EXPECT_EQ(find_figure(document, "learning_curves-vgg16-learning_rate"), nullptr)
      << "it is constant";
  EXPECT_EQ(text_at(*find_table(document, "learning_curves_runs"), "vgg16", "kept_epoch"), "2");
  const testing::TemporaryFolder folder;
  EXPECT_FALSE(write_document(document, folder.path()).empty()) << "no two ids are the same";
}

TEST(LearningCurves, ALearningRateThatVariesHasAFigureWithoutKeptEpochs) {
  MemoryStore store;
  ExampleRun run = trained(0, {2.0, 1.0, 0.5}, {});
  run.metrics = with_curve(run.metrics, "train", "learning_rate", {0.001, 0.01, 0.0001});
  add_run(store, run);
  const Document document = render(store);
  const Figure* figure = find_figure(document, "learning_curves-vgg16-learning_rate");
  ASSERT_NE(figure, nullptr);
  EXPECT_TRUE(contains(figure->picture.svg(), ">learning rate<"));
  EXPECT_FALSE(contains(figure->picture.svg(), "kept"));
}

TEST(LearningCurves, OneSeedIsALineWithoutABand) {
  MemoryStore store;
  add_run(store, trained(0, {2.0, 1.0}, {0.3, 0.5}));
  const Document document = render(store);
  const Figure* figure = find_figure(document, "learning_curves-vgg16-loss");
  ASSERT_NE(figure, nullptr);
  EXPECT_TRUE(has_note(*figure, "The curve of one run."));
  EXPECT_FALSE(has_note(*figure, "Bands"));
  EXPECT_EQ(point(document, "loss", "1", "ci_low"), "");
}

TEST(LearningCurves, WithoutAValidationPartTheTrainingCurveStandsAlone) {
  MemoryStore store;
  ExampleRun run = trained(0, {2.0, 1.0}, {});
  run.facts.clear();
  run.valid_accuracy.reset();
  add_run(store, run);
  const Document document = render(store);
  const Figure* figure = find_figure(document, "learning_curves-vgg16-loss");
  ASSERT_NE(figure, nullptr);
  EXPECT_TRUE(has_note(*figure, "Line: train."));
  EXPECT_FALSE(has_note(*figure, "weights were kept"));
  EXPECT_EQ(find_figure(document, "learning_curves-vgg16-accuracy"), nullptr)
      << "there is no such curve";
  const Table& table = *find_table(document, "learning_curves");
  EXPECT_EQ(text_at(table, "vgg16", "kept epoch"), "–");
  EXPECT_EQ(text_at(table, "vgg16", "valid: kept"), "–");
}

TEST(LearningCurves, RunsMayEndAtDifferentEpochs) {
  MemoryStore store;
  add_run(store, trained(0, {2.0, 1.0, 0.8}, {}));
  add_run(store, trained(1, {2.0, 1.0, 0.6, 0.5}, {}));
  add_run(store, trained(2, {2.0, 1.0}, {}));
  const Document document = render(store);
  EXPECT_EQ(point(document, "loss", "2", "n_runs"), "3");
  EXPECT_EQ(point(document, "loss", "3", "n_runs"), "2");
  EXPECT_NEAR(std::stod(point(document, "loss", "3", "mean")), 0.7, 1e-12);
  EXPECT_EQ(point(document, "loss", "4", "n_runs"), "1")
      << "the data have what the figure leaves out";
  EXPECT_TRUE(has_note(*find_figure(document, "learning_curves-vgg16-loss"),
                       "The runs end between epoch 2 and 4."));
  EXPECT_EQ(text_at(*find_table(document, "learning_curves"), "vgg16", "epochs"), "2 to 4");
}

TEST(LearningCurves, ConfigurationsAreNamedByWhatDiffersAndLeakyOnesAreMarked) {
  MemoryStore store;
  for (const bool leaky : {false, true})
    for (const char* width : {"1", "0.5"}) {
      ExampleRun run = trained(0, {2.0, 1.0}, {});
      run.leaky = leaky;
      run.parameters = {{"method.width", width}};
      add_run(store, run);
    }
  const Document document = render(store);
  EXPECT_EQ(column(*find_table(document, "learning_curves"), 0),
            (std::vector<std::string>{"method.width=1", "method.width=0.5", "method.width=1 †",
                                      "method.width=0.5 †"}));
  const Figure* leaky = find_figure(document, "learning_curves-method_width_1_-loss");
  ASSERT_NE(leaky, nullptr);
  EXPECT_TRUE(has_note(*leaky, "† Leaky split"));
}

TEST(LearningCurves, TheTableTellsTheKeptAndTheLastEpochAndTheTime) {
  MemoryStore store;
  for (const std::uint64_t seed : {0u, 1u}) {
    ExampleRun run = trained(seed, {2.0, 1.0}, {0.3, seed == 0 ? 0.5 : 0.7});
    run.metrics = with_curve(run.metrics, "train", "seconds", {2.0, 4.0});
    run.metrics = with_curve(run.metrics, "train", "samples_per_second", {100.0, 300.0});
    add_run(store, run);
  }
  const Document document = render(store);
  const Table& table = *find_table(document, "learning_curves");
  EXPECT_EQ(text_at(table, "vgg16", "train: kept"), "80.0 %");
  EXPECT_EQ(text_at(table, "vgg16", "valid: last"),
            "60.0 [0.0, 100.0] %");  // 12.7062 * 0.1414 * 0.9636: cut off
  EXPECT_EQ(text_at(table, "vgg16", "time an epoch"), "3.00 s");
  EXPECT_EQ(text_at(table, "vgg16", "samples/s"), "200");
}

TEST(LearningCurves, IterationsAreCalledSo) {
  MemoryStore store;
  ExampleRun run{.method = "softmax", .accuracy = 0.5, .facts = {{"fit.iterations", "2"}}};
  run.metrics = {{"train", "loss", 0, 2.3}, {"train", "loss", 1, 1.0}, {"train", "loss", 2, 0.7}};
  add_run(store, run);
  const Document document = render(store);
  const Figure* figure = find_figure(document, "learning_curves-softmax-loss");
  ASSERT_NE(figure, nullptr);
  EXPECT_TRUE(contains(figure->picture.svg(), ">iteration<"));
}

TEST(LearningCurves, EveryValueHasItsRun) {
  MemoryStore store;
  const std::string id = add_run(store, trained(3, {2.0, 1.0}, {}));
  const Document document = render(store);
  EXPECT_EQ(column(*find_table(document, "learning_curves_values"), 1),
            (std::vector<std::string>{id, id}));
  EXPECT_EQ(text_at(*find_table(document, "learning_curves_runs"), "vgg16", "run_id"), id);
}

TEST(LearningCurves, RunsWithoutCurvesAreNamedBesideOthersAndAnErrorAlone) {
  MemoryStore store;
  add_run(store, trained(0, {2.0, 1.0}, {}));
  add_run(store, {.accuracy = 0.5});
  const std::string text = render_terminal(render(store));
  EXPECT_TRUE(contains(text, "Without curves: method.name=svm (1 run).")) << text;
  EXPECT_TRUE(contains(text, "Loss of method.name=vgg16")) << text;
  MemoryStore alone;
  add_run(alone, {.accuracy = 0.5});
  ExampleRun segmented{.method = "knn", .accuracy = 0.5};
  segmented.metrics = {{"structure", "adjusted_rand", 3, 0.5}};  // a track, not an epoch
  add_run(alone, segmented);
  EXPECT_THROW_SAYING(render(alone), ConfigError, "learning_curves: no run in scope has one",
                      "method.name=svm (1 run)");
  EXPECT_THROW_SAYING(render(MemoryStore()), ConfigError, "no experiment");
}

}  // namespace learning_curves_test
}  // namespace genrebench
