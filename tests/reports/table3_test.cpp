#include <gtest/gtest.h>

#include <cmath>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_table3(Registry& registry);

namespace table3_test {

Document render(const MemoryStore& store) { return render_report(register_table3, store); }

/// A run a value, test accuracies 0.1 below, with answers of 100 tracks.
void add_validated_seeds(MemoryStore& store, ExampleRun run, const std::vector<double>& valid) {
  for (std::size_t i = 0; i < valid.size(); ++i) {
    run.seed = i;
    run.valid_accuracy = valid[i];
    run.accuracy = valid[i] - 0.1;
    run.predictions = answers(
        "valid", {{.genre = 0, .n_right = static_cast<int>(std::lround(100.0 * valid[i]))}});
    for (PredictionRecord& answer :
         answers("test",
                 {{.genre = 0, .n_right = static_cast<int>(std::lround(100.0 * valid[i] - 10.0))}}))
      run.predictions.push_back(std::move(answer));
    add_run(store, run);
  }
}

/// The text in a column of the line that is about these.
std::string cell(const Table& table, const std::string& method, const std::string& input,
                 const std::string& dataset, const std::string& what) {
  for (const auto& row : table.rows)
    if (row[0].text == method && row[1].text == input && row[2].text == dataset)
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (table.columns[c] == what) return row[c].text;
  return "(none)";
}

TEST(Table3, ValidationAndTestAccuracyStandBesideThePapers) {
  MemoryStore store;
  // Deviation 0.05, t of two degrees of freedom: 4.302653 * 0.05 * sqrt(1/3 + 300/700) = 0.187783.
  add_validated_seeds(store, {.method = "vgg16"}, {0.60, 0.65, 0.70});
  const Document document = render(store);
  const Table& table = *find_table(document, "table3");
  EXPECT_EQ(table.columns,
            (std::vector<std::string>{"Method", "input", "dataset", "paper", "ours: validation",
                                      "ours: test", "ours: runs"}));
  EXPECT_EQ(cell(table, "VGG-16", "full songs", "GTZAN", "paper"), "75 %");
  EXPECT_EQ(cell(table, "VGG-16", "full songs", "GTZAN", "ours: validation"), "65.0 ± 18.8 %");
  EXPECT_EQ(cell(table, "VGG-16", "full songs", "GTZAN", "ours: test"), "55.0 ± 18.8 %");
  EXPECT_EQ(cell(table, "VGG-16", "full songs", "GTZAN", "ours: runs"), "3/3");
  const Table& cells = *find_table(document, "table3_cells");
  ASSERT_EQ(cells.rows.size(), 2u);
  EXPECT_NEAR(std::stod(text_at(cells, "vgg16", "ci_low")), 0.65 - 0.187783, 1e-6);
  EXPECT_EQ(text_at(cells, "vgg16", "paper"), "0.75");
  EXPECT_EQ(text_at(cells, "vgg16", "paper_source"), "Table 3");
  const testing::TemporaryFolder folder;
  EXPECT_FALSE(write_document(document, folder.path()).empty());
}

TEST(Table3, ThePapersNumbersAreThere) {
  MemoryStore store;
  add_validated_seeds(store, {.method = "vgg16"}, {0.6});
  const Document document = render(store);
  const Table& table = *find_table(document, "table3");
  struct Printed {
    const char *method, *input, *dataset, *accuracy;
  };
  for (const Printed& p : {Printed{"VGG-16", "full songs", "Extended Ballroom", "63.6 %"},
                           {"VGG-16", "30 s segments", "1517 Artists", "62 %"},
                           {"ResNet34", "full songs", "GTZAN", "79 %"},
                           {"ResNet34", "full songs", "Extended Ballroom", "75.4 %"},
                           {"GRU", "full songs", "GTZAN", "40.3 %"},
                           {"VGG-16", "3 s segments", "GTZAN", "≈ 90 %"},
                           {"VGG-16", "largest SEM cluster", "GTZAN", "67 %"}}) {
    EXPECT_EQ(cell(table, p.method, p.input, p.dataset, "paper"), p.accuracy)
        << p.method << p.input << p.dataset;
    EXPECT_EQ(cell(table, p.method, p.input, p.dataset, "ours: validation"), "–");
  }
}

TEST(Table3, LeakyAndGroupedStandSideBySideWithTheirDifference) {
  MemoryStore store;
  // The series of tests/reports/support/intervals_test.cpp: 0.092667, -0.083772 to 0.269105.
  const ExampleRun chunks{
      .method = "vgg16", .excerpt = "chunks", .parameters = {{"excerpt.length_s", "3"}}};
  add_validated_seeds(store, chunks, {0.30, 0.41, 0.38});
  ExampleRun leaky = chunks;
  leaky.leaky = true;
  add_validated_seeds(store, leaky, {0.42, 0.45, 0.47, 0.44, 0.50});
  const Document document = render(store);
  const Table& table = *find_table(document, "table3");
  const auto of = [&](const char* what) {
    return cell(table, "VGG-16", "3 s segments", "GTZAN", what);
  };
  EXPECT_EQ(of("ours: validation").substr(0, 4), "36.3");
  EXPECT_TRUE(of("leaky: validation").starts_with("45.6"));
  EXPECT_TRUE(of("leaky: test").ends_with(" †"));
  EXPECT_EQ(of("leaky: runs"), "5/5");
  EXPECT_EQ(of("leaky − ours: validation"), "+9.3 ± 17.6 points");
  EXPECT_TRUE(has_note(table, "† Leaky split"));
  const Table& leaks = *find_table(document, "table3_leakage");
  ASSERT_EQ(leaks.rows.size(), 2u);
  EXPECT_NEAR(std::stod(text_at(leaks, "vgg16", "ci_low")), -0.08377214183719045, 1e-9);
  EXPECT_EQ(find_table(document, "table3_runs")->rows.size(), 8u);
}

// Over all genres the leaky side is better by 20 points, over the genre that both validate on it is
// worse by 10.
TEST(Table3, TheDifferenceIsOverTheGenresThatBothSidesHave) {
  MemoryStore store;
  for (const std::uint64_t seed : {0u, 1u}) {
    const int chance = static_cast<int>(seed);
    add_run(store, {.method = "vgg16",
                    .seed = seed,
                    .accuracy = 0.5,
                    .facts = {{"split.n_train", "80"}},
                    .valid_accuracy = 0.6,
                    .predictions = answers("valid", {{.genre = 0, .n_right = 60 + chance}})});
    add_run(store, {.method = "vgg16",
                    .seed = seed,
                    .accuracy = 0.5,
                    .leaky = true,
                    .facts = {{"split.n_train", "70"}},
                    .valid_accuracy = 0.75,
                    .predictions = answers("valid", {{.genre = 0, .n_right = 50 + chance},
                                                     {.genre = 1, .n_right = 100}})});
  }
  const Document document = render(store);
  const Table& table = *find_table(document, "table3");
  const std::string text = cell(table, "VGG-16", "full songs", "GTZAN", "leaky − ours: validation");
  EXPECT_TRUE(text.starts_with("−10.0 ")) << text;
  EXPECT_TRUE(contains(table.notes[0],
                       "The training parts differ in their number of tracks: 70 (leaky split), 80 "
                       "(grouped by artist)."));
  EXPECT_TRUE(has_note(table,
                       "leaky − ours (VGG-16, full songs, GTZAN): Accuracies are over the test "
                       "tracks of the genres"));
  EXPECT_EQ(text_at(*find_table(document, "table3_leakage"), "vgg16", "n_genres"), "1");
}

TEST(Table3, TheAccuracyOfSegmentsStandsBesideThatOfTracks) {
  MemoryStore store;
  ExampleRun run{.method = "vgg16",
                 .excerpt = "chunks",
                 .accuracy = 0.8,
                 .parameters = {{"excerpt.length_s", "3"}},
                 .valid_accuracy = 0.9};
  run.metrics = {{"valid", "segment_accuracy", -1, 0.71}, {"test", "segment_accuracy", -1, 0.62}};
  add_run(store, run);
  add_run(store, {.method = "vgg16", .accuracy = 0.7, .valid_accuracy = 0.7});
  const Document document = render(store);
  const Table& table = *find_table(document, "table3");
  EXPECT_EQ(cell(table, "VGG-16", "3 s segments", "GTZAN", "ours: validation"),
            "90.0 % (71.0 % per segment)");
  EXPECT_EQ(cell(table, "VGG-16", "3 s segments", "GTZAN", "ours: test"),
            "80.0 % (62.0 % per segment)");
  EXPECT_EQ(cell(table, "VGG-16", "full songs", "GTZAN", "ours: test"), "70.0 %");
  EXPECT_TRUE(has_note(table, "The paper's ≈ 90 % of Figure 10 is of segments"));
  EXPECT_EQ(find_table(document, "table3_runs")->rows[1].size(),
            find_table(document, "table3_runs")->columns.size());
}

TEST(Table3, ALeakyRunAloneHasNoDifference) {
  MemoryStore store;
  add_validated_seeds(store, {.method = "resnet34", .leaky = true}, {0.8});
  const Document document = render(store);
  const Table& table = *find_table(document, "table3");
  EXPECT_EQ(table.columns,
            (std::vector<std::string>{"Method", "input", "dataset", "paper", "leaky: validation",
                                      "leaky: test", "leaky: runs"}));
  EXPECT_EQ(cell(table, "ResNet34", "full songs", "GTZAN", "leaky: validation"),
            "80.0 [71.1, 86.7] % †");
}

TEST(Table3, OptionsThatDifferMakeLinesOfTheirOwnAndThePaperHasOneNumber) {
  MemoryStore store;
  for (const char* hidden : {"64", "128"})
    add_validated_seeds(store, {.method = "gru", .parameters = {{"method.hidden", hidden}}}, {0.4});
  const Document document = render(store);
  const Table& table = *find_table(document, "table3");
  EXPECT_EQ(cell(table, "GRU (hidden=64)", "full songs", "GTZAN", "paper"), "40.3 %");
  EXPECT_EQ(cell(table, "GRU (hidden=128)", "full songs", "GTZAN", "paper"), "");
  EXPECT_EQ(cell(table, "GRU (hidden=128)", "full songs", "GTZAN", "ours: validation"),
            "40.0 [30.9, 49.8] %");
}

TEST(Table3, WhatThePaperHasNotFollowsWithADash) {
  MemoryStore store;
  add_validated_seeds(store, {.method = "skip_gru"}, {0.4});
  add_validated_seeds(
      store, {.method = "vgg16", .excerpt = "chunks", .parameters = {{"excerpt.length_s", "10"}}},
      {0.5});
  add_validated_seeds(store, {.method = "vgg16", .parameters = {{"dataset.name", "synthetic"}}},
                      {0.9});
  const Document document = render(store);
  const Table& table = *find_table(document, "table3");
  EXPECT_EQ(cell(table, "skip-RNN", "full songs", "GTZAN", "paper"), "–");
  EXPECT_EQ(cell(table, "VGG-16", "10 s segments", "GTZAN", "ours: validation"),
            "50.0 [40.4, 59.6] %");
  EXPECT_EQ(cell(table, "VGG-16", "full songs", "synthetic", "paper"), "–");
  EXPECT_EQ(cell(table, "VGG-16", "3 s segments", "GTZAN", "ours: validation"), "–");
}

TEST(Table3, WithoutAValidationPartTheTestAccuracyStandsAlone) {
  MemoryStore store;
  add_run(store, {.method = "vgg16", .accuracy = 0.5});
  const Document document = render(store);
  const Table& table = *find_table(document, "table3");
  EXPECT_EQ(cell(table, "VGG-16", "full songs", "GTZAN", "ours: validation"), "no accuracy");
  EXPECT_EQ(cell(table, "VGG-16", "full songs", "GTZAN", "ours: test"), "50.0 %");
}

TEST(Table3, EveryNumberHasItsRuns) {
  MemoryStore store;
  const std::string done = add_run(store, {.method = "gru",
                                           .accuracy = 0.4,
                                           .facts = {{"fit.best_epoch", "17"}},
                                           .valid_accuracy = 0.45});
  const std::string failed =
      add_run(store, {.method = "gru", .seed = 1, .status = RunStatus::failed, .message = "why"});
  const Document document = render(store);
  EXPECT_EQ(cell(*find_table(document, "table3"), "GRU", "full songs", "GTZAN", "ours: runs"),
            "1/2 (1 failed)");
  EXPECT_TRUE(
      has_note(*find_table(document, "table3"), "GRU, full songs, GTZAN: 1 of 2 runs failed: why"));
  EXPECT_EQ(text_at(*find_table(document, "table3_cells"), "gru", "run_ids"), done + " " + failed);
  const Table& runs = *find_table(document, "table3_runs");
  EXPECT_EQ(text_at(runs, "gru", "run_id"), done);
  EXPECT_EQ(text_at(runs, "gru", "kept_epoch"), "17");
  EXPECT_EQ(text_at(runs, "gru", "valid_accuracy"), "0.45");
}

TEST(Table3, OtherMethodsAreNamedBesideOthersAndAnErrorAlone) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.5});
  EXPECT_THROW_SAYING(render(store), ConfigError, "table3: no run in scope is about it", "vgg16");
  add_validated_seeds(store, {.method = "vgg16"}, {0.6});
  EXPECT_TRUE(contains(render_terminal(render(store)),
                       "Runs in scope that Table 3 has no line for: svm (1)."));
  EXPECT_THROW_SAYING(render(MemoryStore()), ConfigError, "no experiment");
}

