#include "harness/data/extraction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/profile.hpp"
#include "harness/data/track_claims.hpp"
#include "harness/data/track_reader.hpp"
#include "signal/audio/external_decoder.hpp"

namespace genrebench {
std::string ExtractionMemory::error(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = errors_.find(name);
  return found == errors_.end() ? std::string() : found->second;
}

void ExtractionMemory::add_error(const std::string& name, const std::string& error) {
  const std::lock_guard lock(mutex_);
  errors_[name] = error;
}

TimedWork ExtractionMemory::work(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = work_.find(name);
  return found == work_.end() ? TimedWork() : found->second;
}

void ExtractionMemory::add_work(const std::string& name, const TimedWork& work) {
  const std::lock_guard lock(mutex_);
  TimedWork& sum = work_[name];
  sum.seconds += work.seconds;
  sum.n += work.n;
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

/// An excerpt with a feature, and where its features are kept.
class Pair {
 public:
  Pair(const LaterExtraction& asked, const Registry& registry)
      : excerpt_(registry.excerpts.get(asked.excerpt.name, "excerpt").make(asked.excerpt.options)),
        feature_(
            registry.features.get(asked.features.name, "features").make(asked.features.options)),
        stored_(dynamic_cast<const StoredFeature*>(feature_.get())),
        recipe_(feature_recipe(asked.excerpt, asked.features, registry) +
                (asked.deform == nullptr ? std::string() : asked.deform->recipe())),
        name_(asked.features.name),
        deform_(asked.deform),
        sections_(asked.sections),
        wanted_(asked.wanted) {}

  const Excerpt& excerpt() const { return *excerpt_; }
  const Feature& feature() const { return *feature_; }
  /// Null: the feature has no files of its own.
  const StoredFeature* stored() const { return stored_; }
  const std::string& recipe() const { return recipe_; }
  bool reads_audio() const {
    return stored_ == nullptr && !feature_->files() && feature_->sample_rate_hz() != 0.0;
  }
  bool wants(std::size_t track) const { return wanted_ == nullptr || (*wanted_)[track]; }

  ExtractionTask task() const {
    return {.excerpt = *excerpt_,
            .feature = *feature_,
            .deform = deform_,
            .sections = sections_,
            .name = name_};
  }

  /// The name of a track's features in the cache.
  std::string key(const Track& track, const std::string& hash) const {
    std::string key = recipe_ + hash + span_text(track);
    if (const std::string decoder = decoder_of(track.audio); !decoder.empty())
      key += "\ndecoder " + decoder;
    return key;
  }

  /// Counts a track whose features were computed.
  void add_computed(double seconds) {
    ++n_computed_;
    computed_s_ += seconds;
  }
  TimedWork computed() const { return {.seconds = computed_s_, .n = n_computed_}; }

  /// It cannot go on: what is wrong is not the track.
  void give_up() { given_up_ = true; }
  bool given_up() const { return given_up_; }

 private:
  std::unique_ptr<Excerpt> excerpt_;
  std::unique_ptr<Feature> feature_;
  const StoredFeature* stored_;
  std::string recipe_;
  std::string name_;  ///< of the feature
  const TrackDeformer* deform_;
  SectionCache* sections_;
  const std::vector<bool>* wanted_;
  std::atomic<std::size_t> n_computed_{0};
  std::atomic<double> computed_s_{0.0};
  std::atomic<bool> given_up_{false};
};

/// The message of a DataError that tells of a track's content; nothing for other failures.
std::optional<std::string> fault_of_content(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const FileChanged&) {
    return std::nullopt;
  } catch (const FileUnreadable&) {
    return std::nullopt;
  } catch (const DataError& error) {
    return error.what();
  } catch (...) {
    return std::nullopt;
  }
}

/// Extracts track by track. Threads may share one.
class TrackExtractor {
 public:
  explicit TrackExtractor(const ExtractionInputs& inputs)
      : inputs_(inputs),
        own_({.excerpt = inputs.excerpt,
              .features = inputs.features,
              .sections = inputs.sections,
              .deform = inputs.deform,
              .wanted = inputs.wanted},
             inputs.registry),
        claims_(inputs.cache.folder()),
        result_{.features = std::vector<std::vector<FeatureMatrix>>(tracks().size()),
                .errors = std::vector<std::string>(tracks().size()),
                .notes = {},
                .cache_error = {},
                .n_cached = 0,
                .n_computed = 0,
                .computed_s = 0.0,
                .sequence = own_.feature().sequence(),
                .files = own_.feature().files()},
        levels_(tracks().size()) {
    require_that_all_go_together();
  }

