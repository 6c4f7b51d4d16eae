#include "harness/data/track_features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/profile.hpp"
#include "harness/data/track_reader.hpp"
#include "signal/audio/level_meter.hpp"

namespace genrebench {
namespace {

std::int64_t length(const Region& region, std::int64_t n_samples) {
  std::int64_t total = 0;
  for (const SampleRange& range : region) total += std::min(range.end, n_samples) - range.begin;
  return std::max<std::int64_t>(total, 0);
}

/// Excerpts are opened in the order of their first samples, so that few are open at once.
std::vector<std::size_t> order_of_first_samples(const std::vector<Region>& regions) {
  std::vector<std::size_t> order(regions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return regions[a].front().begin < regions[b].front().begin;
  });
  return order;
}

/// The features of a track's excerpts, from samples that come block by block.
class ExcerptStreams {
 public:
  ExcerptStreams(TrackAudio track, const Feature& feature, std::vector<Region> regions)
      : track_(std::move(track)),
        feature_(feature),
        regions_(std::move(regions)),
        order_(order_of_first_samples(regions_)),
        result_(regions_.size()) {}

  void push(std::span<const float> samples) {
    const std::int64_t begin = n_pushed_;
    n_pushed_ += std::ssize(samples);
    for (; next_ < order_.size() && regions_[order_[next_]].front().begin < n_pushed_; ++next_)
      open_.push_back(
          {.index = order_[next_],
           .stream = feature_.stream(length(regions_[order_[next_]], track_.n_samples))});
    for (Open& one : open_) {
      if (!push_to(one, samples, begin)) continue;
      result_[one.index] = one.stream->finish();
      one.stream.reset();
    }
    std::erase_if(open_, [](const Open& one) { return one.stream == nullptr; });
  }

  /// @throws DataError  if the features of an excerpt are none or not finite
  std::vector<FeatureMatrix> finish() {
    for (Open& one : open_) result_[one.index] = one.stream->finish();
    for (std::size_t i = 0; i < result_.size(); ++i) {
      if (result_[i].size() == 0)
        throw DataError(fmt::format("{}: decoded to {} samples, expected {} from its header",
                                    track_.file.string(), n_pushed_, track_.n_samples));
      if (!result_[i].allFinite())
        throw DataError(fmt::format("{}: excerpt {} gives features that are not finite",
                                    track_.file.string(), i));
    }
    return std::move(result_);
  }

 private:
  /// An excerpt that has begun and not ended.
  struct Open {
    std::size_t index;      ///< of the excerpt
    std::size_t range = 0;  ///< the range that comes next or has begun
    std::unique_ptr<FrameStream> stream;
  };

  /// Gives an excerpt its samples of a block. @return  true if these were its last
  bool push_to(Open& one, std::span<const float> samples, std::int64_t begin) const {
    const Region& region = regions_[one.index];
    for (; one.range < region.size() && region[one.range].begin < n_pushed_; ++one.range) {
      const SampleRange& range = region[one.range];
      const std::int64_t from = std::max(range.begin, begin), to = std::min(range.end, n_pushed_);
      if (from < to)
        one.stream->push(samples.subspan(static_cast<std::size_t>(from - begin),
                                         static_cast<std::size_t>(to - from)));
      if (range.end > n_pushed_) break;
    }
    return one.range == region.size();
  }

