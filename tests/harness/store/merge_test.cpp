#include "harness/store/merge.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <thread>

#include "base/error.hpp"
#include "base/process_identity.hpp"
#include "harness/records/timings.hpp"
#include "harness/store/snapshot.hpp"
#include "support/example_store.hpp"
#include "support/store_sql.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace merge_test {

namespace fs = std::filesystem;
using testing::add_text;
using testing::dump;
using testing::ExampleStore;
using testing::key_of;
using testing::run_key_of;
using testing::set_value;
using testing::TemporaryFolder;

std::unique_ptr<RunStore> read(const fs::path& file) {
  return RunStore::open(file, RunStore::Mode::read);
}

void execute(const fs::path& file, const std::string& sql) {
  SQLite::Database(file, SQLite::OPEN_READWRITE).exec(sql);
}

TEST(Merge, MakesTheTargetAndTakesOverEverything) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db");
  source.plan("table2", {"aa"_run, "bb"_run, "cc"_run});
  source.done("aa"_run, 0.75, "weights");
  source.failed("bb"_run);
  const MergeSummary summary = merge_store(folder / "new" / "target.db", source.file());
  EXPECT_EQ(summary.added, 3u);
  EXPECT_EQ(summary.files, 1u);
  EXPECT_TRUE(summary.warnings.empty());
  const auto target = read(folder / "new" / "target.db");
  ASSERT_EQ(target->experiments().size(), 1u);
  EXPECT_EQ(target->experiments()[0].description, "of table2");
  EXPECT_EQ(target->experiments()[0].source_file, "table2.yaml");
  EXPECT_EQ(target->experiments()[0].run_ids,
            (std::vector<std::string>{"aa"_run, "bb"_run, "cc"_run}));
  const RunRecord run = target->run("aa"_run).value();
  EXPECT_EQ(run.status, RunStatus::done);
  EXPECT_EQ(run.parameter("method.name"), "svm");
  EXPECT_EQ(run.fact_list("dataset.genres"), (std::vector<std::string>{"polka", "rock"}));
  EXPECT_EQ(run.wall_s, 1.5);
  EXPECT_EQ(run.started_at, source->run("aa"_run)->started_at);
  EXPECT_EQ(target->metrics("aa"_run).size(), 3u);
  ASSERT_EQ(target->predictions("aa"_run, "test").size(), 2u);
  EXPECT_EQ(target->predictions("aa"_run, "test")[0].probabilities,
            (std::vector<float>{0.25f, 0.75f}));
  EXPECT_EQ(target->bad_tracks("aa"_run).size(), 1u);
  EXPECT_EQ(target->environment("aa"_run).at("host"), "here");
  EXPECT_EQ(target->artifacts("aa"_run)[0].sha256, sha256("weights"));
  EXPECT_EQ(read_file_text(folder / "new" / "target.db.files" / "aa"_run / "model"), "weights");
  EXPECT_EQ(target->run("bb"_run)->message, "it went wrong");
}

TEST(Merge, AgainChangesNothing) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db"), target(folder / "target.db");
  source.plan("table2", {"aa"_run, "bb"_run, "cc"_run, "dd"_run, "ee"_run});
  target.plan("table2", {"ff"_run, "bb"_run});
  source.done("aa"_run, 0.5, "weights");
  source.done("bb"_run);
  source.failed("cc"_run);
  source.lost("dd"_run);
  source.take("ee"_run);
  merge_store(target.file(), source.file());
  const std::string once = dump(target.file());
  const MergeSummary again = merge_store(target.file(), source.file());
  EXPECT_EQ(again.added + again.improved + again.different + again.files, 0u);
  EXPECT_EQ(again.present, 5u);
  EXPECT_EQ(dump(target.file()), once);
}

TEST(Merge, ShardsInAnyOrderGiveTheSameRuns) {
  const TemporaryFolder folder;
  const ExampleStore first(folder / "1.db"), second(folder / "2.db"), third(folder / "3.db");
  const std::vector<std::string> plan = {"aa"_run, "bb"_run, "cc"_run, "dd"_run};
  for (const ExampleStore* shard : {&first, &second, &third}) shard->plan("table2", plan);
  first.done("aa"_run);
  second.done("bb"_run);
  second.failed("cc"_run);
  third.done("cc"_run);
  for (const auto& file : {first.file(), second.file(), third.file()})
    merge_store(folder / "forward.db", file);
  for (const auto& file : {third.file(), second.file(), first.file()})
    merge_store(folder / "backward.db", file);
  for (const char* name : {"forward.db", "backward.db"}) {
    const auto store = read(folder / name);
    EXPECT_EQ(store->experiments()[0].run_ids, plan);
    EXPECT_EQ(store->tally("table2"),
              (std::map<RunStatus, std::size_t>{{RunStatus::done, 3}, {RunStatus::planned, 1}}));
  }
}

