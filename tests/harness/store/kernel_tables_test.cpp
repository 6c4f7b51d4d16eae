#include "harness/store/kernel_tables.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/plan/selected_runs.hpp"
#include "harness/store/check.hpp"
#include "harness/store/deletion.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/report_reader.hpp"
#include "harness/store/run_store.hpp"
#include "harness/store/vacuum.hpp"
#include "support/example_kernels.hpp"
#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace kernel_tables_test {

using testing::add_times;
using testing::ExampleStore;
using testing::kernel_session;
using testing::TemporaryFolder;

KernelSession measured(int number, double time = 2.0) {
  KernelSession session = kernel_session(number);
  add_times(session, "stft", "stft/lanes", {time, time + 0.1, time + 1.0 / 3.0});
  add_times(session, "sem", "sem/fast/10", {1e9, 0.0, -0.0});
  session.values[{
      .program = "sem", .benchmark = "sem/fast", .measure = "complexity/rms", .unit = "N^2"}][0] =
      0.05;
  return session;
}

void expect_same(const KernelSession& a, const KernelSession& b) {
  EXPECT_EQ(a.origin, b.origin);
  EXPECT_EQ(a.recorded_at, b.recorded_at);
  EXPECT_EQ(a.setting, b.setting);
  EXPECT_EQ(a.values, b.values);
}

void execute(const std::filesystem::path& file, const std::string& sql) {
  SQLite::Database(file, SQLite::OPEN_READWRITE).exec(sql);
}

TEST(KernelTables, GiveBackWhatWasRecordedInTheOrderOfCommits) {
  const TemporaryFolder folder;
  const auto file = folder / "runs.db";
  EXPECT_TRUE(add_kernel_session(file, measured(7)));
  EXPECT_TRUE(add_kernel_session(file, measured(3)));
  EXPECT_FALSE(add_kernel_session(file, measured(7))) << "it is there already";
  const std::vector<KernelSession> sessions = kernel_sessions(file);
  ASSERT_EQ(sessions.size(), 2u);
  expect_same(sessions[0], measured(3));
  expect_same(sessions[1], measured(7));
  EXPECT_TRUE(check_store(file).problems.empty());
}

TEST(KernelTables, NoStoreIsAnErrorWhenReading) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(kernel_sessions(folder / "none.db"), DataError, "none.db");
  EXPECT_THROW_SAYING(set_kernel_note(folder / "none.db", "abc", "text"), DataError, "none.db");
}

TEST(KernelTables, NotesOnCommitsAreReplacedAndRemoved) {
  const TemporaryFolder folder;
  const auto file = folder / "runs.db";
  add_kernel_session(file, measured(1));
  set_kernel_note(file, "abc", "new FFT");
  set_kernel_note(file, "def", "other compiler");
  set_kernel_note(file, "abc", "new FFT, meant");
  EXPECT_EQ(kernel_notes(file), (std::map<std::string, std::string>{{"abc", "new FFT, meant"},
                                                                    {"def", "other compiler"}}));
  set_kernel_note(file, "abc", "");
  EXPECT_EQ(kernel_notes(file).size(), 1u);
}

TEST(KernelTables, ReadersOfTheStoreHaveThem) {
  const TemporaryFolder folder;
  const auto file = folder / "runs.db";
  add_kernel_session(file, measured(1));
  set_kernel_note(file, "abc", "new FFT");
  const ReportReader for_reports(file);
  const SelectedRuns selected(for_reports);
  const auto opened = RunStore::open(file, RunStore::Mode::read);
  for (const StoreReader* store :
       {static_cast<const StoreReader*>(&for_reports), static_cast<const StoreReader*>(&selected),
        static_cast<const StoreReader*>(opened.get())}) {
    ASSERT_EQ(store->kernel_sessions().size(), 1u);
    expect_same(store->kernel_sessions()[0], measured(1));
    EXPECT_EQ(store->kernel_notes().at("abc"), "new FFT");
  }
}

TEST(KernelTables, MergingAddsWhatIsMissingInAnyOrderAndOnce) {
  const TemporaryFolder folder;
  add_kernel_session(folder / "a.db", measured(1));
  add_kernel_session(folder / "a.db", measured(2));
  add_kernel_session(folder / "b.db", measured(2));
  add_kernel_session(folder / "b.db", measured(3, 2.5));
  set_kernel_note(folder / "a.db", "abc", "mine");
  set_kernel_note(folder / "b.db", "abc", "theirs");
  set_kernel_note(folder / "b.db", "def", "theirs too");
  for (int times = 0; times < 2; ++times) {
    merge_store(folder / "a.db", folder / "b.db");
    const std::vector<KernelSession> sessions = kernel_sessions(folder / "a.db");
    ASSERT_EQ(sessions.size(), 3u);
    expect_same(sessions[0], measured(1));
    expect_same(sessions[1], measured(2));
    expect_same(sessions[2], measured(3, 2.5));
    EXPECT_EQ(kernel_notes(folder / "a.db"),
              (std::map<std::string, std::string>{{"abc", "mine"}, {"def", "theirs too"}}));
  }
  merge_store(folder / "b.db", folder / "a.db");
  EXPECT_EQ(kernel_sessions(folder / "b.db").size(), 3u);
  EXPECT_TRUE(check_store(folder / "a.db").problems.empty());
}

TEST(KernelTables, DeletingRunsAndTidyingUpLeaveThem) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"_run});
  store.done("aa"_run, 0.75);
  add_kernel_session(store.file(), measured(1));
  const DeletedRuns deleted = delete_runs(store.file(), {"aa"_run});
  EXPECT_TRUE(kernel_sessions(deleted.archive).empty());
  undo_delete(store.file());
  vacuum_store(store.file());
  const std::vector<KernelSession> sessions = kernel_sessions(store.file());
  ASSERT_EQ(sessions.size(), 1u);
  expect_same(sessions[0], measured(1));
}

TEST(KernelTables, ValuesThatWereChangedAreFound) {
  for (const char* change :
       {"UPDATE kernel_values SET value = 3 WHERE repetition = 1",
        "DELETE FROM kernel_values WHERE repetition = 2",
        "UPDATE kernel_sessions SET commit_id = 'another'",
        "UPDATE kernel_values SET value = 'fast'", "UPDATE kernel_values SET value = 9e999",
        "UPDATE kernel_sessions SET host = x'00'", "UPDATE kernel_sessions SET cpus = -1",
        "PRAGMA foreign_keys = OFF; DELETE FROM kernel_series WHERE program = 'sem'"}) {
    SCOPED_TRACE(change);
    const TemporaryFolder folder;
    const auto file = folder / "runs.db";
    add_kernel_session(file, measured(1));
    execute(file, change);
    EXPECT_FALSE(check_store(file).problems.empty());
    EXPECT_THROW(merge_store(folder / "other.db", file), DataError);
  }
}

}  // namespace kernel_tables_test
}  // namespace genrebench
