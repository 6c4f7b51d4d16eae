// Predictions that were made elsewhere become runs by the rules of our own.
#include "harness/run/imported_runs.hpp"

#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "harness/run/predictions_table.hpp"
#include "support/pipeline.hpp"

namespace genrebench {
namespace imported_runs_test {

using testing::Pipeline;

class ImportedRuns : public Pipeline {
 protected:
  void plan_and_divide(const std::string& text) {
    plan_ = plan("method: {name: nearest_mean}\n" + text);
    divisions_ = divisions_of(plan_);
  }

  std::vector<ImportedRun> take_over(const std::string& text, const std::string& name = "theirs") {
    const CsvTable table = parse_csv(text, "mine.csv");
    const PredictionImport score(registry_, "experiment.yaml", [this](const PlannedRun&) {
      ++n_asked_;
      return unusable_;
    });
    return score(divisions_, {.table = table, .file_name = "mine.csv", .sha256 = "abc"}, name);
  }

  /// A table in which every track of the parts is said to be "high".
  std::string all_high(const std::vector<Part>& parts, std::size_t division = 0) const {
    std::string text = "id,predicted\n";
    const PlannedRun& run = divisions_[division].run();
    for (std::size_t t = 0; t < run.split->parts.size(); ++t)
      if (std::count(parts.begin(), parts.end(), run.split->parts[t]) > 0)
        text += run.data->dataset->tracks()[t].id + ",high\n";
    return text;
  }

  static double metric(const RunResult& result, const std::string& split, const std::string& name) {
    for (const MetricRecord& one : result.metrics)
      if (one.split == split && one.name == name) return one.value;
    ADD_FAILURE() << "no " << name;
    return -1.0;
  }

