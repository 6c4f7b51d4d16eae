// Songs of known sections from the plan to the store.
#include <gtest/gtest.h>

#include "harness/data/extraction.hpp"
#include "support/segmented_songs.hpp"

namespace genrebench {
namespace segmentation_pipeline_test {

using namespace testing::segmentation;
namespace fs = std::filesystem;

TEST_F(SegmentationPipeline, TaskSegmentationRecordsTheScoresOfTheSectionsAlone) {
  add_four_songs();
  const Plan p = plan("task: segmentation\ndataset: {name: songs}\nexcerpt: " + kSem + "\n");
  ASSERT_EQ(p.runs.size(), 1u);
  const RunnerSummary summary = run(p, {.cache_folder = folder_ / "cache", .threads = 2});
  EXPECT_EQ(summary.n_done, 1u);
  EXPECT_EQ(summary.n_failed, 0u);
  const auto s = store();
  const RunRecord record = s->run(p.runs[0].id).value();
  EXPECT_EQ(record.status, RunStatus::done);
  EXPECT_EQ(record.parameter("task"), "segmentation");
  EXPECT_EQ(record.parameter("excerpt.name"), "sem");
  EXPECT_EQ(record.parameter("excerpt.window_s"), "0.25");
  for (const auto& [key, value] : record.parameters)
    for (const char* unused : {"method.", "features.", "split.", "standardise", "vote"})
      EXPECT_FALSE(key.starts_with(unused)) << key;
  EXPECT_EQ(record.fact("structure.n_tracks"), "4");
  EXPECT_GT(s->metric(record.id, "structure", "adjusted_rand").value(), 0.8);
  EXPECT_GT(s->metric(record.id, "structure", "pairwise_f").value(), 0.8);
  const auto metrics = s->metrics(record.id);
  EXPECT_EQ(metrics.size(), 5u * 27u) << "27 scores of four tracks and their mean";
  for (const MetricRecord& metric : metrics) EXPECT_EQ(metric.split, "structure");
  EXPECT_TRUE(s->predictions(record.id, "test").empty());
  EXPECT_TRUE(fs::exists(folder_ / "cache" / "sections"));
  EXPECT_EQ(run(plan("task: segmentation\ndataset: {name: songs}\nexcerpt: " + kSem + "\n"))
                .n_already_done,
            1u);
}

TEST_F(SegmentationPipeline, RunsOfOneSegmentationAreMadeFromItsSectionsOnce) {
  add_four_songs();
  const std::string text = "task: segmentation\ndataset: {name: songs}\nexcerpt: {name: halves}\n";
  run(plan(text + "seeds: [0, 1]\n"), {.cache_folder = folder_ / "cache"});
  EXPECT_EQ(asked_.n, 4);
  run(plan(text + "seeds: [2]\n"), {.cache_folder = folder_ / "cache"});
  EXPECT_EQ(asked_.n, 4) << "a later program reads them from disk";
}

TEST_F(SegmentationPipeline, WhatDoesNotGoTogetherIsRefusedBeforeAnythingRuns) {
  add_four_songs();
  EXPECT_THROW_SAYING(plan("task: segmentation\ndataset: {name: songs}\n"), ConfigError,
                      "task segmentation", "excerpt full", "sem");
  EXPECT_THROW_SAYING(plan("task: segmentation\ndataset: {name: songs}\nexcerpt: {name: chunks}\n"),
                      ConfigError, "excerpt chunks");
  EXPECT_THROW_SAYING(
      plan("task: segmentation\ndataset: {name: unknown_structure}\nexcerpt: {name: sem}\n"),
      ConfigError, "unknown_structure", "sections");
  EXPECT_THROW_SAYING(plan("task: segmentatoin\ndataset: {name: songs}\nexcerpt: {name: sem}\n"),
                      ConfigError, "task", "did you mean 'segmentation'?");
}

TEST_F(SegmentationPipeline, BadTracksAreLeftOutOrFailTheRunAsTheExperimentSays) {
  add_song("one", 0, {{'A', 1.0}, {'B', 1.0}});
  add_song("bad", 1, {{'A', 1.0}, {'B', 1.0}});
  const std::string text = "task: segmentation\ndataset: {name: songs}\nexcerpt: {name: halves}\n";
  const Plan skip = plan(text), fail = plan(text + "on_bad_track: fail\n");
  EXPECT_EQ(run(skip).n_bad_tracks, 1u);
  EXPECT_EQ(store()->bad_tracks(skip.runs[0].id).at(0).track, "bad");
  EXPECT_EQ(store()->run(skip.runs[0].id)->fact("structure.n_tracks"), "1");
  EXPECT_EQ(std::count_if(progress_.messages.begin(), progress_.messages.end(),
                          [](const auto& m) { return m.starts_with("bad track: "); }),
            1);
  EXPECT_EQ(run(fail).n_failed, 1u);
  EXPECT_EQ(store()->run(fail.runs[0].id)->status, RunStatus::failed);
  EXPECT_NE(store()->run(fail.runs[0].id)->message.find("on_bad_track is fail"), std::string::npos);
}

TEST_F(SegmentationPipeline, ARunOfBadTracksAloneFailsAndSaysSo) {
  add_song("bad", 1, {{'A', 1.0}, {'B', 1.0}});
  const Plan p = plan("task: segmentation\ndataset: {name: songs}\nexcerpt: {name: halves}\n");
  EXPECT_EQ(run(p).n_failed, 1u);
  EXPECT_NE(store()->run(p.runs[0].id)->message.find("no track could be segmented (1 bad tracks)"),
            std::string::npos);
}

TEST_F(SegmentationPipeline, AConfigurationThatNoTrackCanHaveFailsTheRunWithItsMessage) {
  add_four_songs();
  const Plan p = plan(
      "task: segmentation\ndataset: {name: songs}\nexcerpt: {name: sem, rate_hz: auto, window_s: "
      "0.05, ar_order: 400}\n");
  EXPECT_EQ(run(p).n_failed, 1u);
  EXPECT_NE(store()->run(p.runs[0].id)->message.find("ar_order: expected 1 to 399"),
            std::string::npos)
      << store()->run(p.runs[0].id)->message;
}

TEST_F(SegmentationPipeline, ATrackTooShortForTheClustersIsABadTrackAndNotTheEndOfTheRun) {
  add_song("long", 0, {{'A', 2.0}, {'B', 2.0}});
  add_song("short", 1, {{'A', 0.5}, {'B', 0.5}});
  const Plan p = plan(
      "task: segmentation\ndataset: {name: songs}\nexcerpt: {name: sem, rate_hz: auto, window_s: "
      "0.25, ar_order: 8, clusters: 5}\n");
  const RunnerSummary summary = run(p);
  EXPECT_EQ(summary.n_done, 1u);
  const auto bad = store()->bad_tracks(p.runs[0].id);
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(bad[0].track, "short");
  EXPECT_NE(bad[0].message.find("short.wav"), std::string::npos) << bad[0].message;
}

TEST_F(SegmentationPipeline, AClassificationRecordsTheScoresOfItsSectionsAsWell) {
  for (int i = 0; i < 4; ++i) {
    add_song("high" + std::to_string(i), 0, {{'A', 3.0}, {'B', 3.0}, {'A', 3.0}});
    add_song("low" + std::to_string(i), 1, {{'A', 3.0}, {'B', 3.0}, {'A', 3.0}});
  }
  const std::string rest =
      "\nfeatures: {name: mfcc_statistics}\nmethod: {name: nearest_mean}\nsplit: {train_fraction: "
      "0.5}\nexcerpt: ";
  const Plan with = plan("dataset: {name: songs}" + rest + kSem + "\n");
  EXPECT_EQ(run(with, {.cache_folder = folder_ / "cache"}).n_done, 1u);
  const auto s = store();
  const std::string id = with.runs[0].id;
  EXPECT_TRUE(s->metric(id, "test", "accuracy").has_value());
  EXPECT_GT(s->metric(id, "structure", "adjusted_rand").value(), 0.8);
  EXPECT_EQ(s->run(id)->fact("structure.n_tracks"), "8");
  EXPECT_EQ(s->run(id)->parameter("method.name"), "nearest_mean");

  const Plan full = plan("dataset: {name: songs}" + rest + "{name: full}\n"),
             unknown = plan("dataset: {name: unknown_structure}" + rest + kSem + "\n");
  EXPECT_EQ(run(full).n_done + run(unknown).n_done, 2u);
  EXPECT_FALSE(store()->metric(full.runs[0].id, "structure", "adjusted_rand").has_value())
      << "nothing is segmented";
  EXPECT_FALSE(store()->metric(unknown.runs[0].id, "structure", "adjusted_rand").has_value())
      << "the truth is not known";
}

TEST_F(SegmentationPipeline, WhereTracksHaveSeveralExcerptsTheirOwnAccuracyIsRecordedToo) {
  for (int i = 0; i < 4; ++i) {
    add_song("high" + std::to_string(i), 0, {{'A', 3.0}, {'B', 3.0}});
    add_song("low" + std::to_string(i), 1, {{'A', 3.0}, {'B', 3.0}});
  }
  const std::string rest =
      "dataset: {name: songs}\nfeatures: {name: mfcc_statistics}\nmethod: {name: nearest_mean}\n"
      "split: {train_fraction: 0.5}\nexcerpt: ";
  const Plan chunks = plan(rest + "{name: chunks, length_s: 3}\n"),
             full = plan(rest + "{name: full}\n");
  EXPECT_EQ(run(chunks).n_done + run(full).n_done, 2u);
  const auto s = store();
  const std::optional<double> accuracy = s->metric(chunks.runs[0].id, "test", "segment_accuracy");
  ASSERT_TRUE(accuracy);
  // Two segments per track: a multiple of 1 / (2 n_tracks).
  const double n_right = *accuracy * 2.0 * s->metric(chunks.runs[0].id, "test", "n_tracks").value();
  EXPECT_NEAR(n_right, std::round(n_right), 1e-9);
  EXPECT_GT(*accuracy, 0.5);
  EXPECT_FALSE(s->metric(full.runs[0].id, "test", "segment_accuracy")) << "one excerpt per track";
}

TEST_F(SegmentationPipeline, FeaturesOfTheLargestClusterAreOfItsSamplesAlone) {
  add_song("song", 0, {{'A', 3.0}, {'B', 2.0}, {'A', 2.5}});
  const fs::path file = songs_.tracks()[0].audio;
  const FeaturePlugin& plugin = registry_.features.get("mfcc", "test");
  const auto feature = plugin.make(plugin.options.resolve({}, "test"));
  const auto excerpt = sem();
  const auto features = extract(file, *excerpt, *feature);
  ASSERT_EQ(features.size(), 1u);
  const std::vector<float> samples = read_audio(file);
  const auto regions =
      excerpt->choose({.file = file, .sample_rate_hz = 22050.0, .n_samples = std::ssize(samples)});
  const auto stream = feature->stream(0);
  for (const SampleRange& range : regions.at(0))
    stream->push(std::span(samples).subspan(static_cast<std::size_t>(range.begin),
                                            static_cast<std::size_t>(range.end - range.begin)));
  EXPECT_EQ(features[0], stream->finish());
}

}  // namespace segmentation_pipeline_test
}  // namespace genrebench
