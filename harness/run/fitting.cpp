#include "harness/run/fitting.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <set>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/progress.hpp"
#include "base/random.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/timings.hpp"
#include "harness/run/temperature.hpp"

namespace genrebench {
namespace {

using Clock = std::chrono::steady_clock;

/// Collects what a method reports.
class Recorder final : public FitContext {
 public:
  Recorder(std::string method, const FitSettings& settings, std::filesystem::path checkpoint_folder)
      : method_(std::move(method)),
        settings_(settings),
        checkpoint_folder_(std::move(checkpoint_folder)),
        begin_(Clock::now()) {}

  void curve(const std::string& metric, const std::string& split, std::int64_t step,
             double value) override {
    // The first such point ends the fit: whatever follows would be made of it.
    if (!std::isfinite(value) && !is_timing_metric(metric))
      throw NotFinite(
          fmt::format("method {}: the {} of the {} part is not a finite number ({}) at epoch {}",
                      method_, metric, split, value, step));
    metrics.push_back({split, metric, step, value});
  }
  void note(const std::string& name, double value) override {
    facts[facts::fit_key(name)] = fmt::format("{}", value);
  }
  void fact(const std::string& name, const std::string& text) override {
    facts[facts::fit_key(name)] = text;
  }
  void warn(const std::string& message) override { warnings.push_back(message); }
  int threads() const override { return settings_.threads; }
  std::filesystem::path checkpoint_folder() const override { return checkpoint_folder_; }
  std::filesystem::path log_file() const override { return settings_.log_file; }
  std::vector<std::string> genres() const override { return settings_.genres; }
  bool interrupted() const override { return settings_.interrupted(); }

  void progress(std::size_t done, std::size_t total, const std::string& now) override {
    if (!started_) {  // what an earlier, interrupted fit did says nothing of the speed
      started_ = true;
      first_done_ = done > 1 ? done - 1 : 0;
    }
    const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
    std::string text = fmt::format("epoch {}/{}{}{}", done, total, now.empty() ? "" : ", ", now);
    if (done > first_done_ && done < total)
      text +=
          fmt::format(", {} left", duration_text(elapsed / static_cast<double>(done - first_done_) *
                                                 static_cast<double>(total - done)));
    settings_.progress(text);
    settings_.curves({metrics.begin() + static_cast<std::ptrdiff_t>(published_), metrics.end()});
    published_ = metrics.size();
  }

  std::vector<MetricRecord> metrics;
  std::map<std::string, std::string> facts;
  std::vector<std::string> warnings;