/// Brings one run to a status.
void bring(const ExampleStore& store, const std::string& id, RunStatus status) {
  store.plan("table2", {id});
  if (status == RunStatus::done) store.done(id);
  if (status == RunStatus::pruned) store.pruned(id);
  if (status == RunStatus::failed) store.failed(id);
  if (status == RunStatus::skipped) store->skip(id, "does not apply");
  if (status == RunStatus::lost) store.lost(id);
  if (status == RunStatus::running) store.take(id);
  ASSERT_EQ(store->run(id)->status, status);
}

TEST(Merge, TheBetterStatusWins) {
  const std::vector<RunStatus> order = {RunStatus::planned, RunStatus::lost,   RunStatus::skipped,
                                        RunStatus::failed,  RunStatus::pruned, RunStatus::done};
  for (std::size_t in_target = 0; in_target < order.size(); ++in_target) {
    for (std::size_t in_source = 0; in_source < order.size(); ++in_source) {
      const TemporaryFolder folder;
      const ExampleStore source(folder / "source.db"), target(folder / "target.db");
      bring(source, "aa"_run, order[in_source]);
      bring(target, "aa"_run, order[in_target]);
      const MergeSummary summary = merge_store(target.file(), source.file());
      SCOPED_TRACE(to_string(order[in_source]) + " into " + to_string(order[in_target]));
      EXPECT_EQ(target->run("aa"_run)->status, order[std::max(in_source, in_target)]);
      EXPECT_EQ(summary.improved, in_source > in_target ? 1u : 0u);
      EXPECT_EQ(summary.present, in_source > in_target ? 0u : 1u);
      EXPECT_EQ(target->run("aa"_run)->message,
                (in_source > in_target ? source : target)->run("aa"_run)->message);
      EXPECT_EQ(target->metrics("aa"_run).size(),
                (in_source > in_target ? source : target)->metrics("aa"_run).size());
    }
  }
}

TEST(Merge, RunThatIsComputedElsewhereIsPlannedHere) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db");
  bring(source, "aa"_run, RunStatus::running);
  source->add_curves({.run_id = "aa"_run, .token = 1}, {{"train", "loss", 1, 2.0}});
  merge_store(folder / "target.db", source.file());
  const ExampleStore target(folder / "target.db");
  EXPECT_EQ(target->run("aa"_run)->status, RunStatus::planned);
  EXPECT_TRUE(target->metrics("aa"_run).empty());
  EXPECT_EQ(target->run("aa"_run)->parameter("method.name"), "svm");
  target.done("aa"_run);
  EXPECT_EQ(target->run("aa"_run)->status, RunStatus::done);
  EXPECT_EQ(source->run("aa"_run)->status, RunStatus::running);
}

TEST(Merge, RunThatIsComputedHereIsLeftAloneUnlessTheOtherIsDone) {
  for (const RunStatus status : {RunStatus::planned, RunStatus::lost, RunStatus::failed,
                                 RunStatus::pruned, RunStatus::skipped}) {
    const TemporaryFolder folder;
    const ExampleStore source(folder / "source.db"), target(folder / "target.db");
    bring(source, "aa"_run, status);
    target.plan("table2", {"aa"_run});
    const Lease lease = target.take("aa"_run);
    EXPECT_EQ(merge_store(target.file(), source.file()).present, 1u);
    EXPECT_NO_THROW(target->finish(lease, ExampleStore::result(0.5)));
  }
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db"), target(folder / "target.db");
  bring(source, "aa"_run, RunStatus::done);
  target.plan("table2", {"aa"_run});
  const Lease lease = target.take("aa"_run);
  EXPECT_EQ(merge_store(target.file(), source.file()).improved, 1u);
  EXPECT_EQ(target->run("aa"_run)->status, RunStatus::done);
  EXPECT_TRUE(target->workers()[0].run_id.empty());
  EXPECT_THROW(target->finish(lease, ExampleStore::result(0.9)), LeaseLost) << "a late result";
  EXPECT_EQ(target->metric("aa"_run, "test", "accuracy"), 0.5);
}

