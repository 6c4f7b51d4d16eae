#include "harness/run/preparation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

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

/// Which tracks to extract, and what changes them before.
struct Wanted {
  SectionCache* sections = nullptr;
  const TrackDeformer* deform = nullptr;
  std::string deformation = {};  ///< its name
  const std::vector<bool>* tracks = nullptr;
};

/// What extractions are done with.
struct Tools {
  const Registry& registry;
  FileHashes& hashes;
  const PreparationSettings& settings;
  Progress& progress;
};

ExtractedTracks extract_with(const Wanted& wanted, const PlannedRun& run, const Tools& tools) {
  const RunSpec& spec = run.spec;
  const FeatureCache cache(tools.settings.cache_folder.empty()
                               ? std::filesystem::path()
                               : tools.settings.cache_folder / "features");
  tools.progress.begin(
      fmt::format("features {} of {}, excerpt {}{}", spec.features.name, spec.dataset.name,
                  spec.excerpt.name, wanted.deformation.empty() ? "" : ", " + wanted.deformation),
      run.data->dataset->tracks().size());
  ExtractedTracks tracks = extract_all({.data = *run.data,
                                        .excerpt = spec.excerpt,
                                        .features = spec.features,
                                        .registry = tools.registry,
                                        .cache = cache,
                                        .hashes = tools.hashes,
                                        .sections = wanted.sections,
                                        .stored = run.stored.get(),
                                        .deform = wanted.deform,
                                        .wanted = wanted.tracks},
                                       track_loop(tools.settings, tools.progress));
  tools.progress.end();
  return tracks;
}

/// Tracks of a slot and its choice, deformed while the files that the plug-in reads hold what the
/// run's id says.
/// @param slot    "deform" or "deform_train"
/// @param tracks  which; null: all
ExtractedTracks extract_deformed_with(const std::string& slot, const std::vector<bool>* tracks,
                                      const PlannedRun& run, const Tools& tools) {
  const PluginChoice& choice = slot == "deform" ? run.spec.deform : run.spec.deform_train;
  std::vector<std::unique_ptr<ContentGuard>> guards;
  for (const auto& [key, content] : run.content_files)
    if (key.starts_with(slot + "."))
      guards.push_back(std::make_unique<ContentGuard>(content.file, content.hash, tools.hashes));
  const TrackDeformer deform(choice, deform_contents(run, slot), tools.registry);
  // What changes nothing has the features of the clean run, also those of spans of longer files.
  const bool changes = deform.deformation().strength() != 0.0;
  ExtractedTracks result = extract_with(
      {.deform = changes ? &deform : nullptr, .deformation = choice.name, .tracks = tracks}, run,
      tools);
  for (const auto& guard : guards)
    if (!guard->untouched()) guard->read_again();
  return result;
}

}  // namespace

std::map<std::string, std::string> deform_contents(const PlannedRun& run, const std::string& slot) {
  std::map<std::string, std::string> contents;
  const std::string prefix = slot + ".";
  for (const auto& [key, content] : run.content_files)
    if (key.starts_with(prefix)) contents[key.substr(prefix.size())] = content.hash;
  return contents;
}

std::vector<std::string> Prepared::bad_tracks() const {
  std::vector<std::string> messages;
  if (tracks) {
    std::copy_if(tracks->errors.begin(), tracks->errors.end(), std::back_inserter(messages),
                 [](const std::string& error) { return !error.empty(); });
    if (copies)
      std::copy_if(copies->errors.begin(), copies->errors.end(), std::back_inserter(messages),
                   [](const std::string& error) { return !error.empty(); });
  } else if (sections) {
    for (const BadTrackRecord& track : sections->bad_tracks) messages.push_back(track.message);
  }
  return messages;
}

std::string preparation_key(const PlannedRun& run) {
  std::string key = run.data->fingerprint + (run.spec.segmentation() ? "\nsegmentation" : "") +
                    (run.spec.options.known_clusters ? " known" : "");
  for (const PluginChoice* choice :
       {&run.spec.excerpt, &run.spec.features, &run.spec.deform_train}) {
    key += "\n" + choice->name;
    for (const auto& [name, value] : choice->options)
      key += fmt::format("\n{}={}", name, to_string(value));
  }
  for (const auto& [name, content] : run.content_files)
    if (name.starts_with("deform_train.")) key += "\n" + content.hash;
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
    if (!spec.segmentation()) {
      prepared.tracks =
          extract_with({.sections = cache.get()}, run, {registry, hashes, settings, progress});
      prepared.copies = extract_copies(run, registry, hashes, settings, progress);
    }
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
  return extract_with({.sections = cache.get()}, run, {registry, hashes, settings, progress});
}

std::optional<ExtractedTracks> extract_copies(const PlannedRun& run, const Registry& registry,
                                              FileHashes& hashes,
                                              const PreparationSettings& settings,
                                              Progress& progress) {
  if (run.spec.deform_train.name.empty()) return std::nullopt;
  return extract_deformed_with("deform_train", /*tracks=*/nullptr, run,
                               {registry, hashes, settings, progress});
}

PreparedTest prepare_test(const PlannedRun& run, const Registry& registry, FileHashes& hashes,
                          const PreparationSettings& settings, Progress& progress) {
  std::vector<bool> tested;
  for (const Part part : run.split->parts) tested.push_back(part == Part::test);
  PreparedTest result;
  try {
    result.tracks =
        extract_deformed_with("deform", &tested, run, {registry, hashes, settings, progress});
  } catch (const ConfigError&) {
    result.failure = std::current_exception();
    progress.end();
  } catch (const DataError&) {
    result.failure = std::current_exception();
    progress.end();
  }
  return result;
}

}  // namespace genrebench
