#include "harness/data/extraction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <span>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "harness/data/track_reader.hpp"
#include "signal/audio/audio.hpp"
#include "signal/audio/external_decoder.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kBlock = 1 << 16;  // samples decoded at a time

/// An excerpt that has begun and not ended at the block of samples that is being read.
struct Open {
  std::size_t index;      ///< of the excerpt
  std::size_t range = 0;  ///< the range that comes next or has begun
  std::unique_ptr<FrameStream> stream;
};

std::int64_t length(const Region& region, std::int64_t n_samples) {
  std::int64_t total = 0;
  for (const SampleRange& range : region) total += std::min(range.end, n_samples) - range.begin;
  return std::max<std::int64_t>(total, 0);
}

/// A segmenting excerpt plug-in whose sections come from the cache.
class WithCachedSections final : public Excerpt {
 public:
  WithCachedSections(const SegmentingExcerpt& excerpt, SectionCache& sections,
                     const std::string& hash)
      : excerpt_(excerpt), sections_(sections), hash_(hash) {}
  std::vector<Region> choose(const TrackAudio& track) const override {
    const SteadyClock::time_point begin = SteadyClock::now();
    const std::vector<ClusterSpan> found = sections_(track.file, hash_);
    finding_s_ += seconds_since(begin);
    return excerpt_.choose_from(track, found);
  }

  /// Seconds that it took to find or compute the sections.
  double finding_s() const { return finding_s_; }

 private:
  const SegmentingExcerpt& excerpt_;
  SectionCache& sections_;
  const std::string& hash_;
  mutable double finding_s_ = 0.0;
};

/// Excerpts are opened in the order of their first samples, so that few are open at once.
std::vector<std::size_t> order_of_first_samples(const std::vector<Region>& regions) {
  std::vector<std::size_t> order(regions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return regions[a].front().begin < regions[b].front().begin;
  });
  return order;
}

/// Samples [begin, begin + n) of a track.
struct Block {
  std::span<const float> samples = {};
  std::int64_t begin = 0;
  std::int64_t n = 0;
  std::int64_t end() const { return begin + n; }
};

/// Gives an excerpt its samples of a block. @return  true if these were its last
bool push(const Block& block, const Region& region, Open& one) {
  for (; one.range < region.size() && region[one.range].begin < block.end(); ++one.range) {
    const SampleRange& range = region[one.range];
    const std::int64_t from = std::max(range.begin, block.begin),
                       to = std::min(range.end, block.end());
    if (from < to)
      one.stream->push(block.samples.subspan(static_cast<std::size_t>(from - block.begin),
                                             static_cast<std::size_t>(to - from)));
    if (range.end > block.end()) break;
  }
  return one.range == region.size();
}

/// @throws DataError  if the features of an excerpt are none or not finite
void require_usable(const std::vector<FeatureMatrix>& features, const TrackAudio& track,
                    std::int64_t n_decoded) {
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (features[i].size() == 0)
      throw DataError(fmt::format("{}: decoded to {} samples, expected {} from its header",
                                  track.file.string(), n_decoded, track.n_samples));
    if (!features[i].allFinite())
      throw DataError(
          fmt::format("{}: excerpt {} gives features that are not finite", track.file.string(), i));
  }
}

/// A message that names the file that it is about: parts of the pipeline know only the samples.
std::string naming(const std::filesystem::path& file, const std::string& message) {
  return message.find(file.string()) == std::string::npos
             ? fmt::format("{}: {}", file.string(), message)
             : message;
}

/// Features of a track's excerpts.
/// @param read  as TrackReader::read()
std::vector<FeatureMatrix> features_of(const TrackAudio& track, const Excerpt& excerpt,
                                       const Feature& feature,
                                       const std::function<std::size_t(std::span<float>)>& read) {
  const std::vector<Region> regions = excerpt.choose(track);
  const std::vector<std::size_t> order = order_of_first_samples(regions);
  std::vector<FeatureMatrix> result(regions.size());
  std::deque<Open> open;
  std::size_t next = 0;
  std::vector<float> samples(kBlock);
  Block block;
  while (const std::size_t n = read(samples)) {
    block = {std::span(samples).first(n), block.end(), static_cast<std::int64_t>(n)};
    for (; next < order.size() && regions[order[next]].front().begin < block.end(); ++next)
      open.push_back({.index = order[next],
                      .stream = feature.stream(length(regions[order[next]], track.n_samples))});
    for (Open& one : open) {
      if (!push(block, regions[one.index], one)) continue;
      result[one.index] = one.stream->finish();
      one.stream.reset();
    }
    std::erase_if(open, [](const Open& one) { return one.stream == nullptr; });
  }
  for (Open& one : open) result[one.index] = one.stream->finish();
  require_usable(result, track, block.end());
  return result;
}

