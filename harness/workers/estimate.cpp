#include "harness/workers/estimate.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "base/error.hpp"
#include "harness/data/extraction.hpp"
#include "harness/data/track_reader.hpp"
#include "harness/run/preparation.hpp"
#include "harness/workers/run_queue.hpp"

namespace genrebench {
namespace {

/// Tracks whose features are not cached.
struct Uncached {
  const Track* example = nullptr;
  std::size_t n = 0;
};

Uncached uncached_tracks(const PlannedRun& run, const std::string& recipe,
                         const FeatureCache& cache) {
  Uncached result;
  const OpenDataset& data = *run.data;
  const std::vector<Track>& tracks = data.dataset->tracks();
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    const std::string& content = data.files[t].hash;
    if (run.clean != nullptr && run.split->parts[t] != Part::test) continue;
    if (content.empty() || cache.contains(recipe + content + span_text(tracks[t]))) continue;
    if (result.example == nullptr) result.example = &tracks[t];
    ++result.n;
  }
  return result;
}

/// How long one track takes, in seconds; nothing if it cannot be read.
/// @param deform  null: the audio stays as it is
std::optional<double> time_of(const Track& track, const RunSpec& spec, const Registry& registry,
                              const TrackDeformer* deform) {
  const auto begin = std::chrono::steady_clock::now();
  const auto excerpt =
      registry.excerpts.get(spec.excerpt.name, "excerpt").make(spec.excerpt.options);
  const auto feature =
      registry.features.get(spec.features.name, "features").make(spec.features.options);
  try {
    if (deform == nullptr)
      extract(track, *excerpt, *feature);
    else
      extract_deformed(track, /*content=*/{}, *deform, *excerpt, *feature);
  } catch (const DataError&) {
    return std::nullopt;
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// What deforms the test part of a run; nothing where nothing does.
std::optional<TrackDeformer> deformer_of(const PlannedRun& run, const Registry& registry) {
  if (run.clean == nullptr) return std::nullopt;
  return std::make_optional<TrackDeformer>(run.spec.deform, deform_contents(run, "deform"),
                                           registry);
}

}  // namespace

WorkEstimate estimate_work(const std::vector<const PlannedRun*>& runs, const Registry& registry,
                           const std::filesystem::path& cache_folder, int threads,
                           const RunStore* store) {
  WorkEstimate result;
  const FeatureCache cache(cache_folder.empty() ? std::filesystem::path()
                                                : cache_folder / "features");
  // Many runs share a feature, and making the plug-in takes longer than comparing the choices.
  std::set<std::tuple<const OpenDataset*, PluginChoice, PluginChoice, PluginChoice>> asked;
  std::set<std::string> seen;
  for (const PlannedRun* run : runs) {
    const RunSpec& spec = run->spec;
    if (spec.segmentation() ||
        !asked.emplace(run->data.get(), spec.excerpt, spec.features, spec.deform).second)
      continue;
    // What reads no audio is copied or read in no time.
    if (registry.features.get(spec.features.name, "features")
            .make(spec.features.options)
            ->sample_rate_hz() == 0.0)
      continue;
    const std::optional<TrackDeformer> deform = deformer_of(*run, registry);
    if (run->clean != nullptr && deform->deformation().strength() == 0.0) continue;
    const std::string recipe = feature_recipe(spec.excerpt, spec.features, registry) +
                               (deform ? deform->recipe() : std::string());
    if (!seen.insert(run->data->fingerprint + recipe).second) continue;
    const Uncached uncached = uncached_tracks(*run, recipe, cache);
    if (uncached.example == nullptr) continue;
    const auto one_s = time_of(*uncached.example, spec, registry, deform ? &*deform : nullptr);
    if (!one_s) continue;
    result.feature_s += *one_s * static_cast<double>(uncached.n) / threads;
    result.n_tracks += uncached.n;
  }
  const RunEstimates earlier(store);
  for (const PlannedRun* run : runs) {
    if (earlier.known(run->spec))
      result.run_s += earlier.of(run->spec);
    else
      ++result.n_unknown;
  }
  return result;
}

}  // namespace genrebench
