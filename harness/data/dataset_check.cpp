#include "harness/data/dataset_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <span>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "harness/data/track_reader.hpp"
#include "signal/audio/audio.hpp"
#include "signal/fingerprint/near_duplicates.hpp"

namespace genrebench {
namespace {

constexpr double kLongSilence_s = 5.0;

/// The longest stretch of silence in samples that come in blocks.
class SilenceMeter {
 public:
  void push(std::span<const float> samples) {
    for (const float sample : samples) {
      run_ = std::abs(sample) <= kSilence ? run_ + 1 : 0;
      longest_ = std::max(longest_, run_);
    }
  }
  std::size_t longest() const { return longest_; }

 private:
  std::size_t run_ = 0, longest_ = 0;
};

void decode_whole(TrackReader& reader, const std::string& track, FileFacts& facts) {
  SilenceMeter silence;
  LevelMeter levels;
  reader.file().measure(levels);
  ContentHasher hasher;
  Fingerprinter fingerprinter(facts.sample_rate_hz);
  std::size_t n_samples = 0;
  std::vector<float> block(1 << 14), hashed(block.size());
  while (const std::size_t n = reader.read(block)) {
    const std::span<const float> samples(block.data(), n);
    silence.push(samples);
    // Equal samples, equal bits: float files know a zero with a sign.
    std::transform(samples.begin(), samples.end(), hashed.begin(),
                   [](float sample) { return sample == 0.0f ? 0.0f : sample; });
    hasher.add({reinterpret_cast<const char*>(hashed.data()), samples.size_bytes()});
    fingerprinter.push(samples);
    n_samples += n;
  }
  facts.duration_s = static_cast<double>(n_samples) / facts.sample_rate_hz;
  facts.silent = silence.longest() == n_samples;
  facts.longest_silence_s = static_cast<double>(silence.longest()) / facts.sample_rate_hz;
  facts.levels = levels_of(track, reader.info(), levels);
  facts.audio_hash = hasher.hash();
  facts.fingerprint = fingerprinter.finish();
}

/// All but the hash of the bytes.
void examine_content(const Track& track, bool decode, FileFacts& facts) {
  if (decode && !track.published_md5.empty()) facts.md5 = md5_of_file(track.audio);
  TrackReader reader(track, /*sample_rate_hz=*/0.0);
  facts.format = reader.info().format;
  facts.sample_rate_hz = reader.info().sample_rate_hz;
  facts.channels = reader.info().channels;
  facts.duration_s = track.is_whole_file() ? reader.info().duration_s
                                           : static_cast<double>(reader.expected_samples()) /
                                                 reader.info().sample_rate_hz;
  if (decode) decode_whole(reader, track.id, facts);
}

FileFacts examine(const Track& track, FileHashes& hashes, bool decode) {
  FileFacts facts;
  try {
    facts.hash = hashes(track.audio);
    read_content(track.audio, facts.hash, hashes, [&] {
      examine_content(track, decode, facts);
      return true;
    });
  } catch (const FileChanged&) {
    facts.error = fmt::format("{}: the file changed while it was being read; run the command again",
                              track.audio.string());
  } catch (const DataError& error) {
    facts.error = error.what();
  }
  return facts;
}

/// Checks all files of a dataset and collects what is wrong.
class Check {
 public:
  Check(const Dataset& dataset, const std::vector<FileFacts>& files)
      : dataset_(dataset), tracks_(dataset.tracks()), files_(files) {}

  std::vector<DatasetProblem> operator()(
      int threads, const std::function<void(std::size_t, std::size_t)>& progress) {
    check_counts();
    check_levels();
    for (std::size_t t = 0; t < tracks_.size(); ++t) check_file(t);
    check_formats();
    const std::vector<std::size_t> distinct = check_exact_duplicates();
    check_near_duplicates(distinct, threads, progress);
    return std::move(problems_);
  }

 private:
  using Severity = DatasetProblem::Severity;

  void add(Severity severity, std::string what, std::string where, std::string message) {
    problems_.push_back({severity, std::move(what), std::move(where), std::move(message)});
  }
  void error(std::string what, std::string where, std::string message) {
    add(Severity::error, std::move(what), std::move(where), std::move(message));
  }
  void note(std::string what, std::string where, std::string message) {
    add(Severity::note, std::move(what), std::move(where), std::move(message));
  }

