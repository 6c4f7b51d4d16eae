#pragma once
// Fits the method of a run, choosing among the options that it lists to try.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/configuration.hpp"
#include "harness/run_data.hpp"
#include "harness/store.hpp"

namespace genrebench {

struct FitSettings {
  int threads = 1;
  std::filesystem::path checkpoint_folder = {};  ///< empty: an interrupted fit begins anew
  std::function<bool()> interrupted = [] { return false; };
  /// Where a long fit is, in words: "epoch 3/40, loss 1.93, 2 min left".
  std::function<void(const std::string&)> progress = [](const std::string&) {};
  /// Points of curves, as soon as the method says that an epoch is over.
  std::function<void(const std::vector<MetricRecord>&)> curves = [](const std::vector<MetricRecord>&) {};
};

/// A fitted method, with what its fit reported.
struct FittedMethod {
  std::unique_ptr<Method> method;
  OptionValues options;  ///< as chosen
  std::vector<MetricRecord> metrics;
  std::map<std::string, std::string> facts;  ///< "fit.epochs", "tuned.c"
  std::vector<std::string> warnings;
};

/// Fits every combination of the values to try on `train`, scores it on `valid`, and keeps the best; where there is nothing to
/// try, fits once.
/// @throws Interrupted  where the user asked to stop
FittedMethod fit_method(const RunSpec& spec, const PartData& train, const PartData& valid, const Registry& registry, const FitSettings& settings);

/// The votes of a part's tracks.
TrackPredictions predict_tracks(const Method& method, const PartData& data, const std::string& vote);

/// Truth of those tracks.
std::vector<int> truth_of(const TrackPredictions& predictions, const PartData& data);

}  // namespace genrebench
