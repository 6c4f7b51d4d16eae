#include "reports/support/training_sizes.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench {
namespace training_sizes_test {

void add_size(MemoryStore& store, const std::string& tracks, const std::string& artists,
              std::vector<std::string> used, double accuracy, std::uint64_t seed = 0) {
  ExampleRun run{.experiment = "training_size", .seed = seed, .accuracy = accuracy};
  run.parameters["split.train_size.per_genre"] = tracks;
  run.parameters["split.train_size.artists_per_genre"] = artists;
  run.facts["split.train_by_genre"] = list_text(used);
  run.division = fmt::format("{} {} {}", tracks, artists, seed);
  add_run(store, run);
}

TEST(TrainedOn, IsTheMeanOverGenresThatHaveTracks) {
  MemoryStore store;
  add_size(store, "5", "all", {"5", "8", "0"}, 0.5);
  const Scope scope = load_scope(store, {});
  const std::optional<TrainedOn> used = trained_on(scope.runs.front());
  ASSERT_TRUE(used.has_value());
  EXPECT_DOUBLE_EQ(used->tracks, 6.5);
  EXPECT_EQ(used->fewest, 5u);
  EXPECT_EQ(used->most, 8u);
  EXPECT_FALSE(used->artists.has_value());
}

TEST(SizeFamilies, SizesByTracksAndByArtistsAreSeriesThatShareAll) {
  MemoryStore store;
  add_size(store, "all", "all", {"70", "70"}, 0.8);
  add_size(store, "20", "all", {"20", "20"}, 0.7);
  add_size(store, "5", "all", {"5", "6"}, 0.6);
  add_size(store, "all", "3", {"9", "8"}, 0.65);
  const Scope scope = load_scope(store, {});
  const std::vector<SizeFamily> families = size_families(scope.runs);
  ASSERT_EQ(families.size(), 1u);
  ASSERT_EQ(families[0].series.size(), 2u);
  const SizeSeries &tracks = families[0].series[0], &artists = families[0].series[1];
  ASSERT_EQ(tracks.points.size(), 3u);
  EXPECT_EQ(tracks.points[0].asked, "5");
  EXPECT_EQ(tracks.points[1].asked, "20");
  EXPECT_EQ(tracks.points[2].asked, "all");
  EXPECT_FALSE(tracks.by_artists);
  ASSERT_EQ(artists.points.size(), 2u);
  EXPECT_EQ(artists.points[0].asked, "3");
  EXPECT_TRUE(artists.by_artists);
  EXPECT_EQ(tracks.title, "svm");
  EXPECT_EQ(artists.title, "svm, by artists");
}

TEST(SizeFamilies, RunsOfAnEarlierVersionTrainedOnAll) {
  MemoryStore store;
  add_size(store, "5", "all", {"5", "5"}, 0.6);
  ExampleRun old{.experiment = "training_size", .accuracy = 0.8};
  old.facts["split.train_by_genre"] = list_text({"70", "70"});
  add_run(store, old);
  const Scope scope = load_scope(store, {});
  const std::vector<SizeFamily> families = size_families(scope.runs);
  ASSERT_EQ(families.size(), 1u);
  EXPECT_EQ(families[0].series[0].points.back().asked, "all");
}

TEST(FitSizes, OnlyDivisionsWithAllSizesCount) {
  MemoryStore store;
  const auto error = [](double n) { return 0.2 + 1.0 / n; };
  for (const int n : {5, 10, 20, 40})
    for (std::uint64_t seed = 0; seed < 3; ++seed)
      add_size(store, std::to_string(n), "all", {std::to_string(n)}, 1.0 - error(n), seed);
  add_size(store, "5", "all", {"5"}, 0.1, 9);  // no other size of this seed is done
  const Scope scope = load_scope(store, {});
  const std::vector<SizeFamily> families = size_families(scope.runs);
  const std::optional<SizeFit> fit = fit_sizes(store, families[0].series[0]);
  ASSERT_TRUE(fit.has_value());
  EXPECT_EQ(fit->n_sizes, 4u);
  EXPECT_EQ(fit->n_divisions, 3u);
  EXPECT_NEAR(fit->law.at(10.0), error(10.0), 1e-4);
  EXPECT_DOUBLE_EQ(fit->largest, 40.0);
  EXPECT_EQ(fit->resamples.size(), 400u);
}

}  // namespace training_sizes_test
}  // namespace genrebench