TEST(Merge, OfDifferentResultsTheTargetsAreKeptAndTheRunIsNamed) {
  const std::vector<std::string> changes = {
      "UPDATE metrics SET value = 0.5000000000000001 WHERE name = " + key_of("accuracy"),
      "UPDATE metrics SET value = 3 WHERE name = " + key_of("loss"),
      "UPDATE metrics SET split = " + key_of("train"),
      "DELETE FROM metrics WHERE name = " + key_of("accuracy"),
      add_text("more") + "INSERT INTO metrics VALUES (" + run_key_of("0123456789"_run) + ", -1, " +
          key_of("test") + ", " + key_of("more") + ", 1)",
      "UPDATE predictions SET predicted = x'0000'",
      "UPDATE predictions SET probabilities = x'0000803e0000403f0000003f0100003f'",
      "UPDATE predictions SET probabilities = x''",
      "UPDATE predictions SET predicted = x'01', probabilities = x'0000803e0000403f'; UPDATE "
      "track_lists SET n = 1, tracks = x'0100'",
      "UPDATE scored_tracks SET truth = 0",
      "UPDATE scored_tracks SET cluster = " + key_of("polka.1"),
      "UPDATE texts SET text = 'polka.3' WHERE text = 'polka.2'",
      "INSERT INTO predictions (run, split, tracks, predicted, probabilities) SELECT run, " +
          key_of("train") + ", tracks, predicted, probabilities FROM predictions"};
  for (const std::string& change : changes) {
    SCOPED_TRACE(change);
    const TemporaryFolder folder;
    const ExampleStore source(folder / "source.db"), target(folder / "target.db");
    bring(source, "0123456789"_run, RunStatus::done);
    bring(target, "0123456789"_run, RunStatus::done);
    execute(source.file(), change);
    const std::string before = dump(target.file());
    const MergeSummary summary = merge_store(target.file(), source.file());
    EXPECT_EQ(summary.different, 1u);
    ASSERT_EQ(summary.differences.size(), 1u);
    EXPECT_EQ(summary.differences[0],
              "run 01234567: different results in " + source.file().string() + " and " +
                  target.file().string() + "; kept those of " + target.file().string());
    EXPECT_EQ(dump(target.file()), before);
  }
}

TEST(Merge, TimesAreNoDifference) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db"), target(folder / "target.db");
  bring(source, "aa"_run, RunStatus::done);
  bring(target, "aa"_run, RunStatus::done);
  execute(source.file(), "UPDATE metrics SET value = 99 WHERE name = " + key_of("seconds") +
                             "; UPDATE runs SET wall_s = 99; " +
                             set_value("environment", "host", "there"));
  EXPECT_EQ(merge_store(target.file(), source.file()).present, 1u);
  EXPECT_TRUE(is_timing_metric("seconds") && is_timing_metric("samples_per_second") &&
              is_timing_metric("data_wait_s"));
  EXPECT_FALSE(is_timing_metric("accuracy") || is_timing_metric(""));
}

TEST(Merge, RunsKeepTheirPlaceInThePlanWhereThatIsFree) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db"), target(folder / "target.db");
  source.plan("table2", {"aa"_run, "bb"_run, "cc"_run, "dd"_run});
  target.plan("table2", {"xx"_run, "bb"_run});
  target.plan("other", {"yy"_run});
  source.plan("third", {"zz"_run});
  merge_store(target.file(), source.file());
  const auto experiments = target->experiments();
  ASSERT_EQ(experiments.size(), 3u);
  EXPECT_EQ(experiments[0].run_ids,
            (std::vector<std::string>{"xx"_run, "bb"_run, "cc"_run, "dd"_run, "aa"_run}));
  EXPECT_EQ(experiments[1].run_ids, (std::vector<std::string>{"yy"_run}));
  EXPECT_EQ(experiments[2].run_ids, (std::vector<std::string>{"zz"_run}));
}

TEST(Merge, OnlyTheRunsThatWereAskedForCome) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db");
  source.plan("table2", {"aa"_run, "bb"_run, "cc"_run});
  source.plan("other", {"cc"_run});
  merge_store(folder / "target.db", source.file(),
              {.runs = {{"aa"_run, "bb"_run, "not there"}}, .one_file = true});
  EXPECT_FALSE(fs::exists(folder / "target.db-wal"));
  const auto target = read(folder / "target.db");
  EXPECT_EQ(target->runs().size(), 2u);
  ASSERT_EQ(target->experiments().size(), 1u);
  EXPECT_EQ(target->experiments()[0].run_ids, (std::vector<std::string>{"aa"_run, "bb"_run}));
}

