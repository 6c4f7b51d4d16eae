#include "harness/cluster/task_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace genrebench {
namespace task_plan_test {

TEST(TaskPlan, EveryRunIsInOneTask) {
  for (const std::size_t n_runs : {1u, 2u, 7u, 40u, 1003u})
    for (std::size_t n_tasks = 1; n_tasks <= std::min<std::size_t>(n_runs, 50); ++n_tasks) {
      std::vector<std::size_t> all;
      std::size_t fewest = n_runs, most = 0;
      for (std::size_t task = 0; task < n_tasks; ++task) {
        const auto runs = runs_of_task(n_runs, n_tasks, task);
        all.insert(all.end(), runs.begin(), runs.end());
        fewest = std::min(fewest, runs.size());
        most = std::max(most, runs.size());
      }
      std::sort(all.begin(), all.end());
      std::vector<std::size_t> expected(n_runs);
      std::iota(expected.begin(), expected.end(), 0u);
      EXPECT_EQ(all, expected);
      EXPECT_LE(most - fewest, 1u);
    }
}

TEST(TaskPlan, ATaskIsOneRunUnlessThereWouldBeTooManyTasks) {
  EXPECT_EQ(default_runs_per_task(1, 0), 1u);
  EXPECT_EQ(default_runs_per_task(1000, 0), 1u);
  EXPECT_EQ(default_runs_per_task(1001, 0), 2u);
  EXPECT_EQ(default_runs_per_task(20, 2), 1u);
  EXPECT_EQ(default_runs_per_task(40, 2), 2u);
  EXPECT_EQ(default_runs_per_task(41, 2), 3u);
}

TEST(TaskPlan, ArraysAreSplitAtTheLargestSizeAndFollowOneAnother) {
  EXPECT_EQ(divide_into_arrays(16, 16),
            (std::vector<TaskArray>{{.offset = 0, .n_tasks = 16, .job = {}}}));
  EXPECT_EQ(divide_into_arrays(33, 16),
            (std::vector<TaskArray>{{.offset = 0, .n_tasks = 16, .job = {}},
                                    {.offset = 16, .n_tasks = 16, .job = {}},
                                    {.offset = 32, .n_tasks = 1, .job = {}}}));
}

}  // namespace task_plan_test
}  // namespace genrebench
