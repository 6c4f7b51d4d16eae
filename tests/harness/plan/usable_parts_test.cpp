// Plans of which no run could have a result are refused before any audio is analysed.
#include "harness/plan/usable_parts.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "harness/experiment/load_experiment.hpp"
#include "harness/plan/plan.hpp"
#include "signal/audio/audio.hpp"
#include "support/memory_dataset.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace usable_parts_test {

using testing::SilentProgress;
using testing::TemporaryFolder;

/// Tracks of two genres in turn, with files.
class Songs final : public Dataset {
 public:
  explicit Songs(const std::vector<std::filesystem::path>& files) {
    for (std::size_t t = 0; t < files.size(); ++t)
      tracks_.push_back({.id = files[t].filename().string(),
                         .genre = static_cast<int>(t % 2),
                         .audio = files[t],
                         .groups = {},
                         .features = {}});
  }
  const std::vector<std::string>& genres() const override { return genres_; }
  const std::vector<Track>& tracks() const override { return tracks_; }
  std::vector<PublishedSplit> published_splits() const override { return lists; }
  std::vector<std::string> notes() const override { return {"one folder is left out"}; }

  std::vector<PublishedSplit> lists;

 private:
  std::vector<std::string> genres_ = {"high", "low"};
  std::vector<Track> tracks_;
};

class UsableParts : public ::testing::Test {
 protected:
  UsableParts() {
    register_all_pipeline(registry_);
    registry_.datasets.add(
        {{.name = "songs", .summary = "For tests."}, [this](const OptionValues&, const Registry&) {
           auto dataset = std::make_unique<Songs>(files_);
           dataset->lists = lists_;
           return dataset;
         }});
    registry_.methods.add({{.name = "alpha", .summary = "For tests."}, true, nullptr});
    registry_.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
  }

  /// Adds a song of silence; every file has other bytes.
  void add_song(double duration_s) {
    const auto file = folder_ / (std::to_string(100 + files_.size()) + ".wav");
    std::vector<float> samples(static_cast<std::size_t>(duration_s * 8000.0));
    samples[files_.size()] = 0.5F;
    write_wav(file, samples, 8000);
    files_.push_back(file);
  }

  void add_damaged() {
    const std::string name = "bad" + std::to_string(files_.size());
    files_.push_back(folder_.write(name + ".wav", "no sound " + name));
  }

  Plan plan(const std::string& text) {
    const auto file = folder_.write(
        "experiment.yaml",
        "dataset: {name: songs}\nfeatures: {name: mfcc}\nmethod: {name: alpha}\n" + text);
    return make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_);
  }

  std::string refusal(const std::string& text) {
    try {
      plan(text);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return {};
  }

  TemporaryFolder folder_;
  Registry registry_;
  FileHashes hashes_{{}};
  SilentProgress progress_;
  std::vector<std::filesystem::path> files_;
  std::vector<PublishedSplit> lists_;
};

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(UsableParts, ExcerptsLongerThanEveryTrackAreRefused) {
  for (int i = 0; i < 8; ++i) add_song(2.98);
  const std::string clips = refusal("excerpt: {name: clips, length_s: 3}\n");
  EXPECT_SAYS(clips, "excerpt clips: too long for every one of the 6 tracks of the training part");
  EXPECT_SAYS(clips, "2.98 s long, too short for clips of 3 s");
  EXPECT_SAYS(clips, "excerpt.short: keep");
  EXPECT_SAYS(refusal("excerpt: {name: chunks, length_s: 5}\n"),
              "excerpt.length_s sets the length");
  EXPECT_EQ(refusal("excerpt: {name: clips, length_s: 3, short: keep}\n"), "");
  EXPECT_EQ(refusal("excerpt: {name: chunks, length_s: 2.98}\n"), "");
  EXPECT_EQ(refusal("excerpt: {name: full}\n"), "");
}

TEST_F(UsableParts, OneTrackThatIsLongEnoughMakesAPlan) {
  for (int i = 0; i < 8; ++i) add_song(i == 3 || i == 4 ? 3.5 : 1.0);
  lists_ = {{"list",
             "of this test",
             {{"103.wav", "train"}, {"100.wav", "train"}, {"104.wav", "test"}, {"101.wav", "test"}},
             false}};
  EXPECT_EQ(refusal("excerpt: {name: clips, length_s: 3}\nsplit: {kind: published, list: list}\n"),
            "");
  lists_[0].parts.erase("104.wav");
  EXPECT_SAYS(
      refusal("excerpt: {name: clips, length_s: 3}\nsplit: {kind: published, list: list}\n"),
      "every one of the 1 track of the test part; the longest: ");
}

TEST_F(UsableParts, FilesThatCannotBeOpenedAreLeftToTheRun) {
  for (int i = 0; i < 8; ++i) add_damaged();
  EXPECT_EQ(refusal("excerpt: {name: clips, length_s: 3}\n"), "");
  for (int i = 0; i < 8; ++i) add_song(1.0);
  EXPECT_SAYS(refusal("excerpt: {name: clips, length_s: 3}\n"), "1.00 s long");
}

TEST_F(UsableParts, ALengthIsNotRoundedUpToWhatIsNeeded) {
  for (int i = 0; i < 8; ++i) add_song(2.9999);
  EXPECT_SAYS(refusal("excerpt: {name: clips, length_s: 3}\n"), "2.99 s long");
}

TEST_F(UsableParts, PartsWithoutTracksAreRefused) {
  for (int i = 0; i < 8; ++i) add_song(1.0);
  lists_ = {{"all", "of this test", {{"100.wav", "train"}, {"101.wav", "train"}}, false},
            {"none", "of this test", {{"another", "train"}, {"one", "test"}}, false},
            {"folds", "of this test", {{"100.wav", "1"}, {"101.wav", "1"}, {"else", "2"}}, true}};
  EXPECT_SAYS(refusal("split: {kind: published, list: all}\n"),
              "no track is in the test part (2 in training, 0 in validation, 0 in test)");
  EXPECT_SAYS(refusal("split: {kind: published, list: none}\n"),
              "no track is in the training part");
  EXPECT_SAYS(refusal("split: {kind: published, list: folds, fold: '2'}\n"),
              "no track is in the test part");
}

TEST_F(UsableParts, MoreFoldsThanGroupsOrExcerptsAreRefused) {
  for (int i = 0; i < 8; ++i) add_song(2.0);
  EXPECT_SAYS(refusal("split: {kind: kfold, folds: 9}\n"),
              "split.folds: 9 folds need at least as many tracks, and the dataset has 8; set "
              "split.folds to 8 or fewer");
  EXPECT_SAYS(refusal("split: {kind: kfold, folds: 9, leaky: true}\n"), "at least as many tracks");
  const std::string pieces = "unit: excerpt, leaky: true}\nexcerpt: {name: chunks, length_s: 1}\n";
  EXPECT_EQ(refusal("split: {kind: kfold, folds: 8, fold: 3, " + pieces), "");
  EXPECT_SAYS(refusal("split: {kind: kfold, folds: 200, fold: 3, " + pieces),
              "16 excerpts are divided into 200 parts");
}

TEST_F(UsableParts, APlanKeepsWhatItsDatasetHasToSayOnce) {
  for (int i = 0; i < 8; ++i) add_song(1.0);
  const Plan p = plan("seeds: [0, 1, 2]\n");
  EXPECT_EQ(p.runs.size(), 3U);
  EXPECT_EQ(p.notes, std::vector<std::string>{"dataset songs: one folder is left out"});
}

}  // namespace usable_parts_test
}  // namespace genrebench