TEST(Merge, FilesThatAreMissingOrChangedAreNotedAndTheirRunsComeIn) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db");
  source.plan("table2", {"aa"_run, "bb"_run, "cc"_run});
  for (const std::string& id : {"aa"_run, "bb"_run, "cc"_run})
    source.done(id, 0.5, "weights of " + id);
  fs::remove(source.model_file("aa"_run));
  folder.write(("source.db.files/" + "bb"_run + "/model"), "something else");
  const MergeSummary summary = merge_store(folder / "target.db", source.file());
  EXPECT_EQ(summary.added, 3u);
  EXPECT_EQ(summary.files, 1u);
  ASSERT_EQ(summary.warnings.size(), 2u);
  EXPECT_NE(summary.warnings[0].find("run aa000000: " + source.model_file("aa"_run).string() +
                                     ": the file is missing"),
            std::string::npos)
      << summary.warnings[0];
  EXPECT_NE(summary.warnings[1].find("not the file that the run left"), std::string::npos)
      << summary.warnings[1];
  EXPECT_EQ(read(folder / "target.db")->artifacts("aa"_run).size(), 1u)
      << "it is known that there was one";
  EXPECT_TRUE(fs::exists(folder / ("target.db.files/" + "cc"_run + "/model")));
  EXPECT_FALSE(fs::exists(folder / ("target.db.files/" + "bb"_run + "/model")));
}

TEST(Merge, AgainBringsFilesThatTheTargetHasLost) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db");
  source.plan("table2", {"aa"_run});
  source.done("aa"_run, 0.5, "weights");
  merge_store(folder / "target.db", source.file());
  fs::remove(folder / ("target.db.files/" + "aa"_run + "/model"));
  EXPECT_EQ(merge_store(folder / "target.db", source.file()).files, 1u);
  EXPECT_EQ(read_file_text(folder / ("target.db.files/" + "aa"_run + "/model")), "weights");
}

TEST(Merge, FilesOnTheirWayThatAKilledProcessLeftAreRemoved) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db");
  source.plan("table2", {"aa"_run});
  source.done("aa"_run, 0.5, "weights");
  const fs::path left = folder / "target.db.files" / ("incoming." + host_name() + ".999999999.0");
  const fs::path elsewhere = folder / "target.db.files" / "incoming.some.other.machine.999999999.0";
  fs::create_directories(left / "aa"_run);
  fs::create_directories(elsewhere);
  merge_store(folder / "target.db", source.file());
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(elsewhere)) << "nothing is known of that process";
}

TEST(Merge, NamesOfFilesCannotLeadElsewhere) {
  for (const std::string name : {"../escape", "..", "", "/etc/passwd"}) {
    const TemporaryFolder folder;
    const ExampleStore source(folder / "source.db");
    source.plan("table2", {"aa"_run});
    source.done("aa"_run, 0.5, "weights");
    execute(source.file(), "UPDATE artifacts SET name = '" + name + "'");
    EXPECT_THROW_SAYING(merge_store(folder / "target.db", source.file()), DataError,
                        "the name of a file", "'" + name + "'");
    EXPECT_FALSE(fs::exists(folder / "target.db"));
  }
}

TEST(Merge, SourceOfAnOlderSchemaIsMigratedAsACopyAndLeftAsItIs) {
  for (const std::string name : {"schema1.db", "schema2.db"}) {
    const TemporaryFolder folder;
    const fs::path fixture = fs::path(GENREBENCH_SOURCE_DIR "/tests/golden/stores") / name,
                   source = folder / "source.db";
    fs::copy_file(fixture, source);
    const MergeSummary summary = merge_store(folder / "target.db", source);
    EXPECT_EQ(summary.added, name == "schema1.db" ? 1u : 8u);
    EXPECT_EQ(sha256_of_file(source), sha256_of_file(fixture));
    EXPECT_FALSE(fs::exists(folder / "source.db.schema1.bak") ||
                 fs::exists(folder / "source.db.schema2.bak"));
    EXPECT_EQ(merge_store(folder / "target.db", source).added, 0u);
  }
}

TEST(Merge, TargetOfAnOlderSchemaIsMigrated) {
  const TemporaryFolder folder;
  fs::copy_file(GENREBENCH_SOURCE_DIR "/tests/golden/stores/schema2.db", folder / "target.db");
  const ExampleStore source(folder / "source.db");
  source.plan("table2", {"aa"_run});
  EXPECT_EQ(merge_store(folder / "target.db", source.file()).added, 1u);
  EXPECT_EQ(read(folder / "target.db")->runs().size(), 9u);
  EXPECT_TRUE(fs::exists(folder / "target.db.schema2.bak"));
}

