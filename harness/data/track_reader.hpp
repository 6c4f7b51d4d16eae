#pragma once
// Reads the samples of a track, which may be a span of a longer file.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/plugin/dataset.hpp"
#include "harness/plugin/excerpt.hpp"
#include "signal/audio/audio.hpp"
#include "signal/audio/multi_rate_reader.hpp"

namespace genrebench {

/// Samples [begin, end) of a file, at some rate.
struct TrackSamples {
  std::int64_t begin = 0;
  std::int64_t end = 0;  ///< kEndOfTrack: wherever the file ends
};

/// Where a track lies in its file. An end that is up to half a second behind the end of the file is
/// the end of the file, as lists round.
/// @param n_samples  of the file at this rate, as its header says
/// @throws DataError  naming the file: it ends before the track begins, or before it ends
TrackSamples samples_of(const Track& track, double sample_rate_hz, std::int64_t n_samples);

/// What an excerpt plug-in is told of a track. @param n_samples  as in samples_of()
/// @throws DataError  as samples_of()
TrackAudio track_audio(const Track& track, double sample_rate_hz, std::int64_t n_samples);

/// "\nspan 10 to 40 s", which tells tracks of one file apart in keys of caches; empty: the whole
/// file.
std::string span_text(const Track& track);

/// AudioReader for tracks: the samples of the track alone. What lies behind it in the file is not
/// decoded, so damage there is not found.
class TrackReader {
 public:
  /// @param sample_rate_hz  as AudioReader has it
  /// @throws DataError, ConfigError  as AudioReader; DataError as samples_of()
  TrackReader(const Track& track, double sample_rate_hz);

  /// The file. Its levels (AudioReader::measure()) are of all that was decoded of it.
  AudioReader& file() { return reader_; }
  const AudioInfo& info() const { return reader_.info(); }
  double sample_rate_hz() const { return reader_.sample_rate_hz(); }
  /// Number of samples that read() gives in all, as the file's header says.
  std::int64_t expected_samples() const;

  /// Reads the next samples of the track.
  /// @return  number of samples written; 0 at the end
  /// @throws DataError  the file is damaged in what was decoded of it
  std::size_t read(std::span<float> out);

 private:
  AudioReader reader_;
  TrackSamples range_;
  std::int64_t at_ = 0;  ///< samples of the file that were decoded
};

/// The samples of a track at any number of rates, while its file is decoded once. At each rate they
/// are those of a TrackReader.
class TrackDecoding {
 public:
  /// @param track  outlives this
  /// @throws DataError  as AudioReader
  explicit TrackDecoding(const Track& track) : track_(track), reader_(track.audio) {}

  const Track& track() const { return track_; }
  const AudioInfo& info() const { return reader_.info(); }
  /// Shows `meter` all that is decoded of the file. It outlives this.
  void measure(LevelMeter& meter) { reader_.measure(meter); }

  /// Asks for a rate. Call it before the first next().
  /// @param rate_hz  0: the file's own
  /// @param whole    keep all samples for all_samples()
  /// @return         a number for the functions below; equal rates have the same number
  /// @throws DataError, ConfigError  as TrackReader
  std::size_t add_rate(double rate_hz, bool whole);

  /// What an excerpt plug-in is told of the track.
  TrackAudio audio(std::size_t rate) const;

  /// Decodes the next block.
  /// @return  false: the track has ended at all rates
  /// @throws DataError  the file is damaged in what was decoded of it
  bool next();

  /// True if the track has ended at this rate, so that damage behind it is not the track's.
  bool complete(std::size_t rate) const { return taps_[rate].complete(); }
  /// The samples that the last next() gave; there may be none.
  std::span<const float> samples(std::size_t rate) const { return taps_[rate].now; }
  /// All samples so far, at a rate that is kept whole.
  const std::vector<float>& all_samples(std::size_t rate) const { return taps_[rate].all; }
  /// Seconds that next() has taken.
  double seconds() const { return seconds_; }

 private:
  /// The samples at one rate.
  struct Tap {
    TrackSamples range;   ///< of the file
    bool keep = false;    ///< all of them
    std::int64_t at = 0;  ///< samples of the file so far
    std::span<const float> now = {};
    std::vector<float> all = {};

    bool complete() const { return at >= range.end; }
    void take(std::span<const float> decoded);
  };

  const Track& track_;
  MultiRateReader reader_;
  std::vector<Tap> taps_;
  double seconds_ = 0.0;
};

}  // namespace genrebench
