#include "harness/plan/same_runs.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace same_runs_test {

PlannedRun planned(const std::string& id, const std::string& fingerprint) {
  const auto data = std::make_shared<OpenDataset>();
  data->fingerprint = fingerprint;
  return {.spec = {}, .id = id, .data = data, .split = {}, .not_applicable = {}};
}

RunRecord stored(const std::string& id, const std::string& fingerprint) {
  RunRecord run;
  run.id = id;
  run.dataset_fingerprint = fingerprint;
  return run;
}

TEST(SameRuns, PassIfEveryIdIsTheSame) {
  const std::vector<PlannedRun> now = {planned("aa", "data"), planned("bb", "data")};
  EXPECT_NO_THROW(
      same_runs_or_throw(now, std::vector{stored("aa", "data"), stored("bb", "data")}, "w", "a"));
}

TEST(SameRuns, ARunOfAnotherIdIsNamedWithTheReason) {
  const std::vector<PlannedRun> now = {planned("aa", "data"), planned("bb", "data")};
  EXPECT_THROW_SAYING(
      same_runs_or_throw(now, std::vector{stored("aa", "data"), stored("cc", "other")}, "runs.db",
                         "submit again"),
      DataError, "runs.db", "run cc", "(bb)", "the dataset changed", "submit again");
  EXPECT_THROW_SAYING(
      same_runs_or_throw(now, std::vector{stored("aa", "data"), stored("cc", "data")}, "runs.db",
                         "submit again"),
      DataError, "run cc", "the program", "submit again");
}

TEST(SameRuns, RunsThatHaveBecomeOneAreRefused) {
  EXPECT_THROW_SAYING(same_runs_or_throw(std::vector{planned("aa", "data")},
                                         std::vector{stored("aa", "data"), stored("bb", "data")},
                                         "runs.db", "submit again"),
                      DataError, "runs.db", "expected 2", "found 1", "submit again");
}

}  // namespace same_runs_test
}  // namespace genrebench
