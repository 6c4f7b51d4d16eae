// What `predict` names is what the run recorded, whatever the method's probabilities say.
#include "harness/run/prediction.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/random.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/workers/sweep.hpp"
#include "signal/audio/audio.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace prediction_test {

using testing::SilentProgress;
using testing::TemporaryFolder;

/// Tones with noise in two genres that overlap, so that few answers are sure.
class Tones final : public Dataset {
 public:
  explicit Tones(const std::filesystem::path& folder) {
    for (int t = 0; t < 16; ++t) {
      Random random(static_cast<std::uint64_t>(t) + 1);
      const double frequency_hz = 400.0 + 150.0 * (t % 2) + 120.0 * random.normal();
      std::vector<float> samples(16000);
      for (std::size_t n = 0; n < samples.size(); ++n)
        samples[n] = static_cast<float>(0.3 * std::sin(2.0 * std::numbers::pi * frequency_hz *
                                                       static_cast<double>(n) / 8000.0) +
                                        0.05 * random.normal());
      const std::filesystem::path file = folder / ("tone" + std::to_string(100 + t) + ".wav");
      if (!std::filesystem::exists(file)) write_wav(file, samples, 8000);
      tracks_.push_back({.id = file.stem().string(),
                         .genre = t % 2,
                         .audio = file,
                         .groups = {},
                         .features = {}});
    }
  }
  const std::vector<std::string>& genres() const override { return genres_; }
  const std::vector<Track>& tracks() const override { return tracks_; }

 private:
  std::vector<std::string> genres_ = {"high, but \"not\" too", "low\nlow"};
  std::vector<Track> tracks_;
};

constexpr double kSilence = -400.0;  ///< mean of the first coefficient, below that of any tone

struct ContraryOptions {
  double offset = 0.0;
};

const OptionTable<ContraryOptions>& contrary_table() {
  static const auto table = OptionTable<ContraryOptions>().number(
      "offset", &ContraryOptions::offset, -100, 100, "Moves its answers.");
  return table;
}

/// Decides by one feature and gives probabilities by another, so that its labels are often not the
/// most probable classes. Of silence it gives no number.
class Contrary final : public Method {
 public:
  explicit Contrary(double offset) : offset_(offset) {}

  void fit(const Examples& train, const Examples&, FitContext&) override {
    n_classes_ = train.n_classes;
  }

  Predictions predict(const Examples& examples) const override {
    const Eigen::MatrixXd rows = to_rows(examples);
    Predictions result;
    result.probabilities = Eigen::MatrixXd::Zero(rows.rows(), n_classes_);
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
      const double share =
          rows(i, 0) < kSilence ? std::nan("") : 1.0 / (1.0 + std::exp(-rows(i, 0)));
      result.probabilities.row(i) << share, 1.0 - share;
      result.labels.push_back(rows(i, 1) + offset_ > 0.0 ? 1 : 0);
    }
    return result;
  }

 private:
  double offset_;
  int n_classes_ = 0;
};

class PredictionOfRuns : public ::testing::Test {
 protected:
  PredictionOfRuns() {
    register_all_pipeline(registry_);
    registry_.datasets.add(
        {{.name = "tones", .summary = "For tests."}, [this](const OptionValues&, const Registry&) {
           return std::make_unique<Tones>(folder_.path());
         }});
    registry_.methods.add(
        {{.name = "contrary", .summary = "For tests.", .options = contrary_table().schema()},
         false,
         [](const OptionValues& values, std::uint64_t) {
           return std::make_unique<Contrary>(contrary_table().parse(values).offset);
         }});
    registry_.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
  }

  Plan plan(const std::string& text) {
    const auto file =
        folder_.write("experiment.yaml",
                      "dataset: {name: tones}\nfeatures: {name: mfcc_statistics, sample_rate_hz: "
                      "8000, n_fft: 256, hop_length: 128, n_mels: 20, n_mfcc: 6}\n" +
                          text);
    return make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_);
  }

  /// Does the plan's only run.
  RunRecord run(const Plan& plan) {
    store_ = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
    execute(plan, *store_, registry_, hashes_, {}, progress_);
    return store_->run(plan.runs.front().id).value();
  }

  std::filesystem::path file(const std::string& track) const { return folder_ / (track + ".wav"); }

  /// Compares what is recorded with what is predicted. @return  how many labels are not the most
  /// probable class
  int expect_recorded(const RunRecord& record) {
    EXPECT_EQ(record.status, RunStatus::done) << record.message;
    const StoredClassifier classify(*store_, record, registry_, hashes_, {}, progress_);
    EXPECT_EQ(classify.genres(), record.fact_list("dataset.genres"));
    int n_apart = 0;
    for (const char* part : {"valid", "test"}) {
      const std::vector<PredictionRecord> recorded = store_->predictions(record.id, part);
      std::vector<std::filesystem::path> files;
      for (const PredictionRecord& one : recorded) files.push_back(file(one.track));
      const std::vector<FilePrediction> predictions = classify(files);
      EXPECT_EQ(predictions.size(), recorded.size());
      for (std::size_t i = 0; i < predictions.size(); ++i) {
        EXPECT_EQ(predictions[i].error, "");
        EXPECT_EQ(predictions[i].label, recorded[i].predicted) << recorded[i].track;
        n_apart += predictions[i].most_probable() != predictions[i].label ? 1 : 0;
        for (std::size_t c = 0; c < recorded[i].probabilities.size(); ++c)
          EXPECT_EQ(static_cast<float>(predictions[i].probabilities[static_cast<Eigen::Index>(c)]),
                    recorded[i].probabilities[c]);
      }
    }
    return n_apart;
  }

  TemporaryFolder folder_;
  Registry registry_;
  FileHashes hashes_{{}};
  SilentProgress progress_;
  std::unique_ptr<RunStore> store_;
};

