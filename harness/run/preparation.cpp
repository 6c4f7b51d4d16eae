#include "harness/run/preparation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/profile.hpp"

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

/// Numbers and seconds of the sections that this process has found.
TimedWork sections_work(const OpenDataset& data, const SegmentingExcerpt& excerpt,
                        const SectionCache& cache, ExtractionMemory* memory) {
  TimedWork work{
      .seconds = cache.computed_s(), .n = cache.n_computed(), .n_cached = cache.n_cached()};
  if (memory == nullptr) return work;
  const std::string name = data.fingerprint + "sections " + excerpt.recipe();
  memory->add_work(name, work);
  TimedWork sum = memory->work(name);
  sum.n_cached = work.n_cached;
  return sum;
}

/// What runs that are prepared later need of the tracks of a dataset. What others made from files
/// of their own, or is deformed by what files hold, is left to those runs.
class LaterWork {
 public:
  LaterWork(const OpenDataset& data, const Registry& registry, FileHashes& hashes,
            const PreparationSettings& settings)
      : data_(data), registry_(registry), hashes_(hashes), settings_(settings) {
    for (const PlannedRun* run : settings.later) {
      if (run->spec.segmentation() || run->stored != nullptr) continue;
      try {
        add(*run, "", {});
        add(*run, "deform_train", run->spec.deform_train);
        if (run->clean != nullptr) add(*run, "deform", run->spec.deform);
      } catch (const ConfigError&) {  // the run itself will be told
      }
    }
  }

  /// They refer to this.
  std::vector<LaterExtraction> extractions() const {
    std::vector<LaterExtraction> result;
    for (const One& one : all_)
      result.push_back({.excerpt = one.run->spec.excerpt,
                        .features = one.run->spec.features,
                        .sections = one.sections.get(),
                        .deform = one.deform.get(),
                        .wanted = one.wanted.empty() ? nullptr : &one.wanted});
    return result;
  }

  /// Remembers what was done for them.
  void remember() const {
    for (const One& one : all_)
      if (one.sections)
        sections_work(data_, dynamic_cast<const SegmentingExcerpt&>(*one.excerpt), *one.sections,
                      settings_.memory);
  }

 private:
  struct One {
    const PlannedRun* run;  ///< one of those that need it
    std::unique_ptr<Excerpt> excerpt = {};
    std::unique_ptr<SectionCache> sections = {};
    std::unique_ptr<TrackDeformer> deform = {};
    std::vector<bool> wanted = {};  ///< by any of those runs; empty: all tracks
  };

  /// @param slot    of the deformation; empty: the tracks as they are
  /// @param deform  nameless: the run has no such slot
  void add(const PlannedRun& run, const std::string& slot, const PluginChoice& deform) {
    if (!slot.empty() && (deform.name.empty() || !deform_contents(run, slot).empty())) return;
    const std::tuple what(run.spec.excerpt, run.spec.features, slot, deform);
    auto place = places_.find(what);
    if (place == places_.end()) {
      std::optional<One> one = begin(run, slot, deform);
      if (!one) return;
      place = places_.emplace(what, all_.size()).first;
      all_.push_back(*std::move(one));
    }
    if (slot != "deform") return;
    const std::vector<Part>& parts = run.split->parts;
    std::vector<bool>& wanted = all_[place->second].wanted;
    wanted.resize(parts.size());
    for (std::size_t t = 0; t < parts.size(); ++t) wanted[t] = wanted[t] || parts[t] == Part::test;
  }

  /// Nothing if the deformation changes nothing: the features are those of the tracks as they are.
  std::optional<One> begin(const PlannedRun& run, const std::string& slot,
                           const PluginChoice& deform) const {
    One one{.run = &run};
    if (!slot.empty()) {
      one.deform =
          std::make_unique<TrackDeformer>(deform, std::map<std::string, std::string>(), registry_);
      if (one.deform->deformation().strength() == 0.0) return std::nullopt;
    }
    one.excerpt =
        registry_.excerpts.get(run.spec.excerpt.name, "excerpt").make(run.spec.excerpt.options);
    if (slot.empty()) one.sections = section_cache(*one.excerpt, hashes_, settings_);
    return one;
  }

