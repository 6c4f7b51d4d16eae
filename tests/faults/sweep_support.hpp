#pragma once
// A sweep for faults: short runs by several processes, and what they must come to.

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "faults/fault_support.hpp"

namespace genrebench::testing {

/// Runs of a few milliseconds, of up to 0.2 s, or both.
enum class Length { quick, slow, mixed };

/// A sweep of short runs whose accuracies differ.
class Sweep {
 public:
  explicit Sweep(int n_runs, Length length = Length::quick,
                 const std::string& more = "retries: 0\n")
      : n_runs_(static_cast<std::size_t>(n_runs)) {
    file = bench.folder.write(
        "sweep.yaml",
        "name: sweep\n"
        "dataset: {name: synthetic, genres: 4, tracks_per_genre: 8, duration_s: 3, sample_rate_hz: "
        "8000}\n"
        "split: {kind: stratified, train_fraction: 0.5, valid_fraction: 0.2}\n"
        "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 256, hop_length: 128, "
        "n_mels: 20, n_mfcc: 8}\n"
        "excerpt: {name: chunks, length_s: 0.2}\n"
        "method: {tune: {c: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]}}\n"
        "sweep: {grid: {method.name: [" +
            std::string(length == Length::quick  ? "softmax"
                        : length == Length::slow ? "svm"
                                                 : "svm, softmax") +
            "]}}\n"
            "reports: [table2]\n"
            "seeds: " +
            std::to_string(length == Length::mixed ? n_runs / 2 : n_runs) + "\n" + more);
  }

  std::vector<std::string> words(const std::string& command, int workers,
                                 const std::vector<std::string>& more = {}) const {
    std::vector<std::string> result = {command};
    result.push_back(command == "resume" ? "sweep" : file.string());
    for (const std::string& word :
         {std::string("--db"), bench.database.string(), std::string("--cache"),
          bench.cache.string(), std::string("--workers"), std::to_string(workers)})
      result.push_back(word);
    result.insert(result.end(), more.begin(), more.end());
    return result;
  }

  std::size_t n_done() const {
    try {
      return bench.store()->tally("sweep")[RunStatus::done];
    } catch (const DataError&) {
      return 0;  // not made yet
    }
  }

  std::string table(const std::filesystem::path& database) const {
    const ProgramResult result = run_program({"report", file.string(), "--db", database.string(),
                                              "--out", (bench.folder / "report").string()});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }

  /// Every run is done, once, and every number is what a sweep that nothing happened to gives.
  void expect_as_undisturbed() const {
    const std::filesystem::path quiet = bench.folder / "undisturbed.db";
    const ProgramResult run = run_program({"run", file.string(), "--db", quiet.string(), "--cache",
                                           bench.cache.string(), "--quiet", "--threads", "1"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(integrity(bench.database), "ok");
    const auto here = bench.store();
    const auto there = RunStore::open(quiet, RunStore::Mode::read);
    const std::vector<RunRecord> runs = here->runs("sweep");
    EXPECT_EQ(here->runs().size(), n_runs_);
    ASSERT_EQ(runs.size(), n_runs_);
    std::set<std::string> ids;
    for (const RunRecord& record : runs) {
      ids.insert(record.id);
      ASSERT_EQ(to_string(record.status), "done") << record.message;
      const auto a = here->metrics(record.id), b = there->metrics(record.id);
      ASSERT_EQ(a.size(), b.size());
      for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].value, b[i].value) << a[i].name;
      const auto p = here->predictions(record.id, "test"),
                 q = there->predictions(record.id, "test");
      ASSERT_EQ(p.size(), q.size());
      for (std::size_t i = 0; i < p.size(); ++i) EXPECT_EQ(p[i].probabilities, q[i].probabilities);
    }
    EXPECT_EQ(ids.size(), n_runs_);
    // A worker whose parent was killed may still be about to leave.
    EXPECT_TRUE(wait_until([&] { return here->workers().empty(); }))
        << "nobody is said to be at work";
    EXPECT_EQ(table(bench.database), table(quiet)) << "to the byte";
  }

  Workbench bench;
  std::filesystem::path file;

 private:
  std::size_t n_runs_;
};

}  // namespace genrebench::testing
