#include "harness/data/section_scoring.hpp"

#include <gtest/gtest.h>

#include "support/segmented_songs.hpp"

namespace genrebench {
namespace section_scoring_test {

using namespace testing::segmentation;
namespace fs = std::filesystem;

class Scored : public SegmentationPipeline {
 protected:
  ScoredSections score(const SegmentingExcerpt& excerpt, const TrackLoop& loop = {}) {
    SectionCache found(excerpt, {}, hashes_);
    return score_dataset(*open_dataset({"songs", {}}, registry_, {}, hashes_, progress_), found,
                         /*known_clusters=*/false, loop);
  }
  static double value(const ScoredSections& structure, const std::string& name,
                      std::int64_t step = -1) {
    for (const MetricRecord& metric : structure.metrics)
      if (metric.name == name && metric.step == step) return metric.value;
    ADD_FAILURE() << "no " << name << " at " << step;
    return std::nan("");
  }
};

TEST_F(Scored, MeansAreOfTheTracksAndEachTrackHasItsOwn) {
  add_song("right", 0, {{'A', 1.0}, {'B', 1.0}});
  const fs::path unlabelled = folder_ / "unlabelled.wav";
  fs::copy_file(songs_.tracks()[0].audio, unlabelled);
  songs_.add("unlabelled", 0, unlabelled, {});
  add_song("wrong", 1, {{'A', 2.0}});
  const ScoredSections structure = score(Halves(asked_));
  EXPECT_EQ(structure.n_tracks, 2u);
  EXPECT_TRUE(structure.bad_tracks.empty());
  EXPECT_EQ(asked_.n, 2) << "what is not known is not looked for";
  for (const char* name :
       {"adjusted_rand", "normalised_mutual_information", "pairwise_f", "pairwise_precision",
        "pairwise_recall", "boundary_f_0.5", "boundary_f_3", "over_segmentation",
        "under_segmentation", "nce_f", "v_measure", "v_precision", "v_recall",
        "adjusted_mutual_information", "boundary_precision_0.5", "boundary_recall_3",
        "trimmed_f_0.5", "trimmed_precision_3", "trimmed_recall_0.5"})
    EXPECT_DOUBLE_EQ(value(structure, name, 0), 1.0) << name;
  // One section found as two halves: chance agreement, and three boundaries for two.
  EXPECT_DOUBLE_EQ(value(structure, "adjusted_rand", 2), 0.0);
  EXPECT_DOUBLE_EQ(value(structure, "pairwise_precision", 2), 1.0);
  EXPECT_DOUBLE_EQ(value(structure, "boundary_f_0.5", 2), 0.8);
  EXPECT_DOUBLE_EQ(value(structure, "adjusted_rand"), 0.5);
  EXPECT_DOUBLE_EQ(value(structure, "boundary_f_0.5"), 0.9);
  EXPECT_DOUBLE_EQ(value(structure, "n_clusters"), 2.0);
  EXPECT_DOUBLE_EQ(value(structure, "trimmed_f_3", 2), 0.0);
  EXPECT_DOUBLE_EQ(value(structure, "estimate_deviation_s", 2), 0.0);
  EXPECT_EQ(structure.metrics.size(), 3u * 27u) << "two tracks and their mean";
  for (const MetricRecord& metric : structure.metrics) {
    EXPECT_EQ(metric.split, "structure");
    EXPECT_TRUE(metric.step == -1 || metric.step == 0 || metric.step == 2) << metric.step;
  }
}

/// Songs that are cut from others.
class CutSongs final : public Dataset {
 public:
  CutSongs(const Dataset& songs, std::map<std::string, std::vector<std::string>> sources)
      : songs_(songs), sources_(std::move(sources)) {}
  const std::vector<std::string>& genres() const override { return songs_.genres(); }
  const std::vector<Track>& tracks() const override { return songs_.tracks(); }
  std::vector<Section> sections(const Track& track) const override {
    return songs_.sections(track);
  }
  std::vector<std::string> sources(const Track& track) const override {
    const auto found = sources_.find(track.id);
    return found == sources_.end() ? std::vector<std::string>() : found->second;
  }

