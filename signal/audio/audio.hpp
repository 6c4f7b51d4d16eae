#pragma once
// Audio files in, mono samples out.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace genrebench {

/// What the header of a file says, before any resampling.
struct AudioInfo {
  double sample_rate_hz = 0.0;
  int channels = 0;
  std::int64_t n_frames = 0;  ///< samples of one channel
  double duration_s = 0.0;    ///< n_frames / sample_rate_hz
  std::string format;         ///< for people: "WAV, 16 bit PCM"
  /// The largest magnitude that is no surprise: 1, full scale; 2 for formats with losses, whose
  /// decoders overshoot.
  float usual_peak = 1.0f;
};

class LevelMeter;

/// Version of decoding, mixing, resampling and of the checks for damage: increased with each change
/// that can change the samples of a file or whether a file counts as damaged.
constexpr int kDecoderVersion = 2;

/// Samples beyond this are no sound: their squares and sums would leave single precision. Float
/// files with samples in the range of integers of 32 bits are within it.
constexpr float kLargestSample = 1e10f;

/// Opens a file, checks its headers and, as far as its container shows it, that the file is not cut
/// short, and closes it.
/// @throws DataError  as AudioReader's constructor
AudioInfo probe_audio(const std::filesystem::path& file);

/// Streams an audio file as mono float samples (nominally in [-1, 1]) at one sample rate, in memory
/// that does not grow with the file. Channels are mixed by their mean, then resampled by libsoxr's
/// high quality (as librosa.load does). The samples do not depend on the sizes of the blocks, to
/// the bit.
///
/// A file is as long as it is, whatever its headers say: before it is decoded, its container is
/// walked over (containers.hpp), and sizes that are absent or wrong are replaced by what is there.
/// That is what ffmpeg finds too.
///
/// What counts as damage, each a DataError of one line that names the file:
/// - missing, not readable, a folder, not audio (the line says what it is), no samples, no or more
///   than 1024 channels, a sample rate outside 1 kHz to 768 kHz, samples that are NaN, infinite or
///   larger than kLargestSample (the message gives the index of the sample);
/// - cut short: sizes of WAV, RF64, Wave64, AIFF, CAF and AU that promise more data than the file
///   holds; an MP3 that ends inside a frame or before the frame count of its Xing or VBRI header;
///   an Ogg file whose last page is incomplete or does not end the stream; a FLAC whose last frame
///   is incomplete or which holds fewer samples than it promises;
/// - contradictory: bytes after the audio of a WAV that are no chunk, bytes between MPEG frames or
///   Ogg pages that are neither, FLAC frames whose numbers jump, another sample rate in the middle;
/// - any file whose decoder stops before the end.
/// Some cuts cannot be detected: those between two frames of a WAV, AIFF or AU of unknown length
/// (as streaming programs write), of an MP3 without a Xing header, and of a FLAC of unknown length.
class AudioReader {
 public:
  /// @param file            any format that libsndfile decodes, or ffmpeg where it is installed
  /// @param sample_rate_hz  rate of the samples read; 0: the file's own
  /// @throws DataError    the file is damaged in a way that its headers show (see above)
  /// @throws ConfigError  the rate asked for is neither 0 nor in 1 kHz to 768 kHz
  explicit AudioReader(std::filesystem::path file, double sample_rate_hz = 22050.0);
  ~AudioReader();
  AudioReader(AudioReader&&) noexcept;
  AudioReader& operator=(AudioReader&&) noexcept;

  /// The file before resampling.
  const AudioInfo& info() const;
  /// The rate of the samples that read() gives.
  double sample_rate_hz() const;
  /// Number of samples that read() gives in all: ceil(n_frames * sample_rate_hz / file's rate).
  std::int64_t expected_samples() const;

  /// Reads the next samples.
  /// @return  number of samples written: out.size(), fewer just before the end, 0 at the end
  /// @throws DataError  the rest of the file is damaged (see above)
  std::size_t read(std::span<float> out);

  /// Shows `meter` all samples from here on, before channels are mixed. It outlives this.
  void measure(LevelMeter& meter);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A whole file in memory: what AudioReader gives, to the bit.
/// @throws DataError, ConfigError  as AudioReader
std::vector<float> read_audio(const std::filesystem::path& file, double sample_rate_hz = 22050.0);

/// The tags of a file (ID3 of MP3, comments of Ogg and FLAC, INFO of WAV), as bytes; empty where a
/// tag is absent. They are UTF-8, except those of ID3v1, whose encoding is unknown (mostly
/// Latin-1).
struct AudioTags {
  std::string artist, album, title;
};

/// @throws DataError  the file is missing, not readable or not audio; damage after the header is
/// not detected
AudioTags read_tags(const std::filesystem::path& file);

enum class SampleFormat { pcm16, float32 };

/// Writes a mono WAV file: first under a temporary name in the same folder, then renamed, so that a
/// reader never sees half a file. The bytes depend on the arguments alone.
/// @param samples  pcm16 rounds x * 32768 to the nearest and clips to [-32768, 32767]
/// @throws DataError    the folder cannot be written, the disk is full, a sample is NaN or
///                      infinite, or there are more samples than a WAV file holds (4 GiB)
/// @throws ConfigError  the sample rate is not positive
void write_wav(const std::filesystem::path& file, std::span<const float> samples,
               int sample_rate_hz, SampleFormat format = SampleFormat::pcm16);

}  // namespace genrebench
