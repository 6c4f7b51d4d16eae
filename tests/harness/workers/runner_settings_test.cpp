// Settings on their way from a pool to its workers.
#include "harness/workers/runner_settings.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace runner_settings_test {

/// Converts to anything: as many of these as a struct has members can initialise it.
struct Anything {
  template <typename T>
  operator T() const;
};

template <typename Struct, std::size_t... I>
constexpr bool initialised_by(std::index_sequence<I...>) {
  return requires { Struct{(static_cast<void>(I), Anything())...}; };
}

template <typename Struct, std::size_t N = 0>
constexpr std::size_t n_members() {
  if constexpr (!initialised_by<Struct>(std::make_index_sequence<N + 1>()))
    return N;
  else
    return n_members<Struct, N + 1>();
}

PoolWorkerSettings unusual_settings() {
  return {.experiments = {"one", "zwei ü"},
          .database = "/a b/runs.db",
          .pool_pid = 123456789012,
          .runner = {.cache_folder = "/cache",
                     .files_folder = "/files",
                     .threads = 7,
                     .fail_fast = true,
                     .order = RunOrder::listed,
                     .heartbeat_s = 0.1,
                     .workers_per_gpu = 3,
                     .profile = true}};
}

TEST(RunnerSettings, EveryMemberButTheFunctionTravels) {
  std::size_t n_fields = 0;
  RunnerSettings settings;
  visit_fields(settings, [&](const char*, const auto&) { ++n_fields; });
  EXPECT_EQ(n_fields + 1, n_members<RunnerSettings>())
      << "a member of RunnerSettings is missing in visit_fields()";
}

TEST(RunnerSettings, AreTheSameAfterTheirWayThroughJson) {
  const PoolWorkerSettings before = unusual_settings();
  const PoolWorkerSettings after = parse_pool_worker_settings(to_json_text(before));
  EXPECT_EQ(after.experiments, before.experiments);
  EXPECT_EQ(after.database, before.database);
  EXPECT_EQ(after.pool_pid, before.pool_pid);
  EXPECT_EQ(after.runner.cache_folder, before.runner.cache_folder);
  EXPECT_EQ(after.runner.files_folder, before.runner.files_folder);
  EXPECT_EQ(after.runner.threads, before.runner.threads);
  EXPECT_EQ(after.runner.fail_fast, before.runner.fail_fast);
  EXPECT_EQ(after.runner.order, before.runner.order);
  EXPECT_EQ(after.runner.heartbeat_s, before.runner.heartbeat_s);
  EXPECT_EQ(after.runner.workers_per_gpu, before.runner.workers_per_gpu);
  EXPECT_EQ(after.runner.profile, before.runner.profile);
}

TEST(RunnerSettings, NamesOfFilesThatAreNotUtf8Travel) {
  PoolWorkerSettings before = unusual_settings();
  before.database = "/\xff\xfe/runs.db";
  EXPECT_EQ(parse_pool_worker_settings(to_json_text(before)).database, before.database);
}

TEST(RunnerSettings, OtherTextIsRefused) {
  for (const char* text : {"", "[]", "{}", "nonsense"})
    EXPECT_THROW_SAYING(parse_pool_worker_settings(text), ConfigError, "settings");
}

}  // namespace runner_settings_test
}  // namespace genrebench