  /// True if the dataset has features in place of audio.
  bool from_table() const { return !own_.reads_audio() && !stored() && !gives_files(); }

  /// True if methods get the sound files themselves.
  bool gives_files() const { return own_.feature().files(); }

  /// Files that cannot be read are bad tracks; whoever decodes the others may find more.
  void name_files() {
    for (std::size_t t = 0; t < tracks().size(); ++t)
      if (const FileContent& content = inputs_.data.files.at(t); content.hash.empty())
        result_.errors[t] = content.error;
      else
        result_.features[t] = {FeatureMatrix::Zero(1, 1)};
  }

  /// True if the feature has files of its own.
  bool stored() const { return own_.stored() != nullptr; }

  void copy_table() {
    for (std::size_t t = 0; t < tracks().size(); ++t)
      result_.features[t] = {Eigen::Map<const Eigen::VectorXf>(
          tracks()[t].features.data(), static_cast<Eigen::Index>(tracks()[t].features.size()))};
  }

  /// @throws DataError  as read_numbers()
  void read_stored(const TrackLoop& loop) {
    const Dataset& dataset = *inputs_.data.dataset;
    const std::string& name = inputs_.features.name;
    const StoredContent content =
        inputs_.stored != nullptr ? *inputs_.stored
                                  : stored_content(*own_.stored(), name, dataset, inputs_.hashes);
    ReadNumbers read = read_numbers(*own_.stored(), name, dataset, content, inputs_.hashes, loop);
    result_.features = std::move(read.features);
    result_.errors = std::move(read.errors);
    n_read_ = read.n_read;
  }

  /// @return  false: the track is taken, and is to be tried again
  /// @throws ConfigError, FileChanged, FileUnreadable  and then the whole extraction fails: a
  /// configuration at fault is the same for every track
  bool extract_track(std::size_t t, IfTaken if_taken) {
    if (!own_.wants(t)) return true;
    const FileContent& content = inputs_.data.files.at(t);
    if (content.hash.empty()) {
      result_.errors[t] = content.error;
      return true;
    }
    const ProfiledTrack track(tracks()[t].id);
    try {
      return cached_or_computed(t, content.hash, if_taken);
    } catch (const FileChanged&) {
      throw;
    } catch (const FileUnreadable&) {
      throw;
    } catch (const DataError& error) {
      result_.errors[t] = error.what();
    }
    return true;
  }

  ExtractedTracks result() {
    const TimedWork work = remembered_work();
    result_.n_cached =
        n_cached_ + own_.computed().n - std::min(work.n, n_cached_ + own_.computed().n);
    result_.n_computed = work.n + n_read_;
    result_.computed_s = work.seconds;
    std::erase_if(levels_, [](const FileLevels& one) { return one.name.empty(); });
    for (LevelNote& note : level_notes(levels_)) result_.notes.push_back(std::move(note.message));
    return std::move(result_);
  }

 private:
  const std::vector<Track>& tracks() const { return inputs_.data.dataset->tracks(); }

