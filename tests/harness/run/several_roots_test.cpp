// Data that lie in several places.
#include <gtest/gtest.h>

#include "support/changing_songs.hpp"

namespace genrebench {
namespace several_roots_test {

using namespace testing;
using namespace testing::changing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

class SeveralRoots : public ChangingFiles {
 protected:
  Plan plan_over(const std::vector<fs::path>& roots, const std::string& other_keys = {}) {
    std::string list;
    for (const fs::path& root : roots)
      list += (list.empty() ? "\"" : ", \"") + root.string() + "\"";
    const std::string text =
        "name: e\ndataset: {name: songs}\nexcerpt: {name: as_it_is}\nsplit: {kind: "
        "stratified}\nfeatures: {name: mfcc_statistics}\nmethod: {name: first}\nseeds: [0, 1]\n" +
        other_keys + "sweep: {grid: {dataset.root: [" + list + "]}}\n";
    progress_.messages.clear();
    return make_plan(load_experiment(folder_.write("experiment.yaml", text), {}, registry_),
                     registry_, cache_, hashes_, progress_);
  }
};

TEST_F(SeveralRoots, OfEqualContentAreOneRunEachSaidOnce) {
  fs::copy(music_, folder_ / "copy");
  fs::create_directory_symlink(music_, folder_ / "link");
  fs::create_directories(folder_ / "linked");
  for (const auto& entry : fs::directory_iterator(music_))
    fs::create_hard_link(entry.path(), folder_ / "linked" / entry.path().filename());
  for (const char* other : {"copy", "link", "linked"}) {
    const Plan two = plan_over({music_, folder_ / other});
    EXPECT_EQ(two.runs.size(), 2u) << other;
    EXPECT_EQ(progress_.messages,
              (std::vector<std::string>{"e: 2 of 4 runs repeat others and are done once: "
                                        "dataset.root names data of equal content"}));
  }
  const Plan four = plan_over({music_, folder_ / "copy", folder_ / "link", folder_ / "linked"});
  EXPECT_EQ(progress_.messages,
            (std::vector<std::string>{"e: 6 of 8 runs repeat others and are done once: "
                                      "dataset.root names data of equal content"}));
  const RunnerSummary summary = run(four);
  EXPECT_EQ(summary.n_runs, 2u);
  EXPECT_EQ(summary.n_done, 2u);
  const auto store = RunStore::open(folder_ / "runs.db", RunStore::Mode::read);
  EXPECT_EQ(store->runs("e").size(), 2u);
  EXPECT_EQ(store->experiments().front().run_ids.size(), 2u);
}

TEST_F(SeveralRoots, OfOtherContentAreRunsOfTheirOwn) {
  fs::copy(music_, folder_ / "copy");
  write_over(folder_ / "copy/song3.wav", content_of(song(4)));
  EXPECT_EQ(plan_over({music_, folder_ / "copy"}).runs.size(), 4u);
  EXPECT_TRUE(progress_.messages.empty());
}

TEST_F(SeveralRoots, AndWeightsOfEqualContentAreOneRunToo) {
  const fs::path one = folder_.write("one.weights", "w"), two = folder_.write("two.weights", "w"),
                 three = folder_.write("three.weights", "v");
  const std::string text = "name: e\ndataset: {name: songs, root: \"" + music_.string() +
                           "\"}\nsplit: {kind: stratified}\nexcerpt: {name: as_it_is}\nfeatures: "
                           "{name: mfcc_statistics}\n" +
                           "method: {name: first}\nsweep: {grid: {method.weights: [\"" +
                           one.string() + "\", \"" + two.string() + "\", \"" + three.string() +
                           "\"]}}\n";
  const Plan p = make_plan(load_experiment(folder_.write("experiment.yaml", text), {}, registry_),
                           registry_, cache_, hashes_, progress_);
  EXPECT_EQ(p.runs.size(), 2u);
  EXPECT_EQ(progress_.messages,
            (std::vector<std::string>{"e: 1 of 3 runs repeat others and are done once: "
                                      "method.weights names data of equal content"}));
}

}  // namespace several_roots_test
}  // namespace genrebench