/// extract(), whose messages may not name the file.
std::vector<FeatureMatrix> decode_and_extract(const Track& source, const Excerpt& excerpt,
                                              const Feature& feature, FileLevels* levels) {
  TrackReader reader(source, feature.sample_rate_hz());
  LevelMeter meter;
  if (levels != nullptr) reader.file().measure(meter);
  const TrackAudio track{.file = source.audio,
                         .sample_rate_hz = reader.sample_rate_hz(),
                         .n_samples = reader.expected_samples()};
  std::vector<FeatureMatrix> result =
      features_of(track, excerpt, feature, [&](std::span<float> out) { return reader.read(out); });
  if (levels != nullptr) *levels = levels_of(source.audio.string(), reader.file(), meter);
  return result;
}

/// extract_deformed(), whose messages may not name the file.
std::vector<FeatureMatrix> deform_and_extract(const Track& source, const std::string& content,
                                              const TrackDeformer& deform, const Excerpt& excerpt,
                                              const Feature& feature) {
  const std::vector<float> samples = deform(source, content, feature.sample_rate_hz());
  std::span<const float> rest = samples;
  return features_of({.file = source.audio,
                      .sample_rate_hz = feature.sample_rate_hz(),
                      .n_samples = std::ssize(samples)},
                     excerpt, feature, [&](std::span<float> out) {
                       const std::size_t n = std::min(out.size(), rest.size());
                       std::copy_n(rest.begin(), n, out.begin());
                       rest = rest.subspan(n);
                       return n;
                     });
}

/// Calls `compute`, and puts the file's name into the message of a DataError that lacks it.
template <typename Compute>
std::vector<FeatureMatrix> naming_file(const std::filesystem::path& file, const Compute& compute) {
  try {
    return compute();
  } catch (const FileChanged&) {
    throw;
  } catch (const FileUnreadable&) {
    throw;
  } catch (const DataError& error) {
    throw DataError(naming(file, error.what()));
  }
}

}  // namespace

std::vector<FeatureMatrix> extract(const std::filesystem::path& file, const Excerpt& excerpt,
                                   const Feature& feature, FileLevels* levels) {
  Track track;
  track.audio = file;
  return extract(track, excerpt, feature, levels);
}

std::vector<FeatureMatrix> extract(const Track& track, const Excerpt& excerpt,
                                   const Feature& feature, FileLevels* levels) {
  return naming_file(track.audio,
                     [&] { return decode_and_extract(track, excerpt, feature, levels); });
}

std::vector<FeatureMatrix> extract_deformed(const Track& track, const std::string& content,
                                            const TrackDeformer& deform, const Excerpt& excerpt,
                                            const Feature& feature) {
  return naming_file(track.audio,
                     [&] { return deform_and_extract(track, content, deform, excerpt, feature); });
}

std::string feature_recipe(const PluginChoice& excerpt, const PluginChoice& features,
                           const Registry& registry) {
  std::string recipe = version_text(registry.features.get(features.name, "features")) + "\n";
  for (const auto& [name, value] : features.options)
    recipe += fmt::format("{}={}\n", name, to_string(value));
  recipe += "excerpt " + version_text(registry.excerpts.get(excerpt.name, "excerpt")) + "\n";
  for (const auto& [name, value] : excerpt.options)
    recipe += fmt::format("{}={}\n", name, to_string(value));
  return recipe;
}

