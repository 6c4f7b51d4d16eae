#include "harness/store/run_store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/error.hpp"
#include "support/run_ids.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace run_store_test {

using testing::TemporaryFolder;

RunRecord planned(const std::string& id, std::uint64_t seed = 0) {
  RunRecord run;
  run.id = id;
  run.seed = seed;
  run.dataset_fingerprint = "data";
  run.parameters = {{"method.name", "svm"}, {"method.c", "1"}};
  return run;
}

const ExperimentRecord kExperiment{.name = "table2",
                                   .description = "what",
                                   .source_file = "table2.yaml",
                                   .created_at = {},
                                   .run_ids = {}};

/// A run taken by a worker of its own.
Lease take(RunStore& store, const std::string& run,
           const std::map<std::string, std::string>& environment = {}) {
  const Claim claim = store.claim(run, store.join(this_process(), 10.0), environment);
  EXPECT_EQ(claim.answer, Claim::Answer::taken) << run;
  return claim.lease;
}

TEST(RunStore, GivesBackWhatWasRecorded) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->plan(kExperiment, {planned("aa"_run, 1), planned("bb"_run, UINT64_MAX)});
  const Lease aa = take(*store, "aa"_run, {{"host", "here"}});
  RunResult result;
  result.metrics = {
      {"test", "accuracy", -1, 0.1 + 0.2}, {"train", "loss", 0, 2.0}, {"train", "loss", 1, 1.0}};
  result.predictions = {{"test", "blues.00001", 0, 1, {0.25f, 0.75f}}};
  result.bad_tracks = {{"jazz.00054", "unreadable"}};
  result.facts = {{"tuned.c", "10"}, {"dataset.genres", list_text({"blues", "jazz"})}};
  result.resources = {{"resources.cpu_s", "1.25"}};
  result.wall_s = 1.5;
  store->finish(aa, result);
  EXPECT_EQ(store->fail(take(*store, "bb"_run), "no", {}, {}), RunStatus::failed);

  const auto reader = RunStore::open(folder / "runs.db", RunStore::Mode::read);
  const auto runs = reader->runs("table2");
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].status, RunStatus::done);
  EXPECT_EQ(runs[0].parameter("method.c"), "1");
  EXPECT_EQ(runs[0].fact("tuned.c"), "10");
  EXPECT_DOUBLE_EQ(runs[0].wall_s, 1.5);
  EXPECT_EQ(runs[1].status, RunStatus::failed);
  EXPECT_EQ(runs[1].message, "no");
  EXPECT_EQ(runs[1].seed, UINT64_MAX);
  EXPECT_EQ(reader->metric("aa"_run, "test", "accuracy"), 0.1 + 0.2) << "to the bit";
  EXPECT_EQ(reader->metric("aa"_run, "train", "loss"), std::nullopt)
      << "a curve has no final value";
  EXPECT_EQ(reader->metrics("aa"_run).size(), 3u);
  const auto predictions = reader->predictions("aa"_run, "test");
  ASSERT_EQ(predictions.size(), 1u);
  EXPECT_EQ(predictions[0].predicted, 1);
  EXPECT_EQ(predictions[0].probabilities, (std::vector<float>{0.25f, 0.75f}));
  EXPECT_EQ(reader->bad_tracks("aa"_run)[0].track, "jazz.00054");
  EXPECT_EQ(reader->environment("aa"_run).at("host"), "here");
  EXPECT_EQ(reader->environment("aa"_run).at("resources.cpu_s"), "1.25");
  EXPECT_EQ(reader->experiments()[0].run_ids, (std::vector<std::string>{"aa"_run, "bb"_run}));
}

TEST(RunStore, APlanOfEarlierVersionsThatNamesARunTwiceHasItOnce) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->plan(kExperiment, {planned("bb"_run), planned("aa"_run), planned("bb"_run),
                            planned("aa"_run), planned("cc"_run)});
  const Lease bb = take(*store, "bb"_run);
  store->add_curves(bb, {{"valid", "loss", 1, 0.5}});
  std::vector<std::string> ids;
  for (const RunRecord& run : store->runs("table2")) ids.push_back(run.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"bb"_run, "aa"_run, "cc"_run}))
      << "in the order of the plan";
  EXPECT_EQ(store->experiments()[0].run_ids, ids);
  EXPECT_EQ(store->tally("table2"),
            (std::map<RunStatus, std::size_t>{{RunStatus::planned, 2}, {RunStatus::running, 1}}));
  EXPECT_EQ(store->curve_points("table2", "valid", "loss", 1), std::vector<double>{0.5})
      << "what pruning compares";
}

