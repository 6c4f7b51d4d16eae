// tests/interop/tensorboard_test.py reads what is exported with TensorBoard itself.
#include "exports/tensorboard/tensorboard.hpp"

#include <gtest/gtest.h>

#include "base/files.hpp"
#include "exports/exporting.hpp"
#include "exports/tensorboard/records.hpp"
#include "harness/plugin/method.hpp"

namespace genrebench {
namespace tensorboard_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

class Tensorboard : public ::testing::Test {
 protected:
  Tensorboard() : store(folder / "runs.db") { store.plan("table2", {"aa"_run, "bb"_run}); }

  TensorboardSummary exported() const {
    return export_tensorboard(*store, exported_runs(*store, {}).runs, {.folder = folder / "logs"});
  }

  /// The event files with their contents.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> result;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "logs"))
      if (entry.is_regular_file()) result[entry.path().string()] = read_file_text(entry.path());
    return result;
  }

  TemporaryFolder folder;
  ExampleStore store;
};

TEST_F(Tensorboard, GetsAFilePerRunAndNothingTwice) {
  store.done("aa"_run);
  store.failed("bb"_run);
  EXPECT_EQ(exported().n_new, 2u);
  const auto before = files();
  ASSERT_EQ(before.size(), 2u);
  for (const auto& [name, bytes] : before) {
    EXPECT_NE(name.find("/logs/table2/svm_seed_64_"), std::string::npos) << name;
    EXPECT_NE(name.find("/events.out.tfevents."), std::string::npos) << name;
    EXPECT_EQ(whole_records(bytes).bytes, bytes.size());
  }
  const TensorboardSummary again = exported();
  EXPECT_EQ(again.n_same, 2u);
  EXPECT_EQ(files(), before);
}

TEST_F(Tensorboard, FollowsASweep) {
  const Lease lease = store.take("aa"_run);
  store->add_curves(lease, epoch(1));
  EXPECT_EQ(exported().n_new, 1u);
  const auto first = files();
  store->add_curves(lease, epoch(2));
  EXPECT_EQ(exported().n_grown, 1u);
  const auto second = files();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second.begin()->first, first.begin()->first) << "the file is the same";
  EXPECT_TRUE(second.begin()->second.starts_with(first.begin()->second));
}

TEST_F(Tensorboard, CompletesWhatAKilledExportLeft) {
  store.done("aa"_run);
  exported();
  const auto whole = files();
  const fs::path file = whole.begin()->first;
  const std::string bytes = whole.begin()->second;
  for (const std::size_t cut :
       {std::size_t{0}, std::size_t{5}, bytes.size() / 2, bytes.size() - 1}) {
    fs::resize_file(file, cut);
    const TensorboardSummary summary = exported();
    EXPECT_EQ(summary.n_grown, 1u) << cut;
    EXPECT_EQ(files(), whole) << cut;
  }
}

TEST_F(Tensorboard, ReplacesARunThatWasMadeAnew) {
  store.failed("aa"_run);
  exported();
  const auto before = files();
  store->plan_again("table2", {});
  store.done("aa"_run);
  EXPECT_EQ(exported().n_replaced, 1u);
  const auto after = files();
  ASSERT_EQ(after.size(), 1u);
  EXPECT_NE(after.begin()->first, before.begin()->first)
      << "a TensorBoard that is running goes on to the next file";
  EXPECT_EQ(exported().n_same, 1u);
}

TEST_F(Tensorboard, EndsBetweenTwoRuns) {
  store.done("aa"_run);
  EXPECT_THROW(export_tensorboard(*store, exported_runs(*store, {}).runs,
                                  {.folder = folder / "logs", .interrupted = [] { return true; }}),
               Interrupted);
}

}  // namespace tensorboard_test
}  // namespace genrebench
