#include "harness/data/extraction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>

#include "base/error.hpp"
#include "base/random.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kBlock = 1 << 16;  // samples decoded at a time

/// One excerpt while the track goes by.
struct Open {
  std::size_t index;      ///< of the excerpt
  std::size_t range = 0;  ///< the range that is next or under way
  std::unique_ptr<FrameStream> stream;
};

std::int64_t length(const Region& region, std::int64_t n_samples) {
  std::int64_t total = 0;
  for (const SampleRange& range : region) total += std::min(range.end, n_samples) - range.begin;
  return std::max<std::int64_t>(total, 0);
}

/// An excerpt plug-in that segments, whose sections of one content are looked up.
class WithCachedSections final : public Excerpt {
 public:
  WithCachedSections(const SegmentingExcerpt& excerpt, SectionCache& sections,
                     const std::string& hash)
      : excerpt_(excerpt), sections_(sections), hash_(hash) {}
  std::vector<Region> choose(const TrackAudio& track) const override {
    return excerpt_.choose_from(track, sections_(track.file, hash_));
  }

 private:
  const SegmentingExcerpt& excerpt_;
  SectionCache& sections_;
  const std::string& hash_;
};

}  // namespace

std::vector<std::size_t> order_of_tracks(std::size_t n, std::uint64_t order) {
  std::vector<std::size_t> indices(n);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  if (order != 0) Random(order).shuffle(std::span(indices));
  return indices;
}

std::vector<FeatureMatrix> extract(const std::filesystem::path& file, const Excerpt& excerpt,
                                   const Feature& feature) {
  AudioReader reader(file, feature.sample_rate_hz());
  const TrackAudio track{.file = file,
                         .sample_rate_hz = reader.sample_rate_hz(),
                         .n_samples = reader.expected_samples()};
  const std::vector<Region> regions = excerpt.choose(track);

  // Excerpts open in the order of their first sample; few are open at once.
  std::vector<std::size_t> order(regions.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return regions[a].front().begin < regions[b].front().begin;
  });
  std::vector<FeatureMatrix> result(regions.size());
  std::deque<Open> open;
  std::size_t next = 0;
  std::vector<float> block(kBlock);
  std::int64_t position = 0;
  while (const std::size_t n = reader.read(block)) {
    const std::int64_t end = position + static_cast<std::int64_t>(n);
    for (; next < order.size() && regions[order[next]].front().begin < end; ++next)
      open.push_back({.index = order[next],
                      .stream = feature.stream(length(regions[order[next]], track.n_samples))});
    for (Open& one : open) {
      const Region& region = regions[one.index];
      for (; one.range < region.size() && region[one.range].begin < end; ++one.range) {
        const std::int64_t from = std::max(region[one.range].begin, position),
                           to = std::min(region[one.range].end, end);
        if (from < to)
          one.stream->push(std::span(block).subspan(static_cast<std::size_t>(from - position),
                                                    static_cast<std::size_t>(to - from)));
        if (region[one.range].end > end) break;
      }
      if (one.range == region.size()) {
        result[one.index] = one.stream->finish();
        one.stream.reset();
      }
    }
    std::erase_if(open, [](const Open& one) { return one.stream == nullptr; });
    position = end;
  }
  for (Open& one : open) result[one.index] = one.stream->finish();
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i].size() == 0)
      throw DataError(fmt::format("{}: decoded to {} samples, expected {} from its header",
                                  file.string(), position, track.n_samples));
    if (!result[i].allFinite())
      throw DataError(
          fmt::format("{}: excerpt {} gives features that are not finite", file.string(), i));
  }
  return result;
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