  Plan plan_;
  std::vector<PlannedDivision> divisions_;
  std::vector<BadTrackRecord> unusable_;
  int n_asked_ = 0;
};

TEST_F(ImportedRuns, HaveTheResultOfTheStoredRunThatTheyRepeat) {
  plan_and_divide("split: {valid_fraction: 0.2}\nseeds: [5, 6]\n");
  run(plan_);
  const auto stored = store();
  for (const PlannedRun& planned : plan_.runs) {
    const RunRecord own = *stored->run(planned.id);
    std::vector<PredictionRecord> all = stored->predictions(own.id, "valid");
    for (const PredictionRecord& one : stored->predictions(own.id, "test")) all.push_back(one);
    const auto imported = take_over(predictions_csv(own, all));
    ASSERT_EQ(imported.size(), 1u);
    const RunResult& result = imported[0].result;
    for (const MetricRecord& one : stored->metrics(own.id)) {
      if (one.split == "train" || one.step != -1) continue;
      EXPECT_EQ(metric(result, one.split, one.name), one.value) << one.split << " " << one.name;
    }
    ASSERT_EQ(result.predictions.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(result.predictions[i].track, all[i].track);
      EXPECT_EQ(result.predictions[i].truth, all[i].truth);
      EXPECT_EQ(result.predictions[i].predicted, all[i].predicted);
      EXPECT_EQ(result.predictions[i].probabilities, all[i].probabilities);
      EXPECT_EQ(result.predictions[i].cluster, all[i].cluster);
    }
    for (const auto& [key, value] : own.facts) {
      if (!key.starts_with("split.") && !key.starts_with("dataset.")) continue;
      EXPECT_EQ(result.facts.at(key), value) << key;
    }
  }
}

TEST_F(ImportedRuns, SayWhereTheyAreFromAndWhatTheyAreFor) {
  plan_and_divide("");
  const auto imported = take_over(all_high({Part::test}));
  ASSERT_EQ(imported.size(), 1u);
  const RunRecord& run = imported[0].run;
  EXPECT_EQ(run.origin, RunOrigin::imported);
  EXPECT_EQ(run.status, RunStatus::done);
  EXPECT_EQ(run.seed, 0u);
  EXPECT_EQ(run.dataset_fingerprint, plan_.runs[0].data->fingerprint);
  EXPECT_EQ(run.id.size(), 64u);
  EXPECT_EQ(run.parameter("method.name"), "theirs");
  EXPECT_EQ(run.parameter("dataset.name"), "small");
  EXPECT_EQ(run.parameter("split.kind"), "stratified");
  EXPECT_EQ(run.parameter("features.name"), "");
  EXPECT_EQ(imported[0].result.facts.at("import.file"), "mine.csv");
  EXPECT_EQ(imported[0].result.facts.at("import.sha256"), "abc");
  for (const PredictionRecord& one : imported[0].result.predictions)
    EXPECT_TRUE(one.probabilities.empty()) << "none were given";
  EXPECT_DOUBLE_EQ(metric(imported[0].result, "test", "recall/high"), 1.0);
  EXPECT_DOUBLE_EQ(metric(imported[0].result, "test", "recall/low"), 0.0);
  EXPECT_EQ(n_asked_, 0) << "no track is missing";
}

TEST_F(ImportedRuns, IdFollowsFromThePredictionsAndNotFromTheOrderOfTheRows) {
  plan_and_divide("");
  const std::string text = all_high({Part::test});
  const std::string id = take_over(text)[0].run.id;
  std::string reversed;
  std::string other = text;
  other.replace(other.find(",high"), 5, ",low");
  std::size_t begin = text.find('\n') + 1;
  for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    reversed.insert(0, text.substr(begin, end + 1 - begin));
  EXPECT_EQ(take_over("id,predicted\n" + reversed)[0].run.id, id);
  EXPECT_NE(take_over(other)[0].run.id, id);
  EXPECT_NE(take_over(text, "others")[0].run.id, id);
}

TEST_F(ImportedRuns, VoteOverTheRowsOfATrack) {
  plan_and_divide("");
  std::string text = all_high({Part::test});
  const std::size_t begin = text.find('\n') + 1;
  const std::string id = text.substr(begin, text.find(',', begin) - begin);
  text += id + ",low\n" + id + ",low\n";
  const RunResult result = take_over(text)[0].result;
  EXPECT_EQ(result.predictions[0].track, id);
  EXPECT_EQ(result.predictions[0].predicted, 1) << "two of three say low";
  EXPECT_GE(metric(result, "test", "segment_accuracy"), 0.0);
  plan_and_divide("sweep: {grid: {vote: [majority, mean_probability]}}\n");
  EXPECT_THROW_SAYING(take_over(text), ConfigError, "experiment.yaml", "vote=majority");
}

TEST_F(ImportedRuns, NeedEveryTestTrackThatOurOwnRunsCanUse) {
  plan_and_divide("");
  std::string text = all_high({Part::test});
  const std::size_t begin = text.find('\n') + 1, end = text.find('\n', begin) + 1;
  const std::string id = text.substr(begin, text.find(',', begin) - begin);
  text.erase(begin, end - begin);
  EXPECT_THROW_SAYING(take_over(text), DataError, "mine.csv", "1 of ", "test part", id,
                      divisions_[0].name);
  EXPECT_EQ(n_asked_, 1);
  unusable_ = {{id, "it cannot be decoded"}, {"another", "nobody asks for it"}};
  const auto imported = take_over(text);
  ASSERT_EQ(imported[0].result.bad_tracks.size(), 1u);
  EXPECT_EQ(imported[0].result.bad_tracks[0].track, id);
  EXPECT_EQ(imported[0].result.bad_tracks[0].message, "it cannot be decoded");
}

TEST_F(ImportedRuns, NeedAllOfTheValidationPartOrNothingOfIt) {
  plan_and_divide("split: {valid_fraction: 0.2}\n");
  EXPECT_EQ(take_over(all_high({Part::test}))[0].result.facts.at("split.n_valid"), "0");
  EXPECT_NE(take_over(all_high({Part::test, Part::valid}))[0].result.facts.at("split.n_valid"),
            "0");
  std::string text = all_high({Part::test, Part::valid});
  for (std::size_t t = 0; t < 40; ++t)
    if (plan_.runs[0].split->parts[t] == Part::valid) {
      const std::string line = plan_.runs[0].data->dataset->tracks()[t].id + ",high\n";
      text.erase(text.find(line), line.size());
      break;
    }
  EXPECT_THROW_SAYING(take_over(text), DataError, "1 of ", "valid part");
  EXPECT_THROW_SAYING(take_over(all_high({Part::valid})), DataError, "no track of the test part");
}

TEST_F(ImportedRuns, CannotHaveTheNameOfAMethodOfOurs) {
  plan_and_divide("");
  EXPECT_THROW_SAYING(take_over(all_high({Part::test}), "nearest_mean"), ConfigError,
                      "'nearest_mean'", "another name");
}

}  // namespace imported_runs_test
}  // namespace genrebench
