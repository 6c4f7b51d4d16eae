#pragma once
// A store with two planned runs, and workers of several kinds that take them.

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/store/run_store.hpp"
#include "support/run_ids.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {

class LeasedStore : public ::testing::Test {
 protected:
  void SetUp() override { plan({"aa"_run, "bb"_run}); }

  void plan(const std::vector<std::string>& ids, const PlanRules& rules = {}) {
    std::vector<RunRecord> runs;
    for (const std::string& id : ids) {
      RunRecord run;
      run.id = id;
      run.dataset_fingerprint = "data";
      run.parameters = {{"method.name", "svm"}};
      runs.push_back(run);
    }
    store->plan(
        {.name = "sweep", .description = {}, .source_file = {}, .created_at = {}, .run_ids = {}},
        runs, rules);
  }

  std::int64_t join(double heartbeat_s = 10.0) { return store->join(this_process(), heartbeat_s); }

  /// A worker whose process has ended.
  std::int64_t join_dead() {
    ProcessIdentity process = this_process();
    process.start += 1;  // another process had the number
    return store->join(process, 10.0);
  }

  /// One of another machine.
  std::int64_t join_far(double heartbeat_s) {
    return store->join({.host = "far", .boot = "other", .pid_namespace = "x", .pid = 1, .start = 1},
                       heartbeat_s);
  }

  Lease take(const std::string& run, std::int64_t worker) {
    const Claim claim = store->claim(run, worker, {});
    EXPECT_EQ(claim.answer, Claim::Answer::taken);
    return claim.lease;
  }

  RunStatus status(const std::string& run) { return store->run(run)->status; }

  TemporaryFolder folder;
  std::unique_ptr<RunStore> store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
};

}  // namespace genrebench::testing