TEST(Table3, EveryRowNamesItsWeightsAndThePapersNumberStandsBesidePretrainedOnes) {
  MemoryStore store;
  const auto with_weights = [](const std::string& method, const std::string& weights,
                               const std::string& sha256) {
    ExampleRun run{.method = method,
                   .parameters = {{"method.epochs", "5"}, {"method.weights", weights}}};
    if (!sha256.empty()) {
      run.parameters["method.weights.content"] = sha256.substr(0, 16);
      run.facts["fit.weights_sha256"] = sha256;
    }
    return run;
  };
  const std::string imagenet =
      "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0";  // torchvision's
                                                                           // vgg16-397923af.pth
  add_validated_seeds(store, with_weights("vgg16", "", ""), {0.6});
  add_validated_seeds(store, with_weights("vgg16", "/w/own.pth", "0123456789abcdef0123"), {0.65});
  add_validated_seeds(store, with_weights("vgg16", "/w/vgg16.pth", imagenet), {0.7});
  add_validated_seeds(store, with_weights("resnet34", "", ""), {0.5});
  add_validated_seeds(store, with_weights("gru", "", ""), {0.4});
  const Document document = render(store);
  const Table& table = *find_table(document, "table3");
  const auto paper = [&](const std::string& method) {
    return cell(table, method, "full songs", "GTZAN", "paper");
  };
  EXPECT_EQ(paper("VGG-16, random weights"), "");
  EXPECT_EQ(paper("VGG-16, weights own.pth 01234567"), "");
  EXPECT_EQ(paper("VGG-16, ImageNet weights"), "75 %");
  EXPECT_EQ(paper("ResNet34, random weights"), "79 %");
  EXPECT_EQ(paper("GRU, random weights"), "40.3 %");
  EXPECT_TRUE(has_note(
      table,
      "start from random weights and do not repeat its numbers in: ResNet34, full songs, GTZAN."));
  const Table& runs = *find_table(document, "table3_runs");
  EXPECT_EQ(column(runs, 4),
            (std::vector<std::string>{"random weights", "weights own.pth 01234567",
                                      "ImageNet weights", "random weights", "random weights"}));
  // The order of the plans does not matter, and without ImageNet's the other file's are nearer to
  // the paper's.
  MemoryStore other;
  add_validated_seeds(other, with_weights("vgg16", "", ""), {0.6});
  add_validated_seeds(other, with_weights("vgg16", "/w/own.pth", "0123456789abcdef0123"), {0.65});
  const Table second = *find_table(render(other), "table3");
  EXPECT_EQ(cell(second, "VGG-16, weights own.pth 01234567", "full songs", "GTZAN", "paper"),
            "75 %");
  EXPECT_FALSE(has_note(second, "random weights and do not repeat"));
}

