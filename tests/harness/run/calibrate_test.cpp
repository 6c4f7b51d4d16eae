// Runs whose probabilities are scaled (`calibrate: temperature`): what is recorded, what stays as
// it is, and what is refused.
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "harness/run/temperature.hpp"
#include "support/pipeline.hpp"

namespace genrebench {
namespace calibrate_test {

using testing::Pipeline;

const std::string kMethod = "method: {name: nearest_mean}\n";
const std::string kSplit = "split: {valid_fraction: 0.2}\n";
const std::string kScaled = "calibrate: temperature\n";
/// Nothing can be learned, so that no method is right to be sure.
const std::string kPermuted = "sanity: {permute_labels: true}\n";

double log_loss_of(const std::vector<PredictionRecord>& predictions) {
  double sum = 0.0;
  for (const PredictionRecord& one : predictions)
    sum -= std::log(static_cast<double>(one.probabilities[static_cast<std::size_t>(one.truth)]));
  return sum / static_cast<double>(predictions.size());
}

TEST_F(Pipeline, ScaledProbabilitiesKeepEveryGenreAndFitTheValidationPart) {
  const Plan plain = plan(kMethod + kSplit + kPermuted),
             scaled = plan(kMethod + kSplit + kPermuted + kScaled);
  EXPECT_EQ(plain.runs[0].split->parts, scaled.runs[0].split->parts);
  run(plain);
  run(scaled);
  const auto s = store();
  const RunRecord record = s->run(scaled.runs[0].id).value();
  ASSERT_EQ(record.status, RunStatus::done) << record.message;
  EXPECT_FALSE(facts::kTemperature.recorded(s->run(plain.runs[0].id).value()));
  const double temperature = std::stod(facts::kTemperature.of(record));
  EXPECT_GT(temperature, 1.0) << "the method is sure where there is nothing to know";
  for (const std::string part : {"valid", "test"}) {
    SCOPED_TRACE(part);
    const auto before = s->predictions(plain.runs[0].id, part),
               after = s->predictions(record.id, part);
    ASSERT_FALSE(before.empty());
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      EXPECT_EQ(before[i].track, after[i].track);
      EXPECT_EQ(before[i].predicted, after[i].predicted);
      const Eigen::MatrixXd p =
          Eigen::Map<const Eigen::RowVectorXf>(before[i].probabilities.data(), 2).cast<double>();
      const Eigen::MatrixXd q = at_temperature(p, temperature);
      for (const std::size_t c : {0u, 1u})
        EXPECT_NEAR(after[i].probabilities[c], q(0, static_cast<Eigen::Index>(c)), 1e-4);
    }
    for (const std::string metric : {"accuracy", "macro_f1"})
      EXPECT_EQ(s->metric(plain.runs[0].id, part, metric), s->metric(record.id, part, metric));
  }
  EXPECT_LT(log_loss_of(s->predictions(record.id, "valid")),
            log_loss_of(s->predictions(plain.runs[0].id, "valid")));
}

TEST_F(Pipeline, TheTemperatureIsFittedWithoutTheTestPart) {
  const Plan p = plan(kMethod + kSplit + kScaled);
  run(p);
  ASSERT_EQ(store()->run(p.runs[0].id).value().status, RunStatus::done);
  // Of validation: once for the temperature and once to be recorded. Train and test: once.
  ASSERT_EQ(seen_.predictions.size(), 4u);
  const std::size_t n_valid = seen_.fits[1].size(), n_train = seen_.fits[0].size();
  EXPECT_EQ(seen_.predictions[0].size(), n_valid);
  EXPECT_EQ(seen_.predictions[1].size(), n_train);
  EXPECT_EQ(seen_.predictions[2].size(), n_valid);
  EXPECT_EQ(seen_.predictions[3].size(), 40u - n_train - n_valid);
}

TEST_F(Pipeline, ATemperatureAtItsLimitIsAWarning) {
  // A method that knows nothing and is sure: nearly every temperature is too low.
  const Plan p = plan(kMethod + kSplit + kScaled);
  run(p);
  const RunRecord record = store()->run(p.runs[0].id).value();
  const double temperature = std::stod(facts::kTemperature.of(record));
  const bool limited = temperature == kLeastTemperature || temperature == kGreatestTemperature;
  bool warned = false;
  for (const std::string& warning : facts::kWarnings.of(record))
    warned = warned || warning.find("at its limit") != std::string::npos;
  EXPECT_EQ(limited, warned) << temperature;
  EXPECT_TRUE(limited) << "every validation track of this example is right: " << temperature;
}

TEST_F(Pipeline, OnlyATemperatureGivesRunsAnotherId) {
  const Plan plain = plan(kMethod + kSplit), none = plan(kMethod + kSplit + "calibrate: none\n"),
             scaled = plan(kMethod + kSplit + kScaled);
  EXPECT_EQ(plain.runs[0].id, none.runs[0].id);
  EXPECT_NE(plain.runs[0].id, scaled.runs[0].id);
  run(none);
  run(scaled);
  const RunRecord a = store()->run(none.runs[0].id).value(),
                  b = store()->run(scaled.runs[0].id).value();
  EXPECT_FALSE(a.parameters.contains("calibrate")) << "as runs of earlier versions";
  EXPECT_EQ(b.parameter("calibrate"), "temperature");
  EXPECT_EQ(RunSpec::from_parameters(a.parameters, a.seed, registry_).options.calibrate,
            Calibrate::none);
  EXPECT_EQ(RunSpec::from_parameters(b.parameters, b.seed, registry_).options.calibrate,
            Calibrate::temperature);
}

TEST_F(Pipeline, ScaledAndPlainProbabilitiesAreSweptTogetherOnTheSameDivisions) {
  const Plan p = plan(kMethod + kSplit + "sweep: {grid: {calibrate: [none, temperature]}}\n");
  ASSERT_EQ(p.runs.size(), 2u);
  EXPECT_EQ(p.runs[0].split->parts, p.runs[1].split->parts);
  EXPECT_EQ(p.runs[0].spec.options.calibrate, Calibrate::none);
  EXPECT_EQ(p.runs[1].spec.options.calibrate, Calibrate::temperature);
}

TEST_F(Pipeline, OptionsAreTunedBeforeTheTemperatureIsFitted) {
  const Plan p = plan("method: {name: nearest_mean, tune: {shrink: [0, 0.5]}}\n" + kSplit +
                      kPermuted + kScaled);
  run(p);
  const RunRecord record = store()->run(p.runs[0].id).value();
  ASSERT_EQ(record.status, RunStatus::done) << record.message;
  EXPECT_TRUE(record.facts.contains(facts::tuned_key("shrink")));
  EXPECT_TRUE(facts::kTemperature.recorded(record));
}

TEST_F(Pipeline, ATemperatureWithoutAValidationPartIsRefusedInOneLine) {
  EXPECT_THROW_SAYING(plan(kMethod + "split: {valid_fraction: 0}\n" + kScaled), ConfigError,
                      "calibrate: temperature needs a validation part", "split.valid_fraction");
  EXPECT_THROW_SAYING(plan(kMethod + kSplit + "calibrate: platt\n"), ConfigError, "calibrate",
                      "platt", "temperature");
}

}  // namespace calibrate_test
}  // namespace genrebench