ExtractedTracks extract_all(const OpenDataset& data, const PluginChoice& excerpt_choice,
                            const PluginChoice& feature_choice, const Registry& registry,
                            const FeatureCache& cache, FileHashes& hashes,
                            const ExtractionSettings& settings) {
  const Dataset& dataset = *data.dataset;
  const auto excerpt =
      registry.excerpts.get(excerpt_choice.name, "excerpt").make(excerpt_choice.options);
  const auto feature =
      registry.features.get(feature_choice.name, "features").make(feature_choice.options);
  const std::vector<Track>& tracks = dataset.tracks();
  ExtractedTracks result{.features = std::vector<std::vector<FeatureMatrix>>(tracks.size()),
                         .errors = std::vector<std::string>(tracks.size()),
                         .cache_error = {},
                         .n_cached = 0,
                         .n_computed = 0,
                         .sequence = feature->sequence()};

  const bool from_table = feature->sample_rate_hz() == 0.0;
  const bool has_audio =
      std::none_of(tracks.begin(), tracks.end(), [](const Track& t) { return t.audio.empty(); });
  if (from_table && dataset.feature_names().empty())
    throw ConfigError(fmt::format("features {}: the dataset has audio, not a table of features",
                                  feature_choice.name));
  if (!from_table && !has_audio)
    throw ConfigError(fmt::format("features {}: the dataset has no audio; use the feature table",
                                  feature_choice.name));
  if (from_table) {
    if (!excerpt->whole_track())
      throw ConfigError(
          fmt::format("excerpt {}: a feature table has no audio to cut; use the excerpt full",
                      excerpt_choice.name));
    for (std::size_t t = 0; t < tracks.size(); ++t)
      result.features[t] = {Eigen::Map<const Eigen::VectorXf>(
          tracks[t].features.data(), static_cast<Eigen::Index>(tracks[t].features.size()))};
    return result;
  }

  const auto* segmenting = dynamic_cast<const SegmentingExcerpt*>(excerpt.get());
  const auto features_of = [&](const std::filesystem::path& file, const std::string& hash) {
    return read_content(file, hash, hashes, [&] {
      if (segmenting == nullptr || settings.sections == nullptr)
        return extract(file, *excerpt, *feature);
      return extract(file, WithCachedSections(*segmenting, *settings.sections, hash), *feature);
    });
  };
  const std::string recipe = feature_recipe(excerpt_choice, feature_choice, registry);
  const std::vector<std::size_t> order = order_of_tracks(tracks.size(), settings.track_order);
  std::atomic<std::size_t> next{0}, done{0}, cached{0}, computed{0};
  std::mutex report;
  const auto work = [&] {
    for (std::size_t i = next++; i < tracks.size(); i = next++) {
      const std::size_t t = order[i];
      if (settings.interrupted && settings.interrupted()) return;
      const FileContent& content = data.files.at(t);
      try {
        const std::string key = recipe + content.hash;
        if (content.hash.empty()) {
          result.errors[t] = content.error;
        } else if (auto found = cache.load(key)) {
          result.features[t] = std::move(*found);
          ++cached;
        } else {
          result.features[t] = features_of(tracks[t].audio, content.hash);
          ++computed;
          try {
            cache.store(key, result.features[t]);
          } catch (const DataError& error) {
            const std::lock_guard lock(report);
            if (result.cache_error.empty()) result.cache_error = error.what();
          }
        }
      } catch (const FileChanged&) {
        throw;
      } catch (const FileUnreadable&) {
        throw;
      } catch (const DataError& error) {
        result.errors[t] = error.what();
      }
      const std::lock_guard lock(report);
      ++done;
      if (settings.progress) settings.progress(done, tracks.size());
    }
  };
  // A configuration at fault is the same for every track, and one file that changed fails the run:
  // the first exception stops the pool.
  std::exception_ptr failure;
  const auto guarded = [&] {
    try {
      work();
    } catch (...) {
      const std::lock_guard lock(report);
      if (!failure) failure = std::current_exception();
      next = tracks.size();
    }
  };
  {
    std::vector<std::jthread> pool;
    for (int i = 1; i < settings.threads; ++i) pool.emplace_back(guarded);
    guarded();
  }
  if (failure) std::rethrow_exception(failure);
  result.n_cached = cached;
  result.n_computed = computed;
  hashes.save();
  return result;
}

}  // namespace genrebench