namespace {

bool has_audio(const Dataset& dataset) {
  return std::none_of(dataset.tracks().begin(), dataset.tracks().end(),
                      [](const Track& track) { return track.audio.empty(); });
}

/// Extracts track by track. Threads may share one.
class TrackExtractor {
 public:
  explicit TrackExtractor(const ExtractionInputs& inputs)
      : inputs_(inputs),
        excerpt_(inputs.registry.excerpts.get(inputs.excerpt.name, "excerpt")
                     .make(inputs.excerpt.options)),
        feature_(inputs.registry.features.get(inputs.features.name, "features")
                     .make(inputs.features.options)),
        segmenting_(dynamic_cast<const SegmentingExcerpt*>(excerpt_.get())),
        stored_(dynamic_cast<const StoredFeature*>(feature_.get())),
        recipe_(feature_recipe(inputs.excerpt, inputs.features, inputs.registry) +
                (inputs.deform == nullptr ? std::string() : inputs.deform->recipe())),
        result_{.features = std::vector<std::vector<FeatureMatrix>>(tracks().size()),
                .errors = std::vector<std::string>(tracks().size()),
                .notes = {},
                .cache_error = {},
                .n_cached = 0,
                .n_computed = 0,
                .computed_s = 0.0,
                .sequence = feature_->sequence(),
                .files = feature_->files()},
        levels_(tracks().size()) {
    require_that_all_go_together();
  }

  /// True if the dataset has features in place of audio.
  bool from_table() const {
    return feature_->sample_rate_hz() == 0.0 && !stored() && !gives_files();
  }

  /// True if methods get the sound files themselves.
  bool gives_files() const { return feature_->files(); }

  /// Files that cannot be read are bad tracks; whoever decodes the others may find more.
  void name_files() {
    for (std::size_t t = 0; t < tracks().size(); ++t)
      if (const FileContent& content = inputs_.data.files.at(t); content.hash.empty())
        result_.errors[t] = content.error;
      else
        result_.features[t] = {FeatureMatrix::Zero(1, 1)};
  }

  /// True if the feature has files of its own.
  bool stored() const { return stored_ != nullptr; }

  void copy_table() {
    for (std::size_t t = 0; t < tracks().size(); ++t)
      result_.features[t] = {Eigen::Map<const Eigen::VectorXf>(
          tracks()[t].features.data(), static_cast<Eigen::Index>(tracks()[t].features.size()))};
  }

  /// @throws DataError  as read_numbers()
  void read_stored(const TrackLoop& loop) {
    const Dataset& dataset = *inputs_.data.dataset;
    const std::string& name = inputs_.features.name;
    const StoredContent content = inputs_.stored != nullptr
                                      ? *inputs_.stored
                                      : stored_content(*stored_, name, dataset, inputs_.hashes);
    ReadNumbers read = read_numbers(*stored_, name, dataset, content, inputs_.hashes, loop);
    result_.features = std::move(read.features);
    result_.errors = std::move(read.errors);
    n_computed_ = read.n_read;
  }

  /// @throws ConfigError, FileChanged, FileUnreadable  and then the whole extraction fails: a
  /// configuration at fault is the same for every track
  void extract_track(std::size_t t) {
    if (inputs_.wanted != nullptr && !(*inputs_.wanted)[t]) return;
    const FileContent& content = inputs_.data.files.at(t);
    if (content.hash.empty()) {
      result_.errors[t] = content.error;
      return;
    }
    try {
      result_.features[t] = cached_or_computed(t, content.hash);
    } catch (const FileChanged&) {
      throw;
    } catch (const FileUnreadable&) {
      throw;
    } catch (const DataError& error) {
      result_.errors[t] = error.what();
    }
  }

  ExtractedTracks result() {
    result_.n_cached = n_cached_;
    result_.n_computed = n_computed_;
    result_.computed_s = computed_s_;
    std::erase_if(levels_, [](const FileLevels& one) { return one.name.empty(); });
    for (LevelNote& note : level_notes(levels_)) result_.notes.push_back(std::move(note.message));
    return std::move(result_);
  }

 private:
  const std::vector<Track>& tracks() const { return inputs_.data.dataset->tracks(); }

