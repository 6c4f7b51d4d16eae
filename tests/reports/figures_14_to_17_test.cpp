#include <gtest/gtest.h>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_figures_14_to_17(Registry& registry);

namespace figures_14_to_17_test {

Document render(const MemoryStore& store) {
  return render_report(register_figures_14_to_17, store);
}

/// @param length  of the skip; empty: the method gru
ExampleRun rnn(const std::string& length, std::uint64_t seed = 0,
               const std::string& dataset = "gtzan") {
  ExampleRun run{.method = length.empty() ? "gru" : "skip_gru",
                 .seed = seed,
                 .accuracy = 0.4,
                 .facts = {{"fit.best_epoch", "2"}}};
  run.parameters = {{"dataset.name", dataset}, {"method.hidden", "64"}};
  if (!length.empty())
    run.parameters.insert({{"method.length", length}, {"method.combine", "add"}});
  for (const char* split : {"train", "valid"})
    for (const char* metric : {"loss", "accuracy"})
      run.metrics = with_curve(run.metrics, split, metric, {0.3, 0.4, length.empty() ? 0.6 : 0.5});
  return run;
}

TEST(Figures14To17, FourCurvesShareAPlotAndEachDatasetHasAPair) {
  MemoryStore store;
  for (const char* dataset : {"gtzan", "extended_ballroom"})
    for (const std::uint64_t seed : {0u, 1u})
      for (const char* length : {"", "8"}) add_run(store, rnn(length, seed, dataset));
  const Document document = render(store);
  EXPECT_EQ(document.body.size(), 4u);
  const Figure* figure =
      find_figure(document, "figures_14_to_17-gtzan_grouped_by_artist_skip_rnn_k_8_add-loss");
  ASSERT_NE(figure, nullptr);
  EXPECT_EQ(figure->title, "Loss of RNN and skip-RNN, k = 8 (add) on GTZAN, grouped by artist");
  for (const char* text : {"RNN, train", "RNN, validation", "skip-RNN, k = 8 (add), train",
                           "skip-RNN, k = 8 (add), validation"})
    EXPECT_TRUE(contains(figure->picture.svg(), ">" + std::string(text) + "<")) << text;
  EXPECT_TRUE(contains(figure->picture.svg(), "stroke-dasharray")) << "training curves are dashed";
  EXPECT_NE(
      find_figure(document,
                  "figures_14_to_17-extended_ballroom_grouped_by_artist_skip_rnn_k_8_add-accuracy"),
      nullptr);
  const testing::TemporaryFolder folder;
  EXPECT_FALSE(write_document(document, folder.path()).empty()) << "no two ids are the same";
}

TEST(Figures14To17, TheDataHaveTheRnnOnceHoweverManySkipsItIsComparedWith) {
  MemoryStore store;
  const std::string id = add_run(store, rnn(""));
  for (const char* length : {"4", "8"}) add_run(store, rnn(length));
  const Document document = render(store);
  EXPECT_EQ(document.body.size(), 4u);
  const Table& runs = *find_table(document, "figures_14_to_17_runs");
  EXPECT_EQ(column(runs, 0),
            (std::vector<std::string>{"RNN on GTZAN, grouped by artist",
                                      "skip-RNN, k = 4 (add) on GTZAN, grouped by artist",
                                      "skip-RNN, k = 8 (add) on GTZAN, grouped by artist"}));
  EXPECT_EQ(runs.rows.front().back().text, id);
  EXPECT_EQ(find_table(document, "figures_14_to_17_values")->rows.size(), 3u * 4u * 3u);
}

TEST(Figures14To17, ASkipOfLengthZeroComesBeforeTheMethodGru) {
  MemoryStore store;
  for (const char* length : {"", "0", "8"}) add_run(store, rnn(length));
  const Document document = render(store);
  const Figure* figure =
      find_figure(document, "figures_14_to_17-gtzan_grouped_by_artist_skip_rnn_k_8_add-loss");
  ASSERT_NE(figure, nullptr);
  EXPECT_TRUE(contains(figure->picture.svg(), ">skip-RNN, k = 0 (add), train<"));
}

TEST(Figures14To17, WhatSharesNoOptionsOrProtocolIsNotCompared) {
  MemoryStore store;
  add_run(store, rnn("8"));
  EXPECT_THROW_SAYING(render(store), ConfigError, "figures_14_to_17: nothing to compare");
  ExampleRun leaky = rnn("");
  leaky.leaky = true;
  add_run(store, leaky);
  ExampleRun wide = rnn("");
  wide.parameters["method.hidden"] = "128";
  add_run(store, wide);
  add_run(store, {.accuracy = 0.5});
  EXPECT_THROW_SAYING(render(store), ConfigError, "nothing to compare");
  ExampleRun planned = rnn("");
  planned.status = RunStatus::planned;
  planned.metrics.clear();
  add_run(store, planned);
  EXPECT_THROW_SAYING(render(store), ConfigError, "nothing to compare");
  add_run(store, rnn("", 1));
  EXPECT_EQ(render(store).body.size(), 2u);
}

TEST(Figures14To17, AnEmptyStoreIsAnError) {
  EXPECT_THROW_SAYING(render(MemoryStore()), ConfigError, "no experiment");
}

}  // namespace figures_14_to_17_test
}  // namespace genrebench
