#pragma once
// Fits the method of a run, choosing among the options that it lists to try.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/experiment/run_spec.hpp"
#include "harness/run/run_data.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

struct FitSettings {
  int threads = 1;
  std::filesystem::path checkpoint_folder = {};  ///< empty: an interrupted fit starts again
  std::filesystem::path log_file = {};           ///< of another program; empty: it is not kept
  std::function<bool()> interrupted = [] { return false; };
  std::vector<std::string> genres = {};  ///< in class order; empty: not known
  MethodCache cache = {};                ///< what methods keep for other runs
  /// The examples of the test part, without labels. Only a method that is another program gets them
  /// (ProgramMethod::expect()). May be null.
  const Examples* later = nullptr;
  /// Told how far a long fit is: "epoch 3/40, loss 1.93, 2 min left".
  std::function<void(const std::string&)> progress = [](const std::string&) {};
  /// Told the points of the curves after each epoch.
  std::function<void(const std::vector<MetricRecord>&)> curves =
      [](const std::vector<MetricRecord>&) {};
};

/// The part of the cache folder that is the methods'. @return  empty if there is no cache folder
std::filesystem::path method_cache_folder(const std::filesystem::path& cache_folder);

/// A fitted method, and what it reported while it was fitted.
struct FittedMethod {
  std::unique_ptr<Method> method;
  OptionValues options;  ///< as chosen
  std::vector<MetricRecord> metrics;
  std::map<std::string, std::string> facts;  ///< "fit.epochs", "tuned.c"
  std::vector<std::string> warnings;
  /// Of its probabilities for tracks, as calibrate() takes it; nothing: they stay as they are.
  std::optional<double> temperature = {};
};

/// Fits every combination of the values to try on `train`, scores it on `valid`, and keeps the
/// best. Fits once if there is nothing to try. A combination whose losses or probabilities are not
/// finite is not chosen and gives a warning. Where the run asks for it, fits the temperature of the
/// chosen method's probabilities on `valid`, and records it as a fact.
/// @throws Interrupted  if `settings.interrupted` says so
/// @throws NotFinite    if a point of a curve is not finite (the message names the part and the
///                      epoch); with several combinations, if none can be chosen
/// @throws DataError    if a temperature is asked for and `valid` is empty
FittedMethod fit_method(const RunSpec& spec, const PartData& train, const PartData& valid,
                        const Registry& registry, const FitSettings& settings);

/// The predictions of a method for whole tracks: its labels per excerpt, decided by the run's vote.
/// @param examples  the method does not see their labels
/// @param where     for messages: "method svm, test part"
/// @throws NotFinite  if probabilities are not finite; the message has the number of tracks
/// @throws DataError  if probabilities are negative or do not sum to one, labels are out of range,
///                    or there are too few or too many predictions
TrackPredictions predict_tracks(const Method& method, const Examples& examples, Vote rule,
                                const std::string& where);

/// The same of predictions that are there already.
/// @param examples  of the predictions, without labels
TrackPredictions decide_tracks(const Predictions& predictions, const Examples& examples, Vote rule,
                               const std::string& where);

/// predict_tracks() of a part of a run.
TrackPredictions predict_part(const Method& method, const PartData& data, Part part,
                              const RunSpec& spec);

/// Scales the probabilities of tracks; their genres stay as they are.
/// @param temperature  nothing: the probabilities stay as they are too
void calibrate(TrackPredictions& predictions, std::optional<double> temperature);

/// Truth of those tracks.
std::vector<int> truth_of(const TrackPredictions& predictions, const PartData& data);

}  // namespace genrebench