  void require_that_all_go_together() const {
    const Dataset& dataset = *inputs_.data.dataset;
    if (stored() && !excerpt_->whole_track())
      throw ConfigError(fmt::format(
          "excerpt {}: features {} come from files of their own, and there is no audio to cut; use "
          "the excerpt full",
          inputs_.excerpt.name, inputs_.features.name));
    if (stored()) return;
    if (from_table() && dataset.feature_names().empty())
      throw ConfigError(fmt::format("features {}: the dataset has audio, not a table of features",
                                    inputs_.features.name));
    if (!from_table() && !has_audio(dataset))
      throw ConfigError(
          fmt::format("features {}: the dataset has no audio; use the feature table, or "
                      "embeddings that were made elsewhere",
                      inputs_.features.name));
    if (from_table() && !excerpt_->whole_track())
      throw ConfigError(
          fmt::format("excerpt {}: a feature table has no audio to cut; use the excerpt full",
                      inputs_.excerpt.name));
    if (gives_files() && !excerpt_->whole_track())
      throw ConfigError(
          fmt::format("excerpt {}: features {} gives whole sound files; use the excerpt full",
                      inputs_.excerpt.name, inputs_.features.name));
    if (!gives_files()) return;
    for (const Track& track : tracks())
      if (!track.is_whole_file())
        throw ConfigError(
            fmt::format("features {}: gives whole sound files, but the track {} is a part of {}, "
                        "which may hold others; take a feature that gives numbers",
                        inputs_.features.name, track.id, track.audio.string()));
  }

  std::vector<FeatureMatrix> cached_or_computed(std::size_t t, const std::string& hash) {
    const Track& track = tracks()[t];
    std::string key = recipe_ + hash + span_text(track);
    if (const std::string decoder = decoder_of(track.audio); !decoder.empty())
      key += "\ndecoder " + decoder;
    if (auto found = inputs_.cache.load(key)) {
      ++n_cached_;
      return std::move(*found);
    }
    std::vector<FeatureMatrix> features = computed(track, hash, levels_[t]);
    if (inputs_.deform == nullptr) levels_[t].name = tracks()[t].id;
    ++n_computed_;
    try {
      inputs_.cache.store(key, features);
    } catch (const DataError& error) {
      const std::lock_guard lock(mutex_);
      if (result_.cache_error.empty()) result_.cache_error = error.what();
    }
    return features;
  }

  std::vector<FeatureMatrix> computed(const Track& track, const std::string& hash,
                                      FileLevels& levels) {
    return read_content(track.audio, hash, inputs_.hashes, [&] {
      const SteadyClock::time_point begin = SteadyClock::now();
      if (inputs_.deform != nullptr) {
        std::vector<FeatureMatrix> features =
            extract_deformed(track, hash, *inputs_.deform, *excerpt_, *feature_);
        computed_s_ += seconds_since(begin);
        return features;
      }
      if (segmenting_ == nullptr || inputs_.sections == nullptr) {
        std::vector<FeatureMatrix> features = extract(track, *excerpt_, *feature_, &levels);
        computed_s_ += seconds_since(begin);
        return features;
      }
      const WithCachedSections excerpt(*segmenting_, *inputs_.sections, hash);
      std::vector<FeatureMatrix> features = extract(track, excerpt, *feature_, &levels);
      computed_s_ += seconds_since(begin) - excerpt.finding_s();
      return features;
    });
  }

  const ExtractionInputs& inputs_;
  std::unique_ptr<Excerpt> excerpt_;
  std::unique_ptr<Feature> feature_;
  const SegmentingExcerpt* segmenting_;
  const StoredFeature* stored_;  ///< null: the feature has no files of its own
  std::string recipe_;
  ExtractedTracks result_;          ///< each track writes to its own place
  std::vector<FileLevels> levels_;  ///< likewise; nameless where nothing was computed
  std::atomic<std::size_t> n_cached_{0}, n_computed_{0};
  std::atomic<double> computed_s_{0.0};
  std::mutex mutex_;  ///< of result_.cache_error
};

}  // namespace

ExtractedTracks extract_all(const ExtractionInputs& inputs, const TrackLoop& loop) {
  TrackExtractor extractor(inputs);
  if (extractor.stored()) {
    extractor.read_stored(loop);
    return extractor.result();
  }
  if (extractor.from_table()) {
    extractor.copy_table();
    return extractor.result();
  }
  if (extractor.gives_files()) {
    extractor.name_files();
    return extractor.result();
  }
  for_each_track(inputs.data.dataset->tracks().size(), loop,
                 [&](std::size_t t) { extractor.extract_track(t); });
  inputs.hashes.save();
  return extractor.result();
}

}  // namespace genrebench
