// Runs over numbers that others computed, from the plan to the store; no audio is there.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/workers/estimate.hpp"
#include "support/arrays.hpp"
#include "support/pipeline.hpp"

namespace genrebench {
namespace embeddings_test {

namespace fs = std::filesystem;

using testing::Pipeline;

class Embeddings : public Pipeline {
 protected:
  Embeddings() {
    write_numbers("numbers", 1.0f);
    registry_.datasets.add({{.name = "names", .summary = "For tests: tracks without numbers."},
                            [](const OptionValues&, const Registry&) {
                              const auto small = testing::small_dataset();
                              auto names =
                                  std::make_unique<testing::MemoryDataset>(small->genres());
                              for (const Track& track : small->tracks())
                                names->add(track.id, track.genre, track.groups.at("artist"));
                              return names;
                            }});
  }

  /// Numbers that tell the genres apart.
  void write_numbers(const std::string& name, float shift) {
    testing::write_vectors(folder_ / name, *testing::small_dataset(), [&](const Track& track) {
      return std::vector<float>{(track.genre == 0 ? 2.0f : -2.0f) * shift,
                                static_cast<float>(track.id.back())};
    });
  }

  Plan plan_over(const std::string& numbers, const std::string& more = {}) {
    const auto file = folder_.write(
        "embeddings.yaml",
        fmt::format("name: embeddings\ndataset: {{name: names}}\nmethod: {{name: nearest_mean}}\n"
                    "features: {{name: embeddings, root: \"{}\"{}}}\n",
                    (folder_ / numbers).string(), more));
    return make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_);
  }
};

TEST_F(Embeddings, AreLearnedFromWithoutAudio) {
  const Plan p = plan_over("numbers");
  EXPECT_EQ(run(p).n_done, 1u);
  const auto s = store();
  EXPECT_EQ(s->metric(p.runs[0].id, "test", "accuracy").value(), 1.0);
  EXPECT_TRUE(s->bad_tracks(p.runs[0].id).empty());
  const RunRecord record = s->run(p.runs[0].id).value();
  EXPECT_EQ(record.parameters.at("features.root.content"), p.runs[0].stored->hash);
  for (const Examples& examples : seen_.predictions) EXPECT_TRUE(examples.labels.empty());
}

TEST_F(Embeddings, TheContentOfTheirFilesIsAPartOfTheIdAndTheirPlaceIsNot) {
  const std::string id = plan_over("numbers").runs[0].id;
  fs::rename(folder_ / "numbers", folder_ / "moved");
  EXPECT_EQ(plan_over("moved").runs[0].id, id);
  EXPECT_EQ(plan_over("moved", ", encoder: mine").runs[0].id, id) << "a name changes no result";
  EXPECT_NE(plan_over("moved", ", scale: 2").runs[0].id, id);
  write_numbers("moved", 1.5f);
  EXPECT_NE(plan_over("moved").runs[0].id, id);
}

TEST_F(Embeddings, BadTracksAreRecordedAndTheOthersUsed) {
  const Plan whole = plan_over("numbers");
  const auto track =
      std::find(whole.runs[0].split->parts.begin(), whole.runs[0].split->parts.end(), Part::test) -
      whole.runs[0].split->parts.begin();
  const std::string id =
      whole.runs[0].data->dataset->tracks().at(static_cast<std::size_t>(track)).id;
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "numbers"))
    if (entry.path().stem() == id) fs::resize_file(entry.path(), fs::file_size(entry.path()) - 4);
  const Plan p = plan_over("numbers");
  EXPECT_EQ(run(p).n_done, 1u);
  const auto bad = store()->bad_tracks(p.runs[0].id);
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(bad[0].track, id);
  EXPECT_NE(bad[0].message.find("cut short"), std::string::npos) << bad[0].message;
}

TEST_F(Embeddings, FramesMayBeExcerptsThatVote) {
  const auto dataset = testing::small_dataset();
  for (const Track& track : dataset->tracks()) {
    const float sign = track.genre == 0 ? 1.0f : -1.0f;
    write_npy(folder_ / "frames" / dataset->genre_name(track.genre) / (track.id + ".npy"),
              std::vector<float>{sign, 2 * sign, -0.1f * sign}, std::vector<std::size_t>{3, 1});
  }
  const Plan p = plan_over("frames", ", axes: [frames, dims], pool: each");
  EXPECT_EQ(run(p).n_done, 1u);
  const RunRecord record = store()->run(p.runs[0].id).value();
  EXPECT_EQ(std::stoi(record.fact("split.n_train_examples")),
            3 * std::stoi(record.fact("split.n_train")));
  EXPECT_EQ(store()->metric(p.runs[0].id, "test", "accuracy").value(), 1.0);
}

TEST_F(Embeddings, ASequenceDoesNotFitAMethodThatTakesVectors) {
  const auto dataset = testing::small_dataset();
  for (const Track& track : dataset->tracks())
    write_npy(folder_ / "frames" / (track.id + ".npy"), std::vector<float>{1, 2},
              std::vector<std::size_t>{2, 1});
  EXPECT_THROW_SAYING(
      plan_over("frames", ", axes: [frames, dims], pool: none, pattern: \"{id}.npy\""), ConfigError,
      "nearest_mean", "embeddings", "a sequence", "features.pool");
}

TEST_F(Embeddings, ThereIsNoAudioToCut) {
  const auto file = folder_.write(
      "cut.yaml",
      fmt::format("name: cut\ndataset: {{name: names}}\nmethod: {{name: nearest_mean}}\n"
                  "excerpt: {{name: chunks}}\n"
                  "features: {{name: embeddings, root: \"{}\"}}\n",
                  (folder_ / "numbers").string()));
  const Plan p = make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_);
  EXPECT_EQ(run(p).n_failed, 1u);
  EXPECT_NE(store()->run(p.runs[0].id).value().message.find("use the excerpt full"),
            std::string::npos);
}

TEST_F(Embeddings, FaultsOfTheWholeAreFoundWhenARunIsPlanned) {
  EXPECT_THROW_SAYING(plan_over("absent"), DataError, "features embeddings", "absent", "not there");
  fs::create_directory(folder_ / "empty");
  EXPECT_THROW_SAYING(plan_over("empty"), DataError, "none of the 40 tracks", "features.pattern");
  EXPECT_THROW_SAYING(plan_over("numbers", ", layers: [1]"), ConfigError, "'layers'");
}

TEST_F(Embeddings, AnEstimateOfTheWorkDecodesNothing) {
  const Plan p = plan_over("numbers");
  const WorkEstimate estimate = estimate_work({&p.runs[0]}, registry_, {}, 1, nullptr);
  EXPECT_EQ(estimate.n_tracks, 0u);
}

}  // namespace embeddings_test
}  // namespace genrebench
