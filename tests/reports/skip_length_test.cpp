#include <gtest/gtest.h>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_skip_length(Registry& registry);

namespace skip_length_test {

Document render(const MemoryStore& store) { return render_report(register_skip_length, store); }

/// @param length  of the skip; empty: the method gru
ExampleRun rnn(const std::string& length, std::uint64_t seed, double train,
               std::optional<double> valid, const std::string& combine = "add") {
  ExampleRun run{.method = length.empty() ? "gru" : "skip_gru",
                 .seed = seed,
                 .accuracy = 0.4,
                 .train_accuracy = train,
                 .valid_accuracy = valid};
  run.parameters = {{"method.hidden", "64"}};
  if (!length.empty())
    run.parameters.insert({{"method.length", length}, {"method.combine", combine}});
  run.metrics = with_curve({}, "train", "accuracy", {0.5, train + 0.02});
  if (valid) run.metrics = with_curve(run.metrics, "valid", "accuracy", {0.3, *valid - 0.02});
  return run;
}

/// Three seeds of gru and of k = 8. Changes: training -10, -8, -9 points, validation +1, -1, 0, gap
/// -11, -7, -9.
MemoryStore three_seeds() {
  MemoryStore store;
  const std::vector<double> train = {0.90, 0.92, 0.94}, valid = {0.40, 0.42, 0.41};
  const std::vector<double> skip_train = {0.80, 0.84, 0.85}, skip_valid = {0.41, 0.41, 0.41};
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    add_run(store, rnn("", seed, train[seed], valid[seed]));
    add_run(store, rnn("8", seed, skip_train[seed], skip_valid[seed]));
  }
  return store;
}

const std::string kId = "skip_length-gtzan_grouped_by_artist";

TEST(SkipLength, ChangesArePairedBySeedWithTheirIntervals) {
  const Document document = render(three_seeds());
  const Table* changes = find_table(document, kId + "-changes");
  ASSERT_NE(changes, nullptr);
  // t of two degrees of freedom: 4.302653; times sqrt(1/3 + 300/700) = 0.872872 for deviations of
  // one point, twice that for two.
  ASSERT_EQ(changes->rows.size(), 1u);
  EXPECT_EQ(text_at(*changes, "add", "k"), "8");
  EXPECT_EQ(text_at(*changes, "add", "divisions"), "3");
  EXPECT_EQ(text_at(*changes, "add", "train (kept epoch)"), "−9.0 ± 3.8 points");
  EXPECT_EQ(text_at(*changes, "add", "train (last epoch)"), "−9.0 ± 3.8 points");
  EXPECT_EQ(text_at(*changes, "add", "validation"), "0.0 ± 3.8 points");
  EXPECT_EQ(text_at(*changes, "add", "gap (kept epoch)"), "−9.0 ± 7.5 points");
  const Table& data = *find_table(document, "skip_length_changes");
  ASSERT_EQ(data.rows.size(), 6u);
  EXPECT_EQ(data.rows[0][4].text, "train_accuracy");
  EXPECT_NEAR(std::stod(data.rows[0][6].text), -0.09 - 0.0375566, 1e-6);
  EXPECT_NEAR(std::stod(data.rows[0][7].text), -0.09 + 0.0375566, 1e-6);
}

TEST(SkipLength, WordsFollowTheIntervals) {
  const Document document = render(three_seeds());
  const Table& changes = *find_table(document, kId + "-changes");
  EXPECT_TRUE(has_note(changes, "add, train (kept epoch): lower for k = 8."));
  EXPECT_TRUE(has_note(changes, "add, validation: the interval includes 0 for k = 8."));
  EXPECT_TRUE(has_note(changes, "add, gap (kept epoch): lower for k = 8."));
  EXPECT_TRUE(changes.rows[0][3].strong);
  EXPECT_FALSE(changes.rows[0][5].strong);
  EXPECT_TRUE(has_note(changes, "about 0.3 of these 5 would still exclude 0"));

  MemoryStore opposite;
  for (const std::uint64_t seed : {0u, 1u, 2u}) {
    add_run(opposite, rnn("", seed, 0.8, 0.5));
    const double chance = 0.001 * static_cast<double>(seed);
    add_run(opposite, rnn("2", seed, 0.9 + chance, 0.4 - chance));
    add_run(opposite, rnn("4", seed, 0.799 + chance, 0.499 + chance));
  }
  const Document of_opposite = render(opposite);
  const Table& other = *find_table(of_opposite, kId + "-changes");
  EXPECT_TRUE(has_note(
      other, "add, train (kept epoch): higher for k = 2; the interval includes 0 for k = 4."));
  EXPECT_TRUE(
      has_note(other, "add, validation: lower for k = 2; the interval includes 0 for k = 4."));
}

