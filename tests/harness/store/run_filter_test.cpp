#include "harness/store/run_filter.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace run_filter_test {

using testing::ExampleStore;
using testing::fill;
using testing::sorted_ids;
using testing::TemporaryFolder;

TEST(RunFilter, AllThatItSaysMustHold) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  store.plan("second", {"aa"_run, "ee"_run});
  using Ids = std::vector<std::string>;
  const auto chosen = [&](const RunFilter& filter) {
    return sorted_ids(filtered_runs(*store, filter));
  };
  EXPECT_TRUE(RunFilter{}.empty());
  EXPECT_EQ(chosen({.run_ids = {"aa"_run, "kk"_run}, .experiment = {}, .status = {}, .where = {}}),
            (Ids{"aa"_run, "kk"_run}));
  EXPECT_EQ(chosen({.run_ids = {}, .experiment = "second", .status = {}, .where = {}}),
            (Ids{"aa"_run, "ee"_run}));
  EXPECT_EQ(chosen({.run_ids = {}, .experiment = {}, .status = "done", .where = {}}),
            (Ids{"aa"_run, "bb"_run}));
  EXPECT_EQ(chosen({.run_ids = {}, .experiment = "second", .status = "done", .where = {}}),
            (Ids{"aa"_run}));
  EXPECT_EQ(
      chosen({.run_ids = {}, .experiment = {}, .status = {}, .where = {{"method.name", "knn"}}}),
      (Ids{"kk"_run}));
  EXPECT_EQ(
      chosen({.run_ids = {},
              .experiment = {},
              .status = {},
              .where = {{"method.name", "svm"}, {"dataset.genres", list_text({"polka", "rock"})}}}),
      (Ids{"aa"_run, "bb"_run}))
      << "facts too";
  EXPECT_EQ(chosen({.run_ids = {"aa"_run}, .experiment = {}, .status = "failed", .where = {}}),
            Ids{});
}

TEST(RunFilter, NamesThatTheStoreDoesNotKnowAreMistakes) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  EXPECT_THROW_SAYING(
      filtered_runs(*store, {.run_ids = {}, .experiment = "tabel2", .status = {}, .where = {}}),
      ConfigError, "--experiment", "tabel2", "did you mean 'table2'?");
  EXPECT_THROW_SAYING(
      filtered_runs(*store, {.run_ids = {}, .experiment = {}, .status = "don", .where = {}}),
      ConfigError, "--status", "did you mean 'done'?");
  EXPECT_THROW_SAYING(
      filtered_runs(
          *store,
          {.run_ids = {}, .experiment = {}, .status = {}, .where = {{"method.nam", "knn"}}}),
      ConfigError, "--where", "did you mean 'method.name'?");
}

}  // namespace run_filter_test
}  // namespace genrebench
