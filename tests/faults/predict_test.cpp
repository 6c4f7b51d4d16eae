// `predict` through the program: the genres that the run recorded, and what cannot be predicted.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/random.hpp"
#include "faults/fault_support.hpp"

namespace genrebench {
namespace predict_test {

using namespace testing;

class PredictedGenres : public ::testing::Test {
 protected:
  /// Four genres of noisy tones that overlap, so that a classifier is seldom sure.
  void SetUp() override {
    std::filesystem::remove_all(bench.music);
    Random random(3);
    for (int g = 0; g < 4; ++g)
      for (int i = 0; i < 12; ++i) {
        const std::string genre(1, static_cast<char>('a' + g));
        bench.add(genre, genre + std::to_string(i) + ".wav",
                  wav_bytes({}, tone_bytes({}, 500.0 + 60.0 * g + 150.0 * random.uniform(), 0.3)));
      }
  }

  /// Does one run and predicts its test tracks. @return  how many genres are not the most probable
  /// one
  int expect_recorded(const std::string& name, const std::map<std::string, std::string>& keys) {
    std::map<std::string, std::string> all = {{"seeds", "[0]"}};
    all.insert(keys.begin(), keys.end());
    const ProgramResult done = bench.run(bench.experiment(name, all));
    EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
    const RunRecord run = bench.store()->runs(name).front();
    const std::vector<PredictionRecord> recorded = bench.store()->predictions(run.id, "test");
    std::vector<std::string> words = {"predict", "--run",
                                      run.id,    "--json",
                                      "--db",    bench.database.string(),
                                      "--cache", bench.cache.string(),
                                      "-q"};
    for (const PredictionRecord& one : recorded)
      words.push_back((bench.music / (one.track + ".wav")).string());
    const ProgramResult result = run_program(words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const auto rows = nlohmann::json::parse(result.out);
    const std::vector<std::string> genres = run.fact_list("dataset.genres");
    int n_apart = 0;
    EXPECT_EQ(rows.size(), recorded.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string genre = genres[static_cast<std::size_t>(recorded[i].predicted)];
      EXPECT_EQ(rows[i]["genre"], genre) << name << ", " << recorded[i].track;
      EXPECT_EQ(rows[i]["agrees"], rows[i]["genre"] == rows[i]["most_probable"]);
      double largest = 0.0;
      for (std::size_t c = 0; c < genres.size(); ++c) {
        const double share = rows[i]["probabilities"][genres[c]];
        EXPECT_NEAR(share, recorded[i].probabilities[c], 1e-6) << name << ", " << recorded[i].track;
        largest = std::max(largest, share);
      }
      EXPECT_EQ(rows[i]["probabilities"][rows[i]["most_probable"].get<std::string>()], largest);
      n_apart += rows[i]["agrees"] == true ? 0 : 1;
    }
    words.erase(words.begin() + 3);
    const ProgramResult table = run_program(words);
    EXPECT_EQ(table.out.find("another genre is the most probable one") != std::string::npos,
              n_apart > 0)
        << table.out;
    return n_apart;
  }

  Workbench bench;
};

TEST_F(PredictedGenres, NamesWhatTheRunRecordedAndSaysWhereAnotherGenreIsMoreProbable) {
  int n_apart = expect_recorded("svm", {{"method", "{name: svm}"}});
  n_apart += expect_recorded(
      "svm_chunks", {{"method", "{name: svm}"}, {"excerpt", "{name: chunks, length_s: 0.1}"}});
  n_apart += expect_recorded("knn_chunks", {{"method", "{name: knn, neighbours: 3}"},
                                            {"excerpt", "{name: chunks, length_s: 0.1}"}});
  n_apart += expect_recorded("bayes_mean", {{"method", "{name: naive_bayes}"},
                                            {"excerpt", "{name: chunks, length_s: 0.1}"},
                                            {"vote", "mean_probability"}});
  n_apart += expect_recorded(
      "tuned", {{"method", "{name: svm, tune: {c: [0.1, 1, 10]}}"},
                {"split", "{kind: stratified, train_fraction: 0.5, valid_fraction: 0.2}"}});
  EXPECT_GT(n_apart, 0) << "no case in which the two rules differ: this test shows nothing";
}

TEST_F(PredictedGenres, OfAKeptModelAreTheSame) {
  if (!GENREBENCH_WITH_TORCH) GTEST_SKIP() << "built without the deep methods";
  expect_recorded(
      "network",
      {{"method", "{name: gru, preset: quick, epochs: 2, batch_size: 4}"},
       {"features", "{name: mfcc, n_mfcc: 8, n_fft: 256, hop_length: 128, sample_rate_hz: 8000}"},
       {"excerpt", "{name: chunks, length_s: 0.1}"}});
}

TEST_F(PredictedGenres, SaysWhatCannotBePredicted) {
  std::string table = "filename,x,y,label\n";
  for (int i = 0; i < 12; ++i)
    table += std::to_string(i) + ".wav," + std::to_string(i * 5 % 7) + "," +
             std::to_string(i * i % 11) + (i % 2 == 0 ? ",a\n" : ",b\n");
  const auto file = bench.folder.write("t.csv", table);
  ASSERT_EQ(bench
                .run(bench.experiment("table", {{"seeds", "[0]"},
                                                {"features", "{name: table}"},
                                                {"dataset", "{name: feature_table, root: \"" +
                                                                file.string() + "\"}"}}))
                .exit_code,
            0);
  const std::string song = (bench.music / "a" / "a0.wav").string();
  const auto predict = [&](const std::string& experiment, std::vector<std::string> files) {
    files.insert(files.begin(),
                 {"predict", "--run", bench.store()->runs(experiment).front().id, "--db",
                  bench.database.string(), "--cache", bench.cache.string(), "-q"});
    return run_program(files);
  };
  expect_refused(predict("table", {song}), 2,
                 {"learned from a table of features; it cannot hear audio"});

  ASSERT_EQ(bench.run(bench.experiment("knn", {{"seeds", "[0]"}})).exit_code, 0);
  const ProgramResult some = predict("knn", {song, (bench.folder / "missing.wav").string(), song});
  EXPECT_EQ(some.exit_code, 1);
  expect_says(some.err, {"missing.wav"});
  EXPECT_NE(some.out.find("a0.wav"), some.out.rfind("a0.wav"))
      << "both of the others have their row";

  // Fitted again, on other data it would be another method.
  bench.add_tone("a", 99);
  const ProgramResult moved = predict("knn", {song});
  EXPECT_EQ(moved.exit_code, 1);
  expect_says(moved.err, {"it kept no model", "data"});
}

}  // namespace predict_test
}  // namespace genrebench
