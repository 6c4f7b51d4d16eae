// Data that change between the plan and the end of a run, or cannot be read for a while.
#include <gtest/gtest.h>

#include "support/changing_songs.hpp"

namespace genrebench {
namespace changing_files_test {

using namespace testing;
using namespace testing::changing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

TEST_F(ChangingFiles,
       ASongExchangedAfterThePlanFailsTheRunAndNoFeaturesAreCachedUnderAnotherSongsName) {
  for (const FileChange& change : file_changes()) {
    SCOPED_TRACE(change.name);
    fs::remove_all(folder_.path());
    write_songs(music_);
    const Plan planned = plan();
    change.apply(song(3), song(6));
    EXPECT_EQ(run(planned).n_failed, 1u);
    expect_failed(planned,
                  {change.name == "exchanged by mv" ? "song" : "song3.wav",
                   ".wav: the file changed since the run was planned; run the command again"});
    expect_sound_cache();
    const Plan again = plan();
    EXPECT_NE(again.runs.front().id, planned.runs.front().id);
    EXPECT_EQ(run(again).n_done, 1u);
  }
}

TEST_F(ChangingFiles, SoDoesOneThatIsExchangedBetweenTheTracksOfTheExtraction) {
  const Plan planned = plan();
  bool exchanged = false;
  run(planned, [&] {
    if (exchanged || n_cached_features() < 2) return false;
    for (int t = 0; t < kTracks; t += 2) exchange(song(t), song(t + 1));
    exchanged = true;
    return false;
  });
  EXPECT_TRUE(exchanged);
  expect_failed(planned, {"the file changed since the run was planned"});
  expect_sound_cache();
}

TEST_F(ChangingFiles, SoDoesOneThatChangesWhileItIsDecoded) {
  for (const FileChange& change : file_changes()) {
    SCOPED_TRACE(change.name);
    fs::remove_all(folder_.path());
    write_songs(music_);
    const Plan planned = plan();
    std::string name;
    meanwhile_.act = [&](const fs::path& file) {
      name = file.filename().string();
      change.apply(file, other_than(file));
    };
    EXPECT_EQ(run(planned).n_failed, 1u);
    expect_failed(planned,
                  {name + ": the file changed since the run was planned; run the command again"});
    expect_sound_cache();
  }
}

TEST_F(ChangingFiles, OneThatIsCutWhileItIsDecodedIsNoDamagedFile) {
  const Plan planned = plan();
  meanwhile_.act = [](const fs::path& file) { fs::resize_file(file, 5000); };
  run(planned);
  expect_failed(planned, {": the file changed since the run was planned"});
  const Plan again = plan();
  EXPECT_EQ(run(again).n_done, 1u) << "now it is";
  ASSERT_EQ(bad_tracks(again).size(), 1u);
  EXPECT_NE(bad_tracks(again)[0].message.find("cut short"), std::string::npos);
}

TEST_F(ChangingFiles, SectionsAreOfTheSongWhoseNameTheyHave) {
  for (const std::string task : {"classification", "segmentation"}) {
    SCOPED_TRACE(task);
    fs::remove_all(folder_.path());
    write_songs(music_);
    const auto planned_with = [&] {
      std::string text =
          "dataset: {name: songs, root: \"" + music_.string() + "\"}\nexcerpt: {name: halves}\n";
      text += task == "segmentation" ? "task: segmentation\n"
                                     : "split: {kind: stratified}\nfeatures: {name: "
                                       "mfcc_statistics}\nmethod: {name: first}\n";
      return make_plan(load_experiment(folder_.write("experiment.yaml", text), {}, registry_),
                       registry_, cache_, hashes_, progress_);
    };
    const Plan planned = planned_with();
    meanwhile_.act = [&](const fs::path& file) { exchange(file, other_than(file)); };
    run(planned);
    expect_failed(planned, {"the file changed since the run was planned"});
    EXPECT_FALSE(fs::exists(cache_ / "sections") && !fs::is_empty(cache_ / "sections"))
        << "what was found is of neither song for certain";
    EXPECT_EQ(run(planned_with()).n_done, 1u);
  }
}

TEST_F(ChangingFiles, FeaturesThatAreCachedNeedNoFile) {
  const Plan planned = plan();
  EXPECT_EQ(features(planned, cache_ / "features").n_computed, static_cast<std::size_t>(kTracks));
  fs::remove_all(music_);
  EXPECT_EQ(run(planned).n_done, 1u) << "they are of the content that the plan names";
  EXPECT_TRUE(bad_tracks(planned).empty());
}

TEST_F(ChangingFiles, OneThatCannotBeReadForTheMomentFailsTheRunAndTheSameRunIsDoneOnceItCan) {
  const std::map<std::string, std::function<void()>> ways = {
      {"No such file", [] {}},
      {"it is a folder", [&] { fs::create_directories(song(2)); }},
      {"No such file or directory", [&] { fs::create_symlink(folder_ / "nowhere", song(2)); }},
      {"it is no regular file", [&] { ASSERT_EQ(::mkfifo(song(2).c_str(), 0600), 0); }}};
  for (const auto& [reason, replace] : ways) {
    SCOPED_TRACE(reason);
    fs::remove_all(folder_ / "runs.db");
    fs::remove_all(cache_);
    const Plan planned = plan();
    fs::rename(song(2), folder_ / "away.wav");
    replace();
    EXPECT_EQ(run(planned).n_failed, 1u);
    expect_failed(planned, {"song2.wav: cannot be read: " + reason});
    EXPECT_TRUE(bad_tracks(planned).empty());
    fs::remove(song(2));
    fs::rename(folder_ / "away.wav", song(2));
    const Plan again = plan();
    EXPECT_EQ(again.runs.front().id, planned.runs.front().id);
    EXPECT_EQ(run(again).n_done, 1u);
    EXPECT_TRUE(bad_tracks(again).empty());
  }
}

TEST_F(ChangingFiles, OneThatVanishesWhileItIsDecodedIsNoDamagedFile) {
  const Plan planned = plan();
  meanwhile_.act = [&](const fs::path& file) {
    fs::rename(file, folder_ / "away.wav");
    throw DataError("the decoder stopped");
  };
  run(planned);
  expect_failed(planned, {".wav: cannot be read: No such file"});
}

TEST_F(ChangingFiles, ARunThatIsTriedAgainReadsTheFileOnceItIsBack) {
  const Plan planned = plan({{"retries", "3"}, {"retry_backoff_s", "0.01"}});
  fs::rename(song(2), folder_ / "away.wav");
  const auto store = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
  bool back = false;
  const RunnerSummary summary =
      execute(planned, *store, registry_, hashes_,
              {.interrupted =
                   [&] {
                     if (!back && !progress_.messages.empty()) {  // it
                                                                  // failed
                                                                  // once
                       fs::rename(folder_ / "away.wav", song(2));
                       back = true;
                     }
                     return false;
                   }},
              progress_);
  EXPECT_EQ(summary.n_done, 1u);
  EXPECT_EQ(progress_.messages.size(), 1u);
  EXPECT_NE(progress_.messages[0].find("will be tried again"), std::string::npos)
      << progress_.messages[0];
}

TEST_F(ChangingFiles, OneThatCouldNotBeReadWhenTheRunWasPlannedIsABadTrackOfAnotherRun) {
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  const Plan whole = plan();  // hashes_ remembers it
  const std::vector<std::pair<std::string, std::function<void()>>> ways = {
      {"cannot be read: No such file", [] {}},
      {"cannot be read: it is a folder", [&] { fs::create_directories(song(2)); }},
      {"cannot be read: it is no regular file",
       [&] { ASSERT_EQ(::mkfifo(song(2).c_str(), 0600), 0); }}};
  for (const auto& [reason, replace] : ways) {
    SCOPED_TRACE(reason);
    fs::remove(folder_ / "runs.db");
    fs::rename(song(2), folder_ / "away.wav");
    replace();
    const Plan planned = plan();
    EXPECT_NE(planned.runs.front().id, whole.runs.front().id);
    fs::remove(song(2));
    fs::rename(folder_ / "away.wav", song(2));  // whatever it is now, the run is without it
    run(planned);
    EXPECT_EQ(to_string(record(planned).status), "done") << record(planned).message;
    ASSERT_EQ(bad_tracks(planned).size(), 1u);
    EXPECT_EQ(bad_tracks(planned)[0].track, "song2");
    EXPECT_NE(bad_tracks(planned)[0].message.find("song2.wav: " + reason), std::string::npos)
        << bad_tracks(planned)[0].message;
  }
  const Plan again = plan();
  EXPECT_EQ(again.runs.front().id, whole.runs.front().id);
  const RunnerSummary summary = run(again);
  EXPECT_EQ(summary.n_already_done, 0u);
  EXPECT_EQ(summary.n_done, 1u) << "it is offered once the file can be read";
  EXPECT_TRUE(bad_tracks(again).empty());
}

TEST_F(ChangingFiles, ADamagedFileIsStillABadTrack) {
  fs::resize_file(song(2), 5000);
  folder_.write("music/song5.wav", "no sound at all");
  const Plan planned = plan();
  EXPECT_EQ(run(planned).n_done, 1u);
  EXPECT_EQ(bad_tracks(planned).size(), 2u);
}

TEST_F(ChangingFiles, AMethodsWeightsMustBeThoseOfThePlan) {
  const fs::path weights = folder_.write("weights", "some numbers");
  const std::string method = "{name: first, weights: \"" + weights.string() + "\"}";
  const auto fresh = [&] {
    fs::remove_all(folder_ / "runs.db");
    write_over(weights, "some numbers");
    return plan({{"method", method}});
  };
  Plan planned = fresh();
  write_over(weights, "some numberz");
  run(planned);
  expect_failed(planned,
                {"weights: the file changed since the run was planned; run the command again"});

  planned = fresh();
  during_fit_.act = [&](const fs::path&) { write_over(weights, "some numberz"); };
  run(planned);
  expect_failed(planned, {"weights: the file changed since the run was planned"});

  planned = fresh();
  fs::remove(weights);
  run(planned);
  expect_failed(planned, {"weights: cannot be read: No such file"});

  planned = fresh();
  during_fit_.act = [&](const fs::path&) { fs::create_hard_link(weights, folder_ / "backup"); };
  EXPECT_EQ(run(planned).n_done, 1u) << "a second name is no change";
}

}  // namespace changing_files_test
}  // namespace genrebench