  /// Whole genres that are absent are for the dataset to report, which knows the tracks.
  void check_counts() {
    std::vector<int> counts(dataset_.genres().size());
    for (const Track& track : tracks_) ++counts[static_cast<std::size_t>(track.genre)];
    std::vector<std::string> fewer;
    for (const PublishedCount& published : dataset_.published_counts()) {
      const auto genre =
          std::find(dataset_.genres().begin(), dataset_.genres().end(), published.genre) -
          dataset_.genres().begin();
      const int found = counts.at(static_cast<std::size_t>(genre));
      const std::string printed = published.printed_name == published.genre
                                      ? std::string()
                                      : fmt::format(" (its '{}')", published.printed_name);
      if (found > published.n_tracks)
        error("count", published.genre,
              fmt::format("{} tracks are here, the paper counts {}{}", found, published.n_tracks,
                          printed));
      else if (found < published.n_tracks)
        fewer.push_back(fmt::format("{} {} of {}", published.genre, found, published.n_tracks));
    }
    if (!fewer.empty())
      note("count", "all genres",
           fmt::format("fewer tracks than the paper counts: {}", fmt::join(fewer, ", ")));
  }

  void check_file(std::size_t t) {
    const Track& track = tracks_[t];
    const FileFacts& file = files_[t];
    if (!file.md5.empty() && file.md5 != track.published_md5)
      error("md5", track.id,
            fmt::format("{}: expected the published MD5 sum {}, found {}", track.audio.string(),
                        track.published_md5, file.md5));
    if (!file.error.empty())
      error("unreadable", track.id, file.error);
    else if (file.silent)
      error("silent", track.id,
            fmt::format("{}: {}", track.audio.string(),
                        file.levels.channels_cancel()
                            ? "its channels cancel each other when they are mixed: nothing is left"
                            : "no sample is above -80 dB of full scale"));
    else if (file.longest_silence_s >= kLongSilence_s)
      note("silence", track.id,
           fmt::format("{:.1f} s of {:.1f} s in a row are silent", file.longest_silence_s,
                       file.duration_s));
  }

  void check_levels() {
    std::vector<FileLevels> levels;
    for (const FileFacts& file : files_)
      if (!file.levels.name.empty()) levels.push_back(file.levels);
    for (LevelNote& one : level_notes(levels))
      note("levels", std::move(one.where), std::move(one.message));
  }

  /// What most files say: absent where one in ten says something else.
  template <typename Value>
  std::optional<Value> usual(Value FileFacts::*fact) const {
    std::map<Value, std::size_t> counts;
    std::size_t total = 0;
    for (const FileFacts& file : files_)
      if (file.sample_rate_hz > 0.0) {
        ++counts[file.*fact];
        ++total;
      }
    for (const auto& [value, n] : counts)
      if (10 * n >= 9 * total) return value;
    return std::nullopt;
  }

  void check_formats() {
    const ExpectedAudio expected = dataset_.expected_audio();
    const auto usual_rate_hz = usual(&FileFacts::sample_rate_hz);
    const auto usual_channels = usual(&FileFacts::channels);
    for (std::size_t t = 0; t < tracks_.size(); ++t) {
      const FileFacts& file = files_[t];
      if (file.sample_rate_hz == 0.0) continue;  // not audio, or its header cannot be read
      const std::string& id = tracks_[t].id;
      if (expected.sample_rate_hz != 0.0 && file.sample_rate_hz != expected.sample_rate_hz)
        error("format", id,
              fmt::format("expected a sample rate of {:g} Hz, found {:g} Hz",
                          expected.sample_rate_hz, file.sample_rate_hz));
      else if (expected.sample_rate_hz == 0.0 && usual_rate_hz &&
               file.sample_rate_hz != *usual_rate_hz)
        note("format", id,
             fmt::format("a sample rate of {:g} Hz, nearly all others have {:g} Hz",
                         file.sample_rate_hz, *usual_rate_hz));
      if (expected.channels != 0 && file.channels != expected.channels)
        error("format", id,
              fmt::format("expected {}, found {}", channels_text(expected.channels),
                          channels_text(file.channels)));
      else if (expected.channels == 0 && usual_channels && file.channels != *usual_channels)
        note("format", id,
             fmt::format("{}, nearly all others are {}", channels_text(file.channels),
                         channels_text(*usual_channels)));
      if (!file.error.empty()) continue;  // its length is not its own
      if (expected.min_duration_s > 0.0 && file.duration_s < expected.min_duration_s)
        error("format", id,
              fmt::format("expected at least {:g} s, found {:.2f} s", expected.min_duration_s,
                          file.duration_s));
      if (expected.max_duration_s > 0.0 && file.duration_s > expected.max_duration_s)
        error("format", id,
              fmt::format("expected at most {:g} s, found {:.2f} s", expected.max_duration_s,
                          file.duration_s));
    }
  }

