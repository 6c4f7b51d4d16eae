#include "exports/bundle/checklist.hpp"

#include <gtest/gtest.h>

#include "exports/exporting.hpp"
#include "harness/records/facts.hpp"

namespace genrebench {
namespace checklist_test {

using namespace testing;
using testing::TemporaryFolder;

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Checklist, TicksOnlyWhatTheStoreShows) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const std::string text = reproducibility_checklist(*store, store->runs());
  EXPECT_TRUE(says(text, "- [x] **A clear description of the method.** svm")) << text;
  EXPECT_TRUE(says(text, "2 genres (polka, rock)")) << text;
  EXPECT_TRUE(says(text, "2 left-out tracks in all runs together")) << text;
  EXPECT_TRUE(says(text, "2 runs done, 1 failed")) << text;
  EXPECT_TRUE(says(text, "- [ ] **A clear explanation of any assumptions.**")) << text;
  EXPECT_TRUE(says(text, "- [ ] **Results with central tendency and variation.**"))
      << "there is one seed: " << text;
  EXPECT_TRUE(says(text, "- [ ] **Training and evaluation code.**"))
      << "no commit is recorded: " << text;
  EXPECT_FALSE(says(text, "leaky"));
}

TEST(Checklist, WarnsOfLeakyRuns) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"_run});
  RunResult result = ExampleStore::result(0.5);
  facts::kLeaky.record(result.facts, true);
  store->finish(store.take("aa"_run), result);
  EXPECT_TRUE(says(reproducibility_checklist(*store, store->runs()),
                   "- [ ] **No group of tracks is on both sides of a split.**"));
}

}  // namespace checklist_test
}  // namespace genrebench