 private:
  std::string method_;
  const FitSettings& settings_;
  std::filesystem::path checkpoint_folder_;
  Clock::time_point begin_;
  bool started_ = false;
  std::size_t first_done_ = 0;
  std::size_t published_ = 0;
};

struct Candidate {
  OptionValues options;
  std::string name;  ///< "c=1,gamma=0.1"
};

/// Every combination of the values to try, last option fastest.
std::vector<Candidate> candidates(const RunSpec& spec) {
  std::vector<Candidate> result = {{spec.method.options, ""}};
  for (const auto& [option, values] : spec.tune) {
    std::vector<Candidate> longer;
    for (const Candidate& candidate : result)
      for (const OptionValue& value : values) {
        Candidate next = candidate;
        next.options[option] = value;
        next.name += fmt::format("{}{}={}", next.name.empty() ? "" : ",", option, to_string(value));
        longer.push_back(std::move(next));
      }
    result = std::move(longer);
  }
  return result;
}

/// How far the probabilities of an example may be from a sum of one.
constexpr double kSumTolerance = 1e-4;

/// Refuses what a method may not say (harness/plugin/method.hpp): a vote over it would look like
/// any other.
/// @param where  "method svm, test part"
void check_predictions(const Predictions& predictions, const Examples& examples,
                       const std::string& where) {
  const auto n = static_cast<Eigen::Index>(examples.size());
  const Eigen::MatrixXd& p = predictions.probabilities;
  if (n == 0) return;
  if (p.rows() != n || p.cols() != examples.n_classes || std::ssize(predictions.labels) != n)
    throw DataError(
        fmt::format("{}: expected {} x {} probabilities and {} labels, found {} x {} and {}", where,
                    n, examples.n_classes, n, p.rows(), p.cols(), predictions.labels.size()));
  std::set<int> tracks, infinite, no_shares;
  for (Eigen::Index i = 0; i < n; ++i) {
    const int track = examples.tracks[static_cast<std::size_t>(i)];
    const auto row = p.row(i);
    tracks.insert(track);
    if (!row.allFinite())
      infinite.insert(track);
    else if (row.minCoeff() < -kSumTolerance || std::abs(row.sum() - 1.0) > kSumTolerance)
      no_shares.insert(track);
  }
  if (!infinite.empty())
    throw NotFinite(fmt::format("{}: the probabilities of {} of {} tracks are not finite numbers",
                                where, infinite.size(), tracks.size()));
  if (!no_shares.empty())
    throw DataError(
        fmt::format("{}: the probabilities of {} of {} tracks are negative or do not sum to one",
                    where, no_shares.size(), tracks.size()));
  for (const int label : predictions.labels)
    if (label < 0 || label >= examples.n_classes)
      throw DataError(fmt::format("{}: expected labels from 0 to {}, found {}", where,
                                  examples.n_classes - 1, label));
}

Examples without_labels(Examples examples) {
  examples.labels.clear();
  return examples;
}

/// "method svm, test part"
std::string part_text(const RunSpec& spec, Part part) {
  return fmt::format("method {}, {} part", spec.method.name, to_string(part));
}

/// Fits the temperature of a method on the validation part.
void fit_temperature_of(FittedMethod& fitted, const RunSpec& spec, const PartData& valid) {
  if (valid.examples.size() == 0)
    throw DataError(fmt::format("calibrate: {}: no usable track is left in the validation part",
                                to_string(spec.options.calibrate)));
  const TrackPredictions predictions = predict_part(*fitted.method, valid, Part::valid, spec);
  const std::vector<int> truth = truth_of(predictions, valid);
  const double temperature = fit_temperature(predictions.probabilities, truth);
  if (temperature == kLeastTemperature || temperature == kGreatestTemperature)
    fitted.warnings.push_back(fmt::format(
        "the temperature that fits the probabilities of the validation part is at its limit, {}",
        temperature));
  fitted.temperature = temperature;
  facts::kTemperature.record(fitted.facts, fmt::format("{}", temperature));
}

}  // namespace

std::filesystem::path method_cache_folder(const std::filesystem::path& cache_folder) {
  return cache_folder.empty() ? cache_folder : cache_folder / "methods";
}

TrackPredictions decide_tracks(const Predictions& predictions, const Examples& examples, Vote rule,
                               const std::string& where) {
  check_predictions(predictions, examples, where);
  return vote(predictions, examples.tracks, rule);
}

TrackPredictions predict_tracks(const Method& method, const Examples& examples, Vote rule,
                                const std::string& where) {
  const Examples unlabelled = without_labels(examples);
  return decide_tracks(method.predict(unlabelled), unlabelled, rule, where);
}

TrackPredictions predict_part(const Method& method, const PartData& data, Part part,
                              const RunSpec& spec) {
  return predict_tracks(method, data.examples, spec.options.vote, part_text(spec, part));
}

void calibrate(TrackPredictions& predictions, std::optional<double> temperature) {
  if (!temperature) return;
  predictions.probabilities = at_temperature(predictions.probabilities, *temperature);
}

std::vector<int> truth_of(const TrackPredictions& predictions, const PartData& data) {
  std::vector<int> truth;
  for (const int t : predictions.tracks) truth.push_back(data.truth[static_cast<std::size_t>(t)]);
  return truth;
}

FittedMethod fit_method(const RunSpec& spec, const PartData& train, const PartData& valid,
                        const Registry& registry, const FitSettings& settings) {
  const MethodPlugin& plugin = registry.methods.get(spec.method.name, "method");
  const std::vector<Candidate> all = candidates(spec);
  FittedMethod best;
  std::vector<MetricRecord> scores;
  std::vector<std::string> diverged;
  double best_accuracy = -1.0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Candidate& candidate = all[i];
    std::unique_ptr<Method> method =
        plugin.make(candidate.options, derive_seed(spec.seed, "method"));
    const auto& folder = settings.checkpoint_folder;
    Recorder record(
        spec.method.name, settings,
        folder.empty() || all.size() == 1 ? folder : folder / fmt::format("candidate_{}", i));
    double score = 0.0;
    try {
      if (auto* program = dynamic_cast<ProgramMethod*>(method.get());
          program != nullptr && settings.later != nullptr)
        program->expect(without_labels(*settings.later));
      method->use_cache(settings.cache);
      method->fit(train.examples, valid.examples, record);
      if (all.size() > 1) {
        const TrackPredictions predictions = predict_part(*method, valid, Part::valid, spec);
        score = accuracy(confusion_matrix(truth_of(predictions, valid), predictions.labels,
                                          valid.examples.n_classes));
        scores.push_back({"valid", "tune/" + candidate.name, -1, score});
      }
    } catch (const NotFinite& error) {
      if (all.size() == 1) throw;
      diverged.push_back(fmt::format("{} could not be chosen: {}", candidate.name, error.what()));
      continue;
    }
    if (score <= best_accuracy) continue;
    best_accuracy = score;
    best = {.method = std::move(method),
            .options = candidate.options,
            .metrics = std::move(record.metrics),
            .facts = std::move(record.facts),
            .warnings = std::move(record.warnings),
            .temperature = {}};
  }
  if (!best.method)
    throw NotFinite(fmt::format(
        "method {}: none of the {} combinations of options to try can be chosen; the first: {}",
        spec.method.name, all.size(), diverged.front()));
  best.warnings.insert(best.warnings.end(), diverged.begin(), diverged.end());
  for (const auto& [option, values] : spec.tune)
    best.facts[facts::tuned_key(option)] = to_string(best.options.at(option));
  best.metrics.insert(best.metrics.begin(), scores.begin(), scores.end());
  if (spec.options.calibrate == Calibrate::temperature) fit_temperature_of(best, spec, valid);
  return best;
}

}  // namespace genrebench
