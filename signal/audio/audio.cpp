#include "signal/audio/audio.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "signal/audio/audio_integrity.hpp"
#include "signal/audio/quiet_stderr.hpp"
#include "signal/audio/resampler.hpp"

namespace genrebench {
namespace {

constexpr double kLowestRateHz = 1000.0;
constexpr double kHighestRateHz = 768000.0;
constexpr std::int64_t kBlock = 16384;  // frames per read: decoding and resampling always
                                        // see the same blocks

bool is_rate(double rate_hz) { return rate_hz >= kLowestRateHz && rate_hz <= kHighestRateHz; }

struct Close {
  void operator()(SNDFILE* file) const {
    const QuietStderr quiet;
    sf_close(file);
  }
};
using SoundFile = std::unique_ptr<SNDFILE, Close>;

/// The checks that do not need libsndfile.
void check_readable(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status))
    throw DataError(fmt::format("{}: expected an audio file, found nothing there", file.string()));
  if (std::filesystem::is_directory(status))
    throw DataError(fmt::format("{}: expected an audio file, found a folder", file.string()));
  std::FILE* opened = std::fopen(file.c_str(), "rb");
  if (opened == nullptr)
    throw DataError(fmt::format("{}: cannot be read: {}", file.string(), std::strerror(errno)));
  const bool empty = std::fgetc(opened) == EOF;
  std::fclose(opened);
  if (empty) throw DataError(fmt::format("{}: expected audio, found an empty file", file.string()));
}

/// libsndfile's message about its last failure, without prefix and full stop.
std::string reason_of(SNDFILE* sound) {
  std::string reason = sf_strerror(sound);
  while (!reason.empty() && (reason.back() == '.' || reason.back() == '\n')) reason.pop_back();
  constexpr std::string_view kPrefix = "Error : ";
  return reason.starts_with(kPrefix) ? reason.substr(kPrefix.size()) : reason;
}

/// Opens a file that check_readable passed. @param info  receives the properties that libsndfile
/// reports
SoundFile open_sound(const std::filesystem::path& file, SF_INFO& info) {
  const QuietStderr quiet;
  SoundFile sound(sf_open(file.c_str(), SFM_READ, &info));
  if (sound == nullptr)
    throw DataError(fmt::format("{}: expected audio that libsndfile decodes, found: {}",
                                file.string(), reason_of(nullptr)));
  return sound;
}

std::string describe(int format) {
  const auto name_of = [](int code) -> std::string {
    SF_FORMAT_INFO info{};
    info.format = code;
    return sf_command(nullptr, SFC_GET_FORMAT_INFO, &info, sizeof info) == 0 && info.name != nullptr
               ? info.name
               : "unknown";
  };
  return name_of(format & SF_FORMAT_TYPEMASK) + ", " + name_of(format & SF_FORMAT_SUBMASK);
}

bool is_pcm16(int format) { return (format & SF_FORMAT_SUBMASK) == SF_FORMAT_PCM_16; }
bool is_mpeg(int format) { return (format & SF_FORMAT_TYPEMASK) == SF_FORMAT_MPEG; }

/// Index of the first NaN or infinite sample, or -1. x - x is 0 for finite x alone.
std::ptrdiff_t first_not_finite(std::span<const float> samples) {
  std::array<float, 16> sums{};
  std::size_t i = 0;
  for (; i + sums.size() <= samples.size(); i += sums.size()) {
    for (std::size_t lane = 0; lane < sums.size(); ++lane)
      sums[lane] += samples[i + lane] - samples[i + lane];
  }
  bool finite = true;
  for (const float sum : sums) finite = finite && sum == 0.0f;
  for (; i < samples.size(); ++i) finite = finite && std::isfinite(samples[i]);
  if (finite) return -1;
  return std::ranges::find_if(samples, [](float x) { return !std::isfinite(x); }) - samples.begin();
}

}  // namespace

struct AudioReader::Impl {
  std::filesystem::path file;
  AudioInfo info;
  double sample_rate_hz = 0.0;
  std::int64_t expected_samples = 0;

  SoundFile sound;
  int format = 0;
  std::int64_t forgiven = 0;  // frames that may be missing at the end
  std::int64_t frames_read = 0;
  std::int64_t samples_given = 0;
  bool ended = false;
  std::optional<Resampler> resampler;
  std::vector<std::int16_t> shorts;
  std::vector<float> interleaved;
  std::vector<float> mono;
  std::vector<float> pending;  // decoded, mixed and resampled
  std::size_t pending_begin = 0;