  TrackAudio track_;
  const Feature& feature_;
  std::vector<Region> regions_;
  std::vector<std::size_t> order_;
  std::vector<FeatureMatrix> result_;
  std::deque<Open> open_;
  std::size_t next_ = 0;       ///< place in order_ of the excerpt that is opened next
  std::int64_t n_pushed_ = 0;  ///< samples
};

std::vector<FeatureMatrix> features_of_samples(const TrackAudio& track, const Feature& feature,
                                               std::vector<Region> regions,
                                               std::span<const float> samples) {
  ExcerptStreams streams(track, feature, std::move(regions));
  streams.push(samples);
  return streams.finish();
}

/// A task under way.
class TaskAtWork {
 public:
  virtual ~TaskAtWork() = default;
  /// Takes the samples of the last next().
  virtual void push(const TrackDecoding& /*decoding*/) {}
  /// True if all that it needs of the file was decoded.
  virtual bool complete(const TrackDecoding& decoding) const = 0;
  virtual std::vector<FeatureMatrix> finish(const TrackDecoding& decoding) = 0;
  /// True if the seconds of the decoding have been counted as those of finding sections.
  virtual bool decoding_is_counted() const { return false; }
  /// Seconds that were spent on finding sections, which are counted elsewhere.
  virtual double finding_s() const { return 0.0; }
};

/// Excerpts that are known before the track is decoded.
class StreamedTask final : public TaskAtWork {
 public:
  StreamedTask(std::size_t rate, ExcerptStreams streams, double finding_s)
      : rate_(rate), streams_(std::move(streams)), finding_s_(finding_s) {}
  void push(const TrackDecoding& decoding) override { streams_.push(decoding.samples(rate_)); }
  bool complete(const TrackDecoding& decoding) const override { return decoding.complete(rate_); }
  std::vector<FeatureMatrix> finish(const TrackDecoding&) override { return streams_.finish(); }
  double finding_s() const override { return finding_s_; }

 private:
  std::size_t rate_;
  ExcerptStreams streams_;
  double finding_s_;
};

/// Excerpts that follow from sections, which are found in the samples.
class SegmentedTask final : public TaskAtWork {
 public:
  SegmentedTask(const ExtractionTask& task, const SampleSegmenter& segmenter,
                const std::string& content, TrackDecoding& decoding)
      : task_(task),
        segmenter_(segmenter),
        content_(content),
        file_rate_hz_(decoding.info().sample_rate_hz),
        analysis_(decoding.add_rate(segmenter.segmentation_rate_hz(file_rate_hz_), true)),
        rate_(decoding.add_rate(task.feature.sample_rate_hz(), true)) {}

  bool complete(const TrackDecoding& decoding) const override {
    return decoding.complete(analysis_) && decoding.complete(rate_);
  }
  std::vector<FeatureMatrix> finish(const TrackDecoding& decoding) override {
    const SteadyClock::time_point begin = SteadyClock::now();
    const std::vector<ClusterSpan> sections = find(decoding);
    finding_s_ = task_.sections != nullptr ? seconds_since(begin) : 0.0;
    const TrackAudio audio = decoding.audio(rate_);
    return features_of_samples(audio, task_.feature, segmenter_.choose_from(audio, sections),
                               decoding.all_samples(rate_));
  }
  bool decoding_is_counted() const override { return counted_; }
  double finding_s() const override { return finding_s_; }

 private:
  std::vector<ClusterSpan> find(const TrackDecoding& decoding) {
    const ProfileSpan span("segmentation");
    const std::span<const float> samples = decoding.all_samples(analysis_);
    const std::filesystem::path& file = decoding.track().audio;
    if (task_.sections == nullptr)
      return segmenter_.segment_samples(samples, file_rate_hz_, file.string());
    if (auto sections = task_.sections->known(file, content_)) return *std::move(sections);
    counted_ = true;
    return task_.sections->in_samples(
        {.samples = samples, .file_rate_hz = file_rate_hz_, .decoding_s = decoding.seconds()}, file,
        content_);
  }

  ExtractionTask task_;
  const SampleSegmenter& segmenter_;
  const std::string& content_;
  double file_rate_hz_;
  std::size_t analysis_;  ///< the rate of the segmentation
  std::size_t rate_;      ///< that of the feature
  bool counted_ = false;
  double finding_s_ = 0.0;
};

/// Excerpts of deformed audio.
class DeformedTask final : public TaskAtWork {
 public:
  DeformedTask(const ExtractionTask& task, const std::string& content, TrackDecoding& decoding)
      : task_(task), content_(content), rate_(decoding.add_rate(/*rate_hz=*/0.0, true)) {}