TEST_F(PredictionOfRuns, AreTheRecordedLabelsWithEveryVoteAndWhetherOrNotFeaturesAreStandardised) {
  int n_apart = 0;
  for (const std::string vote : {"majority", "mean_probability"})
    for (const std::string excerpt :
         {"{name: full}", "{name: chunks, length_s: 0.3}", "{name: clips, length_s: 0.5}"})
      for (const std::string standardise : {"true", "false"}) {
        const Plan one = plan(
            "method: {name: contrary, offset: 0.2}\nsplit: {train_fraction: 0.5, valid_fraction: "
            "0.25}\nvote: " +
            vote + "\nexcerpt: " + excerpt + "\nstandardise: " + standardise + "\n");
        n_apart += expect_recorded(run(one));
      }
  EXPECT_GT(n_apart, 10)
      << "the method must contradict its probabilities, or this test shows nothing";
}

TEST_F(PredictionOfRuns, AreThoseOfTheOptionsThatTuningChose) {
  const RunRecord record =
      run(plan("method: {name: contrary, tune: {offset: [-3, 0.1, 3]}}\nsplit: {train_fraction: "
               "0.5, valid_fraction: 0.25}\n"));
  expect_recorded(record);
  EXPECT_NE(record.fact("tuned.offset"), "");
}

TEST_F(PredictionOfRuns, HaveTheTemperatureThatTheRunFitted) {
  for (const std::string excerpt : {"{name: full}", "{name: chunks, length_s: 0.3}"}) {
    const RunRecord record =
        run(plan("method: {name: contrary, offset: 0.2}\nsplit: {train_fraction: 0.5, "
                 "valid_fraction: 0.25}\ncalibrate: temperature\nexcerpt: " +
                 excerpt + "\n"));
    expect_recorded(record);
    EXPECT_NE(record.fact("calibration.temperature"), "");
    EXPECT_NE(record.fact("calibration.temperature"), "1");
  }
}

TEST_F(PredictionOfRuns, OfExcerptsThatWereDividedAreOfAllExcerptsAndSaySo) {
  const RunRecord record =
      run(plan("method: {name: contrary}\nsplit: {train_fraction: 0.5, leaky: true, unit: "
               "excerpt}\nexcerpt: {name: chunks, length_s: 0.3}\n"));
  const StoredClassifier classify(*store_, record, registry_, hashes_, {}, progress_);
  ASSERT_EQ(classify.notes().size(), 1u);
  EXPECT_NE(classify.notes().front().find("all excerpts of a file"), std::string::npos);
}

TEST_F(PredictionOfRuns, AFileThatCannotBeUsedIsAnErrorOfItsOwn) {
  const RunRecord record = run(plan("method: {name: contrary}\n"));
  const StoredClassifier classify(*store_, record, registry_, hashes_, {}, progress_);
  const auto bad = folder_.write("bad.wav", "no sound at all");
  const std::vector<FilePrediction> predictions =
      classify({file("tone100"), bad, file("tone101"), folder_ / "missing.wav", file("tone100")});
  ASSERT_EQ(predictions.size(), 5u);
  EXPECT_NE(predictions[1].error.find("bad.wav"), std::string::npos);
  EXPECT_NE(predictions[3].error.find("missing.wav"), std::string::npos);
  for (const std::size_t i : {0u, 2u, 4u}) EXPECT_EQ(predictions[i].error, "") << i;
  EXPECT_EQ(predictions[0].label, predictions[4].label)
      << "a file that is named twice has two entries";
  EXPECT_EQ(predictions[0].probabilities, predictions[4].probabilities);
  EXPECT_TRUE(classify({}).empty());
}

TEST_F(PredictionOfRuns, AFileThatTheMethodHasNoNumbersForDoesNotSpoilTheOthers) {
  const RunRecord record = run(plan("method: {name: contrary}\nstandardise: false\n"));
  const StoredClassifier classify(*store_, record, registry_, hashes_, {}, progress_);
  const std::filesystem::path silent = folder_ / "silent.wav";
  write_wav(silent, std::vector<float>(8000), 8000);
  const std::vector<FilePrediction> alone = classify({file("tone103")}),
                                    among = classify({silent, file("tone103"), silent});
  ASSERT_EQ(among.size(), 3u);
  for (const std::size_t i : {0u, 2u}) {
    EXPECT_NE(among[i].error.find("silent.wav"), std::string::npos);
    EXPECT_NE(among[i].error.find("1 of 1 tracks are not finite numbers"), std::string::npos)
        << among[i].error;
  }
  EXPECT_EQ(among[1].error, "");
  EXPECT_EQ(among[1].label, alone[0].label);
}

TEST_F(PredictionOfRuns, OfARunThatCannotPredictAreRefused) {
  RunRecord record = run(plan("method: {name: contrary}\n"));
  const auto refused = [&](const std::string& said) {
    EXPECT_THROW_SAYING(StoredClassifier(*store_, record, registry_, hashes_, {}, progress_),
                        std::runtime_error, said);
  };
  record.status = RunStatus::failed;
  refused("only a run that is done can predict");
  record.status = RunStatus::done;
  const auto parameters = record.parameters;
  std::erase_if(record.parameters,
                [](const auto& one) { return one.first.starts_with("features."); });
  record.parameters["features.name"] = "table";
  refused("learned from a table of features; it cannot hear audio");
  record.parameters = parameters;
  record.parameters["method.offset"] = "1.5";  // as if the data or the program had changed since
  refused("it kept no model");
}

}  // namespace prediction_test
}  // namespace genrebench
