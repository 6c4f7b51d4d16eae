// A report reader says what the store says, however often and for however many runs it is asked,
// and sees one state of it.
#include "harness/store/report_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/store/run_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace report_reader_test {

using testing::TemporaryFolder;

constexpr int kRuns = 60;  // more than are read one by one

std::string id_of(int i) { return fmt::format("{:064x}", 1000 + i); }

RunResult result_of(int i) {
  RunResult result;
  result.facts = {{"dataset.genres", list_text({"blues", "jazz"})}};
  if (i % 7 != 0) result.metrics = {{"test", "accuracy", -1, 0.01 * i}, {"test", "loss", 3, 9.0}};
  result.metrics.push_back({"valid", "accuracy", -1, 1.0 - 0.01 * i});
  result.predictions = {{"test", fmt::format("track {}", i), 0, i % 2, {0.25f, 0.75f}}};
  if (i % 20 == 3) result.bad_tracks = {{"jazz.00054", "unreadable"}};
  if (i % 5 != 0) result.resources = {{"resources.cpu_s", std::to_string(i)}};
  return result;
}

class ReportReaderTest : public ::testing::Test {
 protected:
  ReportReaderTest() : store_(RunStore::open(file_, RunStore::Mode::write)) {
    std::vector<RunRecord> runs;
    for (int i = 0; i <= kRuns; ++i) {
      RunRecord run;
      run.id = id_of(i);
      run.seed = static_cast<std::uint64_t>(i);
      run.dataset_fingerprint = "data";
      run.parameters = {{"method.name", "svm"}, {"method.c", std::to_string(i % 3)}};
      runs.push_back(run);
    }
    store_->plan({.name = "sweep",
                  .description = "what",
                  .source_file = "sweep.yaml",
                  .created_at = {},
                  .run_ids = {}},
                 runs);
    store_->add_tracks({{.fingerprint = "data",
                         .tracks = {{.id = "a",
                                     .genre = 0,
                                     .groups = {},
                                     .start_s = 0.0,
                                     .duration_s = {},
                                     .content = {},
                                     .audio = "/music/a.wav"}}}});
    worker_ = store_->join(this_process(), 10.0);
    for (int i = 0; i < kRuns; ++i) finish(i);  // the last one stays planned
  }

  void finish(int i) {
    store_->finish(store_->claim(id_of(i), worker_, {{"host", "here"}}).lease, result_of(i));
  }

  const TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "runs.db";
  const std::unique_ptr<RunStore> store_;
  std::int64_t worker_ = 0;
};

void expect_same_runs(const std::vector<RunRecord>& found, const std::vector<RunRecord>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].id, expected[i].id);
    EXPECT_EQ(found[i].status, expected[i].status);
    EXPECT_EQ(found[i].parameters, expected[i].parameters);
    EXPECT_EQ(found[i].facts, expected[i].facts);
  }
}

TEST_F(ReportReaderTest, SaysWhatTheStoreSays) {
  const ReportReader reader(file_);
  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(reader.experiments().size(), 1u);
    EXPECT_EQ(reader.experiments()[0].run_ids, store_->experiments()[0].run_ids);
    expect_same_runs(reader.runs("sweep"), store_->runs("sweep"));
    expect_same_runs(reader.runs(), store_->runs());
    EXPECT_TRUE(reader.runs("other").empty());
    for (int i = 0; i <= kRuns + 1; ++i) {  // the last two have no result; one is not there
      const std::string id = id_of(i);
      EXPECT_EQ(reader.run(id).has_value(), i <= kRuns);
      for (const char* split : {"test", "valid", "train"})
        for (const char* name : {"accuracy", "loss", "unknown"})
          EXPECT_EQ(reader.metric(id, split, name), store_->metric(id, split, name))
              << i << split << name;
      EXPECT_EQ(reader.environment(id), store_->environment(id)) << i;
      EXPECT_EQ(reader.metrics(id).size(), store_->metrics(id).size());
      EXPECT_EQ(reader.bad_tracks(id).size(), store_->bad_tracks(id).size()) << i;
      const auto predictions = reader.predictions(id, "test");
      ASSERT_EQ(predictions.size(), i < kRuns ? 1u : 0u);
      std::size_t n_shown = 0;
      reader.each_prediction(id, "test", [&](const PredictionView& one) {
        ASSERT_LT(n_shown, predictions.size());
        const PredictionRecord& same = predictions[n_shown++];
        EXPECT_EQ(one.track, fmt::format("track {}", i));
        EXPECT_EQ(same.track, one.track);
        EXPECT_EQ(same.truth, one.truth);
        EXPECT_EQ(same.predicted, one.predicted);
        EXPECT_EQ(one.predicted, i % 2);
        EXPECT_EQ(same.cluster, one.cluster);
        EXPECT_EQ(std::vector(one.probabilities.begin(), one.probabilities.end()),
                  (std::vector<float>{0.25f, 0.75f}));
        EXPECT_EQ(same.probabilities, (std::vector<float>{0.25f, 0.75f}));
      });
      EXPECT_EQ(n_shown, predictions.size());
    }
    EXPECT_EQ(reader.bad_tracks(id_of(23))[0].message, "unreadable");
    ASSERT_EQ(reader.tracks("data").size(), 1u);
    EXPECT_EQ(reader.tracks("data")[0].audio, "/music/a.wav");
  }
  EXPECT_EQ(reader.metric(id_of(12), "test", "accuracy"), 0.12) << "to the bit";
  EXPECT_EQ(reader.metric(id_of(14), "test", "accuracy"), std::nullopt);
  EXPECT_EQ(reader.metric(id_of(12), "test", "loss"), std::nullopt) << "a curve has no final value";
}

TEST_F(ReportReaderTest, SeesOneStateOfTheStore) {
  const ReportReader reader(file_);
  EXPECT_EQ(reader.runs("sweep").back().status, RunStatus::planned);
  finish(kRuns);
  EXPECT_EQ(store_->run(id_of(kRuns))->status, RunStatus::done);
  EXPECT_EQ(reader.run(id_of(kRuns))->status, RunStatus::planned);
  for (int i = 0; i <= kRuns; ++i) reader.metric(id_of(i), "valid", "accuracy");
  EXPECT_EQ(reader.metric(id_of(kRuns), "valid", "accuracy"), std::nullopt);
  EXPECT_TRUE(reader.predictions(id_of(kRuns), "test").empty());
  EXPECT_EQ(ReportReader(file_).metric(id_of(kRuns), "valid", "accuracy"), 1.0 - 0.01 * kRuns);
}

TEST(ReportReader, AMissingStoreIsAnError) {
  const TemporaryFolder folder;
  EXPECT_THROW(ReportReader(folder / "none.db"), DataError);
}

}  // namespace report_reader_test
}  // namespace genrebench