  [[noreturn]] void fail(std::string_view what) const {
    throw DataError(fmt::format("{}: {}", file.string(), what));
  }

  void open() {
    check_readable(file);
    SF_INFO raw{};
    sound = open_sound(file, raw);
    const Mp3Samples mp3_samples = check_container(file);
    format = raw.format;
    if (!is_rate(raw.samplerate)) {
      fail(fmt::format("sample rate: expected {} to {} Hz, found {}", kLowestRateHz, kHighestRateHz,
                       raw.samplerate));
    }
    if (raw.channels < 1 || raw.channels > 1024)
      fail(fmt::format("channels: expected 1 to 1024, found {}", raw.channels));
    if (raw.frames <= 0) fail("expected at least one sample, found none");
    if (raw.frames == SF_COUNT_MAX) fail("cut short: its length cannot be told");
    if (is_mpeg(format)) {
      // Without a Xing header, libsndfile guesses the length from the file's size.
      if (mp3_samples) raw.frames = std::min<sf_count_t>(raw.frames, *mp3_samples);
      forgiven = mp3_samples ? 2 * 1152 : raw.frames;
    }
    info.sample_rate_hz = raw.samplerate;
    info.channels = raw.channels;
    info.n_frames = raw.frames;
    info.duration_s = static_cast<double>(raw.frames) / info.sample_rate_hz;
    info.format = describe(format);
  }

  /// Appends the next block to `pending`.
  void fill() {
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(pending_begin));
    pending_begin = 0;
    const std::int64_t wanted = std::min(kBlock, info.n_frames - frames_read);
    const std::int64_t got = wanted == 0 ? 0 : decode(wanted);
    const std::span<const float> block = mix(got);
    frames_read += got;
    if (resampler) {
      resampler->push(block, pending);
    } else {
      pending.insert(pending.end(), block.begin(), block.end());
    }
    if (got == kBlock) return;
    ended = true;
    if (frames_read == 0) fail("expected at least one sample, found none");
    if (info.n_frames - frames_read > forgiven) {
      fail(fmt::format("cut short or damaged: expected {} samples, the decoder stopped after {}",
                       info.n_frames, frames_read));
    }
    if (!resampler) return;
    resampler->finish(pending);
    // The filter's own rounding may give a sample more or less than the rule.
    const std::int64_t all = resampled_length(frames_read, info.sample_rate_hz, sample_rate_hz);
    pending.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, all - samples_given)), 0.0f);
  }

  std::int64_t decode(std::int64_t wanted) {
    interleaved.resize(static_cast<std::size_t>(wanted * info.channels));
    std::int64_t got = 0;
    if (is_mpeg(format)) {
      const QuietStderr quiet;
      got = sf_readf_float(sound.get(), interleaved.data(), wanted);
    } else if (is_pcm16(format)) {  // as libsndfile would, but its loop is three times slower
      shorts.resize(interleaved.size());
      got = sf_readf_short(sound.get(), shorts.data(), wanted);
      for (std::size_t i = 0; i < shorts.size(); ++i)
        interleaved[i] = static_cast<float>(shorts[i]) * (1.0f / 32768.0f);
    } else {
      got = sf_readf_float(sound.get(), interleaved.data(), wanted);
    }
    if (sf_error(sound.get()) != SF_ERR_NO_ERROR) {
      fail(fmt::format("cut short or damaged: the decoder stopped after {} of {} samples: {}",
                       frames_read + got, info.n_frames, reason_of(sound.get())));
    }
    return got;
  }

  std::span<const float> mix(std::int64_t got) {
    const auto channels = static_cast<std::size_t>(info.channels);
    const std::span<const float> samples(interleaved.data(),
                                         static_cast<std::size_t>(got) * channels);
    if (const std::ptrdiff_t bad = is_pcm16(format) ? -1 : first_not_finite(samples); bad >= 0) {
      fail(fmt::format("expected finite samples, found {} at sample {} of channel {}",
                       samples[static_cast<std::size_t>(bad)], frames_read + bad / info.channels,
                       bad % info.channels));
    }
    if (channels == 1) return samples;
    mono.resize(static_cast<std::size_t>(got));
    for (std::size_t i = 0; i < mono.size(); ++i) {
      float sum = 0.0f;
      for (std::size_t c = 0; c < channels; ++c) sum += samples[i * channels + c];
      mono[i] = sum / static_cast<float>(channels);
    }
    return mono;
  }
};

