// The examples of a run, where the split divides excerpts.
#include "harness/run/run_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "support/memory_dataset.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace run_data_test {

using testing::MemoryDataset;

constexpr int kTracks = 8, kExcerpts = 10;

/// Excerpt e of track t has the one feature 10 t + e.
struct PiecesOfSongs : public ::testing::Test {
  PiecesOfSongs() {
    auto dataset = std::make_unique<MemoryDataset>(std::vector<std::string>{"a", "b"});
    for (int t = 0; t < kTracks; ++t) dataset->add("t" + std::to_string(t), t % 2);
    auto data = std::make_shared<OpenDataset>();
    data->dataset = std::move(dataset);
    run.data = data;
    tracks.errors.resize(kTracks);
    for (int t = 0; t < kTracks; ++t) {
      tracks.features.emplace_back();
      for (int e = 0; e < kExcerpts; ++e)
        tracks.features.back().push_back(
            FeatureMatrix::Constant(1, 1, static_cast<float>(10 * t + e)));
    }
    run.spec.options.standardise = false;
    divide({{Part::train, 0.5}, {Part::valid, 0.2}, {Part::test, 0.3}});
  }

  void divide(std::vector<std::pair<Part, double>> shares) {
    run.split = std::make_shared<Split>(
        Split{.parts = std::vector<Part>(kTracks, Part::train),
              .leaky = true,
              .groups = {},
              .notes = {},
              .excerpts = ExcerptDivision{.shares = std::move(shares), .seed = 3}});
  }

  PlannedRun run;
  ExtractedTracks tracks;
};

TEST_F(PiecesOfSongs, EachIsInOnePartAndSongsAreInSeveral) {
  const RunData data(run, tracks);
  std::set<float> seen;
  std::set<int> in_train, in_test;
  std::size_t n = 0;
  for (const Part which : {Part::train, Part::valid, Part::test}) {
    const PartData part = data.part(which);
    n += part.examples.size();
    for (std::size_t i = 0; i < part.examples.size(); ++i) {
      const float value = (*part.examples.features[i])(0, 0);
      EXPECT_TRUE(seen.insert(value).second) << value;
      const int track = part.examples.tracks[i];
      EXPECT_EQ(track, static_cast<int>(value) / 10);
      EXPECT_EQ(part.truth[static_cast<std::size_t>(track)], track % 2);
      if (which == Part::train) in_train.insert(track);
      if (which == Part::test) in_test.insert(track);
    }
    EXPECT_EQ(part.examples.labels.empty(), which == Part::test);
  }
  EXPECT_EQ(n, 80u);
  EXPECT_EQ(data.part(Part::test).examples.size(), 24u);
  std::vector<int> both;
  std::set_intersection(in_train.begin(), in_train.end(), in_test.begin(), in_test.end(),
                        std::back_inserter(both));
  EXPECT_GE(both.size(), 6u);
}

TEST_F(PiecesOfSongs, StandardisationUsesTheTrainingPiecesAlone) {
  run.spec.options.standardise = true;
  const RunData data(run, tracks);
  double sum = 0.0;
  const PartData train = data.part(Part::train);
  for (const FeatureMatrix* feature : train.examples.features) sum += (*feature)(0, 0);
  EXPECT_NEAR(sum / static_cast<double>(train.examples.size()), 0.0, 1e-5);
  double of_test = 0.0;
  for (const FeatureMatrix* feature : data.part(Part::test).examples.features)
    of_test += (*feature)(0, 0);
  EXPECT_GT(std::abs(of_test), 1e-3);
}

TEST_F(PiecesOfSongs, BadTracksHaveNone) {
  tracks.errors[2] = "cannot be read";
  tracks.features[2].clear();
  const RunData data(run, tracks);
  EXPECT_EQ(data.bad_tracks().size(), 1u);
  EXPECT_EQ(data.part(Part::train).examples.size() + data.part(Part::valid).examples.size() +
                data.part(Part::test).examples.size(),
            70u);
}

TEST_F(PiecesOfSongs, APartWithoutAnyIsRefused) {
  divide({{Part::train, 0.999}, {Part::test, 0.001}});
  EXPECT_THROW_SAYING(RunData(run, tracks).part(Part::test), DataError, "test part");
}

}  // namespace run_data_test
}  // namespace genrebench