 private:
  const Dataset& songs_;
  std::map<std::string, std::vector<std::string>> sources_;
};

/// Songs that others annotated as well.
class AnnotatedSongs final : public Dataset {
 public:
  AnnotatedSongs(const Dataset& songs, std::map<std::string, std::vector<Section>> others)
      : songs_(songs), others_(std::move(others)) {}
  const std::vector<std::string>& genres() const override { return songs_.genres(); }
  const std::vector<Track>& tracks() const override { return songs_.tracks(); }
  std::vector<Section> sections(const Track& track) const override {
    return songs_.sections(track);
  }
  std::vector<std::vector<Section>> annotations(const Track& track) const override {
    std::vector<std::vector<Section>> result = Dataset::annotations(track);
    if (const auto other = others_.find(track.id); other != others_.end())
      result.push_back(other->second);
    return result;
  }

 private:
  const Dataset& songs_;
  std::map<std::string, std::vector<Section>> others_;
};

TEST_F(Scored, AScoreIsTheMeanOverTheAnnotatorsWhoAreScoredAgainstEachOtherToo) {
  add_song("both", 0, {{'A', 1.0}, {'B', 1.0}});
  add_song("one", 1, {{'A', 1.0}, {'B', 1.0}});
  const Halves halves(asked_);
  FileHashes hashes({});
  SectionCache found(halves, {}, hashes);
  OpenDataset songs;
  // The other annotator hears a single section: the halves agree with that by chance.
  songs.dataset = std::make_unique<AnnotatedSongs>(
      songs_, std::map<std::string, std::vector<Section>>{{"both", {{0.0, 2.0, "all"}}}});
  for (const Track& track : songs_.tracks())
    songs.files.push_back({.hash = hashes(track.audio), .error = {}});
  const ScoredSections structure = score_dataset(songs, found, /*known_clusters=*/false, {});
  std::map<std::string, double> values;
  for (const MetricRecord& metric : structure.metrics)
    values[metric.split + " " + metric.name + " " + std::to_string(metric.step)] = metric.value;
  EXPECT_DOUBLE_EQ(values.at("structure adjusted_rand 0"), 0.5);
  EXPECT_DOUBLE_EQ(values.at("structure boundary_f_0.5 0"), 0.9);
  EXPECT_DOUBLE_EQ(values.at("structure adjusted_rand 1"), 1.0);
  EXPECT_DOUBLE_EQ(values.at("structure adjusted_rand -1"), 0.75);
  // Each by the other: no agreement beyond chance, two of three boundaries.
  EXPECT_DOUBLE_EQ(values.at("annotators adjusted_rand 0"), 0.0);
  EXPECT_DOUBLE_EQ(values.at("annotators boundary_f_3 0"), 0.8);
  EXPECT_DOUBLE_EQ(values.at("annotators n_clusters 0"), 1.5);
  EXPECT_DOUBLE_EQ(values.at("annotators adjusted_rand -1"), 0.0);
  EXPECT_FALSE(values.contains("annotators adjusted_rand 1")) << "one annotator";
  EXPECT_DOUBLE_EQ(values.at("annotator_1 adjusted_rand 0"), 1.0);
  EXPECT_DOUBLE_EQ(values.at("annotator_2 adjusted_rand 0"), 0.0);
  EXPECT_DOUBLE_EQ(values.at("annotator_2 adjusted_rand -1"), 0.0);
  EXPECT_FALSE(values.contains("annotator_1 adjusted_rand 1"));
  EXPECT_EQ(structure.n_tracks, 2u);
}

TEST_F(Scored, TheSourcesOfTheTracksThatWereScoredAreKeptInTheirOrder) {
  add_song("one", 0, {{'A', 1.0}, {'B', 1.0}});
  add_song("bad", 0, {{'A', 1.0}, {'B', 1.0}});
  add_song("two", 1, {{'A', 1.0}, {'B', 1.0}});
  EXPECT_TRUE(score(Halves(asked_)).sources.empty()) << "this dataset knows none";
  const Halves halves(asked_);
  FileHashes hashes({});
  SectionCache found(halves, {}, hashes);
  OpenDataset cut;
  cut.dataset = std::make_unique<CutSongs>(
      songs_, std::map<std::string, std::vector<std::string>>{
                  {"one", {"x", "y"}}, {"bad", {"z"}}, {"two", {"y, \"q\""}}});
  for (const Track& track : songs_.tracks())
    cut.files.push_back({.hash = hashes(track.audio), .error = {}});
  const ScoredSections structure = score_dataset(cut, found, /*known_clusters=*/false, {});
  EXPECT_EQ(structure.sources, (std::vector<std::vector<std::string>>{{"x", "y"}, {"y, \"q\""}}));
}

TEST_F(Scored, ABadTrackIsReportedAndTheOthersAreScored) {
  add_song("good", 0, {{'A', 1.0}, {'B', 1.0}});
  add_song("bad", 1, {{'A', 1.0}, {'B', 1.0}});
  const ScoredSections structure = score(Halves(asked_));
  EXPECT_EQ(structure.n_tracks, 1u);
  ASSERT_EQ(structure.bad_tracks.size(), 1u);
  EXPECT_EQ(structure.bad_tracks[0].track, "bad");
  EXPECT_NE(structure.bad_tracks[0].message.find("it is bad"), std::string::npos);
  EXPECT_DOUBLE_EQ(value(structure, "adjusted_rand"), 1.0)
      << "the mean is of those that were scored";
}

TEST_F(Scored, WithoutAnyScoredTrackThereAreNoMetrics) {
  add_song("bad", 1, {{'A', 1.0}, {'B', 1.0}});
  const ScoredSections structure = score(Halves(asked_));
  EXPECT_EQ(structure.n_tracks, 0u);
  EXPECT_TRUE(structure.metrics.empty());
}

TEST_F(Scored, ThreadsDoNotMatterAndProgressCountsEveryTrack) {
  add_four_songs();
  const auto excerpt = sem();
  const auto& segmenting = dynamic_cast<const SegmentingExcerpt&>(*excerpt);
  std::vector<std::size_t> seen;
  const ScoredSections one =
      score(segmenting, {.threads = 1, .progress = [&](std::size_t done, std::size_t total) {
                           EXPECT_EQ(total, 4u);
                           seen.push_back(done);
                         }});
  EXPECT_EQ(seen, (std::vector<std::size_t>{1, 2, 3, 4}));
  const ScoredSections four = score(segmenting, {.threads = 4});
  ASSERT_EQ(one.metrics.size(), four.metrics.size());
  for (std::size_t i = 0; i < one.metrics.size(); ++i) {
    EXPECT_EQ(one.metrics[i].name, four.metrics[i].name);
    EXPECT_EQ(one.metrics[i].step, four.metrics[i].step);
    EXPECT_EQ(one.metrics[i].value, four.metrics[i].value);
  }
  EXPECT_GT(value(one, "adjusted_rand"), 0.8) << "these songs are easy";
  EXPECT_GT(value(one, "boundary_f_0.5"), 0.9);
}

TEST_F(Scored, InterruptedItStopsEarly) {
  add_four_songs();
  score(Halves(asked_), {.interrupted = [&] { return asked_.n >= 2; }});
  EXPECT_EQ(asked_.n, 2);
}

TEST_F(Scored, OnlyADatasetWithSectionsKnowsThem) {
  EXPECT_FALSE(knows_sections(songs_));
  songs_.add("unlabelled", 0, folder_ / "x.wav", {});
  EXPECT_FALSE(knows_sections(songs_));
  songs_.add("labelled", 0, folder_ / "y.wav", {{0.0, 1.0, "A"}});
  EXPECT_TRUE(knows_sections(songs_));
}

}  // namespace section_scoring_test
}  // namespace genrebench
