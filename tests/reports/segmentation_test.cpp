#include <gtest/gtest.h>

#include "harness/plugin/registry.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "harness/records/run_cost.hpp"
#include "reports/example_runs.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_segmentation(Registry& registry);

namespace segmentation_test {

Document render(const MemoryStore& store) { return render_report(register_segmentation, store); }

/// A run of task segmentation whose tracks have these scores.
void add_run_of(MemoryStore& store, const std::string& scale, const std::string& kmeans_seed,
                const std::vector<double>& scores, const std::string& sources,
                const std::vector<double>& of_annotators = {}) {
  static int count = 0;
  MemoryStore::Entry entry;
  entry.record.id = fmt::format("{:064x}", 0x9000 + ++count);
  entry.record.status = RunStatus::done;
  entry.record.dataset_fingerprint = "f00d";
  entry.record.parameters = {{"dataset.name", "medley"},
                             {"excerpt.name", "sem"},
                             {"excerpt.scale", scale},
                             {"excerpt.seed", kmeans_seed},
                             {"task", "segmentation"}};
  SegmentationExample example{
      .track = "a", .duration_s = 2.0, .minimum = {0.0F}, .maximum = {1.0F}};
  entry.record.facts = {{"structure.n_tracks", fmt::format("{}", scores.size())},
                        {"structure.example", to_json(example)}};
  if (!sources.empty()) entry.record.facts["structure.sources"] = sources;
  const auto add_scores = [&](const std::string& split, const std::vector<double>& values) {
    if (values.empty()) return;
    double sum = 0.0;
    for (std::size_t t = 0; t < values.size(); ++t) {
      entry.metrics.push_back({split, "adjusted_rand", static_cast<std::int64_t>(t), values[t]});
      sum += values[t];
    }
    entry.metrics.push_back({split, "adjusted_rand", -1, sum / static_cast<double>(values.size())});
  };
  add_scores("structure", scores);
  add_scores("annotators", of_annotators);
  store.add("medleys", std::move(entry));
}

const std::vector<double> kScores = {0.9, 0.7, 0.4, 0.8, 0.6, 0.5, 0.95, 0.3, 0.75, 0.65};
constexpr const char* kSources = R"([["a","b"],["b","c"],["c","d"],["a","e"],["e","f"],)"
                                 R"(["d","f"],["a","b"],["c","f"],["e","a"],["b","d"]])";

// The scores and sources of the pigeonhole bootstrap in tests/reports/support/intervals_test.cpp:
// 0.38 to 0.856 by NumPy.
TEST(SegmentationReport, IntervalsAreOverTheSourcesOfTheMedleys) {
  MemoryStore store;
  add_run_of(store, "self_tuning", "0", kScores, kSources);
  const Document document = render(store);
  const Table& table = *find_table(document, "segmentation_scores");
  EXPECT_TRUE(text_at(table, "sem", "adjusted Rand").starts_with("0.655 [0.3"))
      << text_at(table, "sem", "adjusted Rand");
  EXPECT_TRUE(has_note(table, "over the 6 sources of the scored tracks"));
  const Table& data = *find_table(document, "segmentation_score_intervals");
  EXPECT_EQ(text_at(data, "sem", "ci_method"), "bootstrap_sources");
  EXPECT_EQ(text_at(data, "sem", "ci_n"), "6");
  EXPECT_EQ(text_at(data, "sem", "n_tracks"), "10");
  EXPECT_FALSE(has_note(table, "Ill-conditioned"));
}

TEST(SegmentationReport, FiguresNameTheSoundOfTheTrackWhileItsFileIsThere) {
  MemoryStore store;
  add_run_of(store, "self_tuning", "0", kScores, "");
  const testing::TemporaryFolder folder;
  const std::string file = folder.write("a.wav", "sound").string();
  TrackRecord track{
      .id = "a", .groups = {}, .start_s = 1.5, .duration_s = 2.0, .content = {}, .audio = file};
  store.tracks_of["f00d"] = {
      {.id = "b", .groups = {}, .duration_s = {}, .content = {}, .audio = "/other.wav"}, track};
  const Document document = render(store);
  const Figure& signal = *find_figure(document, "segmentation_waveform");
  EXPECT_EQ(signal.audio, file);
  EXPECT_EQ(signal.audio_start_s, 1.5);
  std::filesystem::remove(file);
  EXPECT_EQ(find_figure(render(store), "segmentation_waveform")->audio, "");
}

TEST(SegmentationReport, TracksWithoutSourcesAreEachTheirOwn) {
  MemoryStore store;
  add_run_of(store, "self_tuning", "0", kScores, "");
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, "segmentation_score_intervals"), "sem", "ci_method"),
            "bootstrap_tracks");
  EXPECT_TRUE(has_note(*find_table(document, "segmentation_scores"), "over the 10 scored tracks"));
}