TEST(SkipLength, SeedsWithoutAPartnerAreLeftOutOfTheChanges) {
  MemoryStore store;
  const std::string reference = add_run(store, rnn("", 1, 0.90, 0.40));
  add_run(store, rnn("", 2, 0.10, 0.10));
  add_run(store, rnn("8", 0, 0.20, 0.20));
  const std::string run = add_run(store, rnn("8", 1, 0.85, 0.42));
  const Document document = render(store);
  const Table& changes = *find_table(document, kId + "-changes");
  EXPECT_EQ(text_at(changes, "add", "divisions"), "1");
  EXPECT_EQ(text_at(changes, "add", "train (kept epoch)"), "−5.0 points");
  EXPECT_TRUE(has_note(changes, "add, validation: no interval for k = 8."));
  const Table& data = *find_table(document, "skip_length_changes");
  EXPECT_EQ(data.rows[0][13].text, run);
  EXPECT_EQ(data.rows[0][14].text, reference);
}

TEST(SkipLength, AccuraciesAndTheGapHaveMeansAndFigures) {
  const Document document = render(three_seeds());
  const Table& scores = *find_table(document, kId + "-scores");
  EXPECT_EQ(column(scores, 1), (std::vector<std::string>{"0", "8"}));
  EXPECT_EQ(text_at(scores, "any", "train (kept epoch)"), "92.0 ± 7.5 %");  // deviation 0.02
  EXPECT_EQ(text_at(scores, "any", "train (last epoch)"),
            "94.0 [86.5, 100.0] %");  // 0.02 higher, and cut off
  EXPECT_EQ(text_at(scores, "any", "gap (kept epoch)"),
            "+51.0 ± 6.5 points");  // of 0.50, 0.50, 0.53: deviation 0.01732
  const Figure* accuracy = find_figure(document, kId + "-add");
  ASSERT_NE(accuracy, nullptr);
  for (const char* text :
       {"train (kept epoch)", "train (last epoch)", "validation", "test", "0", "8"})
    EXPECT_TRUE(contains(accuracy->picture.svg(), ">" + std::string(text) + "<")) << text;
  EXPECT_TRUE(has_note(*accuracy, "k = 0 is the method gru."));
  EXPECT_NE(find_figure(document, kId + "-gap"), nullptr);
  EXPECT_NE(find_figure(document, kId + "-gap_last"), nullptr);
  EXPECT_EQ(find_table(document, "skip_length_runs")->rows.size(), 6u);
  const testing::TemporaryFolder folder;
  EXPECT_FALSE(write_document(document, folder.path()).empty()) << "no two ids are the same";
}

TEST(SkipLength, EachModeOfCombiningHasItsFigureAndLengthsAreInOrder) {
  MemoryStore store;
  add_run(store, rnn("", 0, 0.9, 0.4));
  for (const char* combine : {"mean", "gate"})
    for (const char* length : {"16", "8"}) add_run(store, rnn(length, 0, 0.8, 0.4, combine));
  const Document document = render(store);
  EXPECT_NE(find_figure(document, kId + "-mean"), nullptr);
  EXPECT_NE(find_figure(document, kId + "-gate"), nullptr);
  const Table& scores = *find_table(document, kId + "-scores");
  EXPECT_EQ(column(scores, 0), (std::vector<std::string>{"any", "gate", "gate", "mean", "mean"}));
  EXPECT_EQ(column(scores, 1), (std::vector<std::string>{"0", "8", "16", "8", "16"}))
      << "k = 0 stands once";
  EXPECT_EQ(find_table(document, "skip_length_runs")->rows.size(), 5u)
      << "the shared k = 0 is listed once";
}

TEST(SkipLength, ASkipOfLengthZeroIsTheReferenceOfItsMode) {
  MemoryStore store;
  add_run(store, rnn("", 0, 0.9, 0.4));
  add_run(store, rnn("0", 0, 0.7, 0.4));
  add_run(store, rnn("8", 0, 0.6, 0.4));
  const Document document = render(store);
  const Table& changes = *find_table(document, kId + "-changes");
  EXPECT_EQ(text_at(changes, "add", "train (kept epoch)"), "−10.0 points");
}

