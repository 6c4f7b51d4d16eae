#include "harness/fitting.hpp"

#include <fmt/format.h>

#include <chrono>

#include "harness/progress.hpp"
#include "signal/random.hpp"

namespace genrebench {
namespace {

using Clock = std::chrono::steady_clock;

/// Collects what a method reports.
class Recorder final : public FitContext {
 public:
  Recorder(const FitSettings& settings, std::filesystem::path checkpoint_folder)
      : settings_(settings), checkpoint_folder_(std::move(checkpoint_folder)), begin_(Clock::now()) {}

  void curve(const std::string& metric, const std::string& split, std::int64_t step, double value) override {
    metrics.push_back({split, metric, step, value});
  }
  void note(const std::string& name, double value) override { facts["fit." + name] = fmt::format("{}", value); }
  void fact(const std::string& name, const std::string& text) override { facts["fit." + name] = text; }
  void warn(const std::string& message) override { warnings.push_back(message); }
  int threads() const override { return settings_.threads; }
  std::filesystem::path checkpoint_folder() const override { return checkpoint_folder_; }
  bool interrupted() const override { return settings_.interrupted(); }

  void progress(std::size_t done, std::size_t total, const std::string& now) override {
    if (!started_) {  // what an earlier, interrupted fit did says nothing of the speed
      started_ = true;
      first_done_ = done > 1 ? done - 1 : 0;
    }
    const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
    std::string text = fmt::format("epoch {}/{}{}{}", done, total, now.empty() ? "" : ", ", now);
    if (done > first_done_ && done < total)
      text += fmt::format(", {} left", duration_text(elapsed / static_cast<double>(done - first_done_) * static_cast<double>(total - done)));
    settings_.progress(text);
    settings_.curves({metrics.begin() + static_cast<std::ptrdiff_t>(published_), metrics.end()});
    published_ = metrics.size();
  }

  std::vector<MetricRecord> metrics;
  std::map<std::string, std::string> facts;
  std::vector<std::string> warnings;

 private:
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

}  // namespace

TrackPredictions predict_tracks(const Method& method, const PartData& data, const std::string& rule) {
  Examples unlabelled = data.examples;
  unlabelled.labels.clear();
  return vote(method.predict(unlabelled), data.examples.tracks, rule);
}

std::vector<int> truth_of(const TrackPredictions& predictions, const PartData& data) {
  std::vector<int> truth;
  for (const int t : predictions.tracks) truth.push_back(data.truth[static_cast<std::size_t>(t)]);
  return truth;
}

FittedMethod fit_method(const RunSpec& spec, const PartData& train, const PartData& valid, const Registry& registry, const FitSettings& settings) {
  const MethodPlugin& plugin = registry.methods.get(spec.method.name, "method");
  const std::vector<Candidate> all = candidates(spec);
  FittedMethod best;
  std::vector<MetricRecord> scores;
  double best_accuracy = -1.0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Candidate& candidate = all[i];
    std::unique_ptr<Method> method = plugin.make(candidate.options, derive_seed(spec.seed, "method"));
    const auto& folder = settings.checkpoint_folder;
    Recorder record(settings, folder.empty() || all.size() == 1 ? folder : folder / fmt::format("candidate_{}", i));
    method->fit(train.examples, valid.examples, record);
    double score = 0.0;
    if (all.size() > 1) {
      const TrackPredictions predictions = predict_tracks(*method, valid, spec.options.vote);
      score = accuracy(confusion_matrix(truth_of(predictions, valid), predictions.labels, valid.examples.n_classes));
      scores.push_back({"valid", "tune/" + candidate.name, -1, score});
    }
    if (score <= best_accuracy) continue;
    best_accuracy = score;
    best = {.method = std::move(method), .options = candidate.options, .metrics = std::move(record.metrics), .facts = std::move(record.facts),
            .warnings = std::move(record.warnings)};
  }
  for (const auto& [option, values] : spec.tune) best.facts["tuned." + option] = to_string(best.options.at(option));
  best.metrics.insert(best.metrics.begin(), scores.begin(), scores.end());
  return best;
}

}  // namespace genrebench