TEST(SegmentationReport, TheLiteralScaleIsSaidToBeIllConditionedWithItsSpreadOverSeeds) {
  MemoryStore store;
  add_run_of(store, "literal", "0", {0.4, 0.6}, "");
  add_run_of(store, "self_tuning", "0", {0.8, 0.9}, "");
  const Document alone = render(store);
  EXPECT_EQ(text_at(*find_table(alone, "segmentation_scores"), "excerpt.scale=literal ¶", "runs"),
            "1");
  EXPECT_EQ(text_at(*find_table(alone, "segmentation_scores"), "excerpt.scale=self_tuning", "runs"),
            "1")
      << "which is not";
  EXPECT_TRUE(has_note(*find_table(alone, "segmentation_scores"), "¶ Ill-conditioned"));
  EXPECT_TRUE(has_note(*find_table(alone, "segmentation_scores"),
                       "excerpt.scale=literal: not known, this is one seed"));
  add_run_of(store, "literal", "1", {0.2, 0.6}, "");
  const Document several = render(store);
  const Table& table = *find_table(several, "segmentation_scores");
  ASSERT_EQ(table.rows.size(), 2u) << "seeds of k-means share a row";
  EXPECT_EQ(text_at(table, "excerpt.scale=literal ¶", "runs"), "2");
  EXPECT_TRUE(text_at(table, "excerpt.scale=literal ¶", "adjusted Rand").starts_with("0.450"));
  EXPECT_TRUE(has_note(table, "excerpt.scale=literal: 0.400 to 0.500 over 2 seeds."));
}

TEST(SegmentationReport, AnnotatorsHaveOneRowPerDatasetThatScoresThemAgainstEachOther) {
  MemoryStore store;
  add_run_of(store, "self_tuning", "0", {0.4, 0.6, 0.5}, "",
             /*of_annotators=*/{0.8, 0.9});
  add_run_of(store, "literal", "0", {0.2, 0.3, 0.4}, "", /*of_annotators=*/{0.8, 0.9});
  const Document document = render(store);
  const Table& table = *find_table(document, "segmentation_scores");
  ASSERT_EQ(table.rows.size(), 3u);
  const std::string row = "annotators of medley against each other";
  EXPECT_EQ(text_at(table, row, "tracks"), "2");
  EXPECT_TRUE(text_at(table, row, "adjusted Rand").starts_with("0.850"))
      << text_at(table, row, "adjusted Rand");
  EXPECT_EQ(text_at(table, row, "runs"), "–");
  EXPECT_TRUE(has_note(table, "the annotators has the scores of each by each other one"));
  EXPECT_FALSE(has_note(table, "Where a row has several runs"));
  EXPECT_EQ(text_at(*find_table(document, "segmentation_score_intervals"), row, "n_tracks"), "2");
}

TEST(SegmentationReport, FurtherScoresTheTimeAndEachAnnotatorHaveTables) {
  MemoryStore store;
  MemoryStore::Entry entry;
  entry.record.id = std::string(64, 'a');
  entry.record.status = RunStatus::done;
  entry.record.parameters = {
      {"dataset.name", "folder"}, {"excerpt.name", "foote"}, {"task", "segmentation"}};
  const SegmentationExample example{
      .track = "a", .duration_s = 2.0, .minimum = {0.0F}, .maximum = {1.0F}};
  entry.record.facts = {{"structure.n_tracks", "2"}, {"structure.example", to_json(example)}};
  for (const std::int64_t step : {-1, 0, 1}) {
    for (const char* name : {"adjusted_rand", "trimmed_f_0.5", "trimmed_f_3", "nce_f", "v_measure",
                             "adjusted_mutual_information"})
      entry.metrics.push_back({"structure", name, step, 0.25});
    entry.metrics.push_back({"structure", "truth_deviation_s", step, 2.5});
    entry.metrics.push_back({"structure", "estimate_deviation_s", step, 1.5});
    entry.metrics.push_back({"annotator_1", "adjusted_rand", step, 0.75});
    entry.metrics.push_back({"annotator_2", "adjusted_rand", step, 0.5});
  }
  RunCost cost;
  cost.sections = {.seconds = 5.0, .n = 2};
  record_cost(cost, entry.environment);
  store.add("songs", std::move(entry));
  const Document document = render(store);
  const Table& table = *find_table(document, "segmentation_further_scores");
  EXPECT_TRUE(text_at(table, "foote", "trimmed F 3 s").starts_with("0.250"));
  EXPECT_TRUE(text_at(table, "foote", "truth to found (s)").starts_with("2.5"))
      << "seconds have no upper bound";
  EXPECT_TRUE(text_at(table, "foote", "AMI").starts_with("0.250"));
  EXPECT_EQ(text_at(table, "foote", "s per song"), "2.5");
  const Table& each = *find_table(document, "segmentation_by_annotator");
  ASSERT_EQ(each.rows.size(), 2u);
  EXPECT_TRUE(each.rows[0][3].text.starts_with("0.750")) << each.rows[0][3].text;
  EXPECT_TRUE(each.rows[1][3].text.starts_with("0.500")) << each.rows[1][3].text;
}

TEST(SegmentationReport, RunsOfEarlierProgramsHaveTheFirstTableAlone) {
  MemoryStore store;
  add_run_of(store, "self_tuning", "0", kScores, "");
  const Document document = render(store);
  EXPECT_EQ(find_table(document, "segmentation_further_scores"), nullptr);
  EXPECT_EQ(find_table(document, "segmentation_by_annotator"), nullptr);
}

}  // namespace segmentation_test
}  // namespace genrebench