  void require_that_all_go_together() const {
    const Dataset& dataset = *inputs_.data.dataset;
    if (stored() && !own_.excerpt().whole_track())
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
    if (from_table() && !own_.excerpt().whole_track())
      throw ConfigError(
          fmt::format("excerpt {}: a feature table has no audio to cut; use the excerpt full",
                      inputs_.excerpt.name));
    if (gives_files() && !own_.excerpt().whole_track())
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

  void add_later() {
    if (!inputs_.later || !inputs_.cache.enabled()) return;
    std::set<std::string> recipes = {own_.recipe()};
    for (const LaterExtraction& one : inputs_.later()) {
      try {
        auto pair = std::make_unique<Pair>(one, inputs_.registry);
        if (pair->reads_audio() && recipes.insert(pair->recipe()).second)
          later_.push_back(std::move(pair));
      } catch (const ConfigError&) {  // whoever asks for it is told
      }
    }
  }

  /// What this process has computed of this pair, now and beside others.
  TimedWork remembered_work() {
    if (inputs_.memory == nullptr) return own_.computed();
    const auto remember = [&](const Pair& pair) {
      const std::string name = inputs_.data.fingerprint + pair.recipe();
      inputs_.memory->add_work(name, pair.computed());
      return inputs_.memory->work(name);
    };
    for (const auto& pair : later_) remember(*pair);
    return remember(own_);
  }

  /// @return  as extract_track()
  bool cached_or_computed(std::size_t t, const std::string& hash, IfTaken if_taken) {
    const Track& track = tracks()[t];
    const std::string key = own_.key(track, hash);
    if (load(t, key)) return true;
    const auto claim = claims_.take(hash + span_text(track));
    if (!claim && if_taken == IfTaken::try_again) return false;
    if (load(t, key)) return true;  // another thread or process has just finished it
    if (const std::string error = known_error(t, key); !error.empty()) throw DataError(error);
    compute(t, hash, key);
    return true;
  }

  /// Messages name files, and of two files with one content each has its own.
  std::string error_name(std::size_t t, const std::string& key) const {
    return tracks()[t].audio.string() + "\n" + key;
  }
  std::string known_error(std::size_t t, const std::string& key) const {
    return inputs_.memory == nullptr ? std::string() : inputs_.memory->error(error_name(t, key));
  }

  bool load(std::size_t t, const std::string& key) {
    const ProfileSpan span("cache, reading");
    auto found = inputs_.cache.load(key);
    if (!found) return false;
    ++n_cached_;
    result_.features[t] = *std::move(found);
    return true;
  }

  /// Computes the features of a track, and beside them those that are asked for later.
  void compute(std::size_t t, const std::string& hash, const std::string& key) {
    std::call_once(later_is_added_, [this] { add_later(); });
    const Track& track = tracks()[t];
    std::vector<Pair*> pairs = {&own_};
    std::vector<std::string> keys = {key};
    for (const auto& pair : later_) {
      if (later_is_lost_ || pair->given_up() || !pair->wants(t)) continue;
      std::string later_key = pair->key(track, hash);
      if (inputs_.cache.contains(later_key) || !known_error(t, later_key).empty()) continue;
      pairs.push_back(pair.get());
      keys.push_back(std::move(later_key));
    }
    std::vector<ExtractionTask> tasks;
    for (const Pair* pair : pairs) tasks.push_back(pair->task());
    std::vector<ExtractedTask> done;
    const auto keep_all = [&] {
      for (std::size_t i = 0; i < pairs.size(); ++i) keep(t, *pairs[i], keys[i], done[i]);
    };
    try {
      read_content(track.audio, hash, inputs_.hashes, [&] {
        done =
            extract_together(track, hash, tasks, inputs_.deform == nullptr ? &levels_[t] : nullptr);
        if (done.front().failure != nullptr) std::rethrow_exception(done.front().failure);
        return true;
      });
    } catch (const DataError&) {
      // The others are of the very content that is at fault, and may be sound.
      if (fault_of_content(std::current_exception())) keep_all();
      throw;
    }
    keep_all();
    if (inputs_.deform == nullptr) levels_[t].name = track.id;
    result_.features[t] = std::move(done.front().features);
  }

  /// Puts features into the cache, or remembers why there are none.
  void keep(std::size_t t, Pair& pair, const std::string& key, const ExtractedTask& done) {
    if (done.failure != nullptr) {
      const std::optional<std::string> fault = fault_of_content(done.failure);
      if (!fault) pair.give_up();
      if (fault && inputs_.memory != nullptr) inputs_.memory->add_error(error_name(t, key), *fault);
      return;
    }
    const ProfileSpan span("cache, writing");
    try {
      inputs_.cache.store(key, done.features);
      pair.add_computed(done.seconds);
    } catch (const DataError& error) {
      if (&pair == &own_) pair.add_computed(done.seconds);
      later_is_lost_ = true;
      const std::lock_guard lock(mutex_);
      if (result_.cache_error.empty()) result_.cache_error = error.what();
    }
  }

  const ExtractionInputs& inputs_;
  Pair own_;
  std::once_flag later_is_added_;
  std::vector<std::unique_ptr<Pair>> later_;
  TrackClaims claims_;
  ExtractedTracks result_;          ///< each track writes to its own place
  std::vector<FileLevels> levels_;  ///< likewise; nameless where nothing was computed
  std::atomic<std::size_t> n_cached_{0};
  std::size_t n_read_ = 0;                  ///< of a StoredFeature
  std::atomic<bool> later_is_lost_{false};  ///< the cache cannot be written
  std::mutex mutex_;                        ///< of result_.cache_error
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
  for_each_free_track(
      inputs.data.dataset->tracks().size(), loop,
      [&](std::size_t t, IfTaken if_taken) { return extractor.extract_track(t, if_taken); });
  inputs.hashes.save();
  return extractor.result();
}

}  // namespace genrebench
