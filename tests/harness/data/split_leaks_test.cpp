// What each kind of split puts on two sides.
#include "harness/data/split_leaks.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/memory_dataset.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace split_leaks_test {

using testing::MemoryDataset;

/// Two genres of twelve tracks; three artists a genre, two tracks a song.
MemoryDataset music() {
  MemoryDataset dataset({"a", "b"});
  for (int g = 0; g < 2; ++g)
    for (int t = 0; t < 12; ++t) {
      const std::string genre = g == 0 ? "a" : "b";
      dataset.add(genre + std::to_string(t), g, genre + " artist " + std::to_string(t / 4));
      dataset.group(static_cast<std::size_t>(12 * g + t), "song",
                    genre + " song " + std::to_string(t / 2));
    }
  return dataset;
}

RunSpec run_of(const Registry& registry, const OptionValues& split,
               const std::string& kind = "stratified") {
  RunSpec run;
  run.split = {kind, registry.splits.get(kind, "test").options.resolve(split, "split " + kind)};
  run.excerpt = {"full", registry.excerpts.get("full", "test").options.resolve({}, "excerpt full")};
  return run;
}

const LeakCheck& check_named(const std::vector<LeakCheck>& checks, const std::string& name) {
  const auto found = std::find_if(checks.begin(), checks.end(),
                                  [&](const LeakCheck& check) { return check.split == name; });
  if (found == checks.end()) throw std::runtime_error("no check " + name);
  return *found;
}

const KindLeak& kind_of(const LeakCheck& check, const std::string& kind) {
  const auto found = std::find_if(check.kinds.begin(), check.kinds.end(),
                                  [&](const KindLeak& leak) { return leak.kind == kind; });
  if (found == check.kinds.end()) throw std::runtime_error("no kind " + kind);
  return *found;
}

TEST(Leaks, ARandomSplitLeaksArtistsAndAGroupedOneDoesNot) {
  Registry registry;
  register_all_pipeline(registry);
  const MemoryDataset dataset = music();
  RunSpec run = run_of(registry, {{"train_fraction", 0.6}});
  run.seed = 1;
  const std::vector<LeakCheck> checks = check_leaks(dataset, {}, run, {}, registry);
  const KindLeak& random = kind_of(check_named(checks, "tracks at random"), "artist");
  EXPECT_EQ(random.n_groups, 6u);
  EXPECT_GT(random.straddling.size(), 2u);
  EXPECT_EQ(random.n_test_tracks, 10u);
  EXPECT_GT(random.n_recognisable, 4u);
  for (const char* name : {"grouped by artist", "grouped by artist, song"}) {
    EXPECT_TRUE(kind_of(check_named(checks, name), "artist").straddling.empty()) << name;
    EXPECT_EQ(kind_of(check_named(checks, name), "artist").n_recognisable, 0u) << name;
  }
  const LeakCheck& by_song = check_named(checks, "grouped by song");
  EXPECT_TRUE(kind_of(by_song, "song").straddling.empty());
  EXPECT_FALSE(kind_of(by_song, "artist").straddling.empty());
  const LeakCheck own = check_own_split(dataset, {}, run, {}, registry);
  EXPECT_TRUE(own.own);
  EXPECT_EQ(own.split, "own: stratified");
  EXPECT_TRUE(kind_of(own, "artist").straddling.empty());
}

TEST(Leaks, ASplitThatCannotBeDrawnSaysWhyAndTheOthersAreDrawn) {
  Registry registry;
  register_all_pipeline(registry);
  MemoryDataset dataset({"a", "b"});
  for (int t = 0; t < 8; ++t)
    dataset.add("a" + std::to_string(t), 0, "a artist " + std::to_string(t));
  for (int t = 0; t < 8; ++t) dataset.add("b" + std::to_string(t), 1, "the only artist");
  const std::vector<LeakCheck> checks =
      check_leaks(dataset, {}, run_of(registry, {}), {}, registry);
  EXPECT_NE(check_named(checks, "grouped by artist").error.find("genre 'b'"), std::string::npos);
  EXPECT_TRUE(check_named(checks, "tracks at random").error.empty());
  EXPECT_EQ(kind_of(check_named(checks, "tracks at random"), "artist").straddling,
            std::vector<std::string>{"the only artist"});
}

