// What of a plan is handed in to a cluster, and in which tasks.
#include "harness/cluster/hand_in.hpp"

#include <gtest/gtest.h>

#include "harness/cluster/task_plan.hpp"
#include "support/pipeline.hpp"

namespace genrebench {
namespace hand_in_test {

class HandIn : public testing::Pipeline {
 protected:
  Plan runs_left_of(const Plan& plan, const std::set<std::string>& in_queue, bool record) {
    return runs_left(plan, in_queue, registry_, folder_ / "runs.db", record, progress_);
  }
};

TEST_F(HandIn, RunsThatAreDoneOrInTheQueueAreNotHandedInAgain) {
  run(plan("method: {name: nearest_mean}\nseeds: [0]\n"));
  const Plan p = plan("method: {name: nearest_mean}\nseeds: [0, 1, 2]\n");
  const Plan left = runs_left_of(p, {p.runs[1].id}, /*record=*/false);
  ASSERT_EQ(left.runs.size(), 1u);
  EXPECT_EQ(left.runs[0].id, p.runs[2].id);
  EXPECT_FALSE(store()->run(p.runs[2].id)) << "nothing was recorded";
  runs_left_of(p, {}, /*record=*/true);
  EXPECT_EQ(store()->run(p.runs[2].id)->status, RunStatus::planned);
}

TEST_F(HandIn, WithoutAStoreEverythingIsLeft) {
  const Plan p = plan("method: {name: nearest_mean}\nseeds: 2\n");
  EXPECT_EQ(runs_left_of(p, {}, /*record=*/false).runs.size(), 2u);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "runs.db"));
}

TEST_F(HandIn, ASubmissionIsDividedIntoTasksAndArrays) {
  const Plan p = plan("method: {name: nearest_mean}\nseeds: 7\n");
  const Submission submission = write_submission(p,
                                                 {.database = folder_ / "runs.db",
                                                  .cache_folder = {},
                                                  .slurm = {},
                                                  .runs_per_task = 2,
                                                  .max_array_size = 3},
                                                 registry_, progress_);
  EXPECT_EQ(submission.n_runs, 7u);
  EXPECT_EQ(submission.n_tasks, 4u);
  EXPECT_EQ(submission.arrays.size(), 2u);
  EXPECT_TRUE(submission.jobs().empty()) << "nothing is submitted yet";
  EXPECT_EQ(frozen_runs(submission).size(), 7u);
  EXPECT_TRUE(std::filesystem::exists(submission.task_script()));
  EXPECT_EQ(read_submission(submission.folder).n_tasks, 4u);
}

}  // namespace hand_in_test
}  // namespace genrebench