AudioReader::AudioReader(std::filesystem::path file, double sample_rate_hz)
    : impl_(std::make_unique<Impl>()) {
  if (sample_rate_hz != 0.0 && !is_rate(sample_rate_hz)) {
    throw ConfigError(fmt::format("sample_rate_hz: expected 0 (the file's own) or {} to {}, got {}",
                                  kLowestRateHz, kHighestRateHz, sample_rate_hz));
  }
  impl_->file = std::move(file);
  impl_->open();
  const AudioInfo& info = impl_->info;
  impl_->sample_rate_hz = sample_rate_hz == 0.0 ? info.sample_rate_hz : sample_rate_hz;
  impl_->expected_samples = info.n_frames;
  if (impl_->sample_rate_hz != info.sample_rate_hz) {
    impl_->resampler.emplace(info.sample_rate_hz, impl_->sample_rate_hz);
    impl_->expected_samples =
        resampled_length(info.n_frames, info.sample_rate_hz, impl_->sample_rate_hz);
  }
}

AudioReader::~AudioReader() = default;
AudioReader::AudioReader(AudioReader&&) noexcept = default;
AudioReader& AudioReader::operator=(AudioReader&&) noexcept = default;

const AudioInfo& AudioReader::info() const { return impl_->info; }
double AudioReader::sample_rate_hz() const { return impl_->sample_rate_hz; }
std::int64_t AudioReader::expected_samples() const { return impl_->expected_samples; }

std::size_t AudioReader::read(std::span<float> out) {
  std::size_t written = 0;
  while (written < out.size()) {
    const std::size_t ready = impl_->pending.size() - impl_->pending_begin;
    if (ready == 0) {
      if (impl_->ended) break;
      impl_->fill();
      continue;
    }
    const std::size_t n = std::min(ready, out.size() - written);
    std::copy_n(impl_->pending.data() + impl_->pending_begin, n, out.data() + written);
    impl_->pending_begin += n;
    impl_->samples_given += static_cast<std::int64_t>(n);
    written += n;
  }
  return written;
}

AudioInfo probe_audio(const std::filesystem::path& file) {
  return AudioReader(file, /*sample_rate_hz=*/0.0).info();
}

std::vector<float> read_audio(const std::filesystem::path& file, double sample_rate_hz) {
  AudioReader reader(file, sample_rate_hz);
  // A header may announce any length: memory is reserved for at most this much in advance.
  constexpr std::int64_t kLargestReserve = std::int64_t{1} << 27;
  std::vector<float> samples(
      static_cast<std::size_t>(std::min(reader.expected_samples(), kLargestReserve)));
  std::size_t size = 0;
  while (const std::size_t n = reader.read(std::span(samples).subspan(size))) {
    size += n;
    if (size == samples.size()) {
      if (static_cast<std::int64_t>(size) >= reader.expected_samples()) {
        float one_more = 0.0f;  // lets the reader reach the end and check it
        if (reader.read({&one_more, 1}) == 0) break;
        samples.push_back(one_more);
        ++size;
      }
      samples.resize(size + size / 2);
    }
  }
  samples.resize(size);
  return samples;
}

AudioTags read_tags(const std::filesystem::path& file) {
  check_readable(file);
  SF_INFO info{};
  const SoundFile sound = open_sound(file, info);
  const auto tag = [&](int which) {
    const char* text = sf_get_string(sound.get(), which);
    return text == nullptr ? std::string() : std::string(text);
  };
  return {.artist = tag(SF_STR_ARTIST), .album = tag(SF_STR_ALBUM), .title = tag(SF_STR_TITLE)};
}

bool is_audio_file(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  static constexpr std::array<std::string_view, 9> kExtensions = {
      ".wav", ".au", ".snd", ".flac", ".ogg", ".oga", ".mp3", ".aif", ".aiff"};
  if (extension == ".opus") {
    SF_INFO opus{};
    opus.samplerate = 48000;
    opus.channels = 1;
    opus.format = SF_FORMAT_OGG | SF_FORMAT_OPUS;
    return sf_format_check(&opus) != 0;
  }
  return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

}  // namespace genrebench