  bool complete(const TrackDecoding& decoding) const override { return decoding.complete(rate_); }
  std::vector<FeatureMatrix> finish(const TrackDecoding& decoding) override {
    const double sample_rate_hz = task_.feature.sample_rate_hz();
    const std::vector<float> samples = [&] {
      const ProfileSpan span("deformation");
      return (*task_.deform)(decoding.all_samples(rate_), decoding.audio(rate_).sample_rate_hz,
                             decoding.track(), content_, sample_rate_hz);
    }();
    const TrackAudio audio = {.file = decoding.track().audio,
                              .sample_rate_hz = sample_rate_hz,
                              .n_samples = std::ssize(samples)};
    return features_of_samples(audio, task_.feature, task_.excerpt.choose(audio), samples);
  }

 private:
  ExtractionTask task_;
  const std::string& content_;
  std::size_t rate_;
};

/// The excerpts of a task, if they can be told before the track is decoded; nothing if sections
/// are to be found in its samples.
/// @param finding_s  receives the seconds that the plug-in took to find sections in the file
std::optional<std::vector<Region>> regions_of(const ExtractionTask& task, const TrackAudio& audio,
                                              const std::string& content, double& finding_s) {
  const auto* segmenting = dynamic_cast<const SegmentingExcerpt*>(&task.excerpt);
  if (segmenting == nullptr) return task.excerpt.choose(audio);
  const bool by_samples = dynamic_cast<const SampleSegmenter*>(segmenting) != nullptr;
  if (task.sections != nullptr)
    if (const auto sections = task.sections->known(audio.file, content))
      return segmenting->choose_from(audio, *sections);
  if (by_samples) return std::nullopt;
  if (task.sections == nullptr) return task.excerpt.choose(audio);
  const ProfileSpan span("segmentation");
  const SteadyClock::time_point begin = SteadyClock::now();
  const std::vector<ClusterSpan> sections = (*task.sections)(audio.file, content);
  finding_s = seconds_since(begin);
  return segmenting->choose_from(audio, sections);
}

std::unique_ptr<TaskAtWork> begin_task(const ExtractionTask& task, const std::string& content,
                                       TrackDecoding& decoding) {
  if (task.deform != nullptr) return std::make_unique<DeformedTask>(task, content, decoding);
  const std::size_t rate = decoding.add_rate(task.feature.sample_rate_hz(), /*whole=*/false);
  const TrackAudio audio = decoding.audio(rate);
  double finding_s = 0.0;
  if (auto regions = regions_of(task, audio, content, finding_s))
    return std::make_unique<StreamedTask>(
        rate, ExcerptStreams(audio, task.feature, *std::move(regions)), finding_s);
  return std::make_unique<SegmentedTask>(task, dynamic_cast<const SampleSegmenter&>(task.excerpt),
                                         content, decoding);
}

/// A message that names the file that it is about: parts of the pipeline know only the samples.
std::string naming(const std::filesystem::path& file, const std::string& message) {
  return message.find(file.string()) == std::string::npos
             ? fmt::format("{}: {}", file.string(), message)
             : message;
}

/// The current exception, with the file's name in the message of a DataError that lacks it.
std::exception_ptr named_failure(const std::filesystem::path& file) {
  try {
    throw;
  } catch (const FileChanged&) {
    return std::current_exception();
  } catch (const FileUnreadable&) {
    return std::current_exception();
  } catch (const DataError& error) {
    return std::make_exception_ptr(DataError(naming(file, error.what())));
  } catch (...) {
    return std::current_exception();
  }
}

/// Tasks that share a decoding.
class SharedDecoding {
 public:
  SharedDecoding(const Track& track, const std::string& content,
                 std::span<const ExtractionTask> tasks)
      : track_(track),
        content_(content),
        tasks_(tasks),
        at_work_(tasks.size()),
        result_(tasks.size()) {}