TEST(RunStore, RunsComeInTheOrderOfTheirPlanEachWithItsOwnParametersAndFacts) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  std::vector<RunRecord> runs = {planned("bb"_run), planned("cc"_run), planned("aa"_run)};
  for (RunRecord& run : runs) run.parameters["own"] = run.id;
  store->plan(kExperiment, runs);
  store->plan(
      {.name = "other", .description = {}, .source_file = {}, .created_at = {}, .run_ids = {}},
      {planned("dd"_run)});
  for (const std::string& id : {"aa"_run, "bb"_run}) {
    RunResult result;
    result.facts = {{"found", "by " + id}};
    store->finish(take(*store, id), result);
  }
  const auto read = store->runs("table2");
  ASSERT_EQ(read.size(), 3u);
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].id, runs[i].id);
    EXPECT_EQ(read[i].parameters, runs[i].parameters);
  }
  EXPECT_EQ(read[0].fact("found"), "by " + "bb"_run);
  EXPECT_TRUE(read[1].facts.empty());
  EXPECT_EQ(read[2].fact("found"), "by " + "aa"_run);
  EXPECT_EQ(store->runs().size(), 4u);
  EXPECT_EQ(store->run("aa"_run)->facts, read[2].facts);
  EXPECT_FALSE(store->run("nothing").has_value());
}

TEST(RunStore, LookingAtARunTakesNothing) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->plan(kExperiment, {planned("aa"_run)});
  EXPECT_EQ(store->look("aa"_run).answer, Claim::Answer::free);
  EXPECT_EQ(store->look("aa"_run).answer, Claim::Answer::free);
  EXPECT_EQ(store->run("aa"_run)->status, RunStatus::planned);
  const Lease lease = take(*store, "aa"_run);
  EXPECT_EQ(store->look("aa"_run).answer, Claim::Answer::held);
  store->finish(lease, {});
  EXPECT_EQ(store->look("aa"_run).answer, Claim::Answer::settled);
  EXPECT_EQ(store->look("nothing").answer, Claim::Answer::settled);
}

TEST(RunStore, PlanningAgainKeepsResultsAndTakesTheNewPlan) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->plan(kExperiment, {planned("aa"_run), planned("bb"_run)});
  store->finish(take(*store, "aa"_run), {});
  store->plan(kExperiment, {planned("cc"_run), planned("aa"_run)});
  const auto runs = store->runs("table2");
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].id, "cc"_run);
  EXPECT_EQ(runs[1].status, RunStatus::done);
  EXPECT_EQ(store->runs({}).size(), 3u) << "a run that left the plan is kept";
}

TEST(RunStore, AFailedRunThatIsDoneLaterKeepsNothingOfItsFailure) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->plan(kExperiment, {planned("aa"_run)});
  store->fail(take(*store, "aa"_run), "first try", {{"t", "bad"}}, {});
  EXPECT_EQ(store->bad_tracks("aa"_run).size(), 1u);
  store->plan(kExperiment, {planned("aa"_run)});
  RunResult result;
  result.metrics = {{"test", "accuracy", -1, 0.5}};
  store->finish(take(*store, "aa"_run), result);
  EXPECT_EQ(store->run("aa"_run)->status, RunStatus::done);
  EXPECT_TRUE(store->run("aa"_run)->message.empty());
  EXPECT_TRUE(store->bad_tracks("aa"_run).empty());
}

TEST(RunStore, AFailureInsideATransactionLeavesNothingOfIt) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->plan(kExperiment, {planned("aa"_run)});
  RunResult result;
  result.metrics = {{"test", "accuracy", -1, 0.5}, {"test", "accuracy", -1, 0.6}};  // the same
                                                                                    // metric twice:
                                                                                    // refused
  EXPECT_THROW(store->finish(take(*store, "aa"_run), result), DataError);
  EXPECT_EQ(store->run("aa"_run)->status, RunStatus::running);
  EXPECT_TRUE(store->metrics("aa"_run).empty());
}

TEST(RunStore, TwoWritersAtOnceLoseNothing) {
  const TemporaryFolder folder;
  RunStore::open(folder / "runs.db", RunStore::Mode::write)->plan(kExperiment, {planned("aa"_run)});
  const auto writer = [&](const std::string& name) {
    const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
    for (int i = 0; i < 100; ++i) {
      ExperimentRecord record = kExperiment;
      record.name = name + std::to_string(i);
      store->plan(record, {planned(run_id(record.name))});
    }
  };
  { std::jthread first(writer, "first"), second(writer, "second"); }
  EXPECT_EQ(RunStore::open(folder / "runs.db", RunStore::Mode::read)->runs({}).size(), 201u);
}

TEST(RunStore, ManyThatOpenANewFileAtOnceWaitForEachOther) {
  for (int round = 0; round < 10; ++round) {
    const TemporaryFolder folder;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&, i] {
        EXPECT_NO_THROW(RunStore::open(folder / "runs.db", RunStore::Mode::write)
                            ->plan(kExperiment, {planned(run_id("run" + std::to_string(i)))}));
      });
    threads.clear();
    EXPECT_EQ(RunStore::open(folder / "runs.db", RunStore::Mode::read)->runs({}).size(), 8u);
  }
}

