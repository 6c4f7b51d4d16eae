// Runs whose genres are permuted (`sanity.permute_labels`): what the method is shown, what is
// recorded, and what is refused.
#include <map>
#include <set>

#include "base/error.hpp"
#include "support/pipeline.hpp"

namespace genrebench {
namespace permute_labels_test {

using testing::Pipeline;
using testing::small_dataset;

const std::string kMethod = "method: {name: nearest_mean}\n";
const std::string kPermuted = "sanity: {permute_labels: true}\n";

TEST_F(Pipeline, PermutedGenresAreWhatTheMethodLearnsAndWhatItsAnswersAreScoredBy) {
  const Plan p = plan(kMethod + kPermuted + "split: {valid_fraction: 0.2}\n");
  run(p);
  const auto dataset = small_dataset();
  std::map<std::string, int> of_artist;  // the genre that every track of an artist has
  std::size_t n_changed = 0, n = 0;
  const auto see = [&](const Track& track, int genre) {
    const std::string& artist = track.groups.at("artist");
    EXPECT_EQ(of_artist.try_emplace(artist, genre).first->second, genre) << artist;
    n_changed += genre != track.genre;
    ++n;
  };
  for (const Examples& part : {seen_.fits[0], seen_.fits[1]})
    for (std::size_t i = 0; i < part.size(); ++i)
      see(dataset->tracks()[static_cast<std::size_t>(part.tracks[i])], part.labels[i]);
  const auto s = store();
  std::size_t n_right = 0;
  const auto predictions = s->predictions(p.runs[0].id, "test");
  for (const PredictionRecord& one : predictions)
    for (const Track& track : dataset->tracks())
      if (track.id == one.track) {
        see(track, one.truth);
        n_right += one.truth == one.predicted;
      }
  EXPECT_EQ(n, 40u);
  EXPECT_GT(n_changed, 8u);
  EXPECT_LT(n_changed, 32u);
  EXPECT_DOUBLE_EQ(s->metric(p.runs[0].id, "test", "accuracy").value(),
                   static_cast<double>(n_right) / static_cast<double>(predictions.size()));
}

TEST_F(Pipeline, PermutedGenresFallToChanceOverManySeeds) {
  std::string seeds = "seeds: [0";
  for (int seed = 1; seed < 40; ++seed) seeds += ", " + std::to_string(seed);
  const Plan p = plan(kMethod + kPermuted + seeds + "]\n");
  run(p);
  double sum = 0.0;
  for (const PlannedRun& one : p.runs) sum += store()->metric(one.id, "test", "accuracy").value();
  // Of 12 test tracks by about 6 artists: 0.2 per run, 0.032 of the mean, four of which are 0.13.
  EXPECT_NEAR(sum / static_cast<double>(p.runs.size()), 0.5, 0.13);
}

TEST_F(Pipeline, PermutedGenresAreRecordedAndTellRunsApart) {
  const Plan plain = plan(kMethod), permuted = plan(kMethod + kPermuted),
             off = plan(kMethod + "sanity: {permute_labels: false}\n");
  EXPECT_NE(plain.runs[0].id, permuted.runs[0].id);
  EXPECT_EQ(plain.runs[0].id, off.runs[0].id);
  run(plain);
  run(permuted);
  const RunRecord a = store()->run(plain.runs[0].id).value(),
                  b = store()->run(permuted.runs[0].id).value();
  EXPECT_EQ(b.parameter("sanity.permute_labels"), "true");
  EXPECT_FALSE(a.parameters.contains("sanity.permute_labels"));
  EXPECT_NE(a.fact("split.division"), b.fact("split.division"))
      << "the same tracks of other genres are not repeated";
  const std::vector<std::string> notes = b.fact_list("split.notes");
  ASSERT_FALSE(notes.empty());
  EXPECT_NE(notes.back().find("permuted between artists"), std::string::npos) << notes.back();
  EXPECT_TRUE(RunSpec::from_parameters(b.parameters, b.seed, registry_).options.permute_labels);
  EXPECT_FALSE(RunSpec::from_parameters(a.parameters, a.seed, registry_).options.permute_labels);
}

TEST_F(Pipeline, PermutedAndTrueGenresAreSweptTogetherOnTheSameDivisions) {
  const Plan p = plan(kMethod + "sweep: {grid: {sanity.permute_labels: [false, true]}}\n");
  ASSERT_EQ(p.runs.size(), 2u);
  EXPECT_EQ(p.runs[0].split->parts, p.runs[1].split->parts);
  EXPECT_FALSE(p.runs[0].spec.options.permute_labels);
  EXPECT_TRUE(p.runs[1].spec.options.permute_labels);
}

TEST_F(Pipeline, WrongWordsBelowSanityAreRefusedInOneLine) {
  EXPECT_THROW_SAYING(plan(kMethod + "sanity: {permute: true}\n"), ConfigError, "sanity.permute",
                      "sanity.permute_labels", "experiment.yaml");
  EXPECT_THROW_SAYING(plan(kMethod + "sanity: true\n"), ConfigError, "sanity",
                      "sanity.permute_labels");
  EXPECT_THROW_SAYING(plan(kMethod + "sanity: {permute_labels: perhaps}\n"), ConfigError,
                      "sanity.permute_labels", "true or false", "perhaps");
}

TEST_F(Pipeline, PermutedGenresOfASegmentationAreRefused) {
  const auto file = folder_.write("segmentation.yaml",
                                  "task: segmentation\nexcerpt: {name: sem}\n"
                                  "dataset: {name: sections}\nsanity: {permute_labels: true}\n");
  registry_.datasets.add({{.name = "sections", .summary = "For tests."},
                          [](const OptionValues&, const Registry&) -> std::unique_ptr<Dataset> {
                            class WithSections final : public testing::MemoryDataset {
                             public:
                              WithSections() : MemoryDataset({"a", "b"}) {
                                add("one", 0, {}, {1.0f});
                                add("two", 1, {}, {2.0f});
                              }
                              std::vector<Section> sections(const Track&) const override {
                                return {{0.0, 1.0, "A"}};
                              }
                            };
                            return std::make_unique<WithSections>();
                          }});
  EXPECT_THROW_SAYING(
      make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_),
      ConfigError, "sanity.permute_labels", "segmentation");
}

}  // namespace permute_labels_test
}  // namespace genrebench