TEST(Merge, WhatIsNoStoreIsRefusedAndNoTargetIsMade) {
  const TemporaryFolder folder;
  const fs::path target = folder / "target.db";
  EXPECT_THROW_SAYING(merge_store(target, folder / "none.db"), DataError, "none.db",
                      "no such store");
  EXPECT_THROW_SAYING(merge_store(target, folder.path()), DataError, "found a folder");
  EXPECT_THROW_SAYING(merge_store(target, folder.write("text.db", std::string(2000, 'x'))),
                      DataError, "text.db", "not an SQLite database");
  EXPECT_THROW_SAYING(merge_store(target, folder.write("empty.db", "")), DataError, "empty.db",
                      "an empty database");
  SQLite::Database(folder / "theirs.db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE songs (id)");
  EXPECT_THROW_SAYING(merge_store(target, folder / "theirs.db"), DataError, "theirs.db",
                      "not a genrebench run store");
  RunStore::open(folder / "newer.db", RunStore::Mode::write);
  execute(folder / "newer.db", "PRAGMA user_version = 99");
  EXPECT_THROW_SAYING(merge_store(target, folder / "newer.db"), DataError, "newer.db",
                      "schema version 99", "newer genrebench");
  EXPECT_FALSE(fs::exists(target));
}

TEST(Merge, DamagedSourceIsRefused) {
  const TemporaryFolder folder;
  write_snapshot(GENREBENCH_SOURCE_DIR "/tests/golden/stores/schema3.db", folder / "source.db");
  {
    std::fstream stream(folder / "source.db", std::ios::binary | std::ios::in | std::ios::out);
    for (int page = 4; page < 12; ++page) stream.seekp(page * 4096) << std::string(600, '\xA5');
  }
  EXPECT_THROW_SAYING(merge_store(folder / "target.db", folder / "source.db"), DataError,
                      "source.db");
  EXPECT_FALSE(fs::exists(folder / "target.db"));
}

TEST(Merge, StoreIsNotMergedIntoItselfUnderAnyName) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"_run});
  fs::create_symlink(store.file(), folder / "link.db");
  fs::create_hard_link(store.file(), folder / "hard.db");
  for (const fs::path& name :
       {folder / "runs.db", folder / "." / "runs.db", folder / "link.db", folder / "hard.db"})
    EXPECT_THROW_SAYING(merge_store(store.file(), name), DataError, name.string(), "same store");
}

TEST(Merge, LinkToAStoreIsThatStore) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db");
  source.plan("table2", {"aa"_run});
  fs::create_symlink(source.file(), folder / "link.db");
  EXPECT_EQ(merge_store(folder / "target.db", folder / "link.db").added, 1u);
}

TEST(Merge, SourcesThatAreInUseAreReadAsOfTheirLastCommit) {
  const TemporaryFolder folder;
  const ExampleStore source(folder / "source.db");
  source.plan("table2", {"aa"_run});
  SQLite::Database writer(source.file(), SQLite::OPEN_READWRITE);
  writer.exec("BEGIN IMMEDIATE; DELETE FROM runs");
  EXPECT_EQ(merge_store(folder / "target.db", source.file()).added, 1u);
  writer.exec("ROLLBACK");
}

TEST(Merge, ManyAtOnceIntoOneTargetLoseNothing) {
  const TemporaryFolder folder;
  for (int i = 0; i < 4; ++i) {
    const ExampleStore source(folder / ("source" + std::to_string(i) + ".db"));
    std::vector<std::string> ids = {"shared"_run};
    for (int run = 0; run < 10; ++run)
      ids.push_back(run_id("run" + std::to_string(i) + "_" + std::to_string(run)));
    source.plan("table2", ids);
    for (const std::string& id : ids) source.done(id, 0.5, "weights of " + id);
  }
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&, i] {
        EXPECT_NO_THROW(
            merge_store(folder / "target.db", folder / ("source" + std::to_string(i) + ".db")));
      });
  }
  const auto target = read(folder / "target.db");
  EXPECT_EQ(target->tally("table2"), (std::map<RunStatus, std::size_t>{{RunStatus::done, 41}}));
  for (const RunRecord& run : target->runs())
    EXPECT_EQ(read_file_text(folder / "target.db.files" / run.id / "model"),
              "weights of " + run.id);
}

}  // namespace merge_test
}  // namespace genrebench