  std::vector<ExtractedTask> extract(FileLevels* levels) {
    try {
      decode(levels);
    } catch (...) {
      fail_all(named_failure(track_.audio));
    }
    return std::move(result_);
  }

 private:
  void decode(FileLevels* levels) {
    TrackDecoding decoding(track_);
    LevelMeter meter;
    if (levels != nullptr) decoding.measure(meter);
    for (std::size_t i = 0; i < tasks_.size(); ++i)
      guarded(i, [&] { at_work_[i] = begin_task(tasks_[i], content_, decoding); });
    try {
      while (any_at_work() && decoding.next()) {
        for (std::size_t i = 0; i < tasks_.size(); ++i)
          guarded(i, [&] { at_work_[i]->push(decoding); });
      }
      if (levels != nullptr) *levels = levels_of(track_.audio.string(), decoding.info(), meter);
    } catch (...) {  // damage: it is that of the tasks that needed what is damaged
      const std::exception_ptr damage = named_failure(track_.audio);
      for (std::size_t i = 0; i < tasks_.size(); ++i)
        if (at_work_[i] != nullptr && !at_work_[i]->complete(decoding)) fail(i, damage);
    }
    for (std::size_t i = 0; i < tasks_.size(); ++i) finish(i, decoding);
  }

  void finish(std::size_t i, const TrackDecoding& decoding) {
    guarded(i, [&] { result_[i].features = at_work_[i]->finish(decoding); });
    if (at_work_[i] == nullptr) return;
    result_[i].seconds -= at_work_[i]->finding_s();
    if (!at_work_[i]->decoding_is_counted()) result_[i].seconds += decoding.seconds();
    at_work_[i].reset();
  }

  /// Does some work of a task that has not failed, and counts its time.
  template <typename Work>
  void guarded(std::size_t i, const Work& work) {
    if (result_[i].failure != nullptr) return;
    const ProfileSpan span(tasks_[i].name);
    const SteadyClock::time_point begin = SteadyClock::now();
    try {
      work();
    } catch (...) {
      fail(i, named_failure(track_.audio));
    }
    result_[i].seconds += seconds_since(begin);
  }

  bool any_at_work() const {
    return std::ranges::any_of(at_work_, [](const auto& task) { return task != nullptr; });
  }
  void fail(std::size_t i, std::exception_ptr failure) {
    result_[i].failure = std::move(failure);
    at_work_[i].reset();
  }
  void fail_all(const std::exception_ptr& failure) {
    for (std::size_t i = 0; i < tasks_.size(); ++i) fail(i, failure);
  }

  const Track& track_;
  const std::string& content_;
  std::span<const ExtractionTask> tasks_;
  std::vector<std::unique_ptr<TaskAtWork>> at_work_;  ///< null: it failed, or is finished
  std::vector<ExtractedTask> result_;
};

std::vector<FeatureMatrix> extract_one(const Track& track, const std::string& content,
                                       const ExtractionTask& task, FileLevels* levels) {
  ExtractedTask result =
      std::move(extract_together(track, content, std::span(&task, 1), levels).front());
  if (result.failure != nullptr) std::rethrow_exception(result.failure);
  return std::move(result.features);
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
  return extract_one(track, /*content=*/{}, {.excerpt = excerpt, .feature = feature}, levels);
}

std::vector<FeatureMatrix> extract_deformed(const Track& track, const std::string& content,
                                            const TrackDeformer& deform, const Excerpt& excerpt,
                                            const Feature& feature) {
  return extract_one(track, content, {.excerpt = excerpt, .feature = feature, .deform = &deform},
                     nullptr);
}

std::vector<ExtractedTask> extract_together(const Track& track, const std::string& content,
                                            std::span<const ExtractionTask> tasks,
                                            FileLevels* levels) {
  return SharedDecoding(track, content, tasks).extract(levels);
}

}  // namespace genrebench
