#pragma once
// Audio files in, mono samples out. The only place that knows libsndfile.

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
};

/// Version of decoding, mixing, resampling and of the checks for damage: increased with each change
/// that can change the samples of a file or whether a file counts as damaged.
constexpr int kDecoderVersion = 1;

/// Opens a file, checks its headers and, as far as its container shows it, that the file is not cut
/// short, and closes it.
/// @throws DataError  as AudioReader's constructor
AudioInfo probe_audio(const std::filesystem::path& file);

/// Streams an audio file as mono float samples (nominally in [-1, 1]) at one sample rate, in memory
/// that does not grow with the file. Channels are mixed by their mean, then resampled by libsoxr's
/// high quality (as librosa.load does). The samples do not depend on the sizes of the blocks, to
/// the bit.
///
/// What counts as damage, each a DataError of one line that names the file:
/// - missing, not readable, a folder, not audio, no samples, no or more than 1024 channels, a
///   sample rate outside 1 kHz to 768 kHz, NaN or infinite samples (the message gives the index of
///   the sample);
/// - cut short: WAV, RF64, AIFF and AU headers that promise more data than the file holds; an MP3
///   that ends inside a frame or before the frame count of its Xing or Info header; an Ogg file
///   whose last page is incomplete or does not end the stream; any file whose decoder stops before
///   the announced length.
/// Some cuts cannot be detected: those between two frames of a WAV or AU of unknown length
/// (0xFFFFFFFF, as streaming programs write), of an MP3 without a Xing header, and of a FLAC of
/// unknown length.
class AudioReader {
 public:
  /// @param file            any format that libsndfile decodes
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

/// Whether the name ends like that of an audio file that we decode: wav, au, snd, flac, ogg, oga,
/// mp3, aif, aiff, and opus where libsndfile has it; any case. The file itself is not looked at.
bool is_audio_file(const std::filesystem::path& file);

}  // namespace genrebench
