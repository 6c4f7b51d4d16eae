// The report `calibration`: its tables, figures and data.
#include <gtest/gtest.h>

#include <set>

#include "base/error.hpp"
#include "reports/example_forecasts.hpp"
#include "reports/example_runs.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_calibration(Registry& registry);

namespace calibration_test {

class CalibrationReport : public ::testing::Test {
 protected:
  std::string add(const std::string& method, const ExampleForecasts& forecasts,
                  const std::string& division, ExampleRun run = {}) {
    run.method = method;
    run.seed = forecasts.seed;
    run.division = division;
    run.predictions = example_forecasts(forecasts);
    run.facts.insert({"split.clusters", "artist"});
    double n_right = 0.0;
    for (const PredictionRecord& one : run.predictions) n_right += one.truth == one.predicted;
    run.accuracy = n_right / static_cast<double>(run.predictions.size());
    return add_run(store_, run);
  }
  Document render(const OptionValues& options = {}) {
    return render_report(&register_calibration, store_, {}, options);
  }
  static const Table& table(const Document& document, const std::string& id) {
    const Table* found = find_table(document, id);
    EXPECT_NE(found, nullptr) << id;
    static const Table kNone;
    return found == nullptr ? kNone : *found;
  }
  /// The shown table whose id ends so.
  static const Table& shown_table(const Document& document, const std::string& end) {
    static const Table kNone;
    for (const auto& part : document.body)
      if (const auto* found = std::get_if<Table>(&part);
          found != nullptr && found->id.ends_with(end))
        return *found;
    ADD_FAILURE() << end;
    return kNone;
  }
  static std::vector<const Figure*> figures(const Document& document) {
    std::vector<const Figure*> result;
    for (const auto& part : document.body)
      if (const auto* figure = std::get_if<Figure>(&part)) result.push_back(figure);
    return result;
  }

