#include "exports/tensorboard/run_events.hpp"

#include <gtest/gtest.h>

#include "exports/exporting.hpp"
#include "exports/tensorboard/records.hpp"

namespace genrebench {
namespace run_events_test {

using namespace testing;
using testing::TemporaryFolder;

TEST(RunEvents, OfARunThatGoesOnOnlyGrow) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"_run});
  const Lease lease = store.take("aa"_run);
  std::string before = run_events(*store, exported_run(*store, "aa"_run));
  EXPECT_EQ(whole_records(before).count, 3u) << "version, parameters, text";
  RunResult result = ExampleStore::result(0.75);
  result.metrics = {{"test", "accuracy", -1, 0.75}};
  for (std::int64_t number = 1; number <= 3; ++number) {
    store->add_curves(lease, epoch(number));
    for (const MetricRecord& point : epoch(number)) result.metrics.push_back(point);
    const std::string now = run_events(*store, exported_run(*store, "aa"_run));
    EXPECT_EQ(now.substr(0, before.size()), before);
    EXPECT_EQ(whole_records(now).count, 3u + 3u * static_cast<std::size_t>(number));
    before = now;
  }
  store->finish(lease, result);
  const std::string done = run_events(*store, exported_run(*store, "aa"_run));
  EXPECT_EQ(done.substr(0, before.size()), before);
  const WholeRecords whole = whole_records(done);
  EXPECT_EQ(whole.count, 3u + 9u + 2u) << "and the accuracy, and the end";
  EXPECT_EQ(whole.bytes, done.size());
}

TEST(RunEvents, SayWhyARunFailed) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"_run});
  store.failed("aa"_run);
  const std::string events = run_events(*store, exported_run(*store, "aa"_run));
  EXPECT_NE(events.find("it went wrong"), std::string::npos);
  EXPECT_TRUE(confusion_png(*store, run_of(*store, "aa"_run)).empty());
}

TEST(RunEvents, HaveAPictureOfTheConfusion) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  EXPECT_TRUE(confusion_png(*store, run_of(*store, "aa"_run)).starts_with("\x89PNG"));
}

}  // namespace run_events_test
}  // namespace genrebench