  const OpenDataset& data_;
  const Registry& registry_;
  FileHashes& hashes_;
  const PreparationSettings& settings_;
  std::vector<One> all_;
  std::map<std::tuple<PluginChoice, PluginChoice, std::string, PluginChoice>, std::size_t> places_;
};

/// The sections that runs of task segmentation need which are prepared later.
class LaterSegmentations {
 public:
  LaterSegmentations(const OpenDataset& data, const Registry& registry, FileHashes& hashes,
                     const PreparationSettings& settings)
      : data_(data), settings_(settings) {
    std::set<std::pair<PluginChoice, bool>> seen;
    for (const PlannedRun* run : settings.later) {
      const RunSpec& spec = run->spec;
      if (!spec.segmentation() || !seen.emplace(spec.excerpt, spec.options.known_clusters).second)
        continue;
      One one{.known_clusters = spec.options.known_clusters,
              .excerpt =
                  registry.excerpts.get(spec.excerpt.name, "excerpt").make(spec.excerpt.options)};
      one.cache = section_cache(*one.excerpt, hashes, settings);
      if (one.cache) all_.push_back(std::move(one));
    }
  }

  /// They refer to this.
  std::vector<LaterSections> sections() const {
    std::vector<LaterSections> result;
    for (const One& one : all_)
      result.push_back({.cache = *one.cache, .known_clusters = one.known_clusters});
    return result;
  }

  /// Remembers what was done for them.
  void remember() const {
    for (const One& one : all_)
      sections_work(data_, dynamic_cast<const SegmentingExcerpt&>(*one.excerpt), *one.cache,
                    settings_.memory);
  }

 private:
  struct One {
    bool known_clusters;
    std::unique_ptr<Excerpt> excerpt;
    std::unique_ptr<SectionCache> cache = {};
  };

  const OpenDataset& data_;
  const PreparationSettings& settings_;
  std::vector<One> all_;
};

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
  const ProfileSpan span("features");
  const RunSpec& spec = run.spec;
  const FeatureCache cache(tools.settings.cache_folder.empty()
                               ? std::filesystem::path()
                               : tools.settings.cache_folder / "features");
  std::optional<LaterWork> later;
  tools.progress.begin(
      fmt::format("features {} of {}, excerpt {}{}{}", spec.features.name, spec.dataset.name,
                  spec.excerpt.name, wanted.deformation.empty() ? "" : ", " + wanted.deformation,
                  tools.settings.later.empty() ? "" : " and those of later runs"),
      run.data->dataset->tracks().size());
  ExtractedTracks tracks =
      extract_all({.data = *run.data,
                   .excerpt = spec.excerpt,
                   .features = spec.features,
                   .registry = tools.registry,
                   .cache = cache,
                   .hashes = tools.hashes,
                   .sections = wanted.sections,
                   .stored = run.stored.get(),
                   .deform = wanted.deform,
                   .wanted = wanted.tracks,
                   .later =
                       [&] {
                         later.emplace(*run.data, tools.registry, tools.hashes, tools.settings);
                         return later->extractions();
                       },
                   .memory = tools.settings.memory},
                  track_loop(tools.settings, tools.progress));
  if (later) later->remember();
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
    if (!spec.segmentation()) {
      prepared.tracks =
          extract_with({.sections = cache.get()}, run, {registry, hashes, settings, progress});
      prepared.copies = extract_copies(run, registry, hashes, settings, progress);
    }
    // After the extraction, which finds the sections while the tracks are decoded.
    if (cache && knows_sections(dataset)) {
      const ProfileSpan span("scores of sections");
      progress.begin(fmt::format("sections of {} by {}", spec.dataset.name, spec.excerpt.name),
                     dataset.tracks().size());
      std::optional<LaterSegmentations> later;
      prepared.sections = score_dataset(*run.data, *cache, spec.options.known_clusters,
                                        track_loop(settings, progress), [&] {
                                          later.emplace(*run.data, registry, hashes, settings);
                                          return later->sections();
                                        });
      if (later) later->remember();
      progress.end();
    }
    if (cache)
      prepared.sections_work = sections_work(
          *run.data, dynamic_cast<const SegmentingExcerpt&>(*excerpt), *cache, settings.memory);
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