TEST(Leaks, PublishedListsAreCheckedToo) {
  Registry registry;
  register_all_pipeline(registry);
  MemoryDataset dataset = music();
  dataset.splits = {{"mine",
                     "from a paper",
                     {{"a0", "train"}, {"a1", "test"}, {"b0", "train"}, {"b4", "test"}},
                     false}};
  const std::vector<LeakCheck> checks = check_leaks(
      dataset, {}, run_of(registry, {{"list", std::string("mine")}, {"leaky", true}}, "published"),
      {}, registry);
  const KindLeak& artists = kind_of(check_named(checks, "published: mine"), "artist");
  EXPECT_EQ(artists.n_groups, 3u);
  EXPECT_EQ(artists.straddling, std::vector<std::string>{"a artist 0"});
  EXPECT_EQ(artists.n_recognisable, 1u);
}

TEST(Leaks, CopiesAreAKindOfTheirOwnAndSpellingsOneArtist) {
  Registry registry;
  register_all_pipeline(registry);
  MemoryDataset dataset({"a", "b"});
  for (int t = 0; t < 20; ++t)
    dataset.add("t" + std::to_string(t), t % 2,
                t < 4 ? (t % 2 == 0 ? "Queen" : "QUEEN") : "artist " + std::to_string(t));
  TrackContents content;
  for (int t = 0; t < 20; ++t)
    content.push_back(t < 12 ? "pair " + std::to_string(t / 2) : "file " + std::to_string(t));
  const std::vector<LeakCheck> checks =
      check_leaks(dataset, content, run_of(registry, {{"train_fraction", 0.5}}), {}, registry);
  const KindLeak& random = kind_of(check_named(checks, "tracks at random"), "copy");
  EXPECT_EQ(random.n_groups, 6u);
  EXPECT_FALSE(random.straddling.empty());
  EXPECT_GT(random.n_recognisable, 0u);
  EXPECT_EQ(kind_of(check_named(checks, "tracks at random"), "artist").n_groups, 17u);
  EXPECT_TRUE(kind_of(check_named(checks, "grouped by artist"), "copy").straddling.empty());
  EXPECT_TRUE(kind_of(check_named(checks, "grouped by artist"), "artist").straddling.empty());
}

TEST(Leaks, TracksThatNoSeedTestsAndThatAllTestAreCounted) {
  Registry registry;
  register_all_pipeline(registry);
  MemoryDataset dataset({"a", "b"});
  for (int t = 0; t < 20; ++t)
    dataset.add("a" + std::to_string(t), 0, t < 14 ? "large" : "a artist " + std::to_string(t));
  for (int t = 0; t < 20; ++t)
    dataset.add("b" + std::to_string(t), 1, "b artist " + std::to_string(t));
  std::vector<LeakCheck> drawn;
  RunSpec run = run_of(registry, {});
  for (run.seed = 0; run.seed < 40; ++run.seed)
    drawn.push_back(check_own_split(dataset, {}, run, {}, registry));
  std::vector<const LeakCheck*> checks;
  for (const LeakCheck& check : drawn) checks.push_back(&check);
  const TestCounts counts = count_tests(checks);
  EXPECT_EQ(counts.n_used, 40u);
  ASSERT_EQ(counts.never.size(), 14u) << "the large artist";
  EXPECT_EQ(counts.never.front(), 0u);
  EXPECT_TRUE(counts.always.empty());
  EXPECT_LT(counts.never_by_chance, 0.01);
  const TestCounts one = count_tests({checks.front()});
  EXPECT_EQ(one.always, drawn.front().tested);
  EXPECT_EQ(one.never.size() + one.always.size(), 40u);
  EXPECT_DOUBLE_EQ(one.never_by_chance, static_cast<double>(one.never.size()));
}

}  // namespace split_leaks_test
}  // namespace genrebench