TEST(SkipLength, TheThreeModesShareTheirKOfZeroAndEveryRunIsListed) {
  MemoryStore store;
  for (const char* combine : {"add", "mean", "gate"})
    for (const char* length : {"0", "8"})
      add_run(store, rnn(length, 0, length[0] == '0' ? 0.9 : 0.8, 0.4, combine));
  const Document document = render(store);
  EXPECT_EQ(column(*find_table(document, kId + "-scores"), 1),
            (std::vector<std::string>{"0", "8", "8", "8"}));
  EXPECT_EQ(find_table(document, kId + "-changes")->rows.size(), 3u);
  EXPECT_EQ(find_table(document, "skip_length_runs")->rows.size(), 6u);
}

TEST(SkipLength, OnePublishedDivisionIsPairedTrackByTrack) {
  MemoryStore store;
  for (const char* length : {"", "8"}) {
    ExampleRun run = rnn(length, 0, 0.9, 0.4);
    run.division = "a list";
    run.predictions =
        answers("test", {{.genre = 0, .n_right = length[0] == 0 ? 70 : 50}}, /*per_artist=*/4);
    run.accuracy = length[0] == 0 ? 0.7 : 0.5;
    add_run(store, run);
  }
  const Document document = render(store);
  const Table& changes = *find_table(document, kId + "-changes");
  EXPECT_TRUE(text_at(changes, "add", "test").starts_with("−20.0 ["))
      << text_at(changes, "add", "test");
  EXPECT_TRUE(has_note(changes, "over the 25 artists of the test tracks of one division"));
  EXPECT_EQ(text_at(changes, "add", "train (kept epoch)"), "0.0 points");
}

TEST(SkipLength, WithoutAReferenceThereAreNoChanges) {
  MemoryStore store;
  for (const char* length : {"4", "8"}) add_run(store, rnn(length, 0, 0.6, 0.4));
  const Document document = render(store);
  EXPECT_EQ(find_table(document, kId + "-changes"), nullptr);
  EXPECT_TRUE(contains(render_terminal(document), "there is no run with k = 0"));
}

TEST(SkipLength, WithoutAValidationPartTheGapIsADash) {
  MemoryStore store;
  add_run(store, rnn("", 0, 0.9, std::nullopt));
  add_run(store, rnn("8", 0, 0.8, std::nullopt));
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, kId + "-scores"), "add", "gap (kept epoch)"), "–");
  EXPECT_EQ(text_at(*find_table(document, kId + "-changes"), "add", "validation"), "–");
  EXPECT_EQ(find_figure(document, kId + "-gap"), nullptr);
}

TEST(SkipLength, LeakyAndGroupedRunsAreNeverPaired) {
  MemoryStore store;
  add_run(store, rnn("", 0, 0.9, 0.4));
  add_run(store, rnn("8", 0, 0.8, 0.4));
  for (const char* length : {"", "8"}) {
    ExampleRun leaky = rnn(length, 0, length[0] == 0 ? 0.95 : 0.93, 0.6);
    leaky.leaky = true;
    add_run(store, leaky);
  }
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, kId + "-changes"), "add", "train (kept epoch)"),
            "−10.0 points");
  const Table* leaky = find_table(document, "skip_length-gtzan_leaky_split-changes");
  ASSERT_NE(leaky, nullptr);
  EXPECT_EQ(text_at(*leaky, "add", "train (kept epoch)"), "−2.0 points †");
}

TEST(SkipLength, OtherMethodsAloneUnfinishedRunsAndAnEmptyStoreAreErrors) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.5});
  add_run(store, rnn("", 0, 0.9, 0.4));
  EXPECT_THROW_SAYING(render(store), ConfigError, "skip_length: no run in scope is about it",
                      "skip_gru");
  MemoryStore planned;
  add_run(planned, {.method = "skip_gru",
                    .status = RunStatus::planned,
                    .parameters = {{"method.length", "8"}, {"method.combine", "add"}}});
  EXPECT_THROW_SAYING(render(planned), ConfigError, "none of its 1 runs has an accuracy yet");
  EXPECT_THROW_SAYING(render(MemoryStore()), ConfigError, "no experiment");
}

TEST(SkipLength, WhatIsNotDoneIsMarked) {
  MemoryStore store = three_seeds();
  ExampleRun failed = rnn("8", 3, 0.8, 0.4);
  failed.status = RunStatus::failed;
  failed.message = "out of memory";
  add_run(store, failed);
  const Document document = render(store);
  const Table& scores = *find_table(document, kId + "-scores");
  EXPECT_EQ(scores.rows[1][2].text, "3/4 (1 failed)");
  EXPECT_TRUE(scores.rows[1][3].text.ends_with(" *"));
  EXPECT_TRUE(has_note(scores, "skip-RNN, k = 8 (add): 1 of 4 runs failed: out of memory"));
}

}  // namespace skip_length_test
}  // namespace genrebench
