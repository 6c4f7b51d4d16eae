// Tables of predictions that were made elsewhere: what they may hold, and what is refused.
#include "harness/run/predictions_table.hpp"

#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "support/pipeline.hpp"

namespace genrebench {
namespace predictions_table_test {

using testing::Pipeline;

class PredictionsTable : public Pipeline {
 protected:
  std::vector<DivisionPredictions> read(const std::string& text) {
    return read_predictions(parse_csv(text, "mine.csv"), divisions_, "experiment.yaml");
  }

  void plan_and_divide(const std::string& text) {
    plan_ = plan("method: {name: nearest_mean}\n" + text);
    divisions_ = divisions_of(plan_);
  }

  /// The ids of a part of a division, in the order of the dataset.
  std::vector<std::string> ids(Part part, std::size_t division = 0) const {
    std::vector<std::string> result;
    const PlannedRun& run = divisions_[division].run();
    for (std::size_t t = 0; t < run.split->parts.size(); ++t)
      if (run.split->parts[t] == part) result.push_back(run.data->dataset->tracks()[t].id);
    return result;
  }

  Plan plan_;
  std::vector<PlannedDivision> divisions_;
};

TEST_F(PredictionsTable, NeedsIdsAndGenresAlone) {
  plan_and_divide("split: {valid_fraction: 0.2}\n");
  const std::string test = ids(Part::test)[1], valid = ids(Part::valid)[0];
  const auto read_here = read("id,predicted\n" + test + ",low\n" + valid + ",high\n");
  ASSERT_EQ(read_here.size(), 1u);
  EXPECT_EQ(read_here[0].division, &divisions_[0]);
  EXPECT_FALSE(read_here[0].has_probabilities);
  EXPECT_EQ(read_here[0].predictions.labels, (std::vector<int>{1, 0}));
  EXPECT_EQ(read_here[0].predictions.probabilities(0, 1), 1.0);
  EXPECT_EQ(read_here[0].rows_of(Part::test), std::vector<std::size_t>{0});
  EXPECT_EQ(read_here[0].rows_of(Part::valid), std::vector<std::size_t>{1});
}

TEST_F(PredictionsTable, ProbabilitiesMayStandForTheGenreAndMayDisagreeWithIt) {
  plan_and_divide("");
  const std::string id = ids(Part::test)[0];
  const auto alone = read("low,id,high\n0.25," + id + ",0.75\n0.5," + id + ",0.5\n");
  EXPECT_TRUE(alone[0].has_probabilities);
  EXPECT_EQ(alone[0].predictions.labels, (std::vector<int>{0, 0})) << "the first wins a tie";
  EXPECT_EQ(alone[0].predictions.probabilities(0, 1), 0.25);
  EXPECT_EQ(alone[0].tracks[0], alone[0].tracks[1]) << "two excerpts of one track";
  const auto both = read("id,predicted,high,low\n" + id + ",low,0.75,0.25\n");
  EXPECT_EQ(both[0].predictions.labels, std::vector<int>{1});
}

TEST_F(PredictionsTable, RowsAreForTheSplitAndTheSeedThatTheyName) {
  plan_and_divide("seeds: [3, 4]\n");
  const std::string a = ids(Part::test, 0)[0], b = ids(Part::test, 1)[0];
  const auto by_split = read("id,predicted,split\n" + b + ",low," + divisions_[1].name + "\n" + a +
                             ",high," + divisions_[0].name + "\n");
  ASSERT_EQ(by_split.size(), 2u);
  EXPECT_EQ(by_split[0].division, &divisions_[0]);
  EXPECT_EQ(by_split[1].predictions.labels, std::vector<int>{1});
  const auto by_seed = read("id,predicted,seed\n" + b + ",low,4\n");
  ASSERT_EQ(by_seed.size(), 1u);
  EXPECT_EQ(by_seed[0].division, &divisions_[1]);
  EXPECT_THROW_SAYING(read("id,predicted\n" + a + ",low\n"), DataError, "has 2 splits",
                      "column 'split'");
}

TEST_F(PredictionsTable, ColumnsOfTheSplitsTableMayStay) {
  plan_and_divide("");
  std::string text = "predicted,";
  for (const std::string& column : division_columns()) text += column + ",";
  text.back() = '\n';
  text +=
      "low," + ids(Part::test)[0] + ",/music/x.wav,test,somebody,,0," + divisions_[0].name + "\n";
  EXPECT_EQ(read(text)[0].predictions.labels, std::vector<int>{1});
}

TEST_F(PredictionsTable, RefusesTracksThatAreUnknownOrNotTested) {
  plan_and_divide("");
  EXPECT_THROW_SAYING(read("id,predicted\ntrack10,low\n"), DataError, "mine.csv:2", "column 'id'",
                      "did you mean 'track10", "found 'track10'");
  const std::string train = ids(Part::train)[0];
  EXPECT_THROW_SAYING(read("id,predicted\n" + train + ",low\n"), DataError, "mine.csv:2",
                      "training part", divisions_[0].name, train);
}

TEST_F(PredictionsTable, RefusesTheSplitOfAnotherPlan) {
  plan_and_divide("");
  const std::string id = ids(Part::test)[0];
  EXPECT_THROW_SAYING(read("id,predicted,split\n" + id + ",low,0123456789ab\n"), DataError,
                      "mine.csv:2", "column 'split'", "another plan", "genrebench split",
                      "found '0123456789ab'");
  EXPECT_THROW_SAYING(read("id,predicted,seed\n" + id + ",low,7\n"), DataError, "column 'seed'",
                      "experiment.yaml", "found '7'");
  EXPECT_THROW_SAYING(
      read("id,predicted,seed,split\n" + id + ",low,7," + divisions_[0].name + "\n"), DataError,
      "with seed 7");
}

TEST_F(PredictionsTable, RefusesGenresColumnsAndProbabilitiesThatAreWrong) {
  plan_and_divide("");
  const std::string id = ids(Part::test)[0];
  EXPECT_THROW_SAYING(read("id,predicted\n" + id + ",lo\n"), DataError, "mine.csv:2",
                      "unknown genre 'lo'", "did you mean 'low'?");
  EXPECT_THROW_SAYING(read("id,predicted\n"), DataError, "mine.csv", "found no row");
  EXPECT_THROW_SAYING(read("id,prediction\n" + id + ",low\n"), DataError,
                      "unknown column 'prediction'", "did you mean 'predicted'?");
  EXPECT_THROW_SAYING(read("id\n" + id + "\n"), DataError, "column 'predicted'", "found neither");
  EXPECT_THROW_SAYING(read("predicted\nlow\n"), DataError, "unknown column 'id'");
  EXPECT_THROW_SAYING(read("id,high\n" + id + ",1\n"), DataError, "found 1 of 2", "missing: low");
  const auto probabilities = [&](const std::string& two) {
    read("id,high,low\n" + id + "," + two + "\n");
  };
  EXPECT_THROW_SAYING(probabilities("nan,0.5"), DataError, "mine.csv:2", "column 'high'", "'nan'");
  EXPECT_THROW_SAYING(probabilities("0.5,"), DataError, "column 'low'", "found ''");
  EXPECT_THROW_SAYING(probabilities("1.5,-0.5"), DataError, "column 'high'", "'1.5'");
  EXPECT_THROW_SAYING(probabilities("0.5,0.25"), DataError, "mine.csv:2", "a sum of 0.75");
}

TEST_F(PredictionsTable, IsWhatAStoredRunGives) {
  plan_and_divide("split: {valid_fraction: 0.2}\nseeds: [5]\n");
  run(plan_);
  const auto stored = store();
  const std::string id = plan_.runs[0].id;
  std::vector<PredictionRecord> all = stored->predictions(id, "valid");
  for (const PredictionRecord& one : stored->predictions(id, "test")) all.push_back(one);
  const auto again = read(predictions_csv(*stored->run(id), all));
  ASSERT_EQ(again.size(), 1u);
  ASSERT_EQ(again[0].tracks.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(again[0].predictions.labels[i], all[i].predicted);
    for (std::size_t c = 0; c < 2; ++c)
      EXPECT_EQ(static_cast<float>(again[0].predictions.probabilities(
                    static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c))),
                all[i].probabilities[c]);
  }
}

}  // namespace predictions_table_test
}  // namespace genrebench