TEST(RunStore, CurvesOfARunThatIsUnderWayAreSeenAndReplacedAtItsEnd) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->plan(kExperiment, {planned("aa"_run)});
  const Lease aa = take(*store, "aa"_run);
  store->add_curves(aa, {{"train", "loss", 1, 2.0}});
  store->add_curves(aa, {{"train", "loss", 1, 3.0}, {"train", "loss", 2, 1.0}});  // resumed: said
                                                                                  // again
  ASSERT_EQ(store->metrics("aa"_run).size(), 2u);
  EXPECT_EQ(store->metrics("aa"_run)[0].value, 3.0);
  RunResult result;
  result.metrics = {{"train", "loss", 1, 0.5}};
  store->finish(aa, result);
  ASSERT_EQ(store->metrics("aa"_run).size(), 1u);
  EXPECT_EQ(store->metrics("aa"_run)[0].value, 0.5);
}

TEST(RunStore, AnInterruptedRunIsPlannedAgainAndKeepsNoHalfResult) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->plan(kExperiment, {planned("aa"_run)});
  const Lease aa = take(*store, "aa"_run);
  store->add_curves(aa, {{"train", "loss", 1, 2.0}});
  store->release(aa, "interrupted");
  EXPECT_EQ(store->run("aa"_run)->status, RunStatus::planned);
  EXPECT_TRUE(store->metrics("aa"_run).empty());
}

TEST(RunStore, RemembersTheFilesOfARun) {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  store->plan(kExperiment, {planned("aa"_run)});
  RunResult result;
  result.artifacts = {{"model", "00ff", 123456789012}};
  store->finish(take(*store, "aa"_run), result);
  ASSERT_EQ(store->artifacts("aa"_run).size(), 1u);
  EXPECT_EQ(store->artifacts("aa"_run)[0].sha256, "00ff");
  EXPECT_EQ(store->artifacts("aa"_run)[0].bytes, 123456789012);
}

TEST(RunStore, AStoreOfTheFirstSchemaIsBackedUpAndMigrated) {
  const TemporaryFolder folder;
  std::filesystem::copy_file(GENREBENCH_SOURCE_DIR "/tests/golden/stores/schema1.db",
                             folder / "runs.db");
  EXPECT_THROW_SAYING(RunStore::open(folder / "runs.db", RunStore::Mode::read), DataError,
                      "schema version 1", "genrebench run");
  const auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  const std::vector<RunRecord> runs = store->runs("schema1");
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].status, RunStatus::done);
  EXPECT_EQ(store->metric(runs[0].id, "test", "accuracy"), 0.4);
  EXPECT_TRUE(store->artifacts(runs[0].id).empty());
  EXPECT_TRUE(std::filesystem::exists(folder / "runs.db.schema1.bak"));
}

TEST(RunStore, AFileThatIsNotADatabaseIsRefused) {
  const TemporaryFolder folder;
  const auto file = folder.write(
      "runs.db",
      "this is a text file and certainly no database, however long it may be made to be\n");
  EXPECT_THROW_SAYING(RunStore::open(file, RunStore::Mode::write), DataError, "runs.db",
                      "not an SQLite database");
  EXPECT_THROW_SAYING(RunStore::open(file, RunStore::Mode::read), DataError,
                      "not an SQLite database");
}

TEST(RunStore, SomebodyElsesDatabaseIsRefusedAndLeftAlone) {
  const TemporaryFolder folder;
  SQLite::Database(folder / "theirs.db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE songs (id)");
  EXPECT_THROW_SAYING(RunStore::open(folder / "theirs.db", RunStore::Mode::write), DataError,
                      "not a genrebench run store");
  EXPECT_EQ(SQLite::Database(folder / "theirs.db")
                .execAndGet("SELECT count(*) FROM sqlite_master")
                .getInt(),
            1);
}

TEST(RunStore, ANewerSchemaIsRefused) {
  const TemporaryFolder folder;
  RunStore::open(folder / "runs.db", RunStore::Mode::write);
  SQLite::Database(folder / "runs.db", SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  EXPECT_THROW_SAYING(RunStore::open(folder / "runs.db", RunStore::Mode::read), DataError,
                      "schema version 99", "newer genrebench");
}

TEST(RunStore, AMissingFileIsNotMadeByReading) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(RunStore::open(folder / "none.db", RunStore::Mode::read), DataError,
                      "none.db", "no such database");
  EXPECT_FALSE(std::filesystem::exists(folder / "none.db"));
  EXPECT_THROW_SAYING(RunStore::open(folder.path(), RunStore::Mode::write), DataError,
                      "found a folder");
}

TEST(RunStore, WriteExistingOpensAStoreAndMakesNone) {
  const testing::TemporaryFolder folder;
  const std::filesystem::path file = folder / "runs.db";
  EXPECT_THROW(RunStore::open(file, RunStore::Mode::write_existing), DataError);
  EXPECT_FALSE(std::filesystem::exists(file));
  RunStore::open(file, RunStore::Mode::write);
  RunStore::open(file, RunStore::Mode::write_existing)->join(this_process(), 1.0);
  EXPECT_EQ(RunStore::open(file, RunStore::Mode::read)->workers().size(), 1U);
}

}  // namespace run_store_test
}  // namespace genrebench