  MemoryStore store_;
};

TEST_F(CalibrationReport, ShowsEveryConfigurationWithItsScoresAndFigures) {
  for (std::uint64_t seed = 1; seed < 4; ++seed) {
    add("svm", {.seed = seed}, std::to_string(seed));
    add("knn", {.seed = seed, .sharpness = 3.0}, std::to_string(seed));
  }
  const Document document = render();
  const Table& scores = shown_table(document, "-scores");
  ASSERT_EQ(scores.rows.size(), 2u);
  EXPECT_EQ(column(scores, 0), (std::vector<std::string>{"method.name=svm", "method.name=knn"}));
  EXPECT_TRUE(contains(text_at(scores, "method.name=svm", "log loss"), "±"));
  EXPECT_TRUE(has_note(scores, "clipped"));
  EXPECT_TRUE(has_note(scores, "reliability − resolution + uncertainty"));
  const Table& errors = shown_table(document, "-errors");
  EXPECT_TRUE(contains(text_at(errors, "method.name=knn", "confidence − accuracy"), "+"));
  EXPECT_EQ(errors.columns.back(), "excess area") << "no run has a temperature";
  // Two reliability diagrams and one figure of risk.
  EXPECT_EQ(figures(document).size(), 3u);
  EXPECT_TRUE(has_note(*figures(document).front(), "of 36 test tracks over 3 runs"));
}

TEST_F(CalibrationReport, EveryNumberNamesItsRuns) {
  std::set<std::string> ids;
  for (std::uint64_t seed = 1; seed < 3; ++seed)
    ids.insert(add("svm", {.seed = seed}, std::to_string(seed)));
  const Document document = render();
  for (const std::string id :
       {"calibration_runs", "calibration_scores", "calibration_bins", "calibration_risks"}) {
    const Table& data = table(document, id);
    ASSERT_FALSE(data.rows.empty()) << id;
    const bool of_runs = id == "calibration_runs";
    const auto place = static_cast<std::size_t>(
        std::find(data.columns.begin(), data.columns.end(), of_runs ? "run_id" : "run_ids") -
        data.columns.begin());
    for (const auto& row : data.rows) {
      ASSERT_EQ(row.size(), data.columns.size());
      EXPECT_TRUE(of_runs ? ids.contains(row[place].text)
                          : row[place].text == *ids.begin() + " " + *ids.rbegin())
          << row[place].text;
    }
  }
  EXPECT_EQ(table(document, "calibration_runs").rows.size(), 2u);
  EXPECT_EQ(table(document, "calibration_bins").rows.size(), 10u);
  EXPECT_EQ(table(document, "calibration_risks").rows.size(), 20u);
}

TEST_F(CalibrationReport, OneDivisionHasIntervalsOverItsArtists) {
  add("svm", {}, "only");
  const Document document = render();
  const Table& data = table(document, "calibration_scores");
  const auto method = static_cast<std::size_t>(
      std::find(data.columns.begin(), data.columns.end(), "ci_method") - data.columns.begin());
  for (const auto& row : data.rows) {
    if (row[4].text == "log_loss" || row[4].text == "risk_coverage_area") {
      EXPECT_EQ(row[method].text, "bootstrap_artists") << row[4].text;
    }
    if (row[4].text.starts_with("ece")) {
      EXPECT_EQ(row[method].text, "") << row[4].text;
    }
  }
  EXPECT_TRUE(has_note(shown_table(document, "-scores"), "artists"));
  EXPECT_TRUE(
      has_note(shown_table(document, "-errors"), "Over one division they have no interval"));
}

TEST_F(CalibrationReport, NumbersOfALeakySplitAreMarkedEverywhere) {
  add("svm", {}, "only", {.leaky = true});
  const Document document = render();
  for (const std::string end : {"-scores", "-errors"}) {
    const Table& shown = shown_table(document, end);
    for (std::size_t c = 2; c < shown.columns.size(); ++c)
      EXPECT_TRUE(contains(shown.rows[0][c].text, "†")) << shown.columns[c];
    EXPECT_TRUE(has_note(shown, "†"));
  }
  for (const Figure* figure : figures(document)) EXPECT_TRUE(has_note(*figure, "†")) << figure->id;
}

TEST_F(CalibrationReport, ShowsTheTemperaturesOfScaledRuns) {
  add("svm", {.sharpness = 2.0}, "only");
  add("svm", {}, "only",
      {.parameters = {{"calibrate", "temperature"}},
       .facts = {{"calibration.temperature", "2.0125"}}});
  const Document document = render();
  const Table& errors = shown_table(document, "-errors");
  EXPECT_EQ(column(errors, errors.columns.size() - 1), (std::vector<std::string>{"–", "2.01"}));
  EXPECT_TRUE(has_note(errors, "fitted on the validation part"));
  EXPECT_TRUE(contains(errors.rows[1][0].text, "temperature"));
}

TEST_F(CalibrationReport, NamesWhatHasNoProbabilities) {
  add("svm", {}, "only");
  auto without = example_forecasts({});
  for (PredictionRecord& one : without) one.probabilities.clear();
  add_run(store_, {.method = "theirs", .accuracy = 0.5, .predictions = without});
  const Document document = render();
  bool named = false;
  for (const auto& part : document.body)
    if (const auto* text = std::get_if<Paragraph>(&part))
      named = named ||
              (contains(text->text, "Without probabilities") && contains(text->text, "theirs"));
  EXPECT_TRUE(named);
  EXPECT_EQ(shown_table(document, "-scores").rows.size(), 1u);
}

TEST_F(CalibrationReport, OfNoProbabilitiesIsRefused) {
  add_run(store_, {.accuracy = 0.5});
  EXPECT_THROW_SAYING(render(), ConfigError, "calibration", "no run in scope has probabilities");
}

TEST_F(CalibrationReport, LimitsItsFiguresAndSaysSo) {
  add("svm", {}, "only");
  add("knn", {}, "only");
  const Document document = render({{"figures", OptionValue(std::int64_t{1})}});
  EXPECT_EQ(figures(document).size(), 2u);
  bool said = false;
  for (const auto& part : document.body)
    if (const auto* text = std::get_if<Paragraph>(&part))
      said = said || contains(text->text, "1 of 2 configurations");
  EXPECT_TRUE(said);
  EXPECT_EQ(table(document, "calibration_bins").rows.size(), 20u);
}

TEST_F(CalibrationReport, IsTheSameForTheSameStore) {
  add("svm", {}, "only");
  const Document a = render(), b = render();
  ASSERT_EQ(a.data.size(), b.data.size());
  for (std::size_t t = 0; t < a.data.size(); ++t) {
    ASSERT_EQ(a.data[t].rows.size(), b.data[t].rows.size());
    for (std::size_t r = 0; r < a.data[t].rows.size(); ++r)
      for (std::size_t c = 0; c < a.data[t].columns.size(); ++c)
        EXPECT_EQ(a.data[t].rows[r][c].text, b.data[t].rows[r][c].text);
  }
  EXPECT_EQ(figures(a).front()->picture.svg(), figures(b).front()->picture.svg());
}

}  // namespace calibration_test
}  // namespace genrebench