TEST(Table3, ClipsOf1517ArtistsFillThePapersLineAndClipsOfAnotherLengthDoNot) {
  MemoryStore store;
  const auto clips = [](const std::string& length_s) {
    return ExampleRun{
        .method = "vgg16",
        .excerpt = "clips",
        .parameters = {{"dataset.name", "artists1517"}, {"excerpt.length_s", length_s}}};
  };
  add_validated_seeds(store, clips("30"), {0.55});
  add_validated_seeds(store, clips("10"), {0.45});
  const Document document = render(store);
  const Table& table = *find_table(document, "table3");
  EXPECT_EQ(cell(table, "VGG-16", "30 s segments", "1517 Artists", "paper"), "62 %");
  EXPECT_TRUE(cell(table, "VGG-16", "30 s segments", "1517 Artists", "ours: validation")
                  .starts_with("55.0 "));
  EXPECT_EQ(cell(table, "VGG-16", "10 s segments", "1517 Artists", "paper"), "–");
}

TEST(Table3, RowsOfTheSegmentationNameItsPreset) {
  MemoryStore store;
  for (const std::string preset : {"tuned", "paper"})
    add_validated_seeds(
        store, {.method = "vgg16", .excerpt = "sem", .parameters = {{"excerpt.preset", preset}}},
        {0.5});
  add_validated_seeds(store,
                      {.method = "vgg16",
                       .excerpt = "sem",
                       .parameters = {{"excerpt.preset", "tuned"}, {"excerpt.ar_order", "77"}}},
                      {0.5});
  const Document document = render(store);
  const std::vector<std::string> inputs = column(*find_table(document, "table3"), 1);
  for (const char* input : {"largest SEM cluster (tuned)", "largest SEM cluster (paper)",
                            "largest SEM cluster (own settings)"})
    EXPECT_EQ(std::count(inputs.begin(), inputs.end(), input), 1) << input;
  EXPECT_EQ(std::count(inputs.begin(), inputs.end(), "largest SEM cluster"), 0)
      << "the paper's line is the first of ours";
}

}  // namespace table3_test
}  // namespace genrebench