  /// Whether the dataset itself says that two tracks are the same music.
  bool known_as_same(std::size_t a, std::size_t b) const {
    if (!tracks_[a].published_md5.empty() && tracks_[a].published_md5 == tracks_[b].published_md5)
      return true;
    const auto song_a = tracks_[a].groups.find("song"), song_b = tracks_[b].groups.find("song");
    return song_a != tracks_[a].groups.end() && song_b != tracks_[b].groups.end() &&
           song_a->second == song_b->second;
  }

  /// "blues.00002", with its genre where that is another.
  std::string named(std::size_t other, std::size_t beside) const {
    const Track& track = tracks_[other];
    if (track.genre == tracks_[beside].genre) return track.id;
    return fmt::format("{} of another genre, {}", track.id, dataset_.genre_name(track.genre));
  }

  void duplicate(const std::string& what, std::size_t track, std::size_t other,
                 const std::string& message) {
    const bool known = known_as_same(track, other);
    add(known ? Severity::note : Severity::error, what, tracks_[track].id,
        message + (known ? "; the dataset knows them as the same song" : ""));
  }

  /// @return  tracks that can be compared, one of each set of exact duplicates
  std::vector<std::size_t> check_exact_duplicates() {
    std::vector<std::size_t> distinct;
    std::map<std::string, std::size_t> first;
    for (std::size_t t = 0; t < files_.size(); ++t) {
      if (!files_[t].error.empty() || files_[t].silent || files_[t].audio_hash.empty()) continue;
      const auto [place, fresh] = first.emplace(files_[t].audio_hash, t);
      if (fresh) {
        distinct.push_back(t);
        continue;
      }
      const std::size_t other = place->second;
      duplicate(
          "duplicate", t, other,
          fmt::format("the same {} as {}",
                      files_[t].hash == files_[other].hash ? "file" : "samples", named(other, t)));
    }
    return distinct;
  }

  void check_near_duplicates(const std::vector<std::size_t>& distinct, int threads,
                             const std::function<void(std::size_t, std::size_t)>& progress) {
    std::vector<Fingerprint> fingerprints;
    for (const std::size_t t : distinct) fingerprints.push_back(files_[t].fingerprint);
    for (const NearDuplicate& pair :
         near_duplicates(fingerprints, {.threads = threads}, progress)) {
      const std::size_t t = distinct[pair.second], other = distinct[pair.first];
      std::string how =
          fmt::format("{:.0f} s of {} s", pair.overlap_s, std::lround(files_[t].duration_s));
      if (std::abs(pair.speed - 1.0) >= 0.002)
        how += fmt::format(", {:.1f} % {}", 100.0 * std::abs(pair.speed - 1.0),
                           pair.speed > 1.0 ? "faster" : "slower");
      if (std::abs(pair.pitch_semitones) >= 0.1)
        how += fmt::format(", {:.1f} semitones {}", std::abs(pair.pitch_semitones),
                           pair.pitch_semitones > 0.0 ? "higher" : "lower");
      duplicate("near_duplicate", t, other,
                fmt::format("sounds as {} ({}; score {:.2f})", named(other, t), how, pair.score));
    }
  }

  const Dataset& dataset_;
  const std::vector<Track>& tracks_;
  const std::vector<FileFacts>& files_;
  std::vector<DatasetProblem> problems_;
};

}  // namespace

std::string channels_text(int channels) {
  return channels == 1 ? "mono" : channels == 2 ? "stereo" : fmt::format("{} channels", channels);
}

std::vector<FileFacts> examine_files(
    const Dataset& dataset, FileHashes& hashes, bool decode, int threads,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  const std::vector<Track>& tracks = dataset.tracks();
  std::vector<FileFacts> result(tracks.size());
  std::mutex report;
  std::size_t done = 0;
  parallel_for(tracks.size(), {.threads = threads}, [&] {
    return [&](std::size_t t) {
      if (!tracks[t].audio.empty()) result[t] = examine(tracks[t], hashes, decode);
      const std::lock_guard lock(report);
      progress(++done, tracks.size());
    };
  });
  hashes.save();
  return result;
}

std::vector<DatasetProblem> general_problems(
    const Dataset& dataset, const std::vector<FileFacts>& files, int threads,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  return Check(dataset, files)(threads, progress);
}

}  // namespace genrebench
