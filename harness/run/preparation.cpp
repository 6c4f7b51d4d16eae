#include "harness/run/preparation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "base/error.hpp"

namespace genrebench {
namespace {

TrackLoop track_loop(const PreparationSettings& settings, Progress& progress) {
  return {.threads = settings.threads,
          .track_order = settings.track_order,
          .progress = [&](std::size_t done, std::size_t) { progress.advance(done); },
          .interrupted = settings.interrupted};
}

/// Nothing if the excerpt plug-in does not segment.
std::unique_ptr<SectionCache> section_cache(const Excerpt& excerpt, FileHashes& hashes,
                                            const PreparationSettings& settings) {
  std::unique_ptr<SectionCache> sections;
  if (const auto* segmenting = dynamic_cast<const SegmentingExcerpt*>(&excerpt))
    sections = std::make_unique<SectionCache>(*segmenting,
                                              settings.cache_folder.empty()
                                                  ? std::filesystem::path()
                                                  : settings.cache_folder / "sections",
                                              hashes);
  return sections;
}

ExtractedTracks extract_with(SectionCache* sections, const PlannedRun& run,
                             const Registry& registry, FileHashes& hashes,
                             const PreparationSettings& settings, Progress& progress) {
  const RunSpec& spec = run.spec;
  const FeatureCache cache(settings.cache_folder.empty() ? std::filesystem::path()
                                                         : settings.cache_folder / "features");
  progress.begin(fmt::format("features {} of {}, excerpt {}", spec.features.name, spec.dataset.name,
                             spec.excerpt.name),
                 run.data->dataset->tracks().size());
  ExtractedTracks tracks = extract_all({.data = *run.data,
                                        .excerpt = spec.excerpt,
                                        .features = spec.features,
                                        .registry = registry,
                                        .cache = cache,
                                        .hashes = hashes,
                                        .sections = sections,
                                        .stored = run.stored.get()},
                                       track_loop(settings, progress));
  progress.end();
  return tracks;
}

}  // namespace

std::vector<std::string> Prepared::bad_tracks() const {
  std::vector<std::string> messages;
  if (tracks) {
    std::copy_if(tracks->errors.begin(), tracks->errors.end(), std::back_inserter(messages),
                 [](const std::string& error) { return !error.empty(); });
  } else if (sections) {
    for (const BadTrackRecord& track : sections->bad_tracks) messages.push_back(track.message);
  }
  return messages;
}

std::string preparation_key(const PlannedRun& run) {
  std::string key = run.data->fingerprint + (run.spec.segmentation() ? "\nsegmentation" : "") +
                    (run.spec.options.known_clusters ? " known" : "");
  for (const PluginChoice* choice : {&run.spec.excerpt, &run.spec.features}) {
    key += "\n" + choice->name;
    for (const auto& [name, value] : choice->options)
      key += fmt::format("\n{}={}", name, to_string(value));
  }
  if (run.stored) key += "\n" + run.stored->hash;
  return key;
}

Prepared prepare(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                 const PreparationSettings& settings, Progress& progress) {
  Prepared prepared;
  const RunSpec& spec = run.spec;
  const Dataset& dataset = *run.data->dataset;
  try {
    const auto excerpt =
        registry.excerpts.get(spec.excerpt.name, "excerpt").make(spec.excerpt.options);
    const std::unique_ptr<SectionCache> cache = section_cache(*excerpt, hashes, settings);
    if (cache && knows_sections(dataset)) {
      progress.begin(fmt::format("sections of {} by {}", spec.dataset.name, spec.excerpt.name),
                     dataset.tracks().size());
      prepared.sections = score_dataset(*run.data, *cache, spec.options.known_clusters,
                                        track_loop(settings, progress));
      progress.end();
    }
    if (!spec.segmentation())
      prepared.tracks = extract_with(cache.get(), run, registry, hashes, settings, progress);
    if (cache) {
      prepared.n_sections_cached = cache->n_cached();
      prepared.n_sections_computed = cache->n_computed();
      prepared.sections_computed_s = cache->computed_s();
    }
  } catch (const ConfigError&) {
    prepared.failure = std::current_exception();
    progress.end();
  } catch (const FileUnreadable& error) {
    prepared.failure = std::current_exception();
    prepared.unreadable = error.file();
    progress.end();
  } catch (const DataError&) {
    prepared.failure = std::current_exception();
    progress.end();
  }
  return prepared;
}

ExtractedTracks extract_run(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                            const PreparationSettings& settings, Progress& progress) {
  const auto excerpt =
      registry.excerpts.get(run.spec.excerpt.name, "excerpt").make(run.spec.excerpt.options);
  const std::unique_ptr<SectionCache> cache = section_cache(*excerpt, hashes, settings);
  return extract_with(cache.get(), run, registry, hashes, settings, progress);
}

}  // namespace genrebench
